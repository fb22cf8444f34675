"""What stations can and how a cell is run: the elements of 802.11n (HT), 802.11ac (VHT) and 802.11ax (HE)."""

from __future__ import annotations

from dissect.engine import fields
from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, Base, Field
from dissect.layers.wlan_fields import VS, V, W, over, part, sequence, unknown_extension

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
PARTS = (
    *RX_MASKS, MCS_RATE, *MCS_TX, *VHT_RX_RATE, *VHT_TX_RATE, *HE_FIRST, *HE_2_4, *HE_5, *HE_LAST, *HE_RESERVED.values(),
)  # fmt: skip


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
    ht_capabilities_in(c, {key: W[key][0] for key in VS}, "ht.mcsset")


def ht_capabilities_in(c: Cursor, of: dict[str, Field], mcs: str) -> None:
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
