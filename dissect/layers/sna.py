"""IBM's SNA between a subarea and a peripheral node (SNA Formats, GA27-3136: transmission header of format 2).

    +-----------------------+----------+------------+--------+--------------+--------------------------+--------------
    | format (4), map (2),  | reserved | destination | origin | sequence (2) | request/response header  | request unit
    | ODAI, expedited       | (1)      | (1)         | (1)    |              | (3; first or whole)      |
    +-----------------------+----------+------------+--------+--------------+--------------------------+--------------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, group, raw, u8, u16
from dissect.engine.layer import Layer

PERIPHERAL = 2
FORMATS = {0: "SNA device <--> Non-SNA Device", 1: "Subarea Nodes, without ER or VR", PERIPHERAL: "Subarea Node <--> PU2",
           3: "Subarea Node or SNA host <--> Subarea Node", 4: "Subarea Nodes, supporting ER and VR", 5: "HPR routing",
           0xF: "Adjacent Subarea Nodes, supporting ER and VR"}  # fmt: skip
MIDDLE, LAST, FIRST, WHOLE = range(4)
CATEGORIES = {0: "Function Management Data (FMD)", 1: "Network Control (NC)", 2: "Data Flow Control (DFC)", 3: "Session Control (SC)"}


class SNA(Layer):
    """A path information unit."""

    name, label, column = "sna", "Systems Network Architecture", "SNA"
    binds = {"llc.dsap": (0x04, 0x08, 0x0C, 0x40, 0xC8), "ppp": (0x004D,)}
    reaches = ("data",)

    transmission = group("sna.th", "Transmission Header")
    first = u8(None, "sna.th.0", "Transmission Header Byte 0", HEX)
    format = u8(0, "sna.th.fid", "Format Identifier", HEX, mask=0xF0, within=first, names=FORMATS)
    mapping = u8(0, "sna.th.mpf", "Mapping Field", mask=0x0C, within=first)
    assignor = u8(0, "sna.th.odai", "ODAI Assignment Indicator", mask=0x02, within=first)
    expedited = u8(0, "sna.th.efi", "Expedited Flow Indicator", mask=0x01, within=first)
    unused = raw(None, "sna.reserved", "Reserved", size=1)
    to_address = u16(None, "sna.th.daf", "Destination Address Field", HEX, size=1)
    from_address = u16(None, "sna.th.oaf", "Origin Address Field", HEX, size=1)
    number = u16(None, "sna.th.snf", "Sequence Number Field")
    heading = group("sna.rh", "Request/Response Header")
    zero = u8(None, "sna.rh.0", "Request/Response Header Byte 0", HEX)
    responds = u8(0, "sna.rh.rri", "Request/Response Indicator", mask=0x80, within=zero)
    category = u8(0, "sna.rh.ru_category", "Request/Response Unit Category", HEX, mask=0x60, within=zero, names=CATEGORIES)
    zero_bits = bits(zero, "sna.rh", ("fi", "Format Indicator", 0x08), ("sdi", "Sense Data Included", 0x04),
                     ("bci", "Begin Chain Indicator", 0x02), ("eci", "End Chain Indicator", 0x01))  # fmt: skip
    one = u8(None, "sna.rh.1", "Request/Response Header Byte 1", HEX)
    one_bits = bits(one, "sna.rh", ("dr1", "Definite Response 1 Indicator", 0x80),
                    ("lcci", "Length-Checked Compression Indicator", 0x40), ("dr2", "Definite Response 2 Indicator", 0x20),
                    ("eri", "Exception Response Indicator", 0x10), ("rlwi", "Request Larger Window Indicator", 0x04),
                    ("qri", "Queued Response Indicator", 0x02), ("pi", "Pacing Indicator", 0x01))  # fmt: skip
    answer = u8(None, "sna.rh.1", "Request/Response Header Byte 1", HEX)
    answer_bits = bits(answer, "sna.rh", ("dr1", "Definite Response 1 Indicator", 0x80),
                       ("dr2", "Definite Response 2 Indicator", 0x20), ("rti", "Response Type Indicator", 0x10),
                       ("qri", "Queued Response Indicator", 0x02), ("pi", "Pacing Indicator", 0x01))  # fmt: skip
    two = u8(None, "sna.rh.2", "Request/Response Header Byte 2", HEX)
    two_bits = bits(two, "sna.rh", ("bbi", "Begin Bracket Indicator", 0x80), ("ebi", "End Bracket Indicator", 0x40),
                    ("cdi", "Change Direction Indicator", 0x20), ("edi", "Enciphered Data Indicator", 0x04),
                    ("pdi", "Padded Data Indicator", 0x02), ("cebi", "Conditional End Bracket Indicator", 0x01))  # fmt: skip
    answer_two = u8(None, "sna.rh.2", "Request/Response Header Byte 2", HEX)
    code = u8(0, "sna.rh.csi", "Code Selection Indicator", mask=0x08, within=two)
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, mapping = c.peek(1) >> 4, c.peek(1) >> 2 & 3
        c.info(FORMATS.get(kind, f"Unknown FID ({kind})"))
        if kind != PERIPHERAL:
            with c.group(cls.transmission) as c:
                c.add(cls.first)
                c.rest(cls.rest)
            return
        with c.group(cls.transmission, 6) as c:
            for field in (cls.first, cls.unused, cls.to_address, cls.from_address, cls.number):
                c.add(field)
        if mapping in (FIRST, WHOLE):
            with c.group(cls.heading, 3) as c:
                responds = c.peek(1) & 0x80
                c.add(cls.zero)
                c.add(cls.answer if responds else cls.one)
                c.add(cls.answer_two if responds else cls.two)
        if c.remaining:
            c.child("data")
