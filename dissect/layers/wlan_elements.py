"""Elements of 802.11 management frames (IEEE 802.11-2020, clause 9.4.2): a number, a length and a value each.

     0       7 8      15 16
    +---------+---------+---------~
    | number  | length  |  value       number 255: the value starts with a number of its own
    +---------+---------+---------~
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from dissect.engine import fields
from dissect.engine.cursor import Cursor
from dissect.engine.fields import Base, Field
from dissect.layers.wlan_fields import (
    VS,
    V,
    W,
    listed,
    one_word,
    over,
    part,
    parts,
    sequence,
    subtype,
    unknown,
    unknown_extension,
)
from dissect.layers.wlan_rates import (
    PARTS,
    he_capabilities,
    he_operation,
    ht_capabilities,
    ht_information,
    mu_edca,
    power_envelope,
    spatial_reuse,
    vht_capabilities,
    vht_operation,
)
from dissect.layers.wlan_security import PMKID, encryption, extension, integrity, rsn, transition
from dissect.layers.wlan_vendor import CLIENT_MFP, access_category, ccx, vendor

TAGS = {
    0: "SSID parameter set", 1: "Supported Rates", 2: "FH Parameter set", 3: "DS Parameter set", 4: "CF Parameter set",
    5: "Traffic Indication Map (TIM)", 6: "IBSS Parameter set", 7: "Country Information", 10: "Request", 11: "QBSS Load Element",
    12: "EDCA Parameter Set", 13: "Traffic Specification (TSPEC)", 14: "Traffic Classification (TCLAS)", 15: "Schedule",
    16: "Challenge text", 32: "Power Constraint", 33: "Power Capability", 34: "TPC Request", 35: "TPC Report",
    36: "Supported Channels", 37: "Channel Switch Announcement", 38: "Measurement Request", 39: "Measurement Report",
    40: "Quiet", 41: "IBSS DFS", 42: "ERP Information", 43: "TS Delay", 44: "TCLAS Processing", 45: "HT Capabilities",
    46: "QoS Capability", 47: "ERP Information", 48: "RSN Information", 50: "Extended Supported Rates", 51: "AP Channel Report",
    52: "Neighbor Report", 53: "RCPI", 54: "Mobility Domain", 55: "Fast BSS Transition", 56: "Timeout Interval",
    57: "RIC Data", 58: "DSE Registered Location", 59: "Supported Operating Classes", 60: "Extended Channel Switch Announcement",
    61: "HT Information", 62: "Secondary Channel Offset", 63: "BSS Average Access Delay", 64: "Antenna", 65: "RSNI",
    66: "Measurement Pilot Transmission", 67: "BSS Available Admission Capacity", 68: "BSS AC Access Delay", 69: "Time Advertisement",
    70: "RM Enabled Capabilities", 71: "Multiple BSSID", 72: "20/40 BSS Coexistence", 73: "20/40 BSS Intolerant Channel Report",
    74: "Overlapping BSS Scan Parameters", 83: "Non Transmitted BSSID Capability", 75: "RIC Descriptor", 76: "Management MIC", 107: "Interworking",
    108: "Advertisement Protocol", 109: "Expedited Bandwidth Request", 110: "QoS Map Set", 111: "Roaming Consortium",
    113: "Mesh Configuration", 114: "Mesh ID", 127: "Extended Capabilities", 133: "Cisco CCX1 CKIP + Device Name",
    149: "Vendor Specific", 150: "Vendor Specific", 191: "VHT Capabilities", 192: "VHT Operation", 193: "Extended BSS Load",
    194: "Wide Bandwidth Channel Switch", 195: "Tx Power Envelope", 196: "Channel Switch Wrapper", 197: "AID",
    198: "Quiet Channel", 199: "Operating Mode Notification", 201: "Reduced Neighbor Report", 216: "TWT", 221: "Vendor Specific",
    240: "FILS Indication", 244: "RSN eXtension", 255: "Element ID Extension",
}  # fmt: skip
EXTENSIONS = {
    1: "Association Delay Info", 4: "FILS Session", 12: "FILS Key Confirmation", 32: "OWE: Diffie-Hellman Parameter",
    35: "HE Capabilities", 36: "HE Operation", 37: "UORA Parameter Set", 38: "MU EDCA Parameter Set",
    39: "Spatial Reuse Parameter Set", 41: "NDP Feedback Report Parameter Set", 42: "BSS Color Change Announcement",
    55: "Multiple BSSID Configuration", 59: "HE 6 GHz Band Capabilities", 106: "EHT Operation", 107: "Multi-Link",
    108: "EHT Capabilities",
}  # fmt: skip

# what an element is where it is a sequence of single values and words
SEQUENCES = {
    0: ("ssid",), 2: ("fh.dwell_time", "fh.hop_set", "fh.hop_pattern", "fh.hop_index"), 3: ("ds.current_channel",),
    4: ("cfp.count", "cfp.period", "cfp.max_duration", "cfp.dur_remaining"), 6: ("ibss.atim_windows",),
    16: ("tag.challenge_text",), 32: ("powercon.local",), 33: ("powercap.min", "powercap.max"),
    35: ("tcprep.trsmt_pow", "tcprep.link_mrg"), 42: ("=erp",), 47: ("=erp",),
    37: ("csa.channel_switch_mode", "csa.new_channel_number", "csa.channel_switch.count"),
    40: ("quiet.count", "quiet.period", "quiet.duration", "quiet.offset"), 46: ("?qosinfo",),
    54: ("mobility_domain.mdid", "=ft_cap"), 56: ("timeout_int.type", "timeout_int.value"), 60: ("=extchansw",),
    93: ("wnm_sleep_mode.action_type", "wnm_sleep_mode.response_status", "wnm_sleep_mode.interval"),
    62: ("secchanoffset",), 63: ("bss_ap_avg_access_delay",), 66: ("fixed.msmtpilotint",),
    83: ("=capabilities",), 72: ("=coex",),
    70: ("=rmcap_0", "=rmcap_1", "=rmcap_2", "=rmcap_3", "=rmcap_4"),
    74: ("obss.spd", "obss.sad", "obss.cwtsi", "obss.sptpc", "obss.satpc", "obss.wctdf", "obss.sat"), 114: ("mesh.id",),
    113: ("mesh.config.ps_protocol", "mesh.config.ps_metric", "mesh.config.cong_ctl", "mesh.config.sync_method",
          "mesh.config.auth_protocol", "=mesh_formation", "=mesh_cap"),
    199: ("=operating_mode",),
    127: (*(f"=extcap_{n}" for n in range(7)), "?extcap", "=extcap_9", "=extcap_10", "=extcap_11", "=extcap_12"),
}  # fmt: skip

# what subelements are made of
NEIGHBOR = {
    1: ("nreport.subelem.tsf_offset", "nreport.subelem.beacon_interval"), 2: ("nreport.subelem.country_code",),
    3: ("nreport.subelem.bss_trn_can_pref",), 4: ("nreport.subelem.bss_ter_tsf", "nreport.subelem.bss_dur"),
}  # fmt: skip
INTERWORKING = (
    part("interworking.access_network_type", "Access Network Type", 0x0F, base=Base.DEC),
    part("interworking.internet", "Internet", 0x10, base=Base.DEC), part("interworking.asra", "ASRA", 0x20, base=Base.DEC),
    part("interworking.esr", "ESR", 0x40, base=Base.DEC), part("interworking.uesa", "UESA", 0x80, base=Base.DEC),
)  # fmt: skip
ADVERTISEMENT = (
    part("adv_proto.resp_len_limit", "Query Response Length Limit", 0x7F, base=Base.DEC),
    part("adv_proto.pame_bi", "PAME-BI", 0x80, base=Base.DEC),
)
ROAMING = (
    part("roaming_consortium.oi1_len", "OI #1 Length", 0x0F, base=Base.DEC),
    part("roaming_consortium.oi2_len", "OI #2 Length", 0xF0, base=Base.DEC),
)
RNR = (
    part("rnr.tbtt_info", "TBTT Information Field", 0x0003, fields.UINT16, Base.DEC, 2),
    part("rnr.tbtt_info.fna", "TBTT Filtered Neighbor AP", 0x0004, fields.UINT16, Base.DEC, 2),
    part("rnr.tbtt_info.info_count", "TBTT Information Count", 0x00F0, fields.UINT16, Base.DEC, 2),
    part("rnr.tbtt_info.info_len", "TBTT Information Length", 0xFF00, fields.UINT16, Base.DEC, 2),
)
MARK = Field("wlan.tag.length.bad", "Bad tag length", fields.NONE)


class Elements:
    """The elements' fields and how to read them; the frame's layer inherits both."""

    values = tuple(V.values())
    words = tuple(field for group in (*W.values(), *VS.values()) for field in group)
    further = (*PARTS, *INTERWORKING, *ADVERTISEMENT, *ROAMING, *RNR, CLIENT_MFP, PMKID, MARK)
    readers: ClassVar[dict[int, Callable[[Cursor], None]]] = {}
    extended: ClassVar[dict[int, Callable[[Cursor], None]]] = {}

    @classmethod
    def elements(cls, c: Cursor) -> None:
        """All that is left, element after element."""
        if not c.remaining:
            return
        with c.group(V["tagged.all"], c.remaining):
            cls.each(c)

    @classmethod
    def each(cls, c: Cursor) -> None:
        """Element after element, without the node around them."""
        while c.remaining >= 2:
            number, size = c.peek(1), c.peek(1, 1)
            if size + 2 > c.remaining:
                c.note("error", "Malformed", "Tag length is longer than remaining payload", MARK.name)
                cls.element(c, number, c.remaining - 2, size)
                return
            cls.element(c, number, size, size)
        if c.remaining:
            c.add(V["tag.number"])
            c.derived(MARK, True)

    @classmethod
    def element(cls, c: Cursor, number: int, size: int, stated: int) -> None:
        """One element of `size` bytes; `stated` is what its length says."""
        text = EXTENSIONS.get(c.peek(1, 2), "Unknown") if number == 255 and size else TAGS.get(number, "Reserved")
        tag, prefix = ("ext_tag", "Ext Tag") if number == 255 and size else ("tag", "Tag")
        with c.group(V[tag], 2 + size, f"{prefix}: {text}"):
            c.add(V["tag.number"])
            if number == 255 and size:
                c.add(V["ext_tag.length"], 1, stated - 1)
                kind = c.add(V["ext_tag.number"])
                cls.extended.get(kind, unknown_extension)(c)
                return
            c.add(V["tag.length"], 1)
            if stated > size:
                c.derived(MARK, True)
            if number in SEQUENCES:
                sequence(c, SEQUENCES[number])
            else:
                cls.readers.get(number, unknown)(c)
            if c.remaining:
                c.skip(c.remaining)


def tim(c: Cursor) -> None:
    """Which stations frames wait for."""
    c.add(V["tim.dtim_count"])
    c.add(V["tim.dtim_period"])
    if c.remaining:
        c.add(W["bmapctl"][0])
    c.rest(V["tim.partial_virtual_bitmap"])


def country(c: Cursor) -> None:
    """Channels and their power, or, from 201 on, regulatory classes."""
    c.add(V["country_info.code"])
    c.add(V["country_info.environment"])
    while c.remaining >= 3:
        if c.peek(1) <= 200:
            kind, names = "country_info.fnm", ("fcn", "nc", "mtpl")
        else:
            kind, names = "country_info.rrc", ("oei", "oc", "cc")
        with c.group(V[kind], 3):
            for name in names:
                c.add(V[f"{kind}.{name}"])
    c.rest(V["country_info.padding"])


def load(c: Cursor) -> None:
    """Load of a cell, of 802.11e (5 bytes) or Cisco's (4 bytes)."""
    if c.remaining not in (4, 5):
        return
    c.derived(V["qbss.version"], 1 if c.remaining == 4 else 2)
    c.add(V["qbss.scount"])
    c.add(V["qbss.cu"])
    c.add(V["qbss.adc"], c.remaining)


def channels(c: Cursor) -> None:
    """Ranges of channels."""
    while c.remaining >= 2:
        with c.group(V["supchan"], 2):
            c.add(V["supchan.first"])
            c.add(V["supchan.range"])


def operating_classes(c: Cursor) -> None:
    """Operating classes: the one in use, and others."""
    if c.remaining >= 2:
        c.add(V["supopeclass.current"])
        c.add(V["supopeclass.alt"], c.remaining)


def channel_report(c: Cursor) -> None:
    """Channels of one operating class."""
    c.add(V["ap_channel_report.operating_class"])
    while c.remaining:
        c.add(V["ap_channel_report.channel_list"], 1)


def neighbor(c: Cursor) -> None:
    """Another access point."""
    sequence(c, ("nreport.bssid", "=bss_info", "nreport.opeclass", "nreport.channumber", "nreport.phytype"))
    while c.remaining >= 2 and (size := c.peek(1, 1)) <= c.remaining - 2:
        kind = c.add(V["nreport.subelem.id"])
        c.add(V["nreport.subelem.len"])
        parts(c, size, "nreport.subelem.data", NEIGHBOR.get(kind, ()))


def multiple_bssid(c: Cursor) -> None:
    """Cells of the same access point."""
    c.add(V["multiple_bssid"])
    while c.remaining >= 2 and c.peek(1, 1) <= c.remaining - 2:
        kind, size = c.peek(1), c.peek(1, 1)
        c.add(V["multiple_bssid.subelem.id"])
        c.add(V["multiple_bssid.subelem.len"])
        if not kind:
            with c.group(V["multiple_bssid.subelem.nontrans_profile"], size):
                Elements.each(c)
        elif size:
            c.add(V["multiple_bssid.subelem.reserved"], size)


def interworking(c: Cursor) -> None:
    """Whether there is a way to other networks."""
    over(c, INTERWORKING, 1)
    if c.remaining in (2, 8):
        c.skip(2)
    if c.remaining >= 6:
        c.add(V["interworking.hessid"])


def advertisement(c: Cursor) -> None:
    """Protocols for asking about networks."""
    while c.remaining >= 2:
        over(c, ADVERTISEMENT, 1)
        c.add(V["adv_proto.id"])


def roaming(c: Cursor) -> None:
    """Consortia whose members may join."""
    c.add(V["roaming_consortium.num_anqp_oi"])
    sizes = c.peek(1)
    over(c, ROAMING, 1)
    for name, size in (("oi1", sizes & 15), ("oi2", sizes >> 4)):
        if 0 < size <= c.remaining:
            c.add(V[f"roaming_consortium.{name}"], size)
    c.rest(V["roaming_consortium.oi3"])


def reduced_neighbors(c: Cursor) -> None:
    """Access points nearby, in short."""
    while c.remaining >= 4:
        head = c.peek(2, little=True)
        over(c, RNR, 2)
        c.add(V["rnr.tbtt_info.operating_class"])
        c.add(V["rnr.tbtt_info.channel_num"])
        for _ in range((head >> 4 & 15) + 1):
            size = head >> 8
            if not size or size > c.remaining:
                return
            end = c.pos + size
            c.add(V["rnr.tbtt_info.tbtt_offset"])
            if size >= 7:
                c.add(V["rnr.tbtt_info.bssid"], 6)
            if size in (5, 6) or size >= 11:
                c.add(V["rnr.tbtt_info.sh_ssid"])
            if size in (2, 6, 8, 9) or size >= 12:
                c.add(W["rnr_bss"][0])
            if c.pos < end:
                c.skip(end - c.pos)


def edca(c: Cursor) -> None:
    """802.11e's parameters of the categories of traffic."""
    if c.remaining != 18:
        return
    c.add(W["sta_qos" if subtype(c) in (0, 2, 4) else "ap_qos"][0])
    c.add(V["wfa.ie.wme.reserved"], 1)
    while c.remaining >= 4:
        access_category(c)


Elements.readers.update({
    1: listed("supported_rates"), 5: tim, 7: country, 10: listed("tag.request"), 11: load, 12: edca, 36: channels,
    45: ht_capabilities, 48: rsn, 50: listed("extended_supported_rates"), 51: channel_report, 52: neighbor, 55: transition,
    59: operating_classes, 61: ht_information, 71: multiple_bssid, 76: integrity, 107: interworking, 108: advertisement,
    111: roaming, 133: ccx, 150: vendor, 191: vht_capabilities, 192: vht_operation, 195: power_envelope,
    201: reduced_neighbors, 221: vendor, 244: extension,
})  # fmt: skip
Elements.extended.update({
    32: encryption, 35: he_capabilities, 36: he_operation, 37: one_word("uora"), 38: mu_edca, 39: spatial_reuse,
    59: one_word("he_6ghz_cap"),
})  # fmt: skip
