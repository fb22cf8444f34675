"""Findings on fragments, path MTU and DF, at the packets that prove them."""

from __future__ import annotations

from dissect.engine.fields import STRING, UINT32, Field
from dissect.engine.layer import Layer


class PathMTU(Layer):
    """A finding that this packet is evidence for.

    It takes the whole capture to find: asking for one of these fields, or for expert notes, examines it first.
    """

    name, label = "pathmtu", "Path MTU"
    generated = True
    examined_by = "dissect.pathmtu.annotations:examine"

    code = Field("pathmtu.code", "Finding", STRING)
    severity = Field("pathmtu.severity", "Severity", STRING)
    title = Field("pathmtu.title", "Title", STRING)
    why = Field("pathmtu.why", "What this packet shows", STRING)
    sender = Field("pathmtu.src", "Path from", STRING)
    receiver = Field("pathmtu.dst", "Path to", STRING)
    estimate = Field("pathmtu.estimate", "Largest packet delivered: the path MTU is at least this", UINT32, unit="bytes")
    lost = Field("pathmtu.lost", "Smallest packet lost for its size", UINT32, unit="bytes")
