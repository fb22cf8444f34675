"""TLS records (RFC 8446, section 5; RFC 5246, section 6) and DTLS records (RFC 6347, RFC 9146).

    +--------+---------+---------+
    |  type  | version | length  |  then the message
    +--------+---------+---------+
    DTLS has, before the length,
    +---------+---------------------------+
    |  epoch  |  sequence number, 48 bits |
    +---------+---------------------------+

Several records follow one another in a segment; what goes on in further segments is put together.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, STRING, UINT64, Field, group, raw, u8, u16, where
from dissect.engine.header import unread
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.outline import KEYS
from dissect.engine.peek import Likely
from dissect.layers import tls_brief, tls_hot
from dissect.layers import tls_names as names
from dissect.layers.tls_applications import LAYERS, NAMES, layer_of
from dissect.layers.tls_handshake import Handshake
from dissect.layers.tls_names import DTLS13, TLS13
from dissect.layers.tls_state import State
from dissect.layers.x509 import MODULES

TYPES = {20: "Change Cipher Spec", 21: "Alert", 22: "Handshake", 23: "Application Data", 24: "Heartbeat"}
CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION, HEARTBEAT = TYPES
LEVELS = {1: "Warning", 2: "Fatal"}
SEALED = 1 << 45  # opened records are numbered from here among the reassembled
MOST = 16384 + 2048  # bytes of a record, and what protecting it may add
PROTOCOLS = {
    443: "Hypertext Transfer Protocol", 993: "Internet Message Access Protocol", 995: "Post Office Protocol",
    465: "Simple Mail Transfer Protocol", 636: "Lightweight Directory Access Protocol", 853: "Domain Name System",
    143: "Internet Message Access Protocol", 110: "Post Office Protocol", 25: "Simple Mail Transfer Protocol",
    587: "Simple Mail Transfer Protocol", 21: "File Transfer Protocol (FTP)", 8883: "MQ Telemetry Transport Protocol", 5061: "Session Initiation Protocol",
    5432: "PostgreSQL",
}  # fmt: skip


def version_name(version: int) -> str:
    """`TLSv1.2`."""
    return {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3",
            0x0100: "DTLS 1.0 (OpenSSL pre 0.9.8f)", 0xFEFF: "DTLS 1.0", 0xFEFD: "DTLS 1.2",
            0xFEFC: "DTLS 1.3"}.get(version, "TLS")  # fmt: skip


def port_protocol(c: Cursor) -> str:
    """What the application on the carrier's port is, or nothing."""
    carrier = c.h.outer("tcp", "udp")
    if carrier is None:
        return ""
    return PROTOCOLS.get(carrier.srcport) or PROTOCOLS.get(carrier.dstport) or ""


def opens(h: Any) -> Any:
    """Which of a group's records are opened."""
    return h.streams.opened(h) if h.streams is not None and h.streams.keyed else False


def sealed_only(h: Any) -> Any:
    """Which of a group are whole records that say nothing without keys: all but handshakes and heartbeats."""
    found = np.zeros(len(h.start), bool)
    around = h.outer_header
    if around is None or around.layer.name != "tcp":
        return found
    at, end = np.array(h.start, np.int64), np.asarray(h.end, np.int64)
    rows = np.flatnonzero((end >= h.limit) & ~np.asarray(opens(h), bool))
    while len(rows):
        rows = rows[at[rows] + 5 <= end[rows]]
        begin = at[rows]
        kind, version, size = (h.octets.uint(begin + i, n) for i, n in ((0, 1), (1, 2), (3, 2)))
        after = begin + 5 + size
        good = (kind >= 20) & (kind <= 23) & (kind != 22) & (version >= 0x0300) & (version <= 0x0304)
        good &= (size > 0) & (size <= MOST) & (after <= end[rows])
        at[rows] = after
        found[rows[good & (after == end[rows])]] = True
        rows = rows[good & (after < end[rows])]
    return found


PORTS = (
    324, 443, 465, 636, 802, 853, 993, 995, 1300, 2221, 2443, 3249, 3250, 3251, 3252, 3496, 5061, 5671, 5684, 5868, 8883,
    11207, 19999,
)  # fmt: skip


def printable(p: Any, count: int) -> Any:
    """Whether a payload begins with so many characters of text."""
    found = p.length >= count
    for i in range(count):
        found = found & (p.u8(i) >= 0x20) & (p.u8(i) < 0x7F)
    return found


class TLS(Layer):
    """The records of a segment."""

    name, label, column = "tls", "Transport Layer Security", "TLS"
    reaches, encloses, encloses_all = (*LAYERS, "tls.plain"), lambda h: opens(h), True  # what is sealed
    holds, holds_when = MODULES, lambda h: tls_hot.certified(h)
    gates = dict.fromkeys((*LAYERS, "tls.plain"), (KEYS,))
    # on any port what begins with a record; on ports of its own what is in the middle of one, too, but for plain text
    binds, accepts = {"tcp.port": PORTS}, lambda p: (p.length < 5) | (printable(p, 4) == 0)
    heuristics = ("tcp",)
    likely = Likely({0: bytes(range(20, 25)), 1: b"\3"})
    probe = lambda p: (
        (p.length >= 5)
        & (p.u8(0) >= 20)
        & (p.u8(0) <= 24)
        & (p.u16(1) >= 0x0300)
        & (p.u16(1) <= 0x0304)
        & (p.u16(3) > 0)
        & (p.u16(3) <= MOST)
    )

    messages = Messages(header=5, length=lambda p: where(TLS.probe(p), p.u16(3) + 5, AS_IT_IS), begun=True, opening=lambda _: "")

    record = group("tls.record", "Record Layer")
    content_type = u8(None, "tls.record.content_type", "Content Type", names=TYPES)
    opaque_type = u8(None, "tls.record.opaque_type", "Opaque Type", names=TYPES)
    record_version = u16(None, "tls.record.version", "Version", HEX, names=names.VERSIONS)
    record_length = u16(None, "tls.record.length", "Length")
    carried = group("", "Record Layer")
    sealed = raw(None, "", "Encrypted record")
    change = group("tls.change_cipher_spec", "Change Cipher Spec Message")
    alert = group("tls.alert_message", "Alert Message")
    level = u8(None, "tls.alert_message.level", "Level", names=LEVELS)
    description = u8(None, "tls.alert_message.desc", "Description", names=names.ALERTS)
    app_data = raw(None, "tls.app_data", "Encrypted Application Data")
    app_plain = Field("tls.app_data_decrypted", "Decrypted Application Data", BYTES, hidden=True)
    app_proto = Field("tls.app_data_proto", "Application Data Protocol", STRING)
    segment = raw(None, "tls.segment.data", "TLS segment data")
    handshake = Handshake("tls")
    hot, unread, aside = tls_hot.HOT, lambda h: tls_hot.unread(h), tls_hot.ASIDE
    inmost = tls_hot.carried
    settled = sealed_only
    settled_fields = frozenset({
        "tls.record", "tls.record.content_type", "tls.record.opaque_type", "tls.record.version", "tls.record.length",
        "tls.change_cipher_spec", "tls.alert_message", "tls.alert_message.level", "tls.alert_message.desc",
        "tls.app_data", "tls.app_data_proto",
    })  # fmt: skip
    message_fields = handshake.fields

    @classmethod
    def brief(cls, h: Any, messages: list[bytes]) -> Iterator[tuple[str, str] | None]:
        """See `Layer.brief`."""
        streams = h.streams
        known = 0 if streams is None else streams.versions(h)
        versions = known.tolist() if hasattr(known, "tolist") else [0] * len(messages)
        opened = streams.opened(h).tolist() if streams is not None and streams.keyed else [False] * len(messages)
        for message, version, is_open in zip(messages, versions, opened, strict=True):
            found = None if is_open else tls_brief.told(message, version)
            yield None if found is None else (version_name(found[0]), ", ".join(found[1]))

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        if around is not None and around.layer.name == "quic.plain":
            carried(cls.handshake, c, State(TLS13, quic=True), around.__dict__.get("_told"))
            return
        tree, streams = c.run.tree, None if c.run.columns_locked else c.run.streams
        again = any(node.layer is cls for node in tree.layers if node is not c.node)
        before = tree.info if again else ""
        state, said = State(0 if streams is None else streams.versions(c.h)), list[str]()
        if streams is not None:
            state.asked = partial(streams.suite, unread(c.h))
        opened = {} if streams is None or not streams.keyed else streams.records(c.h)
        while c.remaining:
            if not cls._starts(c):
                c.rest(cls.segment)
                said.append("Continuation Data" if not said else "Ignored Unknown Record")
                break
            cls._record(c, state, said, opened.get(c.pos - c.start))
        if state.upper:
            if said:
                c.append_info(", " + ", ".join(said))
        else:
            c.info(", ".join(said))
            if state.version and not c.run.columns_locked:
                tree.protocol_column = version_name(state.version)
        if again and not c.run.columns_locked:
            tree.info = ", ".join(filter(None, (before, tree.info)))

    @classmethod
    def _starts(cls, c: Cursor) -> bool:
        """Whether a record begins here: not the middle of one."""
        if c.remaining < 5:
            return False
        return c.peek(1) in TYPES and 0x0300 <= c.peek(2, 1) <= 0x0304 and c.peek(2, 3) <= MOST

    @classmethod
    def _record(cls, c: Cursor, state: State, said: list[str], opened: Any = None) -> None:
        kind, version, size = c.peek(1), c.peek(2, 1), c.peek(2, 3)
        if not state.version:
            state.version = version
        hidden = state.version == TLS13 and kind == APPLICATION
        there = min(5 + size, c.remaining)
        title = f"{version_name(state.version)} Record Layer: {TYPES[kind]}"
        with c.group(cls.record, there, title) as c:
            c.add(cls.opaque_type if hidden else cls.content_type)
            c.add(cls.record_version)
            c.add(cls.record_length)
            if c.remaining < size:
                c.rest(cls.segment)
                said.append(TYPES[kind])
            elif opened is not None:
                if opened.modern:
                    c.derived(cls.content_type, opened.kind)
                _unsealed(cls, c, state, said, opened)
            elif size:
                record_body(cls, c, kind, state, said)


def _unsealed(cls: type[TLS], c: Cursor, state: State, said: list[str], opened: Any) -> None:
    """A record that was opened: its octets as they stand, then what they say, as a layer of its own."""
    if opened.kind == APPLICATION:
        c.rest(cls.app_data)
        c.derived(cls.app_plain, opened.plain)
        agreed = NAMES.get(opened.layer) or port_protocol(c)
        if agreed:
            c.derived(cls.app_proto, agreed)
        _application(c, state, said, opened)
        return
    c.rest(cls.sealed)
    c.h.__dict__["_opened"], c.h.__dict__["_said"], c.h.__dict__["_state"] = opened, said, state
    c.inside("tls.plain", opened.plain, "Decrypted TLS")


def _application(c: Cursor, state: State, said: list[str], opened: Any) -> None:
    """What the application said, as far as it is whole."""
    handed, octets = opened.handed, opened.plain
    if handed is not None:
        octets = (opened.before + octets if handed.data else opened.before)[: handed.whole]
        if not handed.whole:
            c.derived(TLS.segment, opened.plain)
            said.append("[TLS segment of a reassembled PDU]")
            return
        if opened.before and handed.data:
            c.derived(TLS.segment, opened.plain[: max(handed.whole - len(opened.before), 0)])
    if not octets:
        said.append("Application Data")
        return
    upper = opened.layer != "data"
    before = c.run.tree.info if state.upper or said else ""
    layer = layer_of(c.run.registry, opened.layer) or "data"
    c.inside(layer, octets, "Decrypted TLS", SEALED + opened.unit, listed=upper)
    if not upper:
        said.append("Application Data")
        return
    if not c.run.columns_locked and (state.upper or said):
        parts = [*([before] if state.upper else []), *said, c.run.tree.info]
        c.run.tree.info = ", ".join(parts)
    said.clear()
    state.upper = True


def record_around(c: Cursor) -> tuple[Any, int, list[str], State]:
    """Of the record whose opened octets these are: what opened it, its type, what is said of it so far, the state."""
    around = c.h.outer_header
    told = {} if around is None else around.__dict__
    opened = told.get("_opened")
    kind = HANDSHAKE if opened is None else opened.kind
    return opened, kind, told.get("_said", []), told.get("_state") or State()


class Plain(Layer):
    """Handshake messages or an alert that were sealed; their octets are not the packet's own."""

    name, label = "tls.plain", "Decrypted TLS"
    generated = True
    holds = MODULES

    @classmethod
    def decode(cls, c: Cursor) -> None:
        opened, kind, said, state = record_around(c)
        if kind == HANDSHAKE:
            if opened is not None and opened.before:
                _goes_on(TLS.handshake, c, opened.before, opened.frames)
            else:
                messages(TLS.handshake, c, state, said)
        elif kind == ALERT and c.remaining == 2:
            with c.group(TLS.alert, 2) as c:
                level, what = c.add(TLS.level), c.add(TLS.description)
            text = names.ALERTS.get(what, f"Unknown ({what})")
            said.append(f"Alert (Level: {LEVELS.get(level, level)}, Description: {text})")
        else:
            c.skip(c.remaining)
            said.append(TYPES.get(kind, "Unknown Record"))


def record_body(cls: type[TLS] | type[DTLS], c: Cursor, kind: int, state: State, said: list[str]) -> None:
    """What a whole record holds; `c` is bounded by it."""
    protocol = port_protocol(c)
    if kind == APPLICATION:
        c.rest(cls.app_data)
        if protocol:
            c.derived(cls.app_proto, protocol)
        said.append("Application Data")
    elif kind == CHANGE_CIPHER:
        with c.group(cls.change, c.remaining):
            pass
        state.encrypted = state.encrypted or state.version not in (TLS13, DTLS13)
        said.append("Change Cipher Spec")
    elif kind == ALERT:
        plain = c.remaining == 2 and c.peek(1) in LEVELS
        with c.group(cls.alert, c.remaining, None if plain else "Alert Message: Encrypted Alert") as c:
            if plain:
                level, what = c.add(cls.level), c.add(cls.description)
                text = names.ALERTS.get(what, f"Unknown ({what})")
                said.append(f"Alert (Level: {LEVELS[level]}, Description: {text})")
            else:
                said.append("Encrypted Alert")
    elif kind == HANDSHAKE:
        handshakes(cls.handshake, c, state, said)
    else:
        c.skip(c.remaining)
        said.append("Heartbeat")


def handshakes(m: Handshake, c: Cursor, state: State, said: list[str]) -> None:
    """The messages of a record; one whose header makes no sense is encrypted."""
    datagram = m.prefix == "dtls"
    header = 12 if datagram else 4
    begin = c.pos
    while c.remaining:
        whole, start = c.remaining >= header, c.pos - begin
        kind, size = (c.peek(1), c.peek(3, 9 if datagram else 1)) if whole else (0, 0)
        known = kind in names.HANDSHAKES and (kind != 0 or size == 0)
        if not whole or state.encrypted or not known or c.peek(3, 1) > 0xFFFF or (datagram and size > c.remaining - 12):
            with c.group(m.message, c.remaining, "Handshake Protocol: Encrypted Handshake Message"):
                pass
            said.append("Encrypted Handshake Message")
            return
        name = names.HANDSHAKES[kind]
        there = min(header + size, c.remaining)
        with c.group(m.message, there, f"Handshake Protocol: {name}") as c:
            c.add(m.type)
            total = c.add(m.length)
            offset = 0
            if datagram:
                c.add(m.message_seq)
                offset = c.add(m.fragment_offset)
                c.add(m.fragment_length)
            ended = state.whole.get(start)
            if ended is not None:
                name = f"{name} (Reassembled)"
                c.h.__dict__["_kind"] = kind, state
                octets, frames = ended
                fragments(m, c, frames, len(octets))
                c.inside("dtls.message", octets, "Reassembled DTLS Handshake")
            elif datagram and c.remaining < total:
                name = f"{name} (Fragment)"
            elif c.remaining == total and not offset:
                m.body(c, kind, state)
                if state.names:
                    name = f"{name} (SNI={state.names[0]})"
                    state.names = []
        said.append(name)


def carried(m: Handshake, c: Cursor, state: State, told: Any) -> None:
    """Messages without records around them, as QUIC carries them.  `told`: what of the first came before."""
    before = b"" if told is None else told.before
    with c.group(TLS.carried, c.remaining, "TLSv1.3 Record Layer: Handshake Protocol") as c:
        if before:
            _goes_on(m, c, before, told.frames)
        else:
            messages(m, c, state)


def _goes_on(m: Handshake, c: Cursor, before: bytes, frames: tuple[tuple[int, int], ...]) -> None:
    """What ends, or goes on with, a message that came `before`; what is behind it is shown with the whole."""
    data = before + c.peek_bytes(c.remaining)
    size = 4 + int.from_bytes(data[1:4], "big") if len(data) >= 4 else len(data) + 1
    name, last = names.HANDSHAKES.get(data[0], "Unknown"), len(data) >= size
    with c.group(m.message, c.remaining, f"Handshake Protocol: {name} ({'last ' * last}fragment)") as c:
        if last:
            fragments(m, c, frames, size)
            c.inside("tls.message", data, "Reassembled TLS Handshake")


def messages(m: Handshake, c: Cursor, state: State, said: list[str] | None = None) -> None:
    """Whole messages, and the beginning of one that goes on elsewhere."""
    while c.remaining >= 4 and c.remaining >= 4 + c.peek(3, 1):
        if said is not None:
            said.append(names.HANDSHAKES.get(c.peek(1), "Unknown"))
        message(m, c, state)
    if c.remaining:
        name = names.HANDSHAKES.get(c.peek(1), "Unknown")
        if said is not None:
            said.append(f"{name} (fragment)")
        with c.group(m.message, c.remaining, f"Handshake Protocol: {name} (fragment)"):
            pass


def fragments(m: Handshake, c: Cursor, frames: tuple[tuple[int, int], ...], size: int) -> None:
    """Which packets brought a message of this size."""
    parts, at = list[tuple[int, int, int]](), 0
    for packet, octets in frames:
        if at < size:
            parts.append((packet, at, min(octets, size - at)))
        at += octets
    sizes = ", ".join(f"#{packet}({octets})" for packet, _, octets in parts)
    with c.group(m.fragments, 0, f"{len(parts)} Reassembled Handshake Fragments ({size} bytes): {sizes}") as c:
        for packet, at, octets in parts:
            text = f"Frame: {packet}, payload: {at}-{at + octets - 1} ({octets} bytes)"
            c.derived(m.fragment, packet, text)
        c.derived(m.fragment_count, len(parts))


def message(m: Handshake, c: Cursor, state: State) -> None:
    """A whole message."""
    kind, size = c.peek(1), c.peek(3, 1)
    with c.group(m.message, 4 + size, f"Handshake Protocol: {names.HANDSHAKES.get(kind, 'Unknown')}") as c:
        c.add(m.type)
        c.add(m.length)
        m.body(c, kind, state)


class Message(Layer):
    """Handshake messages that were put together; their octets are not the packet's own."""

    name, label = "tls.message", "TLS Handshake Message"
    generated = True
    holds = MODULES

    @classmethod
    def decode(cls, c: Cursor) -> None:
        quic = c.h.outer("quic.plain") is not None
        messages(TLS.handshake, c, State(TLS13 if quic else 0, quic))


class DTLS(Layer):
    """The records of a datagram."""

    name, label, column = "dtls", "Datagram Transport Layer Security", "DTLS"
    binds = {"udp.port": (853, 2221, 5684, 5868), "sctp.ppi": (47,)}
    reaches = ("data", "dtls.plain")
    encloses, encloses_all = lambda h: (h.start >= 0) & (h.streams is not None and h.streams.keyed), True
    holds, holds_when = MODULES, lambda h: h.octets.uint(h.start, 1) == HANDSHAKE
    heuristics = ("udp",)
    likely = Likely({0: bytes(range(20, 24)), 1: b"\xfe"})
    probe = lambda p: (
        (p.length >= 13)
        & (p.u8(0) >= 20)
        & (p.u8(0) <= 23)
        & ((p.u16(1) == 0xFEFF) | (p.u16(1) == 0xFEFD))
        & (p.u16(11) + 13 <= p.reported)
        & (p.u16(11) > 0)
    )

    record = group("dtls.record", "Record Layer")
    content_type = u8(None, "dtls.record.content_type", "Content Type", names=TYPES)
    record_version = u16(None, "dtls.record.version", "Version", HEX, names=names.VERSIONS)
    epoch = u16(None, "dtls.record.epoch", "Epoch")
    sequence = Field("dtls.record.sequence_number", "Sequence Number", UINT64, size=6)
    record_length = u16(None, "dtls.record.length", "Length")
    change = group("dtls.change_cipher_spec", "Change Cipher Spec Message")
    alert = group("dtls.alert_message", "Alert Message")
    level = u8(None, "dtls.alert_message.level", "Level", names=LEVELS)
    description = u8(None, "dtls.alert_message.desc", "Description", names=names.ALERTS)
    app_data = raw(None, "dtls.app_data", "Encrypted Application Data")
    sealed = raw(None, "", "Encrypted record")
    app_proto = Field("dtls.app_data_proto", "Application Data Protocol", STRING)
    handshake = Handshake("dtls")
    message_fields = handshake.fields

    @classmethod
    def decode(cls, c: Cursor) -> None:
        state, said = State(), list[str]()
        streams = None if c.run.columns_locked else c.run.streams
        known = {} if streams is None else streams.records(c.h)
        if streams is not None:
            state.asked = partial(streams.suite, unread(c.h))
        while c.remaining:
            opened = known.get(c.pos - c.start)
            kind, version, size = c.peek(1), c.peek(2, 1), c.peek(2, 11)
            state.version = state.version or version
            state.encrypted = c.peek(2, 3) > 0
            if kind not in TYPES:
                c.skip(c.remaining)
                said.append("Continuation Data")
                break
            with c.group(cls.record, 13 + size, f"{version_name(version)} Record Layer: {TYPES[kind]}") as c:
                c.add(cls.content_type)
                c.add(cls.record_version)
                c.add(cls.epoch)
                c.add(cls.sequence)
                c.add(cls.record_length)
                state.whole = {} if opened is None else opened.whole
                if opened is not None and opened.plain is not None:
                    c.rest(cls.app_data if kind == APPLICATION else cls.sealed)
                    c.h.__dict__["_opened"], c.h.__dict__["_said"], c.h.__dict__["_state"] = opened, said, state
                    locked, c.run.columns_locked = c.run.columns_locked, True
                    c.inside("dtls.plain", opened.plain, "Decrypted DTLS")
                    c.run.columns_locked = locked
                elif size:
                    record_body(cls, c, kind, state, said)
        c.info(", ".join(said))
        c.run.tree.protocol_column = version_name(state.version).split(" (")[0].replace("DTLS ", "DTLSv")


class PlainDTLS(Layer):
    """A record that was sealed; its octets are not the packet's own."""

    name, label = "dtls.plain", "Decrypted DTLS"
    generated = True
    reaches = ("data",)
    holds = MODULES

    @classmethod
    def decode(cls, c: Cursor) -> None:
        _, kind, said, state = record_around(c)
        state.encrypted = False
        if kind == HANDSHAKE:
            handshakes(DTLS.handshake, c, state, said)
        elif kind == ALERT and c.remaining == 2:
            record_body(DTLS, c, ALERT, state, said)
        elif kind == APPLICATION and c.remaining:
            said.append("Application Data")
            c.child("data")
        else:
            c.skip(c.remaining)


class MessageDTLS(Layer):
    """A handshake message that was put together; its octets are not the packet's own."""

    name, label = "dtls.message", "DTLS Handshake Message"
    generated = True
    holds = MODULES

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        kind, state = (0, State()) if around is None else around.__dict__.get("_kind", (0, State()))
        DTLS.handshake.body(c, kind, state)
