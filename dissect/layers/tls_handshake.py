"""The handshake messages of TLS and DTLS (RFC 5246, RFC 8446), which differ in their headers only.

    +--------+--------------------------+
    |  type  |      length, 24 bits     |  then the message; a hello ends with extensions
    +--------+------+-------------------+
    |  extension    |     length        |  data …
    +---------------+-------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.layers import ja4
from dissect.layers import tls_names as names
from dissect.layers.certificates import certificate, rdn_sequence
from dissect.layers.tls_extensions import Extensions
from dissect.layers.tls_names import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    CLIENT_HELLO,
    CLIENT_KEY,
    COMPRESSED,
    DTLS13,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    HELLO_VERIFY,
    KEY_UPDATE,
    RETRY,
    SERVER_HELLO,
    SERVER_KEY,
    STATUS,
    TICKET,
    TLS13,
)
from dissect.layers.tls_state import State
from dissect.layers.x509 import X509IF

SECOND = 1_000_000_000
NAMED_CURVE = 3


class Handshake(Extensions):
    """The messages' fields under a prefix (`tls`, `dtls`) and their decoding."""

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
