"""The service location protocol, version 2 (RFC 2608): who seeks and offers what on a LAN.

    +----------------+----------------+----------------+----------------+
    |  version (2)   |    function    |             length              |
    +----------------+----------------+---------------------------------+
    | length         |O|F|R| flags (16 bits)            | next extension ...
    +----------------+----------------+---------------------------------+
    | next extension offset (24 bits), XID (16 bits), language tag with its length
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT24, Field, flag, group, raw, string, u8, u16, u24
from dissect.engine.layer import Layer

FUNCTIONS = {
    1: "Service Request", 2: "Service Reply", 3: "Service Registration", 4: "Service Deregister", 5: "Service Acknowledge",
    6: "Attribute Request", 7: "Attribute Reply", 8: "DA Advertisement", 9: "Service Type Request",
    10: "Service Type Reply", 11: "SA Advertisement",
}  # fmt: skip
ERRORS = {0: "No Error", 1: "Language Not Supported", 2: "Parse Error", 3: "Invalid Registration",
          4: "Scope Not Supported", 5: "Authentication Unknown", 6: "Authentication Absent",
          7: "Authentication Failed", 9: "Version Not Supported", 10: "Internal Error", 11: "DA Busy Now",
          12: "Option Not Understood", 13: "Invalid Update", 14: "Request Not Supported"}  # fmt: skip
MOST = 200


def _sized(prefix: str, label: str, text: str = "", length: str = "") -> tuple[Field, Field]:
    """A text's length, and the text."""
    return u16(None, f"srvloc.{length or prefix + 'len'}", f"{label} Length"), string(None, f"srvloc.{text or prefix}", label)


class SRVLOC(Layer):
    """One message."""

    name, label, column = "srvloc", "Service Location Protocol", "SRVLOC"
    binds = {"udp.port": (427,), "tcp.port": (427,)}

    version = u8(None, "srvloc.version", "Version")
    function = u8(None, "srvloc.function", "Function", names=FUNCTIONS)
    size_of = u24(None, "srvloc.pktlen", "Packet Length")
    flags = u16(None, "srvloc.flags_v2", "Flags", HEX)
    overflow = flag(None, "srvloc.flags_v2.overflow", "Overflow", 0x8000, within=flags)
    fresh = flag(None, "srvloc.flags_v2.fresh", "Fresh Registration", 0x4000, within=flags)
    multicast = flag(None, "srvloc.flags_v2.reqmulti", "Multicast requested", 0x2000, within=flags)
    next_extension = u24(None, "srvloc.nextextoff", "Next Extension Offset")
    xid = Field("srvloc.xid", "XID", UINT24, size=2)
    language_length, language = u16(None, "srvloc.langtaglen", "Lang Tag Len"), string(None, "srvloc.langtag", "Lang Tag")
    previous = _sized("srvreq.prlist", "Previous Response List")
    service_type = _sized("srvreq.srvtype", "Service Type", "srvreq.srvtypelist")
    scopes = _sized("srvreq.scopelist", "Scope List")
    predicate = _sized("srvreq.predicate", "Predicate")
    spi = _sized("srvreq.slpspi", "SLP SPI")
    error = u16(None, "srvloc.errv2", "Error Code", names=ERRORS)
    urls = u16(None, "srvloc.srvreq.urlcount", "Number of URLs")
    url = group("", "URL Entry")
    url_reserved = u8(None, "srvloc.url.reserved", "Reserved", HEX)
    url_life = u16(None, "srvloc.url.lifetime", "URL lifetime")
    url_text = _sized("url.url", "URL", "url.url", "url.urllen")
    url_auths = u8(None, "srvloc.url.numauths", "Num Auths")
    asked_previous = _sized("attrreq.prlist", "Previous Response List")
    asked_url = _sized("attrreq.url", "Service URL")
    asked_scopes = _sized("attrreq.scopelist", "Scope List")
    asked_tags = _sized("attrreq.taglist", "Tag List")
    asked_spi = _sized("attrreq.slpspi", "SLP SPI")
    attributes = _sized("attrrply.attrlist", "Attribute List")
    types_previous = _sized("srvtypereq.prlist", "Previous Response List")
    authorities = _sized("srvtypereq.nameauthlist", "Naming Authority List")
    types_scopes = _sized("srvtypereq.scopelist", "Scope List")
    types = _sized("srvtyperply.srvtypelist", "Service Type List", "srvtyperply.srvtypelist", "srvtypereq.srvtypelistlen")
    boot = raw(None, "", "Boot time")
    da_url, da_scopes = _sized("daadvert.url", "URL"), _sized("daadvert.scopelist", "Scope List")
    da_attributes, da_spi = _sized("daadvert.attrlist", "Attribute List"), _sized("daadvert.slpspi", "SLP SPI")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.peek(1) != 2:
            c.add(cls.version)
            function = c.add(cls.function)
            c.info(f"{FUNCTIONS.get(function, 'Unknown')}, V1")
            c.rest(cls.other)
            return
        c.add(cls.version)
        function = c.add(cls.function)
        for field in (cls.size_of, cls.flags, cls.next_extension):
            c.add(field)
        xid = c.add(cls.xid)
        cls._text(c, (cls.language_length, cls.language))
        c.info(f"{FUNCTIONS.get(function, 'Unknown')}, V2 XID - {xid}")
        if function in (2, 7, 8, 10, 5) and c.remaining >= 2:
            c.add(cls.error)
        for pair in PARTS.get(function, ()):
            if c.remaining >= 2:
                cls._text(c, pair)
        if function == 2 and c.remaining >= 2:
            for _ in range(min(c.add(cls.urls), MOST)):
                cls._url(c)
        elif function == 3:
            cls._url(c)
        c.rest(cls.other)

    @classmethod
    def _text(cls, c: Cursor, pair: tuple[Field, Field]) -> None:
        if pair is cls.da_url:
            c.add(cls.boot, 4)
        size = c.add(pair[0])
        if size:
            c.add(pair[1], size)

    @classmethod
    def _url(cls, c: Cursor) -> None:
        with c.group(cls.url) as c:
            c.add(cls.url_reserved)
            c.add(cls.url_life)
            cls._text(c, cls.url_text)
            c.add(cls.url_auths)


S = SRVLOC
PARTS: dict[int, tuple[tuple[Field, Field], ...]] = {
    1: (S.previous, S.service_type, S.scopes, S.predicate, S.spi),
    6: (S.asked_previous, S.asked_url, S.asked_scopes, S.asked_tags, S.asked_spi), 7: (S.attributes,),
    8: (S.da_url, S.da_scopes, S.da_attributes, S.da_spi), 9: (S.types_previous, S.authorities, S.types_scopes),
    10: (S.types,),
}  # fmt: skip
