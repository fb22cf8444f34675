"""SCCP, signalling system 7's network layer (ITU-T Q.713), and the heads of MTP3's other users: ISUP (Q.763), its management.

    SCCP: type (1), then by type fixed fields, a pointer to each variable one (1 each, from itself), to the optional ones
    an address: indicator (1), point code (2), subsystem (1), global title;  ISUP: circuit (2, little-endian), type (1)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, HEX_DEC, REST, STRING, UINT8, Field, alias, group, raw, u8, u16, u24
from dissect.engine.layer import Layer
from dissect.layers.ss7_names import ISUP_SHORT, ISUP_TYPES, SCCP_TYPES

CR, CC, CREF, RLSD, RLC, DT1, DT2, AK, UDT, UDTS, ED, EA, RSR, RSC, ERR, IT, XUDT, XUDTS = range(1, 19)
SHORT = ("CR", "CC", "CREF", "RLSD", "RLC", "DT1", "DT2", "AK", "UDT", "UDTS", "ED", "EA", "RSR", "RSC", "ERR", "IT", "XUDT", "XUDTS", "LUDT", "LUDTS")
CALLING, USER_DATA = 4, 15
DIGITS = "0123456789ABCDEF"


def _digits(octets: bytes, odd: bool) -> str:
    text = "".join(DIGITS[octet & 15] + DIGITS[octet >> 4] for octet in octets)
    return text[:-1] if odd and text else text


def _address(name: str, label: str) -> dict[str, Field]:
    """The fields of an address: of who is called, or who calls."""
    indicator = u8(None, "", "Address Indicator", HEX)
    return {
        "indicator": indicator,
        "reserved": u8(None, f"sccp.{name}.reserved", "Reserved for national use", HEX, mask=0x80, within=indicator),
        "ri": u8(None, f"sccp.{name}.ri", "Routing Indicator", HEX, mask=0x40, within=indicator),
        "gti": u8(None, f"sccp.{name}.gti", "Global Title Indicator", HEX, mask=0x3C, within=indicator),
        "ssni": u8(None, f"sccp.{name}.ssni", "SubSystem Number Indicator", HEX, mask=0x02, within=indicator),
        "pci": u8(None, f"sccp.{name}.pci", "Point Code Indicator", HEX, mask=0x01, within=indicator),
        "pc": u16(None, f"sccp.{name}.pc", "PC", mask=0x3FFF, little=True),
        "ssn": u8(None, f"sccp.{name}.ssn", "SubSystem Number", also=(alias("sccp.ssn", UINT8, "SubSystem Number"),)),
        "tt": u8(None, f"sccp.{name}.tt", "Translation Type", HEX_DEC),
        "plan": u8(None, "", "Numbering plan and encoding", HEX),
        "nature": u8(None, "", "Nature of address", HEX),
        "digits": Field(f"sccp.{name}.digits", f"{label} Party Digits", STRING, also=(alias("sccp.digits", STRING, "Digits"),)),
    }  # fmt: skip


class SCCP(Layer):
    """One message."""

    name, label, column = "sccp", "Signalling Connection Control Part", "SCCP (Int. ITU)"
    binds = {"mtp3.service_indicator": (3,), "linktype": (142,)}
    reaches = ("sccp.ssn", "sccp.guess", "data")

    type = u8(0, "sccp.message_type", "Message Type", HEX, names=SCCP_TYPES)
    length = lambda h: h.end - h.start

    dlr, slr = u24(None, "sccp.dlr", "Destination Local Reference", HEX, little=True), u24(None, "sccp.slr", "Source Local Reference", HEX, little=True)
    service = u8(None, "", "Class and handling", HEX)
    klass = u8(None, "sccp.class", "Class", HEX, mask=0x0F, within=service)
    connected = u8(None, "sccp.class", "Class", HEX, mask=0x0F)
    handling = u8(None, "sccp.handling", "Message handling", HEX, mask=0xF0, within=service)
    hops = u8(None, "sccp.hops", "Hop Counter", HEX)
    segmenting = u8(None, "", "Segmenting/Reassembling", HEX)
    more = u8(None, "sccp.more", "More data", HEX, mask=0x01, within=segmenting)
    release = u8(None, "sccp.release_cause", "Release Cause", HEX)
    returned = u8(None, "sccp.return_cause", "Return Cause", HEX)
    reset = u8(None, "sccp.reset_cause", "Reset Cause", HEX)
    error = u8(None, "sccp.error_cause", "Error Cause", HEX)
    refused = u8(None, "sccp.refusal_cause", "Refusal Cause", HEX)
    credit = u8(None, "sccp.credit", "Credit", HEX)
    numbers = raw(None, "", "Sequencing/Segmenting", size=2)
    pointers = tuple(u16(None, f"sccp.variable_pointer{n}", f"Pointer to mandatory variable parameter {n}", size=1) for n in (1, 2, 3))
    optional = u16(None, "sccp.optional_pointer", "Pointer to Optional parameter", size=1)
    parameter_size = u16(None, "sccp.parameter_length", "Variable parameter length", size=1)
    data_size = u8(None, "", "Length of the data")
    option, option_type = group("", "Optional parameter"), u8(None, "", "Parameter")
    called_party, calling_party = group("", "Called Party address"), group("", "Calling Party address")
    called, calling = _address("called", "Called"), _address("calling", "Calling")
    called_fields, calling_fields = tuple(called.values()), tuple(calling.values())
    called_parts = (
        u8(None, "sccp.called.np", "Numbering Plan", HEX, mask=0xF0, within=called["plan"]),
        u8(None, "sccp.called.es", "Encoding Scheme", HEX, mask=0x0F, within=called["plan"]),
        u8(None, "sccp.called.nai", "Nature of Address Indicator", HEX, mask=0x7F, within=called["nature"]),
    )
    calling_parts = (
        u8(None, "sccp.calling.np", "Numbering Plan", HEX, mask=0xF0, within=calling["plan"]),
        u8(None, "sccp.calling.es", "Encoding Scheme", HEX, mask=0x0F, within=calling["plan"]),
        u8(None, "sccp.calling.nai", "Nature of Address Indicator", HEX, mask=0x7F, within=calling["nature"]),
    )
    contents = raw(None, "", "Contents")

    @staticmethod
    def info(type: int) -> str:
        return f"{SHORT[type - 1]} " if 1 <= type <= len(SHORT) else f"Unknown message ({type})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 1
        fixed: dict[int, tuple[Field, ...]] = {
            CR: (cls.slr, cls.connected), CC: (cls.dlr, cls.slr, cls.connected), CREF: (cls.dlr, cls.refused),
            RLSD: (cls.dlr, cls.slr, cls.release), RLC: (cls.dlr, cls.slr), DT1: (cls.dlr, cls.segmenting),
            DT2: (cls.dlr, cls.numbers), AK: (cls.dlr, cls.numbers, cls.credit), UDT: (cls.service,), UDTS: (cls.returned,),
            ED: (cls.dlr,), EA: (cls.dlr,), RSR: (cls.dlr, cls.slr, cls.reset), RSC: (cls.dlr, cls.slr),
            ERR: (cls.dlr, cls.error), IT: (cls.dlr, cls.slr, cls.connected, cls.numbers, cls.credit),
            XUDT: (cls.service, cls.hops), XUDTS: (cls.returned, cls.hops),
        }  # fmt: skip
        for field in fixed.get(c.h.type, ()):
            c.add(field)
        if c.h.type in (UDT, UDTS, XUDT, XUDTS):
            cls._unit(c, c.h.type in (XUDT, XUDTS))
        elif c.h.type == CR:
            at = c.pos + c.add(cls.pointers[0])
            has = c.add(cls.optional)
            cls._variable(c, at, cls.called_party, cls.called)
            if has:
                cls._options(c)
        elif c.h.type in (CC, CREF, RLSD) and c.add(cls.optional):
            cls._options(c)
        elif c.h.type in (DT1, DT2, ED):
            at = c.pos + c.add(cls.pointers[0])
            cls._data(c, at, cls.data_size)
        c.rest(cls.contents)

    @classmethod
    def _unit(cls, c: Cursor, extended: bool) -> None:
        """A message without a connection: both addresses and the data, wherever the pointers say they are."""
        called, calling, data = (c.pos + c.add(pointer) for pointer in cls.pointers)
        if extended:
            c.add(cls.optional)
        cls._variable(c, called, cls.called_party, cls.called)
        cls._variable(c, calling, cls.calling_party, cls.calling)
        cls._data(c, data, cls.parameter_size)

    @classmethod
    def _options(cls, c: Cursor) -> None:
        """Optional parameters: a type, a length, what it says; a type of 0 ends them."""
        while c.remaining and c.peek(1):
            with c.group(cls.option, 2 + c.peek(1, 1)) as c:
                kind, size = c.add(cls.option_type), c.add(cls.parameter_size)
                if kind == CALLING and size:
                    with c.group(cls.calling_party, size) as c:
                        cls._party(c, cls.calling)
                elif kind == USER_DATA and size:
                    cls._user(c, size)
                c.rest(cls.contents)

    @classmethod
    def _data(cls, c: Cursor, at: int, length: Field) -> None:
        if at < c.pos:
            return
        if at > c.pos:
            c.add(cls.contents, at - c.pos)
        size = c.add(length)
        if size:
            cls._user(c, size)

    @classmethod
    def _user(cls, c: Cursor, size: int) -> None:
        """The layer of who is called, or calls; else what it looks like."""
        for number in c.h.__dict__.get("subsystems", ()):
            if c.payload("sccp.ssn", number, size):
                return
        if not c.payload("sccp.guess", guessed(c.peek_bytes(min(size, c.remaining)), size), size):
            c.child("data", size)

    @classmethod
    def _variable(cls, c: Cursor, at: int, party: Field, fields: dict[str, Field]) -> None:
        if at < c.pos:  # pointers may go back: what was read stays read
            return
        if at > c.pos:
            c.add(cls.contents, at - c.pos)
        size = c.add(cls.parameter_size)
        if size:
            with c.group(party, size) as c:
                cls._party(c, fields)

    @classmethod
    def _party(cls, c: Cursor, fields: dict[str, Field]) -> None:
        indicator = c.add(fields["indicator"])
        title, odd = indicator >> 2 & 15, False
        if indicator & 1:
            c.add(fields["pc"])
        if indicator & 2:
            c.h.__dict__.setdefault("subsystems", []).append(c.add(fields["ssn"]))
        if title == 1:
            odd = c.add(fields["nature"]) >> 7 == 1
        elif title:
            c.add(fields["tt"])
            if title in (3, 4):
                odd = c.add(fields["plan"]) & 15 == 1
            if title == 4:
                c.add(fields["nature"])
        if title and c.remaining:
            c.add(fields["digits"], c.remaining, value=_digits(c.peek_bytes(c.remaining), odd))


def guessed(octets: bytes, size: int) -> int:
    """1 for BSSAP by its own length (3GPP TS 48.006, 9.3), else 0."""
    if len(octets) >= 3 and ((octets[0] == 0 and octets[1] == size - 2) or (octets[0] == 1 and octets[2] == size - 3)):
        return 1
    return 0


class ISUP(Layer):
    """A message about a circuit; its parameters as octets."""

    name, label, column = "isup", "ISDN User Part", "ISUP(ITU)"
    binds = {"mtp3.service_indicator": (5,)}

    circuit = u16(0, "isup.cic", "CIC", mask=0x0FFF, little=True)
    type = u8(2, "isup.message_type", "Message Type", names=ISUP_TYPES)
    contents = raw(3, "", "Parameters", size=REST)
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int, circuit: int) -> str:
        return f"{ISUP_SHORT.get(type, 'Reserved' if type in ISUP_TYPES else 'Unknown')} (CIC {circuit}) "


class MTP3Management(Layer):
    """What MTP3 tells MTP3: changeovers, tests of links."""

    name, label, column = "mtp3mg", "Message Transfer Part Level 3 Management", "MTP3MG"
    binds = {"mtp3.service_indicator": (0, 1, 2)}

    h0 = u8(0, "mtp3mg.h0", "H0 (Message Group)", HEX, mask=0x0F)
    h1 = u8(0, "mtp3mg.h1", "H1 (Message)", HEX, mask=0xF0)
    contents = raw(1, "", "Contents", size=REST)
    length = lambda h: h.end - h.start
