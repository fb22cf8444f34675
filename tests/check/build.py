"""Small captures for checks, made by hand: IPv4 over Ethernet."""

from __future__ import annotations

import struct
from pathlib import Path

import dissect
from dissect.check import Report, Ruleset, check_capture
from tests.capture.files import pcap

CLIENT, SERVER = "10.0.0.1", "10.0.0.2"
SECOND = 1_000_000_000


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def octets(address: str) -> bytes:
    """An IPv4 address in bytes."""
    return bytes(map(int, address.split(".")))


def eth(kind: int, payload: bytes) -> bytes:
    """An Ethernet frame."""
    return bytes.fromhex("020000000002 020000000001") + struct.pack(">H", kind) + payload


def ip(source: str, target: str, protocol: int, payload: bytes) -> bytes:
    """An IPv4 packet in a frame."""
    head = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 7, 0, 64, protocol, 0, octets(source), octets(target)
    )
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return eth(0x0800, head + payload)


def tcp(
    forth: bool, flags: int, seq: int, ack: int = 0, data: bytes = b"", port: int = 80, client: int = 40000,
    window: int = 1000, good: bool = True,
) -> bytes:  # fmt: skip
    """A segment from the client to the server or back."""
    source, target = (CLIENT, SERVER) if forth else (SERVER, CLIENT)
    ports = (client, port) if forth else (port, client)
    out = struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, flags, window, 0, 0) + data
    pseudo = octets(source) + octets(target) + struct.pack(">BBH", 0, 6, len(out))
    value = checksum(pseudo + out) if good else 0x1234
    return ip(source, target, 6, out[:16] + struct.pack(">H", value) + out[18:])


def shaken(port: int = 80, client: int = 40000) -> list[bytes]:
    """A connection, opened."""
    return [
        tcp(True, 0x02, 99, port=port, client=client),
        tcp(False, 0x12, 499, 100, port=port, client=client),
        tcp(True, 0x10, 100, 500, port=port, client=client),
    ]


def udp(source: str, target: str, ports: tuple[int, int], data: bytes) -> bytes:
    """A datagram, without a checksum."""
    return ip(source, target, 17, struct.pack(">HHHH", *ports, 8 + len(data), 0) + data)


def arp(operation: int, sender: str, owner: int, target: str) -> bytes:
    """A request (1) or reply (2)."""
    owner_mac = b"\2\0\0\0\0" + bytes([owner])
    return eth(
        0x0806,
        struct.pack(">HHBBH", 1, 0x0800, 6, 4, operation) + owner_mac + octets(sender) + bytes(6) + octets(target),
    )


def write(path: Path, packets: list[bytes], step: int = SECOND // 10, cut: int = 65535) -> Path:
    """A pcap with a packet every `step` ns."""
    times = [divmod(1_700_000_000 * SECOND + i * step, SECOND) for i in range(len(packets))]
    whole = [(*time, packet[:cut], len(packet)) for time, packet in zip(times, packets, strict=True)]
    path.write_bytes(pcap(whole, magic=0xA1B23C4D))
    return path


def report(path: Path, rules: Ruleset | None = None) -> Report:
    """What the checks say of a capture."""
    with dissect.open(path) as cap:
        return check_capture(cap, str(path), rules)


def codes(path: Path) -> list[str]:
    """The rules that do not hold."""
    return sorted({failure.rule.code for failure in report(path).failures})
