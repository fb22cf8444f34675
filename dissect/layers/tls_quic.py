"""QUIC's transport parameters, which a TLS extension carries (RFC 9000, section 18).

    +-----------+-----------+-------+
    |  type (i) | length (i)| value |     each: mostly a number of variable length, or an id
    +-----------+-----------+-------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, UINT64, Field, group, ipv4, ipv6, raw, u8, u16, u32
from dissect.layers.quic_frames import peek_varint

PREFERRED, VERSIONS, USER_AGENT, GOOGLE_VERSION, RTT = 0x0D, 0x11, 0x3129, 0x4752, 0x3127
NUMBERS = {
    0x01: "max_idle_timeout", 0x03: "max_udp_payload_size", 0x04: "initial_max_data",
    0x05: "initial_max_stream_data_bidi_local", 0x06: "initial_max_stream_data_bidi_remote",
    0x07: "initial_max_stream_data_uni", 0x08: "initial_max_streams_bidi", 0x09: "initial_max_streams_uni",
    0x0A: "ack_delay_exponent", 0x0B: "max_ack_delay", 0x0E: "active_connection_id_limit", 0x20: "max_datagram_frame_size",
    0x1057: "loss_bits", 0xDE1A: "min_ack_delay", 0xFF02DE1A: "min_ack_delay", 0x7158: "enable_time_stamp_v2",
}  # fmt: skip
OCTETS = {
    0x00: "original_destination_connection_id", 0x02: "stateless_reset_token", 0x0F: "initial_source_connection_id",
    0x10: "retry_source_connection_id",
}  # fmt: skip
OTHERS = {
    0x0C: "disable_active_migration", PREFERRED: "preferred_address", VERSIONS: "version_information", 0x2AB2: "grease_quic_bit",
    USER_AGENT: "google_user_agent", GOOGLE_VERSION: "google_version", RTT: "google_initial_rtt",
    0x3128: "google_connection_options", 0xFF73DB: "version_information_draft",
}  # fmt: skip
NAMES = NUMBERS | OCTETS | OTHERS


def type_name(kind: int) -> str | None:
    """The name of a parameter; numbers of the form 31 N + 27 are there to be ignored (section 18.1)."""
    return NAMES.get(kind) or ("GREASE" if kind % 31 == 27 else None)


class Parameters:
    """The parameters' fields under a prefix (`tls`) and their decoding."""

    def __init__(self, prefix: str) -> None:
        q = f"{prefix}.quic.parameter"
        self.parameter = group("", "Parameter")
        self.type = Field(f"{q}.type", "Type", UINT64, HEX, names=type_name)
        self.length = Field(f"{q}.length", "Length", UINT64)
        self.value = raw(None, f"{q}.value", "Value")
        self.numbers = {kind: Field(f"{q}.{name}", name, UINT64) for kind, name in NUMBERS.items()}
        self.octets = {kind: raw(None, f"{q}.{name}", name) for kind, name in OCTETS.items()}
        p = f"{q}.preferred_address"
        self.preferred = (
            ipv4(None, f"{p}.ipv4address", "ipv4Address"), u16(None, f"{p}.ipv4port", "ipv4Port"),
            ipv6(None, f"{p}.ipv6address", "ipv6Address"), u16(None, f"{p}.ipv6port", "ipv6Port"),
        )  # fmt: skip
        self.id_length = u8(None, f"{p}.connectionid.length", "Length")
        self.id = raw(None, f"{p}.connectionid", "connectionId")
        self.reset = raw(None, f"{p}.statelessresettoken", "statelessResetToken", size=16)
        self.chosen = u32(None, f"{q}.vi.chosen_version", "Chosen Version", HEX)
        self.other = u32(None, f"{q}.vi.other_version", "Other Version", HEX)
        self.agent = Field(f"{q}.google.user_agent", "Google UserAgent", STRING)
        self.google = u32(None, f"{q}.google.quic_version", "Google QUIC version", HEX)
        self.rtt = Field(f"{q}.google.initial_rtt", "Google Initial RTT", UINT64)
        single = [value for value in vars(self).values() if isinstance(value, Field)]
        self.fields = (*single, *self.numbers.values(), *self.octets.values(), *self.preferred)

    def decode(self, c: Cursor) -> None:
        """All parameters; `c` is bounded by them."""
        while c.remaining:
            kind, width = peek_varint(c, 0)
            size, more = peek_varint(c, width)
            name = type_name(kind) or f"Unknown 0x{kind:04x}"
            with c.group(self.parameter, width + more + size, f"Parameter: {name} (len={size})") as c:
                c.add(self.type, width, value=kind)
                c.add(self.length, more, value=size)
                start = c.pos
                c.add(self.value, size)
                c.pos = start
                if size:
                    self._value(c, kind, size)

    def _value(self, c: Cursor, kind: int, size: int) -> None:
        if kind in self.numbers or kind == RTT:
            value, width = peek_varint(c, 0)
            c.add(self.rtt if kind == RTT else self.numbers[kind], width, value=value)
            c.pos += size - width
        elif kind in self.octets:
            c.add(self.octets[kind], size)
        elif kind == PREFERRED:
            for field in self.preferred:
                c.add(field)
            c.add(self.id, c.add(self.id_length))
            c.add(self.reset)
        elif kind in (VERSIONS, 0xFF73DB):
            c.add(self.chosen)
            while c.remaining >= 4:
                c.add(self.other)
        elif kind == USER_AGENT:
            c.add(self.agent, size)
        elif kind == GOOGLE_VERSION:
            c.add(self.google)
            c.pos = c.end
        else:
            c.pos += size
