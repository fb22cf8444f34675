"""LoRa on the air: LoRaTap, how a radio heard a packet (LINKTYPE_LORATAP), and LoRaWAN (LoRaWAN 1.0.4), what most packets are.

    LoRaTap   version (1), padding (1), length (2), frequency (4), bandwidth (1), spreading (1), RSSI (3), SNR (1), sync word (1)
    LoRaWAN   type (3 bits), major version (2); device's address (4), control (1), counter (2), options (0 to 15), port (1),
              payload, code (4); little-endian
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, eui64, group, raw, u8, u16, u32
from dissect.engine.layer import Layer, To

SYNC = 0x34
JOIN_REQUEST, JOIN_ACCEPT, DATA = 0, 1, range(2, 6)
TYPES = {JOIN_REQUEST: "Join Request", JOIN_ACCEPT: "Join Accept", 2: "Unconfirmed Data Up", 3: "Unconfirmed Data Down",
         4: "Confirmed Data Up", 5: "Confirmed Data Down", 6: "RFU", 7: "Proprietary"}  # fmt: skip
UNVERIFIED, CODE = 2, 4


class LoRaTap(Layer):
    """What the radio tells."""

    name, label, column = "loratap", "LoRaTap header", "LoRaTap"
    binds = {"linktype": (270,)}

    version, padding = u8(0, "loratap.version", "Header Version"), raw(1, "loratap.padding", "Padding", size=1)
    size_of = u16(2, "loratap.header_length", "Header Length")
    frequency = u32(4, "loratap.channel.frequency", "Frequency", unit="Hz")
    bandwidth = u8(8, "loratap.channel.bandwidth", "Bandwidth")
    spreading = u8(9, "loratap.channel.sf", "Spreading Factor")
    packet_rssi, most_rssi = u8(10, "loratap.rssi.packet", "Packet"), u8(11, "loratap.rssi.max", "Max")
    current_rssi, snr = u8(12, "loratap.rssi.current", "Current"), u8(13, "loratap.rssi.snr", "SNR")
    sync = u8(14, "loratap.syncword", "Sync Word", HEX, names={SYNC: "LoRaWAN"})

    next = (To("lorawan", when=lambda h: h.sync == SYNC), To("data"))


class LoRaWAN(Layer):
    """A packet; its payload is encrypted."""

    name, label, column = "lorawan", "LoRaWAN Protocol", "LoRaWAN"

    head = group("lorawan.mhdr", "MAC Header")
    word = u8(None, "", "Type and version", HEX)
    kind = u8(0, "lorawan.mhdr.mtype", "Message Type", mask=0xE0, within=word, names=TYPES)
    unused = u8(0, "lorawan.mhdr.rfu", "RFU", mask=0x1C, within=word)
    major = u8(0, "lorawan.mhdr.major", "Major Version", mask=0x03, within=word)
    join = group("lorawan.join_request", "Join Request")
    application = eui64(None, "lorawan.join_request.appeui", "AppEUI")
    device = eui64(None, "lorawan.join_request.deveui", "DevEUI")
    nonce = raw(None, "lorawan.join_request.devnonce", "Device Nonce", size=2)
    address = u32(None, "lorawan.fhdr.devaddr", "Device Address", HEX, little=True)
    control = u8(None, "lorawan.fhdr.fctrl", "Frame Control", HEX)
    control_bits = bits(
        control, "lorawan.fhdr.fctrl", ("adr", "Adaptive Data Rate", 0x80), ("adrackreq", "ADR Acknowledgement Request", 0x40),
        ("ack", "ACK", 0x20), ("fpending", "Frame Pending", 0x10),
    )  # fmt: skip
    options = u8(0, "lorawan.fhdr.fctrl.foptslen", "Frame Options Length", mask=0x0F, within=control)
    counter = u16(None, "lorawan.fhdr.fcnt", "Frame Counter", little=True)
    commands = raw(None, "", "MAC Commands")
    port = u8(None, "lorawan.fport", "FPort", HEX)
    content = raw(None, "lorawan.frmpayload", "Frame Payload")
    code = u32(None, "lorawan.mic", "Message Integrity Code", HEX, little=True)
    status = u8(None, "lorawan.mic.status", "Message Integrity Code Status", names={UNVERIFIED: "Unverified"})
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.peek(1) >> 5
        with c.group(cls.head, 1) as c:
            c.add(cls.word)
        c.info(TYPES[kind])
        if kind == JOIN_REQUEST:
            with c.group(cls.join, 18) as c:
                for field in (cls.application, cls.device):
                    c.add(field, value=c.peek_bytes(8)[::-1])
                c.add(cls.nonce)
        elif kind in DATA:
            c.add(cls.address)
            size = c.peek(1) & 0x0F
            c.add(cls.control)
            c.add(cls.counter)
            if size:
                c.add(cls.commands, size)
            if c.limit - c.pos > CODE:
                c.add(cls.port)
            if c.limit - c.pos > CODE:
                c.add(cls.content, c.limit - c.pos - CODE)
        if kind <= max(DATA) and kind != JOIN_ACCEPT and c.remaining == CODE:
            c.add(cls.code)
            c.derived(cls.status, UNVERIFIED)
            c.note("note", "Protocol", "MIC could not be verified because of missing encryption keys", "lorawan.mic_unverified")
        c.rest(cls.rest)
