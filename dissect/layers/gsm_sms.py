"""Short messages (3GPP TS 23.040): what a transfer says above the relay, in MAP and in GSM's own signalling.

    +-+-+-+-+-+-+---+
    |R|U|S|V F|M|MTI|   then by type: reference, address (digits, kind, TBCD), PID, DCS, time, length and text
    +-+-+-+-+-+-+---+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT16, Field, bits, flag, group, raw, string, u8
from dissect.engine.layer import Layer
from dissect.layers.gsm_map import country_of, septets, tbcd

DELIVER, SUBMIT, STATUS = 0, 1, 2
TYPES = {DELIVER: "SMS-DELIVER", SUBMIT: "SMS-SUBMIT", STATUS: "SMS-STATUS REPORT or SMS-COMMAND"}
SIZES = {0: 0, 1: 7, 2: 1, 3: 7}  # of how long a message is to be kept, by its format
TWO_OCTETS = 0x08  # the alphabet of 16 bits


class GSMSMS(Layer):
    """A transfer protocol data unit."""

    name, label, column = "gsm_sms", "GSM SMS TPDU (GSM 03.40)", "GSM SMS"

    first = u8(0, "", "First octet", HEX)
    type = u8(0, "gsm_sms.tp-mti", "TP-MTI", mask=0x03, names=TYPES)
    headed = flag(0, "gsm_sms.tp-udhi", "TP-UDHI", 0x40)
    reply = flag(0, "gsm_sms.tp-rp", "TP-RP", 0x80, when=lambda h: h.type < STATUS)
    more = flag(0, "gsm_sms.tp-mms", "TP-MMS", 0x04, when=lambda h: h.type != SUBMIT)
    loop = flag(0, "gsm_sms.tp-lp", "TP-LP", 0x08, when=lambda h: h.type != SUBMIT)
    wanted = flag(0, "gsm_sms.tp-sri", "TP-SRI", 0x20, when=lambda h: h.type == DELIVER)
    report = flag(0, "gsm_sms.tp-srr", "TP-SRR", 0x20, when=lambda h: h.type == SUBMIT)
    keep = u8(0, "gsm_sms.tp-vpf", "TP-VPF", mask=0x18, when=lambda h: h.type == SUBMIT)
    double = flag(0, "gsm_sms.tp-rd", "TP-RD", 0x04, when=lambda h: h.type == SUBMIT)
    reference = u8(None, "gsm_sms.tp-mr", "TP-MR")
    address, count = group("", "Address"), u8(None, "gsm_sms.dis_field_addr.length", "Length")
    kind = u8(None, "", "Kind", HEX)
    kind_bits = bits(kind, "gsm_sms.dis_field_addr", ("extension", "Extension", 0x80))
    number_type = u8(None, "gsm_sms.dis_field_addr.num_type", "Type of number", mask=0x70, within=kind)
    number_plan = u8(None, "gsm_sms.dis_field_addr.num_plan", "Numbering plan", mask=0x0F, within=kind)
    origin, target = string(None, "gsm_sms.tp-oa", "TP-OA Digits"), string(None, "gsm_sms.tp-da", "TP-DA Digits")
    msisdn, country = string(None, "e164.msisdn", "E.164 number (MSISDN)"), Field("e164.country_code", "Country Code", UINT16)
    pid, coding = u8(None, "gsm_sms.tp-pid", "TP-PID"), u8(None, "gsm_sms.tp-dcs", "TP-DCS")
    time, kept = raw(None, "", "Time", size=7), raw(None, "", "Validity")
    size_of = u8(None, "gsm_sms.tp.user_data_length", "TP-User-Data-Length")
    text = string(None, "gsm_sms.sms_text", "SMS text")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.type in (SUBMIT, STATUS):
            c.add(cls.reference)
        if h.type in (DELIVER, SUBMIT) and c.remaining > 2:
            cls._address(c, h.type == DELIVER)
            c.add(cls.pid)
            coding = c.add(cls.coding)
            if h.type == DELIVER:
                c.add(cls.time)
            elif SIZES[h.keep]:
                c.add(cls.kept, SIZES[h.keep])
            size = c.add(cls.size_of)
            if c.remaining and not h.headed:
                cls._said(c, coding, size)
        c.rest(cls.other)

    @classmethod
    def _address(cls, c: Cursor, origin: bool) -> None:
        """Who sent it, or is to have it."""
        digits = c.peek(1)
        with c.group(cls.address, 2 + (digits + 1) // 2) as c:
            c.add(cls.count)
            kind = c.add(cls.kind)
            octets = c.peek_bytes(c.remaining)
            named = kind >> 4 & 7 == 5
            text = septets(octets) if named else tbcd(octets)
            c.add(cls.origin if origin else cls.target, c.remaining, value=text)
            country = country_of(text) if kind & 0x7F == 0x11 else None
            if country is not None:
                c.derived(cls.msisdn, text)
                c.derived(cls.country, country)

    @classmethod
    def _said(cls, c: Cursor, coding: int, size: int) -> None:
        octets = c.peek_bytes(c.remaining)
        alphabet = coding & 0x0C if coding < 0x40 else 0 if coding < 0xE0 else coding & 0x04
        if alphabet == TWO_OCTETS:
            c.add(cls.text, c.remaining, value=octets.decode("utf-16-be", "replace"))
        elif alphabet == 0:
            c.add(cls.text, c.remaining, value=septets(octets)[:size])
