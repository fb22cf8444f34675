"""Mutated messages: none raises, none takes long, memory stays where it is.

    python -m tests.bench.mutate [--layer http] [--count 1000000] [--seed 1] [--jobs 2]

Seeds are the messages of `samples/` and a few made here.  Each mutation changes octets, cuts, repeats or swaps parts,
or writes the numbers that lengths lie with.  A message is dissected alone, as the engine does it with a whole one.
"""

from __future__ import annotations

import argparse
import random
import resource
import struct
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import hpack

import dissect
from dissect.engine.row import Dissection
from dissect.layers import builtin
from tests.layers.http2_frames import ASKED, CALL, call, frame
from tests.layers.test_dns_hot import RECORDS, message

SAMPLES = Path(__file__).parents[2] / "samples"
LAYERS = ("http", "tls", "dns", "http2")
LIMIT = 0.020  # seconds a message
LIES = (b"\0", b"\xff", b"\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xc0\x0c", b"\xc0\x00")
WORDS = (b"\r\n", b"\r\n\r\n", b"0\r\n", b"ffffffff\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 99\r\n",
         b"Content-Encoding: gzip\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n", b"--x\r\n", b"{[{[",
         b"<a><b>")  # fmt: skip


def made(layer: str) -> list[bytes]:
    """Messages that samples may not have."""
    if layer == "http":
        parts = b"".join(b"--x\r\nContent-Type: application/json\r\n\r\n{\"a\":[1,{\"b\":null}]}\r\n" for _ in range(3))
        head = b"POST /a?b=c&d HTTP/1.1\r\nHost: h\r\nCookie: a=b; c\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        bodies = ((b"multipart/mixed; boundary=x", parts + b"--x--\r\n"), (b"text/xml", b"<a b='c'><d/>t</a>"))
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nabcde\r\n0\r\nT: v\r\n\r\n"
        return [chunked, *(head % (kind, len(body)) + body for kind, body in bodies)]
    if layer == "http2":
        encoder = hpack.Encoder()
        return [
            frame(4, 0, 0, struct.pack(">HI", 1, 100)) + frame(1, 5, 1, encoder.encode(ASKED)),
            frame(1, 4, 1, encoder.encode(CALL)) + frame(0, 1, 1, call(b"\x0a\x03abc") + call(b"{}")),
            frame(1, 0, 1, encoder.encode(ASKED)[:5]) + frame(9, 4, 1, encoder.encode(CALL)),
            frame(7, 0, 0, bytes(12)) + frame(2, 0, 1, bytes(5)),
        ]
    return [message(RECORDS), message(RECORDS[:4], 3)] if layer == "dns" else []


def seeds(layer: str) -> list[bytes]:
    """Messages of the samples, the different ones."""
    found = dict.fromkeys(made(layer))
    for path in sorted(SAMPLES.glob("*.pcap*")):
        with dissect.open(path) as cap:
            for row in cap.filter(layer)[:200].tolist():
                for one in cap[row].layers:
                    if one.layer.name == layer:
                        found[cap[row].tree.sources[one.source][1][one.start : one.limit]] = None
    return [octets for octets in found if 0 < len(octets) <= 4096][:500]


def mutated(dice: random.Random, octets: bytes, others: list[bytes]) -> bytes:
    """Another message."""
    out = bytearray(octets)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        at, kind = dice.randrange(len(out) + 1), dice.randrange(7)
        if kind == 0 and at < len(out):
            out[at] = dice.randrange(256)
        elif kind == 1 and at < len(out):
            out[at] ^= 1 << dice.randrange(8)
        elif kind == 2:
            lie = dice.choice(LIES)
            out[at : at + len(lie)] = lie
        elif kind == 3:
            out[at:at] = dice.choice(WORDS)
        elif kind == 4:
            out[at:at] = out[at : at + dice.randrange(1, 64)] * dice.randrange(1, 8)
        elif kind == 5:
            other = dice.choice(others)
            out[at:] = other[dice.randrange(len(other)) :]
        else:
            del out[at : at + dice.randrange(1, 16)]
    return bytes(out[:16384])


def run(layer: str, count: int, seed: int) -> tuple[str, int, float, int, int]:
    """(layer, messages, the longest seconds, those above the limit, growth of memory in kB)."""
    dice, begun, registry = random.Random(f"{layer} {seed}"), seeds(layer), builtin()
    kinds = [one for one in registry.layers if one.name == layer]
    slowest, slow, before = 0.0, 0, 0
    for number in range(count):
        octets = mutated(dice, dice.choice(begun), begun)
        began = time.thread_time()
        dissection = Dissection(registry, octets)
        dissection.enter(kinds[number % len(kinds)], octets, 0, len(octets), len(octets), None)
        for _ in dissection.tree.walk():
            pass
        took = time.thread_time() - began
        if number > 1000:  # what is made once is made
            slowest, slow = max(slowest, took), slow + (took > LIMIT)
            before = before or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if took > LIMIT:
                print(f"{layer}: {took * 1000:.0f} ms: {octets.hex()}", file=sys.stderr)
    return layer, count, slowest, slow, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def main() -> int:
    """Run it; 1 where a message took too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layer", action="append", choices=LAYERS)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    layers, code = options.layer or list(LAYERS), 0
    parts = [(layer, options.count // options.jobs, options.seed + i) for layer in layers for i in range(options.jobs)]
    with ProcessPoolExecutor(options.jobs) as pool:
        for layer, count, slowest, slow, grown in pool.map(run, *zip(*parts, strict=True)):
            print(f"{layer}: {count:,} messages, slowest {slowest * 1000:.1f} ms, {slow} above {LIMIT * 1000:.0f} ms, "
                  f"memory +{grown / 1024:.0f} MB", flush=True)  # fmt: skip
            code = max(code, int(slow > 0))
    return code


if __name__ == "__main__":
    sys.exit(main())
