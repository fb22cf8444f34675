"""Every built-in rule has a capture where it fires, and one where it must not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from dissect.check.catalogue import RULES
from tests.check import build
from tests.check.build import CLIENT, SERVER, arp, codes, ip, report, shaken, tcp, udp, write

SAMPLES = Path(__file__).parents[2] / "samples"
QUIET = [ip(CLIENT, SERVER, 253, b"later")] * 30  # three seconds of something else


def query(answer: int = 0, ident: int = 7) -> bytes:
    """A DNS message about example.com; `answer`: the flags of an answer."""
    message = struct.pack(">6H", ident, answer or 0x0100, 1, 0, 0, 0) + b"\7example\3com\0\0\1\0\1"
    return udp(SERVER, CLIENT, (53, 5353), message) if answer else udp(CLIENT, SERVER, (5353, 53), message)


def hello(version: int, suite: int) -> bytes:
    """A TLS server hello."""
    body = struct.pack(">H", version) + bytes(32) + b"\0" + struct.pack(">H", suite) + b"\0"
    return struct.pack(">BHH", 22, version, len(body) + 4) + b"\2" + len(body).to_bytes(3, "big") + body


def certificate(first: bytes, last: bytes) -> bytes:
    """A TLS certificate message with as much of an X.509 certificate as says from when to when."""

    def der(tag: int, *parts: bytes) -> bytes:
        value = b"".join(parts)
        return bytes([tag, len(value)]) + value

    period = der(0x30, der(0x17, first), der(0x17, last))
    x509 = der(0x30, der(0x30, der(0xA0, der(2, b"\2")), der(2, b"\1"), der(0x30), der(0x30), period))
    one = len(x509).to_bytes(3, "big") + x509
    body = len(one).to_bytes(3, "big") + one
    return struct.pack(">BHH", 22, 0x0303, len(body) + 4) + b"\x0b" + len(body).to_bytes(3, "big") + body


def says(data: bytes, port: int = 443) -> list[bytes]:
    return [*shaken(port), tcp(False, 0x18, 500, 100, data, port)]


def again(count: int) -> list[bytes]:
    parts = [tcp(True, 0x18, 100 + 10 * i, 500, b"0123456789", 9) for i in range(20)]
    return [*shaken(9), *parts, *parts[:count]]


def shown(bits: int, algorithm: str = "2a864886f70d01010b") -> bytes:
    """A TLS certificate message with a certificate whose RSA key has so many bits."""

    def der(tag: int, *parts: bytes) -> bytes:
        value = b"".join(parts)
        size = bytes([len(value)]) if len(value) < 128 else b"\x82" + len(value).to_bytes(2, "big")
        return bytes([tag]) + size + value

    number = der(2, b"\0" + b"\xff" * (bits // 8))
    rsa = der(0x30, der(6, bytes.fromhex("2a864886f70d010101")))
    key = der(0x30, rsa, der(3, b"\0" + der(0x30, number, der(2, b"\3"))))
    period = der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"400101000000Z"))
    signed = der(0x30, der(6, bytes.fromhex(algorithm)))
    inside = der(0x30, der(0xA0, der(2, b"\2")), der(2, b"\1"), signed, der(0x30), period, der(0x30, der(0x31)), key)
    x509 = der(0x30, inside, signed, der(3, b"\0"))
    one = len(x509).to_bytes(3, "big") + x509
    body = len(one).to_bytes(3, "big") + one
    return struct.pack(">BHH", 22, 0x0303, len(body) + 4) + b"\x0b" + len(body).to_bytes(3, "big") + body


PAST = b"200101000000Z"
ANSWER = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n"
CASES: dict[str, tuple[list[bytes], list[bytes]]] = {
    "C02": ([udp(CLIENT, SERVER, (9, 53), bytes(5))], [query()]),
    "C03": ([tcp(True, 0x10, 1, good=False), tcp(True, 0x10, 1)], [tcp(True, 0x10, 1)]),
    "C06": ([tcp(True, 0x02, 9), tcp(False, 0x14, 0, 10)], shaken()),
    "C07": ([tcp(True, 0x02, 9), *QUIET], [*shaken(), *QUIET]),
    "C08": (
        [packet for i in range(4) for packet in (*shaken(client=4000 + i), tcp(False, 0x04, 500, client=4000 + i))],
        [*shaken(), tcp(False, 0x11, 500, 100)],
    ),
    "C09": ([*shaken(), tcp(False, 0x10, 500, 100, window=0)], shaken()),
    "C10": ([query(), *QUIET], [query(), query(0x8180), *QUIET]),
    "C11": ([query(), query(0x8182)], [query(), query(0x8180)]),
    "C12": ([arp(1, CLIENT, 1, "10.0.0.9")] * 3, [arp(1, CLIENT, 1, SERVER)] * 3 + [arp(2, SERVER, 2, CLIENT)]),
    "C13": ([arp(2, SERVER, 2, CLIENT), arp(2, SERVER, 3, CLIENT)], [arp(2, SERVER, 2, CLIENT)] * 2),
    "C14": (says(hello(0x0301, 0xC02F)), says(hello(0x0303, 0xC02F))),
    "C15": (says(hello(0x0303, 0x0005)), says(hello(0x0303, 0xC02F))),
    "C16": (says(certificate(PAST, b"210101000000Z")), says(certificate(PAST, b"300101000000Z"))),
    "C17": (says(ANSWER % 503, 80), says(ANSWER % 404, 80)),
    "C19": (again(12), again(0)),
    "C20": (says(shown(1024)), says(shown(2048))),
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_fires_and_does_not(code: str, tmp_path: Path) -> None:
    wrong, right = CASES[code]
    assert code in codes(write(tmp_path / "wrong.pcap", wrong))
    assert code not in codes(write(tmp_path / "right.pcap", right))


def test_damage(tmp_path: Path) -> None:
    path = write(tmp_path / "cut.pcap", shaken())
    assert "C01" not in codes(path)
    path.write_bytes(path.read_bytes()[:-5])
    assert "C01" in codes(path)


def test_snap_length(tmp_path: Path) -> None:
    assert "C04" in codes(write(tmp_path / "cut.pcap", says(bytes(200)), cut=100))
    assert "C04" not in codes(write(tmp_path / "whole.pcap", says(bytes(200))))


def test_drops_while_recording(tmp_path: Path) -> None:
    def block(kind: int, body: bytes) -> bytes:
        return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))

    def statistics(dropped: int) -> bytes:
        return block(5, struct.pack("<III", 0, 0, 0) + struct.pack("<HHQ", 5, 8, dropped) + bytes(4))

    start = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
    for dropped, expected in ((3, True), (0, False)):
        path = tmp_path / f"{dropped}.pcapng"
        path.write_bytes(start + statistics(dropped))
        assert ("C05" in codes(path)) is expected


def test_offloaded_checksums_are_a_note(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pcap", [tcp(True, 0x10, i, good=False) for i in range(5)])
    [failure] = [one for one in report(path).failures if one.rule.code == "C03"]
    assert failure.severity == "note"


def test_an_expert_note_of_severity_error(tmp_path: Path) -> None:
    bogus = tcp(True, 0x10, 1)
    bogus = bogus[:46] + b"\x10" + bogus[47:]  # a header of 4 bytes
    assert "C18" in codes(write(tmp_path / "a.pcap", [bogus]))
    assert "C18" not in codes(write(tmp_path / "b.pcap", shaken()))


def test_path_mtu_findings_are_rules() -> None:
    assert "M01" in codes(SAMPLES / "blackhole-v4-client.pcap")
    assert "M01" not in codes(SAMPLES / "pmtud-v4.pcap")
    assert {code for code in RULES if code.startswith("M")} == {f"M{i:02}" for i in range(1, 37)}


def test_every_own_rule_is_tried() -> None:
    elsewhere = {"C01", "C04", "C05", "C18"}
    assert {code for code in RULES if code.startswith("C")} == set(CASES) | elsewhere


def test_fingerprints_survive_a_new_recording(tmp_path: Path) -> None:
    first = write(tmp_path / "a.pcap", [tcp(True, 0x02, 9), *QUIET])
    second = write(tmp_path / "b.pcap", [*QUIET, tcp(True, 0x02, 77, client=51234), *QUIET], build.SECOND // 7)
    [[one], [other]] = [[f.fingerprint for f in report(p).failures if f.rule.code == "C07"] for p in (first, second)]
    assert one == other


def test_a_forgeable_signature(tmp_path: Path) -> None:
    """Signed with SHA-1 by another."""
    assert "C20" not in codes(write(tmp_path / "sound.pcap", says(shown(2048))))
    assert "C20" in codes(write(tmp_path / "weak.pcap", says(shown(2048, "2a864886f70d010105"))))
