"""LDP (RFC 5036): labels and the prefixes they stand for.

    +-------------------------------+-------------------------------+
    |          version (1)          |          PDU length           |
    +-------------------------------+-------------------------------+
    |        LSR identifier, 32 bits; label space, 16 bits          |
    +-+-----------------------------+-------------------------------+
    |U|            type             |        message length         |
    +-+-----------------------------+-------------------------------+
    |   message id; then parameters: U, F, type (14), length, value |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC_HEX, HEX, STRING, Field, flag, group, ipv4, ipv6, raw, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

MESSAGES = {
    0x0001: "Notification Message", 0x0100: "Hello Message", 0x0200: "Initialization Message",
    0x0201: "Keep Alive Message", 0x0202: "Capability Message", 0x0300: "Address Message",
    0x0301: "Address Withdrawal Message", 0x0400: "Label Mapping Message", 0x0401: "Label Request Message",
    0x0402: "Label Withdrawal Message", 0x0403: "Label Release Message", 0x0404: "Label Abort Request Message",
}  # fmt: skip
PARAMETERS = {
    0x0100: "FEC", 0x0101: "Address List", 0x0103: "Hop Count", 0x0104: "Path Vector", 0x0200: "Generic Label",
    0x0201: "ATM Label", 0x0202: "Frame Label", 0x0300: "Status", 0x0301: "Extended Status", 0x0302: "Returned PDU",
    0x0303: "Returned Message", 0x0400: "Common Hello Parameters", 0x0401: "IPv4 Transport Address",
    0x0402: "Configuration Sequence Number", 0x0403: "IPv6 Transport Address", 0x0404: "MAC",
    0x0500: "Common Session Parameters", 0x0503: "Fault Tolerance Session Parameters",
    0x0600: "Label Request Message ID", 0x096A: "PW Status", 0x096B: "PW Interface Parameters",
}  # fmt: skip
FECS = {1: "Wildcard FEC", 2: "Prefix FEC", 3: "Host Address FEC", 128: "Virtual Circuit FEC",
        129: "Generalized PWid FEC"}  # fmt: skip
FAMILIES = {1: "IPv4", 2: "IPv6"}
HEADER, MESSAGE_HEADER = 10, 4
WILDCARD, PREFIX, HOST = 1, 2, 3


class LDP(Layer):
    """A PDU: several messages of one router."""

    name, label, column = "ldp", "Label Distribution Protocol", "LDP"
    binds = {"tcp.port": (646,), "udp.port": (646,)}
    accepts = lambda p: p.u16(0) == 1
    messages = Messages(
        header=HEADER, length=lambda p: where((p.u16(0) == 1) & (p.u16(2) >= 6), 4 + p.u16(2), AS_IT_IS)
    )

    pdu = group("", "Label Distribution Protocol")
    version = u16(None, "ldp.hdr.version", "Version")
    pdu_len = u16(None, "ldp.hdr.pdu_len", "PDU Length")
    lsr = ipv4(None, "ldp.hdr.ldpid.lsr", "LSR ID")
    space = u16(None, "ldp.hdr.ldpid.lsid", "Label Space ID")
    message = group("", "Message")
    message_word = u16(None, "", "Message")
    ubit = flag(None, "ldp.msg.ubit", "U bit", 0x8000, within=message_word)
    message_type = u16(None, "ldp.msg.type", "Message Type", HEX, mask=0x7FFF, names=MESSAGES, within=message_word)
    message_len = u16(None, "ldp.msg.len", "Message Length")
    message_id = u32(None, "ldp.msg.id", "Message ID", HEX)
    tlv = group("", "TLV")
    tlv_word = u16(None, "", "TLV")
    tlv_unknown = u8(None, "ldp.msg.tlv.unknown", "TLV Unknown bits", HEX, mask=0xC000, size=2, within=tlv_word)
    tlv_type = u16(None, "ldp.msg.tlv.type", "TLV Type", HEX, mask=0x3FFF, names=PARAMETERS, within=tlv_word)
    tlv_len = u16(None, "ldp.msg.tlv.len", "TLV Length")
    tlv_value = raw(None, "ldp.msg.tlv.value", "TLV Value")
    hold = u16(None, "ldp.msg.tlv.hello.hold", "Hold Time")
    hello_word = u16(None, "", "Hello flags")
    targeted = flag(None, "ldp.msg.tlv.hello.targeted", "Targeted Hello", 0x8000, within=hello_word)
    requested = flag(None, "ldp.msg.tlv.hello.requested", "Hello Requested", 0x4000, within=hello_word)
    gtsm = flag(None, "ldp.msg.tlv.hello.gtsm", "GTSM Flag", 0x2000, within=hello_word)
    hello_reserved = u16(None, "ldp.msg.tlv.hello.res", "Reserved", HEX, mask=0x1FFF, within=hello_word)
    transport = ipv4(None, "ldp.msg.tlv.ipv4.taddr", "IPv4 Transport Address")
    transport_6 = ipv6(None, "ldp.msg.tlv.ipv6.taddr", "IPv6 Transport Address")
    sequence = u32(None, "ldp.msg.tlv.hello.cnf_seqno", "Configuration Sequence Number")
    fec = group("", "FEC Element")
    fec_type = u8(None, "ldp.msg.tlv.fec.type", "FEC Element Type", names=FECS)
    fec_family = u16(None, "ldp.msg.tlv.fec.af", "FEC Element Address Type", names=FAMILIES)
    fec_len = u8(None, "ldp.msg.tlv.fec.len", "FEC Element Length")
    fec_prefix = Field("ldp.msg.tlv.fec.pfval", "FEC Element Prefix Value", STRING)
    fec_host = Field("ldp.msg.tlv.fec.hoval", "FEC Element Host Address Value", STRING)
    family = u16(None, "ldp.msg.tlv.addrl.addr_family", "Address Family", names=FAMILIES)
    address = Field("ldp.msg.tlv.addrl.addr", "Address", STRING)
    hops = u8(None, "ldp.msg.tlv.hc.value", "Hop Count Value")
    path = ipv4(None, "ldp.msg.tlv.pv.lsrid", "LSR Id")
    session_version = u16(None, "ldp.msg.tlv.sess.ver", "Session Protocol Version")
    keep_alive = u16(None, "ldp.msg.tlv.sess.ka", "Session KeepAlive Time")
    session_word = u8(None, "", "Session flags")
    advertising = flag(None, "ldp.msg.tlv.sess.advbit", "Session Label Advertisement Discipline", 0x80,
                       within=session_word)  # fmt: skip
    loops = flag(None, "ldp.msg.tlv.sess.ldetbit", "Session Loop Detection", 0x40, within=session_word)
    path_limit = u8(None, "ldp.msg.tlv.sess.pvlim", "Session Path Vector Limit")
    max_pdu = u16(None, "ldp.msg.tlv.sess.mxpdu", "Session Max PDU Length")
    receiver = ipv4(None, "ldp.msg.tlv.sess.rxlsr", "Session Receiver LSR Identifier")
    receiver_space = u16(None, "ldp.msg.tlv.sess.rxls", "Session Receiver Label Space Identifier")
    generic_label = u32(None, "ldp.msg.tlv.generic.label", "Generic Label", DEC_HEX, mask=0xFFFFF)
    request = u32(None, "ldp.msg.tlv.lbl_req_msg_id", "Label Request Message ID", HEX)
    status_word = u32(None, "", "Status")
    status_e = flag(None, "ldp.msg.tlv.status.ebit", "E Bit", 0x80000000, within=status_word)
    status_f = flag(None, "ldp.msg.tlv.status.fbit", "F Bit", 0x40000000, within=status_word)
    status_data = u32(None, "ldp.msg.tlv.status.data", "Status Data", HEX, mask=0x3FFFFFFF, within=status_word)
    status_id = u32(None, "ldp.msg.tlv.status.msg.id", "Message ID", HEX)
    status_type = u16(None, "ldp.msg.tlv.status.msg.type", "Message Type", HEX, names=MESSAGES)
    extended_status = u32(None, "ldp.msg.tlv.extstatus.data", "Extended Status Data", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            size = c.peek(2, 2)
            with c.group(cls.pdu, min(max(4 + size, HEADER), c.limit - c.pos)) as c:
                for field in (cls.version, cls.pdu_len, cls.lsr, cls.space):
                    c.add(field)
                if 4 + size < HEADER:
                    c.note("warn", "Malformed", "Length of the packet is malformed", "ldp.invalid_length")
                while c.remaining:
                    said.append(cls._message(c))
        c.info(" ".join(said))

    @classmethod
    def _message(cls, c: Cursor) -> str:
        kind, size = c.peek(2) & 0x7FFF, c.peek(2, 2)
        name = MESSAGES.get(kind, f"Unknown Message type (0x{kind:04x})")
        if size < MESSAGE_HEADER or size > c.limit - c.pos - 4:
            c.note("warn", "Malformed", "Length of the message is malformed", "ldp.invalid_length")
            c.rest(cls.tlv_value)
            return name
        with c.group(cls.message, MESSAGE_HEADER + size, name) as c:
            c.add(cls.message_word)
            c.add(cls.message_len)
            c.add(cls.message_id)
            while c.remaining:
                cls._parameter(c)
        return name

    @classmethod
    def _parameter(cls, c: Cursor) -> None:
        kind = c.peek(2) & 0x3FFF
        title = PARAMETERS.get(kind, f"Unknown TLV type (0x{kind:04x})")
        with c.group(cls.tlv, min(4 + c.peek(2, 2), c.limit - c.pos), title) as c:
            c.add(cls.tlv_word)
            c.add(cls.tlv_len)
            fields = FIXED.get(kind)
            if fields is not None:
                for field in fields:
                    c.add(field)
            elif kind in READERS:
                READERS[kind](c)
            c.rest(cls.tlv_value)


FIXED: dict[int, tuple[Field, ...]] = {
    0x0103: (LDP.hops,), 0x0200: (LDP.generic_label,), 0x0300: (LDP.status_word, LDP.status_id, LDP.status_type),
    0x0301: (LDP.extended_status,), 0x0400: (LDP.hold, LDP.hello_word), 0x0401: (LDP.transport,),
    0x0402: (LDP.sequence,), 0x0403: (LDP.transport_6,), 0x0600: (LDP.request,),
    0x0500: (LDP.session_version, LDP.keep_alive, LDP.session_word, LDP.path_limit, LDP.max_pdu, LDP.receiver,
             LDP.receiver_space),
}  # fmt: skip


def shown(family: int, octets: bytes) -> str:
    """An address or the beginning of one, as text."""
    if family == 2:
        return str(IPv6Address(octets[:16].ljust(16, b"\0")))
    return str(IPv4Address(octets[:4].ljust(4, b"\0")))


def forwarding(c: Cursor) -> None:
    """What a label is for (3.4.1)."""
    while c.remaining:
        with c.group(LDP.fec, text="FEC Element") as c:
            kind = c.add(LDP.fec_type)
            if kind == WILDCARD:
                continue
            if kind not in (PREFIX, HOST):
                c.rest(LDP.tlv_value)
                return
            family = c.add(LDP.fec_family)
            size = c.add(LDP.fec_len)
            octets = (size + 7) // 8 if kind == PREFIX else size
            c.add(LDP.fec_prefix if kind == PREFIX else LDP.fec_host, octets, value=shown(family, c.peek_bytes(octets)))


def addresses(c: Cursor) -> None:
    """The addresses of a router (3.4.3)."""
    family = c.add(LDP.family)
    size = {1: 4, 2: 16}.get(family, 0)
    while size and c.remaining:
        c.add(LDP.address, size, value=shown(family, c.peek_bytes(size)))


def path_vector(c: Cursor) -> None:
    """The routers that a request has come by (3.4.5)."""
    while c.remaining:
        c.add(LDP.path)


READERS: dict[int, Callable[[Cursor], None]] = {0x0100: forwarding, 0x0101: addresses, 0x0104: path_vector}
