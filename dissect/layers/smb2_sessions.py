"""What the commands of SMB 2 say that make and end sessions (MS-SMB2, sections 2.2.2 to 2.2.12)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.layers.smb2_fields import S, blob, pad, skip, text, time

MOST_CONTEXTS = 32


def negotiate(c: Cursor) -> None:
    """2.2.3"""
    count = c.add(S.dialects)
    c.add(S.security)
    skip(c, 1)
    pad(c, 2)
    c.add(S.capabilities)
    c.add(S.client)
    offset, contexts = c.add(S.contexts_at), c.add(S.contexts)
    pad(c, 2)
    for _ in range(count):
        c.add(S.dialect)
    if contexts and contexts <= MOST_CONTEXTS:
        negotiate_contexts(c, offset, contexts)


def negotiate_contexts(c: Cursor, offset: int, count: int) -> None:
    """2.2.3.1"""
    if c.h.start + offset < c.pos or c.h.start + offset > c.end:
        return
    if c.h.start + offset > c.pos:
        skip(c, c.h.start + offset - c.pos)
    for i in range(count):
        if i and -(c.pos - c.h.start) % 8 and c.remaining:
            skip(c, min(-(c.pos - c.h.start) % 8, c.remaining))
        if c.remaining < 8:
            return
        with c.group(S.context, 8 + c.peek(2, 2, little=True)) as c:
            kind = c.add(S.context_type)
            c.add(S.context_length)
            c.add(S.context_reserved, 4)
            if kind == 1:
                hashes, salt = c.add(S.hash_count), c.add(S.salt_length)
                for _ in range(hashes):
                    c.add(S.hash_id)
                if salt:
                    c.add(S.salt, salt)
            elif kind == 2:
                for _ in range(c.add(S.cipher_count)):
                    c.add(S.cipher)
            elif kind == 3:
                number = c.add(S.compressions)
                skip(c, 2)
                c.add(S.compression_flags)
                for _ in range(number):
                    c.add(S.compression)
            elif kind == 5 and c.remaining:
                c.add(S.netname, c.remaining, value=c.peek_bytes(c.remaining).decode("utf-16-le", "replace"))
            elif kind == 8:
                for _ in range(c.add(S.signings)):
                    c.add(S.signing)
            c.rest(S.other)


def negotiated(c: Cursor) -> None:
    """2.2.4"""
    c.add(S.security)
    skip(c, 1)
    c.add(S.dialect)
    contexts = c.add(S.contexts)
    for field in (S.server, S.capabilities, S.most_trans, S.most_read, S.most_write):
        c.add(field)
    time(c, S.now)
    time(c, S.boot)
    offset = c.add(S.blob_offset)
    size = c.add(S.blob_length)
    at = c.add(S.contexts_at) if c.remaining >= 4 and contexts else 0
    blob(c, offset, size)
    if contexts and contexts <= MOST_CONTEXTS:
        negotiate_contexts(c, at, contexts)


def setup(c: Cursor) -> None:
    """2.2.5"""
    c.add(S.setup_flags)
    c.add(S.security)
    c.add(S.capabilities)
    c.add(S.channel_word)
    offset = c.add(S.blob_offset)
    size = c.add(S.blob_length)
    c.add(S.previous)
    blob(c, offset, size)


def set_up(c: Cursor) -> None:
    """2.2.6"""
    c.add(S.session_flags)
    offset = c.add(S.blob_offset)
    blob(c, offset, c.add(S.blob_length))


def ended(c: Cursor) -> None:
    """2.2.7, 2.2.8, 2.2.11, 2.2.12, 2.2.18, 2.2.27 to 2.2.30"""
    pad(c, 2)


def connect(c: Cursor) -> None:
    """2.2.9"""
    c.add(S.connect_flags)
    offset = c.add(S.blob_offset)
    name = text(c, S.share, offset, c.add(S.blob_length))
    c.append_info(f" Tree: {name}")


def connected(c: Cursor) -> None:
    """2.2.10"""
    c.add(S.share_type)
    pad(c, 1)
    c.add(S.share_flags)
    c.add(S.share_caps)
    c.add(S.access)


def flushed(c: Cursor) -> None:
    """2.2.18"""
    skip(c, 2)


def failure(c: Cursor) -> None:
    """2.2.2"""
    c.add(S.error_contexts)
    c.add(S.error_reserved)
    size = max(c.add(S.error_count), 1)
    if c.remaining:
        c.add(S.error_data, min(size, c.remaining))
