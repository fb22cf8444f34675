"""What a radio's header (radiotap) says of an 802.11 frame, in the same words whatever the header's form.

No bytes of its own: the physical layer, channel, signal, and how long the frame was in the air.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import BOOLEAN, FLOAT, INT8, INT32, NONE, UINT8, UINT16, UINT32, UINT64, Expr, Field, where
from dissect.engine.layer import Layer, To
from dissect.layers.radiotap import BITS, VHT_WIDTHS, WIDTHS

PHYS = {
    0: "unknown", 1: "802.11 FHSS", 2: "802.11 IR", 3: "802.11 DSSS", 4: "802.11b (HR/DSSS)", 5: "802.11a (OFDM)",
    6: "802.11g (ERP)", 7: "802.11n (HT)", 8: "802.11ac (VHT)", 9: "802.11ad (DMG)", 10: "802.11ah (S1G)", 11: "802.11ax (HE)",
}  # fmt: skip
FHSS, DSSS, B, A, G, N, AC, AX = 1, 3, 4, 5, 6, 7, 8, 11
CHANNELS = {0x880: FHSS, 0x080: DSSS, 0x0A0: B, 0x0C0: G, 0x0D0: G, 0x480: G, 0x140: A, 0x150: A}  # by the channel's flags
OFDM = (12, 18, 24, 36, 48, 72, 96, 108)  # rates in units of 500 kb/s
CCK = (2, 4, 11, 22, 44, 66)


def _has(number: int) -> Expr:
    """Whether radiotap has the value of a present bit."""
    return lambda h: (_radio(h).word >> number & 1 != 0) & (getattr(_radio(h), f"end_{number}") <= _radio(h).len)


class _Silent:
    """In place of radiotap's header where there is none: every value is 0."""

    def __init__(self, zero: Any) -> None:
        self._zero = zero

    def __getattr__(self, name: str) -> Any:
        return self._zero


def _radio(h: Any) -> Any:
    radio = h.outer("radiotap")
    return _Silent(h.start * 0) if radio is None else radio


def _among(value: Any, of: tuple[int, ...]) -> Any:
    found = value != value
    for one in of:
        found = found | (value == one)
    return found


def _phy(h: Any) -> Any:
    """From what the header says of modulations, else from the channel's flags, else from the rate."""
    r = _radio(h)
    phy = r.word * 0
    flags = r.channel_flags & 0xFFF0
    for value, one in CHANNELS.items():
        phy = where(h.has_channel & (r.freq != 0) & (flags == value), one, phy)
    slow, fast = h.has_rate & _among(r.rate, CCK), h.has_rate & _among(r.rate, OFDM)
    phy = where(slow & ((phy == 0) | (phy == G)), B, phy)
    known = h.has_channel & (r.freq != 0)
    band = (r.freq >= 2412) & (r.freq <= 2484)
    phy = where(fast & (phy == 0) & known, where(band, G, A), phy)
    return where(h.has_he, AX, where(h.has_vht, AC, where(h.has_mcs, N, phy)))


def _channel(frequency: Any) -> Any:
    """The channel's number, 0 where the frequency is none's."""
    low = (frequency >= 2412) & (frequency <= 2472) & (frequency % 5 == 2)
    high = (frequency >= 5035) & (frequency <= 5885) & (frequency % 5 == 0)
    public = (frequency >= 4910) & (frequency <= 4980) & (frequency % 5 == 0)
    six = (frequency >= 5955) & (frequency <= 7115) & (frequency % 5 == 0)
    out = where(low, (frequency - 2407) // 5, where(high, (frequency - 5000) // 5, 0))
    out = where(public, (frequency - 4000) // 5, where(six, (frequency - 5950) // 5, out))
    return where(frequency == 2484, 14, out)


def _up(a: Any, b: Any) -> Any:
    """a / b, rounded up."""
    return -(-a // maximum_one(b))


def maximum_one(b: Any) -> Any:
    """At least one: what nobody divides by is of no account."""
    return where(b > 0, b, 1)


def _duration(h: Any) -> Any:
    """Preamble and data of a frame with a plain rate, in microseconds."""
    r = _radio(h)
    bits = 8 * (h.limit - h.start)
    spread = h.preamble + _up(2 * bits, r.rate)
    symbols = _up(bits + 22, 2 * r.rate)
    wide = where(h.bandwidth == 1, 108, 52)
    blocks = where(h.stbc > 0, 2, 1)
    tail = where(h.fec == 1, 0, 6 * _table(h.mcs_index, ENCODERS))
    many = blocks * _up((bits + 16 + tail) * 52, _table(h.mcs_index, SYMBOL_BITS) * wide * blocks)
    data = where(h.phy == N, where(h.short_gi, (many * 36 + 5) // 10, many * 4), 4 * symbols)
    return where(h.phy == B, spread, h.preamble + data)


def _before(time: Any, duration: Any) -> Any:
    """time - duration, modulo 2^64."""
    if isinstance(time, int):
        return (time - duration) % (1 << 64)
    return time - duration.astype(time.dtype)


def _table(index: Any, table: tuple[float, ...]) -> Any:
    """An entry of a table, by a number or by an array of them."""
    if isinstance(index, int):
        return table[index] if index < len(table) else 0
    import numpy as np

    return np.array(table)[np.minimum(index, len(table) - 1)]


def _ht_rate(h: Any) -> Any:
    """Mb/s of 802.11n."""
    return _table(h.mcs_index, SYMBOL_BITS) * where(h.bandwidth == 1, 108, 52) / 52 / where(h.short_gi, 3.6, 4.0)


def _rate(h: Any) -> Any:
    """Mb/s."""
    return where(h.phy == AC, _vht_rate(h), where(h.phy == N, _ht_rate(h), _radio(h).rate * 0.5))


def _preamble(h: Any) -> Any:
    """Microseconds before the data: known for all but 802.11n, where it trains every stream."""
    streams = where(h.mcs_index == 32, 1, h.mcs_index // 8 + 1) + h.stbc
    trained = 4 * (_table(streams, (0, 1, 2, 4, 4)) + _table(h.ness, (0, 1, 2, 4)))
    old = where(h.phy == B, where(h.has_flags & (h.short == 0), 192, 96), 20)
    return where(h.phy == N, where(h.greenfield, 24, 32) + trained, old)


# data bits of a symbol by 802.11n's index, at 20 MHz
SYMBOL_BITS = (*(n * bits for n in (1, 2, 3, 4) for bits in (26, 52, 78, 104, 156, 208, 234, 260)), 12)
ENCODERS = (*[1] * 21, 2, 2, 2, *[1] * 4, 2, 2, 2, 2, 1)


def _mcs(bit: int) -> Expr:
    """Whether a value of 802.11n's is known."""
    return lambda h: h.has_mcs & (h.has_vht == 0) & (h.has_he == 0) & (_radio(h).mcs_known_byte & bit != 0)


_known_ht: Expr = lambda h: _mcs(7)(h) & (_radio(h).mcs_known_byte & 7 == 7) & (h.mcs_index <= 32)
_ht_timed: Expr = lambda h: _known_ht(h) & (h.stbc + where(h.mcs_index == 32, 1, h.mcs_index // 8 + 1) <= 4)
_timed: Expr = lambda h: (h.plain_rate & ((h.phy == B) | (h.phy == A) | (h.phy == G))) | _ht_timed(h)


def _assumed(name: str, label: str, bit: int) -> Field:
    return Field(
        f"wlan_radio.assumed.{name}", label, NONE, value=lambda h: h.phy > 0,
        when=lambda h: _ht_timed(h) & (_radio(h).mcs_known_byte & bit == 0),
    )  # fmt: skip


def _flags(h: Any) -> Any:
    return _radio(h).flags


def _bits(shift: int, mask: int) -> Expr:
    """A value of 802.11n's flags."""
    return lambda h: _radio(h).mcs_flags_byte >> shift & mask


def _field(name: str, label: str, type_: Any, value: Expr, when: Expr | None = None, **rest: Any) -> Field:
    return Field(f"wlan_radio.{name}", label, type_, value=value, when=when, **rest)


def _vht_rate(h: Any) -> Any:
    """Mb/s of 802.11ac's last user; 0 where that is not known."""
    r = _radio(h)
    width = _table(r.vht_width_byte & 0x1F, (*VHT_WIDTHS, 0))
    rate = h.start * 0.0
    for number in range(4):
        octet = getattr(r, f"vht_user_{number}")
        streams, scheme = octet & 15, octet >> 4
        bits = _table(width, WIDTHS) * _table(scheme, (*BITS, 0))
        one = bits / where(_vht_flag(4)(h), 3.6, 4.0) * streams
        narrow = (width == 0) & (scheme == 9) & (streams != 3) & (streams != 6)
        wide = (width == 2) & (((scheme == 6) & ((streams == 3) | (streams == 7))) | ((scheme == 9) & (streams == 6)))
        widest = (width == 3) & (scheme == 9) & (streams == 3)
        valid = (streams > 0) & (streams <= 8) & (scheme <= 9) & ((narrow | wide | widest) == 0)
        rate = where(valid, one, rate)
    known = _vht(0x44)(h) & (r.vht_known_word & 0x44 == 0x44) & (r.vht_width_byte & 0x1F < len(VHT_WIDTHS))
    return where(known, rate, 0.0)


def _vht(bit: int) -> Expr:
    """Whether a value of 802.11ac's is known."""
    return lambda h: h.has_vht & (h.has_he == 0) & (_radio(h).vht_known_word & bit != 0)


def _vht_flag(mask: int) -> Expr:
    return lambda h: _radio(h).vht_flags_byte & mask != 0


def _users() -> tuple[Field, ...]:
    """802.11ac's up to four users of a frame: those with streams."""
    out: list[Field] = []
    for number in range(4):
        def octet(h: Any, name: str = f"vht_user_{number}") -> Any:
            return getattr(_radio(h), name)

        def there(h: Any, octet: Expr = octet) -> Any:
            return h.has_vht & (h.has_he == 0) & (octet(h) & 15 != 0)

        def coding(h: Any, number: int = number) -> Any:
            return _radio(h).vht_coding_byte >> number & 1

        out += [
            _field("11ac.user", "User", NONE, lambda h, o=octet: o(h) != 0, when=there),  # type: ignore[misc]
            _field("11ac.mcs", "MCS index", UINT32, lambda h, o=octet: o(h) >> 4, when=there),  # type: ignore[misc]
            _field("11ac.nss", "Spatial streams", UINT32, lambda h, o=octet: o(h) & 15, when=there),  # type: ignore[misc]
            _field("11ac.nsts", "Space-time streams", UINT32,
                   lambda h, o=octet: (o(h) & 15) * where(_vht_flag(1)(h), 2, 1),  # type: ignore[misc]
                   when=lambda h, t=there: t(h) & _vht(1)(h)),  # type: ignore[misc]
            _field("11ac.fec", "FEC", UINT32, coding, when=there),
        ]
    return tuple(out)


class WLANRadio(Layer):
    """What is known of the radio."""

    name, label, column = "wlan_radio", "802.11 radio information", "802.11 Radio"

    has_tsft = Field("", "", BOOLEAN, value=_has(0))
    has_flags = Field("", "", BOOLEAN, value=_has(1))
    has_rate = Field("", "", BOOLEAN, value=_has(2))
    has_channel = Field("", "", BOOLEAN, value=_has(3))
    has_signal = Field("", "", BOOLEAN, value=_has(5))
    has_noise = Field("", "", BOOLEAN, value=_has(6))
    has_xchannel = Field("", "", BOOLEAN, value=_has(18))
    has_mcs = Field("", "", BOOLEAN, value=_has(19))
    has_vht = Field("", "", BOOLEAN, value=_has(21))
    has_he = Field("", "", BOOLEAN, value=_has(23))
    plain_rate = Field("", "", BOOLEAN, value=lambda h: h.has_rate & (h.phy < N) & (_radio(h).rate > 0))

    phy = _field("phy", "PHY type", UINT32, _phy, when=lambda h: _phy(h) != 0, names=PHYS)
    turbo = _field("11a.turbo_type", "Turbo type", UINT32, lambda h: where(_radio(h).channel_flags & 0x10 != 0, 2, 0),
                   when=lambda h: (h.phy == A) & _among(_radio(h).channel_flags & 0xFFF0, (0x140, 0x150)))
    mode = _field("11g.mode", "Proprietary mode", UINT32, lambda h: where(_radio(h).channel_flags & 0x10 != 0, 1, 0),
                  when=lambda h: (h.phy == G) & _among(_radio(h).channel_flags & 0xFFF0, (0xC0, 0xD0, 0x480)))
    short = _field("short_preamble", "Short preamble", BOOLEAN, lambda h: _flags(h) & 2 != 0,
                   when=lambda h: h.has_flags & (h.phy == B))
    mcs_index = _field("11n.mcs_index", "MCS index", UINT32, lambda h: _radio(h).mcs_index_byte, when=_mcs(2))
    bandwidth = _field("11n.bandwidth", "Bandwidth", UINT32, _bits(0, 3), when=_mcs(1))
    short_gi = _field("11n.short_gi", "Short GI", BOOLEAN, lambda h: _bits(2, 1)(h) != 0, when=_mcs(4))
    greenfield = _field("11n.greenfield", "Greenfield", BOOLEAN, lambda h: _bits(3, 1)(h) != 0, when=_mcs(8))
    fec = _field("11n.fec", "FEC", UINT32, _bits(4, 1), when=_mcs(16))
    stbc = _field("11n.stbc_streams", "Number of STBC streams", UINT32, _bits(5, 3), when=_mcs(32))
    ness = _field("11n.ness", "Number of extension spatial streams", UINT32,
                  lambda h: _radio(h).mcs_known_byte >> 6 & 2 | _bits(7, 1)(h), when=_mcs(64))
    vht_stbc = _field("11ac.stbc", "STBC", BOOLEAN, _vht_flag(0x01), when=_vht(0x01))
    txop_ps = _field("11ac.txop_ps_not_allowed", "TXOP_PS_NOT_ALLOWED", BOOLEAN, _vht_flag(0x02), when=_vht(0x02))
    vht_gi = _field("11ac.short_gi", "Short GI", BOOLEAN, _vht_flag(0x04), when=_vht(0x04))
    nsym = _field("11ac.short_gi_nsym_disambig", "Short GI Nsym disambiguation", BOOLEAN, _vht_flag(0x08), when=_vht(0x08))
    ldpc = _field("11ac.ldpc_extra_ofdm_symbol", "LDPC extra OFDM symbol", BOOLEAN, _vht_flag(0x10), when=_vht(0x10))
    beamformed = _field("11ac.beamformed", "Beamformed", BOOLEAN, _vht_flag(0x20), when=_vht(0x20))
    vht_width = _field("11ac.bandwidth", "Bandwidth", UINT32, lambda h: _radio(h).vht_width_byte & 0x1F, when=_vht(0x40))
    users = _users()
    gid = _field("11ac.gid", "Group Id", UINT32, lambda h: _radio(h).vht_group_byte, when=_vht(0x80))
    paid = _field("11ac.paid", "Partial AID", UINT16, lambda h: _radio(h).vht_aid_word, when=_vht(0x100))
    rate = _field("data_rate", "Data rate", FLOAT, _rate,
                  when=lambda h: (h.has_rate & (h.phy < N)) | _known_ht(h) | ((h.phy == AC) & (_vht_rate(h) > 0)), unit="Mb/s")
    channel = _field("channel", "Channel", UINT32,
                     lambda h: where(h.has_xchannel, _radio(h).xchannel, _channel(_radio(h).freq)),
                     when=lambda h: h.has_xchannel | (h.has_channel & (_channel(_radio(h).freq) != 0)))
    frequency = _field("frequency", "Frequency", UINT16, lambda h: where(h.has_xchannel, _radio(h).xfreq, _radio(h).freq),
                       when=lambda h: h.has_xchannel | (h.has_channel & (_radio(h).freq != 0)), unit="MHz")
    db_signal = _field("signal_db", "Signal strength (dB)", UINT8, lambda h: _radio(h).db_signal, when=_has(12))
    signal = _field("signal_dbm", "Signal strength (dBm)", INT8, lambda h: _last(h, "signal", 5), when=lambda h: _any(h, "signal", 5),
                    unit="dBm")
    db_noise = _field("noise_db", "Noise level (dB)", UINT8, lambda h: _radio(h).db_noise, when=_has(13))
    noise = _field("noise_dbm", "Noise level (dBm)", INT8, lambda h: _last(h, "noise", 6), when=lambda h: _any(h, "noise", 6),
                   unit="dBm")
    snr = _field("snr", "Signal/noise ratio (dB)", INT32, lambda h: h.signal * 1 - h.noise * 1,
                 when=lambda h: _any(h, "signal", 5) & _any(h, "noise", 6), unit="dB")
    timestamp = _field("timestamp", "TSF timestamp", UINT64, lambda h: _radio(h).mactime, when=_has(0))
    duration = _field("duration", "Duration", UINT32, _duration, when=_timed, unit="µs")
    assumed = _field("assumed.short_preamble", "No preamble length information was available, assuming short preamble.",
                     NONE, lambda h: h.phy > 0, when=lambda h: _timed(h) & (h.phy == B) & (h.has_flags == 0))
    preamble = _field("preamble", "Preamble", UINT32, _preamble, when=_timed, unit="µs")
    mixed = _assumed("non_greenfield", "No plcp type information was available, assuming non greenfield.", 8)
    no_stbc = _assumed("no_stbc", "No stbc information was available, assuming no stbc.", 32)
    no_streams = _assumed(
        "no_extension_streams", "No extension stream information was available, assuming no extension streams.", 64)
    bcc = _assumed("bcc_fec", "No fec type information was available, assuming bcc fec.", 16)
    start_tsf = _field("start_tsf", "Start", UINT64, lambda h: _before(_radio(h).mactime, h.duration),
                       when=lambda h: h.has_tsft & _timed(h))
    end_tsf = _field("end_tsf", "End", UINT64, lambda h: _radio(h).mactime, when=lambda h: h.has_tsft & _timed(h))

    length = lambda h: h.start * 0
    next = (To("wlan"),)


def _antennas(h: Any, name: str) -> list[Any]:
    """The values of further antennas, which further present words have (columns have headers of one word)."""
    if not isinstance(h.start, int):
        return []
    for layer in h.run.tree.layers:
        if layer.layer.name == "radiotap":
            return [node.value for node in layer.walk() if node.field.name == name]
    return []


def _last(h: Any, name: str, number: int) -> Any:
    """The last value of several antennas'."""
    several = _antennas(h, FULL[name])
    return several[-1] if several else getattr(_radio(h), name)


def _any(h: Any, name: str, number: int) -> Any:
    """Whether there is a value of any antenna."""
    return _has(number)(h) | bool(_antennas(h, FULL[name]))


FULL = {"signal": "radiotap.dbm_antsignal", "noise": "radiotap.dbm_antnoise"}
