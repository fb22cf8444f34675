"""The record itself: what the capture file says of a packet.

Its fields are not bytes of the packet; both evaluators take them from the record (see engine.record).
"""

from __future__ import annotations

from dissect.engine.fields import ABSOLUTE_TIME, BOOLEAN, RELATIVE_TIME, STRING, Field, i16, u32
from dissect.engine.layer import Layer


class Frame(Layer):
    """Number, times and lengths of a packet; the interface it was captured on; its comments."""

    name, label = "frame", "Frame"

    interface = u32(None, "frame.interface_id", "Interface id", value=lambda r: r.interface)
    interface_name = Field("frame.interface_name", "Interface name", STRING, value=lambda r: r.interface_name)
    encap = i16(None, "frame.encap_type", "Encapsulation type", value=lambda r: r.encap)
    time = Field("frame.time", "Arrival Time", ABSOLUTE_TIME, value=lambda r: r.time)
    epoch = Field("frame.time_epoch", "Epoch Time", RELATIVE_TIME, unit="seconds", value=lambda r: r.time)
    delta = Field("frame.time_delta", "Time delta from previous captured frame", RELATIVE_TIME, value=lambda r: r.delta)
    delta_displayed = Field(
        "frame.time_delta_displayed", "Time delta from previous displayed frame", RELATIVE_TIME, value=lambda r: r.delta
    )
    relative = Field("frame.time_relative", "Time since first frame", RELATIVE_TIME, value=lambda r: r.relative)
    number = u32(None, "frame.number", "Frame Number", value=lambda r: r.number)
    len = u32(None, "frame.len", "Frame length on the wire", unit="bytes", value=lambda r: r.origlen)
    cap_len = u32(None, "frame.cap_len", "Frame length stored into the capture file", unit="bytes", value=lambda r: r.caplen)
    marked = Field("frame.marked", "Frame is marked", BOOLEAN, value=lambda r: r.false)
    ignored = Field("frame.ignored", "Frame is ignored", BOOLEAN, value=lambda r: r.false)
    protocols = Field("frame.protocols", "Protocols in frame", STRING)
    offset_shift = Field("frame.offset_shift", "Time shift for this packet", RELATIVE_TIME, value=lambda r: r.zero)
    comment = Field("frame.comment", "Comment", STRING)
