"""The handshake messages of TLS and DTLS (RFC 5246, RFC 8446), which differ in their headers only.

    +--------+--------------------------+
    |  type  |      length, 24 bits     |  then the message; a hello ends with extensions
    +--------+------+-------------------+
    |  extension    |     length        |  data …
    +---------------+-------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    STRING,
    UINT32,
    Field,
    abs_time,
    framenum,
    group,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
)
from dissect.layers import ja4
from dissect.layers import tls_names as names
from dissect.layers.certificates import certificate, ocsp_response, rdn_sequence
from dissect.layers.tls_quic import Parameters
from dissect.layers.x509 import OCSP, X509IF

SECOND = 1_000_000_000
HELLO_REQUEST, CLIENT_HELLO, SERVER_HELLO, HELLO_VERIFY, TICKET, END_OF_EARLY, RETRY = 0, 1, 2, 3, 4, 5, 6
ENCRYPTED_EXTENSIONS, CERTIFICATE, SERVER_KEY, CERTIFICATE_REQUEST, SERVER_DONE = 8, 11, 12, 13, 14
CERTIFICATE_VERIFY, CLIENT_KEY, FINISHED, STATUS, KEY_UPDATE, COMPRESSED = 15, 16, 20, 22, 24, 25
TLS13, DTLS13 = 0x0304, 0xFEFC
POINT_FORMATS = {0: "uncompressed", 1: "ansiX962_compressed_prime", 2: "ansiX962_compressed_char2"}
CURVE_TYPES = {1: "explicit_prime", 2: "explicit_char2", 3: "named_curve"}
NAMED_CURVE = 3
PSK_MODES = {0: "PSK-only key establishment (psk_ke)", 1: "PSK with (EC)DHE key establishment (psk_dhe_ke)"}
MILLISECOND, LATEST = 1_000_000, 9_000_000_000_000  # in ns; milliseconds of the latest moment that can be told
COMPRESSORS = {1: "zlib", 2: "brotli", 3: "zstd"}
CERT_FORMS = {0: "X.509", 1: "OpenPGP", 2: "Raw Public Key"}
OUTER, HELLO_KINDS = 0, {0: "Outer Client Hello", 1: "Inner Client Hello"}
KDFS = {1: "HKDF-SHA256", 2: "HKDF-SHA384", 3: "HKDF-SHA512"}
AEADS = {1: "AES-128-GCM", 2: "AES-256-GCM", 3: "ChaCha20Poly1305", 0xFFFF: "Export-only"}
CERT_TYPES = {
    1: "RSA Sign", 2: "DSS Sign", 3: "RSA Fixed DH", 4: "DSS Fixed DH", 5: "RSA Ephemeral DH", 6: "DSS Ephemeral DH",
    20: "FORTEZZA DMS", 64: "ECDSA Sign", 65: "RSA Fixed ECDH", 66: "ECDSA Fixed ECDH",
}  # fmt: skip


def is_grease(value: int) -> bool:
    """Whether a number is there only to keep servers tolerant (RFC 8701)."""
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def named(table: dict[int, str]) -> Callable[[int], str | None]:
    """The names of `table`, and GREASE's."""
    return lambda value: "Reserved (GREASE)" if is_grease(value) else table.get(value)


class Handshake:
    """The messages' fields under a prefix (`tls`, `dtls`) and their decoding."""

    def __init__(self, p: str) -> None:
        h = f"{p}.handshake"
        x = f"{h}.extensions"
        self.prefix = p
        self.message = group(h, "Handshake Protocol")
        self.type = u8(None, f"{h}.type", "Handshake Type", names=names.HANDSHAKES)
        self.length = u24(None, f"{h}.length", "Length")
        self.message_seq = u16(None, f"{h}.message_seq", "Message Sequence")
        self.fragment_offset = u24(None, f"{h}.fragment_offset", "Fragment Offset")
        self.fragment_length = u24(None, f"{h}.fragment_length", "Fragment Length")
        self.version = u16(None, f"{h}.version", "Version", HEX, names=names.VERSIONS)
        self.random = raw(None, f"{h}.random", "Random", size=32)
        self.random_time = abs_time(None, f"{h}.random_time", "GMT Unix Time", size=4)
        self.random_bytes = raw(None, f"{h}.random_bytes", "Random Bytes", size=28)
        length = u16 if p == "tls" else u8  # Wireshark's types; both have one byte
        self.session_id_length = length(None, f"{h}.session_id_length", "Session ID Length", size=1)
        self.session_id = raw(None, f"{h}.session_id", "Session ID")
        self.cookie_length = u8(None, f"{h}.cookie_length", "Cookie Length")
        self.cookie = raw(None, f"{h}.cookie", "Cookie")
        self.ciphers_length = u16(None, f"{h}.cipher_suites_length", "Cipher Suites Length", unit="bytes")
        self.ciphers = group(f"{h}.ciphersuites", "Cipher Suites")
        self.cipher = u16(None, f"{h}.ciphersuite", "Cipher Suite", HEX, names=named(names.CIPHERS))
        self.compressions_length = u8(None, f"{h}.comp_methods_length", "Compression Methods Length")
        self.compressions = group(f"{h}.comp_methods", "Compression Methods")
        self.compression = u8(None, f"{h}.comp_method", "Compression Method", names=names.COMPRESSIONS)
        self.extensions_length = u16(None, f"{h}.extensions_length", "Extensions Length")
        self.extension = group("", "Extension")
        self.ext_type = u16(None, f"{h}.extension.type", "Type", names=named(names.EXTENSIONS))
        self.ext_len = u16(None, f"{h}.extension.len", "Length")
        self.ext_data = raw(None, f"{h}.extension.data", "Data")
        self.sni_list = u16(None, f"{x}_server_name_list_len", "Server Name list length")
        self.sni_type = u8(None, f"{x}_server_name_type", "Server Name Type", names={0: "host_name"})
        self.sni_len = u16(None, f"{x}_server_name_len", "Server Name length")
        self.sni = string(None, f"{x}_server_name", "Server Name")
        self.groups_length = u16(None, f"{x}_supported_groups_length", "Supported Groups List Length")
        self.groups = group(f"{x}_supported_groups", "Supported Groups")
        self.group = u16(None, f"{x}_supported_group", "Supported Group", HEX, names=named(names.GROUPS))
        self.formats_length = u8(None, f"{x}_ec_point_formats_length", "EC point formats Length")
        self.formats = group(f"{x}_ec_point_formats", "Elliptic curves point formats")
        self.format = u8(None, f"{x}_ec_point_format", "EC point format", names=POINT_FORMATS)
        self.alpn_len = u16(None, f"{x}_alpn_len", "ALPN Extension Length")
        self.alpn_list = group(f"{x}_alpn_list", "ALPN Protocol")
        self.alpn_str_len = u8(None, f"{x}_alpn_str_len", "ALPN string length")
        self.alpn_str = string(None, f"{x}_alpn_str", "ALPN Next Protocol")
        self.npn_len = u8(None, f"{x}_npn_str_len", "Protocol string length")
        self.npn = string(None, f"{x}_npn", "Next Protocol")
        self.alps_len = u16(None, f"{x}_alps_len", "ALPS Extension Length")
        self.alps_list = group(f"{x}_alps_alpn_list", "Supported ALPN List")
        self.alps_str_len = u8(None, f"{x}_alps_alpn_str_len", "Supported ALPN Length")
        self.alps_str = string(None, f"{x}_alps_alpn_str", "Supported ALPN")
        self.reneg_len = u8(None, f"{x}_reneg_info_len", "Renegotiation info extension length")
        self.reneg = raw(None, f"{x}_reneg_info", "Renegotiation info")
        self.share_length = u16(None, f"{x}_key_share_client_length", "Client Key Share Length")
        self.share_entry = group("", "Key Share Entry")
        self.share_group = u16(None, f"{x}_key_share_group", "Group", names=named(names.GROUPS))
        self.share_len = u16(None, f"{x}_key_share_key_exchange_length", "Key Exchange Length")
        self.share = raw(None, f"{x}_key_share_key_exchange", "Key Exchange")
        self.share_selected = u16(
            None, f"{x}_key_share_selected_group", "Selected Group", names=named(names.GROUPS)
        )
        self.versions_len = u8(None, f"{x}.supported_versions_len", "Supported Versions length")
        self.supported = u16(None, f"{x}.supported_version", "Supported Version", HEX, names=named(names.VERSIONS))
        self.ext_cookie_len = u16(None, f"{x}.cookie_len", "Cookie length")
        self.ext_cookie = raw(None, f"{x}.cookie", "Cookie")
        self.padding = raw(None, f"{x}_padding_data", "Padding Data")
        self.status_type = u8(
            None, f"{x}_status_request_type", "Certificate Status Type", names={1: "OCSP", 2: "OCSP Multi"}
        )
        self.status_len = u16(None, f"{x}_status_request_len", "Certificate Status Length")
        self.status_ids = u16(None, f"{x}_status_request_responder_ids_len", "Responder ID list Length")
        self.status_exts = u16(None, f"{x}_status_request_exts_len", "Request Extensions Length")
        self.status_list = u16(None, f"{x}_status_request_list_len", "Certificate Status List Length")
        self.psk_ids_len = u16(None, f"{x}.psk.identities.length", "Identities Length")
        self.psk_id = group("", "PSK Identity")
        self.psk_id_len = u16(None, f"{x}.psk.identity.identity_length", "Identity Length")
        self.psk_identity = raw(None, f"{x}.psk.identity.identity", "Identity")
        self.psk_age = u32(None, f"{x}.psk.identity.obfuscated_ticket_age", "Obfuscated Ticket Age")
        self.psk_binders_len = u16(None, f"{x}.psk.binders_len", "PSK Binders length")
        self.psk_binders = group(f"{x}.psk.binders", "PSK Binders")
        self.psk_selected = u16(None, f"{x}.psk.identity.selected", "Selected Identity")
        self.psk_modes_len = u8(None, f"{p}.extension.psk_ke_modes_length", "PSK Key Exchange Modes Length")
        self.psk_mode = u8(None, f"{p}.extension.psk_ke_mode", "PSK Key Exchange Mode", names=PSK_MODES)
        self.record_size = u16(None, f"{p}.record_size_limit", "Record Size Limit")
        self.heartbeat = u8(None, f"{h}.extension.heartbeat.mode", "Mode")
        self.max_fragment = u8(None, f"{h}.max_fragment_length", "Maximum Fragment Length")
        self.sig_algs_len = u16(None, f"{h}.sig_hash_alg_len", "Signature Hash Algorithms Length")
        self.sig_algs = group(f"{h}.sig_hash_algs", "Signature Hash Algorithms")
        self.sig_alg = u16(None, f"{h}.sig_hash_alg", "Signature Algorithm", HEX, names=named(names.SIGNATURES))
        self.sig_hash = u8(
            0, f"{h}.sig_hash_hash", "Signature Hash Algorithm Hash", names=names.HASHES, within=self.sig_alg
        )
        self.sig_signer = u8(
            1, f"{h}.sig_hash_sig", "Signature Hash Algorithm Signature", names=names.SIGNERS, within=self.sig_alg
        )
        self.certificates_length = u24(None, f"{h}.certificates_length", "Certificates Length")
        self.certificates = group(f"{h}.certificates", "Certificates")
        self.certificate_length = u24(None, f"{h}.certificate_length", "Certificate Length")
        self.certificate = raw(None, f"{h}.certificate", "Certificate")
        self.context_length = u8(
            None, f"{h}.certificate_request_context_length", "Certificate Request Context Length"
        )
        self.context = raw(None, f"{h}.certificate_request_context", "Certificate Request Context")
        self.params = group("", "Parameters")
        self.curve_type = u8(None, f"{h}.server_curve_type", "Curve Type", HEX, names=CURVE_TYPES)
        self.curve = u16(None, f"{h}.server_named_curve", "Named Curve", HEX, names=named(names.GROUPS))
        self.server_point_len = u8(None, f"{h}.server_point_len", "Pubkey Length")
        self.server_point = raw(None, f"{h}.server_point", "Pubkey")
        self.client_point_len = u8(None, f"{h}.client_point_len", "Pubkey Length")
        self.client_point = raw(None, f"{h}.client_point", "Pubkey")
        self.p_len, self.p = u16(None, f"{h}.p_len", "p Length"), raw(None, f"{h}.p", "p")
        self.g_len, self.g = u16(None, f"{h}.g_len", "g Length"), raw(None, f"{h}.g", "g")
        self.ys_len, self.ys = u16(None, f"{h}.ys_len", "Pubkey Length"), raw(None, f"{h}.ys", "Pubkey")
        self.yc_len, self.yc = u16(None, f"{h}.yc_len", "Pubkey Length"), raw(None, f"{h}.yc", "Pubkey")
        self.epms_len = u16(None, f"{h}.epms_len", "Encrypted PreMaster length")
        self.epms = raw(None, f"{h}.epms", "Encrypted PreMaster")
        self.sig_len = u16(None, f"{h}.sig_len", "Signature Length")
        self.sig = raw(None, f"{h}.sig", "Signature")
        self.verify_len = u16(None, f"{h}.client_cert_vrfy.sig_len", "Signature length")
        self.verify = raw(None, f"{h}.client_cert_vrfy.sig", "Signature")
        self.types_count = u8(None, f"{h}.cert_types_count", "Certificate types count")
        self.types = group(f"{h}.cert_types", "Certificate types")
        self.cert_type = u8(None, f"{h}.cert_type", "Certificate type", names=CERT_TYPES)
        self.dnames_len = u16(None, f"{h}.dnames_len", "Distinguished Names Length")
        self.dnames = group(f"{h}.dnames", "Distinguished Names")
        self.dname_len = u16(None, f"{h}.dname_len", "Distinguished Name Length")
        self.dname = group(f"{h}.dname", "Distinguished Name")
        self.ticket = group("", "TLS Session Ticket")
        self.lifetime = u32(None, f"{h}.session_ticket_lifetime_hint", "Session Ticket Lifetime Hint", unit="seconds")
        self.age_add = u32(None, f"{h}.session_ticket_age_add", "Session Ticket Age Add")
        self.nonce_length = u8(None, f"{h}.session_ticket_nonce_length", "Session Ticket Nonce Length")
        self.nonce = raw(None, f"{h}.session_ticket_nonce", "Session Ticket Nonce")
        self.ticket_length = u16(None, f"{h}.session_ticket_length", "Session Ticket Length")
        self.ticket_bytes = raw(None, f"{h}.session_ticket", "Session Ticket")
        self.key_update = u8(None, f"{h}.key_update.request_update", "Key Update Request")
        self.finished = group(f"{h}.verify_data", "Verify Data")
        z = f"{p}.compress_certificate"
        self.compressors_len = u8(None, f"{z}.algorithms_length", "Algorithms Length")
        self.compressor = u16(None, f"{z}.algorithm", "Algorithm", names=COMPRESSORS)
        self.uncompressed = u24(None, f"{z}.uncompressed_length", "Uncompressed Length")
        self.compressed_len = u24(None, f"{z}.compressed_certificate_message.length", "Length")
        self.compressed = raw(None, f"{z}.compressed_certificate_message", "Compressed Certificate Message")
        self.scts_len = u16(None, f"{p}.sct.scts_length", "Serialized SCT List Length")
        self.sct = group("", "Signed Certificate Timestamp")
        self.sct_len = u16(None, f"{p}.sct.sct_length", "Serialized SCT Length")
        self.sct_version = u8(None, f"{p}.sct.sct_version", "SCT Version")
        self.sct_log = raw(None, f"{p}.sct.sct_logid", "Log ID", size=32)
        self.sct_time = abs_time(None, f"{p}.sct.sct_timestamp", "Timestamp", size=8)
        self.sct_exts_len = u16(None, f"{p}.sct.sct_extensions_length", "Extensions length")
        self.sct_exts = group(f"{p}.sct.sct_extensions", "Extensions")
        self.sct_sig_len = u16(None, f"{p}.sct.sct_signature_length", "Signature Length")
        self.sct_sig = raw(None, f"{p}.sct.sct_signature", "Signature")
        self.forms_len = u8(None, f"{h}.cert_type.types_len", "Certificate Type List Length")
        self.forms = group(f"{h}.cert_type.types", "Certificate Type List")
        self.cert_form = u8(None, f"{h}.cert_type.type", "Certificate Type", HEX, names=CERT_FORMS)
        e = f"{p}.ech"  # as Wireshark has it since 4.2
        self.ech_type = u8(None, f"{e}.client_hello_type", "Client Hello type", names=HELLO_KINDS)
        self.ech_suite = group(f"{e}.cipher_suite", "Cipher Suite")
        self.ech_kdf = u16(None, f"{e}.hpke.keyconfig.cipher_suite.kdf_id", "KDF Id", names=KDFS)
        self.ech_aead = u16(None, f"{e}.hpke.keyconfig.cipher_suite.aead_id", "AEAD Id", names=AEADS)
        self.ech_config = u8(None, f"{e}.config_id", "Config Id")
        self.ech_enc_len = u16(None, f"{e}.enc_length", "Enc length")
        self.ech_enc = raw(None, f"{e}.enc", "Enc")
        self.ech_len = u16(None, f"{e}.payload_length", "Payload length")
        self.ech_payload = raw(None, f"{e}.payload", "Payload")
        self.ja3_full = Field(f"{h}.ja3_full", "JA3 Fullstring", STRING)
        self.ja3 = Field(f"{h}.ja3", "JA3", STRING)
        self.ja3s_full = Field(f"{h}.ja3s_full", "JA3S Fullstring", STRING)
        self.ja3s = Field(f"{h}.ja3s", "JA3S", STRING)
        self.ja4 = Field(f"{h}.ja4", "JA4", STRING)
        self.ja4_r = Field(f"{h}.ja4_r", "JA4_r", STRING)
        self.ocsp_len = u24(None, f"{h}.ocsp_response_len", "OCSP Response Length")
        self.ocsp_list = u24(None, f"{h}.ocsp_response_list_len", "OCSP Response List Length")
        self.fragments = group(f"{h}.fragments", "Reassembled Handshake Fragments")
        self.fragment = framenum(None, f"{h}.fragment", "Handshake Fragment")
        self.fragment_count = Field(f"{h}.fragment.count", "Handshake Fragment count", UINT32)
        self.transport = Parameters(p)
        self.fields = tuple(value for value in vars(self).values() if isinstance(value, Field)) + self.transport.fields

    def body(self, c: Cursor, kind: int, state: State) -> None:
        """The message behind its header; `c` is bounded by it."""
        if kind in (CLIENT_HELLO, SERVER_HELLO, RETRY):
            self._hello(c, kind, state)
        elif kind == HELLO_VERIFY:
            c.add(self.version)
            c.add(self.cookie, c.add(self.cookie_length))
        elif kind == TICKET:
            self._ticket(c, state)
        elif kind == ENCRYPTED_EXTENSIONS:
            self._extensions(c, kind, state)
        elif kind == CERTIFICATE:
            self._certificates(c, state)
        elif kind == SERVER_KEY:
            self._server_key(c, state)
        elif kind == CERTIFICATE_REQUEST:
            self._request(c)
        elif kind == CERTIFICATE_VERIFY:
            if c.peek(2) + 2 != c.remaining:
                c.add(self.sig_alg)
            c.add(self.verify, c.add(self.verify_len))
        elif kind == CLIENT_KEY:
            self._client_key(c, state)
        elif kind == STATUS:
            self._status_response(c)
        elif kind == KEY_UPDATE:
            c.add(self.key_update)
        elif kind == COMPRESSED:
            c.add(self.compressor)
            c.add(self.uncompressed)
            c.add(self.compressed, c.add(self.compressed_len))
        elif kind == FINISHED:
            c.rest(self.finished)

    def _hello(self, c: Cursor, kind: int, state: State) -> None:
        modern = state.version == TLS13  # known before
        state.version = c.add(self.version)
        if modern or (kind == SERVER_HELLO and chosen_version(c) in (TLS13, DTLS13)):
            c.add(self.random)
        else:
            with c.group(self.random, 32) as c:
                c.add(self.random_time, value=c.peek(4) * SECOND)
                c.add(self.random_bytes)
        state.reset()
        size = c.add(self.session_id_length)
        if size:
            c.add(self.session_id, size)
        if kind == CLIENT_HELLO:
            if self.prefix == "dtls":
                size = c.add(self.cookie_length)
                if size:
                    c.add(self.cookie, size)
            size = c.add(self.ciphers_length)
            with c.group(self.ciphers, size, f"Cipher Suites ({size // 2} suites)") as c:
                while c.remaining:
                    state.ciphers.append(c.add(self.cipher))
            size = c.add(self.compressions_length)
            with c.group(self.compressions, size, f"Compression Methods ({size} methods)") as c:
                while c.remaining:
                    c.add(self.compression)
        else:
            state.ciphers.append(c.add(self.cipher))
            c.add(self.compression)
        if c.remaining:
            self._extensions(c, kind, state)
        if kind == CLIENT_HELLO:
            full = state.ja3()
            c.derived(self.ja3_full, full)
            c.derived(self.ja3, ja4.ja3(full))
            first, *parts = state.ja4("q" if state.quic else "d" if self.prefix == "dtls" else "t")
            c.derived(self.ja4, "_".join([first, *map(ja4.digest, parts)]))
            c.derived(self.ja4_r, "_".join([first, *parts]))
        else:
            full = state.ja3s()
            c.derived(self.ja3s_full, full)
            c.derived(self.ja3s, ja4.ja3(full))

    def _extensions(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.extensions_length)
        end = c.pos + size
        while c.pos < end:
            number, length = c.peek(2), c.peek(2, 2)
            name = self.ext_type.value_name(number) or f"Unknown type {number}"
            with c.group(self.extension, 4 + length, f"Extension: {name} (len={length})") as c:
                c.add(self.ext_type)
                c.add(self.ext_len)
                state.extensions.append(number)
                method = EXTENSIONS.get(number)
                if method is not None:
                    method(self, c, kind, state)
                elif c.remaining or is_grease(number) or number not in names.EXTENSIONS:
                    c.add(self.ext_data, c.remaining)

    def _names(self, c: Cursor, kind: int, state: State) -> None:
        if not c.remaining:
            return
        size = c.add(self.sni_list)
        end = c.pos + size
        while c.pos < end:
            c.add(self.sni_type)
            state.names.append(c.add(self.sni, c.add(self.sni_len)))

    def _groups(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.groups_length)
        with c.group(self.groups, size, f"Supported Groups ({size // 2} groups)") as c:
            while c.remaining:
                state.groups.append(c.add(self.group))

    def _formats(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.formats_length)
        with c.group(self.formats, size, f"Elliptic curves point formats ({size})") as c:
            while c.remaining:
                state.formats.append(c.add(self.format))

    def _signatures(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.sig_algs_len)
        with c.group(self.sig_algs, size, f"Signature Hash Algorithms ({size // 2} algorithms)") as c:
            while c.remaining:
                state.signatures.append(c.add(self.sig_alg))

    def _certificate_signatures(self, c: Cursor, kind: int, state: State) -> None:
        self._signatures(c, kind, State())  # JA4 is made of the other list alone

    def _alpn(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.alpn_len)
        with c.group(self.alpn_list, size) as c:
            if c.remaining:
                state.protocol = c.peek_bytes(c.peek(1), 1)
            while c.remaining:
                c.add(self.alpn_str, c.add(self.alpn_str_len))

    def _alps(self, c: Cursor, kind: int, state: State) -> None:
        if kind != CLIENT_HELLO:
            c.rest(self.ext_data)
            return
        size = c.add(self.alps_len)
        with c.group(self.alps_list, size) as c:
            while c.remaining:
                c.add(self.alps_str, c.add(self.alps_str_len))

    def _npn(self, c: Cursor, kind: int, state: State) -> None:
        while c.remaining:
            c.add(self.npn, c.add(self.npn_len))

    def _renegotiation(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.reneg_len)
        if size:
            c.add(self.reneg, size)

    def _share(self, c: Cursor, kind: int, state: State) -> None:
        if kind == RETRY or c.remaining == 2:
            c.add(self.share_selected)
            return
        end = c.pos + c.remaining
        if kind == CLIENT_HELLO:
            end = c.pos + 2 + c.add(self.share_length)
        while c.pos < end:
            name = self.share_group.value_name(c.peek(2)) or c.peek(2)
            text = f"Key Share Entry: Group: {name}, Key Exchange length: {c.peek(2, 2)}"
            with c.group(self.share_entry, 4 + c.peek(2, 2), text) as c:
                c.add(self.share_group)
                size = c.add(self.share_len)
                if size:
                    c.add(self.share, size)

    def _versions(self, c: Cursor, kind: int, state: State) -> None:
        if kind == CLIENT_HELLO:
            size = c.add(self.versions_len)
            end = c.pos + size
            while c.pos < end:
                state.offered.append(c.add(self.supported))
        else:
            state.version = c.add(self.supported)

    def _cookie(self, c: Cursor, kind: int, state: State) -> None:
        c.add(self.ext_cookie, c.add(self.ext_cookie_len))

    def _padding(self, c: Cursor, kind: int, state: State) -> None:
        c.add(self.padding, c.remaining)

    def _status(self, c: Cursor, kind: int, state: State) -> None:
        if kind == CERTIFICATE:
            self._status_response(c)
            return
        if kind != CLIENT_HELLO or not c.remaining:
            return
        c.add(self.status_type)
        c.skip(c.add(self.status_ids))
        c.skip(c.add(self.status_exts))

    def _status_response(self, c: Cursor) -> None:
        """Answers about certificates (RFC 6066, section 8; RFC 6961)."""
        several = c.add(self.status_type) == 2
        end = c.end
        if several:
            end = c.pos + 3 + c.add(self.ocsp_list)
        while c.pos < end and c.remaining:
            size = c.add(self.ocsp_len)
            if size:
                with c.group(OCSP.response, size) as c:
                    ocsp_response(c)

    def _psk(self, c: Cursor, kind: int, state: State) -> None:
        if kind != CLIENT_HELLO:
            c.add(self.psk_selected)
            return
        size = c.add(self.psk_ids_len)
        end = c.pos + size
        while c.pos < end:
            size = c.peek(2)
            with c.group(self.psk_id, 6 + size, f"PSK Identity (length: {size})") as c:
                c.add(self.psk_identity, c.add(self.psk_id_len))
                c.add(self.psk_age)
        size = c.add(self.psk_binders_len)
        with c.group(self.psk_binders, size):
            pass

    def _psk_modes(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.psk_modes_len)
        end = c.pos + size
        while c.pos < end:
            c.add(self.psk_mode)

    def _ticket_extension(self, c: Cursor, kind: int, state: State) -> None:
        c.add(self.ext_data, c.remaining)

    def _record_size(self, c: Cursor, kind: int, state: State) -> None:
        c.add(self.record_size)

    def _heartbeat(self, c: Cursor, kind: int, state: State) -> None:
        c.add(self.heartbeat)

    def _max_fragment(self, c: Cursor, kind: int, state: State) -> None:
        c.add(self.max_fragment)

    def _compressors(self, c: Cursor, kind: int, state: State) -> None:
        size = c.add(self.compressors_len)
        end = c.pos + size
        while c.pos < end:
            c.add(self.compressor)

    def _timestamps(self, c: Cursor, kind: int, state: State) -> None:
        """Signed certificate timestamps (RFC 6962, section 3.3); who asks for them says nothing."""
        if not c.remaining:
            return
        end = c.pos + 2 + c.add(self.scts_len)
        while c.pos < end:
            with c.group(self.sct, 2 + c.peek(2)) as c:
                c.add(self.sct_len)
                c.add(self.sct_version)
                c.add(self.sct_log)
                c.add(self.sct_time, value=min(c.peek(8), LATEST) * MILLISECOND)
                size = c.add(self.sct_exts_len)
                if size:
                    with c.group(self.sct_exts, size):
                        pass
                c.add(self.sig_alg)
                c.add(self.sct_sig, c.add(self.sct_sig_len))

    def _forms(self, c: Cursor, kind: int, state: State) -> None:
        """What certificates may be (RFC 7250): a list from the client, the server's choice of it."""
        if kind != CLIENT_HELLO:
            c.add(self.cert_form)
            return
        size = c.add(self.forms_len)
        with c.group(self.forms, size, f"Certificate Type List ({size} types)") as c:
            while c.remaining:
                c.add(self.cert_form)

    def _hello_within(self, c: Cursor, kind: int, state: State) -> None:
        """Encrypted Client Hello (RFC 9849): the hello that is meant, sealed in the one that is seen."""
        if kind != CLIENT_HELLO:
            c.add(self.ext_data, c.remaining)
        elif c.add(self.ech_type) == OUTER:
            with c.group(self.ech_suite, 4) as c:
                c.add(self.ech_kdf)
                c.add(self.ech_aead)
            c.add(self.ech_config)
            size = c.add(self.ech_enc_len)
            if size:
                c.add(self.ech_enc, size)
            c.add(self.ech_payload, c.add(self.ech_len))

    def _transport(self, c: Cursor, kind: int, state: State) -> None:
        self.transport.decode(c)

    def _ticket(self, c: Cursor, state: State) -> None:
        with c.group(self.ticket, c.remaining) as c:
            c.add(self.lifetime)
            if state.version in (TLS13, DTLS13):
                c.add(self.age_add)
                c.add(self.nonce, c.add(self.nonce_length))
            size = c.add(self.ticket_length)
            if size:
                c.add(self.ticket_bytes, size)
            if c.remaining and state.version in (TLS13, DTLS13):
                self._extensions(c, TICKET, state)

    def _certificates(self, c: Cursor, state: State) -> None:
        modern = state.version in (TLS13, DTLS13)
        if modern:
            size = c.add(self.context_length)
            if size:
                c.add(self.context, size)
        size = c.add(self.certificates_length)
        if not size:
            return
        with c.group(self.certificates, size, f"Certificates ({size} bytes)") as c:
            while c.remaining:
                size = c.add(self.certificate_length)
                if size:
                    with c.group(self.certificate, size) as c:
                        certificate(c)
                if modern:
                    self._extensions(c, CERTIFICATE, state)

    def _client_key(self, c: Cursor, state: State) -> None:
        """The client's part of a key exchange, of which the cipher suite tells the kind."""
        kind = exchange_of(state.suite())
        if kind in ("RSA", "DH") and c.remaining >= 2 and c.peek(2) + 2 == c.remaining:
            title = "RSA Encrypted PreMaster Secret" if kind == "RSA" else "Diffie-Hellman Client Params"
            size, octets = (self.epms_len, self.epms) if kind == "RSA" else (self.yc_len, self.yc)
            with c.group(self.params, c.remaining, title) as c:
                c.add(octets, c.add(size))
        elif c.remaining and c.peek(1) + 1 == c.remaining:
            with c.group(self.params, c.remaining, "EC Diffie-Hellman Client Params") as c:
                c.add(self.client_point, c.add(self.client_point_len))

    def _finite(self, c: Cursor) -> None:
        """The server's Diffie-Hellman parameters (RFC 5246, section 7.4.3)."""
        with c.group(self.params, c.remaining, "Diffie-Hellman Server Params") as c:
            for size, octets in ((self.p_len, self.p), (self.g_len, self.g), (self.ys_len, self.ys)):
                c.add(octets, c.add(size))
            if c.remaining >= 2 and c.peek(2) + 2 != c.remaining:
                c.add(self.sig_alg)
            if c.remaining:
                c.add(self.sig, c.add(self.sig_len))

    def _server_key(self, c: Cursor, state: State) -> None:
        if exchange_of(state.suite()) == "DH":
            self._finite(c)
            return
        if c.peek(1) != NAMED_CURVE:
            return  # Diffie-Hellman, RSA, PSK, …: which one the cipher suite says
        with c.group(self.params, c.remaining, "EC Diffie-Hellman Server Params") as c:
            c.add(self.curve_type)
            c.add(self.curve)
            c.add(self.server_point, c.add(self.server_point_len))
            if c.remaining >= 2 and c.peek(2) + 2 != c.remaining:
                c.add(self.sig_alg)
            if c.remaining:
                c.add(self.sig, c.add(self.sig_len))

    def _request(self, c: Cursor) -> None:
        size = c.add(self.types_count)
        with c.group(self.types, size, f"Certificate types ({size} types)") as c:
            while c.remaining:
                c.add(self.cert_type)
        if c.peek(2) + 2 != c.remaining:
            self._signatures(c, CERTIFICATE_REQUEST, State())
        size = c.add(self.dnames_len)
        if not size:
            return
        with c.group(self.dnames, size, f"Distinguished Names ({size} bytes)") as c:
            while c.remaining:
                with c.group(self.dname, c.add(self.dname_len)) as c:
                    rdn_sequence(c, X509IF.rdns)


def exchange_of(suite: int) -> str:
    """How a cipher suite exchanges keys: RSA, DH, or something else."""
    name = names.CIPHERS.get(suite, "")
    if name.startswith("TLS_RSA_WITH"):
        return "RSA"
    return "DH" if name.startswith(("TLS_DHE_RSA", "TLS_DHE_DSS", "TLS_DH_anon")) else ""


def chosen_version(c: Cursor) -> int:
    """The version that a server hello's supported_versions extension names, or 0; `c` is before the random bytes."""
    data = c.peek_bytes(c.remaining)
    at = 33 + data[32] + 5 if len(data) > 32 else len(data)
    while at + 6 <= len(data):
        if data[at : at + 4] == b"\0\x2b\0\2":
            return int.from_bytes(data[at + 4 : at + 6], "big")
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0


Extension = Callable[[Handshake, Cursor, int, "State"], None]
H = Handshake
EXTENSIONS: dict[int, Extension] = {
    0: H._names, 1: H._max_fragment, 5: H._status, 10: H._groups, 11: H._formats, 13: H._signatures, 15: H._heartbeat,
    16: H._alpn, 21: H._padding, 28: H._record_size, 35: H._ticket_extension, 41: H._psk, 43: H._versions,
    44: H._cookie, 45: H._psk_modes, 50: H._certificate_signatures, 51: H._share, 13172: H._npn, 17513: H._alps,
    65281: H._renegotiation, 18: H._timestamps, 19: H._forms, 20: H._forms, 27: H._compressors,
    65037: H._hello_within, 57: H._transport, 0xFFA5: H._transport,
}  # fmt: skip


class State:
    """What the records of one packet tell the next ones, and what a hello's fingerprint is made of."""

    def __init__(self, version: int = 0, quic: bool = False) -> None:
        self.version = version
        self.quic = quic  # whether QUIC carries these messages
        self.encrypted = False
        self.asked: Callable[[], int] = int  # tells the cipher suite, where a hello before did
        self.whole: dict[int, tuple[bytes, tuple[tuple[int, int], ...]]] = {}  # messages of which the record has the end
        self.upper = False  # whether what is sealed has filled the list's columns
        self.reset()

    def suite(self) -> int:
        """The cipher suite of the session, or 0."""
        return self.ciphers[0] if len(self.ciphers) == 1 else self.asked()

    def reset(self) -> None:
        """Begin a hello."""
        self.ciphers: list[int] = []
        self.extensions: list[int] = []
        self.groups: list[int] = []
        self.formats: list[int] = []
        self.names: list[str] = []
        self.signatures: list[int] = []
        self.offered: list[int] = []
        self.protocol = b""
        self.hello = self.version

    def ja3(self) -> str:
        """Version, cipher suites, extensions, groups and point formats of a client, GREASE left out."""
        lists = (self.ciphers, self.extensions, self.groups)
        parts = ["-".join(str(v) for v in values if not is_grease(v)) for values in lists]
        return ",".join([str(self.hello), *parts, "-".join(map(str, self.formats))])

    def ja4(self, carrier: str) -> tuple[str, str, str]:
        """The first part of a client's JA4 and the texts that its second and third are hashes of."""
        kept = [[v for v in values if not is_grease(v)] for values in (self.ciphers, self.extensions, self.signatures)]
        offered = [v for v in self.offered if not is_grease(v)] or [self.hello]
        newest = min(offered) if carrier == "d" else max(offered)  # DTLS counts down
        return ja4.beginning(carrier, newest, kept[0], kept[1], self.protocol), *ja4.lists(*kept)

    def ja3s(self) -> str:
        """Version, cipher suite and extensions of a server."""
        extensions = "-".join(str(v) for v in self.extensions if not is_grease(v))
        return f"{self.hello},{self.ciphers[0]},{extensions}"
