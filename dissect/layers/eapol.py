"""EAP over LAN (IEEE 802.1X-2010, clause 11) with the key frames of IEEE 802.11 (clause 12.7.2), and EAP (RFC 3748).

     0       7 8      15 16             31
    +---------+---------+-----------------+
    | version |  type   |     length      |   EAPOL
    +---------+---------+-----------------+
    |  code   |   id    |     length      |   EAP; requests and responses go on with a type
    +---------+---------+-----------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, raw, string, u8, u16, u64, where
from dissect.engine.layer import Layer
from dissect.layers import eap_methods
from dissect.layers.wlan_elements import Elements

VERSIONS = {1: "802.1X-2001", 2: "802.1X-2004", 3: "802.1X-2010"}
TYPES = {
    0: "EAP Packet", 1: "Start", 2: "Logoff", 3: "Key", 4: "Encapsulated ASF Alert", 5: "MKA", 6: "Announcement (Generic)",
    7: "Announcement (Specific)", 8: "Announcement Request",
}  # fmt: skip
DESCRIPTORS = {1: "RC4 Descriptor", 2: "EAPOL RSN Key", 254: "EAPOL WPA Key"}
KEY_VERSIONS = {
    0: "Unknown", 1: "RC4 Cipher, HMAC-MD5 MIC", 2: "AES Cipher, HMAC-SHA1 MIC", 3: "AES Cipher, AES-128-CMAC MIC",
}  # fmt: skip


class EAPOL(Layer):
    """An EAPOL frame."""

    name, label, column = "eapol", "802.1X Authentication", "EAPOL"
    binds = {"ethertype": (0x888E, 0x88C7)}

    version = u8(0, "eapol.version", "Version", names=VERSIONS)
    type = u8(1, "eapol.type", "Type", names=TYPES)
    len = u16(2, "eapol.len", "Length", unit="bytes")

    key_type = u8(None, "eapol.keydes.type", "Key Descriptor Type", names=DESCRIPTORS)
    key_len = u16(None, "eapol.keydes.key_len", "Key Length", unit="bytes")
    replay = u64(None, "eapol.keydes.replay_counter", "Replay Counter")
    iv = raw(None, "eapol.keydes.key_iv", "Key IV", size=16)
    index = u8(None, "eapol.keydes.key_index", "Key Index", HEX)
    index_type = flag(None, "eapol.keydes.key_index.type", "Type", 0x80, within=index)
    index_number = u8(None, "eapol.keydes.key_index.number", "Number", mask=0x7F, within=index)
    signature = raw(None, "eapol.keydes.key_signature", "Key Signature", size=16)
    key = raw(None, "eapol.keydes.key", "Key")
    body = raw(None, "eapol.keydes.body", "Key Descriptor Body")
    message = u8(None, "wlan_rsna_eapol.keydes.msgnr", "Message number")
    key_info = u16(None, "wlan_rsna_eapol.keydes.key_info", "Key Information", HEX)
    key_version = u16(None, "wlan_rsna_eapol.keydes.key_info.keydes_version", "Key Descriptor Version", mask=0x0007,
                      names=KEY_VERSIONS, within=key_info)
    pairwise = flag(None, "wlan_rsna_eapol.keydes.key_info.key_type", "Key Type", 0x0008, within=key_info)
    info_index = u16(None, "wlan_rsna_eapol.keydes.key_info.key_index", "Key Index", mask=0x0030, within=key_info)
    install = flag(None, "wlan_rsna_eapol.keydes.key_info.install", "Install", 0x0040, within=key_info)
    ack = flag(None, "wlan_rsna_eapol.keydes.key_info.key_ack", "Key ACK", 0x0080, within=key_info)
    has_mic = flag(None, "wlan_rsna_eapol.keydes.key_info.key_mic", "Key MIC", 0x0100, within=key_info)
    secure = flag(None, "wlan_rsna_eapol.keydes.key_info.secure", "Secure", 0x0200, within=key_info)
    error = flag(None, "wlan_rsna_eapol.keydes.key_info.error", "Error", 0x0400, within=key_info)
    request = flag(None, "wlan_rsna_eapol.keydes.key_info.request", "Request", 0x0800, within=key_info)
    encrypted = flag(None, "wlan_rsna_eapol.keydes.key_info.encrypted_key_data", "Encrypted Key Data", 0x1000,
                     within=key_info)
    smk = flag(None, "wlan_rsna_eapol.keydes.key_info.smk_message", "SMK Message", 0x2000, within=key_info)
    nonce = raw(None, "wlan_rsna_eapol.keydes.nonce", "WPA Key Nonce", size=32)
    rsc = raw(None, "wlan_rsna_eapol.keydes.rsc", "WPA Key RSC", size=8)
    key_id = raw(None, "wlan_rsna_eapol.keydes.id", "WPA Key ID", size=8)
    mic = raw(None, "wlan_rsna_eapol.keydes.mic", "WPA Key MIC", size=16)
    data_len = u16(None, "wlan_rsna_eapol.keydes.data_len", "WPA Key Data Length", unit="bytes")
    key_data = raw(None, "wlan_rsna_eapol.keydes.data", "WPA Key Data")

    total = lambda h: h.len + 4
    reaches = ("eap", "wlan")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.type == 0 and c.remaining:
            c.child("eap", listed=False)
        elif c.h.type == 3:
            kind = c.add(cls.key_type)
            if kind == 1:
                cls._rc4(c)
            elif kind in (2, 254):
                cls._rsn(c)
            else:
                c.rest(cls.body)

    @classmethod
    def _rc4(cls, c: Cursor) -> None:
        for field in (cls.key_len, cls.replay, cls.iv, cls.index, cls.signature):
            c.add(field)
        c.rest(cls.key)

    @classmethod
    def _rsn(cls, c: Cursor) -> None:
        info = c.peek(2)
        c.derived(cls.message, message_number(c.peek(2), c.peek(2, 92) if c.remaining >= 94 else 0))
        for field in (cls.key_info, cls.key_len, cls.replay, cls.nonce, cls.iv, cls.rsc, cls.key_id, cls.mic):
            c.add(field)
        size = c.add(cls.data_len)
        if size:
            with c.group(cls.key_data, size, value=c.peek_bytes(min(size, c.remaining))):
                if c.h.type == 3 and info & 0x1008 == 0x0008:  # a pairwise key's, and not encrypted: elements of 802.11
                    Elements.each(c)

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, f"Unknown Type (0x{type:02X})")


def message_number(info: int, data: int) -> int:
    """Which message of the handshake a key frame is (802.11-2016, 12.7.6): of four, or of two for a group key."""
    pairwise, ack, mic, secure = info & 0x08, info & 0x80, info & 0x100, info & 0x200
    if not pairwise:
        return 1 if ack else 2
    if ack:
        return 3 if mic else 1
    return 4 if secure or data == 0 else 2


CODES = {1: "Request", 2: "Response", 3: "Success", 4: "Failure", 5: "Initiate", 6: "Finish"}
METHODS = {
    1: "Identity", 2: "Notification", 3: "Legacy Nak (Response Only)", 4: "MD5-Challenge EAP (EAP-MD5-CHALLENGE)",
    5: "One-Time Password EAP (EAP-OTP)", 6: "Generic Token Card EAP (EAP-GTC)", 13: "TLS EAP (EAP-TLS)",
    17: "Cisco Wireless EAP / Lightweight EAP (EAP-LEAP)", 18: "GSM Subscriber Identity Modules EAP (EAP-SIM)",
    21: "Tunneled TLS EAP (EAP-TTLS)", 23: "UMTS Authentication and Key Agreement EAP (EAP-AKA)",
    25: "Protected EAP (EAP-PEAP)", 26: "MS-Authentication EAP (EAP-MS-AUTH)", 43: "Flexible Authentication via Secure Tunneling EAP (EAP-FAST)",
    50: "Improved EAP method for 3rd generation Authentication and Key Agreement (EAP-AKA')", 52: "EAP-PWD", 254: "Expanded Type",
}  # fmt: skip


class EAP(Layer):
    """An EAP packet; what its method says is in `eap_methods`."""

    name, label, column = "eap", "Extensible Authentication Protocol", "EAP"
    binds = {"ppp": (0xC227,)}
    reaches = ("tls",)

    code = u8(0, "eap.code", "Code", names=CODES)
    id = u8(1, "eap.id", "Id")
    len = u16(2, "eap.len", "Length", unit="bytes")
    type = u8(None, "eap.type", "Type", names=METHODS)
    methods = eap_methods.FIELDS
    notification = string(None, "eap.notification", "Notification")
    desired = u8(None, "eap.desired_type", "Desired Auth Type", names=METHODS)
    md5_size = u8(None, "eap.md5.value_size", "EAP-MD5 Value-Size")
    md5_value = raw(None, "eap.md5.value", "EAP-MD5 Value")
    md5_extra = raw(None, "eap.md5.extra_data", "EAP-MD5 Extra Data")

    total = lambda h: where(h.len >= 4, h.len, h.limit - h.start)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.code not in (1, 2) or not c.remaining:
            return
        kind = c.add(cls.type)
        c.info(f"{CODES[c.h.code]}, {METHODS.get(kind, 'Unknown type')}")
        if not c.remaining:
            return
        if kind in eap_methods.READERS:
            eap_methods.READERS[kind](c)
        elif kind == 2:
            c.rest(cls.notification)
        elif kind == 3:
            while c.remaining:
                c.add(cls.desired)
        elif kind == 4:
            c.add(cls.md5_value, c.add(cls.md5_size))
            c.rest(cls.md5_extra)
        else:
            c.rest(eap_methods.fast_data)

    @staticmethod
    def info(code: int) -> str:
        return CODES.get(code, "Unknown code")
