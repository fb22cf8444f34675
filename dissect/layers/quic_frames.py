"""The frames within QUIC's packets (RFC 9000, section 19; RFC 9221), and their fields.

    +------------+------------------------------------------------------+
    |  type (i)  |  what the type says: numbers of variable length (i)  |
    +------------+------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, STRING, UINT8, UINT32, UINT64, Field, group, raw, u8
from dissect.layers.tls_names import ALERTS

PADDING, PING, ACK, ACK_ECN, RESET, STOP, CRYPTO, NEW_TOKEN = range(8)
NEW_ID, CHALLENGE, RESPONSE, CLOSE, CLOSE_APP = 0x18, 0x1A, 0x1B, 0x1C, 0x1D
NAMES = {
    0x00: "PADDING", 0x01: "PING", 0x02: "ACK", 0x03: "ACK", 0x04: "RESET_STREAM", 0x05: "STOP_SENDING", 0x06: "CRYPTO",
    0x07: "NEW_TOKEN", **dict.fromkeys(range(8, 16), "STREAM"), 0x10: "MAX_DATA", 0x11: "MAX_STREAM_DATA",
    0x12: "MAX_STREAMS (BIDI)", 0x13: "MAX_STREAMS (UNI)", 0x14: "DATA_BLOCKED", 0x15: "STREAM_DATA_BLOCKED",
    0x16: "STREAMS_BLOCKED (BIDI)", 0x17: "STREAMS_BLOCKED (UNI)", 0x18: "NEW_CONNECTION_ID", 0x19: "RETIRE_CONNECTION_ID",
    0x1A: "PATH_CHALLENGE", 0x1B: "PATH_RESPONSE", 0x1C: "CONNECTION_CLOSE (Transport)", 0x1D: "CONNECTION_CLOSE (Application)",
    0x1E: "HANDSHAKE_DONE", 0x30: "DATAGRAM", 0x31: "DATAGRAM", 0xAC: "IMMEDIATE_ACK", 0xAF: "ACK_FREQUENCY",
    0x2F5: "TIME_STAMP",
}  # fmt: skip
SHORT = {  # as the Info column has them
    0x00: "PADDING", 0x01: "PING", 0x02: "ACK", 0x03: "ACK_ECN", 0x04: "RS", 0x05: "SS", 0x06: "CRYPTO", 0x07: "NT",
    **dict.fromkeys(range(8, 16), "STREAM"), 0x10: "MD",
    0x11: "MSD", 0x12: "MS", 0x13: "MS", 0x14: "DB", 0x15: "SDB", 0x16: "SB", 0x17: "SB", 0x18: "NCI", 0x19: "RC", 0x1A: "PC",
    0x1B: "PR", 0x1C: "CC", 0x1D: "CC", 0x1E: "DONE", 0x30: "DG", 0x31: "DG", 0xAC: "IA", 0xAF: "AF", 0x2F5: "TS",
}  # fmt: skip
ERRORS = {
    0: "NO_ERROR", 1: "INTERNAL_ERROR", 2: "CONNECTION_REFUSED", 3: "FLOW_CONTROL_ERROR", 4: "STREAM_ID_ERROR",
    5: "STREAM_STATE_ERROR", 6: "FINAL_SIZE_ERROR", 7: "FRAME_ENCODING_ERROR", 8: "TRANSPORT_PARAMETER_ERROR",
    9: "CONNECTION_ID_LIMIT_ERROR", 10: "PROTOCOL_VIOLATION", 11: "INVALID_TOKEN", 12: "APPLICATION_ERROR",
    13: "CRYPTO_BUFFER_EXCEEDED", 14: "KEY_UPDATE_ERROR", 15: "AEAD_LIMIT_REACHED", 16: "NO_VIABLE_PATH",
    17: "VERSION_NEGOTIATION_ERROR", **dict.fromkeys(range(256, 512), "CRYPTO_ERROR"),
}  # fmt: skip
AGAIN = "This QUIC frame has a reused stream offset (retransmission?)"
INITIATORS = {0: "Client-initiated", 1: "Server-initiated"}
DIRECTIONS = {0: "Bidirectional", 1: "Unidirectional"}


class FrameFields:
    """The fields of frames, in the order of their types."""

    frame = group("quic.frame", "Frame")
    frame_type = Field("quic.frame_type", "Frame Type", UINT64, HEX, names=NAMES)
    padding_length = Field("quic.padding_length", "Padding Length", UINT32)
    largest = Field("quic.ack.largest_acknowledged", "Largest Acknowledged", UINT64)
    ack_delay = Field("quic.ack.ack_delay", "ACK Delay", UINT64)
    range_count = Field("quic.ack.ack_range_count", "ACK Range Count", UINT64)
    first_range = Field("quic.ack.first_ack_range", "First ACK Range", UINT64)
    gap = Field("quic.ack.gap", "Gap", UINT64)
    ack_range = Field("quic.ack.ack_range", "ACK Range", UINT64)
    ect0 = Field("quic.ack.ect0_count", "ECT(0) Count", UINT64)
    ect1 = Field("quic.ack.ect1_count", "ECT(1) Count", UINT64)
    ecn_ce = Field("quic.ack.ecn_ce_count", "ECN-CE Count", UINT64)
    rsts_stream = Field("quic.rsts.stream_id", "Stream ID", UINT64)
    rsts_error = Field("quic.rsts.application_error_code", "Application Error code", UINT64)
    rsts_size = Field("quic.rsts.final_size", "Final Size", UINT64)
    ss_stream = Field("quic.ss.stream_id", "Stream ID", UINT64)
    ss_error = Field("quic.ss.application_error_code", "Application Error code", UINT64)
    crypto_offset = Field("quic.crypto.offset", "Offset", UINT64)
    crypto_length = Field("quic.crypto.length", "Length", UINT64)
    crypto_data = group("quic.crypto.crypto_data", "Crypto Data")
    nt_length = Field("quic.nt.length", "(Token) Length", UINT64)
    nt_token = raw(None, "quic.nt.token", "Token")
    fin = Field("quic.stream.fin", "Fin", BOOLEAN, mask=0x01)
    len_bit = Field("quic.stream.len", "Len(gth)", BOOLEAN, mask=0x02)
    off_bit = Field("quic.stream.off", "Off(set)", BOOLEAN, mask=0x04)
    stream_id = Field("quic.stream.stream_id", "Stream ID", UINT64)
    initiator = Field("quic.stream.initiator", "Stream initiator", UINT64, names=INITIATORS)
    direction = Field("quic.stream.direction", "Stream direction", UINT64, names=DIRECTIONS)
    stream_offset = Field("quic.stream.offset", "Offset", UINT64)
    stream_length = Field("quic.stream.length", "Length", UINT64)
    stream_data = raw(None, "quic.stream_data", "Stream Data")
    max_data = Field("quic.md.maximum_data", "Maximum Data", UINT64)
    msd_stream = Field("quic.msd.stream_id", "Stream ID", UINT64)
    msd_max = Field("quic.msd.maximum_stream_data", "Maximum Stream Data", UINT64)
    max_streams = Field("quic.ms.max_streams", "Max Streams", UINT64)
    data_limit = Field("quic.sb.stream_data_limit", "Stream Data Limit", UINT64)
    sdb_stream = Field("quic.sdb.stream_id", "Stream ID", UINT64)
    stream_limit = Field("quic.sib.stream_limit", "Stream Limit", UINT64)
    nci_retire = Field("quic.nci.retire_prior_to", "Retire Prior To", UINT64)
    nci_sequence = Field("quic.nci.sequence", "Sequence", UINT64)
    nci_length = u8(None, "quic.nci.connection_id.length", "Connection ID Length")
    nci_id = raw(None, "quic.nci.connection_id", "Connection ID")
    nci_token = raw(None, "quic.nci.stateless_reset_token", "Stateless Reset Token", size=16)
    retire = Field("quic.rci.sequence", "Sequence", UINT64)
    challenge = raw(None, "quic.path_challenge.data", "Data", size=8)
    response = raw(None, "quic.path_response.data", "Data", size=8)
    cc_error = Field("quic.cc.error_code", "Error code", UINT64, names=ERRORS)
    cc_app = Field("quic.cc.error_code.app", "Application Error code", UINT64)
    cc_alert = Field("quic.cc.error_code.tls_alert", "TLS Alert Description", UINT8, names=ALERTS)
    cc_frame = Field("quic.cc.frame_type", "Frame Type", UINT64, names=NAMES)
    cc_reason_length = Field("quic.cc.reason_phrase.length", "Reason phrase Length", UINT64)
    cc_reason = Field("quic.cc.reason_phrase", "Reason phrase", STRING)
    dg_length = Field("quic.dg.length", "Datagram Length", UINT64)
    datagram = raw(None, "quic.dg", "Datagram")
    af_sequence = Field("quic.af.sequence_number", "Sequence Number", UINT64)
    af_threshold = Field("quic.af.ack_eliciting_threshold", "Ack-Eliciting Threshold", UINT64)
    af_delay = Field("quic.af.request_max_ack_delay", "Request Max Ack Delay", UINT64)
    af_last = u8(None, "quic.af.last_byte", "Last Byte")
    time_stamp = Field("quic.ts", "Time Stamp", UINT64)


F = FrameFields
NUMBERS: dict[int, tuple[Field, ...]] = {  # frames that are numbers and nothing else
    0x04: (F.rsts_stream, F.rsts_error, F.rsts_size), 0x05: (F.ss_stream, F.ss_error), 0x10: (F.max_data,),
    0x11: (F.msd_stream, F.msd_max), 0x12: (F.max_streams,), 0x13: (F.max_streams,), 0x14: (F.data_limit,),
    0x15: (F.sdb_stream, F.data_limit), 0x16: (F.stream_limit,), 0x17: (F.stream_limit,), 0x19: (F.retire,), 0x1E: (),
    0xAC: (), 0x2F5: (F.time_stamp,),
}  # fmt: skip
TOLD_OF = {0x04, 0x05, 0x11, 0x15}  # frames whose Info says of which stream


def peek_varint(c: Cursor, offset: int) -> tuple[int, int]:
    """A variable-length integer (RFC 9000, section 16) ahead and its width."""
    width = 1 << (c.peek(1, offset) >> 6)
    return c.peek(width, offset) & ((1 << (8 * width - 2)) - 1), width


def varint(c: Cursor, field: Field) -> int:
    """Read a variable-length integer."""
    value, width = peek_varint(c, 0)
    c.add(field, width, value=value)
    return value


def frames(c: Cursor, said: list[str], handed: dict[int, Any]) -> None:
    """The frames of a packet.  `handed`: what pieces of streams add to these, by where their octets begin."""
    while c.remaining:
        kind = peek_varint(c, 0)[0]
        name = NAMES.get(kind, "Unknown")
        with c.group(F.frame, None, name) as c:
            start = c.pos
            varint(c, F.frame_type)
            short = SHORT.get(kind)
            if short is not None:
                said.append(short)
            if not _frame(c, kind, start, said, handed):
                c.note("warn", "Undecoded", f"Unknown Frame Type {kind:#x}", "quic.ft.unknown")
                c.skip(c.remaining)


def _frame(c: Cursor, kind: int, start: int, said: list[str], handed: dict[int, Any]) -> bool:
    """What is behind a frame's type; False where the type is not known."""
    if kind == PADDING:
        rest = c.data[c.pos : c.end]
        more = len(rest) - len(rest.lstrip(b"\0"))
        c.add(F.padding_length, more, value=1 + more)
        c.label(f"PADDING Length: {1 + more}")
    elif kind in (ACK, ACK_ECN):
        _ack(c, kind)
    elif kind == CRYPTO:
        _crypto(c, handed)
    elif 0x08 <= kind <= 0x0F:
        _stream(c, kind, start, said, handed)
    elif kind in NUMBERS:
        values = [varint(c, field) for field in NUMBERS[kind]]
        if kind in TOLD_OF:
            said[-1] += f"({values[0]})"
    elif kind in REST:
        REST[kind](c, kind)
    else:
        return kind == PING
    return True


def _ack(c: Cursor, kind: int) -> None:
    for field in (F.largest, F.ack_delay):
        varint(c, field)
    count = varint(c, F.range_count)
    varint(c, F.first_range)
    for _ in range(count):
        varint(c, F.gap)
        varint(c, F.ack_range)
    if kind == ACK_ECN:
        for field in (F.ect0, F.ect1, F.ecn_ce):
            varint(c, field)


def _crypto(c: Cursor, handed: dict[int, Any]) -> None:
    varint(c, F.crypto_offset)
    size = varint(c, F.crypto_length)
    with c.group(F.crypto_data, size) as c:
        pass_on(c, "tls", size, handed.get(c.pos), "TLS handshake")


def pass_on(c: Cursor, layer: str, size: int, told: Any, title: str) -> bool:
    """Dissect what the next octets add to their stream: themselves, or what was put together with them.

    False where they add nothing yet.
    """
    run, start, h = c.run, c.pos, c.h
    if c.remaining < size:
        c.skip(size)  # too few
    more = told is None or bool(told.data)
    if told is not None and told.again:
        c.note("note", "Sequence", AGAIN, "quic.retransmission")
    elif more:
        h.__dict__["_told"] = told
        locked, run.columns_locked = run.columns_locked, True
        if told is None or (not told.before and told.data == c.data[start : start + size]):
            c.child(layer, size)
        else:
            c.inside(layer, told.data if layer == "tls" else told.before + told.data, title)
        run.columns_locked = locked
    c.pos = start + size
    return more


def _stream(c: Cursor, kind: int, start: int, said: list[str], handed: dict[int, Any]) -> None:
    at, c.pos = c.pos, start
    for field in (F.fin, F.len_bit, F.off_bit):
        c.add(field, 1)
        c.pos = start
    c.pos = at
    number = varint(c, F.stream_id)
    c.derived(F.initiator, number & 1)
    c.derived(F.direction, number >> 1 & 1)
    said[-1] += f"({number})"
    offset = varint(c, F.stream_offset) if kind & 4 else 0
    size = varint(c, F.stream_length) if kind & 2 else c.remaining
    c.label(
        f"STREAM id={number} fin={kind & 1} off={offset} len={size} dir={DIRECTIONS[number >> 1 & 1]}"
        f" origin={INITIATORS[number & 1]}"
    )
    begin = c.pos
    c.add(F.stream_data, size)
    c.h.__dict__.setdefault("_streams", []).append((number, offset, begin, size, handed.get(begin), kind & 1))


def _token(c: Cursor, kind: int) -> None:
    c.add(F.nt_token, varint(c, F.nt_length))


def _new_id(c: Cursor, kind: int) -> None:
    varint(c, F.nci_sequence)
    varint(c, F.nci_retire)
    c.add(F.nci_id, c.add(F.nci_length))
    c.add(F.nci_token)


def _challenge(c: Cursor, kind: int) -> None:
    c.add(F.challenge if kind == CHALLENGE else F.response)


def _close(c: Cursor, kind: int) -> None:
    text = ""
    if kind == CLOSE:
        error = varint(c, F.cc_error)
        text = f" Error code: {ERRORS.get(error, error)}"
        if error >> 8 == 1 and error & 0xFF in ALERTS:
            c.pos -= 1
            c.add(F.cc_alert, 1)
            text += f" ({ALERTS[error & 0xFF]})"
        varint(c, F.cc_frame)
    else:
        text = f" Error code: {varint(c, F.cc_app):#x}"
    c.add(F.cc_reason, varint(c, F.cc_reason_length))
    c.label(NAMES[kind] + text)


def _datagram(c: Cursor, kind: int) -> None:
    c.add(F.datagram, varint(c, F.dg_length) if kind & 1 else c.remaining)


def _frequency(c: Cursor, kind: int) -> None:
    for field in (F.af_sequence, F.af_threshold, F.af_delay):
        varint(c, field)
    c.add(F.af_last)


REST = {
    NEW_TOKEN: _token, NEW_ID: _new_id, CHALLENGE: _challenge, RESPONSE: _challenge, CLOSE: _close, CLOSE_APP: _close,
    0x30: _datagram, 0x31: _datagram, 0xAF: _frequency,
}  # fmt: skip
