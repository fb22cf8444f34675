"""Sockets between virtual machines as Linux's vsockmon gives them (LINKTYPE_VSOCK), in little-endian order.

     0               8               16        20        24     26      28      30       32
    +---------------+---------------+---------+---------+------+-------+-------+--------+-----------
    | source CID    | dest. CID     | source  | dest.   | oper-| trans-| length| unused | header of
    |               |               | port    | port    | ation| port  |       |        | virtio, data
    +---------------+---------------+---------+---------+------+-------+-------+--------+-----------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import raw, u16, u32, u64
from dissect.engine.layer import Layer

OPERATIONS = {1: "Connect", 2: "Disconnect", 3: "Control", 4: "Payload"}
TRANSPORTS = {0: "Unknown", 1: "No info", 2: "VirtIO"}
VIRTIO, VIRTIO_SIZE = 2, 44


class VSock(Layer):
    """A message with, of virtio, the header it had there."""

    name, label, column = "vsock", "Linux VSock", "VSOCK"
    binds = {"linktype": (271,)}

    src_cid = u64(0, "vsock.src_cid", "Source cid", little=True)
    dst_cid = u64(8, "vsock.dst_cid", "Destination cid", little=True)
    src_port = u32(16, "vsock.src_port", "Source port", little=True)
    dst_port = u32(20, "vsock.dst_port", "Destination port", little=True)
    operation = u16(24, "vsock.op", "Operation", little=True, names=OPERATIONS)
    transport = u16(26, "vsock.trans", "Transport", little=True, names=TRANSPORTS)
    transport_length = u16(28, "vsock.trans_len", "Transport length", little=True)
    reserved = raw(30, "vsock.reserved", "Reserved", size=2)
    virtio_src = u64(None, "vsock.virtio.src_cid", "Source cid", little=True)
    virtio_dst = u64(None, "vsock.virtio.dst_cid", "Destination cid", little=True)
    virtio_src_port = u32(None, "vsock.virtio.src_prot", "Source port", little=True)
    virtio_dst_port = u32(None, "vsock.virtio.dst_prot", "Destination port", little=True)
    virtio_len = u32(None, "vsock.virtio.len", "Length", little=True)
    virtio_type = u16(None, "vsock.virtio.type", "Type", little=True)
    virtio_op = u16(None, "vsock.virtio.op", "Operation", little=True)
    virtio_flags = u32(None, "vsock.virtio.flags", "Flags", little=True)
    virtio_space = u32(None, "vsock.virtio.buf_alloc", "Buf alloc", little=True)
    virtio_forwarded = u32(None, "vsock.virtio.fwd_cnt", "Fwd cnt", little=True)
    payload_ = raw(None, "vsock.payload", "Payload")

    @staticmethod
    def info(operation: int, src_port: int, dst_port: int) -> str:
        return f"[{OPERATIONS.get(operation, 'Unknown')}] From: {src_port} To: {dst_port}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.transport == VIRTIO and c.h.transport_length >= VIRTIO_SIZE:
            for field in (
                cls.virtio_src, cls.virtio_dst, cls.virtio_src_port, cls.virtio_dst_port, cls.virtio_len,
                cls.virtio_type, cls.virtio_op, cls.virtio_flags, cls.virtio_space, cls.virtio_forwarded,
            ):  # fmt: skip
                c.add(field)
        c.rest(cls.payload_)
