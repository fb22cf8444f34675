"""IEEE 802.11 frames (IEEE 802.11-2020, clause 9; LINKTYPE_IEEE802_11).  Numbers are little-endian.

     0       7 8      15 16             31
    +---------+---------+-----------------+
    | control |  flags  | duration / AID  |
    +---------+---------+-----------------+
    |  address 1 (6): the receiver        |
    |  address 2 (6): the transmitter     |   not in a clear to send or an acknowledgement
    |  address 3 (6), sequence control (2)|   management and data
    |  address 4 (6)                      |   data from one distribution system to another
    |  QoS control (2), HT control (4)    |   where subtype and flags say so
    +-------------------------------------+
      body, and a frame check sequence (4) where the radio's header says so
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    BYTES,
    DEC,
    ETHER,
    HEX,
    INT32,
    NONE,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    Expr,
    Field,
    alias,
    ether,
    flag,
    maximum,
    u8,
    u16,
    u24,
    u32,
    where,
)  # fmt: skip
from dissect.engine.layer import Layer, To
from dissect.layers.wlan_management import Management

TYPES = {0: "Management frame", 1: "Control frame", 2: "Data frame", 3: "Extension frame"}
SUBTYPES = {
    0x00: "Association Request", 0x01: "Association Response", 0x02: "Reassociation Request", 0x03: "Reassociation Response",
    0x04: "Probe Request", 0x05: "Probe Response", 0x06: "Measurement Pilot", 0x08: "Beacon frame", 0x09: "ATIM",
    0x0A: "Disassociate", 0x0B: "Authentication", 0x0C: "Deauthentication", 0x0D: "Action", 0x0E: "Action No Ack",
    0x0F: "Aruba Management", 0x12: "Trigger", 0x13: "TACK", 0x14: "Beamforming Report Poll", 0x15: "VHT/HE NDP Announcement",
    0x16: "Control Frame Extension", 0x17: "Control Wrapper", 0x18: "802.11 Block Ack Req", 0x19: "802.11 Block Ack",
    0x1A: "Power-Save poll", 0x1B: "Request-to-send", 0x1C: "Clear-to-send", 0x1D: "Acknowledgement",
    0x1E: "CF-End (Control-frame)", 0x1F: "CF-End + CF-Ack (Control-frame)", 0x20: "Data", 0x21: "Data + CF-Ack",
    0x22: "Data + CF-Poll", 0x23: "Data + CF-Ack + CF-Poll", 0x24: "Null function (No data)", 0x25: "Acknowledgement (No data)",
    0x26: "CF-Poll (No data)", 0x27: "CF-Ack/Poll (No data)", 0x28: "QoS Data", 0x29: "QoS Data + CF-Acknowledgment",
    0x2A: "QoS Data + CF-Poll", 0x2B: "QoS Data + CF-Ack + CF-Poll", 0x2C: "QoS Null function (No data)",
    0x2E: "QoS CF-Poll (No Data)", 0x2F: "QoS CF-Ack + CF-Poll (No data)", 0x30: "DMG Beacon", 0x31: "S1G Beacon",
    0x162: "Poll", 0x163: "Service period request", 0x164: "Grant", 0x165: "DMG Clear-to-send", 0x166: "DMG Denial-to-send",
    0x167: "Grant Acknowledgement", 0x168: "Sector sweep", 0x169: "Sector sweep feedback", 0x16A: "Sector sweep Acknowledgement",
}  # fmt: skip
DS = {
    0: "Not leaving DS or network is operating in AD-HOC mode (To DS: 0 From DS: 0)",
    1: "Frame from STA to DS via an AP (To DS: 1 From DS: 0)", 2: "Frame from DS to a STA via AP(To DS: 0 From DS: 1)",
    3: "WDS (AP to AP) or Mesh (MP to MP) Frame (To DS: 1 From DS: 1)",
}  # fmt: skip
PRIORITIES = {
    0: "Best Effort (Best Effort)", 1: "Background (Background)", 2: "Spare (Background)", 3: "Excellent Effort (Best Effort)",
    4: "Controlled Load (Video)", 5: "Video (Video)", 6: "Voice (Voice)", 7: "Network Control (Voice)",
}  # fmt: skip
ACK_POLICIES = {0: "Normal Ack", 1: "No Ack", 2: "No explicit acknowledgment", 3: "Block Ack"}
FCS_STATUS = {0: "Bad", 1: "Good", 2: "Unverified", 3: "Not present"}
MANAGEMENT, CONTROL, DATA, EXTENSION = TYPES
NULL, QOS = 0x4, 0x8  # in a data frame's subtype: it has no body; it has a QoS control field
LETTERS = (0x80, "o"), (0x40, "p"), (0x20, "m"), (0x10, "P"), (0x08, "R"), (0x04, "M"), (0x02, "F"), (0x01, "T")

_v0: Expr = lambda h: h.version == 0
_management: Expr = lambda h: (h.version == 0) & (h.type == MANAGEMENT)
_data: Expr = lambda h: (h.version == 0) & (h.type == DATA)
_both: Expr = lambda h: (h.version == 0) & ((h.type == DATA) | (h.type == MANAGEMENT))
_qos: Expr = lambda h: _data(h) & (h.subtype >= QOS)
_four: Expr = lambda h: _data(h) & (h.ds == 3)
_htc: Expr = lambda h: h.order & (_management(h) | _qos(h))
_protected: Expr = lambda h: h.protected & (h.body_size > 0)


def _addresses(*names: str) -> tuple[Field, ...]:
    """Further names of an address: what it also is."""
    out = []
    for name in names:
        out += [alias(f"wlan.{name}", ETHER, LABELS[name]), alias(f"wlan.{name}_resolved", STRING, f"{LABELS[name]} (resolved)")]
    return tuple(out)


LABELS = {
    "ra": "Receiver address", "ta": "Transmitter address", "da": "Destination address", "sa": "Source address",
    "bssid": "BSS Id", "staa": "STA address", "addr": "Hardware address",
}  # fmt: skip


# the HT control field in its three forms: mask, name, label, kind (a flag, or hexadecimal or decimal), and when
_ht: Expr = lambda h: _htc(h) & (h.htc & 1 == 0)
_vht: Expr = lambda h: _htc(h) & (h.htc & 3 == 1)
_asel: Expr = lambda h: h.htc >> 2 & 0xF == 14
_unsolicited: Expr = lambda h: _vht(h) & (h.htc & 0x20000000 != 0)
HT_CONTROL: tuple[tuple[int, str, str, str, Expr], ...] = (
    (0x1, "vht", "VHT", "b", _htc), (0x2, "he", "HE", "b", lambda h: _htc(h) & (h.htc & 1 == 1)),
    (0xFFFE, "lac", "Link Adaptation Control (LAC)", "h", _ht), (0x2, "lac.trq", "Training Request (TRQ)", "b", _ht),
    (0x3C, "lac.mai.aseli", "Antenna Selection Indication (ASELI)", "h", lambda h: _ht(h) & _asel(h)),
    (0x4, "lac.mai.mrq", "MCS Request (MRQ)", "b", lambda h: _ht(h) & (_asel(h) == 0)),
    (0x38, "lac.mai.msi", "MCS Request Sequence Identifier (MSI)", "h", lambda h: _ht(h) & (_asel(h) == 0) & (h.htc & 4 != 0)),
    (0x38, "lac.mai.reserved", "Reserved", "h", lambda h: _ht(h) & (_asel(h) == 0) & (h.htc & 4 == 0)),
    (0x1C0, "lac.mfsi", "MCS Feedback Sequence Identifier (MFSI)", "d", _ht),
    (0xE00, "lac.asel.command", "Antenna Selection (ASEL) Command", "h", lambda h: _ht(h) & _asel(h)),
    (0xF000, "lac.asel.data", "Antenna Selection (ASEL) Data", "h", lambda h: _ht(h) & _asel(h)),
    (0xFE00, "lac.mfb", "MCS Feedback (MFB)", "h", lambda h: _ht(h) & (_asel(h) == 0)),
    (0x30000, "cal.pos", "Calibration Position", "d", _ht), (0xC0000, "cal.seq", "Calibration Sequence Identifier", "d", _ht),
    (0x300000, "reserved1", "Reserved", "h", _ht), (0xC00000, "csi_steering", "CSI/Steering", "d", _ht),
    (0x1000000, "ndp_announcement", "NDP Announcement", "b", _ht), (0x3E000000, "reserved2", "Reserved", "h", _ht),
    (0x4, "mrq", "MRQ", "b", _vht), (0x38, "msi", "MSI", "d", lambda h: _vht(h) & (h.htc & 0x20000004 == 4)),
    (0x38, "msi_stbc_reserved", "Reserved", "h", lambda h: _vht(h) & (h.htc & 0x20000004 == 0)),
    (0x18, "compressed_msi", "Compressed MSI", "d", _unsolicited),
    (0x20, "ppdu_stbc_encoded", "PPDU was STBC encoded", "b", _unsolicited),
    (0x1C0, "mfsi", "MFSI", "b", lambda h: _vht(h) & (_unsolicited(h) == 0)), (0x1C0, "gid_l", "GID-L", "b", _unsolicited),
    (0xFFFE00, "mfb", "MFB", "h", _vht), (0xE00, "num_sts", "NUM_STS", "d", _vht), (0xF000, "vht_mcs", "VHT-MCS", "d", _vht),
    (0x30000, "bw", "BW", "d", _vht), (0xFC0000, "snr", "SNR", "i", _vht),
    (0x7000000, "gid_h", "GID-H", "d", _vht), (0x8000000, "coding_type", "Coding type", "d", _vht),
    (0x10000000, "fb_tx_type", "FB Tx type", "d", _vht), (0x20000000, "unsolicited_mfb", "Unsolicited MFB", "b", _vht),
    (0x40000000, "ac_constraint", "AC Constraint", "b", lambda h: _htc(h) & (h.htc & 2 == 0)),
    (0x80000000, "rdg_more_ppdu", "RDG/More PPDU", "b", lambda h: _htc(h) & (h.htc & 2 == 0)),
)  # fmt: skip


def _htc_parts(word: Field) -> tuple[Field, ...]:
    types = {"b": BOOLEAN, "h": UINT32, "d": UINT32, "i": INT32}
    out = []
    for mask, name, label, kind, when in HT_CONTROL:
        type_ = UINT16 if name.startswith("lac.") and kind != "b" else types[kind]
        base = HEX if kind == "h" else DEC
        out.append(Field(f"wlan.htc.{name}", label, type_, base, mask=mask, little=True, within=word, when=when, size=4))
    return tuple(out)


class WLAN(Management, Layer):
    """A frame: header, and what encryption puts before a body.  Fixed parameters and elements are `wlan_elements`'."""

    name, label, column = "wlan", "IEEE 802.11", "802.11"
    binds = {"linktype": (105,), "gre.proto": tuple(range(0x8200, 0x8380, 0x10))}
    source, destination = "column_source", "column_destination"

    type_subtype = u16(None, "wlan.fc.type_subtype", "Type/Subtype", HEX, names=SUBTYPES, when=_v0,
                       value=lambda h: _type_subtype(h))
    fc = u16(0, "wlan.fc", "Frame Control Field", HEX, when=_v0)
    fc_1 = u16(0, "wlan.fc", "Frame Control Field", HEX, little=True, when=lambda h: h.version == 1)
    version = u8(0, "wlan.fc.version", "Version", mask=0x03, size=1)
    type = u8(0, "wlan.fc.type", "Type", mask=0x0C, names=TYPES, when=_v0)
    subtype = u8(0, "wlan.fc.subtype", "Subtype", mask=0xF0, when=_v0)
    extension = u8(1, "wlan.fc.extension", "Control Frame Extension", mask=0x0F, when=lambda h: _extended(h))
    flags = u8(1, "wlan.flags", "Flags", HEX, when=_v0)
    ds_bits = u8(1, "wlan.fc.ds", "DS status", HEX, mask=0x03, names=DS, within=flags)
    ds = u8(1, "", "DS status", mask=0x03)
    tods = flag(1, "wlan.fc.tods", "To DS", 0x01, within=flags)
    fromds = flag(1, "wlan.fc.fromds", "From DS", 0x02, within=flags)
    more_fragments = flag(1, "wlan.fc.frag", "More Fragments", 0x04, within=flags)
    retry = flag(1, "wlan.fc.retry", "Retry", 0x08, within=flags)
    power = flag(1, "wlan.fc.pwrmgt", "PWR MGT", 0x10, within=flags)
    more_data = flag(1, "wlan.fc.moredata", "More Data", 0x20, within=flags)
    protected = flag(1, "wlan.fc.protected", "Protected flag", 0x40, within=flags)
    order = flag(1, "wlan.fc.order", "+HTC/Order flag", 0x80, within=flags)
    aid = u16(2, "wlan.aid", "Association ID", mask=0x3FFF, little=True, when=lambda h: _poll(h))
    duration = u16(2, "wlan.duration", "Duration", mask=0x7FFF, little=True, unit="microseconds",
                   when=lambda h: _v0(h) & (_poll(h) == 0))

    ra = ether(4, "wlan.ra", "Receiver address", when=_v0, also=(
        alias("wlan.ra_resolved", STRING, "Receiver address (resolved)"), *_addresses("addr")))
    ta = ether(10, "wlan.ta", "Transmitter address", when=lambda h: _has_ta(h), also=(
        alias("wlan.ta_resolved", STRING, "Transmitter address (resolved)"), *_addresses("addr")))
    da_1 = ether(4, "wlan.da", "Destination address", also=_addresses("da")[1:],
                 when=lambda h: _management(h) | (_data(h) & ((h.ds == 0) | (h.ds == 2))))
    da_3 = ether(16, "wlan.da", "Destination address", also=_addresses("da")[1:],
                 when=lambda h: _data(h) & h.tods & (_aggregate(h) == 0))
    sa_2 = ether(10, "wlan.sa", "Source address", also=_addresses("sa")[1:],
                 when=lambda h: _management(h) | (_data(h) & ((h.ds == 0) | (h.ds == 1))))
    sa_3 = ether(16, "wlan.sa", "Source address", also=_addresses("sa")[1:],
                 when=lambda h: _data(h) & (h.ds == 2) & (_aggregate(h) == 0))
    sa_4 = ether(24, "wlan.sa", "Source address", also=_addresses("sa")[1:],
                 when=lambda h: _four(h) & (_aggregate(h) == 0))
    bssid_1 = ether(4, "wlan.bssid", "BSS Id", also=_addresses("bssid")[1:],
                    when=lambda h: (_data(h) & (h.ds == 1)) | _poll(h))
    bssid_end = ether(10, "wlan.bssid", "BSS Id", also=(*_addresses("bssid")[1:], *_addresses("addr")),
                      when=lambda h: _cf_end(h))
    bssid_2 = ether(10, "wlan.bssid", "BSS Id", also=_addresses("bssid")[1:], when=lambda h: _data(h) & (h.ds == 2))
    bssid_3 = ether(16, "wlan.bssid", "BSS Id", also=_addresses("bssid")[1:],
                    when=lambda h: _management(h) | (_data(h) & (h.ds == 0)) | (_four(h) & _aggregate(h)))
    bssid_4 = ether(24, "wlan.bssid", "BSS Id", also=_addresses("bssid")[1:], when=lambda h: _four(h) & _aggregate(h))
    staa_1 = ether(4, "wlan.staa", "STA address", also=_addresses("staa")[1:], when=lambda h: _both(h) & (h.ds == 2))
    staa_2 = ether(10, "wlan.staa", "STA address", also=_addresses("staa")[1:], when=lambda h: _both(h) & (h.ds == 1))
    address_3 = ether(16, "wlan.address_3", "Address 3 of an aggregate", when=lambda h: _both(h) & (_third(h) == 0))
    sequence = u16(22, "", "Sequence control", little=True, when=_both)
    frag = u16(22, "wlan.frag", "Fragment number", mask=0x000F, little=True, when=_both)
    seq = u16(22, "wlan.seq", "Sequence number", mask=0xFFF0, little=True, when=_both)
    addr_4 = ether(24, "wlan.addr", "Hardware address", when=lambda h: _four(h) & (_aggregate(h) == 0), hidden=True, also=_addresses("addr")[1:])
    addr_3 = ether(16, "wlan.addr", "Hardware address", when=lambda h: _third(h), hidden=True, also=_addresses("addr")[1:])
    addr_5 = ether(24, "wlan.addr", "Hardware address", when=lambda h: _four(h) & _aggregate(h), hidden=True,
                   also=_addresses("addr")[1:])

    qos_at = u16(None, "", "Place of the QoS control", value=lambda h: where(_four(h), 30, 24))
    qos = u16(lambda h: h.qos_at, "wlan.qos", "Qos Control", HEX, little=True, when=_qos)
    tid = u16(None, "wlan.qos.tid", "TID", mask=0x000F, little=True, within=qos)
    priority = u16(None, "wlan.qos.priority", "Priority", mask=0x0007, little=True, names=PRIORITIES, within=qos)
    eosp = flag(None, "wlan.qos.eosp", "EOSP", 0x0010, little=True, within=qos, when=lambda h: _qos(h) & h.fromds)
    bit4 = flag(None, "wlan.qos.bit4", "QoS bit 4", 0x0010, little=True, within=qos,
                when=lambda h: _qos(h) & (h.fromds == 0))
    ack = u16(None, "wlan.qos.ack", "Ack Policy", HEX, mask=0x0060, little=True, names=ACK_POLICIES, within=qos)
    amsdu = flag(None, "wlan.qos.amsdupresent", "Payload Type", 0x0080, little=True, within=qos,
                 when=lambda h: _qos(h) & ((h.subtype & NULL) == 0))
    txop_limit = u16(None, "wlan.qos.txop_limit", "TXOP Limit", mask=0xFF00, little=True, within=qos,
                     when=lambda h: _qos(h) & h.fromds & ((h.subtype & 2) != 0))
    ps_state = u16(None, "wlan.qos.ps_buf_state", "QAP PS Buffer State", HEX, mask=0xFF00, little=True, within=qos,
                   when=lambda h: _buffer(h))
    indicated = flag(None, "wlan.qos.buf_state_indicated", "Buffer State Indicated", 0x0200, little=True, within=qos,
                     when=lambda h: _buffer(h))
    highest = u16(None, "wlan.qos.highest_pri_buf_ac", "Highest-Priority Buffered AC", mask=0x0C00, little=True, within=qos,
                  when=lambda h: _buffer(h) & h.indicated)
    load = u16(None, "wlan.qos.qap_buf_load", "QAP Buffered Load", mask=0xF000, little=True, within=qos,
               when=lambda h: _buffer(h) & h.indicated)
    txop_requested = u16(None, "wlan.qos.txop_dur_req", "TXOP Duration Requested", mask=0xFF00, little=True, within=qos,
                         when=lambda h: _qos(h) & (h.fromds == 0) & ((h.subtype & 6) != 2) & (h.bit4 == 0))
    queue_size = u16(None, "wlan.qos.queue_size", "Queue Size", mask=0xFF00, little=True, within=qos,
                     when=lambda h: _qos(h) & (h.fromds == 0) & ((h.subtype & 6) != 2) & h.bit4)
    htc = u32(lambda h: where(_qos(h), h.qos_at + 2, 24), "wlan.htc", "HT Control (+HTC)", HEX, little=True, when=_htc)
    htc_parts = _htc_parts(htc)

    bare = u16(None, "", "Length of the header", value=lambda h: _bare(h))
    head = u16(None, "", "Length of the header, padded", value=lambda h: _head(h))
    fcs_size = u8(None, "", "Length of the frame check sequence", value=lambda h: _fcs_size(h))
    body_size = u32(None, "", "Length of the body", value=lambda h: h.limit - h.start - h.head - h.fcs_size)
    key_octet = u8(lambda h: h.head + 3, "", "Key identifier", when=lambda h: _both(h) & _protected(h))
    extended_iv = flag(lambda h: h.head + 3, "", "Extended IV", 0x20, when=lambda h: _both(h) & _protected(h))
    security = u8(None, "", "Length of the security header", value=lambda h: _security(h))
    iv_0 = u8(lambda h: h.head, "", "First octet of the IV", when=lambda h: h.security == 8)
    iv_1 = u8(lambda h: h.head + 1, "", "Second octet of the IV", when=lambda h: h.security == 8)
    wep_iv = u24(lambda h: h.head, "wlan.wep.iv", "Initialization Vector", HEX, when=lambda h: h.security == 4)
    tkip_iv = Field("wlan.tkip.extiv", "TKIP Ext. Initialization Vector", STRING,
                    when=lambda h: (h.security == 8) & _data(h) & _tkip(h), value=lambda h: _extended_iv(h, (7, 6, 5, 4, 0, 2)))
    ccmp_iv = Field("wlan.ccmp.extiv", "CCMP Ext. Initialization Vector", STRING,
                    when=lambda h: (h.security == 8) & _data(h) & (_tkip(h) == 0), value=lambda h: _extended_iv(h, (7, 6, 5, 4, 1, 0)))
    wep_key = u8(lambda h: h.head + 3, "wlan.wep.key", "Key Index", mask=0xC0, when=lambda h: h.security > 0)
    column_source = Field("", "Source", STRING, value=lambda h: _column(h, False))
    column_destination = Field("", "Destination", STRING, value=lambda h: _column(h, True))

    about = Field("", "What the list says of it", STRING, value=lambda h: _about(h))

    icv = u32(None, "wlan.wep.icv", "WEP ICV", HEX)
    fcs = u32(None, "wlan.fcs", "Frame check sequence", HEX, little=True)
    fcs_status = Field("wlan.fcs.status", "FCS Status", UINT8, names=FCS_STATUS)
    padding = Field("wlan.padding", "Padding", BYTES)
    body = Field("wlan.body", "Frame body", BYTES)

    length = lambda h: where(_opaque(h), h.head + h.security, maximum(h.limit - h.start, 2))
    payload = lambda h: where(_opaque(h), maximum(h.body_size - h.security - where(h.security == 4, 4, 0), 0), 0)
    next = (
        To("data", when=lambda h: h.security > 0),
        To("wlan_aggregate", when=lambda h: _aggregate(h)),
        To("llc", when=lambda h: _data(h)),
    )
    odd = lambda h: (_opaque(h) == 0) & (h.limit > h.end)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.version != 0:
            c.pos = h.start + (2 if h.version == 1 else 1)
            return
        c.pos = h.start + h.bare
        if h.head > h.bare:
            c.add(cls.padding, h.head - h.bare)
        if h.security == 8:
            c.add(cls.body, 3)
            c.pos += 1
            c.add(cls.body, 4)
        elif _opaque(h):
            c.pos += h.security
        else:
            with_fcs = c.limit
            c.limit -= h.fcs_size
            c.end = min(c.end, c.limit)
            try:
                if h.type == MANAGEMENT and c.remaining:
                    cls.body_of_management(c, h.subtype)
                elif h.type == CONTROL and h.subtype in (8, 9) and c.remaining >= 2:
                    cls.block_ack(c, h.subtype == 9)
                if c.remaining:
                    c.skip(c.remaining)
            finally:
                c.end, c.limit = min(h.end, with_fcs), with_fcs
            cls.trailer(c)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        if c.h.security == 4:
            c.add(cls.icv)
        if c.h.fcs_size:
            c.add(cls.fcs)
            c.derived(cls.fcs_status, cls._fcs_status(c))

    @classmethod
    def _fcs_status(cls, c: Cursor) -> int:
        """CRC-32 as of Ethernet over all before it."""
        if not c.h.run.verify:
            return UNVERIFIED
        frame = c.data[c.h.start : c.pos - 4]
        return GOOD if crc32(frame) == int.from_bytes(c.data[c.pos - 4 : c.pos], "little") else BAD

    @staticmethod
    def info(type_subtype: int, version: int, type: int, flags: int, seq: int, frag: int, fcs_size: int, about: str) -> str:
        if version != 0:
            return PV1[type] if version == 1 else f"Unknown protocol version: {version}"
        name = SUBTYPES.get(type_subtype, "Unrecognized (Reserved frame)")
        letters = "".join(letter if flags & bit else "." for bit, letter in LETTERS)
        number = "" if type == CONTROL else f", SN={seq}, FN={frag}"
        return f"{name}{number}, Flags={letters}{'C' if fcs_size else ''}{about}"


BAD, GOOD, UNVERIFIED = 0, 1, 2
PV1 = {0: "PV1 QoS Data - with one SID", 1: "PV1 Management", 2: "PV1 Control", 3: "PV1 QoS Data - no SIDs"}  # by type


def _type_subtype(h: Any) -> Any:
    """Type and subtype in one number, with the extension of control frames that have one."""
    plain = h.type << 4 | h.subtype
    return where(_extended(h), plain << 4 | h.extension, plain)


def _extended(h: Any) -> Any:
    return (h.version == 0) & (h.type == CONTROL) & (h.subtype == 6)


def _poll(h: Any) -> Any:
    return (h.version == 0) & (h.type == CONTROL) & (h.subtype == 0xA)


def _has_ta(h: Any) -> Any:
    """Whether there is a second address: in control frames but those for one address, or whose second one is called differently."""
    alone = (h.subtype == 0x7) | (h.subtype == 0xC) | (h.subtype == 0xD) | (h.subtype == 0xE) | (h.subtype <= 1) | (h.subtype == 6)
    return (h.version == 0) & ((h.type == DATA) | (h.type == MANAGEMENT) | ((h.type == CONTROL) & (alone == 0)))


def _opaque(h: Any) -> Any:
    """Whether the body is another layer's: that of a data frame that has one, and what is encrypted."""
    return (_data(h) & ((h.subtype & NULL) == 0)) | (h.security > 0)


def _aggregate(h: Any) -> Any:
    """Whether several frames of data follow, each with addresses of its own."""
    return _qos(h) & ((h.subtype & NULL) == 0) & h.amsdu


def _third(h: Any) -> Any:
    return _both(h) & ((_aggregate(h) == 0) | (h.ds == 0) | (h.ds == 3))


def _cf_end(h: Any) -> Any:
    return (h.version == 0) & (h.type == CONTROL) & (h.subtype == 0xE)


def _buffer(h: Any) -> Any:
    return _qos(h) & h.fromds & ((h.subtype & 2) == 0)


def _bare(h: Any) -> Any:
    """Length of the header, without what encryption adds."""
    size = where(_both(h), 24, where(_has_ta(h) | _cf_end(h), 16, where(h.version == 0, 10, 2)))
    return size + where(_four(h), 6, 0) + where(_qos(h), 2, 0) + where(_htc(h), 4, 0)


def _head(h: Any) -> Any:
    """The same; a driver may have padded it to 32 bits."""
    radio = h.outer("radiotap")
    if radio is None:
        return h.bare
    return where(_data(h) & ((radio.flags & 0x20) != 0), (h.bare + 3) // 4 * 4, h.bare)


def _fcs_size(h: Any) -> Any:
    """Four where the radio's header says that a frame check sequence follows."""
    radio = h.outer("radiotap", "ppi", "peekremote")
    if radio is None:
        return h.start * 0
    return where((radio.frame_check != 0) & (h.limit - h.start - h.head >= 4), 4, 0)


def _security(h: Any) -> Any:
    """What encryption puts before the body: 4 bytes for WEP, 8 for TKIP and CCMP."""
    there = _both(h) & h.protected & (h.body_size >= 4) & (((h.type == DATA) & ((h.subtype & NULL) != 0)) == 0)
    return where(there, where(h.extended_iv & (h.body_size >= 8), 8, 4), 0)


def _tkip(h: Any) -> Any:
    """Whether the second octet of the IV is what TKIP makes of the first (12.5.2.2)."""
    return h.iv_1 == ((h.iv_0 | 0x20) & 0x7F)


def _each(h: Any, text: Any) -> Any:
    """`text(frame, number)` for one header, or for every one of a group; a frame's octets end where it was cut."""
    if isinstance(h.start, int):
        return text(bytes(h.octets[h.start : h.end]), 0)
    import numpy as np

    out = np.empty(len(h), object)
    view = memoryview(h.octets.u1)
    for number, (start, end) in enumerate(zip(h.start.tolist(), h.end.tolist(), strict=True)):
        out[number] = text(bytes(view[start:end]), number)
    return out


def _extended_iv(h: Any, order: tuple[int, ...]) -> Any:
    """The packet number of TKIP or CCMP as hexadecimal digits, its octets in `order`."""
    heads = h.head

    def text(frame: bytes, number: int) -> str:
        at = int(heads if isinstance(heads, int) else heads[number])
        if at + 8 > len(frame):
            return ""
        return "0x" + "".join(f"{frame[at + i]:02X}" for i in order)

    return _each(h, text)


# where a management frame's elements start
ELEMENTS = {0x0: 4, 0x2: 10, 0x4: 0, 0x5: 12, 0x8: 12}


def _about(h: Any) -> Any:
    """Beacon interval and names of the network, as far as a frame's first elements have them."""

    def text(frame: bytes, number: int) -> str:
        if len(frame) < 2 or frame[0] & 0xF or frame[1] & 0x40 or frame[0] >> 4 not in ELEMENTS:
            return ""
        head, fixed = 28 if frame[1] & 0x80 else 24, ELEMENTS[frame[0] >> 4]
        out, at = "", head + fixed
        if fixed == 12 and at <= len(frame):
            out = f", BI={frame[head + 8] | frame[head + 9] << 8}"
        while at + 2 <= len(frame) and at + 2 + frame[at + 1] <= len(frame):
            value = frame[at + 2 : at + 2 + frame[at + 1]]
            if frame[at] == 0:
                out += f', SSID="{value.decode("utf-8", "replace")}"' if value.strip(b"\0") else ", SSID=Wildcard (Broadcast)"
            elif frame[at] == 114:
                out += f", MESHID={value.decode('utf-8', 'replace')}"
            at += 2 + frame[at + 1]
        return out

    return _each(h, text)


def _column(h: Any, receiver: bool) -> Any:
    """The address for the list: where a data frame comes from or goes to, or who sent or hears a control frame."""

    def text(frame: bytes, number: int) -> str:
        if len(frame) < 2 or frame[0] & 3:
            return ""
        kind, ds = frame[0] >> 2 & 3, frame[1] & 3
        suffix = ""
        at = 4 if receiver else 10
        if kind == DATA and ds:
            at = {1: 16, 2: 4, 3: 16}[ds] if receiver else {1: 10, 2: 16, 3: 24}[ds]
        elif kind == CONTROL:
            suffix = " (RA)" if receiver else " (TA)"
            if not receiver and frame[0] >> 4 in (0x7, 0xC, 0xD):
                return ""
        address = frame[at : at + 6]
        return address.hex(":") + suffix if len(address) == 6 else ""

    return _each(h, text)


class Aggregate(Layer):
    """Several frames of data in one (A-MSDU): each with addresses and a length, padded to 32 bits but for the last."""

    name, label, column = "wlan_aggregate", "IEEE 802.11 Aggregate MSDU", "802.11"
    reaches = ("llc",)

    subframe = Field("wlan_aggregate.a_mdsu.subframe", "A-MSDU Subframe", NONE)
    da = ether(None, "wlan.da", "Destination address", also=_addresses("da")[1:])
    sa = ether(None, "wlan.sa", "Source address", also=_addresses("sa")[1:])
    msdu_size = u16(None, "wlan_aggregate.a_mdsu.length", "A-MSDU Length")
    padding = Field("wlan_aggregate.padding", "Padding", BYTES)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining >= 14:
            size = c.peek(2, 12)
            with c.group(cls.subframe):
                c.add(cls.da)
                c.add(cls.sa)
                c.add(cls.msdu_size)
                if size and c.remaining:
                    c.child("llc", min(size, c.remaining), size)
            if c.remaining:
                c.add(cls.padding, min(-(14 + size) % 4, c.remaining))
