"""Kerberos's tokens of GSS-API (RFC 1964, RFC 4121), as SPNEGO and DCE/RPC carry them.

    [APPLICATION 0] { OBJECT IDENTIFIER, token id (16 bits), AP-REQ, AP-REP, KRB-ERROR or the octets of a check }
    +-----------------+--------+--------+-----------------+-----------------+
    |  05 04 (04 04)  | flags  |   FF   |   extra count   | rotation count  |  and a sequence number of 64 bits
    +-----------------+--------+--------+-----------------+-----------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, Field, flag, raw, u8, u16, u64
from dissect.engine.layer import Layer
from dissect.engine.values import oid_text
from dissect.layers import ber

TOKENS = {
    0x0100: "KRB5_AP_REQ", 0x0200: "KRB5_AP_REP", 0x0300: "KRB5_ERROR", 0x0101: "KRB5_GSS_GetMIC",
    0x0102: "KRB5_GSS_Delete_sec_context", 0x0201: "KRB5_GSS_Wrap", 0x0404: "KRB_TOKEN_CFX_GetMic",
    0x0405: "KRB_TOKEN_CFX_WRAP",
}  # fmt: skip
ALGORITHMS = {0x0000: "DES_MAC_MD5", 0x0100: "MD2.5", 0x0200: "DES_MAC", 0x0400: "HMAC SHA1 DES3-KD", 0x1100: "HMAC"}
SEALS = {0x0000: "DES CBC", 0x0200: "DES3-KD", 0x1000: "RC4", 0xFFFF: "None"}
MESSAGES = frozenset({0x6E, 0x6F, 0x7E})  # AP-REQ, AP-REP, KRB-ERROR
OLD_MIC, OLD_WRAP, MIC, WRAP = 0x0101, 0x0102, 0x0404, 0x0405
FIRST, INTEGRITY = 0x60, 0x0101


def is_token(octets: bytes) -> bool:
    """Whether octets are a token without a mechanism in front, or a message of Kerberos."""
    return bool(octets) and (octets[0] in MESSAGES or octets[:2] in (b"\4\4", b"\5\4"))


class Krb5Token(Layer):
    """One token."""

    name, label = "spnego-krb5", "SPNEGO-KRB5"
    reaches = ("kerberos", "spnego-krb5")

    blob = raw(None, "spnego.krb5.blob", "krb5_blob")
    mechanism = Field("spnego.krb5_oid", "KRB5 OID", STRING)
    token = u16(None, "spnego.krb5.tok_id", "krb5_tok_id", HEX, names=TOKENS, little=True)
    cfx_flags = u8(None, "spnego.krb5.cfx_flags", "krb5_cfx_flags", HEX)
    subkey = flag(None, "spnego.krb5.acceptor_subkey", "AcceptorSubkey", 0x04, within=cfx_flags)
    sealed = flag(None, "spnego.krb5.sealed", "Sealed", 0x02, within=cfx_flags)
    acceptor = flag(None, "spnego.krb5.send_by_acceptor", "SendByAcceptor", 0x01, within=cfx_flags)
    filler = raw(None, "spnego.krb5.filler", "krb5_filler")
    extra = u16(None, "spnego.krb5.cfx_ec", "krb5_cfx_ec")
    rotation = u16(None, "spnego.krb5.cfx_rrc", "krb5_cfx_rrc")
    number = u64(None, "spnego.krb5.cfx_seq", "krb5_cfx_seq")
    algorithm = u16(None, "spnego.krb5.sgn_alg", "krb5_sgn_alg", HEX, names=ALGORITHMS, little=True)
    seal = u16(None, "spnego.krb5.seal_alg", "krb5_seal_alg", HEX, names=SEALS, little=True)
    sequence = raw(None, "spnego.krb5.snd_seq", "krb5_snd_seq")
    checksum = raw(None, "spnego.krb5.sgn_cksum", "krb5_sgn_cksum")
    confounder = raw(None, "spnego.krb5.confounder", "krb5_confounder")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        outer = c.h.outer_header
        if outer is not None and outer.layer.name == "gss-api" and c.peek(1) != FIRST:
            c.child("spnego-krb5")  # what proves a message goes through here twice in Wireshark
            return
        with c.group(cls.blob, c.remaining) as c:
            if c.peek(1) == FIRST:
                with ber.inside(c) as c:
                    ber.take(c, cls.mechanism, oid_text(ber.octets_of(c)))
                    cls._token(c)
            elif c.peek(1) in MESSAGES:
                c.child("kerberos", listed=False)
            else:
                cls._token(c)
            c.rest(cls.other)

    @classmethod
    def _token(cls, c: Cursor) -> None:
        kind = c.add(cls.token)
        if c.remaining and c.peek(1) in MESSAGES:
            c.child("kerberos", listed=False)
        elif kind in (MIC, WRAP):
            c.add(cls.cfx_flags)
            if kind == WRAP:
                c.add(cls.filler, 1)
                c.add(cls.extra)
                c.add(cls.rotation)
            else:
                c.add(cls.filler, 5)
            c.add(cls.number)
            if c.remaining:
                c.add(cls.checksum, c.remaining)
        elif kind in (OLD_MIC, 0x0102, 0x0201):
            c.add(cls.algorithm)
            if kind == INTEGRITY:
                c.add(cls.filler, 4)
            else:
                c.add(cls.seal)
                c.add(cls.filler, 2)
            c.add(cls.sequence, 8)
            c.add(cls.checksum, 8)
            if kind != INTEGRITY and c.remaining >= 8:
                c.add(cls.confounder, 8)
