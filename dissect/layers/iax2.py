"""IAX2 (RFC 5456), Asterisk's telephony: full frames with their information elements, mini frames with media.

    +-+-------------+-+-------------+
    |F| source call |R| dest. call  |  time (32 bits), sequence out, in, type, C and subclass
    +-+-------------+-+-------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRING, UINT8, UINT32, Field, flag, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer

FULL = 0x80
PACKETS = {0: "Mini voice packet", 1: "Full packet", 2: "Mini video packet", 3: "Meta trunk packet", 4: "Meta video packet"}
TYPES = {0: "Unknown", 1: "DTMF end", 2: "Voice", 3: "Video", 4: "Control", 5: "NULL", 6: "IAX", 7: "Text", 8: "Image",
         9: "HTML", 10: "Comfort Noise", 11: "Modem", 12: "DTMF Begin"}  # fmt: skip
DTMF, VOICE, VIDEO, CONTROL, IAX = 1, 2, 3, 4, 6
COMMANDS = {
    1: "NEW", 2: "PING", 3: "PONG", 4: "ACK", 5: "HANGUP", 6: "REJECT", 7: "ACCEPT", 8: "AUTHREQ", 9: "AUTHREP",
    10: "INVAL", 11: "LAGRQ", 12: "LAGRP", 13: "REGREQ", 14: "REGAUTH", 15: "REGACK", 16: "REGREJ", 17: "REGREL",
    18: "VNAK", 19: "DPREQ", 20: "DPREP", 21: "DIAL", 22: "TXREQ", 23: "TXCNT", 24: "TXACC", 25: "TXREADY", 26: "TXREL",
    27: "TXREJ", 28: "QUELCH", 29: "UNQUELCH", 30: "POKE", 31: "PAGE", 32: "MWI", 33: "UNSUPPORTED", 34: "TRANSFER",
    35: "PROVISION", 36: "FWDOWNL", 37: "FWDATA", 40: "CALLTOKEN",
}  # fmt: skip
CONTROLS = {1: "HANGUP", 2: "RING", 3: "RINGING", 4: "ANSWER", 5: "BUSY", 6: "TKOFFHK", 7: "OFFHOOK", 8: "CONGESTION",
            9: "FLASH", 10: "WINK", 11: "OPTION", 12: "RADIO_KEY", 13: "RADIO_UNKEY", 14: "PROGRESS",
            15: "PROCEEDING", 16: "HOLD", 17: "UNHOLD"}  # fmt: skip
TEXTS = {
    1: ("called_number", "Number/extension being called"), 2: ("calling_number", "Calling number"),
    3: ("calling_ani", "Calling number ANI for billing"), 4: ("calling_name", "Name of caller"),
    5: ("called_context", "Context for number"), 6: ("username", "Username (peer or user) for authentication"),
    7: ("password", "Password for authentication"), 10: ("language", "Desired language"),
    13: ("dnid", "Originally dialed DNID"), 15: ("auth.challenge", "Challenge data for MD5/RSA"),
    16: ("auth.md5", "MD5 challenge result"), 17: ("auth.rsa", "RSA challenge result"), 22: ("cause", "Cause"),
}  # fmt: skip


class IAX2(Layer):
    """One frame."""

    name, label, column = "iax2", "Inter-Asterisk eXchange v2", "IAX2"
    binds = {"udp.port": (4569,)}

    packet = Field("iax2.packet_type", "Packet type", UINT8, names=PACKETS)
    call = u16(None, "iax2.src_call", "Source call", mask=0x7FFF)
    peer_word = u16(None, "", "Destination")
    peer = u16(None, "iax2.dst_call", "Destination call", mask=0x7FFF, within=peer_word)
    again = flag(None, "iax2.retransmission", "Retransmission", 0x8000, within=peer_word)
    time_32 = u32(None, "iax2.timestamp", "Timestamp")
    time_16 = Field("iax2.timestamp", "Timestamp", UINT32, size=2)
    sent = Field("iax2.oseqno", "Outbound seq.no.", u16(None, "", "").type, size=1)
    received = Field("iax2.iseqno", "Inbound seq.no.", u16(None, "", "").type, size=1)
    type = u8(None, "iax2.type", "Type", names=TYPES)
    command = u8(None, "iax2.iax.subclass", "IAX subclass", names=COMMANDS)
    control = u8(None, "iax2.control.subclass", "Control subclass", names=CONTROLS)
    voice = u8(None, "iax2.voice.subclass", "Voice Subclass (compressed codec no)")
    digit = Field("iax2.dtmf.subclass", "DTMF subclass (digit)", STRING, size=1)
    subclass = u8(None, "iax2.subclass", "Unknown subclass")
    element = group("", "Information Element")
    element_type, element_length = u8(None, "", "Type"), u8(None, "", "Length")
    texts = {k: Field(f"iax2.iax.{name}", label, STRING) for k, (name, label) in TEXTS.items()}
    text_fields = tuple(texts.values())
    version = u16(None, "iax2.iax.version", "Protocol version")
    address = ipv4(None, "iax2.iax.app_addr.sinaddr", "Address")
    other = raw(None, "", "Data")
    reaches = ("data",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if not c.peek(1) & FULL:
            cls._mini(c)
            return
        c.derived(cls.packet, 1)
        call = c.add(cls.call)
        c.add(cls.peer_word)
        time = c.add(cls.time_32)
        c.add(cls.sent)
        c.add(cls.received)
        kind, sub = c.add(cls.type), c.peek(1)
        names = {IAX: COMMANDS, CONTROL: CONTROLS}.get(kind, {})
        said = names.get(sub & 0x7F, str(sub))
        c.info(f"{TYPES.get(kind, 'Unknown')}, source call# {call}, timestamp {time}ms {said}")
        c.add({IAX: cls.command, CONTROL: cls.control, VOICE: cls.voice, DTMF: cls.digit}.get(kind, cls.subclass))
        if kind == IAX:
            while c.remaining >= 2:
                with c.group(cls.element, 2 + c.peek(1, 1)) as c:
                    cls._element(c)
        c.rest(cls.other)

    @classmethod
    def _element(cls, c: Cursor) -> None:
        kind, size = c.add(cls.element_type), c.add(cls.element_length)
        if kind in cls.texts:
            c.add(cls.texts[kind], size)
        elif kind == 11 and size == 2:
            c.add(cls.version)
        c.rest(cls.other)

    @classmethod
    def _mini(cls, c: Cursor) -> None:
        call = c.peek(2)
        c.derived(cls.packet, 0 if call else 3)
        if call:
            c.add(cls.call)
            c.info(f"Mini packet, source call# {call}, timestamp {c.add(cls.time_16)}ms")
            if c.remaining:
                c.child("data")
        c.rest(cls.other)
