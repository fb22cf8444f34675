"""PPP over Ethernet (RFC 2516): discovery with its tags (further ones of TR-101 and RFC 5578), and sessions.

     0                   1                   2                   3
    +-------+-------+---------------+-------------------------------+
    |version| type  |     code      |          session ID           |
    +-------+-------+---------------+-------------------------------+
    |        payload length         |  tags: type, length, value    |   discovery
    |                               |  a PPP frame                  |   session
    +-------------------------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, STRING, Field, flag, group, u8, u16, u32, where
from dissect.engine.layer import Layer, Note, To

CODES = {
    0x00: "Session Data", 0x07: "Active Discovery Offer (PADO)", 0x09: "Active Discovery Initiation (PADI)",
    0x0A: "Active Discovery Session-Grant (PADG)", 0x0B: "Active Discovery Session-Credit Response (PADC)",
    0x0C: "Active Discovery Quality (PADQ)", 0x19: "Active Discovery Request (PADR)",
    0x65: "Active Discovery Session-confirmation (PADS)", 0xA7: "Active Discovery Terminate (PADT)",
    0xD3: "Active Discovery Message (PADM)", 0xD4: "Active Discovery Network (PADN)",
}  # fmt: skip
TAGS = {
    0x0000: "End-Of-List", 0x0101: "Service-Name", 0x0102: "AC-Name", 0x0103: "Host-Uniq", 0x0104: "AC-Cookie",
    0x0105: "Vendor-Specific", 0x0106: "Credits", 0x0107: "Metrics", 0x0108: "Sequence Number",
    0x0109: "Credit Scale Factor", 0x0110: "Relay-Session-Id", 0x0111: "HURL", 0x0112: "MOTM",
    0x0120: "PPP-Max-Payload", 0x0121: "IP Route Add", 0x0201: "Service-Name-Error", 0x0202: "AC-System-Error",
    0x0203: "Generic-Error",
}  # fmt: skip
VENDOR_TAGS = {
    0x01: "circuit-id", 0x02: "remote-id", 0x81: "act-data-rate-up", 0x82: "act-data-rate-down",
    0x83: "min-data-rate-up", 0x84: "min-data-rate-down", 0x85: "att-data-rate-up", 0x86: "att-data-rate-down",
    0x87: "max-data-rate-up", 0x88: "max-data-rate-down", 0x89: "min-data-rate-up-lp", 0x8A: "min-data-rate-down-lp",
    0x8B: "max-interl-delay-up", 0x8C: "act-interl-delay-up", 0x8D: "max-interl-delay-down",
    0x8E: "act-interl-delay-down", 0x90: "access-loop-encapsulation",
}  # fmt: skip
BROADBAND_FORUM = 3561


class PPPoEDiscovery(Layer):
    """A discovery packet."""

    name, label, column = "pppoed", "PPP-over-Ethernet Discovery", "PPPoED"
    binds = {"ethertype": (0x8863,)}

    version = u8(0, "pppoe.version", "Version", mask=0xF0)
    type = u8(0, "pppoe.type", "Type", mask=0x0F)
    code = u8(1, "pppoe.code", "Code", HEX, names=CODES)
    session = u16(2, "pppoe.session_id", "Session ID", HEX)
    size_ = u16(4, "pppoe.payload_length", "Payload Length")

    tags = group("pppoed.tags", "PPPoE Tags")
    known_tag = u16(None, "", "Tag", HEX, names=TAGS)
    known_length = u16(None, "", "Tag Length")
    tag = u16(None, "pppoed.tag", "Tag", HEX, names=TAGS)
    tag_length = u16(None, "pppoed.tag_length", "Tag Length")
    short_length = u8(None, "pppoed.tag_length_8", "Tag Length")
    unknown = Field("pppoed.tag.unknown_data", "Unknown Data", BYTES)
    service = Field("pppoed.tags.service_name", "Service-Name", STRING)
    concentrator = Field("pppoed.tags.ac_name", "AC-Name", STRING)
    unique = Field("pppoed.tags.host_uniq", "Host-Uniq", BYTES)
    cookie = Field("pppoed.tags.ac_cookie", "AC-Cookie", BYTES)
    vendor = u32(None, "pppoed.tags.vendor_id", "Vendor id", names={BROADBAND_FORUM: "ADSL Forum"})
    unspecified = Field("pppoed.tags.vendor_unspecified", "Vendor unspecified", BYTES)
    vendor_tags = group("pppoed.tags.vendorspecific.tags", "Vendor Specific PPPoE Tags")
    vendor_tag = u8(None, "", "Tag", HEX, names=VENDOR_TAGS)
    vendor_length = u8(None, "", "Tag Length")
    further_tag = u16(None, "pppoed.tag", "Tag", HEX, names=VENDOR_TAGS, size=1)
    circuit = Field("pppoed.tags.circuit_id", "Circuit ID", STRING)
    remote = Field("pppoed.tags.remote_id", "Remote ID", STRING)
    rates = (
        u32(None, "pppoed.tags.act_data_rate_up", "Actual Data Rate Upstream"),
        u32(None, "pppoed.tags.act_data_rate_down", "Actual Data Rate Downstream"),
        u32(None, "pppoed.tags.min_data_rate_up", "Minimum Data Rate Upstream"),
        u32(None, "pppoed.tags.min_data_rate_down", "Minimum Data Rate Downstream"),
        u32(None, "pppoed.tags.attainable_data_rate_up", "Attainable DataRate Upstream"),
        u32(None, "pppoed.tags.attainable_data_rate_down", "Attainable DataRate Downstream"),
        u32(None, "pppoed.tags.max_data_rate_up", "Maximum Data Rate Upstream"),
        u32(None, "pppoed.tags.max_data_rate_down", "Maximum Data Rate Downstream"),
        u32(None, "pppoed.tags.min_data_rate_up_lp", "Min DataRate Upstream in low power state"),
        u32(None, "pppoed.tags.min_data_rate_down_lp", "Minimum Data Rate Downstream in low power state"),
        u32(None, "pppoed.tags.max_int_delay_up", "Max Interleaving Delay Upstream"),
        u32(None, "pppoed.tags.act_int_delay_up", "Actual Interleaving Delay Upstream"),
        u32(None, "pppoed.tags.max_int_delay_down", "Maximum Interleaving Delay Downstream"),
        u32(None, "pppoed.tags.act_int_delay_down", "Actual Interleaving Delay Downstream"),
    )
    loop = group("pppoed.tags.access_loop_encap", "Access-Loop-Encapsulation")
    data_link = u8(None, "pppoed.tags.access_loop_encap.data_link", "Data link", HEX)
    encapsulation_1 = u8(None, "pppoed.tags.access_loop_encap.encap_1", "Encaps 1", HEX)
    encapsulation_2 = u8(None, "pppoed.tags.access_loop_encap.encap_2", "Encaps 2", HEX)
    credits = Field("pppoed.tags.credits", "Credits", BYTES)
    forward = u16(None, "pppoed.tags.credits.fcn", "FCN")
    backward = u16(None, "pppoed.tags.credits.bcn", "BCN")
    metrics = Field("pppoed.tags.metrics", "Metrics", BYTES)
    receive_only = flag(None, "pppoed.tags.metrics.r", "Receive Only", 0x0001, size=2)
    max_units = u16(None, "pppoed.tags.metrics.mdr_units", "MDR Units", HEX, mask=0x0018)
    current_units = u16(None, "pppoed.tags.metrics.cdr_units", "CDR Units", HEX, mask=0x0006)
    quality = u8(None, "pppoed.tags.metrics.rlq", "Relative Link Quality")
    resource = u8(None, "pppoed.tags.metrics.resource", "Resource")
    latency = u16(None, "pppoed.tags.metrics.latency", "Latency")
    current_rate = u16(None, "pppoed.tags.metrics.curr_drate", "Curr. datarate")
    max_rate = u16(None, "pppoed.tags.metrics.max_drate", "Max. datarate")
    sequence = u16(None, "pppoed.tags.seq_num", "Sequence Number", HEX)
    scale = u16(None, "pppoed.tags.credit_scale", "Credit Scale Factor")
    relay = Field("pppoed.tags.relay_session_id", "Relay-Session-Id", BYTES)
    hurl = Field("pppoed.tags.hurl", "HURL", BYTES)
    motm = Field("pppoed.tags.motm", "MOTM", BYTES)
    max_payload = Field("pppoed.tags.max_payload", "PPP-Max-Payload", BYTES)
    route = Field("pppoed.tags.ip_route_add", "IP Route Add", BYTES)
    service_error = Field("pppoed.tags.service_name_error", "Service-Name-Error", STRING)
    system_error = Field("pppoed.tags.ac_system_error", "AC-System-Error", STRING)
    generic_error = Field("pppoed.tags.generic_error", "Generic-Error", STRING)

    total = lambda h: where(6 + h.size_ <= h.limit - h.start, 6 + h.size_, h.limit - h.start)

    @staticmethod
    def info(code: int) -> str:
        return CODES.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if not c.h.size_:
            return
        with c.group(cls.tags):
            while c.remaining >= 4:
                known = c.peek(2) in TAGS
                kind = c.add(cls.known_tag if known else cls.tag)
                size = c.add(cls.known_length if known else cls.tag_length)
                if kind == 0:
                    break
                cls._tag(c, kind, size)

    @classmethod
    def _tag(cls, c: Cursor, kind: int, size: int) -> None:
        plain = {
            0x0101: cls.service, 0x0102: cls.concentrator, 0x0103: cls.unique, 0x0104: cls.cookie, 0x0110: cls.relay,
            0x0111: cls.hurl, 0x0112: cls.motm, 0x0120: cls.max_payload, 0x0121: cls.route,
            0x0201: cls.service_error, 0x0202: cls.system_error, 0x0203: cls.generic_error,
        }  # fmt: skip
        if kind == 0x0105 and size >= 4:
            if c.add(cls.vendor) == BROADBAND_FORUM:
                if size == 4:
                    return
                with c.group(cls.vendor_tags, size - 4):
                    cls._vendor(c)
            elif size > 4:
                c.add(cls.unspecified, size - 4)
        elif kind == 0x0106 and size == 4:
            c.add(cls.forward)
            c.add(cls.backward)
        elif kind == 0x0107 and size == 10:
            word = c.peek(2)
            for field in (cls.receive_only, cls.max_units, cls.current_units):
                node = c.derived(field, bool(word & 1) if field.mask == 1 else (word & field.mask) >> field.shift)
                node.size = 2
            c.pos += 2
            for field in (cls.quality, cls.resource, cls.latency, cls.current_rate, cls.max_rate):
                c.add(field)
        elif kind in (0x0106, 0x0107):
            if size:
                c.add(cls.credits if kind == 0x0106 else cls.metrics, size)
        elif kind in (0x0108, 0x0109) and size == 2:
            c.add(cls.sequence if kind == 0x0108 else cls.scale)
        elif kind in plain:
            if size:
                c.add(plain[kind], size)
                if kind in (0x0101, 0x0102):
                    text = c.data[c.pos - size : c.pos].decode("utf-8", "replace")
                    c.append_info(f" {TAGS[kind]}='{text}'")
        elif size:
            c.add(cls.unknown, size)

    @classmethod
    def _vendor(cls, c: Cursor) -> None:
        """Sub-tags of the Broadband Forum's vendor tag (TR-101)."""
        while c.remaining >= 2:
            known = c.peek(1) in VENDOR_TAGS
            kind = c.add(cls.vendor_tag if known else cls.further_tag)
            size = c.add(cls.vendor_length if known else cls.short_length)
            if kind in (1, 2):
                c.add(cls.circuit if kind == 1 else cls.remote, size)
            elif 0x81 <= kind <= 0x8E and size == 4:
                c.add(cls.rates[kind - 0x81])
            elif kind == 0x90 and size == 3:
                with c.group(cls.loop, size):
                    for field in (cls.data_link, cls.encapsulation_1, cls.encapsulation_2):
                        c.add(field)
            elif size:
                c.add(cls.unknown, size)


class PPPoESession(Layer):
    """A frame of a session.  The stated length counts from behind the header."""

    name, label, column = "pppoes", "PPP-over-Ethernet Session", "PPPoES"
    binds = {"ethertype": (0x8864,), "linktype": (51,)}

    version = u8(0, "pppoe.version", "Version", mask=0xF0)
    type = u8(0, "pppoe.type", "Type", mask=0x0F)
    code = u8(1, "pppoe.code", "Code", HEX, names=CODES)
    session = u16(2, "pppoe.session_id", "Session ID", HEX)
    size_ = u16(4, "pppoe.payload_length", "Payload Length")

    total = lambda h: where(6 + h.size_ <= h.limit - h.start, 6 + h.size_, h.limit - h.start)
    next = (To("ppp"),)
    notes = (
        Note("pppoe.payload_length.bad", "warn", "Protocol", "Possible bad payload length",
             when=lambda h: 6 + h.size_ > h.limit - h.start),
    )  # fmt: skip

    @staticmethod
    def info(code: int) -> str:
        return CODES.get(code, "Unknown")
