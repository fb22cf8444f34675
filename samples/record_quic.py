"""A client and a server of HTTP/3, with the secrets written down, for record.sh.  Needs aioquic (pip install aioquic).

    record_quic.py serve ADDRESS CERTIFICATE KEY [retry] [v2]
    record_quic.py fetch ADDRESS KEYLOG [v2] [chacha] [aes256] [update] [big]

`retry`: the server asks clients to prove their address; `big`: the hello does not fit into one packet; `update`: keys
are updated on the way.
"""

from __future__ import annotations

import asyncio
import ssl
import sys

from aioquic.asyncio import connect, serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.packet import QuicProtocolVersion
from aioquic.tls import CipherSuite

PORT = 443
V1, V2 = QuicProtocolVersion.VERSION_1, QuicProtocolVersion.VERSION_2
SUITES = {"chacha": CipherSuite.CHACHA20_POLY1305_SHA256, "aes256": CipherSuite.AES_256_GCM_SHA384}


class Server(QuicConnectionProtocol):
    """Answers every request with a few words."""

    http = None

    def quic_event_received(self, event):
        self.http = self.http or H3Connection(self._quic)
        for heard in self.http.handle_event(event):
            if isinstance(heard, HeadersReceived) and heard.stream_ended:
                path = dict(heard.headers)[b":path"]
                headers = [(b":status", b"200"), (b"server", b"example"), (b"content-type", b"text/plain")]
                self.http.send_headers(heard.stream_id, headers)
                self.http.send_data(heard.stream_id, b"hello " * (200 if path == b"/long" else 3), True)
                self.transmit()


class Client(QuicConnectionProtocol):
    """Asks for paths."""

    def __init__(self, *args, **rest):
        super().__init__(*args, **rest)
        self.http, self.waiting = H3Connection(self._quic), {}

    def quic_event_received(self, event):
        for heard in self.http.handle_event(event):
            if getattr(heard, "stream_ended", False):
                self.waiting.pop(heard.stream_id).set_result(None)

    async def get(self, path):
        stream = self._quic.get_next_available_stream_id()
        self.waiting[stream] = asyncio.get_running_loop().create_future()
        headers = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"www.example.com"), (b":path", path)]
        self.http.send_headers(stream, [*headers, (b"user-agent", b"example/1")], True)
        self.transmit()
        await self.waiting[stream] if stream in self.waiting else None


def versions(words):
    return {"supported_versions": [V2, V1]} if "v2" in words else {}


async def answer(address, certificate, key, *words):
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN, **versions(words))
    configuration.load_cert_chain(certificate, key)
    await serve(address, PORT, configuration=configuration, create_protocol=Server, retry="retry" in words)
    await asyncio.Event().wait()


async def fetch(address, keylog, *words):
    alpn = [*H3_ALPN, *("x" * 200 + str(i) for i in range(6))] if "big" in words else H3_ALPN
    first = {"original_version": V1} if "v2" in words else {}
    with open(keylog, "w") as secrets:
        configuration = QuicConfiguration(
            is_client=True, alpn_protocols=alpn, secrets_log_file=secrets, verify_mode=ssl.CERT_NONE,
            server_name="www.example.com", **versions(words), **first,
        )  # fmt: skip
        configuration.cipher_suites = [SUITES[word] for word in words if word in SUITES] or None
        async with connect(address, PORT, configuration=configuration, create_protocol=Client) as client:
            await client.get(b"/")
            await client.get(b"/long")
            if "update" in words:
                client.request_key_update()
                await client.get(b"/after")


if __name__ == "__main__":
    asyncio.run((answer if sys.argv[1] == "serve" else fetch)(*sys.argv[2:]))
