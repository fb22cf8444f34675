"""Questions and their answers: DNS, echoes, HTTP; the same from columns and from trees in any order."""

from __future__ import annotations

import struct
from typing import Any

from dissect.filters import compile_filter
from tests.passes.test_streams import ACK, CLIENT, SERVER, SHAKEN, capture, segment


def ip(forth: bool, protocol: int, data: bytes) -> bytes:
    """An IPv4 packet between the two hosts."""
    ends = (CLIENT, SERVER) if forth else (SERVER, CLIENT)
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0, *ends) + data


def dns(number: int, answer: bool = False, port: int = 4000) -> bytes:
    """A question about a name, or its answer, over UDP."""
    text = struct.pack(">HHHHHH", number, 0x8180 if answer else 0x100, 1, 0, 0, 0) + b"\1a\0\0\1\0\1"
    ports = (53, port) if answer else (port, 53)
    return ip(not answer, 17, struct.pack(">HHHH", *ports, 8 + len(text), 0) + text)


def echo(seq: int, answer: bool = False, data: bytes = b"abcd") -> bytes:
    """An echo request, or its reply."""
    text = struct.pack(">HH", 7, seq) + data
    kind = 0 if answer else 0x0800
    total = kind + sum(struct.unpack(f">{len(text) // 2}H", text))
    total = (total & 0xFFFF) + (total >> 16)
    return ip(not answer, 1, struct.pack(">HH", kind, ~total & 0xFFFF) + text)


def told(packets: list[bytes], *names: str) -> list[tuple[Any, ...]]:
    """The values of these fields by packet, from columns; trees say the same."""
    with capture(packets) as cap:
        rows = [tuple(row.get(name, [None])[0] for name in names) for row in cap.json_rows(list(names))]
    with capture(packets) as cap:  # backwards: what a packet is told does not depend on what was looked at
        trees = [tuple((cap[i].all(name) or [None])[0] for name in names) for i in reversed(range(len(packets)))]
    assert trees[::-1] == rows
    return rows


def test_dns() -> None:
    packets = [dns(1), dns(2), dns(2, True), dns(1, True), dns(3, True), dns(1, True, 4001)]
    assert told(packets, "dns.response_to", "dns.response_in") == [
        (None, 4), (None, 3), (2, None), (1, None), (None, None), (None, None),
    ]  # fmt: skip
    assert told(packets, "dns.unsolicited")[4:] == [(True,), (True,)]
    with capture(packets) as cap:
        assert cap[3]["dns.time"] == "0.003000000"


def test_dns_repeated() -> None:
    packets = [dns(1), dns(1), dns(1, True), dns(1, True), dns(1)]
    names = ("dns.retransmission", "dns.retransmit_request_in", "dns.retransmit_response_in", "dns.response_to")
    assert told(packets, *names) == [
        (None, None, None, None), (True, 1, None, None), (None, None, None, 1), (True, None, 3, None),
        (None, None, None, None),
    ]  # fmt: skip


def test_echoes() -> None:
    packets = [echo(1), echo(1, True), echo(1, True), echo(2), echo(2, True, b"else")]
    assert told(packets, "icmp.resp_to", "icmp.resp_in") == [
        (None, 2), (1, None), (None, None), (None, None), (None, None),
    ]  # fmt: skip
    with capture(packets) as cap:
        assert cap[1]["icmp.resptime"] == 1.0
        ends = [line.info.endswith(" (request in 1)") for line in cap.lines(range(5))]
        assert ends == [False, True, False, False, False]
        assert cap[1].tree.info.endswith(" (request in 1)")


def test_echoes_in_a_tunnel_are_between_those_who_send_them() -> None:
    """The ports of VXLAN's UDP are the tunnel's, and the source port is anything."""

    def tunnelled(packet: bytes, forth: bool, port: int) -> bytes:
        frame = bytes.fromhex("0800000000000700") + bytes(12) + b"\x08\0" + packet
        return ip(forth, 17, struct.pack(">HHHH", port, 4789, 8 + len(frame), 0) + frame)

    packets = [tunnelled(echo(1), True, 50001), tunnelled(echo(1, True), False, 50002)]
    assert told(packets, "icmp.resp_to", "icmp.resp_in") == [(None, 2), (1, None)]


def get(path: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\nHost: h\r\n\r\n"


def test_http() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
    spoken = [(True, get(b"/1")), (False, answer), (True, get(b"/2")), (False, answer[:30]), (False, answer[30:])]
    said, heard, packets = 501, 0, list(SHAKEN)
    for forth, data in spoken:
        packets.append(segment(forth, ACK, said if forth else heard, heard if forth else said, data=data))
        said, heard = (said + len(data), heard) if forth else (said, heard + len(data))
    names = ("http.request_in", "http.response_in", "http.prev_request_in", "http.next_response_in")
    assert told(packets, *names)[3:] == [
        (None, 5, None, None), (4, None, None, 8), (None, 8, 4, None), (None,) * 4, (6, None, 4, None),
    ]  # fmt: skip
    with capture(packets) as cap:
        last = cap[7]
        assert (last["http.response_for.uri"], last["http.time"]) == ("http://h/2", "0.002000000")
        assert (last["http.response_number"], last["http.prev_response_in"]) == (2, 5)


def test_the_capture_s_end_is_looked_for_once() -> None:
    with capture([echo(i // 2, bool(i % 2)) for i in range(40)]) as cap:
        calls, real = list[int](), cap.streams.exchanges["icmp"]._chunk_of
        cap.streams.exchanges["icmp"]._chunk_of = lambda number: calls.append(number) or real(number)
        assert [cap[i].all("icmp.resp_to") for i in (1, 39)] == [[1], [39]]
        assert [len(cap[i].all("icmp.resp_in")) for i in range(0, 40, 2)] == [1] * 20
        assert len(calls) <= 3


def test_a_filter_changes_nothing() -> None:
    """What is told of a packet does not depend on which others were chosen."""
    packets = [dns(9, port=999)] * 5 + list(SHAKEN)
    request, answer = get(b"/1"), b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    packets += [segment(True, ACK, 501, 0, data=request), segment(False, ACK, 0, 501 + len(request), data=answer)]
    with capture(packets) as cap:
        [row] = cap.json_rows(["http.time", "http.request_in"], compile_filter("http.response", cap.registry))
        assert row == {"http.time": ["0.001000000"], "http.request_in": [9]}
        [row] = cap.json_rows(["http.response_in"], compile_filter("http.request", cap.registry))
        assert row == {"http.response_in": [10]}
