"""OSI above COTP: session, presentation, ACSE, and MMS in them."""

from __future__ import annotations

from tests.crafted.frames import Talk
from tests.crafted.transactions import tlv

LAYERS = ("ses", "pres", "acse", "mms")
X = bytes.fromhex


def tpkt(tpdu: bytes) -> bytes:
    """A TPDU in TPKT."""
    return bytes([3, 0]) + (len(tpdu) + 4).to_bytes(2, "big") + tpdu


def dt(said: bytes) -> bytes:
    """Data of COTP."""
    return tpkt(X("02f080") + said)


def data(pdu: bytes) -> bytes:
    """A PDU of MMS in a presentation context, behind session"s tokens."""
    return dt(X("01000100") + tlv("61", tlv("30", X("020103"), tlv("a0", pdu))))


def asks(number: int, service: bytes) -> bytes:
    """A confirmed request."""
    return tlv("a0", X("0201"), bytes([number]), service)


def answers(number: int, service: bytes) -> bytes:
    """Its response."""
    return tlv("a1", X("0201"), bytes([number]), service)


CN = X("0db205061301001601021402000233020001340200 01c19c318199a003800101a28191810400000001820400000001a423300f0201010604520100013004060251013010020103060528ca220201300406025101615e305c020101a0576055a107060528ca220203a20706052901876701a30302010ca606060429018767a70302010cbe2f282d020103a028a826800300fde881010a82010a830105a416800101810305f100820c03ee1c00000408000079ef18")
INIT = tlv("a9", X("800300fde8 810105 820105 830105"), tlv("a4", X("800101 810305f100 820c03ee1c00000408000079ef18")))
AARE = tlv("61", X("a107060528ca220203"), X("a203020100"), X("a305a103020100"), X("a40706052901876702"), X("a50302010c"), tlv("be", tlv("28", X("020103"), tlv("a0", INIT))))
CPA = tlv("31", X("a003800101"), tlv("a2", X("830400000001"), X("a512300780010081025101300780010081025101"), tlv("61", tlv("30", X("020101"), tlv("a0", AARE)))))
ITEM = X("05061301001601021402000233020001340200 01c1")
ACCEPTED = ITEM + bytes([len(CPA)]) + CPA
AC = bytes([0x0E, len(ACCEPTED)]) + ACCEPTED
VAR = tlv("30", tlv("a0", tlv("a1", tlv("1a", b"LD0"), tlv("1a", b"GGIO1$ST$Ind1$stVal"))))
MESSAGES = [
    (0, asks(1, tlv("a1", tlv("a0", X("800109")), tlv("a1", X("8000"))))),
    (1, answers(1, tlv("a1", tlv("a0", tlv("1a", b"LD0")), X("810100")))),
    (0, asks(2, tlv("a4", tlv("a1", tlv("a0", VAR))))),
    (1, answers(2, tlv("a4", tlv("a1", X("830101"), X("8501f6"), X("870508 3f800000"), tlv("a2", X("830100"), X("84030300 00"), X("9108 1122334455667788")), tlv("8a", b"text"), X("86020102"), X("800103"))))),
    (0, asks(3, tlv("a5", tlv("a0", VAR), tlv("a0", X("830101"))))),
    (1, answers(3, tlv("a5", X("8100")))),
    (0, asks(4, X("8200"))),
    (1, answers(4, tlv("a2", tlv("80", b"vendor"), tlv("81", b"model"), tlv("82", b"1.0")))),
    (0, asks(5, tlv("a6", tlv("a0", tlv("a1", tlv("1a", b"LD0"), tlv("1a", b"GGIO1")))))),
    (1, answers(5, tlv("a6", X("800100"), tlv("a2", tlv("a2", tlv("a1", tlv("30", tlv("80", b"Mod"), tlv("a1", X("850108"))))))))),
    (1, tlv("a2", X("800106"), tlv("a2", tlv("a0", X("870102"))))),
    (1, tlv("a3", tlv("a0", tlv("a1", tlv("80", b"RPT")), tlv("a0", tlv("8a", b"rpt"), X("84030778 80"))))),
    (0, X("8b00")),
    (1, X("8c00")),
    (0, asks(9, tlv("bf48", tlv("a0", tlv("19", b"a.txt")), X("810100")))),
    (1, answers(9, tlv("bf48", X("800101"), tlv("a1", X("800110"), tlv("81", b"20200101000000Z"))))),
    (0, tlv("a4", X("800101"), X("810100"))),
    (0, asks(7, tlv("ac", tlv("a1", tlv("1a", b"LD0"), tlv("1a", b"LLN0$ds"))))),
    (1, answers(7, tlv("ac", X("800100"), tlv("a1", VAR)))),
]  # fmt: skip


def conversation() -> list[bytes]:
    """A connection, all services, its end."""
    talk = Talk(45000, 102)
    talk.asks(tpkt(X("11e00000000100c1020000c2020001c0010a")))
    talk.answers(tpkt(X("11d00001000100c0010ac1020000c2020001")))
    talk.asks(dt(CN))
    talk.answers(dt(AC))
    for side, said in MESSAGES:
        (talk.answers if side else talk.asks)(data(said))
    talk.asks(dt(X("0910c10e") + tlv("61", tlv("30", X("020101"), tlv("a0", tlv("62", X("800100")))))))
    talk.answers(dt(X("0a10c10e") + tlv("61", tlv("30", X("020101"), tlv("a0", tlv("63", X("800100")))))))
    talk.asks(dt(X("1903110101")))
    return talk.packets


PACKETS = conversation()
