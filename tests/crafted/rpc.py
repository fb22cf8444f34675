"""ONC RPC's programs over UDP: NFS 2, 3 and 4 (RFC 1094, 1813, 7530), mount, locks, status, quotas, yellow pages, ACLs."""

from __future__ import annotations

import struct

from tests.crafted.frames import CLIENT, SERVER, ipv4

LAYERS = ("nfs", "mount", "nlm", "stat", "rquota", "ypserv", "nfsacl", "portmap")
HANDLE_2 = b"\xbb" * 32
NONE = struct.pack(">II", 0, 0)


def text(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value + bytes(-len(value) % 4)


HANDLE = text(b"\xcc" * 28)
ATTRIBUTES = struct.pack(">IIIIIQQIIQQIIIIII", 1, 0o644, 1, 1000, 100, 11, 4096, 0, 0, 0xABCD, 77, 10, 1, 20, 2, 30, 3)
SOME = struct.pack(">I", 1) + ATTRIBUTES
BEFORE = struct.pack(">IQIIII", 1, 10, 20, 2, 30, 3)
CHANGED = BEFORE + SOME
NO = struct.pack(">I", 0)
number = 0


def exchange(program: int, version: int, procedure: int, arguments: bytes, results: bytes | None) -> list[bytes]:
    global number
    number += 1
    call = struct.pack(">IIIIII", number, 0, 2, program, version, procedure) + NONE + NONE + arguments
    packets = [datagram(700, 2049, call, CLIENT, SERVER)]
    if results is not None:
        reply = struct.pack(">III", number, 1, 0) + NONE + struct.pack(">I", 0) + results
        packets.append(datagram(2049, 700, reply, SERVER, CLIENT))
    return packets


def datagram(source: int, destination: int, payload: bytes, sender: bytes, receiver: bytes) -> bytes:
    return ipv4(17, struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload, sender, receiver)


SETATTR = struct.pack(">IIIIIIQII", 1, 0o600, 0, 0, 1, 0, 5, 0, 0)
FILE_3 = HANDLE + text(b"a.txt")
NFS_3: list[tuple[int, bytes, bytes]] = [
    (0, b"", b""), (1, HANDLE, NO + ATTRIBUTES), (1, HANDLE, struct.pack(">I", 70)), (3, FILE_3, NO + HANDLE + SOME + SOME),
    (3, FILE_3, struct.pack(">I", 2) + SOME), (4, HANDLE + struct.pack(">I", 0x1F), NO + SOME + struct.pack(">I", 0x1F)),
    (5, HANDLE, NO + SOME + text(b"../target")), (6, HANDLE + struct.pack(">QI", 0, 4096), NO + SOME + struct.pack(">II", 5, 1) + text(b"hello")),
    (7, HANDLE + struct.pack(">QII", 0, 5, 2) + text(b"hello"), NO + CHANGED + struct.pack(">II", 5, 2) + b"verifier"),
    (12, FILE_3, NO + CHANGED), (13, FILE_3, struct.pack(">I", 66) + CHANGED), (14, FILE_3 + FILE_3, NO + CHANGED + CHANGED),
    (16, HANDLE + struct.pack(">Q8sI", 0, b"", 4096),
     NO + SOME + b"verifier" + struct.pack(">IQ", 1, 77) + text(b"a.txt") + struct.pack(">QII", 1, 0, 1)),
    (17, HANDLE + struct.pack(">Q8sII", 0, b"", 512, 4096),
     NO + SOME + b"verifier" + struct.pack(">IQ", 1, 77) + text(b"a.txt") + struct.pack(">Q", 1) + SOME + struct.pack(">I", 1) + HANDLE
     + struct.pack(">II", 0, 1)),
    (18, HANDLE, NO + SOME + struct.pack(">QQQQQQI", 1000, 900, 800, 100, 90, 80, 5)),
    (19, HANDLE, NO + SOME + struct.pack(">IIIIIIIQIII", 65536, 65536, 512, 65536, 65536, 512, 4096, 1 << 40, 0, 1000000, 0x1B)),
    (21, HANDLE + struct.pack(">QI", 0, 5), NO + CHANGED + b"verifier"),
]  # fmt: skip
FILE_2 = HANDLE_2 + text(b"a.txt")
LOCK = text(b"host") + HANDLE + text(b"owner") + struct.pack(">I", 42)
COOKIE = text(b"\0\0\0\1")
PACKETS = [
    *(packet for procedure, arguments, results in NFS_3 for packet in exchange(100003, 3, procedure, arguments, results)),
    *exchange(100003, 2, 4, FILE_2, struct.pack(">I", 2)), *exchange(100003, 2, 10, FILE_2, NO),
    *exchange(100005, 1, 1, text(b"/export"), NO + HANDLE_2), *exchange(100005, 3, 1, text(b"/export"), NO + HANDLE + struct.pack(">III", 2, 1, 390003)),
    *exchange(100005, 3, 1, text(b"/none"), struct.pack(">I", 13)), *exchange(100005, 3, 3, text(b"/export"), b""),
    *exchange(100005, 3, 2, b"", struct.pack(">I", 1) + text(b"host") + text(b"/export") + NO),
    *exchange(100005, 3, 5, b"", struct.pack(">I", 1) + text(b"/export") + struct.pack(">I", 1) + text(b"staff") + NO + NO),
    *exchange(100021, 4, 1, COOKIE + struct.pack(">I", 1) + LOCK + struct.pack(">QQ", 0, 10), COOKIE + NO),
    *exchange(100021, 4, 2, COOKIE + struct.pack(">II", 1, 1) + LOCK + struct.pack(">QQII", 0, 10, 0, 7), COOKIE + NO),
    *exchange(100021, 3, 2, COOKIE + struct.pack(">II", 0, 1) + LOCK + struct.pack(">IIII", 0, 10, 1, 7), COOKIE + struct.pack(">I", 1)),
    *exchange(100021, 4, 3, COOKIE + struct.pack(">II", 1, 1) + LOCK + struct.pack(">QQ", 0, 10), COOKIE + NO),
    *exchange(100021, 4, 4, COOKIE + LOCK + struct.pack(">QQ", 0, 10), COOKIE + NO),
    *exchange(100021, 4, 5, COOKIE + struct.pack(">I", 1) + LOCK + struct.pack(">QQ", 0, 10), COOKIE + NO),
    *exchange(100021, 4, 12, COOKIE + struct.pack(">I", 3), None),
    *exchange(100024, 1, 1, text(b"host"), struct.pack(">II", 0, 7)), *exchange(100024, 1, 4, b"", None),
    *exchange(100011, 1, 1, text(b"/home") + struct.pack(">I", 1000), struct.pack(">I", 2)),
    *exchange(100004, 2, 1, text(b"domain"), struct.pack(">I", 1)), *exchange(100004, 2, 3, text(b"domain") + text(b"hosts") + text(b"key"), struct.pack(">i", 1) + text(b"value")),
    *exchange(100227, 3, 1, HANDLE + struct.pack(">I", 0x0F), struct.pack(">I", 2) + NO),
    *exchange(100227, 3, 1, HANDLE + struct.pack(">I", 0x0F), NO + SOME + struct.pack(">IIIIIIIII", 0x0F, 2, 2, 1, 1000, 7, 4, 0, 5) + struct.pack(">II", 0, 0)),
    *exchange(100000, 2, 3, struct.pack(">IIII", 100003, 3, 17, 0), struct.pack(">I", 2049)),
]  # fmt: skip
