"""What EAP's methods say (RFC 3748): TLS in all its coats (RFC 5216, 5281, 4851), SIM and AKA (RFC 4186, 4187), LEAP,
MS-CHAP-v2, expanded types.

TLS: flags (1), total length (4, with flag 0x80), then TLS records; only messages of one packet are opened here.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, CHAR, HEX, Field, flag, raw, string, u8, u16, u24, u32

AKA_SUBTYPES = {
    1: "AKA-Challenge", 2: "AKA-Authentication-Reject", 4: "AKA-Synchronization-Failure", 5: "AKA-Identity",
    10: "Start", 11: "Challenge", 12: "Notification", 13: "Reauthentication", 14: "Client-Error",
}  # fmt: skip
ATTRIBUTES = {
    1: "AT_RAND", 2: "AT_AUTN", 3: "AT_RES", 4: "AT_AUTS", 6: "AT_PADDING", 7: "AT_NONCE_MT",
    10: "AT_PERMANENT_ID_REQ", 11: "AT_MAC", 12: "AT_NOTIFICATION", 13: "AT_ANY_ID_REQ", 14: "AT_IDENTITY",
    15: "AT_VERSION_LIST", 16: "AT_SELECTED_VERSION", 17: "AT_FULLAUTH_ID_REQ", 19: "AT_COUNTER",
    20: "AT_COUNTER_TOO_SMALL", 21: "AT_NONCE_S", 22: "AT_CLIENT_ERROR_CODE", 23: "AT_KDF_INPUT", 24: "AT_KDF",
    129: "AT_IV", 130: "AT_ENCR_DATA", 132: "AT_NEXT_PSEUDONYM", 133: "AT_NEXT_REAUTH_ID", 134: "AT_CHECKCODE",
    135: "AT_RESULT_IND", 136: "AT_BIDDING",
}  # fmt: skip
OPCODES = {1: "Challenge", 2: "Response", 3: "Success", 4: "Failure", 7: "Change-Password"}
IDENTITIES = {
    0x30: "EAP-AKA Permanent", 0x31: "EAP-SIM Permanent", 0x32: "EAP-AKA Pseudonym", 0x33: "EAP-SIM Pseudonym",
    0x34: "EAP-AKA Reauth ID", 0x35: "EAP-SIM Reauth ID", 0x36: "EAP-AKA Prime Permanent",
    0x37: "EAP-AKA Prime Pseudonym", 0x38: "EAP-AKA Prime Reauth ID",
}  # fmt: skip
NOTIFICATION, IDENTITY, CLIENT_ERROR = 12, 14, 22

tls_flags = u8(None, "eap.tls.flags", "EAP-TLS Flags", HEX)
tls_bits = (
    flag(None, "eap.tls.flags.len_included", "Length Included", 0x80, within=tls_flags),
    flag(None, "eap.tls.flags.more_fragments", "More Fragments", 0x40, within=tls_flags),
    flag(None, "eap.tls.flags.start", "Start", 0x20, within=tls_flags),
)
tls_version = u8(None, "eap.tls.flags.version", "Version", mask=0x07)
tls_length = u32(None, "eap.tls.len", "EAP-TLS Length")
fast_type = u16(None, "eap.fast.type", "EAP-FAST Type")
fast_length = u16(None, "eap.fast.length", "EAP-FAST Length")
fast_data = raw(None, "eap.data", "EAP Data")
authority = raw(None, "eap.fast.authority_id_data", "Authority ID Data")

leap_version = u8(None, "eap.leap.version", "EAP-LEAP Version")
leap_reserved = u8(None, "eap.leap.reserved", "EAP-LEAP Reserved", HEX)
leap_count = u8(None, "eap.leap.count", "EAP-LEAP Count")
leap_data = raw(None, "eap.leap.data", "EAP-LEAP Data")
leap_name = string(None, "eap.leap.name", "EAP-LEAP Name")

chap_opcode = u8(None, "eap.ms_chap_v2.opcode", "EAP-MS-CHAP-v2 OpCode", names=OPCODES)
chap_id = u8(None, "eap.ms_chap_v2.id", "EAP-MS-CHAP-v2 Id")
chap_length = u16(None, "eap.ms_chap_v2.length", "EAP-MS-CHAP-v2 Length")
chap_size = u8(None, "eap.ms_chap_v2.value_size", "EAP-MS-CHAP-v2 Value-Size")
chap_challenge = raw(None, "eap.ms_chap_v2.challenge", "EAP-MS-CHAP-v2 Challenge")
chap_name = string(None, "eap.ms_chap_v2.name", "EAP-MS-CHAP-v2 Name")
chap_peer = raw(None, "eap.ms_chap_v2.peer_challenge", "EAP-MS-CHAP-v2 Peer-Challenge", size=16)
chap_reserved = raw(None, "eap.ms_chap_v2.reserved", "EAP-MS-CHAP-v2 Reserved", size=8)
chap_response = raw(None, "eap.ms_chap_v2.nt_response", "EAP-MS-CHAP-v2 NT-Response", size=24)
chap_flags = u8(None, "eap.ms_chap_v2.flags", "EAP-MS-CHAP-v2 Flags", HEX)
chap_message = string(None, "eap.ms_chap_v2.message", "EAP-MS-CHAP-v2 Message")

prefix = Field("eap.identity.prefix", "Identity Prefix", CHAR)
identity_type = string(None, "eap.identity.type", "Identity Type")
identity_full = string(None, "eap.identity.full", "Identity (Full)")
identity = string(None, "eap.identity", "Identity")
actual = u16(None, "eap.identity.actual_len", "Identity Actual Length")
identity_padding = Field("eap.identity.padding", "Padding", BYTES)

ext_vendor = u24(None, "eap.ext.vendor_id", "EAP-EXT Vendor Id", HEX)
ext_type = u32(None, "eap.ext.vendor_type", "EAP-EXT Vendor Type", HEX)



class Attributes:
    """The fields of SIM's or AKA's attributes; both are made alike."""

    def __init__(self, name: str, label: str) -> None:
        self.subtype = u8(None, f"eap.{name}.subtype", f"{label} Subtype", names=AKA_SUBTYPES)
        self.reserved = u16(None, f"eap.{name}.reserved", f"{label} Reserved", HEX)
        self.attribute = u8(None, f"eap.{name}.subtype.attribute", f"{label} Attribute", names=ATTRIBUTES)
        self.type = u8(None, f"eap.{name}.subtype.type", f"{label} Type", names=ATTRIBUTES)
        self.length = u8(None, f"eap.{name}.subtype.len", f"{label} Length")
        self.notification = u16(None, f"eap.{name}.notification_type", f"{label} Notification Type")
        self.error = u16(None, f"eap.{name}.error_code", f"{label} Error Code")
        self.value = raw(None, f"eap.{name}.subtype.value", f"{label} Value")
        self.fields = (
            self.subtype, self.reserved, self.attribute, self.type, self.length, self.notification, self.error, self.value,
        )  # fmt: skip

    def read(self, c: Cursor) -> None:
        """A subtype, then attributes whose lengths count four octets."""
        c.add(self.subtype)
        if c.remaining < 2:
            return
        c.add(self.reserved)
        while c.remaining >= 2:
            size = 4 * c.peek(1, 1)
            if not size:
                break
            with c.group(self.attribute, min(size, c.remaining), value=c.peek(1)):
                kind = c.add(self.type)
                c.add(self.length)
                if kind == NOTIFICATION and c.remaining >= 2:
                    c.add(self.notification)
                elif kind == CLIENT_ERROR and c.remaining >= 2:
                    c.add(self.error)
                elif kind == IDENTITY and c.remaining >= 2:
                    size = min(c.add(actual), c.remaining)
                    if size:
                        c.add(identity, size)
                    c.rest(identity_padding)
                else:
                    c.rest(self.value)


SIM, AKA = Attributes("sim", "EAP-SIM"), Attributes("aka", "EAP-AKA")

FIELDS: tuple[Field, ...] = (
    tls_flags, *tls_bits, tls_version, tls_length, fast_type, fast_length, fast_data, authority, leap_version,
    leap_reserved, leap_count, leap_data, leap_name, chap_opcode, chap_id, chap_length, chap_size, chap_challenge,
    chap_name, chap_peer, chap_reserved, chap_response, chap_flags, chap_message, prefix, identity_type, identity_full,
    identity, actual, identity_padding, ext_vendor, ext_type, *SIM.fields, *AKA.fields,
)  # fmt: skip


def _who(c: Cursor) -> None:
    """An identity; of subscribers (3GPP TS 23.003, clause 19.3) with what its first digit says."""
    text = c.peek_bytes(c.remaining)
    if text[:1].isdigit() and b".3gppnetwork.org" in text:
        first = c.add(prefix)
        c.derived(identity_type, IDENTITIES.get(first, "Unknown"))
        c.rest(identity_full)
    else:
        c.rest(identity)


def _tls(versioned: bool) -> Callable[[Cursor], None]:
    def read(c: Cursor) -> None:
        word = c.add(tls_flags)
        if versioned:
            c.derived(tls_version, word & 7)
        total = c.add(tls_length) if word & 0x80 else c.remaining
        if not c.remaining:
            return
        if word & 0x20:
            _start(c)
        elif word & 0x40 or total != c.remaining or c.peek(1) not in range(20, 24):
            c.skip(c.remaining)
        else:
            c.child("tls")

    return read


def _start(c: Cursor) -> None:
    """EAP-FAST begins with who the server is (RFC 4851, section 4.1.1)."""
    if c.remaining < 4:
        return
    c.add(fast_type)
    size = min(c.add(fast_length), c.remaining)
    if size:
        known = c.peek_bytes(size)
        c.add(fast_data, size)
        c.derived(authority, known)


def _leap(c: Cursor) -> None:
    c.add(leap_version)
    c.add(leap_reserved)
    c.add(leap_data, c.add(leap_count))
    c.rest(leap_name)
    c.note("warn", "Security", "Vulnerable to dictionary attacks", "eap.dictionary_attacks")


def _chap(c: Cursor) -> None:
    opcode = c.add(chap_opcode)
    if not c.remaining:
        return
    c.add(chap_id)
    c.add(chap_length)
    if opcode == 1:
        c.add(chap_challenge, c.add(chap_size))
        c.rest(chap_name)
    elif opcode == 2:
        size = c.add(chap_size)
        if size == 49:
            for field in (chap_peer, chap_reserved, chap_response, chap_flags):
                c.add(field)
        elif size:
            c.skip(min(size, c.remaining))
        c.rest(chap_name)
    elif opcode in (3, 4):
        c.rest(chap_message)


def _expanded(c: Cursor) -> None:
    c.add(ext_vendor)
    c.add(ext_type)


READERS: dict[int, Callable[[Cursor], None]] = {
    1: _who, 13: _tls(False), 17: _leap, 18: SIM.read, 21: _tls(True), 23: AKA.read, 25: _tls(True), 26: _chap,
    43: _tls(True), 50: AKA.read, 254: _expanded,
}  # fmt: skip
