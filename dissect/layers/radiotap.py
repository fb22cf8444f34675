"""Radiotap, what a radio said of a frame it captured (LINKTYPE_IEEE802_11_RADIOTAP; www.radiotap.org).  Little-endian.

     0       7 8      15 16             31
    +---------+---------+-----------------+
    | version |   pad   |     length      |
    +---------+---------+-----------------+
    |  present words; bit 31: one more    |
    +-------------------------------------+
      a value for every present bit, in the order of the bits, aligned to its own width

Bits 29 and 30 of a present word start another namespace: radiotap's own once more, or a vendor's.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    BYTES,
    FLOAT,
    HEX,
    INT8,
    NONE,
    UINT8,
    UINT16,
    UINT24,
    UINT32,
    UINT64,
    Base,
    Expr,
    Field,
    FieldType,
    flag,
    u8,
    u16,
    u32,
    where,
)
from dissect.engine.layer import Layer, To

PRESENT = {
    0: "tsft", 1: "flags", 2: "rate", 3: "channel", 4: "fhss", 5: "dbm_antsignal", 6: "dbm_antnoise", 7: "lock_quality",
    8: "tx_attenuation", 9: "db_tx_attenuation", 10: "dbm_tx_power", 11: "antenna", 12: "db_antsignal",
    13: "db_antnoise", 14: "rxflags", 15: "txflags", 17: "data_retries", 18: "xchannel", 19: "mcs", 20: "ampdu",
    21: "vht", 22: "timestamp", 23: "he", 24: "he_mu", 26: "0_length.psdu", 27: "l_sig", 28: "tlv", 29: "rtap_ns",
    30: "vendor_ns", 31: "ext",
}  # fmt: skip
LABELS = {
    "tsft": "TSFT", "dbm_antsignal": "dBm Antenna Signal", "dbm_antnoise": "dBm Antenna Noise", "fhss": "FHSS",
    "db_antsignal": "dB Antenna Signal", "db_antnoise": "dB Antenna Noise", "rxflags": "RX flags", "mcs": "MCS information",
    "txflags": "TX flags", "xchannel": "Channel+", "ampdu": "A-MPDU Status", "vht": "VHT information", "he": "HE information",
    "he_mu": "HE-MU information", "0_length.psdu": "0 Length PSDU", "l_sig": "L-SIG", "tlv": "TLVs", "ext": "Ext",
    "rtap_ns": "Radiotap NS next", "vendor_ns": "Vendor NS next", "timestamp": "frame timestamp",
}  # fmt: skip
# (alignment, size) of each present bit's value
SIZES = {
    0: (8, 8), 1: (1, 1), 2: (1, 1), 3: (2, 4), 4: (2, 2), 5: (1, 1), 6: (1, 1), 7: (2, 2), 8: (2, 2), 9: (2, 2),
    10: (1, 1), 11: (1, 1), 12: (1, 1), 13: (1, 1), 14: (2, 2), 15: (2, 2), 16: (1, 1), 17: (1, 1), 18: (4, 8),
    19: (1, 3), 20: (4, 8), 21: (2, 12), 22: (8, 12), 23: (2, 12), 24: (2, 12), 26: (1, 1), 27: (2, 4),
}  # fmt: skip
CHANNEL = (
    (0x0001, "700mhz", "700 MHz spectrum"), (0x0002, "800mhz", "800 MHz spectrum"), (0x0004, "900mhz", "900 MHz spectrum"),
    (0x0010, "turbo", "Turbo"), (0x0020, "cck", "Complementary Code Keying (CCK)"),
    (0x0040, "ofdm", "Orthogonal Frequency-Division Multiplexing (OFDM)"), (0x0080, "2ghz", "2 GHz spectrum"),
    (0x0100, "5ghz", "5 GHz spectrum"), (0x0200, "passive", "Passive"), (0x0400, "dynamic", "Dynamic CCK-OFDM"),
    (0x0800, "gfsk", "Gaussian Frequency Shift Keying (GFSK)"), (0x1000, "gsm", "GSM (900MHz)"),
    (0x2000, "sturbo", "Static Turbo"), (0x4000, "half", "Half Rate Channel (10MHz Channel Width)"),
    (0x8000, "quarter", "Quarter Rate Channel (5MHz Channel Width)"),
)  # fmt: skip
XCHANNEL = (
    (0x0010, "xchannel.flags.turbo", "Turbo"), (0x0020, "xchannel.flags.cck", "Complementary Code Keying (CCK)"),
    (0x0040, "xchannel.flags.ofdm", "Orthogonal Frequency-Division Multiplexing (OFDM)"),
    (0x0080, "xchannel.flags.2ghz", "2 GHz spectrum"), (0x0100, "xchannel.flags.5ghz", "5 GHz spectrum"),
    (0x0200, "channel.xtype.passive", "Passive"), (0x0400, "xchannel.flags.dynamic", "Dynamic CCK-OFDM"),
    (0x0800, "xchannel.flags.gfsk", "Gaussian Frequency Shift Keying (GFSK)"), (0x1000, "xchannel.flags.gsm", "GSM (900MHz)"),
    (0x2000, "xchannel.flags.sturbo", "Static Turbo"), (0x4000, "xchannel.flags.half", "Half Rate Channel (10MHz Channel Width)"),
    (0x8000, "xchannel.flags.quarter", "Quarter Rate Channel (5MHz Channel Width)"),
    (0x10000, "xchannel.flags.ht20", "HT Channel (20MHz Channel Width)"),
    (0x20000, "xchannel.flags.ht40u", "HT Channel (40MHz Channel Width with Extension channel above)"),
    (0x40000, "xchannel.flags.ht40d", "HT Channel (40MHz Channel Width with Extension channel below)"),
)  # fmt: skip
FLAGS = (
    (0x01, "cfp", "CFP"), (0x02, "preamble", "Preamble"), (0x04, "wep", "WEP"), (0x08, "frag", "Fragmentation"),
    (0x10, "fcs", "FCS at end"), (0x20, "datapad", "Data Pad"), (0x40, "badfcs", "Bad FCS"), (0x80, "shortgi", "Short GI"),
)  # fmt: skip
TXFLAGS = (
    (0x01, "fail", "Fail"), (0x02, "cts", "CTS"), (0x04, "rts", "RTS/CTS"), (0x08, "noack", "No ACK"),
    (0x10, "noseqno", "Has Seqnum"), (0x20, "order", "Order"),
)  # fmt: skip
MCS_KNOWN = (
    (0x01, "bw", "Bandwidth"), (0x02, "index", "MCS index"), (0x04, "gi", "Guard interval"), (0x08, "format", "Format"),
    (0x10, "fec", "FEC type"), (0x20, "stbc", "STBC streams"), (0x40, "ness", "Number of extension spatial streams"),
)  # fmt: skip
AMPDU_FLAGS = (
    (0x01, "report_zerolen", "Driver reports 0-length subframes in this A-MPDU"), (0x02, "is_zerolen", "This is a 0-length subframe"),
    (0x04, "lastknown", "Last subframe of this A-MPDU is known"), (0x08, "last", "This is the last subframe of this A-MPDU"),
    (0x10, "delim_crc_error", "Delimiter CRC error on this subframe"), (0x40, "eof", "EOF on this subframe"),
    (0x80, "eof_known", "EOF of this A-MPDU is known"),
)  # fmt: skip
VHT_KNOWN = (
    (0x0001, "vht.have_stbc", "STBC"), (0x0002, "vht.have_txop_ps", "TXOP_PS_NOT_ALLOWED"),
    (0x0004, "vht.have_gi", "Guard interval"), (0x0008, "vht.have_sgi_nsym_da", "SGI Nsym disambiguation"),
    (0x0010, "vht.ldpc_extra", "LDPC extra OFDM symbol"), (0x0020, "vht.have_beamformed", "Beamformed"),
    (0x0040, "mcs.have_bw", "Bandwidth"), (0x0080, "mcs.have_gid", "Group ID"), (0x0100, "mcs.have_paid", "Partial AID"),
)  # fmt: skip
VHT_FLAGS = (
    # mask in the flags, in what is known, name, label
    (0x01, 0x01, "stbc", "STBC"), (0x02, 0x02, "txop_ps", "TXOP_PS_NOT_ALLOWED"), (0x04, 0x04, "gi", "Guard interval"),
    (0x08, 0x08, "sgi_nsym_da", "SGI Nsym disambiguation"), (0x10, 0x10, "ldpc_extra", "LDPC extra OFDM symbol"),
    (0x20, 0x20, "beamformed", "Beamformed"),
)  # fmt: skip
PSDU_TYPES = {0: "sounding PPDU", 1: "data not captured", 255: "vendor-specific"}
L_SIG_1 = ((0x0001, "rate_known", "rate known"), (0x0002, "length_known", "length known"), (0xFFFC, "reserved", "reserved"))
L_SIG_2 = ((0x000F, "rate", "rate"), (0xFFF0, "length", "length"))
# bits of the six HE words: mask, name, label, and the word and bit that say whether the value is known
HE = (
    ((0x0003, "data_1.ppdu_format", "PPDU Format", None), (0x0004, "data_1.bss_color_known", "BSS Color known", None),
     (0x0008, "data_1.beam_change_known", "Beam Change known", None), (0x0010, "data_1.ul_dl_known", "UL/DL known", None),
     (0x0020, "data_1.data_mcs_known", "data MCS known", None), (0x0040, "data_1.data_dcm_known", "data DCM known", None),
     (0x0080, "data_1.coding_known", "Coding known", None),
     (0x0100, "data_1.ldpc_extra_symbol_segment_known", "LDPC extra symbol segment known", None),
     (0x0200, "data_1.stbc_known", "STBC known", None), (0x0400, "data_1.spatial_reuse_1_known", "Spatial Reuse 1 known", None),
     (0x0800, "data_1.spatial_reuse_2_known", "Spatial Reuse 2 known", None),
     (0x1000, "data_1.spatial_reuse_3_known", "Spatial Reuse 3 known", None),
     (0x2000, "data_1.spatial_reuse_4_known", "Spatial Reuse 4 known", None),
     (0x4000, "data_1.data_bw_ru_allocation_known", "data BW/RU allocation known", None),
     (0x8000, "data_1.doppler_known", "Doppler known", None)),
    ((0x0001, "data_2.pri_sec_80_mhz_known", "pri/sec 80 MHz known", None), (0x0002, "data_2.gi_known", "GI known", None),
     (0x0004, "data_2.num_ltf_symbols_known", "LTF symbols known", None),
     (0x0008, "data_2.pre_fec_padding_factor_known", "Pre-FEC Padding Factor known", None),
     (0x0010, "data_2.txbf_known", "TxBF known", None), (0x0020, "data_2.pe_disambiguity_known", "PE Disambiguity known", None),
     (0x0040, "data_2.txop_known", "TXOP known", None),
     (0x0080, "data_2.midamble_periodicity_known", "midamble periodicity known", None),
     (0x3F00, "data_2.ru_allocation_offset", "RU allocation offset", None),
     (0x4000, "data_2.ru_allocation_offseti_known", "RU allocation offset known", None),
     (0x8000, "data_2.pri_sec_80_mhz", "pri/sec 80 MHz", None)),
    ((0x003F, "data_3.bss_color", "BSS Color", (0, 0x0004)), (0x0040, "data_3.beam_change", "Beam Change", (0, 0x0008)),
     (0x0080, "data_3.ul_dl", "UL/DL", (0, 0x0010)), (0x0F00, "data_3.data_mcs", "data MCS", (0, 0x0020)),
     (0x1000, "data_3.data_dcm", "data DCM", (0, 0x0040)), (0x2000, "data_3.coding", "Coding", (0, 0x0080)),
     (0x4000, "data_3.ldpc_extra_symbol_segment", "LDPC extra symbol segment", (0, 0x0100)),
     (0x8000, "data_3.stbc", "STBC", (0, 0x0200))),
    ((0x000F, "data_4.spatial_reuse", "Spatial Reuse", (0, 0x0400)), (0xFFF0, "data_4.reserved_d4_fff0", "Reserved", None)),
    ((0x000F, "data_5.data_bw_ru_allocation", "data Bandwidth/RU allocation", (0, 0x4000)), (0x0030, "data_5.gi", "GI", (1, 0x0002)),
     (0x00C0, "data_5.ltf_symbol_size", "LTF symbol size", None), (0x0700, "num_ltf_symbols", "LTF symbols", (1, 0x0004)),
     (0x0800, "data_5.reserved_d5_b11", "reserved", None),
     (0x3000, "pre_fec_padding_factor", "Pre-FEC Padding Factor", (1, 0x0008)), (0x4000, "txbf", "TxBF", (1, 0x0010)),
     (0x8000, "pe_disambiguity", "PE Disambiguity", (1, 0x0020))),
    ((0x000F, "data_6.nsts", "NSTS", None), (0x0010, "data_6.doppler_value", "Doppler value", (0, 0x8000)),
     (0x00E0, "data_6.reserved_d6_00e0", "Reserved", None), (0x7F00, "data_6.txop_value", "TXOP value", (1, 0x0040)),
     (0x8000, "data_6.midamble_periodicity", "midamble periodicity", (1, 0x0080))),
)  # fmt: skip
# the fourth word of a multi-user and of a trigger-based frame
HE_MU_4 = (
    (0x000F, "data_4.spatial_reuse", "Spatial Reuse", (0, 0x0400)),
    (0x7FF0, "data_4.sta_id_user", "STA-ID of user data captured for", None), (0x8000, "data_4.reserved_d4_b15", "Reserved", None),
)  # fmt: skip
HE_TB_4 = tuple(
    (0xF << 4 * n, f"data_4.spatial_reuse_{n + 1}", f"Spatial Reuse {n + 1}", (0, 0x0400 << n)) for n in range(4)
)
IN_DECODE = 19  # bits from here on are `decode`'s in the first word too
BANDWIDTHS = {0: "20 MHz", 1: "40 MHz", 2: "20 MHz lower", 3: "20 MHz upper"}
WIDTHS = (52, 108, 234, 468)  # data subcarriers of 20, 40, 80, 160 MHz
VHT_WIDTHS = (0, 1, 0, 0, 2, 1, 1, 0, 0, 0, 0, 3, 2, 2, 1, 1, 1, 1, *[0] * 8)  # of VHT's bandwidths, sidebands included
BITS = (0.5, 1, 1.5, 2, 3, 4, 4.5, 5, 6, 20 / 3)  # data bits a subcarrier and symbol carry, by modulation and coding
GUARDS = {0: "long", 1: "short"}
FORMATS = {0: "mixed", 1: "greenfield"}
FECS = {0: "BCC", 1: "LDPC"}
TIME_UNITS = {0: "msec", 1: "usec", 2: "nsec"}
SAMPLINGS = {0: "first bit/symbol of MPDU", 1: "signal acquisition at start of PLCP", 2: "end of PPDU", 3: "end of MPDU", 15: "unknown"}
FRAME_CHECK = 0x10  # in the flags: a frame check sequence follows the frame


_valid: Expr = lambda h: (h.version == 0) & (h.len >= 8)


def _after(number: int) -> Expr:
    """Where the value of present bit `number` ends (or would): the positions are a running sum over the bits."""
    align, size = SIZES[number]
    before = f"end_{number - 1}" if number else "first"
    mask = 1 << number

    def end(h: Any) -> Any:
        at = getattr(h, before)
        return where((h.word & mask) != 0, (at + (align - 1)) // align * align + size, at)

    return end


def _when(number: int) -> Expr:
    """Whether the value of present bit `number` is there, within the header and what was captured of it."""
    mask, name = 1 << number, f"end_{number}"
    return lambda h: ((h.word & mask) != 0) & (getattr(h, name) <= h.len) & (h.start + getattr(h, name) <= h.end)


def _at(number: int, offset: int = 0) -> Expr:
    """The place of the value of present bit `number`."""
    name, back = f"end_{number}", SIZES[number][1] - offset
    return lambda h: getattr(h, name) - back


def _parts(parent: Field, prefix: str, bits: Any) -> tuple[Field, ...]:
    return tuple(
        flag(None, f"{prefix}{name}", label, mask, within=parent, little=True) for mask, name, label in bits
    )


def _bits(parent: Field, prefix: str, bits: Any) -> tuple[Field, ...]:
    """Parts of a 16-bit word: single bits as flags, others as numbers."""
    return tuple(
        flag(None, prefix + name, label, mask, within=parent, little=True) if mask & (mask - 1) == 0
        else u16(None, prefix + name, label, HEX if name == "reserved" else Base.DEC, mask=mask, within=parent, little=True)
        for mask, name, label in bits
    )  # fmt: skip


def _present(word: Field, start: int = 0) -> tuple[Field, ...]:
    return tuple(
        flag(None, f"radiotap.present.{name}", LABELS.get(name, name.replace("_", " ").capitalize()), 1 << number,
             within=word, little=True)
        for number, name in PRESENT.items() if number >= start
    )  # fmt: skip


def _he(word: Any) -> dict[str, Field]:
    """Name → field of the bits of one HE word; a value that is not known has a name of its own."""
    out = {}
    for mask, name, label, known in word:
        single = mask & (mask - 1) == 0 and known is None and "reserved" not in name
        for suffix in ("", "_unknown") if known else ("",):
            text = label + suffix.replace("_", " ")
            type_, base = (BOOLEAN, Base.DEC) if single else (UINT16, HEX)
            out[name + suffix] = Field(f"radiotap.he.{name}{suffix}", text, type_, base, mask=mask, size=2, little=True)
    return out


def _item(number: int, offset: int, name: str, label: str, type_: FieldType, base: Base = Base.DEC, **rest: Any) -> Field:
    return Field(
        f"radiotap.{name}", label, type_, base, at=_at(number, offset), when=_when(number), little=True, **rest
    )


class Radiotap(Layer):
    """What the radio said.  The values of the first present word are header fields; those of further words follow."""

    name, label, column = "radiotap", "Radiotap Header", "Radiotap"
    binds = {"linktype": (127,)}

    version = u8(0, "radiotap.version", "Header revision")
    pad = u8(1, "radiotap.pad", "Header pad")
    len = u16(2, "radiotap.length", "Header length", little=True)
    present = Field("radiotap.present", "Present flags", NONE, at=4, size=lambda h: h.first - 4, when=_valid)
    word = u32(4, "radiotap.present.word", "Present flags word", HEX, little=True, when=_valid)
    present_bits = _present(word)
    first = u16(None, "", "End of the present words", value=lambda h: _first(h))
    for _number in SIZES:
        locals()[f"end_{_number}"] = u16(None, "", "End of a value", value=_after(_number))
    del _number

    mactime = _item(0, 0, "mactime", "MAC timestamp", UINT64)
    flags = _item(1, 0, "flags", "Flags", UINT8, HEX)
    frame_check = _item(1, 0, "", "Frame check sequence", UINT8, mask=FRAME_CHECK)
    flags_bits = _parts(flags, "radiotap.flags.", FLAGS)
    rate = _item(2, 0, "rate", "Data rate in units of 500 kb/s", UINT8)
    datarate = Field("radiotap.datarate", "Data rate (Mb/s)", FLOAT, value=lambda h: h.rate * 0.5, when=_when(2))
    freq = _item(3, 0, "channel.freq", "Channel frequency", UINT32, size=2, unit="MHz")
    channel_flags = _item(3, 2, "channel.flags", "Channel flags", UINT16, HEX)
    channel_bits = _parts(channel_flags, "radiotap.channel.flags.", CHANNEL)
    hopset = _item(4, 0, "fhss.hopset", "FHSS Hop Set", UINT8)
    pattern = _item(4, 1, "fhss.pattern", "FHSS Pattern", UINT8)
    signal = _item(5, 0, "dbm_antsignal", "Antenna signal", INT8, unit="dBm")
    noise = _item(6, 0, "dbm_antnoise", "Antenna noise", INT8, unit="dBm")
    quality = _item(7, 0, "quality", "Signal Quality", UINT16)
    txattenuation = _item(8, 0, "txattenuation", "TX attenuation", UINT16)
    db_txattenuation = _item(9, 0, "db_txattenuation", "dB TX attenuation", UINT16)
    txpower = _item(10, 0, "txpower", "Transmit power", INT8)
    antenna = _item(11, 0, "antenna", "Antenna", UINT32, size=1)
    db_signal = _item(12, 0, "db_antsignal", "dB antenna signal", UINT8)
    db_noise = _item(13, 0, "db_antnoise", "dB antenna noise", UINT8)
    rxflags = _item(14, 0, "rxflags", "RX flags", UINT16, HEX)
    badplcp = flag(None, "radiotap.rxflags.badplcp", "Bad PLCP", 0x02, within=rxflags, little=True)
    txflags = _item(15, 0, "txflags", "TX flags", UINT16, HEX)
    txflags_bits = _parts(txflags, "radiotap.rxflags.", TXFLAGS)
    data_retries = _item(17, 0, "data_retries", "data retries", UINT8)
    xflags = _item(18, 0, "xchannel.flags", "Channel flags", UINT32, HEX)
    xflags_bits = _parts(xflags, "radiotap.", XCHANNEL)
    xfreq = _item(18, 4, "xchannel.freq", "Channel frequency", UINT32, size=2)
    xchannel = _item(18, 6, "xchannel.channel", "Channel number", UINT32, size=1)
    xmaxpower = _item(18, 7, "xchannel.maxpower", "Max transmit power", UINT8)
    mcs_known_byte = _item(19, 0, "", "Known", UINT8)
    mcs_flags_byte = _item(19, 1, "", "Flags", UINT8)
    mcs_index_byte = _item(19, 2, "", "Index", UINT8)
    vht_known_word = _item(21, 0, "", "Known", UINT16)
    vht_flags_byte = _item(21, 2, "", "Flags", UINT8)
    vht_width_byte = _item(21, 3, "", "Bandwidth", UINT8)
    vht_user_0 = _item(21, 4, "", "First user", UINT8)
    vht_user_1 = _item(21, 5, "", "Second user", UINT8)
    vht_user_2 = _item(21, 6, "", "Third user", UINT8)
    vht_user_3 = _item(21, 7, "", "Fourth user", UINT8)
    vht_coding_byte = _item(21, 8, "", "Coding", UINT8)
    vht_group_byte = _item(21, 9, "", "Group Id", UINT8)
    vht_aid_word = _item(21, 10, "", "Partial AID", UINT16)
    he_there = _item(23, 0, "", "HE", UINT8)

    # what `decode` adds: the values of all further bits
    word_again = u32(None, "radiotap.present.word", "Present flags word", HEX, little=True)
    word_bits = _present(word_again)
    word_beyond = u32(None, "radiotap.present.word", "Present flags word", HEX, little=True)
    word_beyond_bits = _present(word_beyond, 29)
    mcs = Field("radiotap.mcs", "MCS information", NONE)
    mcs_known = u8(None, "radiotap.mcs.known", "Known MCS information", HEX)
    mcs_bits = _parts(mcs_known, "radiotap.mcs.have_", MCS_KNOWN)
    ness_1 = u8(None, "radiotap.mcs.ness_bit1", "Number of extension spatial streams bit 1", mask=0x80)
    mcs_flags = u8(None, "", "MCS flags")
    bw = u8(None, "radiotap.mcs.bw", "Bandwidth", mask=0x03, names=BANDWIDTHS)
    gi = u8(None, "radiotap.mcs.gi", "Guard interval", mask=0x04, names=GUARDS)
    format = u8(None, "radiotap.mcs.format", "Format", mask=0x08, names=FORMATS)
    fec = u8(None, "radiotap.mcs.fec", "FEC type", mask=0x10, names=FECS)
    stbc = u8(None, "radiotap.mcs.stbc", "STBC streams", mask=0x60)
    ness_0 = u8(None, "radiotap.mcs.ness_bit0", "Number of extension spatial streams bit 0", mask=0x80)
    index = u8(None, "radiotap.mcs.index", "MCS index")
    mcs_rate = Field("radiotap.datarate", "Data rate (Mb/s)", FLOAT)
    ampdu = Field("radiotap.ampdu", "A-MPDU status", NONE)
    ampdu_reference = u32(None, "radiotap.ampdu.reference", "A-MPDU reference number", little=True)
    ampdu_flags = u16(None, "radiotap.ampdu.flags", "A-MPDU flags", HEX, little=True)
    ampdu_bits = _parts(ampdu_flags, "radiotap.ampdu.flags.", AMPDU_FLAGS)
    ampdu_crc = u8(None, "radiotap.ampdu.delim_crc", "A-MPDU subframe delimiter CRC", HEX)
    vht = Field("radiotap.vht", "VHT information", NONE)
    vht_known = Field("radiotap.vht.known", "Known VHT information", UINT8, HEX, size=2, little=True)
    vht_bits = tuple(flag(None, f"radiotap.{name}", label, mask, size=2) for mask, name, label in VHT_KNOWN)
    vht_flags = tuple(
        Field(f"radiotap.vht.{name}", label, BOOLEAN if mask != 4 else UINT8, mask=mask, size=1)
        for mask, _, name, label in VHT_FLAGS
    )
    vht_bw = u8(None, "radiotap.vht.bw", "Bandwidth")
    vht_user = Field("radiotap.vht.user", "User", NONE)
    vht_users = tuple(u8(None, f"radiotap.vht.user.{n}", f"User {n}", HEX) for n in range(4))
    vht_mcs = tuple(u8(None, f"radiotap.vht.mcs.{n}", f"MCS index {n}", mask=0xF0) for n in range(4))
    vht_nss = tuple(u8(None, f"radiotap.vht.nss.{n}", f"Spatial streams {n}", mask=0x0F) for n in range(4))
    vht_nsts = tuple(u8(None, f"radiotap.vht.nsts.{n}", f"Space-time streams {n}") for n in range(4))
    vht_coding = tuple(u8(None, f"radiotap.vht.coding.{n}", f"Coding {n}", mask=1 << n, names=FECS) for n in range(4))
    vht_rate = tuple(Field(f"radiotap.vht.datarate.{n}", f"Data rate (Mb/s) {n}", FLOAT) for n in range(4))
    vht_gid = u8(None, "radiotap.vht.gid", "Group Id")
    vht_paid = u16(None, "radiotap.vht.paid", "Partial AID", little=True)
    timestamp = Field("radiotap.timestamp", "timestamp information", NONE)
    ts = Field("radiotap.timestamp.ts", "timestamp", UINT64, little=True)
    ts_accuracy = u16(None, "radiotap.timestamp.accuracy", "accuracy", little=True)
    ts_unit = u8(None, "radiotap.timestamp.unit", "time unit", mask=0x0F, names=TIME_UNITS)
    ts_position = u8(None, "radiotap.timestamp.samplingpos", "sampling position", mask=0xF0, names=SAMPLINGS)
    ts_32bit = flag(None, "radiotap.timestamp.flags.32bit", "32-bit counter", 0x01)
    ts_accurate = flag(None, "radiotap.timestamp.flags.accuracy", "accuracy field", 0x02)
    psdu_type = u8(None, "radiotap.0_len_psdu.type", "Type", HEX, names=PSDU_TYPES)
    l_sig_1 = u16(None, "radiotap.l_sig.data1", "Data1", HEX, little=True)
    l_sig_1_bits = _bits(l_sig_1, "radiotap.l_sig.", L_SIG_1)
    l_sig_2 = u16(None, "radiotap.l_sig.data2", "Data2", HEX, little=True)
    l_sig_2_bits = _bits(l_sig_2, "radiotap.l_sig.", L_SIG_2)
    he = tuple(u16(None, f"radiotap.he.data_{n + 1}", f"HE Data {n + 1}", HEX, little=True) for n in range(6))
    he_names = {name: field for word in (*HE, HE_MU_4, HE_TB_4) for name, field in _he(word).items()}
    he_bits = tuple(he_names.values())
    he_mu_bytes = Field("radiotap.he_mu.bytes", "HE-MU information", BYTES)
    vendor = Field("radiotap.vendor_namespace", "Vendor namespace", BYTES)
    vendor_oui = Field("radiotap.vendor_oui", "Vendor OUI", UINT24)
    vendor_subns = u8(None, "radiotap.vendor_subns", "Vendor sub namespace")
    vendor_len = u16(None, "radiotap.vendor_data_len", "Vendor data length", little=True)
    vendor_data = Field("radiotap.vendor_data", "Vendor data", NONE)
    padding = Field("radiotap.padding", "Padding", BYTES)

    length = lambda h: h.len
    odd = lambda h: h.word >> 31 != 0  # more present words: `decode` follows their chain
    next = (To("wlan_radio"),)

    @staticmethod
    def info(len: int) -> str:
        return f"Radiotap Capture v0, Length {len}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.version != 0 or c.h.len < 8:
            return
        c.pos = c.h.start + 8
        words = [c.h.word]
        while words[-1] >> 31:
            again = words[-1] >> 29 & 3 == 1  # in radiotap's own namespace once more
            words.append(c.add(cls.word_again if again else cls.word_beyond))
        vendor = False
        for number, word in enumerate(words):
            for bit in () if vendor else range(29):
                if word >> bit & 1 and not cls._value(c, bit, number == 0):
                    return
            if word >> 30 & 1:  # the values of the vendor's words are in its data
                vendor = True
                cls._vendor(c)
            elif word >> 29 & 1:
                vendor = False
            else:  # bits from 32 on: none is defined
                return

    @classmethod
    def _value(cls, c: Cursor, bit: int, first: bool) -> bool:
        """The value of a present bit (the header's expressions have the early ones of the first word).  False: stop."""
        if bit not in SIZES:
            return False
        align, size = SIZES[bit]
        gap = -(c.pos - c.h.start) % align
        if gap + size > c.remaining:
            return False
        if gap:
            c.add(cls.padding, gap)
        end = c.pos + size
        if first and bit < IN_DECODE and bit in cls.simple:
            c.pos = end
        elif bit in cls.simple:
            for field in cls.simple[bit]:
                if bit == 2:
                    c.derived(cls.datarate, c.peek(1) * 0.5)
                c.add(field)
        elif bit in cls.groups:
            cls.groups[bit](c)
        if c.pos < end:
            c.add(cls.padding, end - c.pos)
        return True

    @classmethod
    def _vendor(cls, c: Cursor) -> None:
        gap = -(c.pos - c.h.start) % 2
        if gap + 6 > c.remaining:
            return
        if gap:
            c.add(cls.padding, gap)
        size = 6 + c.peek(2, 4, little=True)
        with c.group(cls.vendor, min(size, c.remaining)):
            c.add(cls.vendor_oui)
            c.add(cls.vendor_subns)
            c.add(cls.vendor_len)
            if c.remaining:
                c.add(cls.vendor_data, c.remaining)

    simple = {
        0: (mactime,), 1: (flags,), 2: (rate,), 3: (freq, channel_flags), 4: (hopset, pattern), 5: (signal,), 6: (noise,),
        7: (quality,), 8: (txattenuation,), 9: (db_txattenuation,), 10: (txpower,), 11: (antenna,), 12: (db_signal,),
        13: (db_noise,), 14: (rxflags,), 15: (txflags,), 17: (data_retries,), 18: (xflags, xfreq, xchannel, xmaxpower),
        26: (psdu_type,), 27: (l_sig_1, l_sig_2),
    }  # fmt: skip
    groups: dict[int, Any] = {}

    @classmethod
    def _mcs(cls, c: Cursor) -> None:
        with c.group(cls.mcs, 3):
            known = c.peek(1)
            c.add(cls.mcs_known)
            if known & 0x40:
                c.pos -= 1
                c.add(cls.ness_1)
            at = c.pos
            for bit, field in ((1, cls.bw), (4, cls.gi), (8, cls.format), (16, cls.fec), (32, cls.stbc), (64, cls.ness_0)):
                if known & bit:
                    c.pos = at
                    c.add(field)
            if c.pos == at:
                c.add(cls.padding, 1)
            if known & 2:
                flags = c.peek(1, -1)
                index = c.add(cls.index)
                if known & 7 == 7 and index <= 32:
                    width = WIDTHS[1 if flags & 3 == 1 else 0]
                    bits = width * BITS[index % 8] * (index // 8 + 1) if index < 32 else width * 12 / 52
                    c.derived(cls.mcs_rate, bits / (3.6 if flags & 4 else 4))

    @classmethod
    def _ampdu(cls, c: Cursor) -> None:
        with c.group(cls.ampdu, 8):
            c.add(cls.ampdu_reference)
            flags = c.peek(2, little=True)
            c.add(cls.ampdu_flags)
            if flags & 0x20:
                c.add(cls.ampdu_crc)

    @classmethod
    def _timestamp(cls, c: Cursor) -> None:
        with c.group(cls.timestamp, 12):
            flags = c.peek(1, 11)
            c.add(cls.ts)
            if flags & 0x02:
                c.add(cls.ts_accuracy)
            else:
                c.add(cls.padding, 2)
            c.add(cls.ts_unit)
            c.pos -= 1
            c.add(cls.ts_position)
            c.add(cls.ts_32bit)
            c.pos -= 1
            c.add(cls.ts_accurate)

    @classmethod
    def _vht(cls, c: Cursor) -> None:
        with c.group(cls.vht, 12):
            known, flags, coding = c.peek(2, little=True), c.peek(1, 2), c.peek(1, 8)
            wide = c.peek(1, 3) & 0x1F
            with c.group(cls.vht_known, 2, value=known >> 8):  # as Wireshark has it
                for bit in cls.vht_bits:
                    c.derived(bit, bool(known & bit.mask))
                c.pos += 2
            for (mask, knows, _, _), field in zip(VHT_FLAGS, cls.vht_flags, strict=True):
                if known & knows:
                    c.derived(field, bool(flags & mask) if mask != 4 else flags >> 2 & 1)
            c.add(cls.padding, 1)
            if known & 0x40:
                c.add(cls.vht_bw)
            else:
                c.add(cls.padding, 1)
            for user in range(4):
                streams, scheme = c.peek(1) & 0x0F, c.peek(1) >> 4
                c.add(cls.vht_users[user])
                if streams:
                    with c.group(cls.vht_user):
                        c.derived(cls.vht_mcs[user], scheme)
                        c.derived(cls.vht_nss[user], streams)
                        if known & 1:
                            c.derived(cls.vht_nsts[user], 2 * streams if flags & 1 else streams)
                        c.derived(cls.vht_coding[user], coding >> user & 1)
                        if known & 0x44 == 0x44 and scheme < len(BITS) and wide < len(VHT_WIDTHS) and streams <= 8:
                            rate = WIDTHS[VHT_WIDTHS[wide]] * BITS[scheme] / (3.6 if flags & 4 else 4)
                            c.derived(cls.vht_rate[user], round(rate, 1) * streams)
            c.add(cls.padding, 1)
            c.add(cls.vht_gid) if known & 0x80 else c.add(cls.padding, 1)
            c.add(cls.vht_paid) if known & 0x100 else c.add(cls.padding, 2)

    @classmethod
    def _high_efficiency(cls, c: Cursor) -> None:
        words = [c.peek(2, 2 * n, little=True) for n in range(6)]
        fourth = {2: HE_MU_4, 3: HE_TB_4}.get(words[0] & 3, HE[3])
        for field, bits, value in zip(cls.he, (*HE[:3], fourth, *HE[4:]), words, strict=True):
            with c.group(field, 2):
                for mask, name, _, known in bits:
                    part = cls.he_names[name if known is None or words[known[0]] & known[1] else f"{name}_unknown"]
                    got = (value & mask) >> part.shift
                    c.derived(part, bool(got) if part.type is BOOLEAN else got)
                c.pos += 2


Radiotap.groups.update(
    {19: Radiotap._mcs, 20: Radiotap._ampdu, 21: Radiotap._vht, 22: Radiotap._timestamp, 23: Radiotap._high_efficiency}
)


def _first(h: Any) -> Any:
    """Where the values start: behind the last present word.  (Columns have headers of one word only.)"""
    if not isinstance(h.word, int):
        return h.start * 0 + 8
    at = h.start + 4
    while at + 8 <= h.end and h.octets[at + 3] & 0x80:
        at += 4
    return at + 4 - h.start
