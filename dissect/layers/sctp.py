"""SCTP (RFC 9260), with AUTH (RFC 4895), ASCONF (RFC 5061), forward TSN (RFC 3758), interleaving (RFC 8260),
re-configuration (RFC 6525), padding (RFC 4820) and NR-SACK.

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |          source port          |       destination port        |
    +-------------------------------+-------------------------------+
    |                       verification tag                        |
    +---------------------------------------------------------------+
    |                       checksum (CRC32c)                       |
    +---------------+---------------+-------------------------------+
    |  chunk type   |     flags     |         chunk length          |   chunks, padded to 4 octets
    +---------------+---------------+-------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    UINT8,
    UINT16,
    Field,
    alias,
    flag,
    group,
    ipv4,
    ipv6,
    raw,
    stringz,
    u8,
    u16,
    u32,
)
from dissect.engine.layer import Layer
from dissect.layers.checksums import BAD, GOOD, STATUS, UNVERIFIED
from dissect.layers.streams import conversation

CHUNKS = {
    0: "DATA", 1: "INIT", 2: "INIT_ACK", 3: "SACK", 4: "HEARTBEAT", 5: "HEARTBEAT_ACK", 6: "ABORT", 7: "SHUTDOWN",
    8: "SHUTDOWN_ACK", 9: "ERROR", 10: "COOKIE_ECHO", 11: "COOKIE_ACK", 12: "ECNE", 13: "CWR", 14: "SHUTDOWN_COMPLETE",
    15: "AUTH", 16: "NR_SACK", 64: "I_DATA", 128: "ASCONF_ACK", 129: "PKTDROP", 130: "RE_CONFIG", 132: "PAD", 192: "FORWARD_TSN",
    193: "ASCONF", 194: "I_FORWARD_TSN",
}  # fmt: skip
PARAMETERS = {
    1: "Heartbeat info", 5: "IPv4 address", 6: "IPv6 address", 7: "State cookie", 8: "Unrecognized parameter",
    9: "Cookie preservative", 11: "Hostname address", 12: "Supported address types", 13: "Outgoing SSN reset request",
    14: "Incoming SSN reset request", 15: "SSN/TSN reset request", 16: "Re-configuration response",
    17: "Add outgoing streams request", 18: "Add incoming streams request", 0x8000: "ECN", 0x8002: "Random",
    0x8003: "Authentication Chunk list", 0x8004: "Requested HMAC Algorithm", 0x8005: "Padding", 0x8008: "Supported Extensions",
    0xC000: "Forward TSN supported", 0xC001: "Add IP address", 0xC002: "Delete IP address", 0xC003: "Error cause indication",
    0xC004: "Set primary address", 0xC005: "Success report", 0xC006: "Adaptation Layer Indication",
}  # fmt: skip
CAUSES = {
    1: "Invalid stream identifier", 2: "Missing mandatory parameter", 3: "Stale cookie error", 4: "Out of resource",
    5: "Unresolvable address", 6: "Unrecognized chunk type", 7: "Invalid mandatory parameter", 8: "Unrecognized parameters",
    9: "No user data", 10: "Cookie received while shutting down", 11: "Restart of an association with new addresses",
    12: "User initiated ABORT", 13: "Protocol violation", 0xA0: "Request to delete last address",
    0xA1: "Operation refused due to resource shortage", 0xA2: "Request to delete source address",
    0x105: "Unsupported HMAC identifier",
}  # fmt: skip
DATA, I_DATA = 0, 64
WHOLE = 0x03  # begin and end bits: the chunk holds a whole message


def _crc_table() -> tuple[int, ...]:
    """CRC32c, reflected (RFC 9260, appendix A)."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ 0x82F63B78 * (byte & 1)
        table.append(byte)
    return tuple(table)


_TABLE: tuple[int, ...] = ()


def crc32c(data: bytes) -> int:
    """The CRC32c of bytes, as the number that stands in a header read big-endian."""
    global _TABLE
    _TABLE = _TABLE or _crc_table()
    crc, table = 0xFFFFFFFF, _TABLE
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return int.from_bytes((crc ^ 0xFFFFFFFF).to_bytes(4, "little"), "big")


class SCTP(Layer):
    """A packet: its header and its chunks."""

    name, label, column = "sctp", "Stream Control Transmission Protocol", "SCTP"
    binds = {"ip.proto": (132,), "udp.port": (9899,), "linktype": (248,)}
    reaches = ("sctp.ppi", "sctp.port", "data")

    srcport = u16(0, "sctp.srcport", "Source port", also=(alias("sctp.port", UINT16, "Port"),))
    dstport = u16(2, "sctp.dstport", "Destination port", also=(alias("sctp.port", UINT16, "Port"),))
    tag = u32(4, "sctp.verification_tag", "Verification tag", HEX)
    association = u16(
        None, "sctp.assoc_index", "Association index", value=conversation, when=lambda h: conversation(h) >= 0,
    )  # fmt: skip
    checksum = u32(8, "sctp.checksum", "Checksum", HEX)
    status = Field("sctp.checksum.status", "Checksum Status", UINT8, names=STATUS)
    chunk = group("", "Chunk")
    kind = u8(None, "sctp.chunk_type", "Chunk type", names=CHUNKS)
    bit_1 = flag(0, "sctp.chunk_bit_1", "Bit", 0x80, within=kind)
    bit_2 = flag(0, "sctp.chunk_bit_2", "Bit", 0x40, within=kind)
    flags = u8(None, "sctp.chunk_flags", "Chunk flags", HEX)
    data_flags = u8(None, "sctp.chunk_flags", "Chunk flags", HEX)
    i_bit = flag(0, "sctp.data_i_bit", "I-Bit", 0x08, within=data_flags)
    u_bit = flag(0, "sctp.data_u_bit", "U-Bit", 0x04, within=data_flags)
    b_bit = flag(0, "sctp.data_b_bit", "B-Bit", 0x02, within=data_flags)
    e_bit = flag(0, "sctp.data_e_bit", "E-Bit", 0x01, within=data_flags)
    abort_flags = u8(None, "sctp.chunk_flags", "Chunk flags", HEX)
    abort_bit = flag(0, "sctp.abort_t_bit", "T-Bit", 0x01, within=abort_flags)
    complete_flags = u8(None, "sctp.chunk_flags", "Chunk flags", HEX)
    complete_bit = flag(0, "sctp.shutdown_complete_t_bit", "T-Bit", 0x01, within=complete_flags)
    sack_flags = u8(None, "sctp.chunk_flags", "Chunk flags", HEX)
    nonce = u8(0, "sctp.sack_nounce_sum", "Nonce sum", mask=0x01, within=sack_flags)
    chunk_length = u16(None, "sctp.chunk_length", "Chunk length")
    chunk_padding = raw(None, "sctp.chunk_padding", "Chunk padding")
    chunk_value = raw(None, "sctp.chunk_value", "Chunk value")
    # DATA and I-DATA
    tsn = u32(None, "sctp.data_tsn_raw", "Transmission sequence number (absolute)")
    stream = u16(None, "sctp.data_sid", "Stream identifier", HEX)
    stream_number = u16(None, "sctp.data_ssn", "Stream sequence number")
    payload_protocol = u32(None, "sctp.data_payload_proto_id", "Payload protocol identifier")
    reserved = u16(None, "sctp.data_reserved", "Reserved")
    message = u32(None, "sctp.data_mid", "Message identifier")
    part = u32(None, "sctp.data_fsn", "Fragment sequence number")
    # INIT and INIT ACK
    any_tag = u32(None, "sctp.initiate_tag", "Initiate tag", HEX)
    init = (
        u32(None, "sctp.init_initiate_tag", "Initiate tag", HEX), u32(None, "sctp.init_credit", "Advertised receiver window credit"),
        u16(None, "sctp.init_nr_out_streams", "Number of outbound streams"),
        u16(None, "sctp.init_nr_in_streams", "Number of inbound streams"), u32(None, "sctp.init_initial_tsn", "Initial TSN"),
    )  # fmt: skip
    init_ack = (
        u32(None, "sctp.initack_initiate_tag", "Initiate tag", HEX),
        u32(None, "sctp.initack_credit", "Advertised receiver window credit"),
        u16(None, "sctp.initack_nr_out_streams", "Number of outbound streams"),
        u16(None, "sctp.initack_nr_in_streams", "Number of inbound streams"),
        u32(None, "sctp.initack_initial_tsn", "Initial TSN"),
    )  # fmt: skip
    # SACK
    sack = (
        u32(None, "sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ACK (absolute)"),
        u32(None, "sctp.sack_a_rwnd", "Advertised receiver window credit (a_rwnd)"),
        u16(None, "sctp.sack_number_of_gap_blocks", "Number of gap acknowledgement blocks"),
        u16(None, "sctp.sack_number_of_duplicated_tsns", "Number of duplicated TSNs"),
    )  # fmt: skip
    gap_start = u16(None, "sctp.sack_gap_block_start", "Start")
    gap_end = u16(None, "sctp.sack_gap_block_end", "End")
    duplicate = u32(None, "sctp.sack_duplicate_tsn", "Duplicate TSN")
    nr_sack = (
        u32(None, "sctp.nr_sack_cumulative_tsn_ack", "Cumulative TSN ACK"),
        u32(None, "sctp.nr_sack_a_rwnd", "Advertised receiver window credit (a_rwnd)"),
        u16(None, "sctp.nr_sack_number_of_gap_blocks", "Number of gap acknowledgement blocks"),
        u16(None, "sctp.nr_sack_number_of_nr_gap_blocks", "Number of nr-gap acknowledgement blocks"),
        u16(None, "sctp.nr_sack_number_of_duplicated_tsns", "Number of duplicated TSNs"),
        u16(None, "sctp.nr_sack_reserved", "Reserved", HEX),
    )  # fmt: skip
    nr_start = u16(None, "sctp.nr_sack_gap_block_start", "Start")
    nr_end = u16(None, "sctp.nr_sack_gap_block_end", "End")
    # others
    cookie = raw(None, "sctp.cookie", "Cookie")
    shutdown_tsn = u32(None, "sctp.shutdown_cumulative_tsn_ack", "Cumulative TSN Ack")
    ecne_tsn = u32(None, "sctp.ecne_lowest_tsn", "Lowest TSN")
    cwr_tsn = u32(None, "sctp.cwr_lowest_tsn", "Lowest TSN")
    forward_tsn = u32(None, "sctp.forward_tsn_tsn", "New cumulative TSN")
    forward_stream = u16(None, "sctp.forward_tsn_sid", "Stream identifier")
    forward_number = u16(None, "sctp.forward_tsn_ssn", "Stream sequence number")
    key = u16(None, "sctp.shared_key_id", "Shared key identifier")
    hmac_id = u16(None, "sctp.hmac_id", "HMAC identifier")
    hmac = raw(None, "sctp.hmac", "HMAC")
    asconf = u32(None, "sctp.asconf_seq_nr_number", "Sequence number", HEX)
    asconf_ack = u32(None, "sctp.asconf_ack_seq_nr_number", "Sequence number", HEX)
    padding_data = raw(None, "sctp.padding_data", "Padding data")
    # parameters and causes
    parameter = group("", "Parameter")
    parameter_type = u16(None, "sctp.parameter_type", "Parameter type", HEX, names=PARAMETERS)
    parameter_bit_1 = flag(0, "sctp.parameter_bit_1", "Bit", 0x8000, within=parameter_type)
    parameter_bit_2 = flag(0, "sctp.parameter_bit_2", "Bit", 0x4000, within=parameter_type)
    parameter_length = u16(None, "sctp.parameter_length", "Parameter length")
    parameter_value = raw(None, "sctp.parameter_value", "Parameter value")
    parameter_padding = raw(None, "sctp.parameter_padding", "Parameter padding")
    heartbeat = raw(None, "sctp.parameter_heartbeat_information", "Heartbeat information")
    four = ipv4(None, "sctp.parameter_ipv4_address", "IP Version 4 address")
    six = ipv6(None, "sctp.parameter_ipv6_address", "IP Version 6 address")
    state_cookie = raw(None, "sctp.parameter_state_cookie", "State cookie")
    preservative = u32(None, "sctp.parameter_cookie_preservative_incr", "Suggested Cookie life-span increment (msec)")
    hostname = stringz(None, "sctp.parameter_hostname", "Hostname")
    address_type = u16(None, "sctp.parameter_supported_address_type", "Supported address type")
    extension = u8(None, "sctp.supported_chunk_type", "Supported chunk type", names=CHUNKS)
    random = raw(None, "sctp.random_number", "Random number")
    to_authenticate = u8(None, "sctp.chunk_type_to_auth", "Chunk type", names=CHUNKS)
    adaptation = u32(None, "sctp.adaptation_layer_indication", "Indication", HEX)
    correlation = u32(None, "sctp.correlation_id", "Correlation_id", HEX)
    request = u32(None, "sctp.parameter_reconfig_request_sequence_number", "Re-configuration request sequence number")
    response = u32(None, "sctp.parameter_reconfig_response_sequence_number", "Re-configuration response sequence number")
    assigned = u32(None, "sctp.parameter_senders_last_assigned_tsn", "Senders last assigned TSN")
    reset_stream = u16(None, "sctp.parameter_reconfig_sid", "Stream Identifier")
    result = u32(None, "sctp.parameter_reconfig_response_result", "Result")
    cause = group("", "Cause")
    cause_code = u16(None, "sctp.cause_code", "Cause code", HEX, names=CAUSES)
    cause_length = u16(None, "sctp.cause_length", "Cause length")
    cause_information = raw(None, "sctp.cause_information", "Cause information")
    cause_padding = raw(None, "sctp.cause_padding", "Cause padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        size = c.limit - c.h.start
        c.derived(cls.status, cls._status(c, size) if c.h.verify else UNVERIFIED)
        names = []
        while c.remaining >= 4:
            kind, size = c.peek(1), c.peek(2, 2)
            names.append(CHUNKS.get(kind, f"chunk {kind}"))
            padded = max(size, 4) + (-size % 4)
            if "carried" not in c.h.__dict__:  # else the packet list tells of what is carried
                c.info(" ".join(f"{name} " for name in names).strip())
            with c.group(cls.chunk, min(padded, max(c.limit - c.pos, 4)), f"{names[-1]} chunk") as chunk:
                cls._chunk(chunk, kind, max(size, 4))

    @classmethod
    def _status(cls, c: Cursor, size: int) -> int:
        if c.end < c.limit:
            return UNVERIFIED
        start = c.h.start
        octets = c.data[start : start + 8] + b"\0\0\0\0" + c.data[start + 12 : start + size]
        return GOOD if crc32c(octets) == c.h.checksum else BAD

    @classmethod
    def _chunk(cls, c: Cursor, kind: int, size: int) -> None:
        start = c.pos
        c.add(cls.kind)
        flags = {DATA: cls.data_flags, I_DATA: cls.data_flags, 3: cls.sack_flags, 6: cls.abort_flags, 14: cls.complete_flags}
        bits = c.add(flags.get(kind, cls.flags))
        c.add(cls.chunk_length)
        outer_end, outer_limit = c.end, c.limit
        c.limit = min(outer_limit, start + size)
        c.end = min(outer_end, c.limit)
        reader = READERS.get(kind)
        if kind in (DATA, I_DATA):
            cls._data(c, kind, bits)
        elif reader is not None:
            reader(cls, c)
        c.rest(cls.chunk_value)
        c.end, c.limit = outer_end, outer_limit
        c.rest(cls.chunk_padding)

    @classmethod
    def _data(cls, c: Cursor, kind: int, bits: int) -> None:
        c.add(cls.tsn)
        c.add(cls.stream)
        protocol = 0
        if kind == DATA:
            c.add(cls.stream_number)
            protocol = c.add(cls.payload_protocol)
        else:
            c.add(cls.reserved)
            c.add(cls.message)
            if bits & 2:
                protocol = c.add(cls.payload_protocol)
            else:
                c.add(cls.part)
        if not c.remaining:
            return
        if bits & WHOLE != WHOLE:
            c.child("data")
            return
        low, high = sorted((c.h.srcport, c.h.dstport))
        if c.payload("sctp.ppi", protocol) or c.payload("sctp.port", low) or c.payload("sctp.port", high):
            c.h.__dict__["carried"] = True
        else:
            c.child("data")

    @classmethod
    def _parameters(cls, c: Cursor) -> None:
        while c.remaining >= 4:
            kind, size = c.peek(2), c.peek(2, 2)
            if size < 4:
                c.note("error", "Malformed", "Parameter length is below 4", "sctp.parameter_length.bad")
                return
            padded = min(size + (-size % 4), max(c.limit - c.pos, 4))
            with c.group(cls.parameter, padded, f"{PARAMETERS.get(kind, 'Unknown')} parameter") as inside:
                cls._parameter(inside, kind, size)

    @classmethod
    def _parameter(cls, c: Cursor, kind: int, size: int) -> None:
        start = c.pos
        c.add(cls.parameter_type)
        c.add(cls.parameter_length)
        outer_end, outer_limit = c.end, c.limit
        c.end = min(outer_end, start + size)
        c.limit = min(outer_limit, start + size)
        for field in PARAMETER_FIELDS.get(kind, ()):
            c.add(getattr(cls, field))
        repeated = REPEATED.get(kind)
        if repeated is not None:
            field = getattr(cls, repeated)
            while c.remaining >= int(field.size):
                c.add(field)
        if kind in WITH_PARAMETERS:
            cls._parameters(c)
        whole = WHOLE_FIELDS.get(kind, "parameter_value")
        c.rest(getattr(cls, whole))
        c.end, c.limit = outer_end, outer_limit
        c.rest(cls.parameter_padding)

    @classmethod
    def _causes(cls, c: Cursor) -> None:
        while c.remaining >= 4:
            kind, size = c.peek(2), max(c.peek(2, 2), 4)
            padded = min(size + (-size % 4), max(c.limit - c.pos, 4))
            with c.group(cls.cause, padded, f"{CAUSES.get(kind, 'Unknown')} cause") as inside:
                inside.add(cls.cause_code)
                inside.add(cls.cause_length)
                if size > 4:
                    inside.add(cls.cause_information, min(size - 4, inside.remaining))
                inside.rest(cls.cause_padding)


Reader = Callable[[type[SCTP], Cursor], None]


def _fields(*names: str, then: str = "") -> Reader:
    def read(cls: type[SCTP], c: Cursor) -> None:
        for name in names:
            c.add(getattr(cls, name))
        if then:
            getattr(cls, then)(c)

    return read


def _initiate(own: str) -> Reader:
    def read(cls: type[SCTP], c: Cursor) -> None:
        fields = getattr(cls, own)
        c.derived(cls.any_tag, c.peek(4))
        for field in fields:
            c.add(field)
        cls._parameters(c)

    return read


def _sack(cls: type[SCTP], c: Cursor) -> None:
    *_, gaps, duplicates = [c.add(field) for field in cls.sack]
    for _ in range(gaps):
        c.add(cls.gap_start)
        c.add(cls.gap_end)
    for _ in range(duplicates):
        c.add(cls.duplicate)


def _nr_sack(cls: type[SCTP], c: Cursor) -> None:
    _, _, gaps, more, *_ = [c.add(field) for field in cls.nr_sack]
    for _ in range(gaps + more):
        c.add(cls.nr_start)
        c.add(cls.nr_end)


def _forward(cls: type[SCTP], c: Cursor) -> None:
    c.add(cls.forward_tsn)
    while c.remaining >= 4:
        c.add(cls.forward_stream)
        c.add(cls.forward_number)


def _authentication(cls: type[SCTP], c: Cursor) -> None:
    c.add(cls.key)
    c.add(cls.hmac_id)
    c.rest(cls.hmac)


def _whole(name: str) -> Reader:
    def read(cls: type[SCTP], c: Cursor) -> None:
        c.rest(getattr(cls, name))

    return read


READERS: dict[int, Reader] = {
    1: _initiate("init"), 2: _initiate("init_ack"), 3: _sack, 4: _fields(then="_parameters"), 5: _fields(then="_parameters"),
    6: _fields(then="_causes"), 7: _fields("shutdown_tsn"), 9: _fields(then="_causes"), 10: _whole("cookie"),
    12: _fields("ecne_tsn"), 13: _fields("cwr_tsn"), 15: _authentication,
    16: _nr_sack, 128: _fields("asconf_ack", then="_parameters"), 129: _fields(), 130: _fields(then="_parameters"),
    132: _whole("padding_data"), 192: _forward, 193: _fields("asconf", then="_parameters"),
}  # fmt: skip
PARAMETER_FIELDS: dict[int, tuple[str, ...]] = {
    5: ("four",), 6: ("six",), 9: ("preservative",), 13: ("request", "response", "assigned"), 14: ("request",),
    15: ("request",), 16: ("response", "result"), 0xC001: ("correlation",), 0xC002: ("correlation",), 0xC003: ("correlation",),
    0xC004: ("correlation",), 0xC005: ("correlation",), 0xC006: ("adaptation",),
}  # fmt: skip
REPEATED = {
    12: "address_type", 0x8003: "to_authenticate", 0x8004: "hmac_id", 0x8008: "extension", 13: "reset_stream", 14: "reset_stream",
}  # fmt: skip
WHOLE_FIELDS = {1: "heartbeat", 7: "state_cookie", 11: "hostname", 0x8002: "random", 0x8005: "padding_data"}
WITH_PARAMETERS = frozenset({0xC001, 0xC002, 0xC004, 8})
