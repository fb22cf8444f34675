"""ISAKMP: IKEv1 (RFC 2408, RFC 2409) and IKEv2 (RFC 7296).

     0                   1                   2                   3
    +---------------------------------------------------------------+
    |          initiator's SPI (8), responder's SPI (8)             |
    +---------------+-------+-------+---------------+---------------+
    | next payload  | major | minor | exchange type |     flags     |
    +---------------+-------+-------+---------------+---------------+
    |                  message id, then length                      |
    +---------------------------------------------------------------+
    | payloads: next (1), critical (1), length (2), contents        |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT32, Field, flag, group, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

PAYLOADS = {
    0: "NONE / No Next Payload ", 1: "Security Association", 2: "Proposal", 3: "Transform", 4: "Key Exchange",
    5: "Identification", 6: "Certificate", 7: "Certificate Request", 8: "Hash", 9: "Signature", 10: "Nonce",
    11: "Notification", 12: "Delete", 13: "Vendor ID", 14: "Attributes", 15: "SA KEK Payload", 16: "SA TEK Payload",
    17: "Key Download", 18: "Sequence Number", 19: "Proof of Possession", 20: "NAT-D (RFC 3947)",
    21: "NAT-OA (RFC 3947)", 22: "Group Associated Policy", 33: "Security Association", 34: "Key Exchange",
    35: "Identification - Initiator", 36: "Identification - Responder", 37: "Certificate", 38: "Certificate Request",
    39: "Authentication", 40: "Nonce", 41: "Notify", 42: "Delete", 43: "Vendor ID",
    44: "Traffic Selector - Initiator", 45: "Traffic Selector - Responder", 46: "Encrypted and Authenticated",
    47: "Configuration", 48: "Extensible Authentication", 49: "Generic Secure Password Method",
    50: "Group Identification", 51: "Group Security Association", 52: "Key Download",
    53: "Encrypted and Authenticated Fragment", 130: "NAT-D (draft-ietf-ipsec-nat-t-ike-01 to 03)",
    131: "NAT-OA (draft-ietf-ipsec-nat-t-ike-01 to 03)", 132: "Cisco-Fragmentation",
}  # fmt: skip
EXCHANGES = {
    0: "NONE", 1: "Base", 2: "Identity Protection (Main Mode)", 3: "Authentication Only", 4: "Aggressive",
    5: "Informational", 6: "Transaction (Config Mode)", 32: "Quick Mode", 33: "New Group Mode", 34: "IKE_SA_INIT",
    35: "IKE_AUTH", 36: "CREATE_CHILD_SA", 37: "INFORMATIONAL", 38: "IKE_SESSION_RESUME",
}  # fmt: skip
EXCHANGES_2 = {
    34: "IKE_SA_INIT", 35: "IKE_AUTH", 36: "CREATE_CHILD_SA", 37: "INFORMATIONAL", 38: "IKE_SESSION_RESUME",
    39: "GSA_AUTH", 40: "GSA_REGISTRATION", 41: "GSA_REKEY", 43: "IKE_INTERMEDIATE", 44: "IKE_FOLLOWUP_KE",
}  # fmt: skip
DOMAINS = {
    0: "ISAKMP", 1: "IPSEC", 2: "GDOI",
}  # fmt: skip
PROTOCOLS = {1: "ISAKMP", 2: "IPSEC_AH", 3: "IPSEC_ESP", 4: "IPCOMP", 5: "GIGABEAM_RADIO"}
ID_TYPES = {
    0: "RESERVED", 1: "IPV4_ADDR", 2: "FQDN", 3: "USER_FQDN", 4: "IPV4_ADDR_SUBNET", 5: "IPV6_ADDR",
    6: "IPV6_ADDR_SUBNET", 7: "IPV4_ADDR_RANGE", 8: "IPV6_ADDR_RANGE", 9: "DER_ASN1_DN", 10: "DER_ASN1_GN",
    11: "KEY_ID", 12: "KEY_LIST",
}  # fmt: skip
CERTIFICATES = {
    0: "NONE", 1: "PKCS #7 wrapped X.509 certificate", 2: "PGP Certificate", 3: "DNS Signed Key",
    4: "X.509 Certificate - Signature", 5: "X.509 Certificate - Key Exchange", 6: "Kerberos Tokens",
    7: "Certificate Revocation List (CRL)", 8: "Authority Revocation List (ARL)", 9: "SPKI Certificate",
    10: "X.509 Certificate - Attribute", 11: "Raw RSA Key", 12: "Hash and URL of X.509 certificate",
    13: "Hash and URL of X.509 bundle", 14: "OCSP Content",
}  # fmt: skip
AUTH_METHODS = {
    0: "RESERVED TO IANA", 1: "RSA Digital Signature", 2: "Shared Key Message Integrity Code",
    3: "DSS Digital Signature", 9: "ECDSA with SHA-256 on the P-256 curve",
    10: "ECDSA with SHA-384 on the P-384 curve", 11: "ECDSA with SHA-512 on the P-521 curve",
    12: "Generic Secure Password Authentication Method", 13: "NULL Authentication", 14: "Digital Signature",
}  # fmt: skip
NOTICES = {
    0: "<UNKNOWN>", 1: "INVALID-PAYLOAD-TYPE", 2: "DOI-NOT-SUPPORTED", 3: "SITUATION-NOT-SUPPORTED",
    4: "INVALID-COOKIE", 5: "INVALID-MAJOR-VERSION", 6: "INVALID-MINOR-VERSION", 7: "INVALID-EXCHANGE-TYPE",
    8: "INVALID-FLAGS", 9: "INVALID-MESSAGE-ID", 10: "INVALID-PROTOCOL-ID", 11: "INVALID-SPI",
    12: "INVALID-TRANSFORM-ID", 13: "ATTRIBUTES-NOT-SUPPORTED", 14: "NO-PROPOSAL-CHOSEN", 15: "BAD-PROPOSAL-SYNTAX",
    16: "PAYLOAD-MALFORMED", 17: "INVALID-KEY-INFORMATION", 18: "INVALID-ID-INFORMATION", 19: "INVALID-CERT-ENCODING",
    20: "INVALID-CERTIFICATE", 21: "CERT-TYPE-UNSUPPORTED", 22: "INVALID-CERT-AUTHORITY",
    23: "INVALID-HASH-INFORMATION", 24: "AUTHENTICATION-FAILED", 25: "INVALID-SIGNATURE", 26: "ADDRESS-NOTIFICATION",
    27: "NOTIFY-SA-LIFETIME", 28: "CERTIFICATE-UNAVAILABLE", 29: "UNSUPPORTED-EXCHANGE-TYPE",
    30: "UNEQUAL-PAYLOAD-LENGTHS", 16384: "CONNECTED", 24576: "RESPONDER-LIFETIME", 24577: "REPLAY-STATUS",
    24578: "INITIAL-CONTACT", 36136: "R-U-THERE", 36137: "R-U-THERE-ACK", 40501: "UNITY-LOAD-BALANCE",
    40502: "UNITY-UNKNOWN", 40503: "UNITY-GROUP-HASH", 34: "SINGLE_PAIR_REQUIRED", 35: "NO_ADDITIONAL_SAS",
    36: "INTERNAL_ADDRESS_FAILURE", 37: "FAILED_CP_REQUIRED", 38: "TS_UNACCEPTABLE", 39: "INVALID_SELECTORS",
    40: "UNACCEPTABLE_ADDRESSES", 41: "UNEXPECTED_NAT_DETECTED", 42: "USE_ASSIGNED_HoA", 43: "TEMPORARY_FAILURE",
    44: "CHILD_SA_NOT_FOUND", 45: "INVALID_GROUP_ID", 46: "CHILD_SA_NOT_FOUND", 16385: "SET_WINDOW_SIZE",
    16386: "ADDITIONAL_TS_POSSIBLE", 16387: "IPCOMP_SUPPORTED", 16388: "NAT_DETECTION_SOURCE_IP",
    16389: "NAT_DETECTION_DESTINATION_IP", 16390: "COOKIE", 16391: "USE_TRANSPORT_MODE",
    16392: "HTTP_CERT_LOOKUP_SUPPORTED", 16393: "REKEY_SA", 16394: "ESP_TFC_PADDING_NOT_SUPPORTED",
    16395: "NON_FIRST_FRAGMENTS_ALSO", 16396: "MOBIKE_SUPPORTED", 16397: "ADDITIONAL_IP4_ADDRESS",
    16398: "ADDITIONAL_IP6_ADDRESS", 16399: "NO_ADDITIONAL_ADDRESSES", 16400: "UPDATE_SA_ADDRESSES", 16401: "COOKIE2",
    16402: "NO_NATS_ALLOWED", 16403: "AUTH_LIFETIME", 16404: "MULTIPLE_AUTH_SUPPORTED", 16405: "ANOTHER_AUTH_FOLLOWS",
    16406: "REDIRECT_SUPPORTED", 16407: "REDIRECT", 16408: "REDIRECTED_FROM", 16409: "TICKET_LT_OPAQUE",
    16410: "TICKET_REQUEST", 16411: "TICKET_ACK", 16412: "TICKET_NACK", 16413: "TICKET_OPAQUE", 16414: "LINK_ID",
    16415: "USE_WESP_MODE", 16416: "ROHC_SUPPORTED", 16417: "EAP_ONLY_AUTHENTICATION",
    16418: "CHILDLESS_IKEV2_SUPPORTED", 16419: "QUICK_CRASH_DETECTION", 16420: "IKEV2_MESSAGE_ID_SYNC_SUPPORTED",
    16421: "IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED", 16422: "IKEV2_MESSAGE_ID_SYNC", 16423: "IPSEC_REPLAY_COUNTER_SYNC",
    16424: "SECURE_PASSWORD_METHODS", 16425: "PSK_PERSIST", 16426: "PSK_CONFIRM", 16427: "ERX_SUPPORTED",
    16428: "IFOM_CAPABILITY", 16429: "SENDER_REQUEST_ID", 16430: "IKEV2_FRAGMENTATION_SUPPORTED",
    16431: "SIGNATURE_HASH_ALGORITHMS",
}  # fmt: skip
SELECTORS = {
    7: "TS_IPV4_ADDR_RANGE", 8: "TS_IPV6_ADDR_RANGE", 9: "TS_FC_ADDR_RANGE",
}  # fmt: skip
TRANSFORMS = {
    0: "RESERVED", 1: "Encryption Algorithm (ENCR)", 2: "Pseudo-random Function (PRF)",
    3: "Integrity Algorithm (INTEG)", 4: "Diffie-Hellman Group (D-H)", 5: "Extended Sequence Numbers (ESN)",
}  # fmt: skip
ENCRYPTION = {
    0: "RESERVED", 1: "ENCR_DES_IV64", 2: "ENCR_DES", 3: "ENCR_3DES", 4: "ENCR_RC5", 5: "ENCR_IDEA", 6: "ENCR_CAST",
    7: "ENCR_BLOWFISH", 8: "ENCR_3IDEA", 9: "ENCR_DES_IV32", 10: "RESERVED", 11: "ENCR_NULL", 12: "ENCR_AES_CBC",
    13: "ENCR_AES_CTR", 14: "ENCR_AES-CCM_8", 15: "ENCR-AES-CCM_12", 16: "ENCR-AES-CCM_16", 17: "UNASSIGNED",
    18: "AES-GCM with a 8 octet ICV", 19: "AES-GCM with a 12 octet ICV", 20: "AES-GCM with a 16 octet ICV",
    21: "ENCR_NULL_AUTH_AES_GMAC", 22: "Reserved for IEEE P1619 XTS-AES", 23: "ENCR_CAMELLIA_CBC",
    24: "ENCR_CAMELLIA_CTR", 25: "ENCR_CAMELLIA_CCM with an 8-octet ICV", 26: "ENCR_CAMELLIA_CCM with a 12-octet ICV",
    27: "ENCR_CAMELLIA_CCM with a 16-octet ICV", 28: "ENCR_CHACHA20_POLY1305",
}  # fmt: skip
RANDOM = {
    0: "RESERVED", 1: "PRF_HMAC_MD5", 2: "PRF_HMAC_SHA1", 3: "PRF_HMAC_TIGER", 4: "PRF_AES128_CBC",
    5: "PRF_HMAC_SHA2_256", 6: "PRF_HMAC_SHA2_384", 7: "PRF_HMAC_SHA2_512", 8: "PRF_AES128_CMAC6",
}  # fmt: skip
INTEGRITY = {
    0: "NONE", 1: "AUTH_HMAC_MD5_96", 2: "AUTH_HMAC_SHA1_96", 3: "AUTH_DES_MAC", 4: "AUTH_KPDK_MD5",
    5: "AUTH_AES_XCBC_96", 6: "AUTH_HMAC_MD5_128", 7: "AUTH_HMAC_SHA1_160", 8: "AUTH_AES_CMAC_96",
    9: "AUTH_AES_128_GMAC", 10: "AUTH_AES_192_GMAC", 11: "AUTH_AES_256_GMAC", 12: "AUTH_HMAC_SHA2_256_128",
    13: "AUTH_HMAC_SHA2_384_192", 14: "AUTH_HMAC_SHA2_512_256",
}  # fmt: skip
GROUPS = {
    0: "UNDEFINED - 0", 1: "Default 768-bit MODP group", 2: "Alternate 1024-bit MODP group",
    3: "EC2N group on GP[2^155] group", 4: "EC2N group on GP[2^185] group", 5: "1536 bit MODP group",
    6: "EC2N group over GF[2^163]", 7: "EC2N group over GF[2^163]", 8: "EC2N group over GF[2^283]",
    9: "EC2N group over GF[2^283]", 10: "EC2N group over GF[2^409]", 11: "EC2N group over GF[2^409]",
    12: "EC2N group over GF[2^571]", 13: "EC2N group over GF[2^571]", 14: "2048 bit MODP group",
    15: "3072 bit MODP group", 16: "4096 bit MODP group", 17: "6144 bit MODP group", 18: "8192 bit MODP group",
    19: "256-bit random ECP group", 20: "384-bit random ECP group", 21: "521-bit random ECP group",
    22: "1024-bit MODP Group with 160-bit Prime Order Subgroup",
    23: "2048-bit MODP Group with 224-bit Prime Order Subgroup",
    24: "2048-bit MODP Group with 256-bit Prime Order Subgroup", 25: "192-bit Random ECP Group",
    26: "224-bit Random ECP Group", 27: "224-bit Brainpool ECP group", 28: "256-bit Brainpool ECP group",
    29: "384-bit Brainpool ECP group", 30: "512-bit Brainpool ECP group", 31: "Curve25519", 32: "Curve448",
    33: "GOST3410_2012_256", 34: "GOST3410_2012_512",
}  # fmt: skip
ESN = {
    0: "No Extended Sequence Numbers", 1: "Extended Sequence Numbers",
}  # fmt: skip
IKE_ATTRIBUTES = {
    1: "Encryption-Algorithm", 2: "Hash-Algorithm", 3: "Authentication-Method", 4: "Group-Description",
    5: "Group-Type", 6: "Group-Prime", 7: "Group-Generator-One", 8: "Group-Generator-Two", 9: "Group-Curve-A",
    10: "Group-Curve-B", 11: "Life-Type", 12: "Life-Duration", 13: "PRF", 14: "Key-Length", 15: "Field-Size",
    16: "Group-Order", 17: "Block-Size", 20: "Asymmetric-Cryptographic-Algorithm-Type",
}  # fmt: skip
IPSEC_ATTRIBUTES = {
    1: "SA-Life-Type", 2: "SA-Life-Duration", 3: "Group-Description", 4: "Encapsulation-Mode",
    5: "Authentication-Algorithm", 6: "Key-Length", 7: "Key-Rounds", 8: "Compress-Dictionary-Size",
    9: "Compress-Private-Algorithm", 10: "ECN Tunnel", 11: "Extended (64-bit) Sequence Number",
    12: "Authentication Key Length", 13: "Signature Encoding Algorithm", 14: "Address Preservation",
    15: "SA Direction",
}  # fmt: skip
IKE_ENCRYPTION = {
    0: "RESERVED", 1: "DES-CBC", 2: "IDEA-CBC", 3: "BLOWFISH-CBC", 4: "RC5-R16-B64-CBC", 5: "3DES-CBC", 6: "CAST-CBC",
    7: "AES-CBC", 8: "CAMELLIA-CBC", 127: "SM4-CBC (DEPRECATED)", 128: "SM1-CBC", 129: "SM4-CBC",
}  # fmt: skip
IKE_HASHES = {
    0: "RESERVED", 1: "MD5", 2: "SHA", 3: "TIGER", 4: "SHA2-256", 5: "SHA2-384", 6: "SHA2-512", 20: "SM3",
}  # fmt: skip
VENDORS = (
    ("4a131c81070358455c5728f20e95452f", "RFC 3947 Negotiation of NAT-Traversal in the IKE"),
    ("4485152d18b6bbcd0be8a8469579ddcc", "draft-ietf-ipsec-nat-t-ike-00"),
    ("cd60464335df21f87cfdb2fc68b6a448", "draft-ietf-ipsec-nat-t-ike-02"),
    ("90cb80913ebb696e086381b5ec427b1f", "draft-ietf-ipsec-nat-t-ike-02\n"),
    ("7d9419a65310ca6f2c179d9215529d56", "draft-ietf-ipsec-nat-t-ike-03"),
    ("439b59f8ba676c4c7737ae22eab8f582", "draft-ietf-ipsec-nat-t-ike-07"),
    ("afcad71368a1f1c96b8696fc77570100", "RFC 3706 DPD (Dead Peer Detection)"),
    ("09002689dfd6b712", "XAUTH"),
    ("4048b7d56ebce88525e7de7f00d6c2d3", "Cisco Fragmentation"),
    ("12f5f28c457168a9702d9fe274cc", "CISCO-UNITY"),
)
V1_PAYLOADS = {
    1: "sa", 2: "proposal", 3: "transform", 4: "key", 5: "identity", 6: "certificate", 7: "request", 8: "hash",
    9: "signature", 10: "nonce", 11: "notice", 12: "deletion", 13: "vendor", 20: "nat_hash", 21: "nat_address",
    130: "nat_hash", 131: "nat_address",
}  # fmt: skip
V2_PAYLOADS = {
    33: "sa", 34: "key", 35: "identity", 36: "identity", 37: "certificate", 38: "request", 39: "authentication",
    40: "nonce", 41: "notice", 42: "deletion", 43: "vendor", 44: "selectors", 45: "selectors", 46: "secret",
    48: "eap", 53: "fragment",
}  # fmt: skip
SA, PROPOSAL, TRANSFORM, MOST = 1, 2, 3, 500


def second(h: Any) -> Any:
    """Whether a header is IKEv2's."""
    return h.version > 0x10


class ISAKMP(Layer):
    """A message."""

    name, label, column = "isakmp", "Internet Security Association and Key Management Protocol", "ISAKMP"
    binds = {"udp.port": (500,)}
    accepts = lambda p: (p.reported >= 28) & ((p.u32(24) >= 28) | (p.length < 28))
    reaches = ("eap",)

    ispi = raw(0, "isakmp.ispi", "Initiator SPI", size=8)
    rspi = raw(8, "isakmp.rspi", "Responder SPI", size=8)
    next_payload = u8(16, "isakmp.nextpayload", "Next payload", names=PAYLOADS)
    version = u8(17, "isakmp.version", "Version", HEX)
    major = u8(None, "isakmp.mjver", "MjVer", HEX, mask=0xF0, within=version)
    minor = u8(None, "isakmp.mnver", "MnVer", HEX, mask=0x0F, within=version)
    exchange = u8(18, "isakmp.exchangetype", "Exchange type", names=EXCHANGES)
    flags = u8(19, "isakmp.flags", "Flags", HEX)
    encrypted = flag(19, "isakmp.flag_e", "Encryption", 0x01, within=flags, when=lambda h: h.version <= 0x10)
    commit = flag(19, "isakmp.flag_c", "Commit", 0x02, within=flags, when=lambda h: h.version <= 0x10)
    authentic = flag(19, "isakmp.flag_a", "Authentication", 0x04, within=flags, when=lambda h: h.version <= 0x10)
    initiator = flag(19, "isakmp.flag_i", "Initiator", 0x08, within=flags, when=second)
    higher = flag(19, "isakmp.flag_v", "Version", 0x10, within=flags, when=second)
    response = flag(19, "isakmp.flag_r", "Response", 0x20, within=flags, when=second)
    message_id = u32(20, "isakmp.messageid", "Message ID", HEX)
    len = u32(24, "isakmp.length", "Length")
    payload_ = u8(None, "isakmp.typepayload", "Payload", names=PAYLOADS)
    inner_next = u8(None, "isakmp.nextpayload", "Next payload", names=PAYLOADS)
    critical = flag(None, "isakmp.criticalpayload", "Critical Bit", 0x80)
    reserved7 = u8(None, "isakmp.reserved7", "Reserved", HEX, mask=0x7F)
    reserved = raw(None, "isakmp.reserved", "Reserved")
    payload_length = u16(None, "isakmp.payloadlength", "Payload length")
    domain = u32(None, "isakmp.sa.doi", "Domain of interpretation", names=DOMAINS)
    situation = raw(None, "isakmp.sa.situation", "Situation", size=4)
    identity_only = flag(None, "isakmp.sa.situation.identity_only", "Identity Only", size=4)
    secrecy = flag(None, "isakmp.sa.situation.secrecy", "Secrecy", size=4)
    integrity = flag(None, "isakmp.sa.situation.integrity", "Integrity", size=4)
    number = u8(None, "isakmp.prop.number", "Proposal number")
    protocol_id = Field("isakmp.prop.protoid", "Protocol ID", UINT32, size=1, names=PROTOCOLS)
    spi_size = u8(None, "isakmp.spisize", "SPI Size")
    spi = raw(None, "isakmp.spi", "SPI")
    transforms = u8(None, "isakmp.prop.transforms", "Proposal transforms")
    transform_number = u8(None, "isakmp.trans.number", "Transform number")
    transform_id = u8(None, "isakmp.trans.id", "Transform ID")
    transform_type = u8(None, "isakmp.tf.type", "Transform Type", names=TRANSFORMS)
    encr = u16(None, "isakmp.tf.id.encr", "Transform ID (ENCR)", names=ENCRYPTION)
    prf = u16(None, "isakmp.tf.id.prf", "Transform ID (PRF)", names=RANDOM)
    integ = u16(None, "isakmp.tf.id.integ", "Transform ID (INTEG)", names=INTEGRITY)
    dh = u16(None, "isakmp.tf.id.dh", "Transform ID (D-H)", names=GROUPS)
    esn = u16(None, "isakmp.tf.id.esn", "Transform ID (ESN)", names=ESN)
    transform_other = u16(None, "isakmp.tf.id", "Transform ID")
    ike2 = group("isakmp.ike2.attr", "Transform Attribute")
    ike2_format = flag(None, "isakmp.ike2.attr.format", "Format", 0x8000, size=2)
    ike2_type = u16(None, "isakmp.ike2.attr.type", "Type", mask=0x7FFF)
    ike2_length = u16(None, "isakmp.ike2.attr.length", "Length")
    ike2_value = raw(None, "isakmp.ike2.attr.value", "Value")
    key_length = u16(None, "isakmp.ike2.attr.key_length", "Key Length")
    ike = group("isakmp.ike.attr", "IKE Attribute")
    ike_format = flag(None, "isakmp.ike.attr.format", "Format", 0x8000, size=2)
    ike_type = u16(None, "isakmp.ike.attr.type", "Type", mask=0x7FFF, names=IKE_ATTRIBUTES)
    ike_length = u16(None, "isakmp.ike.attr.length", "Length")
    ike_value = raw(None, "isakmp.ike.attr.value", "Value")
    ike_encryption = u16(None, "isakmp.ike.attr.encryption_algorithm", "Encryption Algorithm", names=IKE_ENCRYPTION)
    ike_hash = u16(None, "isakmp.ike.attr.hash_algorithm", "HASH Algorithm", names=IKE_HASHES)
    ike_authentication = u16(None, "isakmp.ike.attr.authentication_method", "Authentication Method")
    ike_group = u16(None, "isakmp.ike.attr.group_description", "Group Description", names=GROUPS)
    ike_life_type = u16(None, "isakmp.ike.attr.life_type", "Life Type")
    ike_life = u32(None, "isakmp.ike.attr.life_duration", "Life Duration")
    ike_key_length = u16(None, "isakmp.ike.attr.key_length", "Key Length")
    ipsec = group("isakmp.ipsec.attr", "IPsec Attribute")
    ipsec_format = flag(None, "isakmp.ipsec.attr.format", "Format", 0x8000, size=2)
    ipsec_type = u16(None, "isakmp.ipsec.attr.type", "Type", mask=0x7FFF, names=IPSEC_ATTRIBUTES)
    ipsec_length = u16(None, "isakmp.ipsec.attr.length", "Length")
    ipsec_value = raw(None, "isakmp.ipsec.attr.value", "Value")
    ipsec_life_type = u16(None, "isakmp.ipsec.attr.life_type", "Life Type")
    ipsec_life = u32(None, "isakmp.ipsec.attr.life_duration", "Life Duration")
    ipsec_group = u16(None, "isakmp.ipsec.attr.group_description", "Group Description", names=GROUPS)
    ipsec_mode = u16(None, "isakmp.ipsec.attr.encap_mode", "Encapsulation Mode")
    ipsec_auth = u16(None, "isakmp.ipsec.attr.auth_algorithm", "Authentication Algorithm")
    ipsec_key_length = u16(None, "isakmp.ipsec.attr.key_length", "Key Length")
    group_number = u16(None, "isakmp.key_exchange.dh_group", "DH Group #", names=GROUPS)
    key_data = raw(None, "isakmp.key_exchange.data", "Key Exchange Data")
    id_type = u8(None, "isakmp.id.type", "ID type", names=ID_TYPES)
    id_protocol = u8(None, "isakmp.id.protoid", "Protocol ID")
    id_port = u16(None, "isakmp.id.port", "Port")
    id_data = group("isakmp.id.data", "Identification Data:")
    id_ipv4 = ipv4(None, "isakmp.id.data.ipv4_addr", "ID_IPV4_ADDR")
    id_fqdn = string(None, "isakmp.id.data.fqdn", "ID_FQDN")
    id_user = string(None, "isakmp.id.data.user_fqdn", "ID_FQDN")
    id_subnet = ipv4(None, "isakmp.id.data.ipv4_subnet", "ID_IPV4_SUBNET")
    id_ipv6 = ipv6(None, "isakmp.id.data.ipv6_addr", "ID_IPV6_ADDR")
    id_key = raw(None, "isakmp.id.data.key_id", "ID_KEY_ID")
    id_octets = raw(None, "", "Identification")
    cert_encoding = u8(None, "isakmp.cert.encoding", "Certificate Encoding", names=CERTIFICATES)
    cert_data = raw(None, "", "Certificate Data")
    request_type = u8(None, "isakmp.certreq.type", "Certificate Type", names=CERTIFICATES)
    authority = raw(None, "isakmp.ike.certreq.authority", "Certificate Authority Data", size=20)
    auth_method = u8(None, "isakmp.auth.method", "Authentication Method", names=AUTH_METHODS)
    auth_data = raw(None, "isakmp.auth.data", "Authentication Data")
    hash_data = raw(None, "isakmp.hash", "Hash DATA")
    signature_data = raw(None, "isakmp.sig", "Signature DATA")
    nonce_data = raw(None, "isakmp.nonce", "Nonce DATA")
    notice_domain = u32(None, "isakmp.notify.doi", "Domain of interpretation", names=DOMAINS)
    notice_protocol = Field("isakmp.notify.protoid", "Protocol ID", UINT32, size=1, names=PROTOCOLS)
    notice_type = u16(None, "isakmp.notify.msgtype", "Notify Message Type", names=NOTICES)
    notice_data = raw(None, "isakmp.notify.data", "Notification DATA")
    notice_group = u16(None, "isakmp.notify.data.accepted_dh_group", "Accepted DH group number")
    notice_hash = u16(None, "isakmp.notify.data.signature_hash_algorithms", "Supported Signature Hash Algorithm")
    notice_dpd = u32(None, "isakmp.notify.data.dpd.are_you_there", "DPD ARE-YOU-THERE sequence")
    notice_dpd_ack = u32(None, "isakmp.notify.data.dpd.are_you_there_ack", "DPD ARE-YOU-THERE-ACK sequence")
    delete_domain = u32(None, "isakmp.delete.doi", "Domain of interpretation", names=DOMAINS)
    delete_protocol = Field("isakmp.delete.protoid", "Protocol ID", UINT32, size=1, names=PROTOCOLS)
    spi_count = u16(None, "isakmp.spinum", "Number of SPIs")
    delete_spi = raw(None, "isakmp.delete.spi", "Delete SPI")
    vendor_octets = raw(None, "isakmp.vid_bytes", "Vendor ID")
    vendor_text = string(None, "isakmp.vid_string", "Vendor ID")
    unity_major = u8(None, "isakmp.vid.cisco_unity.major", "CISCO-UNITY Major version")
    unity_minor = u8(None, "isakmp.vid.cisco_unity.minor", "CISCO-UNITY Minor version")
    selector_count = u8(None, "isakmp.ts.number", "Number of Traffic Selectors")
    selector = group("isakmp.ts.data", "Traffic Selector")
    selector_type = u8(None, "isakmp.ts.type", "Traffic Selector Type", names=SELECTORS)
    selector_protocol = u8(None, "isakmp.ts.protoid", "Protocol ID")
    selector_length = u16(None, "isakmp.ts.selector_length", "Selector Length")
    start_port = u16(None, "isakmp.ts.start_port", "Start Port")
    end_port = u16(None, "isakmp.ts.end_port", "End Port")
    start_ipv4 = ipv4(None, "isakmp.ts.start_ipv4", "Starting Addr")
    end_ipv4 = ipv4(None, "isakmp.ts.end_ipv4", "Ending Addr")
    start_ipv6 = ipv6(None, "isakmp.ts.start_ipv6", "Starting Addr")
    end_ipv6 = ipv6(None, "isakmp.ts.end_ipv6", "Ending Addr")
    fragment_number = u16(None, "isakmp.frag.number", "Fragment Number")
    fragment_total = u16(None, "isakmp.frag.total", "Total Fragments")
    nat_hash_data = raw(None, "isakmp.ike.nat_hash", "HASH of the address and port")
    nat_ipv4 = ipv4(None, "isakmp.ike.nat_original_address_ipv4", "NAT Original IPv4 Address")
    nat_ipv6 = ipv6(None, "isakmp.ike.nat_original_address_ipv6", "NAT Original IPv6 Address")
    encrypted_data = group("isakmp.enc.data", "Encrypted Data")
    sealed = raw(None, "", "Encrypted fragment")
    other = raw(None, "isakmp.datapayload", "Data Payload")
    extra = raw(None, "isakmp.extradata", "Extra data")

    @staticmethod
    def info(version: int, exchange: int, message_id: int, initiator: bool, response: bool) -> str:
        if version <= 0x10:
            return EXCHANGES.get(exchange, f"Unknown {exchange}")
        name = EXCHANGES_2.get(exchange, f"Unknown {exchange}")
        side, way = "Initiator" if initiator else "Responder", "Response" if response else "Request"
        return f"{name} MID={message_id:02} {side} {way}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start + 28
        size = min(max(h.len - 28, 0), c.limit - c.pos)
        whole, limit = c.end, c.limit
        c.limit = min(c.limit, c.pos + size)
        c.end = min(c.end, c.limit)
        if h.version <= 0x10 and h.flags & 1:
            if c.remaining:
                c.add(cls.encrypted_data, c.remaining)
        else:
            cls.payloads(c, h.next_payload, h.version > 0x10, 0)
        c.end, c.limit = whole, limit
        if c.remaining:
            c.rest(cls.extra)

    @classmethod
    def payloads(cls, c: Cursor, kind: int, newer: bool, protocol: int) -> None:
        """Payloads to the end, the first of which is a `kind`."""
        count = 0
        while kind and c.remaining and count < MOST:
            count += 1
            following, size = c.peek(1), max(c.peek(2, 2), 4)
            name = PAYLOADS.get(kind, "Unknown")
            with c.group(cls.payload_, size, f"Payload: {name} ({kind})", kind) as c:
                c.add(cls.inner_next)
                if newer and kind not in (PROPOSAL, TRANSFORM):
                    c.add(cls.critical, 1, value=bool(c.peek(1) & 0x80))
                    c.pos -= 1
                    c.add(cls.reserved7, 1, value=c.peek(1) & 0x7F)
                else:
                    c.add(cls.reserved, 1)
                c.add(cls.payload_length)
                cls._contents(c, kind, following, newer, protocol)
                c.rest(cls.other)
            if kind in (46, 53):
                return
            kind = following

    @classmethod
    def _contents(cls, c: Cursor, kind: int, following: int, newer: bool, protocol: int) -> None:
        if kind == PROPOSAL:
            proposal(c, newer)
        elif kind == TRANSFORM:
            transform(c, newer, protocol)
        else:
            name = (V2_PAYLOADS if newer else V1_PAYLOADS).get(kind)
            if name is not None and c.remaining:
                READERS[name](c, newer)


K = ISAKMP


def association(c: Cursor, newer: bool) -> None:
    if not newer:
        if c.add(K.domain) != 1:
            return
        word = c.peek(4)
        with c.group(K.situation, 4) as c:
            for field, bit in ((K.identity_only, 1), (K.secrecy, 2), (K.integrity, 4)):
                c.add(field, 4, value=bool(word & bit))
                c.pos -= 4
            c.pos = c.end
    K.payloads(c, PROPOSAL, newer, 0)


def proposal(c: Cursor, newer: bool) -> None:
    c.add(K.number)
    protocol = c.add(K.protocol_id)
    size = c.add(K.spi_size)
    count = c.add(K.transforms)
    if size:
        c.add(K.spi, size)
    if count:
        K.payloads(c, TRANSFORM, newer, protocol)


def transform(c: Cursor, newer: bool, protocol: int) -> None:
    if newer:
        kind = c.add(K.transform_type)
        c.add(K.reserved, 1)
        c.add({1: K.encr, 2: K.prf, 3: K.integ, 4: K.dh, 5: K.esn}.get(kind, K.transform_other))
        attributes(c, (K.ike2, K.ike2_format, K.ike2_type, K.ike2_length, K.ike2_value), {14: K.key_length})
        return
    c.add(K.transform_number)
    c.add(K.transform_id)
    c.add(K.reserved, 2)
    if protocol == 1:
        known = {
            1: K.ike_encryption, 2: K.ike_hash, 3: K.ike_authentication, 4: K.ike_group, 11: K.ike_life_type,
            12: K.ike_life, 14: K.ike_key_length,
        }  # fmt: skip
        attributes(c, (K.ike, K.ike_format, K.ike_type, K.ike_length, K.ike_value), known)
    else:
        known = {
            1: K.ipsec_life_type, 2: K.ipsec_life, 3: K.ipsec_group, 4: K.ipsec_mode, 5: K.ipsec_auth,
            6: K.ipsec_key_length,
        }  # fmt: skip
        attributes(c, (K.ipsec, K.ipsec_format, K.ipsec_type, K.ipsec_length, K.ipsec_value), known)


def attributes(c: Cursor, fields: tuple[Field, ...], known: dict[int, Field]) -> None:
    """Attributes to the end: of two octets, or of a stated length."""
    whole, form, kind, length, value = fields
    while c.remaining:
        short = bool(c.peek(2) & 0x8000)
        number = c.peek(2) & 0x7FFF
        with c.group(whole, 4 if short else 4 + c.peek(2, 2)) as c:
            c.add(form, 2, value=short)
            c.pos -= 2
            c.add(kind, 2, value=number)
            if not short:
                c.add(length)
            size = c.remaining
            if not size:
                continue
            c.add(value, size)
            field = known.get(number)
            if field is not None and size <= field.type.size:
                c.pos -= size
                c.add(field, size, value=c.peek(size))


def key_exchange(c: Cursor, newer: bool) -> None:
    if newer:
        c.add(K.group_number)
        c.add(K.reserved, 2)
    c.rest(K.key_data)


def identity(c: Cursor, newer: bool) -> None:
    kind = c.add(K.id_type)
    if newer:
        c.add(K.reserved, 3)
    else:
        c.add(K.id_protocol)
        c.add(K.id_port)
    if not c.remaining:
        return
    with c.group(K.id_data, c.remaining) as c:
        if kind == 1 and c.remaining >= 4:
            c.add(K.id_ipv4)
        elif kind == 5 and c.remaining == 16:
            c.add(K.id_ipv6)
        elif kind in (2, 3):
            c.rest(K.id_fqdn if kind == 2 else K.id_user)
        elif kind == 4 and c.remaining == 8:
            c.add(K.id_ipv4)
            c.add(K.id_subnet)
        elif kind == 11:
            c.rest(K.id_key)
        c.rest(K.id_octets)


def certificate(c: Cursor, newer: bool) -> None:
    c.add(K.cert_encoding)
    c.rest(K.cert_data)


def request(c: Cursor, newer: bool) -> None:
    kind = c.add(K.request_type)
    while newer and kind == 4 and c.remaining >= 20:
        c.add(K.authority)


def authentication(c: Cursor, newer: bool) -> None:
    c.add(K.auth_method)
    c.add(K.reserved, 3)
    c.rest(K.auth_data)


def notice(c: Cursor, newer: bool) -> None:
    if not newer:
        c.add(K.notice_domain)
    c.add(K.notice_protocol)
    size = c.add(K.spi_size)
    kind = c.add(K.notice_type)
    if size:
        c.add(K.spi, size)
    left = c.remaining
    if not left:
        c.derived(K.notice_data, b"")
        return
    c.rest(K.notice_data)
    c.pos -= left
    if newer and kind == 17 and left == 2:
        c.add(K.notice_group)
    elif newer and kind == 16431:
        while c.remaining >= 2:
            c.add(K.notice_hash)
    elif not newer and kind in (36136, 36137) and left == 4:
        c.add(K.notice_dpd if kind == 36136 else K.notice_dpd_ack)
    c.pos = c.end


def deletion(c: Cursor, newer: bool) -> None:
    if not newer:
        c.add(K.delete_domain)
    c.add(K.delete_protocol)
    size = c.add(K.spi_size)
    for _ in range(c.add(K.spi_count)):
        if size:
            c.add(K.delete_spi, size)


def vendor(c: Cursor, newer: bool) -> None:
    size = c.remaining
    shown = c.rest(K.vendor_octets).hex()
    name = next((name for octets, name in VENDORS if shown.startswith(octets)), "Unknown Vendor ID")
    c.pos -= size
    c.add(K.vendor_text, size, value=name)
    if name == "CISCO-UNITY" and size == 16:
        c.pos -= 2
        c.add(K.unity_major)
        c.add(K.unity_minor)


def selectors(c: Cursor, newer: bool) -> None:
    count = c.add(K.selector_count)
    c.add(K.reserved, 3)
    for _ in range(count):
        with c.group(K.selector, c.peek(2, 2), "Traffic Selector") as c:
            kind = c.add(K.selector_type)
            c.add(K.selector_protocol)
            c.add(K.selector_length)
            c.add(K.start_port)
            c.add(K.end_port)
            if kind in (7, 8):
                c.add(K.start_ipv4 if kind == 7 else K.start_ipv6)
                c.add(K.end_ipv4 if kind == 7 else K.end_ipv6)


def secret(c: Cursor, newer: bool) -> None:
    c.add(K.encrypted_data, c.remaining)


def fragment(c: Cursor, newer: bool) -> None:
    c.add(K.fragment_number)
    c.add(K.fragment_total)
    c.rest(K.sealed)


def extensible(c: Cursor, newer: bool) -> None:
    c.child("eap", c.remaining)


def nat_address(c: Cursor, newer: bool) -> None:
    kind = c.add(K.id_type)
    c.skip(3)
    if c.remaining == 4 and kind == 1:
        c.add(K.nat_ipv4)
    elif c.remaining == 16:
        c.add(K.nat_ipv6)


def whole(field: Field) -> Callable[[Cursor, bool], None]:
    """A payload that is one field."""

    def read(c: Cursor, newer: bool) -> None:
        c.rest(field)

    return read


READERS: dict[str, Callable[[Cursor, bool], None]] = {
    "sa": association, "key": key_exchange, "identity": identity, "certificate": certificate, "request": request,
    "authentication": authentication, "notice": notice, "deletion": deletion, "vendor": vendor, "selectors": selectors,
    "secret": secret, "fragment": fragment, "eap": extensible, "nat_address": nat_address, "hash": whole(K.hash_data),
    "signature": whole(K.signature_data), "nonce": whole(K.nonce_data), "nat_hash": whole(K.nat_hash_data),
}  # fmt: skip
