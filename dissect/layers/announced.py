"""What other connections have announced of a header's endpoints: see passes.media.  A packet that stands alone: nothing."""

from __future__ import annotations

from typing import Any

RTP_PORT, RTCP_PORT, FTP_DATA, TFTP_TRANSFER, QUIC_PEER, GQUIC_PEER, T38_PORT, UDT_PEER = range(1, 9)


# Codings of media that are layers; what an endpoint of RTP was announced with are a few pairs of a payload type and one of
# these (its number and one), twelve bits each, above the kind.
CODINGS = {
    b"h264": "h264", b"x-h264uc": "h264", b"h265": "h265", b"h263-1998": "h263p", b"h263-2000": "h263p", b"amr": "amr",
    b"opus": "opus", b"telephone-event": "rtpevent", b"vp8": "vp8", b"mp4v-es": "mp4v-es", b"evs": "evs",
    b"rtp-midi": "rtpmidi",
}  # fmt: skip
CODED = tuple(dict.fromkeys(CODINGS.values()))
KIND, PAIR, PAIRS = 8, 12, 4  # bits; pairs that are kept


def with_codings(kind: int, pairs: list[tuple[int, bytes]]) -> int:
    """A kind of endpoint with what payload types were announced for it."""
    known = [(number, CODED.index(CODINGS[name])) for number, name in pairs if name in CODINGS and number < 128]
    for i, (number, coding) in enumerate(known[:PAIRS]):
        kind |= (number << 5 | coding + 1) << KIND + i * PAIR
    return kind


def coding_of(announced: Any, payload_type: Any) -> Any:
    """The number of a payload type's coding and one, by what was announced; 0: none."""
    found = announced * 0
    for i in range(PAIRS):
        pair = announced >> (KIND + i * PAIR) & 0xFFF
        found = found + (pair & 31) * ((pair >> 5 == payload_type) & (pair > 0) & (found == 0))
    return found


def told(p: Any) -> Any:
    """What has been announced of a payload's endpoints."""
    return 0 if p.h.streams is None else p.h.streams.media(p.h)
