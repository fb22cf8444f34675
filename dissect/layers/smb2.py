"""SMB 2 and 3 (MS-SMB2): the header, and the fixed part of the commands.

    +---------------------------------------------------------------+
    |       0xFE, "SMB" (0xFD: encrypted, 0xFC: compressed)         |
    +-------------------------------+-------------------------------+
    |       header length (64)      |         credit charge         |
    +-------------------------------+-------------------------------+
    |             status; or channel sequence, reserved             |
    +-------------------------------+-------------------------------+
    |            command            |  credits asked for or granted |
    +-------------------------------+-------------------------------+
    |           flags; offset of the next message (32 each)         |
    |  message id (64); process id, tree id, or async id (64)       |
    |                session id (64); signature (128)               |
    +---------------------------------------------------------------+
    Everything is little-endian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers import gss
from dissect.layers.smb import STATUS
from dissect.layers.smb_words import ACCESS_BITS, OPTION_BITS
from dissect.layers.streams import heard_of

NEGOTIATE, SETUP, LOGOFF, TREE, UNTREE, CREATE, CLOSE, FLUSH, READ, WRITE = range(10)
LOCK, IOCTL, CANCEL, KEEP_ALIVE, FIND, NOTIFY, GET_INFO, SET_INFO, BREAK = range(10, 19)
COMMANDS = {
    NEGOTIATE: "Negotiate Protocol", SETUP: "Session Setup", LOGOFF: "Session Logoff", TREE: "Tree Connect",
    UNTREE: "Tree Disconnect", CREATE: "Create", CLOSE: "Close", FLUSH: "Flush", READ: "Read", WRITE: "Write",
    LOCK: "Lock", IOCTL: "Ioctl", CANCEL: "Cancel", KEEP_ALIVE: "KeepAlive", FIND: "Find", NOTIFY: "Notify",
    GET_INFO: "GetInfo", SET_INFO: "SetInfo", BREAK: "Break",
}  # fmt: skip
DIALECTS = {0x0202: "SMB 2.0.2", 0x0210: "SMB 2.1", 0x0300: "SMB 3.0", 0x0302: "SMB 3.0.2", 0x0311: "SMB 3.1.1",
            0x02FF: "SMB2 wildcard"}  # fmt: skip
SHARES = {1: "Physical disk", 2: "Named pipe", 3: "Printer"}
DISPOSITIONS = {0: "Supersede", 1: "Open", 2: "Create", 3: "Open If", 4: "Overwrite", 5: "Overwrite If"}
ACTIONS = {0: "The file was superseded", 1: "The file existed and was opened",
           2: "The file did not exist but was created", 3: "The file was truncated"}  # fmt: skip
IMPERSONATIONS = {0: "Anonymous", 1: "Identification", 2: "Impersonation", 3: "Delegation"}
OPLOCKS = {0x00: "No oplock", 0x01: "Level2 oplock", 0x08: "Exclusive oplock", 0x09: "Batch oplock", 0xFF: "Lease"}
CONTEXTS = {
    1: "SMB2_PREAUTH_INTEGRITY_CAPABILITIES", 2: "SMB2_ENCRYPTION_CAPABILITIES", 3: "SMB2_COMPRESSION_CAPABILITIES",
    5: "SMB2_NETNAME_NEGOTIATE_CONTEXT_ID", 6: "SMB2_TRANSPORT_CAPABILITIES", 7: "SMB2_RDMA_TRANSFORM_CAPABILITIES",
    8: "SMB2_SIGNING_CAPABILITIES", 0x100: "SMB2_POSIX_EXTENSIONS_CAPABILITIES",
}  # fmt: skip
CIPHERS = {1: "AES-128-CCM", 2: "AES-128-GCM", 3: "AES-256-CCM", 4: "AES-256-GCM"}
CLASSES = {1: "FILE_INFO", 2: "FS_INFO", 3: "SEC_INFO", 4: "QUOTA_INFO"}
FUNCTIONS = {
    0x00060194: "FSCTL_DFS_GET_REFERRALS", 0x0011400C: "FSCTL_PIPE_PEEK", 0x00110018: "FSCTL_PIPE_WAIT",
    0x0011C017: "FSCTL_PIPE_TRANSCEIVE", 0x00140204: "FSCTL_VALIDATE_NEGOTIATE_INFO",
    0x001401FC: "FSCTL_QUERY_NETWORK_INTERFACE_INFO", 0x00140078: "FSCTL_SRV_REQUEST_RESUME_KEY",
    0x00144064: "FSCTL_GET_SHADOW_COPY_DATA", 0x001440F2: "FSCTL_SRV_COPYCHUNK", 0x000900C0: "FSCTL_CREATE_OR_GET_OBJECT_ID",
}  # fmt: skip
PLAIN, ENCRYPTED, COMPRESSED = 0x424D53FE, 0x424D53FD, 0x424D53FC
RESPONSE, ASYNC, HEADER = 0x01, 0x02, 64
EPOCH, TICK = 11644473600 * 10_000_000, 100  # of a FILETIME: 1601; nanoseconds


def _flag(name: str, label: str, mask: int, word: Field) -> Field:
    return flag(None, f"smb2.{name}", label, mask, little=True, within=word)


def _bits(word: Field, prefix: str, *rows: tuple[str, str, int]) -> tuple[Field, ...]:
    return tuple(_flag(f"{prefix}.{name}", label, mask, word) for name, label, mask in rows)


def _size(name: str, label: str) -> Field:
    return u32(None, f"smb2.{name}", label, little=True)


CHANGES = (
    ("file_name", "File Name Change"), ("dir_name", "Directory Name Change"), ("attributes", "Attribute Change"),
    ("size", "Size Change"), ("last_write", "Last Write Change"), ("last_access", "Last Access Change"),
    ("creation", "Created Change"), ("ea", "EA Change"), ("security", "Security Change"),
    ("stream_name", "Stream Name Change"), ("stream_size", "Stream Size Change"), ("stream_write", "Stream Write"),
)  # fmt: skip


def _changes(word: Field) -> tuple[Field, ...]:
    return tuple(
        flag(None, f"smb.nt.notify.{name}", label, 1 << bit, size=4, little=True, within=word)
        for bit, (name, label) in enumerate(CHANGES)
    )


class SMB2(Layer):
    """One message; those chained to it follow as further layers."""

    name, label, column = "smb2", "SMB2 (Server Message Block Protocol version 2)", "SMB2"
    reaches = ("smb2", "gss-api", "ntlmssp", "dcerpc", "data")

    magic = u32(0, "", "Magic", little=True)
    protocol_id = u32(0, "smb2.protocol_id", "ProtocolId", HEX)
    header_len = u16(4, "smb2.header_len", "Header Length", little=True, when=lambda h: h.magic == PLAIN)
    charge = u16(6, "smb2.credit.charge", "Credit Charge", little=True, when=lambda h: h.magic == PLAIN)
    flags_ahead = u32(16, "", "Flags", little=True, when=lambda h: h.magic == PLAIN)
    status = u32(
        8, "smb2.nt_status", "NT Status", HEX, little=True, names=STATUS,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) > 0),
    )  # fmt: skip
    channel = u16(
        8, "smb2.channel_sequence", "Channel Sequence", little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) == 0),
    )  # fmt: skip
    reserved = raw(
        10, "smb2.reserved", "Reserved", size=2,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) == 0),
    )  # fmt: skip
    command = u16(12, "smb2.cmd", "Command", little=True, names=COMMANDS, when=lambda h: h.magic == PLAIN)
    requested = u16(
        14, "smb2.credits.requested", "Credits requested", little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) == 0),
    )  # fmt: skip
    granted = u16(
        14, "smb2.credits.granted", "Credits granted", little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) > 0),
    )  # fmt: skip
    flags = u32(16, "smb2.flags", "Flags", HEX, little=True, when=lambda h: h.magic == PLAIN)
    flag_response = _flag("flags.response", "Response", RESPONSE, flags)
    flag_async = _flag("flags.async", "Async command", ASYNC, flags)
    flag_chained = _flag("flags.chained", "Chained", 0x04, flags)
    flag_signed = _flag("flags.signature", "Signing", 0x08, flags)
    flag_priority = _flag("flags.priority_mask", "Priority", 0x70, flags)
    flag_dfs = _flag("flags.dfs", "DFS operation", 0x10000000, flags)
    flag_replay = _flag("flags.replay", "Replay operation", 0x20000000, flags)
    chain = u32(20, "smb2.chain_offset", "Chain Offset", HEX, little=True, when=lambda h: h.magic == PLAIN)
    message = u64(24, "smb2.msg_id", "Message ID", little=True, when=lambda h: h.magic == PLAIN)
    process = u32(
        32, "smb2.pid", "Process Id", HEX, little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & ASYNC) == 0),
    )  # fmt: skip
    tree = u32(
        36, "smb2.tid", "Tree Id", HEX, little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & ASYNC) == 0),
    )  # fmt: skip
    async_id = u64(
        32, "smb2.aid", "Async Id", HEX, little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & ASYNC) > 0),
    )  # fmt: skip
    session = u64(40, "smb2.sesid", "Session Id", HEX, little=True, when=lambda h: h.magic == PLAIN)
    signature = raw(48, "smb2.signature", "Signature", size=16, when=lambda h: h.magic == PLAIN)

    body = group("", "Command")
    other = raw(None, "", "Data")
    sealed = raw(None, "", "Encrypted or compressed data")
    structure = u16(None, "smb2.buffer_code", "StructureSize", HEX, little=True)
    fixed_length = u16(None, "smb2.buffer_code.length", "Fixed Part Length", mask=0xFFFE, little=True, within=structure)
    dynamic = _flag("buffer_code.dynamic", "Dynamic Part", 0x0001, structure)
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
    chained_compression = _flag("negotiate_context.comp_alg_flags.chained", "Chained", 1, compression_flags)
    netname = string(None, "smb2.negotiate_context.netname", "Netname")
    signings = u16(None, "smb2.negotiate_context.signing_alg_count", "SigningAlgorithmCount", little=True)
    signing = u16(None, "smb2.negotiate_context.signing_id", "SigningAlgorithmId", HEX, little=True)
    security = u8(None, "smb2.sec_mode", "Security mode", HEX)
    sign_enabled = flag(None, "smb2.sec_mode.sign_enabled", "Signing enabled", 0x01, within=security)
    sign_required = flag(None, "smb2.sec_mode.sign_required", "Signing required", 0x02, within=security)
    capabilities = u32(None, "smb2.capabilities", "Capabilities", HEX, little=True)
    capability_bits = _bits(
        capabilities, "capabilities", ("dfs", "DFS", 0x01), ("leasing", "LEASING", 0x02), ("large_mtu", "LARGE MTU", 0x04),
        ("multi_channel", "MULTI CHANNEL", 0x08), ("persistent_handles", "PERSISTENT HANDLES", 0x10),
        ("directory_leasing", "DIRECTORY LEASING", 0x20), ("encryption", "ENCRYPTION", 0x40),
    )  # fmt: skip
    client = guid(None, "smb2.client_guid", "Client Guid", little=True)
    server = guid(None, "smb2.server_guid", "Server Guid", little=True)
    most_trans = _size("max_trans_size", "Max Transaction Size")
    most_read, most_write = _size("max_read_size", "Max Read Size"), _size("max_write_size", "Max Write Size")
    now = Field("smb2.current_time", "Current Time", ABSOLUTE_TIME)
    boot = Field("smb2.boot_time", "Boot Time", ABSOLUTE_TIME)
    setup_flags = u8(None, "smb2.ses_req_flags", "Flags")
    binding = flag(None, "smb2.ses_req_flags.session_binding", "Session Binding Request", 0x01, within=setup_flags)
    session_flags = u16(None, "smb2.session_flags", "Session Flags", HEX, little=True)
    session_bits = _bits(
        session_flags, "ses_flags", ("guest", "Guest", 0x01), ("null", "Null", 0x02), ("encrypt", "Encrypt", 0x04),
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
    connect_bits = _bits(
        connect_flags, "tc", ("cluster_reconnect", "Cluster Reconnect", 0x01),
        ("redirect_to_owner", "Redirect To Owner", 0x02), ("extension_present", "Extension Present", 0x04),
    )  # fmt: skip
    connect_reserved = u16(None, "smb2.tc.reserved", "Reserved", HEX, mask=0xFFF8, little=True, within=connect_flags)
    share = string(None, "smb2.tree", "Tree")
    share_type = u8(None, "smb2.share_type", "Share Type", HEX, names=SHARES)
    share_flags = u32(None, "smb2.share_flags", "Share flags", HEX, little=True)
    share_flag_bits = _bits(
        share_flags, "share_flags", ("dfs", "DFS", 0x01), ("dfs_root", "DFS root", 0x02),
        ("restrict_exclusive_opens", "Restrict exclusive opens", 0x0100),
        ("force_shared_delete", "Force shared delete", 0x0200),
        ("allow_namespace_caching", "Allow namespace caching", 0x0400),
        ("access_based_dir_enum", "Access based directory enum", 0x0800),
        ("force_levelii_oplock", "Force level II oplock", 0x1000), ("enable_hash_v1", "Enable hash V1", 0x2000),
        ("enable_hash_v2", "Enable hash V2", 0x4000), ("encrypt_data", "Encrypted data required", 0x8000),
        ("identity_remoting", "Identity Remoting", 0x40000), ("compress_data", "Compressed IO", 0x100000),
    )  # fmt: skip
    share_caps = u32(None, "smb2.share_caps", "Share Capabilities", HEX, little=True)
    share_cap_bits = _bits(
        share_caps, "share_caps", ("dfs", "DFS", 0x08), ("continuous_availability", "CONTINUOUS AVAILABILITY", 0x10),
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
    attribute_bits = _bits(
        attributes, "file_attribute", ("read_only", "Read Only", 0x01), ("hidden", "Hidden", 0x02),
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
    filename_length = _size("filename.len", "Filename Length")
    file_id = Field("smb2.fid", "File Id", GUID, little=True)
    close_flags = u16(None, "smb2.close.flags", "Close Flags", HEX, little=True)
    post_query = _flag("close.pq_attrib", "PostQuery Attrib", 0x0001, close_flags)
    read_padding = u8(None, "smb2.read_padding", "Padding", HEX)
    read_flags = u8(None, "smb2.read_flags", "Flags", HEX)
    read_unbuffered = flag(None, "smb2.read_flags.unbuffered", "Unbuffered", 0x01, within=read_flags)
    read_compressed = flag(None, "smb2.read_flags.compressed", "Compressed", 0x02, within=read_flags)
    read_length = _size("read_length", "Read Length")
    least, remaining_bytes = _size("min_count", "Min Count"), _size("remaining_bytes", "Remaining Bytes")
    channel_blob = group("smb2.channel_info_blob", "Channel Info Blob")
    read_left = _size("read_remaining", "Read Remaining")
    read_data, write_data = raw(None, "smb2.read.blob", "Info"), raw(None, "smb2.write_data", "Write Data")
    data_offset = u16(None, "smb2.data_offset", "Data Offset", HEX, little=True)
    write_length = _size("write_length", "Write Length")
    write_flags = u32(None, "smb2.write.flags", "Write Flags", HEX, little=True)
    write_bits = _bits(
        write_flags, "write.flags", ("write_through", "Write through", 0x01), ("unbuffered", "Unbuffered", 0x02),
    )  # fmt: skip
    write_count, write_left = _size("write.count", "Write Count"), _size("write.remaining", "Write Remaining")
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
    is_fsctl = _flag("ioctl.is_fsctl", "Is FSCTL", 0x01, ioctl_flags)
    most_in, most_out = _size("max_ioctl_in_size", "Max Ioctl In Size"), _size("max_ioctl_out_size", "Max Ioctl Out Size")
    data_in, data_out = group("smb2.ioctl.in", "In Data"), group("smb2.ioctl.out", "Out Data")
    info_class = u8(None, "smb2.class", "Class", HEX, names=CLASSES)
    levels = {
        1: u8(None, "smb2.file_info.infolevel", "InfoLevel", HEX), 2: u8(None, "smb2.fs_info.infolevel", "InfoLevel", HEX),
        3: u8(None, "smb2.sec_info.infolevel", "InfoLevel", HEX),
    }  # fmt: skip
    level_fields = tuple(levels.values())
    info_level = u8(None, "smb2.infolevel", "InfoLevel", HEX)
    most_response = _size("max_response_size", "Max Response Size")
    asked_offset = u16(None, "smb2.getinfo_input_offset", "Getinfo Input Offset", HEX, little=True)
    asked_size = _size("getinfo_input_size", "Getinfo Input Size")
    additional = u32(None, "smb2.getsetinfo_additional", "Additional Info", HEX, little=True)
    get_flags = u32(None, "smb2.getinfo_flags", "Flags", HEX, little=True)
    set_size = _size("setinfo_size", "Setinfo Size")
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
    output_length = _size("output_buffer_len", "Output Buffer Length")
    found = raw(None, "smb2.find.info_blob", "Info")
    entries = {
        1: group("smb2.find.file_directory_info", "FileDirectoryInfo"),
        2: group("smb2.find.full_directory_info", "FullDirectoryInfo"),
        3: group("smb2.find.both_directory_info", "FileBothDirectoryInfo"), 12: group("smb2.find.both_directory_info", "FileNameInfo"),
        37: group("smb2.find.id_both_directory_info", "FileIdBothDirectoryInfo"), 38: group("smb2.find.id_both_directory_info", "FileIdFullDirectoryInfo"),
    }  # fmt: skip
    entry_fields = tuple(entries.values())
    next_offset = u32(None, "smb2.next_offset", "Next Offset", HEX, little=True)
    extended = _size("ea_size", "EA Size")
    short_length = u8(None, "smb2.short_name_len", "Short Name Length")
    short_name = string(None, "smb2.shortname", "Short Name")
    rename = group("smb2.file_rename_info", "SMB2_FILE_RENAME_INFO")
    replace_if = Field("smb2.rename.replace_if", "Replace If", BOOLEAN, size=1)
    root = raw(None, "smb2.root_directory", "Root Dir Handle (MBZ)", size=8)
    notify_flags = u16(None, "smb2.notify.flags", "Notify Flags", HEX, little=True)
    notify_filter = u32(None, "smb.nt.notify.completion_filter", "Completion Filter", HEX, little=True)
    notify_filter_bits = _changes(notify_filter)
    watch_tree = _flag("notify.watch_tree", "Watch Tree", 0x0001, notify_flags)
    error_contexts = u8(None, "smb2.error.context_count", "Error Context Count")
    error_reserved = u8(None, "smb2.error.reserved", "Reserved", HEX)
    error_count = _size("error.byte_count", "Byte Count")
    error_data = raw(None, "smb2.error.data", "Error Data")

    length = lambda h: h.end - h.start

    @staticmethod
    def info(magic: int, command: int, flags_ahead: int, status: int) -> str:
        if magic != PLAIN:
            return "Encrypted SMB3" if magic == ENCRYPTED else "Compressed SMB3"
        text = f"{COMMANDS.get(command, f'unknown-{command}')} {'Response' if flags_ahead & RESPONSE else 'Request'}"
        return f"{text}, Error: {STATUS.get(status, f'0x{status:08x}')}" if status else text

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        if h.magic != PLAIN:
            c.pos = h.start + 4
            c.rest(cls.sealed)
            return
        c.pos = h.start + HEADER
        whole = c.limit - h.start
        size = h.chain if HEADER < h.chain <= whole else whole
        answer = bool(h.flags_ahead & RESPONSE)
        title = f"{COMMANDS.get(h.command, 'Unknown')} {'Response' if answer else 'Request'} (0x{h.command:02x})"
        with c.group(cls.body, size - HEADER, title) as c:
            if c.remaining:
                c.add(cls.structure)
            failed = answer and h.status and h.command != SETUP and c.data[h.start + HEADER : h.start + HEADER + 2] == b"\t\0"
            read = failure if failed else BODIES.get((h.command, answer))
            cls._told(c, answer, failed)
            if read is not None and c.remaining >= 2:
                read(c)
            c.rest(cls.other)
        if size < whole and c.remaining >= HEADER:
            c.child("smb2")


    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """What a message's identifiers stand for: its tree's name and type, its file's name."""
        octets, told = heard.octets, None
        while len(octets) >= HEADER + 2 and octets[:4] == b"\xfeSMB":
            found = _meant(talk, octets)
            told = told or found
            chain = int.from_bytes(octets[20:24], "little")
            if chain < HEADER:
                break
            octets = octets[chain:]
        return told

    @classmethod
    def _told(cls, c: Cursor, answer: bool, failed: bool) -> None:
        """What the conversation has told of a message's identifiers."""
        told = heard_of(c.h)
        if not told:
            return
        tree, kind, name, asked = told
        if tree:
            c.derived(cls.share, tree)
        if kind:
            c.derived(cls.share_type, kind)
        if asked and answer and c.h.command == FIND:
            c.derived(cls.find_level, asked[0])
            c.h.__dict__["find level"] = asked[0]
        elif asked and answer:
            c.derived(cls.info_class, asked[0])
            c.derived(cls.levels.get(asked[0], cls.info_level), asked[1])
        if name and c.h.command in (READ, WRITE, CLOSE, FIND, GET_INFO, SET_INFO, IOCTL):
            c.append_info(f" File: {name}")


def _number(octets: bytes, at: int, size: int) -> int:
    return int.from_bytes(octets[at : at + size], "little")


def _meant(talk: Talk, octets: bytes) -> tuple[str, int, str, bytes] | None:
    """See `SMB2.hears`; of one message."""
    command, answer, message = _number(octets, 12, 2), octets[16] & RESPONSE, octets[24:32]
    status, tree = _number(octets, 8, 4), octets[40:48] + octets[36:40]
    body = octets[HEADER:]
    if octets[16] & ASYNC:
        tree = talk.get(("smb2 tree of", message), tree)
    elif not answer:
        talk["smb2 tree of", message] = tree
    name = ""
    if command == TREE and not answer:
        at, size = _number(body, 4, 2), _number(body, 6, 2)
        talk["smb2 path", message] = octets[at : at + size].decode("utf-16-le", "replace")
        return None
    if command == TREE and not status:
        before = talk.get(("smb2 tree", tree))
        talk["smb2 tree", tree] = talk.get(("smb2 path", message), ""), body[2] if len(body) > 2 else 0
        return (*before, "", b"") if before else None
    if command == CREATE and not answer:
        at, size = _number(body, 44, 2), _number(body, 46, 2)
        talk["smb2 file", message] = octets[at : at + size].decode("utf-16-le", "replace")
    elif command == CREATE and not status and len(body) >= 80:
        talk["smb2 name", body[64:80]] = talk.get(("smb2 file", message), "")
    elif command in FILE_AT and not answer:
        at = FILE_AT[command]
        name = talk.get(("smb2 name", body[at : at + 16]), "")
        talk["smb2 asked", message] = name
        if command in (GET_INFO, SET_INFO, FIND):
            talk["smb2 info", message] = body[2:4]
    elif answer:
        name = talk.get(("smb2 asked", message), "")
    where, kind = talk.get(("smb2 tree", tree), ("", 0))
    asked = talk.get(("smb2 info", message), b"") if answer and command in (GET_INFO, SET_INFO, FIND) else b""
    return (where, kind, name, asked) if where or name or asked else None


FILE_AT = {CLOSE: 8, FLUSH: 8, READ: 16, WRITE: 16, LOCK: 8, IOCTL: 8, FIND: 8, NOTIFY: 8, GET_INFO: 24, SET_INFO: 16}
S = SMB2
Reader = Callable[[Cursor], None]


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


def flushed(c: Cursor) -> None:
    """2.2.18"""
    skip(c, 2)


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


def failure(c: Cursor) -> None:
    """2.2.2"""
    c.add(S.error_contexts)
    c.add(S.error_reserved)
    size = max(c.add(S.error_count), 1)
    if c.remaining:
        c.add(S.error_data, min(size, c.remaining))


MOST_CONTEXTS, MOST_ENTRIES = 32, 2000
NAMES_ONLY, RENAME = 12, 10
BODIES: dict[tuple[int, bool], Reader] = {
    (NEGOTIATE, False): negotiate, (NEGOTIATE, True): negotiated, (SETUP, False): setup, (SETUP, True): set_up,
    (LOGOFF, False): flushed, (LOGOFF, True): ended, (UNTREE, False): ended, (UNTREE, True): ended,
    (TREE, False): connect, (TREE, True): connected, (CREATE, False): create, (CREATE, True): created,
    (CLOSE, False): close, (CLOSE, True): closed, (FLUSH, False): flush, (FLUSH, True): flushed, (READ, False): read,
    (READ, True): was_read, (WRITE, False): write, (WRITE, True): written, (IOCTL, False): control,
    (IOCTL, True): controlled, (FIND, False): find, (FIND, True): were_found, (GET_INFO, False): get_information,
    (GET_INFO, True): got_information, (SET_INFO, False): set_information, (NOTIFY, False): notify,
    (KEEP_ALIVE, False): flushed, (KEEP_ALIVE, True): flushed,
}  # fmt: skip
