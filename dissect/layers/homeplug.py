"""HomePlug AV's management messages (IEEE 1901, HomePlug GreenPHY): the header that all have.

    version (1), type (2, little-endian: low two bits the direction, top three the category);
    from version 1 on: fragments (1), their number (1); a vendor's messages: OUI (3); then what the type says
"""

from __future__ import annotations

from dissect.engine.fields import HEX, REST, Expr, raw, u8, u16, u24, where
from dissect.engine.layer import Layer

VENDOR_FROM, VENDOR_TO = 0xA000, 0xBFFF
TYPES = {
    0x6000: "CC_CCO_APPOINT.REQ", 0x6034: "CM_ENCRYPTED_PAYLOAD.REQ", 0x6038: "CM_SET_KEY.REQ", 0x6039: "CM_SET_KEY.CNF",
    0x6064: "CM_SLAC_PARM.REQ", 0x6065: "CM_SLAC_PARM.CNF", 0x606A: "CM_START_ATTEN_CHAR.IND", 0x606E: "CM_ATTEN_CHAR.IND",
    0x606F: "CM_ATTEN_CHAR.RSP", 0x6076: "CM_MNBC_SOUND.IND", 0x6078: "CM_VALIDATE.REQ", 0x6079: "CM_VALIDATE.CNF",
    0x607C: "CM_SLAC_MATCH.REQ", 0x607D: "CM_SLAC_MATCH.CNF", 0x6086: "CM_ATTEN_PROFILE.IND", 0xA000: "VS_SW_VER.REQ",
    0xA001: "VS_SW_VER.CNF", 0xA038: "VS_NW_INFO.REQ", 0xA039: "VS_NW_INFO.CNF", 0xA070: "MS_PB_ENC.REQ",
}  # fmt: skip
DIRECTIONS = {0: "REQ", 1: "CNF", 2: "IND", 3: "RSP"}
CATEGORIES = {0: "Station - Central Coordinator", 1: "Proxy Coordinator", 2: "Central Coordinator - Central Coordinator",
              3: "Station - Station", 4: "Manufacturer specific", 5: "Vendor specific"}  # fmt: skip
_vendor: Expr = lambda h: (h.mmtype >= VENDOR_FROM) & (h.mmtype <= VENDOR_TO)
_fragments: Expr = lambda h: h.version == 1


class HomePlugAV(Layer):
    """A management message."""

    name, label, column = "homeplug-av", "HomePlug AV protocol", "HomePlug AV"
    binds = {"ethertype": (0x88E1,)}

    version = u8(0, "homeplug_av.mmhdr.mmver", "Version")
    mmtype = u16(1, "", "Type", HEX, little=True, names=TYPES)
    public = u16(1, "homeplug_av.mmhdr.mmtype", "Type", HEX, little=True, names=TYPES, when=lambda h: _vendor(h) == 0)
    direction = u8(1, "homeplug_av.mmhdr.mmtype.lsb", "LSB", HEX, mask=0x03, names=DIRECTIONS)
    category = u8(2, "homeplug_av.mmhdr.mmtype.msb", "MSB", HEX, mask=0xE0, names=CATEGORIES)
    pieces = u16(3, "homeplug_av.mmhdr.fmi", "Fragmentation Info", HEX, when=_fragments)
    count = u8(3, "homeplug_av.public.frag_count", "Fragment count", mask=0xF0, when=_fragments)
    index = u8(3, "homeplug_av.public.frag_index", "Fragment index", mask=0x0F, when=_fragments)
    number = u8(4, "homeplug_av.public.frag_seqnum", "Fragment Sequence number", when=_fragments)
    oui = u24(lambda h: where(_fragments(h), 5, 3), "homeplug_av.vendor.oui", "OUI", HEX, when=_vendor)
    contents = raw(lambda h: where(_fragments(h), 5, 3) + where(_vendor(h), 3, 0), "", "Contents", size=REST)
    length = lambda h: h.end - h.start

    @staticmethod
    def info(mmtype: int) -> str:
        return TYPES.get(mmtype, f"Unknown 0x{mmtype:04x}")
