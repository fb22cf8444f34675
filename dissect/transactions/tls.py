"""`tls`: a row a session of TLS, DTLS or QUIC, as far as its handshake can be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dissect.layers import tls_names
from dissect.layers.tls import version_name
from dissect.transactions.messages import Message, messages
from dissect.transactions.rows import Rows

if TYPE_CHECKING:
    from dissect.filters import Filter
    from dissect.library import Capture

SCHEMA = pa.schema([
    ("protocol", pa.string()), ("packet", pa.int64()), ("response_packet", pa.int64()),
    ("time", pa.timestamp("ns", "UTC")), ("response_time", pa.timestamp("ns", "UTC")), ("elapsed", pa.float64()),
    ("stream", pa.int64()), ("client", pa.string()), ("client_port", pa.int32()), ("server", pa.string()),
    ("server_port", pa.int32()), ("server_name", pa.string()), ("version", pa.string()), ("cipher_suite", pa.string()),
    ("group", pa.string()), ("alpn_offered", pa.list_(pa.string())), ("alpn", pa.string()), ("resumed", pa.bool_()),
    ("established", pa.bool_()), ("alert", pa.string()), ("alert_packet", pa.int64()),
    ("certificates", pa.int32()), ("certificate_sha256", pa.string()),
    ("ja3", pa.string()), ("ja3s", pa.string()), ("ja4", pa.string()),
])  # fmt: skip
CLIENT_HELLO, SERVER_HELLO = 1, 2
CHANGE_CIPHER, APPLICATION = 20, 23
PARTS = (
    "handshake.version", "handshake.type", "handshake.ciphersuite", "handshake.session_id",
    "handshake.extensions_server_name", "handshake.extensions_alpn_str", "handshake.extensions.supported_version",
    "handshake.extensions_key_share_group", "handshake.extensions_supported_group", "handshake.server_named_curve",
    "handshake.certificate", "handshake.ja3", "handshake.ja3s", "handshake.ja4", "record.content_type",
    "record.opaque_type", "alert_message.desc", "alert_message.level", "change_cipher_spec",
)  # fmt: skip


def batches(cap: Capture, where: Filter | None = None, **reading: Any) -> Iterator[pa.RecordBatch]:
    """The table.  Sessions over TCP are those of a stream; a second client hello behind a server's makes a new row."""
    names = ["quic", *(f"{prefix}.{part}" for prefix in ("tls", "dtls") for part in PARTS)]
    known = [name for name in names if name in cap.registry.fields or name in cap.registry.by_name]
    markers = [name for name in known if name.endswith((".handshake.type", ".content_type", ".opaque_type"))]
    rows = Rows(SCHEMA)
    for message in messages(cap, markers, known, where, single=False, **reading):
        if message.stream is not None:
            prefix = "dtls" if any(name.startswith("dtls.") for name in message.fields) else "tls"
            take(rows, message, prefix)
            yield from rows.ready(message.packet)
    yield from rows.rest()


def take(rows: Rows, message: Message, prefix: str) -> None:
    """The records of a packet."""
    kinds = message.fields.get(f"{prefix}.handshake.type", [])
    key = message.transport, message.stream
    row = rows.get(key)
    if CLIENT_HELLO in kinds and not (row and row["response_packet"] is None):
        row = rows.add(message.packet, session(message, prefix, message.ends), key)
    elif SERVER_HELLO in kinds and row is None:
        row = rows.add(message.packet, session(message, prefix, message.back), key)
    if row is None:
        return
    if CLIENT_HELLO in kinds:
        row.update(offered(message, prefix))
        if row["packet"] is None:
            row["packet"], row["time"] = message.packet, message.time
    if SERVER_HELLO in kinds:
        row.update(chosen(message, prefix, row))
    certificates = message.fields.get(f"{prefix}.handshake.certificate")
    if certificates and row["certificates"] is None and message.source == row["server"]:
        leaf = bytes.fromhex(certificates[0]) if isinstance(certificates[0], str) else bytes(certificates[0])
        row["certificates"], row["certificate_sha256"] = len(certificates), hashlib.sha256(leaf).hexdigest()
    alert = message.first(f"{prefix}.alert_message.desc")
    if alert is not None:
        row["alert"], row["alert_packet"] = tls_names.ALERTS.get(alert, str(alert)), message.packet
    protected(row, message, prefix)


def session(message: Message, prefix: str, ends: tuple[Any, ...]) -> dict[str, Any]:
    """A new row."""
    _, client, client_port, server, server_port = ends
    return {
        "protocol": "quic" if "quic" in message.fields else prefix, "packet": None, "response_packet": None,
        "time": None, "stream": message.stream, "client": client, "client_port": client_port, "server": server,
        "server_port": server_port, "certificates": None, "established": False, "sent": set(),
    }  # fmt: skip


def offered(message: Message, prefix: str) -> dict[str, Any]:
    """What a client hello says."""
    h = f"{prefix}.handshake"
    return {
        "server_name": message.first(f"{h}.extensions_server_name"), "ja3": message.first(f"{h}.ja3"),
        "ja4": message.first(f"{h}.ja4"), "alpn_offered": message.fields.get(f"{h}.extensions_alpn_str", []),
        "ticket": message.first(f"{h}.session_id"),
    }  # fmt: skip


def chosen(message: Message, prefix: str, row: dict[str, Any]) -> dict[str, Any]:
    """What a server hello says."""
    h = f"{prefix}.handshake"
    version = message.first(f"{h}.extensions.supported_version") or message.first(f"{h}.version", 0)
    suite = message.first(f"{h}.ciphersuite")
    group = message.first(f"{h}.extensions_key_share_group", message.first(f"{h}.server_named_curve"))
    ident = message.first(f"{h}.session_id")
    modern = version in (0x0304, 0xFEFC)
    return {
        "response_packet": message.packet, "response_time": message.time, "version": version_name(version),
        "cipher_suite": None if suite is None else tls_names.CIPHERS.get(suite, f"0x{suite:04x}"),
        "group": None if group is None else tls_names.GROUPS.get(group, f"0x{group:04x}"),
        "alpn": message.first(f"{h}.extensions_alpn_str"), "ja3s": message.first(f"{h}.ja3s"),
        # in TLS 1.3 the session id is only echoed (RFC 8446 section 4.1.3)
        "resumed": None if modern else ident is not None and ident == row.get("ticket"),
        "elapsed": None if row["time"] is None else (message.time - row["time"]) / 1e9,
    }  # fmt: skip


def protected(row: dict[str, Any], message: Message, prefix: str) -> None:
    """Whether both ends went over to protected records."""
    if row["established"] or row["response_packet"] is None:
        return
    kinds = (message.fields.get(f"{prefix}.record.{part}", []) for part in ("content_type", "opaque_type"))
    modern = row.get("version") in ("TLSv1.3", "DTLS 1.3")
    if any((APPLICATION if modern else CHANGE_CIPHER) in kind for kind in kinds):
        row["sent"].add((message.source, message.source_port))
    row["established"] = len(row["sent"]) > 1
