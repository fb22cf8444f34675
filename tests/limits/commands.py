"""What commands collect: what is left out is counted, said, or an error."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import dissect
from dissect import notes, remembered, transactions
from dissect.check import evidence, model, seen
from dissect.check.catalogue import RULES
from dissect.cli import main
from dissect.crypto.keylog import KeyLog
from dissect.diff import Diff, diff_captures, fields
from dissect.diff.align import align
from dissect.edit import Anonymiser
from dissect.export import dataset, smb_objects
from dissect.export.objects import safe_name
from dissect.filters.completion import complete
from dissect.filters.macros import expand
from dissect.pathmtu.evidence import gather
from dissect.pathmtu.finding import finding
from dissect.pathmtu.fragmentation import grouped
from dissect.pathmtu.names import KEPT, Questions
from dissect.stats.analysis import Totals
from dissect.stats.tally import Tally, Times
from tests.corpus import SAMPLES
from tests.crafted import frames
from tests.export import test_objects as objects
from tests.limits.reach import ETHERNET, REGISTRY, Reach, layer, pcap, values
from tests.passes.test_exchanges import dns, get
from tests.passes.test_streams import ACK, SHAKEN, segment
from tests.transactions.test_tables import ANSWER

KEYS = SAMPLES / "tls-keylog.keys"


def run(*words: object) -> tuple[int, str]:
    """A command's exit code, and all that it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main([*map(str, words)])
    return code, said.getvalue()


def refused(text: str) -> Callable[[], object]:
    """What is wrong with a filter, in a few words."""

    def act() -> str:
        try:
            with dissect.open(SAMPLES / "vrrp.pcap") as cap:
                cap.filter(text)
        except dissect.FilterError as error:
            return str(error).splitlines()[0]
        return ""

    return act


def mtu(name: str, about: str) -> Callable[[], object]:
    """How many findings there are in a sample, and whether what is left out is told."""

    def act() -> tuple[int, bool]:
        with dissect.open(SAMPLES / name) as cap:
            report = dissect.analyse(cap)
        return len(report.findings), any(about in one and "not examined" in one for one in report.limits)

    return act


def initials() -> object:
    """How many packets prove that Initials of two paths are too short, and which of what is left out is told."""
    begin = bytes.fromhex("c0 00000001") + bytes(1195)  # a whole one, so that what follows it is QUIC
    datagrams = [struct.pack(">HHHH", 5000, 443, 8 + n, 0) + begin[:n] for n in (1200, 1000)]
    hosts = [bytes((192, 0, 2, number)) for number in (2, 3)]
    packets = (frames.ipv4(17, datagram, destination=host) for host in hosts for datagram in datagrams)
    with dissect.open(pcap(packets)) as cap:
        report = dissect.analyse(cap)
    proof = [proof for found in report.findings for proof in found.evidence if "octets, DF" in proof.why]
    return len(proof), [word for word in ("Initials", "further paths") if any(word in one for one in report.limits)]


def damaged() -> object:
    """Whether there is something wrong with files of each format in which a packet is longer than usual."""
    out = []
    for data in (pcap([bytes(300_100)]).getvalue(), snoop(300_100)):
        with dissect.open(io.BytesIO(data)) as cap:
            out.append((len(cap), cap.damage is not None))
    return out


def too_much() -> object:
    """Whether a note says that a tree is too large, and how many nodes of a kind there are."""
    tree = layer("telnet", b"\xff\xf1" * 30)
    return "_ws.too_much" in {note.name for note in tree.notes}, len(tree.find("telnet.cmd"))


def slow() -> object:
    """Whether a regular expression is said to be too slow that takes a while."""
    packet = b"a" * 16 + b"b"
    try:
        with dissect.open(pcap([packet])) as cap:
            cap.filter('frame matches "^(a|a)*$"')
    except dissect.FilterError as error:
        return "takes more than" in str(error)
    return False


def snoop(size: int) -> bytes:
    """A file of snoop (RFC 1761) with one packet."""
    padded = size + -size % 4
    record = struct.pack(">6I", size, size, 24 + padded, 0, 0, 0) + bytes(padded)
    return b"snoop\0\0\0" + struct.pack(">II", 2, 4) + record


def nested(depth: int) -> bytes:
    """IPv4 within IPv4."""
    packet = frames.udp(1, 2, b"abc")[14:]
    for _ in range(depth):
        packet = frames.ipv4(4, packet)[14:]
    return frames.ethernet(0x800, packet)


def how_deep() -> object:
    """How many addresses of layers within each other are told by column, and whether a note says so of the others."""
    with dissect.open(pcap([nested(8)])) as cap:
        noted = "_ws.too_deep" in {note.name for note in cap[0].notes}
    return len(values([nested(8)], "ip.src")), noted


def keys_read() -> object:
    """How many secrets of a file are known."""
    return len(KeyLog.read(KEYS))


def suggested() -> object:
    """How many words complete the name of a field, and the name of a value."""
    return len(complete("tcp.", 4, REGISTRY)), len(complete("ip.proto == ", 12, REGISTRY))


def expanded() -> object:
    """A macro that needs three others."""
    try:
        return expand("${a}", {"a": "${b}", "b": "${c}", "c": "${d}", "d": "tcp"}, REGISTRY)
    except dissect.FilterError as error:
        return str(error).splitlines()[0]


def failed() -> model.Failure:
    """A failure that five packets show."""
    return model.Failure(RULES["C06"], "a subject " * 9, "", [model.Spot(number, "") for number in range(1, 6)])


def listed() -> object:
    """How many packets are listed of a failure of each kind, and how many are counted."""
    tally = seen.Tally()
    for number in range(5):
        tally.add("one", number + 1, "")
    [counted] = tally.failures("C06", "")
    [named] = checked("[[check]]\nname = 'n'\nfilter = 'ip'\nexpect = 'none'\n")
    return [(len(one.spots), one.count) for one in (failed(), counted, named)]


def checked(rules: str) -> list[model.Failure]:
    """What a rule file finds in a sample."""
    from dissect.check import check_capture, read_rules

    with tempfile.TemporaryDirectory() as folder, dissect.open(SAMPLES / "sll.pcap") as cap:
        path = Path(folder) / "rules.toml"
        path.write_text(rules)
        return check_capture(cap, "", read_rules([str(path)], cap.registry)).failures


def subjects() -> object:
    """Of how many subjects a rule tells, each shown by one packet."""
    tally = seen.Tally()
    for number in range(5):
        tally.add(str(number), number + 1, "")
    return len(list(tally.failures("C06", "")))


def split() -> object:
    """What becomes of a capture of three connections that is split by connection: code, files, words."""
    packets = [packet for number in range(3) for packet in frames.Talk(43000 + number, 9).packets]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.pcap"
        path.write_bytes(pcap(packets).getvalue())
        code, said = run("edit", path, "--split", "stream", "-w", Path(folder) / "out.pcap", "--quiet")
        return code, len(list(Path(folder).iterdir())) - 1, "more than 2 streams" in said


def hidden() -> object:
    """How many addresses are remembered of five, and how many stay what they were made when asked for again."""
    maker = Anonymiser(b"key")
    addresses = [bytes((192, 0, 2, number)) for number in range(5)]
    made = list(map(maker.ipv4, addresses))
    again = list(map(maker.ipv4, addresses))
    return maker.ipv4.cache_info().currsize, sum(map(bytes.__eq__, made, again))  # type: ignore[attr-defined]


def objects_of(kind: str, data: bytes) -> str:
    """What `dissect objects` says of a capture, and how many files it writes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in.pcap").write_bytes(data)
        code, said = run("objects", Path(folder) / "in.pcap", "--type", kind, "-o", Path(folder) / "out")
        return f"{code} {len(list((Path(folder) / 'out').iterdir()))} {said.partition('  ')[2].strip()}"


def smb_files() -> object:
    """How many files of SMB are found of three; the octets of the first come after all were opened."""
    known = smb_objects.Files(100)
    for number in range(3):
        known.opened((number,), str(number))
    for number in range(3):
        known.take((number,), 0, b"abc", 1)
    return sum(len(one.pieces) for one in known.found.values())


def smb_asked() -> object:
    """How many requests are known of three when their answers come."""
    known = smb_objects.Files(100)
    for number in range(3):
        known.ask((number,), number)
    return sum(known.asked((number,)) is not None for number in range(3))


def aligned() -> object:
    """Which message of one capture is which of the other, where the other has one more before them."""
    return list(align([1, 2, 3], [9, 1, 2], [0] * 3, [0] * 3))


def changed() -> object:
    """What is said of three answers of DNS that are others in a second capture."""
    old = [dns(number, True) for number in range(3)]
    new = [packet.replace(b"\x81\x80", b"\x81\x83") for packet in old]
    with dissect.open(pcap(old, 101)) as golden, dissect.open(pcap(new, 101)) as other:
        report = diff_captures(golden, other, Diff(findings=False), ("a", "b"))
    return any("2 more messages changed" in failure.what for failure in report.failures)


def rows_of(kind: str, name: str) -> Callable[[], object]:
    """How many rows a statistic has, and whether it is said that there are more."""

    def act() -> tuple[int, bool]:
        _, told = run("stats", SAMPLES / name, kind, "--format", "csv")
        lines = told.splitlines()
        said = [line for line in lines if "-Y chooses others" in line]
        return len(lines) - len(said) - 1, bool(said)

    return act


def intervals() -> object:
    """Of how many intervals `stats io` tells."""
    code, said = run("stats", SAMPLES / "tour.pcapng", "io", "--interval", "1", "--format", "csv")
    return code, "at most 3 can be counted" in said


def round_trips() -> object:
    """How many round trips are kept of eight."""
    totals = Totals(2)
    for _ in range(8):
        totals.take(np.zeros(1, np.int64), np.ones(1, np.int64), np.zeros(1, np.int64), np.ones(1, np.int64))
    return len(totals._times)


def counted_names() -> object:
    """Which names are counted of six, of which one came twice."""
    tally = Tally()
    for name in "aabcdef":
        tally.count("Names", name)
    return len(tally._counts["Names"])


def noted() -> object:
    """How many different notes there are of five requests, and how many requests."""
    talk = frames.Talk(45000, 80)
    for number in range(5):
        talk.asks(b"GET /%d HTTP/1.1\r\n\r\n" % number)
    with dissect.open(pcap(talk.packets[3:])) as capture:
        found = notes.expert_notes(capture)
    return len(found), sum(one.count for one in found)


def outlines_kept() -> object:
    """How many of two files are kept."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a", "b"):
            remembered.keep(f"{folder}/{name}.kept", {})
        return len(os.listdir(folder))


def kept_times() -> object:
    """How many durations are kept of ten, and how many are counted."""
    times = Times()
    for number in range(10):
        times.add(number)
    return len(times._kept), times.count


def table(kind: str, packets: list[bytes], link: int = 101) -> list[dict[str, Any]]:
    with dissect.open(pcap(packets, link)) as cap:
        found: list[dict[str, Any]] = transactions.transaction_table(kind, cap).to_pylist()
    return found


def pipelined() -> object:
    """The status of each of three requests that are all sent before their responses."""
    said = [(True, get(b"/%d" % number)) for number in range(3)] + [(False, ANSWER)] * 3
    packets, at = list(SHAKEN), {True: 501, False: 0}
    for forth, octets in said:
        packets.append(segment(forth, ACK, at[forth], at[not forth], data=octets))
        at[forth] += len(octets)
    return [row["status"] for row in table("http", packets)]


def discovered() -> object:
    """How many messages are listed of a DHCP transaction of four."""
    head = struct.pack(">BBBBIHH16s6s10s64x128x", 1, 1, 6, 0, 7, 0, 0, b"", bytes(6), b"")
    octets = head + bytes.fromhex("63825363 350101 ff")
    return [len(row["messages"]) for row in table("dhcp", [frames.udp(68, 67, octets)] * 4, ETHERNET)]


def waiting() -> object:
    """Which questions of four have their answer in their row; the first is answered last."""
    packets = [*(dns(number) for number in range(4)), dns(0, True)]
    return [row["response_packet"] for row in table("dns", packets)]


def named() -> object:
    """How many addresses have a name."""
    with dissect.open(SAMPLES / "tour.pcapng") as cap:
        return len(dissect.host_names(cap))


def copies() -> object:
    """How many copies of packets are kept, and how many are counted."""
    with dissect.open(SAMPLES / "any-interface.pcap") as cap:
        found = gather(cap)
    return len(found.copies), found.copied


def taken_apart() -> object:
    """How many queries of a name of some length are taken apart."""
    asked = Questions()
    asked._buffer = bytes(4) + b"\0\1" + bytes(6) + b"\x1f" + b"a" * 31 + b"\0\0\1\0\1"
    columns = {name: [0] for name in KEPT} | {"number": [1], "end": [len(asked._buffer)]}
    asked.asked.add({name: np.array(value) for name, value in columns.items()}, np.array([0]))
    return len(asked.parsed(np.array([0])))


def proved() -> object:
    """How many packets are named for what six datagrams of a path share, and of how many it is said."""
    each = [finding("M12", "192.0.2.1", "192.0.2.2", "What.", [(number, "why")]) for number in range(1, 7)]
    [one] = grouped(each)
    return len(one.evidence), one.values["datagrams"]


def interface() -> object:
    """How many packets' places the terminal interface asks for, and how much memory it may take for what it learns."""
    from tui.app import Dissect

    app = Dissect(dissect.open(SAMPLES / "vrrp.pcap"), "")
    return app._main.capture.source.places.most, app._main.behind._most


A, C, E, F, S = "dissect.capture.", "dissect.check.", "dissect.pathmtu.evidence.", "dissect.filters.", "dissect.stats."
REACHED: dict[str, Reach] = {
    A + "formats.LARGEST_PACKET": Reach(300_000, damaged, [(0, True)] * 2, [(1, False)] * 2, (A + "pcap", A + "snoop")),
    "dissect.engine.row.MAX_LAYERS": Reach(6, how_deep, (5, True), (9, False), ("dissect.engine.column",)),
    "dissect.engine.cursor.MAX_NODES": Reach(20, too_much, (True, 6), (False, 30)),
    "dissect.crypto.keylog.MOST": Reach(2, keys_read, 2, 4),
    "dissect.crypto.keylog.MOST_OCTETS": Reach(300, keys_read, 1, 4),
    F + "parse.MAX_TEXT": Reach(
        20, refused("ip.src == 192.0.2.1 || ip"), "the filter is longer than 20 characters", ""
    ),
    F + "parse.MAX_OPEN": Reach(4, refused("(((((ip)))))"), "nested too deeply", ""),
    F + "nodes.MAX_DEPTH": Reach(4, refused("!(!(!(!(!ip))))"), "nested too deeply", ""),
    F + "macros.DEEPEST": Reach(2, expanded, "macros within macros without end", "((((tcp))))"),
    F + "conditions.PATIENCE": Reach(1e-4, slow, True, False),
    F + "completion.MOST": Reach(5, suggested, (5, 5), (50, 45)),
    C + "model.MOST_EVIDENCE": Reach(
        2, listed, [(2, 5), (2, 5), (2, 18)], [(5, 5), (5, 5), (18, 18)], (C + "seen", C + "named", "dissect.diff.run")
    ),
    C + "seen.MOST_SUBJECTS": Reach(2, subjects, 2, 5, (C + "connections", C + "services")),
    C + "evidence.MOST_NAME": Reach(10, lambda: len(evidence._name("a.pcap", failed(), set())), 17, 67),
    "dissect.diff.align.MOST_COMPARED": Reach(
        4, aligned, [(0, 0), (1, 1), (2, 2)], [(None, 0), (0, 1), (1, 2), (2, None)]
    ),
    "dissect.diff.run.MOST_EXPLAINED": Reach(1, changed, True, False),
    "dissect.edit.outputs.MOST_FILES": Reach(2, split, (3, 0, True), (0, 3, False)),
    "dissect.edit.anonymise.KEPT": Reach(2, hidden, (2, 5), (5, 5)),
    "dissect.export.objects.LIMIT": Reach(
        12,
        lambda: [objects_of("http", objects.asked(b"/f", bytes(20))), objects_of("smb", objects.smb2_capture())],
        ["0 0 (larger than the limit: not written)"] * 2,
        ["0 1 "] * 2,
    ),
    "dissect.export.smb_objects.MOST_FILES": Reach(2, smb_files, 2, 3),
    "dissect.export.smb_objects.MOST_WAITING": Reach(2, smb_asked, 2, 3),
    E + "MOST_FRAGMENTS": Reach(4, mtu("sender-fragments-v4.pcap", "fragments"), (0, True), (0, False)),
    E + "MOST_MESSAGES": Reach(1, mtu("odd-ptb.pcap", "ICMP errors"), (1, True), (6, False)),
    E + "MOST_ECHOES": Reach(2, mtu("df-probe-unanswered.pcap", "echo requests"), (0, True), (0, False)),
    E + "MOST_ANNOUNCEMENTS": Reach(2, mtu("ra-mtu.pcap", "link's MTU"), (1, True), (1, False)),
    E + "MOST_COPIES": Reach(2, copies, (2, 33), (33, 33)),
    E + "MOST_INITIALS": Reach(1, initials, (1, ["Initials"]), (2, [])),
    E + "MOST_QUIC_PATHS": Reach(1, initials, (2, ["further paths"]), (2, [])),
    E + "MOST_PROBES": Reach(2, mtu("ptb-ignored.pcap", "may be probes"), (1, True), (1, False)),
    "dissect.pathmtu.fragmentation.MOST_PROOF": Reach(2, proved, (2, 6), (6, 6)),
    "dissect.pathmtu.names.MOST_MESSAGES": Reach(2, mtu("dns-silent.pcap", "DNS messages"), (0, True), (1, False)),
    "dissect.pathmtu.names.MOST_PARSED": Reach(
        1, mtu("dns-silent.pcap", "DNS queries of a path"), (1, True), (1, False)
    ),
    "dissect.pathmtu.second.MOST_SEGMENTS": Reach(
        5, mtu("blackhole-v4-client.pcap", "segments of a connection"), (0, True), (2, False)
    ),
    "dissect.pathmtu.second.MOST_PACKETS": Reach(5, mtu("pmtud-v4.pcap", "packets of paths"), (0, True), (0, False)),
    S + "routers.MOST_ROWS": Reach(2, rows_of("routers", "routing.pcap"), (2, True), (30, False)),
    S + "routing.MOST_ROWS": Reach(2, rows_of("routing", "tour.pcapng"), (2, True), (28, False)),
    S + "flow.MOST_ROWS": Reach(3, rows_of("flow", "tour.pcapng"), (3, True), (242, False)),
    S + "io.MOST": Reach(3, intervals, (2, True), (0, False)),
    S + "analysis.MOST_SAMPLES": Reach(4, round_trips, 4, 8),
    S + "tally.MOST_NAMES": Reach(4, counted_names, 3, 6),
    S + "tally.MOST_TIMES": Reach(4, kept_times, (3, 10), (10, 10)),
    "dissect.transactions.http.MOST_ASKED": Reach(2, pipelined, [None, 200, 200, 200], [200, 200, 200]),
    "dissect.transactions.dhcp.MOST_MESSAGES": Reach(2, discovered, [2], [4]),
    "dissect.transactions.rows.MOST_WAITING": Reach(2, waiting, [None, None, None, None, 5], [5, None, None, None]),
    "dissect.notes.MOST_MESSAGES": Reach(2, noted, (3, 5), (5, 5)),
    "dissect.remembered.MOST": Reach(1, outlines_kept, 1, 2),
    "dissect.hosts.MOST": Reach(1, named, 1, 2),
    "tui.app.PLACES": Reach(5, interface, (5, 340), (1 << 24, 340)),
    "tui.settings.Settings.memory": Reach(100, interface, (1 << 24, 85), (1 << 24, 340)),
    F + "macros.LONGEST": Reach(3, expanded, "the macros make too long a filter", "((((tcp))))"),
    "dissect.pathmtu.names.LONGEST_QUESTION": Reach(20, taken_apart, 0, 1),
    "dissect.transactions.rows.FURTHEST": Reach(2, waiting, [None, None, None, None, 5], [5, None, None, None]),
    "dissect.export.objects.LONGEST": Reach(10, lambda: len(safe_name("a" * 300)), 10, 200),
    "dissect.export.dataset.LONGEST": Reach(10, lambda: len(dataset._name("a" * 300)), 10, 60),
    "dissect.diff.fields.LONGEST": Reach(10, lambda: fields.shown(["a" * 80]), "a" * 10 + "…", "a" * 60 + "…"),
}
