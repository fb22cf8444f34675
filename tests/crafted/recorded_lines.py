"""What instruments recorded: RTAC's serial lines, IPMI's trace blocks, passive optical networks' preambles, netANALYZER's frames."""

from __future__ import annotations

LAYERS = ("rtacser", "ipmi.trace", "epon", "netanalyzer")
FRAME = "020000000004 020000000003 0800 4500001c00000000400100000a0000010a000002 0800f7ff00000000"
SAID: tuple[tuple[int, str], ...] = (
    (250, "655f0001 0000000a 02 4b 0000 010203"), (250, "655f0001 0000000a 05 00 1234"),
    (260, "03 10000000 0500 1c c300 04 01020304"), (260, "12 10000000 0500 01 c300 02 00 0b"), (260, "22 10000000 0500 00 c300 03 414243"),
    (260, "02 10000000 0500 06 8000 02 4142"),
    (259, "d555 55 8001 42" + FRAME), (259, "55d555 57 0001 42 01020304"), (259, "d555 54 0001 42" + FRAME),
    (240, "0044 3200" + FRAME), (240, "05c4 3200" + FRAME + "00000000"), (240, "0045 3200" + FRAME), (240, "0048 3200" + FRAME),
    (240, "0044 3200" + FRAME + "00000000"), (241, "0246 3200 55555555555555d5" + FRAME),
)
PACKETS = [bytes.fromhex(packet) for _, packet in SAID]
LINKS = [link for link, _ in SAID]
