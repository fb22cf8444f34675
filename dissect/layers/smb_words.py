"""Names and bits that SMB 1 and 2 have in common or that are many (MS-CIFS, MS-SMB, MS-SMB2)."""

from __future__ import annotations

COMMANDS = {
    0x00: "Create Directory", 0x01: "Delete Directory", 0x02: "Open", 0x03: "Create", 0x04: "Close", 0x05: "Flush",
    0x06: "Delete", 0x07: "Rename", 0x08: "Query Information", 0x09: "Set Information", 0x0A: "Read", 0x0B: "Write",
    0x0C: "Lock Byte Range", 0x0D: "Unlock Byte Range", 0x0E: "Create Temp", 0x0F: "Create New",
    0x10: "Check Directory", 0x11: "Process Exit", 0x12: "Seek", 0x13: "Lock And Read", 0x14: "Write And Unlock",
    0x1A: "Read Raw", 0x1D: "Write Raw", 0x22: "Set Information2", 0x23: "Query Information2",
    0x24: "Locking AndX", 0x25: "Trans", 0x26: "Trans Secondary", 0x27: "IOCTL", 0x2B: "Echo",
    0x2C: "Write And Close", 0x2D: "Open AndX", 0x2E: "Read AndX", 0x2F: "Write AndX", 0x31: "Close And Tree Discover",
    0x32: "Trans2", 0x33: "Trans2 Secondary", 0x34: "Find Close2", 0x70: "Tree Connect", 0x71: "Tree Disconnect",
    0x72: "Negotiate Protocol", 0x73: "Session Setup AndX", 0x74: "Logoff AndX", 0x75: "Tree Connect AndX",
    0x80: "Query Information Disk", 0x81: "Search Dir", 0xA0: "NT Trans", 0xA1: "NT Trans Secondary",
    0xA2: "NT Create AndX", 0xA4: "NT Cancel", 0xA5: "NT Rename", 0xC0: "Open Print File", 0xC1: "Write Print File",
    0xC2: "Close Print File", 0xC3: "Get Print Queue",
}  # fmt: skip
ACCESS_BITS = (
    ("read", "Read", 0x1), ("write", "Write", 0x2), ("append", "Append", 0x4), ("read_ea", "Read EA", 0x8),
    ("write_ea", "Write EA", 0x10), ("execute", "Execute", 0x20), ("delete_child", "Delete Child", 0x40),
    ("read_attributes", "Read Attributes", 0x80), ("write_attributes", "Write Attributes", 0x100),
    ("delete", "Delete", 0x10000), ("read_control", "Read Control", 0x20000), ("write_dac", "Write DAC", 0x40000),
    ("write_owner", "Write Owner", 0x80000), ("synchronize", "Synchronize", 0x100000),
    ("system_security", "System Security", 0x1000000), ("maximum_allowed", "Maximum Allowed", 0x2000000),
    ("generic_all", "Generic All", 0x10000000), ("generic_execute", "Generic Execute", 0x20000000),
    ("generic_write", "Generic Write", 0x40000000), ("generic_read", "Generic Read", 0x80000000),
)  # fmt: skip
OPTION_BITS = (
    ("directory", "Directory", 0x1), ("write_through", "Write Through", 0x2), ("sequential_only", "Sequential Only", 0x4),
    ("intermediate_buffering", "Intermediate Buffering", 0x8), ("sync_io_alert", "Sync I/O Alert", 0x10),
    ("sync_io_nonalert", "Sync I/O Nonalert", 0x20), ("non_directory", "Non-Directory", 0x40),
    ("create_tree_connection", "Create Tree Connection", 0x80), ("complete_if_oplocked", "Complete If Oplocked", 0x100),
    ("no_ea_knowledge", "No EA Knowledge", 0x200), ("eight_dot_three_only", "8.3 Only", 0x400),
    ("random_access", "Random Access", 0x800), ("delete_on_close", "Delete On Close", 0x1000),
    ("open_by_fileid", "Open By FileID", 0x2000), ("backup_intent", "Backup Intent", 0x4000),
    ("no_compression", "No Compression", 0x8000), ("reserve_opfilter", "Reserve Opfilter", 0x100000),
    ("open_reparse_point", "Open Reparse Point", 0x200000), ("open_no_recall", "Open No Recall", 0x400000),
    ("open_for_free_space_query", "Open For Free Space query", 0x800000),
)  # fmt: skip
ATTRIBUTE_BITS = (
    ("read_only", "Read Only", 0x1), ("hidden", "Hidden", 0x2), ("system", "System", 0x4), ("volume", "Volume ID", 0x8),
    ("directory", "Directory", 0x10), ("archive", "Archive", 0x20), ("device", "Device", 0x40),
    ("normal", "Normal", 0x80), ("temporary", "Temporary", 0x100), ("sparse", "Sparse", 0x200),
    ("reparse", "Reparse Point", 0x400), ("compressed", "Compressed", 0x800), ("offline", "Offline", 0x1000),
    ("not_content_indexed", "Content Indexed", 0x2000), ("encrypted", "Encrypted", 0x4000),
)  # fmt: skip
