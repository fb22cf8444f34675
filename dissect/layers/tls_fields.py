"""The fields of handshake messages under a prefix: those of TLS and of DTLS differ in nothing else."""

from __future__ import annotations

from dissect.engine.fields import HEX, STRING, UINT32, Field, abs_time, framenum, group, raw, string, u8, u16, u24, u32
from dissect.layers import tls_names as names
from dissect.layers.tls_names import named
from dissect.layers.tls_quic import Parameters

POINT_FORMATS = {0: "uncompressed", 1: "ansiX962_compressed_prime", 2: "ansiX962_compressed_char2"}
CURVE_TYPES = {1: "explicit_prime", 2: "explicit_char2", 3: "named_curve"}
PSK_MODES = {0: "PSK-only key establishment (psk_ke)", 1: "PSK with (EC)DHE key establishment (psk_dhe_ke)"}
COMPRESSORS = {1: "zlib", 2: "brotli", 3: "zstd"}
CERT_FORMS = {0: "X.509", 1: "OpenPGP", 2: "Raw Public Key"}
HELLO_KINDS = {0: "Outer Client Hello", 1: "Inner Client Hello"}
KDFS = {1: "HKDF-SHA256", 2: "HKDF-SHA384", 3: "HKDF-SHA512"}
AEADS = {1: "AES-128-GCM", 2: "AES-256-GCM", 3: "ChaCha20Poly1305", 0xFFFF: "Export-only"}
CERT_TYPES = {
    1: "RSA Sign", 2: "DSS Sign", 3: "RSA Fixed DH", 4: "DSS Fixed DH", 5: "RSA Ephemeral DH", 6: "DSS Ephemeral DH",
    20: "FORTEZZA DMS", 64: "ECDSA Sign", 65: "RSA Fixed ECDH", 66: "ECDSA Fixed ECDH",
}  # fmt: skip


class Fields:
    """Made for a prefix (`tls`, `dtls`)."""

    def __init__(self, p: str) -> None:
        self.prefix = p
        self._of_messages(p)
        self._of_names(p)
        self._of_keys(p)
        self._of_signatures(p)
        self._of_exchanges(p)
        self._of_tickets(p)
        self._of_certificates(p)
        self._of_further(p)
        self.transport = Parameters(p)
        self.fields = tuple(value for value in vars(self).values() if isinstance(value, Field)) + self.transport.fields

    def _of_messages(self, p: str) -> None:
        """Of a message, and of hellos."""
        h = f"{p}.handshake"
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

    def _of_names(self, p: str) -> None:
        """Of extensions: what is asked for by name."""
        x = f"{p}.handshake.extensions"
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

    def _of_keys(self, p: str) -> None:
        """Of extensions: keys, versions, states of certificates."""
        x = f"{p}.handshake.extensions"
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

    def _of_signatures(self, p: str) -> None:
        """Of extensions: sizes and signatures; of certificates."""
        h = f"{p}.handshake"
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

    def _of_exchanges(self, p: str) -> None:
        """Of the exchange of keys, and of requests for certificates."""
        h = f"{p}.handshake"
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

    def _of_tickets(self, p: str) -> None:
        """Of what comes when all is agreed on; compressed certificates."""
        h = f"{p}.handshake"
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

    def _of_certificates(self, p: str) -> None:
        """Of extensions that are about certificates, and of a hello sealed within (RFC 9849)."""
        h = f"{p}.handshake"
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

    def _of_further(self, p: str) -> None:
        """Fingerprints of hellos; answers about certificates; fragments."""
        h = f"{p}.handshake"
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
