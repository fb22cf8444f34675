"""What carries a message made by hand: Ethernet, IPv4, UDP, and TCP that two sides speak in turn."""

from __future__ import annotations

import struct

CLIENT, SERVER = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))


def ethernet(ethertype: int, payload: bytes) -> bytes:
    """A frame of Ethernet II."""
    return bytes.fromhex("020000000002 020000000001") + struct.pack(">H", ethertype) + payload


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol: int, payload: bytes, source: bytes = CLIENT, destination: bytes = SERVER) -> bytes:
    """An IPv4 packet in a frame."""
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0, source, destination)
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return ethernet(0x800, head + payload)


def udp(source: int, destination: int, payload: bytes) -> bytes:
    """A datagram in a frame, without checksum."""
    return ipv4(17, struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload)


def datagram(source: int, srcport: int, destination: int, dstport: int, payload: bytes) -> bytes:
    """A datagram between two of several hosts, 10.0.0.n, without checksum."""
    udp = struct.pack(">HHHH", srcport, dstport, 8 + len(payload), 0) + payload
    return ipv4(17, udp, bytes([10, 0, 0, source]), bytes([10, 0, 0, destination]))


def arp(operation: int, sender: tuple[int, int], target: tuple[int, int]) -> bytes:
    """An ARP packet in a frame; of either end the last octets of its hardware and its IPv4 address."""
    ends = b"".join(bytes((2, 0, 0, 0, 0, mac, 10, 0, 0, ip)) for mac, ip in (sender, target))
    return ethernet(0x0806, struct.pack(">HHBBH", 1, 0x0800, 6, 4, operation) + ends)


class Talk:
    """A TCP connection: what either side says becomes a segment that follows its last."""

    def __init__(self, client: int, server: int) -> None:
        self.ports = (client, server)
        self.sequence = [1000, 5000]
        self.packets: list[bytes] = []
        self._segment(0, 0x02, b"")
        self._segment(1, 0x12, b"")
        self._segment(0, 0x10, b"")

    def asks(self, message: bytes) -> None:
        """The client says something."""
        self._segment(0, 0x18, message)

    def answers(self, message: bytes) -> None:
        """The server says something."""
        self._segment(1, 0x18, message)

    def ends(self, side: int) -> None:
        """A side has said all that it says."""
        self._segment(side, 0x11, b"")
        self.sequence[side] += 1

    def _segment(self, side: int, flags: int, message: bytes) -> None:
        acknowledged = self.sequence[1 - side] if flags & 0x10 else 0
        head = struct.pack(
            ">HHIIBBHHH", self.ports[side], self.ports[1 - side], self.sequence[side], acknowledged, 0x50, flags, 8192, 0, 0
        )
        ends = (CLIENT, SERVER) if side == 0 else (SERVER, CLIENT)
        pseudo = ends[0] + ends[1] + struct.pack(">HH", 6, len(head) + len(message))
        head = head[:16] + struct.pack(">H", checksum(pseudo + head + message)) + head[18:]
        self.packets.append(ipv4(6, head + message, *ends))
        self.sequence[side] += len(message) + (flags >> 1 & 1)
