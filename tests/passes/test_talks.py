"""What messages owe to those before them in their conversation: mails of SMTP and POP, replies of RPC."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import dissect
from tests.capture.files import paced, pcap
from tests.engine.evaluators import disagreements, unlike_columns

MAIL = b"From: Bob <bob@a.com>\r\nSubject: hello\r\nContent-Type: text/plain\r\n\r\nbody\r\n"
A, B = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
Said = tuple[bool, bytes]


def ip(source: bytes, destination: bytes, protocol: int, payload: bytes) -> bytes:
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0) + source + destination + payload


def written(path: Path, packets: list[bytes]) -> Path:
    path.write_bytes(pcap(paced(packets), network=101))
    return path


def over_tcp(path: Path, port: int, said: list[Said]) -> Path:
    packets, seq = [], {True: 1, False: 1}
    for client, octets in said:
        ports = (4000, port) if client else (port, 4000)
        tcp = struct.pack(">HHIIBBHHH", *ports, seq[client], seq[not client], 0x50, 0x18, 1000, 0, 0) + octets
        packets.append(ip(*((A, B) if client else (B, A)), 6, tcp))
        seq[client] += len(octets)
    return written(path, packets)


def over_udp(path: Path, port: int, said: list[Said]) -> Path:
    packets = []
    for client, octets in said:
        ports = (4000, port) if client else (port, 4000)
        udp = struct.pack(">HHHH", *ports, 8 + len(octets), 0) + octets
        packets.append(ip(*((A, B) if client else (B, A)), 17, udp))
    return written(path, packets)


def protocols(path: Path) -> list[str]:
    with dissect.open(path) as cap:
        return [packet.protocols.removeprefix("raw:ip:") for packet in cap]


def values(path: Path, name: str) -> list[list[object]]:
    with dissect.open(path) as cap:
        return [row.get(name, []) for row in cap.json_rows([name])]


def test_a_mail_is_put_together_of_its_segments(tmp_path: Path) -> None:
    said = [(True, b"DATA\r\n"), (False, b"354 go\r\n"), (True, MAIL[:30])]
    said += [(True, MAIL[30:] + b".\r\n"), (True, b"QUIT\r\n")]
    path = over_tcp(tmp_path / "a.pcap", 25, said)
    assert protocols(path) == [
        "tcp:smtp", "tcp:smtp", "tcp:smtp:data-text-lines", "tcp:smtp:imf:data-text-lines", "tcp:smtp",
    ]  # fmt: skip
    assert values(path, "imf.subject")[3] == ["hello"]
    assert values(path, "smtp.data.fragment")[3] == [3, 4]
    assert not disagreements(path, None, 2)
    assert not unlike_columns(path)


def test_a_mail_in_one_segment(tmp_path: Path) -> None:
    said = [(True, b"DATA\r\n"), (False, b"354 go\r\n"), (True, MAIL + b".\r\n")]
    path = over_tcp(tmp_path / "a.pcap", 25, said)
    assert values(path, "imf.from")[2] == ["Bob <bob@a.com>"]
    with dissect.open(path) as cap:
        assert cap[2].protocols.endswith("smtp:imf:data-text-lines")


def test_commands_after_a_refused_mail_are_commands(tmp_path: Path) -> None:
    path = over_tcp(tmp_path / "a.pcap", 25, [(True, b"DATA\r\n"), (False, b"554 no\r\n"), (True, b"QUIT\r\n")])
    assert values(path, "smtp.req.command")[2] == ["QUIT"]


def test_what_was_fetched_is_a_mail(tmp_path: Path) -> None:
    said = [(True, b"RETR 1\r\n"), (False, b"+OK %d octets\r\n" % len(MAIL)), (False, MAIL), (False, b".\r\n")]
    assert protocols(over_tcp(tmp_path / "a.pcap", 110, said))[2] == "tcp:pop:imf:data-text-lines"


def call(xid: int, program: int, version: int, procedure: int, arguments: bytes) -> bytes:
    return struct.pack(">IIIIII", xid, 0, 2, program, version, procedure) + bytes(16) + arguments


def reply(xid: int, results: bytes) -> bytes:
    return struct.pack(">IIIIII", xid, 1, 0, 0, 0, 0) + results


@pytest.mark.parametrize("records", [1, 100])
def test_a_reply_is_of_the_program_that_was_called(tmp_path: Path, records: int) -> None:
    asked = struct.pack(">IIII", 100003, 3, 6, 0)
    said = [(True, call(1, 100000, 2, 3, asked)), (False, reply(1, struct.pack(">I", 2049)))]
    said.append((False, reply(9, bytes(4))))
    path = over_udp(tmp_path / "a.pcap", 111, said)
    assert protocols(path) == ["udp:rpc:portmap", "udp:rpc:portmap", "udp:rpc"]
    assert values(path, "portmap.port") == [[0], [2049], []]
    assert not disagreements(path, None, records)
