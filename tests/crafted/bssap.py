"""BSSAP above SCCP: what base station controllers and mobiles say to a switch."""

from __future__ import annotations

LAYERS, LINK = ("bssap", "gsm_a.bssmap", "gsm_a.dtap", "sccp"), 142
X = bytes.fromhex


def unit(said: bytes) -> bytes:
    """A message of SCCP without a connection."""
    return X("0900 03 05 07 02 42 fe 02 42 fe") + bytes([len(said)]) + said


def form(said: bytes) -> bytes:
    """Data of a connection."""
    return X("06 010203 00 01") + bytes([len(said)]) + said


PACKETS = [
    unit(X("000130")), unit(X("010003052801")), form(X("010003052408")), form(X("010103030514")), form(X("0100020929")),
    form(X("000121")), form(X("ffff")),
]  # fmt: skip
