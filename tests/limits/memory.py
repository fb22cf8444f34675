"""What is remembered of conversations, for the packets that come later: what is forgotten is not told of them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import hpack
import pytest

import dissect
from dissect.capture import places, source
from dissect.engine import messages
from dissect.layers import http2_state
from dissect.layers.http2 import PREFACE
from dissect.passes import tls
from dissect.passes.flows import Flow, Piece, handshake_size
from dissect.passes.quic_frames import frames_of
from tests.corpus import SAMPLES
from tests.crafted import frames, rpc, tftp_transfers
from tests.layers.http2_frames import ASKED, Talk, frame
from tests.limits.reach import ETHERNET, Reach, pcap, values
from tests.passes import test_exchanges as exchanges
from tests.passes.test_fragments import fragment, udp
from tests.passes.test_messages import PLAIN, said
from tests.passes.test_streams import ACK, SHAKEN, segment

RAW, P, H = 101, "dissect.passes.", "dissect.layers.http2_state."
TOO_LONG, UNREADABLE = "a header block is too long", "headers cannot be decompressed: "


def payloads(cap: dissect.Capture) -> Any:
    """The datagrams that are kept."""
    return cap.fragments._payloads


def sample(name: str, field: str) -> Callable[[], object]:
    """How many values of a field a sample has."""

    def act() -> int:
        with dissect.open(SAMPLES / name) as cap:
            return sum(len(row.get(field, ())) for row in cap.json_rows([field]))

    return act


def kept(made: list[bytes], of: Callable[[dissect.Capture], Any], link: int = RAW) -> Callable[[], object]:
    """How much a pass keeps when the trees of all packets have been looked at."""

    def act() -> int:
        with dissect.open(pcap(made, link)) as cap:
            for packet in cap:
                list(packet.tree.walk())
            return len(of(cap))

    return act


def found(made: list[bytes], field: str, **opening: Any) -> Callable[[], object]:
    """How many values of a field raw IP packets have."""
    return lambda: len(values(made, field, RAW, **opening))


def claimed() -> int:
    """How many of two addresses are known to be another's."""
    made = [frames.arp(1, (mac, ip), (0, 3)) for mac in (1, 2) for ip in (1, 2)]
    return len(values(made, "arp.duplicate-address-frame"))


def datagram(number: int, pieces: int) -> list[bytes]:
    """A datagram in fragments of eight octets."""
    whole = udp(bytes(8 * (pieces - 1)))
    return [fragment(whole[at : at + 8], at, at + 8 < len(whole), number) for at in range(0, len(whole), 8)]


def calls() -> list[bytes]:
    """Three clients call a portmapper, which answers them then."""
    asked, answered = list[bytes](), list[bytes]()
    for number in range(3):
        head = struct.pack(">6I", number, 0, 2, 100000, 2, 3) + rpc.NONE * 2
        asked.append(frames.udp(700 + number, 111, head + struct.pack(">4I", 100003, 3, 17, 0)))
        reply = struct.pack(">3I", number, 1, 0) + rpc.NONE + struct.pack(">II", 0, 2049)
        octets = struct.pack(">HHHH", 111, 700 + number, 8 + len(reply), 0) + reply
        answered.append(frames.ipv4(17, octets, frames.SERVER, frames.CLIENT))
    return asked + answered


def downloads() -> list[bytes]:
    """An FTP server says three times where it waits, and sends data from there."""
    made = list[bytes]()
    for number in range(3):
        control = frames.Talk(41000 + number, 21)
        control.answers(b"227 Entering Passive Mode (192,0,2,2,200,%d)\r\n" % number)
        made += control.packets
    for number in range(3):
        data = frames.Talk(42000 + number, 200 * 256 + number)
        data.answers(b"\1\2\3\4")
        made += data.packets
    return made


def conversation() -> list[bytes]:
    """HTTP/2: the second request's headers need the first one's."""
    made = Talk()
    made.say(True, PREFACE + frame(4, 0, 0), made.headers(True, ASKED, 1, 5), made.headers(True, ASKED, 3, 5))
    return made.packets


def message_in_two() -> list[object]:
    """What a flow hands on for each part of a handshake message: octets before it, octets of whole messages."""
    flow, out, at = Flow(), list[object](), 0
    for octets in (b"\1\0\0\x14abcd", b"efghijklmnopqrst"):
        handed = flow.feed(at, octets, Piece(0, at, len(octets), 1), handshake_size)
        out.append(None if handed is None else (len(handed.before), handed.whole))
        at += len(octets)
    return out


def held_back(number: int) -> object:
    """How many octets of a stream are reached when the missing one comes behind pieces that waited."""
    flow, message = Flow(), b"\1\0\0\x08abcdefgh"
    for at in range(1, number + 1):
        flow.feed(at, message[at : at + 1], Piece(0, at, 1, 1), handshake_size)
    flow.feed(0, message[:1], Piece(0, 0, 1, 1), handshake_size)
    return flow.reach


def hello_in_records() -> object:
    """Whether the secrets of a session are found whose first message comes in two records."""
    with dissect.open(SAMPLES / "tls13.pcapng") as cap:
        list(cap.json_rows(["tls.record.content_type"]))
        one = cap.streams.tls
        session = tls.Session((1, 443))
        hello = b"\x01" + (38).to_bytes(3, "big") + b"\3\3" + bytes(range(32)) + bytes(4)
        one._messages(session, 0, hello[:20], None, 1)
        one._messages(session, 0, hello[20:], None, 2)
    return session.randoms[0] == bytes(range(32))


def told(*each: tuple[int, int, int, bytes]) -> list[Any]:
    """What is told of frames of HTTP/2 that one side sends: kind, flags, stream, payload."""
    connection = http2_state.Connection()
    return [connection.frame(0, *one) for one in each]


def problems(*each: tuple[int, int, int, bytes]) -> Callable[[], object]:
    """What is wrong with the headers of frames, if anything is."""
    return lambda: [one.block.problem for one in told(*each) if one.block]


def bodies(*each: tuple[int, int, int, bytes]) -> Callable[[], object]:
    """How long the bodies are that frames complete."""
    return lambda: [len(one.body) for one in told(*each) if one.body]


def far_apart(made: list[bytes], field: str) -> Callable[[], object]:
    """What the packet before the last says of that, which is two chunks of the capture behind it."""

    def act() -> list[object]:
        with dissect.open(pcap([*made[:-1], *[b""] * (LAST - len(made)), made[-1]], RAW)) as cap:
            return cap[len(made) - 2].all(field)

    return act


def remembered() -> list[object]:
    """What a conversation remembers of five things."""
    talk = messages.Talk()
    for number in range(5):
        talk[number] = number
    return list(talk)


def openers() -> object:
    """How many ciphers of QUIC are kept ready, and how many packets they opened."""
    with dissect.open(SAMPLES / "quic.pcapng") as cap:
        numbers = sum(len(packet.all("quic.packet_number")) for packet in cap)
        return len(cap.streams.quic._openers), numbers


def grown(size: int) -> bytes:
    """A header block that makes the table larger before it says something."""
    encoder = hpack.Encoder()
    encoder.header_table_size = size
    return encoder.encode([("x", "y")])


def chunks_known() -> object:
    """Of how many chunks a file's places are remembered, and whether the last packet is found all the same."""
    count = 3 * places.CHUNK + 5
    with dissect.open(pcap(number.to_bytes(4, "little") for number in range(count))) as cap:
        last = cap[count - 1]
        return len(cap.source.places._chunks), int.from_bytes(last.data, "little") == count - 1


def let_go_of() -> object:
    """Whether pages of a capture are let go of, and how many packets there are."""
    called = []
    with pytest.MonkeyPatch.context() as patched, dissect.open(pcap([b"abcd"] * 3)) as cap:
        patched.setattr(source, "let_go", lambda octets, position: called.append(position))
        found = sum(map(len, cap.source.chunks()))
        return bool(called), found, len(cap)


LAST = 2 * places.CHUNK + 9
BLOCK = hpack.Encoder().encode([("x", "y" * 60)])
IN_TURN = [one for pair in zip(*(datagram(number, 2) for number in range(5)), strict=True) for one in pair]
PIECES = [segment(False, ACK, at, 501, data=PLAIN[at : at + 40]) for at in range(0, len(PLAIN), 40)]
HTTP = [*SHAKEN, *PIECES]
THRICE = [*SHAKEN, *said(PLAIN * 3, [at + cut for at in range(0, 3 * len(PLAIN), len(PLAIN)) for cut in (0, 20)])]
QUESTIONS = [exchanges.dns(n, answer, 4000 + n) for answer in (False, True) for n in range(3)]
SHAKES = [packet for n in range(4) for packet in frames.Talk(43000 + n, 9).packets]
BODIES = [(0, 0, number, b"abc") for number in (1, 3, 5)] + [(0, 1, number, b"d") for number in (1, 3, 5)]
FRAGMENTS = "dtls.handshake.fragment.count"

REACHED: dict[str, Reach] = {
    P + "datagrams.Bounds.datagrams": Reach(2, found(IN_TURN, "udp.length"), 0, 5),
    P + "datagrams.Bounds.timeout": Reach(500_000, found(datagram(1, 2), "udp.length"), 0, 1),
    P + "datagrams.MOST_PIECES": Reach(3, found(datagram(1, 6), "udp.length"), 0, 1),
    P + "fragments.KEPT_BYTES": Reach(20, kept([one for n in range(4) for one in datagram(n, 2)], payloads), 1, 4),
    P + "framing.MOST": Reach(100, found(HTTP, "tcp.segment"), 2, len(PIECES)),  # until it says how long it is
    P + "assembly.MOST_PIECES": Reach(2, found(HTTP, "http.response.code"), 0, 1),
    P + "assembly.KEPT": Reach(20, kept(THRICE, lambda cap: cap.streams.messages._payloads), 1, 3),
    P + "claims.MOST_CLAIMED": Reach(1, claimed, 1, 2),
    P + "exchanges.MOST_OPEN": Reach(2, found(QUESTIONS, "dns.response_to"), 2, 3),
    P + "media.LONGEST_NAME": Reach(
        3, lambda: values(tftp_transfers.PACKETS, "tftp.destination_file")[:1], ["two.txt"], ["one.bin"]
    ),
    P + "media.MOST": Reach(1, lambda: sum("ftp-data" in one for one in values(downloads(), "frame.protocols")), 1, 3),
    P + "talks.MOST_TALKS": Reach(2, lambda: len(values(calls(), "portmap.port")), 3, 6),  # each call names a port, too
    P + "talks.MOST_TOLD": Reach(2, lambda: len(values(calls(), "portmap.port")), 5, 6),
    P + "flows.MOST_OCTETS": Reach(10, message_in_two, [(0, 0), (0, 0)], [(0, 0), (1, 24)]),
    P + "flows.MOST_PIECES": Reach(3, lambda: held_back(6), 4, 7),
    P + "flows.MOST_WAITING": Reach(3, lambda: held_back(6), 4, 7),
    P + "tls.MOST_SESSIONS": Reach(0, sample("tls13.pcapng", "http.request.uri"), 0, 2),
    P + "tls.MOST_HELD": Reach(10, hello_in_records, False, True),
    P + "dtls.MOST_SESSIONS": Reach(0, sample("dtls.pcapng", "data.data"), 0, 2),
    P + "dtls.MOST_WAITING": Reach(0, sample("dtls.pcapng", FRAGMENTS), 0, 2),
    P + "dtls.MOST_PIECES": Reach(1, sample("dtls.pcapng", FRAGMENTS), 0, 2),
    P + "dtls.MOST_OCTETS": Reach(200, sample("dtls.pcapng", FRAGMENTS), 0, 2),
    P + "quic.MOST_IDS": Reach(0, sample("quic.pcapng", "quic.packet_number"), 3, 26),  # Initial packets say all
    P + "quic.MOST_FLOWS": Reach(0, sample("quic-retry.pcapng", "tls.handshake.fragment.count"), 0, 1),
    P + "quic.MOST_OPENERS": Reach(2, openers, (2, 26), (8, 26)),
    P + "quic_frames.MOST": Reach(3, lambda: len(frames_of(b"\1\1\1\1\x0a\0\1a").pieces), 0, 1),
    P + "http2.MOST_CONNECTIONS": Reach(0, found(conversation(), "http2.headers.path"), 1, 2),
    H + "MOST_BLOCK": Reach(100, problems((1, 0, 1, bytes(60)), (9, 4, 1, bytes(60))), [TOO_LONG], [""]),
    H + "MOST_LIST": Reach(50, problems((1, 4, 1, BLOCK)), [UNREADABLE + "OversizedHeaderListError"], [""]),
    H + "MOST_TABLE": Reach(5000, problems((1, 4, 1, grown(6000))), [UNREADABLE + "InvalidTableSizeError"], [""]),
    H + "MOST_STREAMS": Reach(2, bodies(*BODIES), [1, 1, 1], [4, 4, 4]),
    H + "MOST_BODY": Reach(5, bodies((0, 0, 1, b"abcd"), (0, 1, 1, b"ef")), [], [6]),
    H + "MOST_KEPT": Reach(5, bodies((0, 0, 1, b"abcd"), (0, 1, 1, b"ef")), [], [6]),
    P + "analysis.KEPT_STREAMS": Reach(2, kept(SHAKES, lambda cap: cap.streams.analysis._alone, ETHERNET), 2, 4),
    "dissect.capture.source.PLACES_KEPT": Reach(places.CHUNK, chunks_known, (1, True), (3, True)),
    "dissect.capture.source.MAPPED_KEPT": Reach(10, let_go_of, (True, 3, 3), (False, 3, 3)),
    P + "messages.FURTHEST": Reach(3, far_apart([*SHAKEN, *PIECES], "tcp.reassembled_in"), [], [LAST]),
    P + "assembly.HELD": Reach(20, found([*SHAKEN, *said(PLAIN, [20, 40, 60])], "http.response.code"), 0, 1),
    P + "exchanges.FURTHEST": Reach(
        3, far_apart([QUESTIONS[0], QUESTIONS[3]], "dns.response_in"), [], [LAST]
    ),
    P + "quic.COALESCED": Reach(1, sample("quic.pcapng", "quic.packet_number"), 22, 26),
    "dissect.engine.messages.Talk.MOST": Reach(2, remembered, [3, 4], [0, 1, 2, 3, 4]),
}
