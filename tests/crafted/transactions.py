"""TCAP above SCCP: dialogues of GSM MAP, CAMEL and INAP, with and without lengths."""

from __future__ import annotations

LAYERS, LINK = ("tcap", "gsm_map", "camel", "inap", "gsm_sms"), 142


def tlv(tag: str, *inside: bytes) -> bytes:
    """An element of BER."""
    octets = b"".join(inside)
    return bytes.fromhex(tag) + bytes([len(octets)] if len(octets) < 128 else [0x81, len(octets)]) + octets


def udt(called: int, calling: int, said: bytes) -> bytes:
    """A message of SCCP between two subsystems."""
    return bytes([9, 0x80, 3, 5, 7, 2, 0x42, called, 2, 0x42, calling, len(said)]) + said


X = bytes.fromhex
AARQ = tlv("6b", tlv("28", X("060700118605010101"), tlv("a0", tlv("60", X("80020780"), tlv("a1", X("060704000001001403"))))))
AARE = tlv("6b", tlv("28", X("060700118605010101"), tlv("a0", tlv("61", X("80020780"), tlv("a1", X("060704000001001403")), tlv("a2", X("020100")), tlv("a3", tlv("a1", X("020100")))))))
ISDN = X("919471060013f2")
SRI = tlv("30", tlv("80", ISDN), X("8101ff"), tlv("82", ISDN))
IMSI = X("0408 52 50 10 21 43 65 87 f9")
PACKETS = [
    udt(6, 8, tlv("62", X("480401020304"), AARQ, tlv("6c", tlv("a1", X("020101"), X("02012d"), SRI)))),
    udt(8, 6, tlv("64", X("490401020304"), AARE, tlv("6c", tlv("a2", X("020101"), tlv("30", X("02012d"), tlv("30", IMSI, tlv("a0", tlv("81", ISDN)))))))),
    udt(6, 7, tlv("62", X("480401020305"), tlv("6c", tlv("a1", X("020102"), X("020102"), tlv("30", IMSI, tlv("81", ISDN), tlv("04", ISDN)))))),
    udt(7, 6, tlv("65", X("480405020305"), X("490401020305"), tlv("6c", tlv("a1", X("020103"), X("020107"), tlv("30", tlv("82", ISDN)))))),
    udt(6, 7, tlv("64", X("490405020305"), tlv("6c", tlv("a3", X("020103"), X("020122"))))),
    udt(6, 7, tlv("67", X("490405020305"), X("4a0101"))),
    udt(6, 7, tlv("64", X("490405020305"), tlv("6c", tlv("a4", X("020103"), X("810102"))))),
    udt(6, 8, tlv("62", X("480401020306"), tlv("6c", tlv("a1", X("020101"), X("02013b"), tlv("30", X("04010f"), X("0405aa180da682")))))),
    udt(8, 6, tlv("62", X("480401020306"), tlv("6c", tlv("a1", X("020101"), X("02012c"), tlv("30", tlv("80", IMSI[2:]), tlv("84", ISDN), X("0405aa180da682")))))),
    udt(146, 146, tlv("62", X("480401020307"), tlv("6c", tlv("a1", X("020101"), X("020100"), tlv("30", X("800101")))))),
    udt(106, 106, tlv("62", X("480401020307"), tlv("6c", tlv("a1", X("020101"), X("020100"), tlv("30", X("800101")))))),
    udt(10, 10, tlv("62", X("480401020307"), tlv("6c", tlv("a1", X("020101"), X("020100"), tlv("30", X("800101")))))),
    udt(6, 8, b"\x62\x80" + X("480401020304") + AARQ + b"\x6c\x80" + b"\xa1\x80" + X("020101") + X("02012d") + SRI + bytes(6)),
    udt(8, 6, tlv("62", X("480401020306"), tlv("6c", tlv("a1", X("020101"), X("02012c"), tlv("30", tlv("80", IMSI[2:]), tlv("84", ISDN), tlv("04", X("040b919471060013f20000 11 40 80 31 52 34 80 05 e8329bfd06"))))))),
    udt(8, 6, tlv("62", X("480401020306"), tlv("6b", tlv("28", X("060700118605010101"), tlv("a0", tlv("60", X("80020780"), tlv("a1", X("060704000001001503")))))), tlv("6c", tlv("a1", X("020101"), X("02012e"), tlv("30", tlv("84", ISDN), tlv("82", ISDN), tlv("04", X("1101 0b919471060013f20000 a7 05 e8329bfd06"))))))),
]  # fmt: skip
