"""Elements of 802.11 management frames (IEEE 802.11-2020, clause 9.4.2): a number, a length and a value each.

     0       7 8      15 16
    +---------+---------+---------~
    | number  | length  |  value       number 255: the value starts with a number of its own
    +---------+---------+---------~
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from dissect.engine import fields
from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, Base, Field, flag
from dissect.layers.wlan_words import VALUES, WORDS

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
CIPHERS = {
    0: "Group", 1: "WEP (40-bit)", 2: "TKIP", 3: "AES (OCB)", 4: "AES (CCM)", 5: "WEP (104-bit)", 6: "BIP (128)",
    7: "Group addressed traffic not allowed", 8: "GCMP (128)", 9: "GCMP (256)", 10: "CCMP (256)", 11: "BIP (GMAC-128)",
    12: "BIP (GMAC-256)", 13: "BIP (CMAC-256)",
}  # fmt: skip
SUITES = {
    0: "NONE", 1: "WPA", 2: "PSK", 3: "FT over IEEE 802.1X", 4: "FT using PSK", 5: "WPA (SHA256)", 6: "PSK (SHA256)",
    7: "TDLS / TPK Handshake (SHA256)", 8: "SAE (SHA256)", 9: "FT using SAE (SHA256)", 10: "APPeerKey Authentication with SHA-256",
    11: "WPA (SHA256-SuiteB)", 12: "WPA (SHA384-SuiteB)", 13: "FT over IEEE 802.1X (SHA384)", 18: "Opportunistic Wireless Encryption",
}  # fmt: skip
MICROSOFT, WIFI_ALLIANCE, PRE_11N, ATHEROS = 0x0050F2, 0x506F9A, 0x00904C, 0x00037F
AIRONET, MARVELL = 0x004096, 0x005043

# what an element is where it is a sequence of single values and words
SEQUENCES = {
    0: ("ssid",), 2: ("fh.dwell_time", "fh.hop_set", "fh.hop_pattern", "fh.hop_index"), 3: ("ds.current_channel",),
    4: ("cfp.count", "cfp.period", "cfp.max_duration", "cfp.dur_remaining"), 6: ("ibss.atim_windows",),
    16: ("tag.challenge_text",), 32: ("powercon.local",), 33: ("powercap.min", "powercap.max"),
    35: ("tcprep.trsmt_pow", "tcprep.link_mrg"), 42: ("=erp",), 47: ("=erp",),
    37: ("csa.channel_switch_mode", "csa.new_channel_number", "csa.channel_switch.count"),
    40: ("quiet.count", "quiet.period", "quiet.duration", "quiet.offset"), 46: ("?qosinfo",),
    56: ("timeout_int.type", "timeout_int.value"), 54: ("mobility_domain.mdid", "=ft_cap"), 62: ("secchanoffset",), 60: ("=extchansw",), 63: ("bss_ap_avg_access_delay",), 66: ("fixed.msmtpilotint",),
    83: ("=capabilities",), 72: ("=coex",),
    70: ("=rmcap_0", "=rmcap_1", "=rmcap_2", "=rmcap_3", "=rmcap_4"),
    74: ("obss.spd", "obss.sad", "obss.cwtsi", "obss.sptpc", "obss.satpc", "obss.wctdf", "obss.sat"), 114: ("mesh.id",),
    113: ("mesh.config.ps_protocol", "mesh.config.ps_metric", "mesh.config.cong_ctl", "mesh.config.sync_method",
          "mesh.config.auth_protocol", "=mesh_formation", "=mesh_cap"),
    199: ("=operating_mode",),
    127: (*(f"=extcap_{n}" for n in range(7)), "?extcap", "=extcap_9", "=extcap_10", "=extcap_11", "=extcap_12"),
}  # fmt: skip
SIZES = {"ft.subelem.gtk.rsc": 8, "ft.subelem.igtk.ipn": 6, "nreport.subelem.country_code": 2, "mmie.ipn": 6, "ft.mic": 16, "ft.anonce": 32, "ft.snonce": 32, "country_info.code": 2, "qbss.adc": 1,
         "timeout_int.value": 4}

# what subelements are made of
NEIGHBOR = {
    1: ("nreport.subelem.tsf_offset", "nreport.subelem.beacon_interval"), 2: ("nreport.subelem.country_code",),
    3: ("nreport.subelem.bss_trn_can_pref",), 4: ("nreport.subelem.bss_ter_tsf", "nreport.subelem.bss_dur"),
}  # fmt: skip
TRANSITION = {
    1: ("ft.subelem.r1kh_id",), 3: ("ft.subelem.r0kh_id",),
    2: ("=ft_gtk", "ft.subelem.gtk.key_length", "ft.subelem.gtk.rsc", "ft.subelem.gtk.key_encrypted"),
    4: ("ft.subelem.igtk.key_id", "ft.subelem.igtk.ipn", "ft.subelem.igtk.key_length", "ft.subelem.igtk.key"),
}  # fmt: skip


def _values() -> dict[str, Field]:
    out = {}
    for name, (type_, label) in VALUES.items():
        kind, _, shown = type_.partition(",")
        of = fields.FieldType("FT_INT8", "int", 1) if kind == "INT8" else getattr(fields, kind)
        little = of.kind == "uint" and "oui" not in name and (of.size > 1 or name == "qbss.adc") and name not in BIG
        out[name] = Field(f"wlan.{name}", label, of, HEX if shown else Base.DEC, little=little, size=SIZES.get(name, of.size))
    return out


BIG = frozenset({"rsn.gcs", "rsn.pcs", "rsn.akms", "rsn.gmcs", "wfa.ie.wpa.mcs", "wfa.ie.wpa.ucs", "wfa.ie.wpa.akms"})
KINDS = {"1": fields.UINT8, "2": fields.UINT16, "3": fields.UINT24, "4": fields.UINT32, "6": fields.UINT48, "i": fields.INT8}
UNITS = {1: fields.UINT8, 2: fields.UINT16, 3: fields.UINT24, 4: fields.UINT32, 6: fields.UINT48}


def word(key: str, name: str = "", label: str = "") -> tuple[Field, ...]:
    """A word of bits and its parts; `name` and `label` instead of those of the table."""
    table_name, table_label, size, bits = WORDS[key]
    type_ = UNITS[1 if key.startswith("hta_") else size]
    parent = Field(f"wlan.{name or table_name}", label or table_label, type_, HEX, size=size, little=True)
    parts = [parent]
    for mask, part, text, kind in bits:
        if kind == "b":
            parts.append(flag(None, f"wlan.{part}", text, mask, size=size, within=parent, little=True))
        else:
            base = HEX if kind.endswith("h") else Base.DEC
            parts.append(Field(f"wlan.{part}", text, KINDS[kind[0]], base, mask=mask, size=size, within=parent, little=True))
    return tuple(parts)


V = _values()
W = {key: word(key) for key in WORDS}
VS = {key: word(key, f"vs.{WORDS[key][0]}", f"{WORDS[key][1]} (VS)") for key in ("ht_cap", "ampdu_param", "htex", "txbf", "asel")}


def part(name: str, label: str, mask: int, type_: Any = fields.UINT8, base: Base = HEX, size: int = 1) -> Field:
    """A value of some bits that has no word of its own."""
    return Field(f"wlan.{name}", label, type_, base, mask=mask, size=size, little=True)


MCS = "ht.mcsset.rxbitmask."
RX_MASKS = (
    part(MCS + "0to7", "Rx Bitmask Bits 0-7", 0xFF, fields.UINT32, size=4),
    part(MCS + "8to15", "Rx Bitmask Bits 8-15", 0xFF00, fields.UINT32, size=4),
    part(MCS + "16to23", "Rx Bitmask Bits 16-23", 0xFF0000, fields.UINT32, size=4),
    part(MCS + "24to31", "Rx Bitmask Bits 24-31", 0xFF000000, fields.UINT32, size=4),
    part(MCS + "32", "Rx Bitmask Bit 32", 0x1, fields.UINT32, size=4),
    part(MCS + "33to38", "Rx Bitmask Bits 33-38", 0x7E, fields.UINT32, size=4),
    part(MCS + "39to52", "Rx Bitmask Bits 39-52", 0x1FFF80, fields.UINT32, size=4),
    part(MCS + "53to76", "Rx Bitmask Bits 53-76", 0x1FFFFFE0, fields.UINT32, size=4),
)
MCS_RATE = part("ht.mcsset.highestdatarate", "Highest Supported Data Rate", 0x3FF, fields.UINT16, size=2)
MCS_TX = (
    part("ht.mcsset.txsetdefined", "Tx Supported MCS Set", 0x1, BOOLEAN, size=2),
    part("ht.mcsset.txrxmcsnotequal", "Tx and Rx MCS Set", 0x2, BOOLEAN, size=2),
    part("ht.mcsset.txmaxss", "Maximum Number of Tx Spatial Streams Supported", 0xC, fields.UINT16, size=2),
    part("ht.mcsset.txunequalmod", "Unequal Modulation", 0x10, BOOLEAN, size=2),
)
VHT_RX_RATE = (
    part("vht.mcsset.rxhighestlonggirate", "Rx Highest Long GI Data Rate", 0x1FFF, fields.UINT16, size=2),
    part("vht.mcsset.max_nsts_total", "MaX NSTS Total", 0xE000, fields.UINT16, Base.DEC, size=2),
)
VHT_TX_RATE = (
    part("vht.mcsset.txhighestlonggirate", "Tx Highest Long GI Data Rate", 0x1FFF, fields.UINT16, size=2),
    part("vht.ncsset.ext_nss_bw_cap", "Extended NSS BW Capable", 0x2000, BOOLEAN, size=2),
    part("vht.ncsset.reserved", "Reserved", 0xC000, fields.UINT16, size=2),
)
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
# what is reserved where a station knows no HT control field, or no dynamic fragments
HE_CONTROL = (0x18000, 0x40000, 0x80000, 0x2000000, 0x400000000)
HE_RESERVED = {
    mask: part(f"ext_tag.he_mac_cap.reserved_{name}", "Reserved", mask, fields.UINT48, size=6)
    for mask, name in (
        (0xE0, "bits_5_7"), (0x300, "bits_8_9"), (0x18000, "bits_15_16"), (0x40000, "bit_18"), (0x80000, "bit_19"),
        (0x2000000, "bit_25"), (0x20000000, "bit_29"), (0x400000000, "bit_34"),
    )
}  # fmt: skip
WIDTH = "ext_tag.he_phy_cap.chan_width_set."
RESERVED = "ext_tag.he_phy_cap.chan_width.set."
HE_FIRST = (
    part("ext_tag.he_phy_cap.reserved_b0", "Reserved", 0x01), part("ext_tag.he_phy_cap.fbyte.reserved_b0", "Reserved", 0x01),
    part("ext_tag.he_phy_cap.fbytes", "Channel Width Set", 0xFE),
)  # fmt: skip
HE_2_4 = (
    part(WIDTH + "40mhz_in_2_4ghz", "40 MHz in 2.4 GHz band", 0x02, BOOLEAN), part(RESERVED + "24GHz_b1_reserved", "Reserved", 0x04),
    part(RESERVED + "24GHz_b2_reserved", "Reserved", 0x08), part(RESERVED + "24GHz_b3_reserved", "Reserved", 0x10),
    part(WIDTH + "242_tone_in_2_4ghz", "242 tone RUs in the 2.4 GHz band", 0x20, BOOLEAN),
    part(RESERVED + "24GHz_b5_reserved", "Reserved", 0x40),
)  # fmt: skip
HE_5 = (
    part(RESERVED + "5GHz_b0_reserved", "Reserved", 0x02),
    part(WIDTH + "40_80_in_5ghz", "40 & 80 MHz in the 5 GHz and 6 GHz bands", 0x04, BOOLEAN),
    part(WIDTH + "160_in_5ghz", "160 MHz in the 5 GHz and 6 GHz bands", 0x08, BOOLEAN),
    part(WIDTH + "160_80_80_in_5ghz", "160/80+80 MHz in the 5 GHz and 6 GHz bands", 0x10, BOOLEAN),
    part(RESERVED + "5GHz_b4_reserved", "Reserved", 0x20),
    part(WIDTH + "242_tone_in_5ghz", "242 tone RUs in the 5 GHz and 6 GHz bands", 0x40, BOOLEAN),
)  # fmt: skip
HE_ANY = (HE_2_4[0], HE_5[1], HE_5[2], HE_5[3], HE_2_4[4], HE_5[5])
HE_LAST = (part(WIDTH + "reserved", "Reserved", 0x80),)
CLIENT_MFP = part("aironet.clientmfp", "Aironet IE Client MFP", 0x01, BOOLEAN)
PMKID = Field("wlan.pmkid.akms", "PMKID", fields.BYTES)
MARK = Field("wlan.tag.length.bad", "Bad tag length", fields.NONE)


def over(c: Cursor, parts: tuple[Field, ...], size: int) -> None:
    """Several values in the same `size` bytes."""
    at = c.pos
    for field in parts:
        c.pos = at
        c.add(field)
    c.pos = at + size


class Elements:
    """The elements' fields and how to read them; the frame's layer inherits both."""

    values = tuple(V.values())
    words = tuple(field for group in (*W.values(), *VS.values()) for field in group)
    further = (*RX_MASKS, MCS_RATE, *MCS_TX, *VHT_RX_RATE, *VHT_TX_RATE, *INTERWORKING, *ADVERTISEMENT, *ROAMING, *RNR, *HE_FIRST,
               *HE_2_4, *HE_5, *HE_LAST, *HE_RESERVED.values(), CLIENT_MFP, PMKID, MARK)
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


def unknown(c: Cursor) -> None:
    """An element whose value is shown as it is."""
    c.rest(V["tag.data"])


def unknown_extension(c: Cursor) -> None:
    """The same of an extension."""
    c.rest(V["ext_tag.data"])


def subtype(c: Cursor) -> int:
    """Which management frame the element is in; elements are in keys for EAPOL too."""
    return int(c.h.subtype) if c.h.layer.name == "wlan" else -1


def sequence(c: Cursor, names: tuple[str, ...]) -> None:
    """Values one after the other, as far as the element reaches."""
    for name in names:
        if name == "?qosinfo":
            field = W["qosinfo_sta" if subtype(c) in (0, 2) else "qosinfo_ap"][0]
        elif name == "?extcap":
            field = W["extcap_7_alone" if c.remaining == 1 else "extcap_7"][0]
        else:
            field = W[name[1:]][0] if name[0] == "=" else V[name]
        size = int(field.size) if isinstance(field.size, int) and field.size else c.remaining
        if size > c.remaining or not size:
            return
        c.add(field, size)


def parts(c: Cursor, size: int, data: str, names: tuple[str, ...]) -> None:
    """A subelement of `size` bytes: its values, or where none are known the bytes."""
    end = c.pos + size
    for name in names or (data,):
        field = W[name[1:]][0] if name[0] == "=" else V[name]
        width = field.size if isinstance(field.size, int) and field.size else end - c.pos
        if not 0 < width <= end - c.pos:
            break
        c.add(field, width)
    if c.pos < end:
        c.skip(end - c.pos)


def listed(name: str) -> Callable[[Cursor], None]:
    """A reader of values of the same kind to the end."""

    def read(c: Cursor) -> None:
        while c.remaining:
            c.add(V[name])

    return read


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


def transition(c: Cursor) -> None:
    """What a station needs to go on at another access point."""
    sequence(c, ("=ft_mic", "ft.mic", "ft.anonce", "ft.snonce"))
    while c.remaining >= 2 and (size := c.peek(1, 1)) <= c.remaining - 2:
        kind = c.add(V["ft.subelem.id"])
        c.add(V["ft.subelem.len"])
        parts(c, size, "ft.subelem.data", TRANSITION.get(kind, ()))


def suite(c: Cursor, name: str, kinds: dict[int, str], type_name: str = "") -> int:
    """A cipher or key management suite: an organization and a number."""
    kind = c.peek(1, 3)
    with c.group(V[name], 4, f"{V[name].label}: {kinds.get(kind, 'Unknown')}"):
        c.add(V[f"{name}.oui"])
        c.add(V[type_name or f"{name}.type"])
    return kind


def suites(c: Cursor, name: str, kinds: dict[int, str], type_name: str = "") -> None:
    """A counted list of suites."""
    count = c.add(V[f"{name}.count"])
    with c.group(V[f"{name}.list"], min(4 * count, c.remaining)):
        while c.remaining >= 4:
            suite(c, name, kinds, type_name)


def rsn(c: Cursor) -> None:
    """Robust security network."""
    c.add(V["rsn.version"])
    if c.remaining >= 4:
        suite(c, "rsn.gcs", CIPHERS)
    for name, kinds in (("rsn.pcs", CIPHERS), ("rsn.akms", SUITES)):
        if c.remaining >= 2:
            suites(c, name, kinds)
    if c.remaining >= 2:
        c.add(W["rsn_cap"][0])
    if c.remaining >= 2:
        count = c.add(V["rsn.pmkid.count"])
        with c.group(V["rsn.pmkid.list"], min(16 * count, c.remaining)):
            while c.remaining >= 16:
                c.add(PMKID, 16)
    if c.remaining >= 4:
        suite(c, "rsn.gmcs", CIPHERS)


def mcs_set(c: Cursor, name: str = "ht.mcsset") -> None:
    """What modulation and coding schemes a station knows."""
    with c.group(V[name], 16):
        with c.group(V["ht.mcsset.rxbitmask"], 10):
            start = c.pos
            for fields_, at in ((RX_MASKS[:4], 0), (RX_MASKS[4:7], 4), (RX_MASKS[7:], 6)):
                c.pos = start + at
                over(c, fields_, 4)
        c.add(MCS_RATE)
        at = c.pos
        for field in MCS_TX:
            c.pos = at
            c.add(field)


def ht_capabilities(c: Cursor) -> None:
    """High throughput (802.11n)."""
    _ht_capabilities(c, {key: W[key][0] for key in VS}, "ht.mcsset")


def _ht_capabilities(c: Cursor, of: dict[str, Field], mcs: str) -> None:
    if c.remaining < 26:
        return
    c.add(of["ht_cap"])
    c.add(of["ampdu_param"])
    mcs_set(c, mcs)
    for key in ("htex", "txbf", "asel"):
        c.add(of[key])


def ht_information(c: Cursor) -> None:
    """How a cell uses high throughput."""
    if c.remaining < 22:
        return
    c.add(V["ht.info.primarychannel"])
    for key in ("ht_info_1", "ht_info_2", "ht_info_3"):
        c.add(W[key][0])
    mcs_set(c)


def vht_capabilities(c: Cursor) -> None:
    """Very high throughput (802.11ac)."""
    if c.remaining < 12:
        return
    c.add(W["vht_cap"][0])
    with c.group(V["vht.mcsset"], 8):
        c.add(W["vht_rx"][0])
        over(c, VHT_RX_RATE, 2)
        c.add(W["vht_tx"][0])
        over(c, VHT_TX_RATE, 2)


def vht_operation(c: Cursor) -> None:
    """How a cell uses very high throughput."""
    if c.remaining < 5:
        return
    with c.group(V["vht.op"], 3):
        for name in ("channelwidth", "channelcenter0", "channelcenter1"):
            c.add(V[f"vht.op.{name}"])
    c.add(W["vht_basic"][0])


def power_envelope(c: Cursor) -> None:
    """Power allowed by width."""
    count = c.peek(1) & 7
    c.add(W["tpe"][0])
    for width in ("20", "40", "80", "160")[: count + 1]:
        if c.remaining:
            c.add(V[f"vht.tpe.pwr_constr_{width}"])


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


def integrity(c: Cursor) -> None:
    """A message integrity code for the frame."""
    sequence(c, ("mmie.keyid", "mmie.ipn"))
    c.rest(V["mmie.mic"])


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


def extension(c: Cursor) -> None:
    """Further properties of a robust security network."""
    sequence(c, ("=rsnx_1", "=rsnx_2"))


def ccx(c: Cursor) -> None:
    """Cisco's name of the access point and number of its clients."""
    if c.remaining < 28:
        return
    c.add(V["cisco.ccx1.unknown"], 10)
    c.add(V["cisco.ccx1.name"], 16)
    c.add(V["cisco.ccx1.clients"])
    if c.remaining >= 3:
        c.add(V["cisco.ccx1.unknown2"], 3)


def access_category(c: Cursor) -> None:
    """When a category of traffic may be sent."""
    with c.group(V["wfa.ie.wme.acp"], 4):
        c.add(W["acp_aifsn"][0])
        ecw = c.peek(1)
        c.add(W["acp_ecw"][0])
        c.derived(V["wfa.ie.wme.acp.cw.max"], (1 << (ecw >> 4)) - 1)
        c.derived(V["wfa.ie.wme.acp.cw.min"], (1 << (ecw & 15)) - 1)
        c.add(V["wfa.ie.wme.acp.txop_limit"])


def multimedia(c: Cursor) -> None:
    """Wi-Fi multimedia (WMM): a subset of 802.11e."""
    kind = c.add(V["wfa.ie.wme.subtype"])
    c.add(V["wfa.ie.wme.version"])
    if kind in (0, 1):
        c.add(W["sta_qos" if subtype(c) in (0, 2, 4) else "ap_qos"][0])
    if kind == 1:
        c.add(V["wfa.ie.wme.reserved"], 1)
        while c.remaining >= 4:
            access_category(c)


def edca(c: Cursor) -> None:
    """802.11e's parameters of the categories of traffic."""
    if c.remaining != 18:
        return
    c.add(W["sta_qos" if subtype(c) in (0, 2, 4) else "ap_qos"][0])
    c.add(V["wfa.ie.wme.reserved"], 1)
    while c.remaining >= 4:
        access_category(c)


def wpa(c: Cursor) -> None:
    """Wi-Fi protected access: an early RSN."""
    c.add(V["wfa.ie.wpa.version"])
    if c.remaining >= 4:
        suite(c, "wfa.ie.wpa.mcs", CIPHERS)
    if c.remaining >= 2:
        suites(c, "wfa.ie.wpa.ucs", CIPHERS)
    if c.remaining >= 2:
        suites(c, "wfa.ie.wpa.akms", SUITES, "wfa.ie.wpa.type")


def pre_11n(c: Cursor) -> None:
    """High throughput before its standard."""
    kind = c.add(V["vs.pren.type"])
    if kind == 51 and c.remaining == 26:
        _ht_capabilities(c, {key: VS[key][0] for key in VS}, "vs.ht.mcsset")
    elif kind == 52 and c.remaining == 22:
        c.add(V["hta.control_channel"])
        for key in ("hta_1", "hta_2", "hta_3"):
            c.add(W[key][0])
        mcs_set(c, "vs.ht.mcsset")
    elif kind not in (51, 52):
        c.rest(V["vs.pren.unknown_data"])


def atheros(c: Cursor) -> None:
    """Advanced capabilities, and others."""
    if c.remaining <= 3:
        return
    kind, subtype = c.peek(1), c.peek(1, 1)
    c.add(V["atheros.ie.type"])
    c.add(V["atheros.ie.subtype"])
    c.add(V["atheros.ie.version"])
    if kind == 1 and subtype == 1 and c.remaining >= 3:
        c.add(W["atheros_cap"][0])
        c.add(V["atheros.ie.advcap.defkey"])
    c.rest(V["atheros.data"])


def aironet(c: Cursor) -> None:
    """Cisco's extensions."""
    kind = c.add(V["aironet.type"])
    if kind == 0 and c.remaining:
        c.add(V["aironet.dtpc"])
        if c.remaining:
            c.add(V["aironet.dtpc_unknown"], 1)
    elif kind == 3 and c.remaining:
        c.add(V["aironet.version"])
    elif kind == 4 and c.remaining >= 2:
        c.add(V["aironet.qos.reserved"])
        c.add(V["aironet.qos.paramset"])
        for _ in range(4):
            if c.remaining >= 4:
                c.add(V["aironet.qos.val"], 4)
    elif kind == 20 and c.remaining:
        c.add(CLIENT_MFP)
    elif kind not in (0, 3, 4, 11, 20):
        c.rest(V["aironet.data"])


def marvell(c: Cursor) -> None:
    """A mesh."""
    if c.add(V["marvell.ie.type"]) == 4:
        sequence(c, tuple(f"marvell.ie.{name}" for name in ("subtype", "version", "proto_id", "metric_id", "cap")))
    c.rest(V["marvell.data"])


def vendor(c: Cursor) -> None:
    """What a vendor makes of it; Microsoft's number is also the Wi-Fi Alliance's."""
    if c.remaining < 3:
        return
    oui = c.add(V["tag.oui"])
    if not c.remaining:
        return
    kind = c.peek(1)
    c.add(V["tag.vendor.oui.type"])
    c.pos -= 1
    if oui == MICROSOFT:
        c.add(V["wfa.ie.type"])
        if kind == 1:
            wpa(c)
        elif kind == 2:
            multimedia(c)
    elif oui in VENDORS:
        VENDORS[oui](c)
    elif oui != WIFI_ALLIANCE:
        c.rest(V["tag.vendor.data"])
    if c.remaining:
        c.skip(c.remaining)


VENDORS = {PRE_11N: pre_11n, ATHEROS: atheros, AIRONET: aironet, MARVELL: marvell}


def he_capabilities(c: Cursor) -> None:
    """High efficiency (802.11ax)."""
    if c.remaining < 21:
        unknown_extension(c)
        return
    mac = c.peek(6, little=True)
    with c.group(W["he_mac"][0], 6, value=mac):
        for field in W["he_mac"][1:]:
            value = (mac & field.mask) >> field.shift
            other = HE_RESERVED.get(field.mask) if not mac & (1 if field.mask in HE_CONTROL else 0x18) else None
            c.derived(other or field, value if other or field.type is not BOOLEAN else bool(value))
        c.pos += 6
    radio = c.h.outer("radiotap")
    frequency = radio.freq if radio is not None else 0
    width = c.peek(1)
    over(c, (*HE_FIRST, *(HE_ANY if not frequency else HE_2_4 if frequency < 3000 else HE_5), *HE_LAST), 1)
    for key in ("he_phy_8", "he_phy_24", "he_phy_40", "he_phy_56", "he_phy_72"):
        c.add(W[key][0])
    maps = ["80", *(["160"] if width & 0x08 else []), *(["8080"] if width & 0x10 else [])]
    if c.remaining >= 4 * len(maps):
        for one in maps:
            c.add(W[f"he_rx_{one}"][0])
            c.add(W[f"he_tx_{one}"][0])


def encryption(c: Cursor) -> None:
    """Opportunistic wireless encryption (RFC 8110): a group and a public key."""
    if c.remaining >= 2:
        c.add(V["ext_tag.owe_dh_parameter.group"], 2)
    c.rest(V["ext_tag.owe_dh_parameter.public_key"])


def he_operation(c: Cursor) -> None:
    """How a cell uses high efficiency (802.11ax)."""
    if c.remaining < 6:
        unknown_extension(c)
        return
    what = c.peek(3, little=True)
    for key in ("he_op", "he_color", "he_basic"):
        c.add(W[key][0])
    name = "ext_tag.he_operation."
    if what & 0x4000 and c.remaining >= 3:
        for one in ("channel_width", "chan_center_freq_seg_0", "chan_center_freq_seg_1"):
            c.add(V[f"{name}vht_op_info.{one}"])
    if what & 0x8000 and c.remaining:
        c.add(V[f"{name}max_co_hosted_bssid_indicator"])
    if what & 0x20000 and c.remaining >= 5:
        c.add(V[f"{name}6ghz.primary_channel"])
        c.add(W["he_6ghz"][0])
        for one in ("chan_center_freq_seg_0", "chan_center_freq_seg_1", "minimum_rate"):
            c.add(V[f"{name}6ghz.{one}"])


def mu_edca(c: Cursor) -> None:
    """The categories of traffic, for triggered sending."""
    sequence(c, ("=qosinfo_ap",))
    while c.remaining >= 3:
        c.add(W["mu_edca_aifsn"][0])
        c.add(V["ext_tag.mu_edca_parameter_set.ecwmin_ecwmax"])
        c.add(V["ext_tag.mu_edca_parameter_set.mu_edca_timer"])


def spatial_reuse(c: Cursor) -> None:
    """When others' frames may be ignored."""
    what = c.peek(1)
    c.add(W["sr_control"][0])
    name = "ext_tag.spatial_reuse."
    if what & 4 and c.remaining:
        c.add(V[f"{name}non_srg_obss_pd_max_offset"])
    if what & 8:
        sequence(c, (f"{name}srg_obss_pd_min_offset", f"{name}srg_obss_pd_max_offset"))
        for one in ("srg_bss_color_bitmap", "srg_partial_bssid_bitmap"):
            if c.remaining >= 8:
                c.add(V[name + one], 8)


def one_word(key: str) -> Callable[[Cursor], None]:
    """A reader of one word."""

    def read(c: Cursor) -> None:
        sequence(c, (f"={key}",))

    return read


Elements.readers.update({
    1: listed("supported_rates"), 5: tim, 7: country, 10: listed("tag.request"), 11: load, 12: edca, 36: channels,
    45: ht_capabilities, 48: rsn, 50: listed("extended_supported_rates"), 51: channel_report, 52: neighbor, 55: transition,
    59: operating_classes, 61: ht_information, 71: multiple_bssid, 76: integrity, 107: interworking, 108: advertisement,
    111: roaming, 133: ccx, 150: vendor, 191: vht_capabilities, 192: vht_operation, 195: power_envelope, 201: reduced_neighbors, 221: vendor,
    244: extension,
})  # fmt: skip
Elements.extended.update(
    {32: encryption, 35: he_capabilities, 36: he_operation, 37: one_word("uora"), 38: mu_edca, 39: spatial_reuse, 59: one_word("he_6ghz_cap")}
)
