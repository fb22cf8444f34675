"""The fields of the commands of SMB 2 (MS-SMB2, section 2.2), and what all of these are read with.

    structure size (read before); fixed fields by command, offsets from the header among them; what these lead to
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    GUID,
    HEX,
    UINT32,
    Field,
    bits,
    flag,
    group,
    guid,
    raw,
    string,
    u8,
    u16,
    u32,
    u64,
)
from dissect.layers import gss
from dissect.layers.smb2_words import (
    ACTIONS,
    CIPHERS,
    CLASSES,
    CONTEXTS,
    DIALECTS,
    DISPOSITIONS,
    FUNCTIONS,
    IMPERSONATIONS,
    OPLOCKS,
    SHARES,
)
from dissect.layers.smb_words import ACCESS_BITS, OPTION_BITS

EPOCH, TICK = 11644473600 * 10_000_000, 100  # of a FILETIME: 1601; nanoseconds
CHANGES = (
    ("file_name", "File Name Change"), ("dir_name", "Directory Name Change"), ("attributes", "Attribute Change"),
    ("size", "Size Change"), ("last_write", "Last Write Change"), ("last_access", "Last Access Change"),
    ("creation", "Created Change"), ("ea", "EA Change"), ("security", "Security Change"),
    ("stream_name", "Stream Name Change"), ("stream_size", "Stream Size Change"), ("stream_write", "Stream Write"),
)  # fmt: skip
Reader = Callable[[Cursor], None]


def size_of(name: str, label: str) -> Field:
    """A count of octets, or of what else is counted."""
    return u32(None, f"smb2.{name}", label, little=True)


def changes(word: Field) -> tuple[Field, ...]:
    """The bits of what is told of a directory."""
    return tuple(
        flag(None, f"smb.nt.notify.{name}", label, 1 << bit, size=4, little=True, within=word)
        for bit, (name, label) in enumerate(CHANGES)
    )


class Commands:
    """The fields of the commands."""

    other = raw(None, "", "Data")
    filler = raw(None, "smb2.reserved", "Reserved")
    dialects = u16(None, "smb2.dialect_count", "Dialect count", little=True)
    dialect = u16(None, "smb2.dialect", "Dialect", HEX, little=True, names=DIALECTS)
    contexts_at = u32(None, "smb2.negotiate_context.offset", "NegotiateContextOffset", HEX, little=True)
    contexts = u16(None, "smb2.negotiate_context.count", "NegotiateContextCount", little=True)
    context = group("", "Negotiate Context")
    context_type = u16(None, "smb2.negotiate_context.type", "Type", HEX, little=True, names=CONTEXTS)
    context_length = u16(None, "smb2.negotiate_context.data_length", "DataLength", little=True)
    context_reserved = raw(None, "smb2.reserved", "Reserved")
    hash_count = u16(None, "smb2.negotiate_context.hash_alg_count", "HashAlgorithmCount", little=True)
    salt_length = u16(None, "smb2.negotiate_context.salt_length", "SaltLength", little=True)
    hash_id = u16(None, "smb2.negotiate_context.hash_algorithm", "HashAlgorithm", HEX, little=True, names={1: "SHA-512"})
    salt = raw(None, "smb2.negotiate_context.salt", "Salt")
    cipher_count = u16(None, "smb2.negotiate_context.cipher_count", "CipherCount", little=True)
    cipher = u16(None, "smb2.negotiate_context.cipher_id", "CipherId", HEX, little=True, names=CIPHERS)
    compressions = u16(None, "smb2.negotiate_context.comp_alg_count", "CompressionAlgorithmCount", little=True)
    compression = u16(None, "smb2.negotiate_context.comp_alg_id", "CompressionAlgorithmId", HEX, little=True)
    compression_flags = u32(None, "smb2.negotiate_context.comp_alg_flags", "Flags", HEX, little=True)
    chained_compression = flag(None, "smb2.negotiate_context.comp_alg_flags.chained", "Chained", 1, little=True, within=compression_flags)
    netname = string(None, "smb2.negotiate_context.netname", "Netname")
    signings = u16(None, "smb2.negotiate_context.signing_alg_count", "SigningAlgorithmCount", little=True)
    signing = u16(None, "smb2.negotiate_context.signing_id", "SigningAlgorithmId", HEX, little=True)
    security = u8(None, "smb2.sec_mode", "Security mode", HEX)
    sign_enabled = flag(None, "smb2.sec_mode.sign_enabled", "Signing enabled", 0x01, within=security)
    sign_required = flag(None, "smb2.sec_mode.sign_required", "Signing required", 0x02, within=security)
    capabilities = u32(None, "smb2.capabilities", "Capabilities", HEX, little=True)
    capability_bits = bits(
        capabilities, "smb2.capabilities", ("dfs", "DFS", 0x01), ("leasing", "LEASING", 0x02), ("large_mtu", "LARGE MTU", 0x04),
        ("multi_channel", "MULTI CHANNEL", 0x08), ("persistent_handles", "PERSISTENT HANDLES", 0x10),
        ("directory_leasing", "DIRECTORY LEASING", 0x20), ("encryption", "ENCRYPTION", 0x40),
    )  # fmt: skip
    client = guid(None, "smb2.client_guid", "Client Guid", little=True)
    server = guid(None, "smb2.server_guid", "Server Guid", little=True)
    most_trans = size_of("max_trans_size", "Max Transaction Size")
    most_read, most_write = size_of("max_read_size", "Max Read Size"), size_of("max_write_size", "Max Write Size")
    now = Field("smb2.current_time", "Current Time", ABSOLUTE_TIME)
    boot = Field("smb2.boot_time", "Boot Time", ABSOLUTE_TIME)
    setup_flags = u8(None, "smb2.ses_req_flags", "Flags")
    binding = flag(None, "smb2.ses_req_flags.session_binding", "Session Binding Request", 0x01, within=setup_flags)
    session_flags = u16(None, "smb2.session_flags", "Session Flags", HEX, little=True)
    session_bits = bits(
        session_flags, "smb2.ses_flags", ("guest", "Guest", 0x01), ("null", "Null", 0x02), ("encrypt", "Encrypt", 0x04),
    )  # fmt: skip
    channel_word = u32(None, "smb2.channel", "Channel", HEX, little=True)
    blob_offset = Field("smb2.olb.offset", "Blob Offset", UINT32, HEX, size=2, little=True)
    blob_length = Field("smb2.olb.length", "Blob Length", UINT32, size=2, little=True)
    wide_offset = Field("smb2.olb.offset", "Blob Offset", UINT32, HEX, little=True)
    wide_length = Field("smb2.olb.length", "Blob Length", UINT32, little=True)
    byte_offset = Field("smb2.olb.offset", "Blob Offset", UINT32, HEX, size=1)
    blob = raw(None, "smb2.security_blob", "Security Blob")
    previous = u64(None, "smb2.previous_sesid", "Previous Session Id", HEX, little=True)
    connect_flags = u16(None, "smb2.tc.flags", "Flags", HEX, little=True)
    connect_bits = bits(
        connect_flags, "smb2.tc", ("cluster_reconnect", "Cluster Reconnect", 0x01),
        ("redirect_to_owner", "Redirect To Owner", 0x02), ("extension_present", "Extension Present", 0x04),
    )  # fmt: skip
    connect_reserved = u16(None, "smb2.tc.reserved", "Reserved", HEX, mask=0xFFF8, little=True, within=connect_flags)
    share = string(None, "smb2.tree", "Tree")
    share_type = u8(None, "smb2.share_type", "Share Type", HEX, names=SHARES)
    share_flags = u32(None, "smb2.share_flags", "Share flags", HEX, little=True)
    share_flag_bits = bits(
        share_flags, "smb2.share_flags", ("dfs", "DFS", 0x01), ("dfs_root", "DFS root", 0x02),
        ("restrict_exclusive_opens", "Restrict exclusive opens", 0x0100),
        ("force_shared_delete", "Force shared delete", 0x0200),
        ("allow_namespace_caching", "Allow namespace caching", 0x0400),
        ("access_based_dir_enum", "Access based directory enum", 0x0800),
        ("force_levelii_oplock", "Force level II oplock", 0x1000), ("enable_hash_v1", "Enable hash V1", 0x2000),
        ("enable_hash_v2", "Enable hash V2", 0x4000), ("encrypt_data", "Encrypted data required", 0x8000),
        ("identity_remoting", "Identity Remoting", 0x40000), ("compress_data", "Compressed IO", 0x100000),
    )  # fmt: skip
    share_caps = u32(None, "smb2.share_caps", "Share Capabilities", HEX, little=True)
    share_cap_bits = bits(
        share_caps, "smb2.share_caps", ("dfs", "DFS", 0x08), ("continuous_availability", "CONTINUOUS AVAILABILITY", 0x10),
        ("scaleout", "SCALEOUT", 0x20), ("cluster", "CLUSTER", 0x40), ("assymetric", "ASSYMETRIC", 0x80),
        ("redirect_to_owner", "REDIRECT_TO_OWNER", 0x100),
    )  # fmt: skip
    oplock = u8(None, "smb2.create.oplock", "Oplock", HEX, names=OPLOCKS)
    impersonation = u32(None, "smb2.impersonation.level", "Impersonation level", little=True, names=IMPERSONATIONS)
    create_flags = u64(None, "smb2.create_flags", "Create Flags", HEX, little=True)
    access = u32(None, "smb.access_mask", "Access Mask", HEX, little=True)
    access_bits = tuple(
        flag(None, f"smb.access.{name}", label, mask, size=4, little=True) for name, label, mask in ACCESS_BITS
    )
    attributes = u32(None, "smb2.file_attribute", "File Attributes", HEX, little=True)
    attribute_bits = bits(
        attributes, "smb2.file_attribute", ("read_only", "Read Only", 0x01), ("hidden", "Hidden", 0x02),
        ("system", "System", 0x04), ("directory", "Directory", 0x10), ("archive", "Requires archived", 0x20),
        ("normal", "Normal", 0x80), ("temporary", "Temporary", 0x100), ("sparse", "Sparse", 0x200),
        ("reparse", "Reparse Point", 0x400), ("compressed", "Compressed", 0x800), ("offline", "Offline", 0x1000),
        ("not_content_indexed", "Not Content Indexed", 0x2000), ("encrypted", "Encrypted", 0x4000),
        ("integrity_stream", "Integrity Stream", 0x8000), ("no_scrub_data", "No Scrub Data", 0x20000),
    )  # fmt: skip
    sharing = u32(None, "smb.share_access", "Share Access", HEX, little=True)
    sharing_bits = tuple(
        flag(None, f"smb.share.access.{name}", label, mask, size=4, little=True)
        for name, label, mask in (("read", "Read", 1), ("write", "Write", 2), ("delete", "Delete", 4))
    )
    options = u32(None, "smb.create_options", "Create Options", HEX, little=True)
    option_bits = tuple(
        flag(None, f"smb.nt.create_options.{name}", label, mask, size=4, little=True) for name, label, mask in OPTION_BITS
    )
    for _word, _bits_of in ((access, access_bits), (sharing, sharing_bits), (options, option_bits)):
        for _bit in _bits_of:
            _bit.within = _word
    del _word, _bits_of, _bit
    disposition = u32(None, "smb2.create.disposition", "Disposition", little=True, names=DISPOSITIONS)
    extra_info = group("smb2.create.extrainfo", "ExtraInfo")
    reply_flags = u8(None, "smb2.create.rep_flags", "Response Flags", HEX)
    reparse = flag(None, "smb2.create.rep_flags.reparse_point", "ReparsePoint", 0x01, within=reply_flags)
    action = u32(None, "smb2.create.action", "Create Action", little=True, names=ACTIONS)
    times = tuple(
        Field(f"smb2.{name}.time", label, ABSOLUTE_TIME)
        for name, label in (("create", "Create"), ("last_access", "Last Access"), ("last_write", "Last Write"),
                            ("last_change", "Last Change"))
    )  # fmt: skip
    allocation = u64(None, "smb2.allocation_size", "Allocation Size", little=True)
    end_of_file = u64(None, "smb2.eof", "End Of File", little=True)
    filename = string(None, "smb2.filename", "Filename")
    filename_length = size_of("filename.len", "Filename Length")
    file_id = Field("smb2.fid", "File Id", GUID, little=True)
    close_flags = u16(None, "smb2.close.flags", "Close Flags", HEX, little=True)
    post_query = flag(None, "smb2.close.pq_attrib", "PostQuery Attrib", 0x0001, little=True, within=close_flags)
    read_padding = u8(None, "smb2.read_padding", "Padding", HEX)
    read_flags = u8(None, "smb2.read_flags", "Flags", HEX)
    read_unbuffered = flag(None, "smb2.read_flags.unbuffered", "Unbuffered", 0x01, within=read_flags)
    read_compressed = flag(None, "smb2.read_flags.compressed", "Compressed", 0x02, within=read_flags)
    read_length = size_of("read_length", "Read Length")
    least, remaining_bytes = size_of("min_count", "Min Count"), size_of("remaining_bytes", "Remaining Bytes")
    channel_blob = group("smb2.channel_info_blob", "Channel Info Blob")
    read_left = size_of("read_remaining", "Read Remaining")
    read_data, write_data = raw(None, "smb2.read.blob", "Info"), raw(None, "smb2.write_data", "Write Data")
    data_offset = u16(None, "smb2.data_offset", "Data Offset", HEX, little=True)
    write_length = size_of("write_length", "Write Length")
    write_flags = u32(None, "smb2.write.flags", "Write Flags", HEX, little=True)
    write_bits = bits(
        write_flags, "smb2.write.flags", ("write_through", "Write through", 0x01), ("unbuffered", "Unbuffered", 0x02),
    )  # fmt: skip
    write_count, write_left = size_of("write.count", "Write Count"), size_of("write.remaining", "Write Remaining")
    channel_offset = u16(None, "smb2.channel_info_offset", "Channel Info Offset", little=True)
    channel_length = u16(None, "smb2.channel_info_length", "Channel Info Length", little=True)
    offset = u64(None, "smb2.file_offset", "File Offset", little=True)
    function = u32(None, "smb2.ioctl.function", "Function", HEX, little=True, names=FUNCTIONS)
    function_device = u32(None, "smb2.ioctl.function.device", "Device", HEX, mask=0xFFFF0000, little=True, within=function)
    function_access = u32(None, "smb2.ioctl.function.access", "Access", HEX, mask=0xC000, little=True, within=function)
    function_number = u32(None, "smb2.ioctl.function.function", "Function", HEX, mask=0x3FFC, little=True, within=function)
    function_method = u32(None, "smb2.ioctl.function.method", "Method", HEX, mask=0x03, little=True, within=function)
    answer_flags = u32(None, "smb2.flags", "Flags", HEX, little=True)  # of the body: zero
    ioctl_flags = u32(None, "smb2.ioctl.flags", "Flags", HEX, little=True)
    is_fsctl = flag(None, "smb2.ioctl.is_fsctl", "Is FSCTL", 0x01, little=True, within=ioctl_flags)
    most_in, most_out = size_of("max_ioctl_in_size", "Max Ioctl In Size"), size_of("max_ioctl_out_size", "Max Ioctl Out Size")
    data_in, data_out = group("smb2.ioctl.in", "In Data"), group("smb2.ioctl.out", "Out Data")
    info_class = u8(None, "smb2.class", "Class", HEX, names=CLASSES)
    levels = {
        1: u8(None, "smb2.file_info.infolevel", "InfoLevel", HEX), 2: u8(None, "smb2.fs_info.infolevel", "InfoLevel", HEX),
        3: u8(None, "smb2.sec_info.infolevel", "InfoLevel", HEX),
    }  # fmt: skip
    level_fields = tuple(levels.values())
    info_level = u8(None, "smb2.infolevel", "InfoLevel", HEX)
    most_response = size_of("max_response_size", "Max Response Size")
    asked_offset = u16(None, "smb2.getinfo_input_offset", "Getinfo Input Offset", HEX, little=True)
    asked_size = size_of("getinfo_input_size", "Getinfo Input Size")
    additional = u32(None, "smb2.getsetinfo_additional", "Additional Info", HEX, little=True)
    get_flags = u32(None, "smb2.getinfo_flags", "Flags", HEX, little=True)
    set_size = size_of("setinfo_size", "Setinfo Size")
    set_offset = u16(None, "smb2.setinfo_offset", "Setinfo Offset", HEX, little=True)
    set_reserved = u16(None, "smb2.setinfo_reserved", "Reserved", little=True)
    find_level = u8(None, "smb2.find.infolevel", "Info Level")
    find_flags = u8(None, "smb2.find.flags", "Find Flags", HEX)
    find_bits = bits(
        find_flags, "smb2.find", ("restart_scans", "Restart Scans", 0x01), ("single_entry", "Single Entry", 0x02),
        ("index_specified", "Index Specified", 0x04), ("reopen", "Reopen", 0x10),
    )  # fmt: skip
    find_index = u32(None, "smb2.file_index", "File Index", HEX, little=True)
    pattern = string(None, "smb2.find.pattern", "Search Pattern")
    output_length = size_of("output_buffer_len", "Output Buffer Length")
    found = raw(None, "smb2.find.info_blob", "Info")
    entries = {
        1: group("smb2.find.file_directory_info", "FileDirectoryInfo"),
        2: group("smb2.find.full_directory_info", "FullDirectoryInfo"),
        3: group("smb2.find.both_directory_info", "FileBothDirectoryInfo"), 12: group("smb2.find.both_directory_info", "FileNameInfo"),
        37: group("smb2.find.id_both_directory_info", "FileIdBothDirectoryInfo"), 38: group("smb2.find.id_both_directory_info", "FileIdFullDirectoryInfo"),
    }  # fmt: skip
    entry_fields = tuple(entries.values())
    next_offset = u32(None, "smb2.next_offset", "Next Offset", HEX, little=True)
    extended = size_of("ea_size", "EA Size")
    short_length = u8(None, "smb2.short_name_len", "Short Name Length")
    short_name = string(None, "smb2.shortname", "Short Name")
    rename = group("smb2.file_rename_info", "SMB2_FILE_RENAME_INFO")
    replace_if = Field("smb2.rename.replace_if", "Replace If", BOOLEAN, size=1)
    root = raw(None, "smb2.root_directory", "Root Dir Handle (MBZ)", size=8)
    notify_flags = u16(None, "smb2.notify.flags", "Notify Flags", HEX, little=True)
    notify_filter = u32(None, "smb.nt.notify.completion_filter", "Completion Filter", HEX, little=True)
    notify_filter_bits = changes(notify_filter)
    watch_tree = flag(None, "smb2.notify.watch_tree", "Watch Tree", 0x0001, little=True, within=notify_flags)
    error_contexts = u8(None, "smb2.error.context_count", "Error Context Count")
    error_reserved = u8(None, "smb2.error.reserved", "Reserved", HEX)
    error_count = size_of("error.byte_count", "Byte Count")
    error_data = raw(None, "smb2.error.data", "Error Data")


S = Commands


def skip(c: Cursor, size: int) -> None:
    """Octets that are not taken apart."""
    c.add(S.other, size)


def text(c: Cursor, field: Field, offset: int, size: int) -> str:
    """UTF-16 text at `offset` from the header."""
    place = c.h.start + offset
    if not size or place < c.pos:
        return ""
    if place > c.pos:
        skip(c, place - c.pos)
    octets = c.peek_bytes(size)
    return str(c.add(field, size, value=octets.decode("utf-16-le", "replace")))


def blob(c: Cursor, offset: int, size: int) -> None:
    """A token of GSS-API."""
    place = c.h.start + offset
    if size and place >= c.pos:
        if place > c.pos:
            skip(c, place - c.pos)
        octets = c.peek_bytes(size)
        layer = gss.direct(octets)
        if not layer:
            c.add(S.blob, size)
            return
        with c.group(S.blob, size) as c:
            c.child(layer)


def time(c: Cursor, field: Field) -> None:
    """A FILETIME: tenths of microseconds since 1601."""
    ticks = c.peek(8, little=True)
    c.add(field, 8, value=(ticks - EPOCH) * TICK if ticks else 0)


def pad(c: Cursor, size: int) -> None:
    """Reserved octets."""
    c.add(S.filler, size)


def place(c: Cursor, offset: int, size: int) -> int:
    """Move to what lies at `offset` from the header; how many octets of it there are."""
    at = c.h.start + offset
    if not size or at < c.pos:
        return 0
    if at > c.pos:
        skip(c, min(at, c.end) - c.pos)
    return min(size, c.remaining)
