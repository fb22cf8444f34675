"""The extensions of hellos, certificates and tickets (RFC 6066, RFC 8446 section 4.2, and what further RFCs add).

    +---------------+---------------+
    |     type      |    length     |  data …
    +---------------+---------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.layers import tls_names as names
from dissect.layers.certificates import ocsp_response
from dissect.layers.tls_fields import Fields
from dissect.layers.tls_names import CERTIFICATE, CLIENT_HELLO, RETRY, is_grease
from dissect.layers.tls_state import State
from dissect.layers.x509 import OCSP

MILLISECOND, LATEST = 1_000_000, 9_000_000_000_000  # in ns; milliseconds of the latest moment that can be told
OUTER = 0  # of the two hellos of Encrypted Client Hello


class Extensions(Fields):
    """How they are read."""

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

    def timestamps(self, c: Cursor, kind: int, state: State) -> None:
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


Extension = Callable[[Extensions, Cursor, int, State], None]
E = Extensions
EXTENSIONS: dict[int, Extension] = {
    0: E._names, 1: E._max_fragment, 5: E._status, 10: E._groups, 11: E._formats, 13: E._signatures, 15: E._heartbeat,
    16: E._alpn, 21: E._padding, 28: E._record_size, 35: E._ticket_extension, 41: E._psk, 43: E._versions,
    44: E._cookie, 45: E._psk_modes, 50: E._certificate_signatures, 51: E._share, 13172: E._npn, 17513: E._alps,
    65281: E._renegotiation, 18: E.timestamps, 19: E._forms, 20: E._forms, 27: E._compressors,
    65037: E._hello_within, 57: E._transport, 0xFFA5: E._transport,
}  # fmt: skip
