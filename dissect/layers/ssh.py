"""SSH (RFC 4253): the version line and, until the keys are changed, the packets.

    +---------------+---------+---------+---------+---------+
    | packet length | padding | message | padding |   MAC   |
    |      u32      | length  |         |         |         |
    +---------------+---------+---------+---------+---------+

What does not look like a plain packet is encrypted.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, STRING, Field, group, raw, string, u8, u32
from dissect.engine.layer import Layer

PORTS = (22, 29418)
DISCONNECT, IGNORE, DEBUG, SERVICE_REQUEST, SERVICE_ACCEPT, KEXINIT, NEWKEYS = 1, 2, 4, 5, 6, 20, 21
DH_INIT, DH_REPLY, GEX_INIT, GEX_REPLY, GEX_REQUEST = range(30, 35)
CODES = {
    1: "Disconnect", 2: "Ignore", 3: "Unimplemented", 4: "Debug", 5: "Service Request", 6: "Service Accept",
    20: "Key Exchange Init", 21: "New Keys", 30: "Elliptic Curve Diffie-Hellman Key Exchange Init",
    31: "Elliptic Curve Diffie-Hellman Key Exchange Reply", 32: "Diffie-Hellman Group Exchange Init",
    33: "Diffie-Hellman Group Exchange Reply", 34: "Diffie-Hellman Group Exchange Request",
}  # fmt: skip
LISTS = (
    "kex_algorithms", "server_host_key_algorithms", "encryption_algorithms_client_to_server",
    "encryption_algorithms_server_to_client", "mac_algorithms_client_to_server", "mac_algorithms_server_to_client",
    "compression_algorithms_client_to_server", "compression_algorithms_server_to_client",
    "languages_client_to_server", "languages_server_to_client",
)  # fmt: skip
POINTS = (32, 56, 65, 97, 133)  # sizes of elliptic curve keys; a group's number is of another size
MOST = 35000


class SSH(Layer):
    """A segment of a Secure Shell connection."""

    name, label, column = "ssh", "SSH Protocol", "SSHv2"  # of what is at all spoken
    binds = {"tcp.port": PORTS}

    protocol_line = string(None, "ssh.protocol", "Protocol")
    direction = Field("ssh.direction", "Direction", BOOLEAN)
    packet = group("", "SSH Version 2")
    packet_length = u32(None, "ssh.packet_length", "Packet Length")
    padding_length = u8(None, "ssh.padding_length", "Padding Length")
    code = u8(None, "ssh.message_code", "Message Code", names=CODES)
    cookie = raw(None, "ssh.cookie", "Cookie", size=16)
    lengths = tuple(u32(None, f"ssh.{name}_length", f"{name} length") for name in LISTS)
    lists = tuple(string(None, f"ssh.{name}", f"{name} string") for name in LISTS)
    first_follows = u8(None, "ssh.first_kex_packet_follows", "First KEX Packet Follows")
    reserved = raw(None, "ssh.kex.reserved", "Reserved", size=4)
    hassh_full = Field("ssh.kex.hassh_algorithms", "hasshAlgorithms", STRING)
    hassh = Field("ssh.kex.hassh", "hassh", STRING)
    hassh_server_full = Field("ssh.kex.hasshserver_algorithms", "hasshServerAlgorithms", STRING)
    hassh_server = Field("ssh.kex.hasshserver", "hasshServer", STRING)
    mpint_length = u32(None, "ssh.mpint_length", "Multi Precision Integer Length")
    client_point_length = u32(None, "ssh.ecdh.q_c_length", "ECDH client's ephemeral public key length")
    client_point = raw(None, "ssh.ecdh.q_c", "ECDH client's ephemeral public key (Q_C)")
    server_point_length = u32(None, "ssh.ecdh.q_s_length", "ECDH server's ephemeral public key length")
    server_point = raw(None, "ssh.ecdh.q_s", "ECDH server's ephemeral public key (Q_S)")
    dh_e, dh_f = raw(None, "ssh.dh.e", "DH client e"), raw(None, "ssh.dh.f", "DH server f")
    gex_p, gex_g = raw(None, "ssh.dh_gex.p", "DH GEX modulus (P)"), raw(None, "ssh.dh_gex.g", "DH GEX base (G)")
    gex_min, gex_max = u32(None, "ssh.dh_gex.min", "DH GEX Min"), u32(None, "ssh.dh_gex.max", "DH GEX Max")
    gex_bits = u32(None, "ssh.dh_gex.nbits", "DH GEX Number of Bits")
    host_key = group("", "KEX host key")
    key_length = u32(None, "ssh.host_key.length", "Host key length")
    key_type_length = u32(None, "ssh.host_key.type_length", "Host key type length")
    key_type = string(None, "ssh.host_key.type", "Host key type")
    key_data = raw(None, "ssh.host_key.data", "Host key data")
    rsa_e = raw(None, "ssh.host_key.rsa.e", "RSA public exponent (e)")
    rsa_n = raw(None, "ssh.host_key.rsa.n", "RSA modulus (N)")
    curve_length = u32(None, "ssh.host_key.ecdsa.id_length", "ECDSA elliptic curve identifier length")
    curve = string(None, "ssh.host_key.ecdsa.id", "ECDSA elliptic curve identifier")
    ecdsa_length = u32(None, "ssh.host_key.ecdsa.q_length", "ECDSA public key length")
    ecdsa = raw(None, "ssh.host_key.ecdsa.q", "ECDSA public key (Q)")
    eddsa_length = u32(None, "ssh.host_key.eddsa.key_length", "EdDSA public key length")
    eddsa = raw(None, "ssh.host_key.eddsa.key", "EdDSA public key")
    signature = group("", "KEX host signature")
    sig_length = u32(None, "ssh.host_sig.length", "Host signature length")
    sig_type_length = u32(None, "ssh.host_sig.type_length", "Host signature type length")
    sig_type = string(None, "ssh.host_sig.type", "Host signature type")
    sig_data = raw(None, "ssh.host_sig.data", "Host signature data")
    service_length = u32(None, "ssh.service_name_length", "Service Name length")
    service = string(None, "ssh.service_name", "Service Name")
    reason = u32(None, "ssh.disconnect_reason", "Disconnect reason", HEX)
    padding = raw(None, "ssh.padding_string", "Padding String")
    encrypted = raw(None, "ssh.encrypted_packet", "Encrypted Packet")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        server = carrier is not None and carrier.dstport not in PORTS
        who, said, plain = "Server" if server else "Client", list[str](), True
        while c.remaining:
            if c.data.startswith(b"SSH-", c.pos, c.end):
                said.append(f"Protocol ({cls._line(c)})")
            elif plain and is_plain(c):
                code = cls._packet(c, server)
                said.append(CODES.get(code, f"Unknown ({code})"))
                plain = code != NEWKEYS
            else:
                size = c.remaining
                c.rest(cls.encrypted)
                said.append(f"Encrypted packet (len={size})")
        c.derived(cls.direction, server)
        c.info(f"{who}: {', '.join(said)}")

    @classmethod
    def _line(cls, c: Cursor) -> str:
        end = c.data.find(b"\n", c.pos, c.end)
        size = (c.end if end < 0 else end + 1) - c.pos
        text = c.peek_bytes(size).rstrip(b"\r\n").decode("utf-8", "replace")
        c.add(cls.protocol_line, size, value=text)
        return text

    @classmethod
    def _packet(cls, c: Cursor, server: bool) -> int:
        with c.group(cls.packet, 4 + c.peek(4)) as c:
            size = c.add(cls.packet_length)
            padding = c.add(cls.padding_length)
            code = c.peek(1)
            with c.group(cls.packet, size - padding - 1, f"Message: {CODES.get(code, code)}") as c:
                c.add(cls.code)
                if code == KEXINIT:
                    cls._kexinit(c, server)
                elif code == DH_INIT and c.remaining >= 4 and c.peek(4) + 4 == c.remaining:
                    cls._number(c, cls.client_point_length, cls.client_point, cls.dh_e)
                elif code == DH_REPLY and c.remaining > 8 and c.peek(4) + 4 < c.remaining and c.peek(4, 4) < 40:
                    cls._reply(c)
                elif code == DH_REPLY:
                    c.add(cls.gex_p, c.add(cls.mpint_length))
                    c.add(cls.gex_g, c.add(cls.mpint_length))
                elif code == GEX_INIT:
                    c.add(cls.dh_e, c.add(cls.mpint_length))
                elif code == GEX_REPLY:
                    cls._reply(c)
                elif code == GEX_REQUEST:
                    c.add(cls.gex_min)
                    c.add(cls.gex_bits)
                    c.add(cls.gex_max)
                elif code in (SERVICE_REQUEST, SERVICE_ACCEPT):
                    c.add(cls.service, c.add(cls.service_length))
                elif code == DISCONNECT:
                    c.add(cls.reason)
            if padding:
                c.add(cls.padding, padding)
        return int(code)

    @classmethod
    def _kexinit(cls, c: Cursor, server: bool) -> None:
        c.add(cls.cookie)
        found = []
        for length, names in zip(cls.lengths, cls.lists, strict=True):
            found.append(c.add(names, c.add(length)))
        c.add(cls.first_follows)
        c.add(cls.reserved)
        kex, _, encrypt_out, encrypt_in, mac_out, mac_in, compress_out, compress_in, _, _ = found
        if server:
            full = f"{kex};{encrypt_in};{mac_in};{compress_in}"
        else:
            full = f"{kex};{encrypt_out};{mac_out};{compress_out}"
        import hashlib  # it loads OpenSSL: not where no key exchange is met

        digest = hashlib.md5(full.encode(), usedforsecurity=False).hexdigest()
        c.derived(cls.hassh_server_full if server else cls.hassh_full, full)
        c.derived(cls.hassh_server if server else cls.hassh, digest)

    @classmethod
    def _number(cls, c: Cursor, length: Field, point: Field, other: Field) -> None:
        if c.peek(4) in POINTS:
            c.add(point, c.add(length))
        else:
            c.add(other, c.add(cls.mpint_length))

    @classmethod
    def _reply(cls, c: Cursor) -> None:
        with c.group(cls.host_key, 4 + c.peek(4)) as c:
            c.add(cls.key_length)
            kind = c.add(cls.key_type, c.add(cls.key_type_length))
            if kind == "ssh-rsa":
                c.add(cls.rsa_e, c.add(cls.mpint_length))
                c.add(cls.rsa_n, c.add(cls.mpint_length))
            elif kind.startswith("ecdsa-"):
                c.add(cls.curve, c.add(cls.curve_length))
                c.add(cls.ecdsa, c.add(cls.ecdsa_length))
            elif kind.startswith("ssh-ed"):
                c.add(cls.eddsa, c.add(cls.eddsa_length))
            else:
                c.rest(cls.key_data)
        cls._number(c, cls.server_point_length, cls.server_point, cls.dh_f)
        with c.group(cls.signature, 4 + c.peek(4)) as c:
            c.add(cls.sig_length)
            c.add(cls.sig_type, c.add(cls.sig_type_length))
            c.rest(cls.sig_data)


def is_plain(c: Cursor) -> bool:
    """Whether the next bytes look like a packet that is not encrypted, and is here whole."""
    if c.remaining < 6:
        return False
    size, padding, code = c.peek(4), c.peek(1, 4), c.peek(1, 5)
    return 8 <= size <= min(MOST, c.remaining - 4) and 4 <= padding <= size - 2 and code in CODES
