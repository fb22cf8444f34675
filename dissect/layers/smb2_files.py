"""What the commands of SMB 2 say of files, pipes and directories (MS-SMB2, sections 2.2.13 to 2.2.40)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    Field,
)
from dissect.layers.smb2_fields import S, pad, place, skip, text, time
from dissect.layers.smb2_words import FUNCTIONS, HEADER

MOST_ENTRIES = 2000
NAMES_ONLY, RENAME = 12, 10


def content(c: Cursor, size: int, field: Field) -> None:
    """What a file or a pipe is written or read: DCE/RPC, as far as it looks like it."""
    if size <= 0:
        return
    octets = c.peek_bytes(min(size, 16))
    if len(octets) == 16 and octets[:2] == b"\5\0" and octets[2] <= 20 and octets[4] & 0xEF == 0:
        c.child("dcerpc", size)
    elif field is S.other:
        c.add(field, size)
    else:
        c.child("data", size)


def create(c: Cursor) -> None:
    """2.2.13"""
    skip(c, 1)
    c.add(S.oplock)
    c.add(S.impersonation)
    c.add(S.create_flags)
    pad(c, 8)
    for field in (S.access, S.attributes, S.sharing, S.disposition, S.options):
        c.add(field)
    offset = c.add(S.blob_offset)
    size = c.add(S.blob_length)
    extra, extra_size = c.add(S.wide_offset), c.add(S.wide_length)
    name = text(c, S.filename, offset, size)
    c.append_info(f" File: {name}")
    extra_octets(c, extra, extra_size)


def extra_octets(c: Cursor, offset: int, size: int) -> None:
    """Create contexts, as octets."""
    size = place(c, offset, size)
    with c.group(S.extra_info, size) as c:
        c.rest(S.other)


def file_times(c: Cursor) -> None:
    """When a file was made, used and changed; its sizes and attributes."""
    for field in S.times:
        time(c, field)
    for one in (S.allocation, S.end_of_file, S.attributes):
        c.add(one)


def created(c: Cursor) -> None:
    """2.2.14"""
    c.add(S.oplock)
    c.add(S.reply_flags)
    c.add(S.action)
    file_times(c)
    pad(c, 4)
    c.add(S.file_id)
    offset, size = c.add(S.wide_offset), c.add(S.wide_length)
    extra_octets(c, offset, size)


def close(c: Cursor) -> None:
    """2.2.15"""
    c.add(S.close_flags)
    skip(c, 4)
    c.add(S.file_id)


def flush(c: Cursor) -> None:
    """2.2.17"""
    skip(c, 6)
    c.add(S.file_id)


def closed(c: Cursor) -> None:
    """2.2.16"""
    c.add(S.close_flags)
    pad(c, 4)
    file_times(c)


def read(c: Cursor) -> None:
    """2.2.19"""
    c.add(S.read_padding)
    c.add(S.read_flags)
    length, offset = c.add(S.read_length), c.add(S.offset)
    c.add(S.file_id)
    for field in (S.least, S.channel_word, S.remaining_bytes, S.blob_offset, S.blob_length):
        c.add(field)
    c.derived(S.channel_blob, True)
    c.append_info(f" Len:{length} Off:{offset}")


def was_read(c: Cursor) -> None:
    """2.2.20"""
    offset = c.add(S.byte_offset)
    pad(c, 1)
    size = c.add(S.wide_length)
    c.add(S.read_left)
    pad(c, 4)
    size = place(c, offset, size)
    if size:
        with c.group(S.read_data, size) as c:
            content(c, size, S.read_data)


def write(c: Cursor) -> None:
    """2.2.21"""
    at = c.add(S.data_offset)
    length, offset = c.add(S.write_length), c.add(S.offset)
    c.add(S.file_id)
    for field in (S.channel_word, S.remaining_bytes, S.blob_offset, S.blob_length, S.write_flags):
        c.add(field)
    c.derived(S.channel_blob, True)
    c.append_info(f" Len:{length} Off:{offset}")
    content(c, place(c, at, length), S.write_data)


def written(c: Cursor) -> None:
    """2.2.22"""
    pad(c, 2)
    for field in (S.write_count, S.write_left, S.channel_offset, S.channel_length):
        c.add(field)


def control(c: Cursor) -> None:
    """2.2.31"""
    pad(c, 2)
    function = c.add(S.function)
    c.append_info(f" {FUNCTIONS.get(function, f'0x{function:08x}')}")
    c.add(S.file_id)
    at, size = c.add(S.wide_offset), c.add(S.wide_length)
    c.add(S.most_in)
    other_at, other = c.add(S.wide_offset), c.add(S.wide_length)
    c.add(S.most_out)
    c.add(S.ioctl_flags)
    pad(c, 4)
    both_ways(c, at, size, other_at, other)


def controlled(c: Cursor) -> None:
    """2.2.32"""
    pad(c, 2)
    function = c.add(S.function)
    c.append_info(f" {FUNCTIONS.get(function, f'0x{function:08x}')}")
    c.add(S.file_id)
    at, size = c.add(S.wide_offset), c.add(S.wide_length)
    other_at, other = c.add(S.wide_offset), c.add(S.wide_length)
    c.add(S.answer_flags)
    pad(c, 4)
    both_ways(c, at, size, other_at, other)


def both_ways(c: Cursor, at: int, size: int, other_at: int, other: int) -> None:
    """What goes in, and what comes out."""
    for field, offset, count in ((S.data_in, at, size), (S.data_out, other_at, other)):
        count = place(c, offset, count)
        with c.group(field, count) as c:
            content(c, count, S.other)


def find(c: Cursor) -> None:
    """2.2.33"""
    c.add(S.find_level)
    c.add(S.find_flags)
    c.add(S.find_index)
    c.add(S.file_id)
    offset = c.add(S.blob_offset)
    size = c.add(S.blob_length)
    c.add(S.output_length)
    name = text(c, S.pattern, offset, size)
    c.append_info(f" Pattern: {name}")


def were_found(c: Cursor) -> None:
    """2.2.34"""
    offset, size = c.add(S.blob_offset), c.add(S.wide_length)
    size = place(c, offset, size)
    level = c.h.__dict__.get("find level", 0)
    if not size:
        return
    if level not in S.entries:
        c.add(S.found, size)
        return
    with c.group(S.found, size) as c:
        count = 0
        while c.remaining > 8 and count < MOST_ENTRIES:
            count += 1
            following = c.peek(4, little=True)
            with c.group(S.entries[level], min(following or c.remaining, c.remaining)) as c:
                entry(c, level)
            if not following:
                break


def entry(c: Cursor, level: int) -> None:
    """An entry of a directory (MS-FSCC, section 2.4)."""
    c.add(S.next_offset)
    c.add(S.find_index)
    if level != NAMES_ONLY:
        for field in S.times:
            time(c, field)
        for one in (S.end_of_file, S.allocation, S.attributes):
            c.add(one)
    size = c.add(S.filename_length)
    if level in (2, 3, 37, 38):
        c.add(S.extended)
    if level in (3, 37):
        short = c.add(S.short_length)
        pad(c, 1)
        if short:
            c.add(S.short_name, short, value=c.peek_bytes(short).decode("utf-16-le", "replace"))
        skip(c, max(24 - short, 0))
        if level == 37:
            pad(c, 2)
    if level == 38:
        pad(c, 4)
    if level in (37, 38):
        skip(c, 8)
    if size:
        c.add(S.filename, size, value=c.peek_bytes(size).decode("utf-16-le", "replace"))


def kind_of_information(c: Cursor) -> None:
    """A class, and a level of it."""
    c.add(S.levels.get(c.add(S.info_class), S.info_level))


def get_information(c: Cursor) -> None:
    """2.2.37"""
    kind_of_information(c)
    c.add(S.most_response)
    c.add(S.asked_offset)
    pad(c, 2)
    for field in (S.asked_size, S.additional, S.get_flags):
        c.add(field)
    c.add(S.file_id)


def got_information(c: Cursor) -> None:
    """2.2.38"""
    offset, size = c.add(S.blob_offset), c.add(S.wide_length)
    skip(c, place(c, offset, size))


def set_information(c: Cursor) -> None:
    """2.2.39"""
    kind_of_information(c)
    size, offset = c.add(S.set_size), c.add(S.set_offset)
    c.add(S.set_reserved)
    c.add(S.additional)
    c.add(S.file_id)
    size = place(c, offset, size)
    if not size:
        return
    with c.group(S.rename if c.data[c.h.start + HEADER + 3] == RENAME else S.other, size) as c:
        if c.data[c.h.start + HEADER + 2 : c.h.start + HEADER + 4] == bytes([1, RENAME]) and c.remaining >= 20:
            c.add(S.replace_if)
            skip(c, 7)
            c.add(S.root)
            length = c.add(S.filename_length)
            if length:
                c.add(S.filename, length, value=c.peek_bytes(length).decode("utf-16-le", "replace"))
        c.rest(S.other)


def notify(c: Cursor) -> None:
    """2.2.35"""
    c.add(S.notify_flags)
    c.add(S.output_length)
    c.add(S.file_id)
    c.add(S.notify_filter)
    if c.remaining >= 4:
        pad(c, 4)
