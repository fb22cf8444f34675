"""BGP-4 (RFC 4271): messages, capabilities (RFC 5492), route refresh (RFC 2918, RFC 7313).

    +---------------------------------------------------------------+
    |                  marker: 16 octets of ones                    |
    +-------------------------------+---------------+---------------+
    |            length             |     type      | by type ...   |
    +-------------------------------+---------------+---------------+
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT8, UINT16, Field, flag, group, ipv4, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.layers import bgp_attributes, bgp_names
from dissect.layers.bgp_routes import UpdateFields, prefixes

HEADER = 19
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH, CAPABILITY, CISCO_REFRESH = 1, 2, 3, 4, 5, 6, 0x80
TYPES = {
    OPEN: "OPEN Message", UPDATE: "UPDATE Message", NOTIFICATION: "NOTIFICATION Message",
    KEEPALIVE: "KEEPALIVE Message", REFRESH: "ROUTE-REFRESH Message", CAPABILITY: "CAPABILITY Message",
    CISCO_REFRESH: "Cisco ROUTE-REFRESH Message",
}  # fmt: skip
MARKER = b"\xff" * 16
LONG = 255  # RFC 9072: lengths of two octets follow
CEASE, HARD_TEXTS = 6, (2, 4)


def _minor(name: str, label: str, names: dict[int, str]) -> Field:
    return u8(None, f"bgp.notify.minor_error{name}", f"Minor error Code ({label})", names=names)


MARK = 0xFFFFFFFF


class BGP(UpdateFields, bgp_attributes.AttributeFields, Layer):
    """The messages of a segment."""

    name, label, column = "bgp", "Border Gateway Protocol", "BGP"
    partly = True
    binds = {"tcp.port": (179,)}
    messages = Messages(
        header=19,
        length=lambda p: where((p.u32(0) == MARK) & (p.u32(12) == MARK) & (p.u16(16) >= 19), p.u16(16), AS_IT_IS),
        entire=True,
        opening=lambda _: "",
    )

    message = group("", "Message")
    continuation = group("bgp.continuation", "Continuation")
    marker = raw(None, "bgp.marker", "Marker", size=16)
    message_length = u16(None, "bgp.length", "Length")
    type = u8(None, "bgp.type", "Type", names=TYPES)

    version = u8(None, "bgp.open.version", "Version")
    my_as = u16(None, "bgp.open.myas", "My AS")
    hold = u16(None, "bgp.open.holdtime", "Hold Time")
    identifier = ipv4(None, "bgp.open.identifier", "BGP Identifier")
    opt_len = u8(None, "bgp.open.opt.len", "Optional Parameters Length")
    opt = group("bgp.open.opt", "Optional Parameters")
    param = group("bgp.open.opt.param", "Optional Parameter")
    long_type = u8(None, "", "Extended Type")
    long_length = u16(None, "", "Extended Optional Parameters Length")
    param_type = u8(None, "bgp.open.opt.param.type", "Parameter Type", names={1: "Authentication", 2: "Capability"})
    param_len = u8(None, "bgp.open.opt.param.len", "Parameter Length")
    param_auth = raw(None, "bgp.open.opt.param.auth", "Authentication Data")
    param_unknown = raw(None, "bgp.open.opt.param.unknown", "Unknown")

    major = u8(None, "bgp.notify.major_error", "Major error Code", names=bgp_names.MAJOR)
    minor_header = _minor("", "Message Header", bgp_names.MINOR_HEADER)
    minor_open = _minor("_open", "Open Message", bgp_names.MINOR_OPEN)
    minor_update = _minor("_update", "Update Message", bgp_names.MINOR_UPDATE)
    minor_expired = _minor("_expired", "Hold Timer Expired", {})
    minor_state = _minor("_state", "State Machine", bgp_names.MINOR_STATE)
    minor_cease = _minor("_cease", "Cease", bgp_names.MINOR_CEASE)
    minor_capability = _minor("_capability", "Capability Message", bgp_names.MINOR_CAPABILITY)
    minor_unknown = _minor("_unknown", "Unknown", {})
    minor_data = raw(None, "bgp.notify.minor_data", "Data")
    bad_peer = u32(None, "bgp.notify.error_open.bad_peer_as", "Bad Peer AS")
    communication_length = u8(None, "bgp.notify.communication_length", "BGP Shutdown Communication Length")
    communication = string(None, "bgp.notify.communication", "Shutdown Communication")

    refresh_afi = u16(None, "bgp.route_refresh.afi", "Address family identifier (AFI)", names=bgp_names.AFI)
    refresh_subtype = u8(None, "bgp.route_refresh.subtype", "Subtype", names=bgp_names.REFRESH)
    refresh_safi = u8(
        None, "bgp.route_refresh.safi", "Subsequent address family identifier (SAFI)", names=bgp_names.SAFI
    )
    orf = group("bgp.route_refresh.orf", "ORF information")
    orf_flag = u8(None, "bgp.route_refresh.orf.flag", "ORF flag", names={1: "Immediate", 2: "Defer"})
    orf_type = u8(None, "bgp.route_refresh.orf.type", "ORF type", names=bgp_names.ORF)
    orf_length = Field("bgp.route_refresh.orf.length", "ORF length", UINT8, size=2)

    cap = group("bgp.cap", "Capability")
    cap_type = u8(None, "bgp.cap.type", "Type", names=bgp_names.CAPABILITIES)
    cap_length = u8(None, "bgp.cap.length", "Length")
    cap_action = u8(None, "bgp.cap.action", "Action", names={0: "advertising a capability", 1: "removing a capability"})
    cap_unknown = raw(None, "bgp.cap.unknown", "Unknown")
    cap_reserved = raw(None, "bgp.cap.reserved", "Reserved", size=1)
    mp_afi = u16(None, "bgp.cap.mp.afi", "AFI", names=bgp_names.AFI)
    mp_safi = u8(None, "bgp.cap.mp.safi", "SAFI", names=bgp_names.SAFI)
    enh_afi = u16(None, "bgp.cap.enh.afi", "AFI", names=bgp_names.AFI)
    enh_safi = Field("bgp.cap.enh.safi", "SAFI", UINT16, names=bgp_names.SAFI)
    enh_next = u16(None, "bgp.cap.enh.nhafi", "Next hop AFI", names=bgp_names.AFI)
    gr_timers = u16(None, "bgp.cap.gr.timers", "Restart Timers", HEX)
    gr_restart = flag(None, "bgp.cap.gr.timers.restart_flag", "Restart state", 0x8000, within=gr_timers)
    gr_notification = flag(
        None, "bgp.cap.gr.timers.notification_flag", "Graceful notification", 0x4000, within=gr_timers
    )
    gr_time = u16(None, "bgp.cap.gr.timers.restart_time", "Time", mask=0x0FFF, within=gr_timers)
    gr_afi = u16(None, "bgp.cap.gr.afi", "AFI", names=bgp_names.AFI)
    gr_safi = u8(None, "bgp.cap.gr.safi", "SAFI", names=bgp_names.SAFI)
    gr_flag = u8(None, "bgp.cap.gr.flag", "Flag", HEX)
    gr_forwarding = flag(None, "bgp.cap.gr.flag.pfs", "Preserve forwarding state", 0x80, within=gr_flag)
    cap_4as = u32(None, "bgp.cap.4as", "AS Number")
    cap_dynamic = u8(None, "bgp.cap.dc", "Capability Dynamic", names=bgp_names.CAPABILITIES)
    ap_afi = u16(None, "bgp.cap.ap.afi", "AFI", names=bgp_names.AFI)
    ap_safi = u8(None, "bgp.cap.ap.safi", "SAFI", names=bgp_names.SAFI)
    ap_way = u8(None, "bgp.cap.ap.sendreceive", "Send/Receive", names={1: "Receive", 2: "Send", 3: "Both"})
    cap_orf_afi = u16(None, "bgp.cap.orf.afi", "AFI", names=bgp_names.AFI)
    cap_orf_safi = u8(None, "bgp.cap.orf.safi", "SAFI", names=bgp_names.SAFI)
    cap_orf_number = u8(None, "bgp.cap.orf.number", "Number")
    cap_orf_type = u8(None, "bgp.cap.orf.type", "Type", names=bgp_names.ORF)
    cap_orf_way = u8(
        None, "bgp.cap.orf.sendreceive", "Send Receive", names={1: "Receive", 2: "Send", 3: "Both"}
    )
    host_len = u8(None, "bgp.cap.orf.fqdn.hostname.len", "Hostname Length")
    host = string(None, "bgp.cap.orf.fqdn.hostname", "Hostname")
    domain_len = u8(None, "bgp.cap.orf.fqdn.domain_name.len", "Domain Name Length")
    domain = string(None, "bgp.cap.orf.fqdn.domain_name", "Domain Name")
    multisession = u8(None, "bgp.cap.multisession.flags", "Flag", HEX)
    sec_flags = u8(None, "bgp.cap.bgpsec.flags", "Flag", HEX)
    sec_version = u8(None, "bgp.cap.bgpsec.version", "Version", mask=0xF0, within=sec_flags)
    sec_way = u8(
        None, "bgp.cap.bgpsec.sendreceive", "Send/Receive", mask=0x08, names={0: "Receive", 1: "Send"}, within=sec_flags
    )
    sec_reserved = u8(None, "bgp.cap.bgpsec.reserved", "Reserved", HEX, mask=0x07, within=sec_flags)
    sec_afi = u16(None, "bgp.cap.bgpsec.afi", "AFI", names=bgp_names.AFI)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        ahead = c.peek_bytes(c.remaining).find(MARKER)
        if ahead < 0:
            ahead = c.remaining
        if ahead:  # of a message that began in an earlier segment
            with c.group(cls.continuation, ahead):
                c.add(cls.rest_bytes, ahead)
            said.append("Continuation")
        while c.remaining:
            size = c.peek(2, 16) if c.remaining >= HEADER else HEADER
            with c.group(cls.message, min(max(size, HEADER), c.limit - c.pos)) as c:
                said.append(cls._message(c))
        c.info(", ".join(said))

    @classmethod
    def _message(cls, c: Cursor) -> str:
        if c.add(cls.marker) != MARKER:
            c.note("error", "Malformed", "Marker is not all ones", "bgp.marker_invalid")
        size = c.add(cls.message_length)
        kind = c.add(cls.type)
        title = TYPES.get(kind, f"Unknown message type {kind}")
        c.label(f"Border Gateway Protocol - {title}")
        if size < HEADER:
            c.note("error", "Malformed", f"Length is invalid: {size}", "bgp.length.invalid")
        elif kind == OPEN:
            cls._open(c)
        elif kind == UPDATE:
            cls._update(c)
        elif kind == NOTIFICATION:
            cls._notification(c)
        elif kind in (REFRESH, CISCO_REFRESH):
            cls._refresh(c)
        elif kind == CAPABILITY:
            while c.remaining:
                c.add(cls.cap_action)
                cls._capability(c)
        return title

    @classmethod
    def _open(cls, c: Cursor) -> None:
        for field in (cls.version, cls.my_as, cls.hold, cls.identifier):
            c.add(field)
        size = c.add(cls.opt_len)
        if not size:
            return
        if size == LONG and c.peek(1) == LONG:
            c.add(cls.long_type)
            size = c.add(cls.long_length)
            with c.group(cls.opt, min(size, c.limit - c.pos)) as c:
                while c.remaining:
                    with c.group(cls.param, min(3 + c.peek(2, 1), c.limit - c.pos)) as c:
                        cls._parameter(c, 2)
            return
        with c.group(cls.opt, min(size, c.limit - c.pos)) as c:
            while c.remaining:
                with c.group(cls.param, min(2 + c.peek(1, 1), c.limit - c.pos)) as c:
                    cls._parameter(c)

    @classmethod
    def _parameter(cls, c: Cursor, width: int = 1) -> None:
        kind, _ = c.add(cls.param_type), c.add(cls.param_len, width)
        c.label(f"Optional Parameter: {cls.param_type.value_name(kind) or f'Unknown Parameter {kind}'}")
        if kind == 2:
            while c.remaining:
                cls._capability(c)
        else:
            c.add(cls.param_auth if kind == 1 else cls.param_unknown, c.remaining)

    @classmethod
    def _capability(cls, c: Cursor) -> None:
        size = c.peek(1, 1)
        with c.group(cls.cap, min(2 + size, max(c.limit - c.pos, 2))) as c:
            kind = c.add(cls.cap_type)
            c.add(cls.cap_length)
            c.label(f"Capability: {bgp_names.CAPABILITIES.get(kind, 'Unknown capability')}")
            known = cls._CAPABILITIES.get(kind)
            if known is not None:
                record, repeated, fields = known
                if size % record if repeated else size != record:
                    c.note("error", "Malformed", f"Capability length {size} is wrong", "bgp.cap.length.bad")
                    c.add(cls.cap_unknown, c.remaining)
                while c.remaining:
                    for field in fields:
                        c.add(field)
            elif kind == 64:
                cls._restart(c, size)
            elif kind in (3, 130):
                cls._filters(c)
            elif kind == 73:
                c.add(cls.host, c.add(cls.host_len))
                c.add(cls.domain, c.add(cls.domain_len))
            elif c.remaining or not kind:
                c.add(cls.cap_unknown, c.remaining)

    @classmethod
    def _restart(cls, c: Cursor, size: int) -> None:
        """RFC 4724: how long a restart takes, and what is kept meanwhile."""
        if size < 2:
            c.note("error", "Malformed", f"Capability length {size} is wrong", "bgp.cap.length.bad")
            c.add(cls.cap_unknown, c.remaining)
            return
        if size == 2:
            c.note(
                "chat", "Request", "Graceful Restart Capability supported in Helper mode only",
                "bgp.cap.gr.helper_mode_only",
            )  # fmt: skip
        c.add(cls.gr_timers)
        while c.remaining:
            for field in (cls.gr_afi, cls.gr_safi, cls.gr_flag):
                c.add(field)

    @classmethod
    def _filters(cls, c: Cursor) -> None:
        """RFC 5291: the kinds of outbound route filters."""
        while c.remaining:
            for field in (cls.cap_orf_afi, cls.cap_reserved, cls.cap_orf_safi):
                c.add(field)
            for _ in range(c.add(cls.cap_orf_number)):
                c.add(cls.cap_orf_type)
                c.add(cls.cap_orf_way)

    @classmethod
    def _update(cls, c: Cursor) -> None:
        size = c.add(cls.withdrawn_length)
        if size:
            with c.group(cls.withdrawn, size) as c:
                prefixes(c, cls.withdrawn_prefix, 32)
        size = c.add(cls.attributes_length)
        if size:
            c.h.__dict__["overlay"] = bgp_attributes.overlay(c.peek_bytes(min(size, c.remaining)))
            with c.group(cls.attributes, size) as c:
                bgp_attributes.attributes(c)
        if c.remaining:
            with c.group(cls.nlri, c.remaining) as c:
                prefixes(c, cls.nlri_prefix, 32)

    @classmethod
    def _notification(cls, c: Cursor) -> None:
        major = c.add(cls.major)
        minors = (cls.minor_header, cls.minor_open, cls.minor_update, cls.minor_expired, cls.minor_state,
                  cls.minor_cease, cls.minor_capability)  # fmt: skip
        minor = c.add(minors[major - 1] if 1 <= major <= len(minors) else cls.minor_unknown)
        if not c.remaining:
            return
        if major == 2 and minor == 2:
            c.add(cls.bad_peer, min(c.remaining, 4))
        elif major == CEASE and minor in HARD_TEXTS:
            size = c.add(cls.communication_length)
            c.add(cls.communication, min(size, c.remaining))
        c.rest(cls.minor_data)

    @classmethod
    def _refresh(cls, c: Cursor) -> None:
        for field in (cls.refresh_afi, cls.refresh_subtype, cls.refresh_safi):
            c.add(field)
        if not c.remaining:
            return
        with c.group(cls.orf, c.remaining) as c:
            c.add(cls.orf_flag)
            while c.remaining:
                c.add(cls.orf_type)
                c.add(cls.rest_bytes, min(c.add(cls.orf_length), c.remaining))

    # capability -> the lengths it may have (or that it repeats records of that many octets), and its fields
    _CAPABILITIES: ClassVar[dict[int, tuple[int, bool, tuple[Field, ...]]]] = {
        1: (4, False, (mp_afi, cap_reserved, mp_safi)),
        2: (0, False, (cap_unknown,)),
        5: (6, True, (enh_afi, enh_safi, enh_next)),
        6: (0, False, (cap_unknown,)),
        7: (3, False, (sec_flags, sec_afi)),
        65: (4, False, (cap_4as,)),
        66: (1, True, (cap_dynamic,)),
        67: (1, True, (cap_dynamic,)),
        68: (1, True, (multisession,)),
        69: (4, True, (ap_afi, ap_safi, ap_way)),
        70: (0, False, (cap_unknown,)),
        128: (0, False, (cap_unknown,)),
    }
