"""Other headers that radios put before 802.11 frames: PPI, Prism's and AVS.

PPI (LINKTYPE_PPI; CACE's Per-Packet Information), little-endian:

     0       7 8      15 16             31
    +---------+---------+-----------------+
    | version |  flags  |     length      |
    +---------+---------+-----------------+
    |      link type of the payload       |
    +-------------------------------------+
      fields: type (2), length (2), value

Prism's monitoring header (LINKTYPE_IEEE802_11_PRISM): message code, length, device name (16), then ten values of
twelve bytes each (number, status, length, value), in the order of the capturing host; AVS (LINKTYPE_IEEE802_11_AVS):
64 bytes of single values, big-endian.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    HEX,
    INT8,
    NONE,
    UINT8,
    UINT24,
    UINT64,
    Field,
    flag,
    i32,
    string,
    u8,
    u16,
    u32,
    u64,
    where,
)  # fmt: skip
from dissect.engine.layer import By, Layer, To

PPI_FIELDS = {
    2: "802.11-Common", 3: "802.11n MAC Extensions", 4: "802.11n MAC+PHY Extensions", 5: "Spectrum-Map", 6: "Process-Info",
    7: "Capture-Info", 8: "Aggregation Extension", 9: "802.3 Extension", 30002: "GPS Tagging", 30003: "Vector Tagging",
}  # fmt: skip
TAGS = range(30002, 30006)
CHANNEL = (
    (0x10, "turbo", "Turbo"), (0x20, "cck", "Complementary Code Keying (CCK)"),
    (0x40, "ofdm", "Orthogonal Frequency-Division Multiplexing (OFDM)"), (0x80, "2ghz", "2 GHz spectrum"),
    (0x100, "5ghz", "5 GHz spectrum"), (0x200, "passive", "Passive"), (0x400, "dynamic", "Dynamic CCK-OFDM"),
    (0x800, "gfsk", "Gaussian Frequency Shift Keying (GFSK)"),
)  # fmt: skip
MAC_FLAGS = (
    (0x01, "greenfield", "Greenfield flag"), (0x02, "ht20_40", "HT20/HT40 flag"),
    (0x04, "rx.short_guard_interval", "RX Short Guard Interval (SGI) flag"), (0x08, "rx.duplicate", "Duplicate RX flag"),
    (0x10, "agg", "Aggregate flag"), (0x20, "more_agg", "More aggregates flag"),
    (0x40, "delim_crc_error_after", "A-MPDU Delimiter CRC error after this frame flag"),
)  # fmt: skip


COMMON_FLAGS = (
    (1, "fcs", "FCS present flag"), (2, "tsft", "TSFT flag"), (4, "fcs-invalid", "FCS validity"), (8, "phy-err", "PHY error flag"),
)  # fmt: skip


def _bits(word: Field, prefix: str, bits: tuple[tuple[int, str, str], ...]) -> tuple[Field, ...]:
    return tuple(flag(None, prefix + name, label, mask, within=word, little=True) for mask, name, label in bits)


class PPI(Layer):
    """Per-packet information."""

    name, label, column = "ppi", "Per-Packet Information", "PPI"
    binds = {"linktype": (192,)}

    version = u8(0, "ppi.version", "Version")
    flags = u8(1, "ppi.flags", "Flags", HEX)
    alignment = flag(1, "ppi.flags.alignment", "Alignment", 0x01, within=flags)
    reserved = u8(1, "ppi.flags.reserved", "Reserved", HEX, mask=0xFE, within=flags)
    len = u16(2, "ppi.length", "Header length", little=True)
    dlt = u32(4, "ppi.dlt", "DLT", little=True)
    first_type = u16(lambda h: 8, "", "Type of the first field", little=True)
    common_flags = u16(lambda h: 20, "", "Flags of the common field", little=True, when=lambda h: (h.first_type == 2) & (h.len >= 32))
    frame_check = u8(None, "", "Frame check sequence", value=lambda h: h.common_flags & 1)

    field_type = u16(None, "ppi.field_type", "Field type", names=PPI_FIELDS, little=True)
    field_len = u16(None, "ppi.field_len", "Field length", little=True)
    tsft = u64(None, "ppi.80211-common.tsft", "TSFT", little=True)
    c_flags = u16(None, "ppi.80211-common.flags", "Flags", HEX, little=True)
    c_bits = _bits(c_flags, "ppi.80211-common.flags.", COMMON_FLAGS)
    rate = u16(None, "ppi.80211-common.rate", "Data rate", little=True, scale=500, unit="kb/s")
    freq = u16(None, "ppi.80211-common.chan.freq", "Channel frequency", little=True)
    chan_flags = u16(None, "ppi.80211-common.chan.flags", "Channel flags", HEX, little=True)
    chan_bits = _bits(chan_flags, "ppi.80211-common.chan.flags.", CHANNEL)
    hopset = u8(None, "ppi.80211-common.fhss.hopset", "FHSS hopset", HEX)
    pattern = u8(None, "ppi.80211-common.fhss.pattern", "FHSS pattern", HEX)
    signal = Field("ppi.80211-common.dbm.antsignal", "dBm antenna signal", INT8)
    noise = Field("ppi.80211-common.dbm.antnoise", "dBm antenna noise", INT8)
    n_flags = u32(None, "ppi.80211n-mac.flags", "MAC flags", HEX, little=True)
    n_bits = _bits(n_flags, "ppi.80211n-mac.flags.", MAC_FLAGS)
    ampdu_id = u32(None, "ppi.80211n-mac.ampdu_id", "AMPDU-ID", HEX, little=True)
    delimiters = u8(None, "ppi.80211n-mac.num_delimiters", "Num-Delimiters")
    n_reserved = Field("ppi.80211n-mac.reserved", "Reserved", UINT24, HEX, little=True)
    spectrum = Field("ppi.spectrum-map", "Radio spectrum map", BYTES)
    process = Field("ppi.proc-info", "Process information", BYTES)
    capture = Field("ppi.cap-info", "Capture information", BYTES)
    interface = u32(None, "ppi.aggregation_extension.interface_id", "Interface ID", little=True)
    other = Field("ppi.reserved", "Reserved", BYTES)

    length = lambda h: h.len
    next = (To("wlan_radio", when=lambda h: h.dlt == 105), By("linktype", lambda h: h.dlt, via="pcap_pktdata"))

    common = (tsft, c_flags, rate, freq, chan_flags, hopset, pattern, signal, noise)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining >= 4:
            size = c.peek(2, 2, little=True)
            kind = c.peek(2, little=True)
            if kind in TAGS and size + 4 <= c.remaining:  # geographic: protocols of their own
                c.skip(size + 4)
                continue
            c.add(cls.field_type)
            c.add(cls.field_len)
            end = c.pos + size
            if kind == 2 and size == 20:
                for field in cls.common:
                    c.add(field)
            elif kind == 3 and size == 12:
                for field in (cls.n_flags, cls.ampdu_id, cls.delimiters, cls.n_reserved):
                    c.add(field)
            elif kind == 8 and size == 4:
                c.add(cls.interface)
            elif size:
                c.add({5: cls.spectrum, 6: cls.process, 7: cls.capture}.get(kind, cls.other), size)
            if c.h.flags & 1 and (gap := -end % 4) and gap <= c.remaining:
                c.skip(gap)

    @staticmethod
    def info(len: int) -> str:
        return f"PPI version 0, {len} bytes"


PRISM = {
    1: "hosttime", 2: "mactime", 3: "channel", 4: "rssi", 5: "sq", 6: "signal", 7: "noise", 8: "rate", 9: "istx", 10: "frmlen",
}  # fmt: skip
SIGNED = frozenset({"rssi", "signal", "noise"})
LABELS = {
    "hosttime": "Host Time", "mactime": "MAC timestamp (lower 32 bits)", "channel": "Channel", "rssi": "RSSI",
    "sq": "Signal Quality", "signal": "Signal", "noise": "Noise", "rate": "Data rate (Mb/s)", "istx": "IsTX",
    "frmlen": "Frame Length",
}  # fmt: skip


def _prism(little: bool) -> dict[str, Field]:
    """The values in one byte order."""
    return {
        name: (i32 if name in SIGNED else u32)(
            None, f"prism.did.{name}", label, *([HEX] if name == "istx" else []), little=little)
        for name, label in LABELS.items()
    }  # fmt: skip


class Prism(Layer):
    """Prism's monitoring header."""

    name, label, column = "prism", "Prism capture header", "Prism"
    binds = {"linktype": (119,)}

    code = u32(0, "", "Message code")
    little = u8(None, "", "Whether the host is little-endian", value=lambda h: where(h.code >> 16 != 0, 1, 0))
    msgcode = u32(0, "prism.msgcode", "Message Code", HEX, when=lambda h: h.little == 0)
    msgcode_little = u32(0, "prism.msgcode", "Message Code", HEX, little=True, when=lambda h: h.little == 1)
    msglen = u32(4, "prism.msglen", "Message Length", when=lambda h: h.little == 0)
    msglen_little = u32(4, "prism.msglen", "Message Length", little=True, when=lambda h: h.little == 1)
    devname = string(8, "prism.devname", "Device Name", size=16)
    did = Field("prism.did", "DID", NONE)
    did_type = u32(None, "prism.did.type", "DID", HEX)
    did_type_little = u32(None, "prism.did.type", "DID", HEX, little=True)
    status = u16(None, "prism.did.status", "Status")
    status_little = u16(None, "prism.did.status", "Status", little=True)
    did_len = u16(None, "prism.did.length", "Length")
    did_len_little = u16(None, "prism.did.length", "Length", little=True)
    unknown = u32(None, "prism.did.unknown", "Unknown DID Field", DEC_HEX)
    big_values = _prism(False)
    little_values = _prism(True)
    values = (*big_values.values(), *little_values.values())

    length = lambda h: where(h.little == 1, h.msglen_little, h.msglen)
    next = (To("wlan_radio"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        little = bool(c.h.little)
        names = cls.little_values if little else cls.big_values
        while c.remaining >= 12:
            with c.group(cls.did, 12):
                number = c.add(cls.did_type_little if little else cls.did_type)
                absent = c.add(cls.status_little if little else cls.status)
                c.add(cls.did_len_little if little else cls.did_len)
                name = PRISM.get(number >> 16 if number & 0xFFFF == 0x44 else number >> 12 if number & 0xFFF == 0x41 else 0)
                if absent:
                    c.skip(4)
                else:
                    c.add(names[name] if name else cls.unknown)


class AVS(Layer):
    """AVS's header."""

    name, label, column = "wlancap", "AVS WLAN Capture header", "WLANCAP"
    binds = {"linktype": (163,)}

    magic = u32(0, "wlancap.magic", "Header magic", HEX, mask=0xFFFFFFF0)
    version = u32(0, "wlancap.version", "Header revision", mask=0x0000000F)
    len = u32(4, "wlancap.length", "Header length")
    mactime = Field("wlancap.mactime", "MAC timestamp", UINT64, at=8)
    hosttime = Field("wlancap.hosttime", "Host timestamp", UINT64, at=16)
    phytype = u32(24, "wlancap.phytype", "PHY type")
    channel = Field("wlancap.channel", "Channel", UINT8, at=28, size=4)
    rate = Field("wlancap.data_rate", "Data Rate", UINT64, at=32, size=4, scale=100_000)
    antenna = u32(36, "wlancap.antenna", "Antenna")
    priority = u32(40, "wlancap.priority", "Priority")
    ssi_type = u32(44, "wlancap.ssi_type", "SSI Type")
    no_signal = u32(48, "wlancap.ssi_signal", "SSI Signal", when=lambda h: (h.ssi_type == 0) | (h.ssi_type > 3))
    norm_signal = u32(48, "wlancap.normrssi_antsignal", "Normalized RSSI Signal", when=lambda h: h.ssi_type == 1)
    dbm_signal = i32(48, "wlancap.dbm_antsignal", "SSI Signal (dBm)", when=lambda h: h.ssi_type == 2)
    raw_signal = u32(48, "wlancap.rawrssi_antsignal", "Raw RSSI Signal", when=lambda h: h.ssi_type == 3)
    no_noise = u32(52, "wlancap.ssi_noise", "SSI Noise", when=lambda h: (h.ssi_type == 0) | (h.ssi_type > 3))
    norm_noise = u32(52, "wlancap.normrssi_antnoise", "Normalized RSSI Noise", when=lambda h: h.ssi_type == 1)
    dbm_noise = i32(52, "wlancap.dbm_antnoise", "SSI Noise (dBm)", when=lambda h: h.ssi_type == 2)
    raw_noise = u32(52, "wlancap.rawrssi_antnoise", "Raw RSSI Noise", when=lambda h: h.ssi_type == 3)
    preamble = u32(56, "wlancap.preamble", "Preamble")
    encoding = u32(60, "wlancap.encoding", "Encoding Type")

    length = lambda h: h.len
    next = (To("wlan_radio"),)
