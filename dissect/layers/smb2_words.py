"""The numbers of SMB 2 and their names (MS-SMB2), as data."""

from __future__ import annotations

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
