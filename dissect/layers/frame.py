"""The record itself: what the capture file says of a packet.

Its fields are not bytes of the packet; both evaluators take them from the record (see engine.record).
"""

from __future__ import annotations

from dissect.engine.fields import ABSOLUTE_TIME, BOOLEAN, HEX, RELATIVE_TIME, STRING, Field, flag, i16, u32, u64
from dissect.engine.layer import Layer


def _bit(name: str, label: str, mask: int, word: Field) -> Field:
    return flag(None, f"frame.packet_flags_{name}", label, mask, within=word)


class Frame(Layer):
    """Number, times and lengths of a packet; the interface it was captured on; its comments."""

    name, label = "frame", "Frame"
    generated = True

    section = u32(None, "frame.section_number", "Section number", value=lambda r: r.section)
    interface = u32(None, "frame.interface_id", "Interface id", value=lambda r: r.interface)
    interface_name = Field("frame.interface_name", "Interface name", STRING, value=lambda r: r.interface_name)
    interface_description = Field(
        "frame.interface_description", "Interface description", STRING, value=lambda r: r.interface_description
    )
    queue = u32(None, "frame.interface_queue", "Interface queue")
    flags = u32(None, "frame.packet_flags", "Packet flags", HEX)
    direction = u32(None, "frame.packet_flags_direction", "Direction", HEX, mask=0x3, within=flags)
    reception = u32(None, "frame.packet_flags_reception_type", "Reception type", mask=0x1C, within=flags)
    fcs_length = u32(None, "frame.packet_flags_fcs_length", "FCS length", mask=0x1E0, within=flags)
    reserved = u32(None, "frame.packet_flags_reserved", "Reserved", mask=0xFE00, within=flags)
    crc_error = _bit("crc_error", "CRC error", 0x01000000, flags)
    too_long = _bit("packet_too_error", "Packet too long error", 0x02000000, flags)
    too_short = _bit("packet_too_short_error", "Packet too short error", 0x04000000, flags)
    gap_error = _bit("wrong_inter_frame_gap_error", "Wrong interframe gap error", 0x08000000, flags)
    unaligned = _bit("unaligned_frame_error", "Unaligned frame error", 0x10000000, flags)
    delimiter = _bit("start_frame_delimiter_error", "Start frame delimiter error", 0x20000000, flags)
    preamble = _bit("preamble_error", "Preamble error", 0x40000000, flags)
    symbol = _bit("symbol_error", "Symbol error", 0x80000000, flags)
    packet_id = u64(None, "frame.packet_id", "Packet id")
    drop_count = u64(None, "frame.drop_count", "Drop count")
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
