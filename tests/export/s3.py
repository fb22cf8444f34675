"""As much of Amazon's S3 as pyarrow's client needs, over HTTP on this machine; who asks is not looked at."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


class Store:
    """The objects of all buckets by `bucket/key`; and a limit: no further object is taken when it is reached."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[tuple[str, int], bytes] = {}
        self.buckets = {"bucket"}
        self.log: list[str] = []  # the objects written and removed, in order
        self.most: int | None = None
        self.lock = threading.Lock()

    def put(self, name: str, octets: bytes) -> bool:
        """Take an object."""
        with self.lock:
            if name.endswith("/"):  # as some clients mark folders
                return True
            if self.most is not None and len(self.log) >= self.most:
                return False
            self.log.append(f"+{name}")
            self.objects[name] = octets
            return True

    def parquet(self, prefix: str) -> dict[str, bytes]:
        """The Parquet files below a prefix."""
        found = [name for name in self.objects if name.startswith(prefix) and name.endswith(".parquet")]
        return {name.removeprefix(prefix): self.objects[name] for name in found}

    def remove(self, name: str) -> None:
        """Remove an object."""
        with self.lock:
            if self.objects.pop(name, None) is not None:
                self.log.append(f"-{name}")


class Handler(BaseHTTPRequestHandler):
    """Requests in path style: /bucket/key."""

    store: Store
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said."""

    def _name(self) -> tuple[str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        path = unquote(parts.path).lstrip("/")
        name = path if path.strip("/").count("/") else path.rstrip("/")
        return name, parse_qs(parts.query, keep_blank_values=True)

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _error(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code><Message>{code} it is</Message></Error>".encode())

    def _body(self) -> bytes:
        octets = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Transfer-Encoding") == "chunked":
            octets = b"".join(self._chunks())
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return octets
        out, at = b"", 0
        while size := int(octets[at : (end := octets.index(b"\r\n", at))].split(b";")[0], 16):
            out += octets[end + 2 : end + 2 + size]
            at = end + 4 + size
        return out

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def do_HEAD(self) -> None:
        """What is known of an object, or whether a bucket is there."""
        name, _ = self._name()
        if "/" not in name:
            self._answer(200 if name in self.store.buckets else 404)
        elif name in self.store.objects:
            octets = self.store.objects[name]
            when = WHEN.strftime("%a, %d %b %Y %H:%M:%S GMT")
            tag = hashlib.md5(octets).hexdigest()
            self._answer(200, b"", Content_Length=str(len(octets)), Last_Modified=when, ETag=f'"{tag}"')
        else:
            self._answer(404)

    def do_GET(self) -> None:
        """An object, or a list."""
        name, asked = self._name()
        if "/" not in name:
            self._list(name, asked)
            return
        octets = self.store.objects.get(name)
        if octets is None:
            self._error(404, "NoSuchKey")
            return
        wanted = self.headers.get("Range")
        if wanted is None:
            self._answer(200, octets)
            return
        low, high = wanted.removeprefix("bytes=").split("-")
        piece = octets[int(low) : int(high) + 1]
        place = f"bytes {low}-{int(low) + len(piece) - 1}/{len(octets)}"
        self._answer(206, piece, Content_Range=place)

    def _list(self, bucket: str, asked: dict[str, list[str]]) -> None:
        if bucket not in self.store.buckets:
            self._error(404, "NoSuchBucket")
            return
        prefix, delimiter = asked.get("prefix", [""])[0], asked.get("delimiter", [""])[0]
        keys, folders = list[str](), dict[str, None]()
        for name in sorted(self.store.objects):
            key = name.partition("/")[2]
            if name.startswith(f"{bucket}/") and key.startswith(prefix):
                head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
                if found:
                    folders[prefix + head + delimiter] = None
                else:
                    keys.append(key)
        when = WHEN.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        files = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{when}</LastModified>"
            f"<Size>{len(self.store.objects[f'{bucket}/{key}'])}</Size></Contents>" for key in keys
        )  # fmt: skip
        below = "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in folders)
        count = f"<KeyCount>{len(keys) + len(folders)}</KeyCount><IsTruncated>false</IsTruncated>"
        self._answer(200, f"<ListBucketResult><Name>{bucket}</Name>{count}{files}{below}</ListBucketResult>".encode())

    def do_PUT(self) -> None:
        """An object, or a part of one."""
        name, asked = self._name()
        body = self._body()
        tag = f'"{hashlib.md5(body).hexdigest()}"'
        if name.partition("/")[0] not in self.store.buckets:
            self._error(404, "NoSuchBucket")
        elif "partNumber" in asked:
            self.store.parts[asked["uploadId"][0], int(asked["partNumber"][0])] = body
            self._answer(200, b"", ETag=tag)
        elif "/" in name.rstrip("/") and not self.store.put(name, body):
            self._error(403, "AccessDenied")
        else:
            self._answer(200, b"", ETag=tag)

    def do_POST(self) -> None:
        """The begin and the end of an object in parts; objects to be removed."""
        name, asked = self._name()
        body = self._body()
        if name.partition("/")[0] not in self.store.buckets:
            self._error(404, "NoSuchBucket")
        elif "uploads" in asked:
            upload = f"{len(self.store.parts)}-{name}"
            said = f"<UploadId>{escape(upload)}</UploadId>"
            self._answer(200, f"<InitiateMultipartUploadResult>{said}</InitiateMultipartUploadResult>".encode())
        elif "uploadId" in asked:
            mine = sorted(key for key in self.store.parts if key[0] == asked["uploadId"][0])
            if not self.store.put(name, b"".join(self.store.parts.pop(key) for key in mine)):
                self._error(403, "AccessDenied")
                return
            self._answer(200, b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
        elif "delete" in asked:
            for key in ElementTree.fromstring(body).iter():
                if key.tag.endswith("Key"):
                    self.store.remove(f"{name}/{key.text}")
            self._answer(200, b"<DeleteResult></DeleteResult>")
        else:
            self._error(400, "InvalidRequest")

    def do_DELETE(self) -> None:
        """Remove an object, or the parts of one."""
        name, asked = self._name()
        if "uploadId" not in asked:
            self.store.remove(name)
        self._answer(204)


ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "anybody", "AWS_SECRET_ACCESS_KEY": "anything", "AWS_EC2_METADATA_DISABLED": "true",
}  # fmt: skip


@contextmanager
def serving() -> Iterator[tuple[Store, str]]:
    """A store with the bucket `bucket`, and the options that an address of it has."""
    store = Store()
    handler = type("Mine", (Handler,), {"store": store})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield store, f"?scheme=http&endpoint_override=127.0.0.1:{server.server_port}&region=here"
        finally:
            server.shutdown()
            thread.join()
