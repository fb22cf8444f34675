"""Devices that make themselves known or are spoken to on a LAN: Canon's printers, TP-Link's plugs, TiVo, GSM radios.

    BJNP: "BJNP", type, code, reserved, sequence, session, length;  GSMTAP: version, header length in words, type, ...
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import INT8, STRINGZ, UINT32, Field, further, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer, To
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

BJNP_TYPES = {1: "Printer Command", 2: "Scanner Command", 0x81: "Printer Response", 0x82: "Scanner Response"}
BJNP_CODES = {
    0x01: "Discover", 0x10: "Start Print Job", 0x11: "Job End", 0x20: "Get Printer Status",
    0x21: "Send Print Data", 0x30: "Get Printer Identity", 0x32: "Job Request",
}  # fmt: skip


class BJNP(Layer):
    """Canon's printers and scanners."""

    name, label, column = "bjnp", "Canon BJNP", "BJNP"
    binds = {"udp.port": (8611, 8612, 8613, 8614)}
    accepts = lambda p: (p.u8(0) >= 0x20) & (p.u8(0) < 0x7F)

    magic = string(0, "bjnp.id", "Id", size=4)
    type = u8(4, "bjnp.type", "Type", names=BJNP_TYPES)
    code = u8(5, "bjnp.code", "Code", names=BJNP_CODES)
    sequence = u32(6, "bjnp.seq_no", "Sequence Number")
    session = u16(10, "bjnp.session_id", "Session Id")
    size_of = u32(12, "bjnp.payload_len", "Payload Length")
    content = raw(None, "bjnp.payload", "Payload")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int, code: int) -> str:
        kind = BJNP_TYPES.get(type, f"Unknown type ({type})")
        return f"{kind}: {BJNP_CODES.get(code, f'Unknown code ({code})')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.content)


SMART_HOME = 9999
FIRST_KEY = 171
BRACES = 0xD0F2  # {" as it is sent


class SmartHome(Layer):
    """TP-Link's plugs and lamps: JSON, each octet turned by the one before."""

    name, label, column = "tplink-smarthome", "TP-Link Smart Home Protocol", "TPLINK-SMARTHOME"
    heuristics = ("tcp", "udp")  # the port alone says nothing: the first letter is a brace, or nothing is
    likely = Likely(ports=(SMART_HOME,))
    probe = lambda p: further(
        (p.h.srcport == SMART_HOME) | (p.h.dstport == SMART_HOME),
        lambda: (p.u16(0) == BRACES) | ((p.u8(0) == 0) & (p.u16(4) == BRACES)),
    )
    messages = Messages(header=4, length=lambda p: where(p.u32(0) < 1 << 20, 4 + p.u32(0), AS_IT_IS))

    reaches = ("json",)
    size_of = Field("tplink_smarthome.len", "Len", UINT32)
    text = string(None, "tplink_smarthome.msg", "Msg")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.outer("tcp") is not None:
            c.add(cls.size_of)
        if not c.remaining:
            return
        out, key = bytearray(), FIRST_KEY
        for octet in c.peek_bytes(c.remaining):
            out.append(octet ^ key)
            key = octet
        said = out.decode("utf-8", "replace")
        c.info(said[:200])
        c.add(cls.text, c.remaining, value=said)
        c.inside("json", bytes(out), "Decrypted")


TIVO_WORDS = {"flavor", "method", "platform", "machine", "identity", "services"}


class TiVo(Layer):
    """A beacon: lines of a word and its value."""

    name, label, column = "tivoconnect", "TiVoConnect Discovery Protocol", "TiVoConnect"
    binds = {"tcp.port": (2190,), "udp.port": (2190,)}
    accepts = lambda p: (p.u32(0) | 0x20202020 == 0x7469766F) & (p.u32(4) | 0x20202020 == 0x636F6E6E)  # "tivoconn"

    flavor, method, platform, machine, identity, services = (
        Field(f"tivoconnect.{word}", word.capitalize(), STRINGZ)
        for word in ("flavor", "method", "platform", "machine", "identity", "services")
    )
    version = Field("tivoconnect.version", "Version", STRINGZ)
    line = string(None, "", "Line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = dict[str, str]()
        while c.remaining:
            end = c.data.find(b"\n", c.pos, c.end)
            size = (c.end if end < 0 else end + 1) - c.pos
            word, _, value = c.peek_bytes(size).rstrip(b"\r\n").partition(b"=")
            key = word.strip().lower().decode("latin-1")
            key = "version" if key in ("swversion", "tivoconnect") and key == "swversion" else key
            said[key] = value.decode("utf-8", "replace")
            names = {"tivoconnect": cls.flavor, "version": cls.version}
            field = getattr(cls, key) if key in TIVO_WORDS else names.get(key, cls.line)
            c.add(field, size, value=said[key] if field is not cls.line else None)
        c.info(f"Discovery Beacon {said.get('machine', '')} ({said.get('identity', '')})")


GSMTAP_TYPES = {
    1: "GSM Um (MS<->BTS)", 2: "GSM Abis (BTS<->BSC)", 3: "GSM Um burst (MS<->BTS)", 4: "SIM", 5: "TETRA V+D",
    6: "TETRA V+D burst", 7: "WiMAX burst", 8: "GPRS Gb LLC", 9: "GPRS Gb SNDCP", 10: "GMR-1 air interface (MES-MS<->GTS)",
    11: "UMTS RLC/MAC", 12: "UMTS RRC", 13: "LTE RRC", 14: "LTE MAC", 15: "LTE MAC framed", 16: "Osmocom log",
    17: "Qualcomm DIAG", 18: "LTE NAS", 19: "E1/T1", 20: "GSM RLP",
}  # fmt: skip
CHANNELS = {1: "BCCH", 2: "CCCH", 3: "RACH", 4: "AGCH", 5: "PCH", 6: "SDCCH", 7: "SDCCH/4", 8: "SDCCH/8", 9: "FACCH/F",
            10: "FACCH/H", 11: "PACCH", 12: "CBCH", 13: "PDTCH", 14: "PTTCH", 15: "CBCH"}  # fmt: skip


class GSMTAP(Layer):
    """What a radio hears, and where: of GSM's channels the messages follow."""

    name, label, column = "gsmtap", "GSM TAP Header", "GSMTAP"
    binds = {"udp.port": (4729,)}

    version = u8(0, "gsmtap.version", "Version")
    words = u8(1, "gsmtap.hdr_len", "Header Length", scale=4, unit="bytes")
    type = u8(2, "gsmtap.type", "Payload Type", names=GSMTAP_TYPES)
    slot = u8(3, "gsmtap.ts", "Time Slot")
    arfcn = u16(4, "gsmtap.arfcn", "ARFCN", mask=0x3FFF)
    uplink = u16(4, "gsmtap.uplink", "Uplink", mask=0x4000)
    pcs = u16(4, "gsmtap.pcs_band", "PCS band indicator", mask=0x8000)
    noise = Field("gsmtap.snr_db", "Signal/Noise Ratio", INT8, at=7)
    signal = Field("gsmtap.signal_dbm", "Signal Level", INT8, at=6)
    frame_ = u32(8, "gsmtap.frame_nr", "GSM Frame Number")
    channel = u8(12, "gsmtap.chan_type", "Channel Type", names=CHANNELS, when=lambda h: h.type == 1)
    antenna = u8(13, "gsmtap.antenna", "Antenna Number")
    sub_slot = u8(14, "gsmtap.sub_slot", "Sub-Slot")
    last = u8(15, "gsmtap.reserved", "Reserved")
    sub_type = u8(12, "gsmtap.sub_type", "Type within", when=lambda h: h.type != 1)
    power = u8(lambda h: h.words, "gsmtap.sacch_l1.power_lev", "MS power level", mask=0x1F, when=lambda h: _beside(h))
    advance = u8(lambda h: h.words + 1, "gsmtap.sacch_l1.ta", "Actual Timing Advance", when=lambda h: _beside(h))
    length = lambda h: h.words + where(_beside(h), 2, 0)
    next = (
        To("gsm_a.ccch", when=lambda h: (h.type == 1) & ((h.channel == 1) | (h.channel == 2) | (h.channel == 4) | (h.channel == 5))),
        To("lapdm", when=lambda h: (h.type == 1) & ((h.channel & 0x7F) >= 6) & ((h.channel & 0x7F) <= 10)),
        To("gsm_a.dtap", when=lambda h: h.type == 2),
        To("data"),
    )

    @staticmethod
    def info() -> str:
        return ""


def _beside(h: Any) -> Any:
    """Whether a slow channel is beside the dedicated one: two octets of the physical layer come first."""
    return (h.type == 1) & (h.channel >= 0x86) & (h.channel <= 0x8A)


