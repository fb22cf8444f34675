"""Apple's sessions of MIDI over networks: what is said before and beside the notes, which RTP carries.

    0xFFFF, command (two letters); IN, NO, OK, BY: version, token, sender (32 bits each), name
    CK: sender, count, padding, three times of 64 bits;  RS: sender, number;  RL: sender, limit
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, string, u8, u16, u24, u32, u64
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

SIGNATURE = 0xFFFF
COMMANDS = {0x494E: "Invitation", 0x4E4F: "Invitation Rejected", 0x4F4B: "Invitation Accepted", 0x4259: "End Session",
            0x434B: "Synchronization", 0x5253: "Receiver Feedback", 0x524C: "Bitrate Receive Limit"}  # fmt: skip
SYNCHRONISES, FEEDBACK, RESTRICTS = 0x434B, 0x5253, 0x524C


def _is_command(p: object) -> object:
    found, given = False, p.u16(2)  # type: ignore[attr-defined]
    for command in COMMANDS:
        found = found | (given == command)
    return found


class AppleMIDI(Layer):
    """One message of a session."""

    name, label, column = "applemidi", "Apple Network-MIDI Session Protocol", "AppleMIDI"
    heuristics = ("udp",)
    likely = Likely.opening(*(b"\xff\xff" + command.to_bytes(2, "big") for command in COMMANDS))
    probe = lambda p: (p.length >= 4) & (p.u16(0) == SIGNATURE) & _is_command(p)

    signature = u16(0, "applemidi.signature", "Signature", HEX)
    command = u16(2, "applemidi.command", "Command", HEX, names=COMMANDS)
    version = u32(None, "applemidi.protocol_version", "Protocol Version")
    token = u32(None, "applemidi.initiator_token", "Initiator Token", HEX)
    sender = u32(None, "applemidi.sender_ssrc", "Sender SSRC", HEX)
    participant = string(None, "applemidi.name", "Name")
    count, padding = u8(None, "applemidi.count", "Count"), u24(None, "applemidi.padding", "Padding", HEX)
    times = tuple(u64(None, f"applemidi.timestamp{n}", f"Timestamp {n}", HEX) for n in (1, 2, 3))
    number = u32(None, "applemidi.sequence_number", "Sequence Number", HEX)
    rtp_number = u16(None, "applemidi.rtp_sequence_number", "RTP Sequence Number")
    bitrate = u32(None, "applemidi.bitrate_limit", "Bitrate limit")
    unknown = raw(None, "applemidi.unknown_data", "Unknown Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        command = c.h.command
        c.info(COMMANDS.get(command, "Unknown"))
        if command == SYNCHRONISES:
            c.add(cls.sender)
            count = c.add(cls.count)
            c.append_info(f": count = {count}")
            for field in (cls.padding, *cls.times):
                c.add(field)
        elif command == FEEDBACK:
            cls._feedback(c)
        elif command == RESTRICTS:
            c.add(cls.sender)
            c.add(cls.bitrate)
        else:
            cls._session(c)
        c.rest(cls.unknown)

    @classmethod
    def _session(cls, c: Cursor) -> None:
        for field in (cls.version, cls.token, cls.sender):
            c.add(field)
        if c.remaining:
            name = c.peek_bytes(c.remaining).partition(b"\0")[0]
            size = len(name) + 1
            c.add(cls.participant, size)
            c.append_info(f': peer = "{name.decode("utf-8", "replace")}"')

    @classmethod
    def _feedback(cls, c: Cursor) -> None:
        c.add(cls.sender)
        with c.group(cls.number, 4) as c:
            number = c.add(cls.rtp_number)
            c.skip(2)
        c.append_info(f": seq = {number}")
