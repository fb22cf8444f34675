"""The example services of RSPLIB's reliable server pools: calculations, fractals, ping and pong, and scripts.

     0           1           2           3
    +-----------+-----------+-----------------------+
    | type      | flags     | length                |
    +-----------+-----------+-----------------------+
    | what the type has ...                         |
    +-----------------------------------------------+
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, DOUBLE, STRING, Field, flag, raw, u8, u16, u32, u64
from dissect.engine.layer import Layer


class CalcApp(Layer):
    """Work is given out, accepted, and done."""

    name, label, column = "calcappprotocol", "Calculation Application Protocol", "CalcAppProtocol"
    binds = {"sctp.ppi": (34, 0x29097603)}
    types: ClassVar = {1: "CalcApp Request", 2: "CalcApp Accept", 3: "CalcApp Reject", 4: "CalcApp Abort", 5: "CalcApp Complete",
                       6: "CalcApp Keep-Alive", 7: "CalcApp Keep-Alive Ack"}  # fmt: skip

    type, flags = u8(0, "calcappprotocol.message_type", "Type", names=types), u8(1, "calcappprotocol.message_flags", "Flags")
    size_of, job = u16(2, "calcappprotocol.message_length", "Length"), u32(4, "calcappprotocol.message_jobid", "JobID")
    size_of_job = u64(8, "calcappprotocol.message_jobsize", "JobSize")
    completed = u64(16, "calcappprotocol.message_completed", "Completed")
    rest = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.rest)

    @staticmethod
    def info(type: int) -> str:
        return f"{CalcApp.types.get(type, 'Unknown CalcAppProtocol message type')} "


class FractalGenerator(Layer):
    """A picture is asked for, and comes in pieces."""

    name, label, column = "fractalgeneratorprotocol", "Fractal Generator Protocol", "FractalGeneratorProtocol"
    binds = {"sctp.ppi": (32, 0x29097601)}
    types: ClassVar = {1: "FGP Parameter", 2: "FGP Data"}

    type = u8(0, "fractalgeneratorprotocol.message_type", "Type", names=types)
    flags = u8(1, "fractalgeneratorprotocol.message_flags", "Flags")
    size_of = u16(2, "fractalgeneratorprotocol.message_length", "Length")
    parameters = (
        u32(None, "fractalgeneratorprotocol.parameter_width", "Width"), u32(None, "fractalgeneratorprotocol.parameter_height", "Height"),
        u32(None, "fractalgeneratorprotocol.parameter_maxiterations", "MaxIterations"),
        u32(None, "fractalgeneratorprotocol.parameter_algorithmid", "AlgorithmID"),
        Field("fractalgeneratorprotocol.parameter_c1real", "C1Real", DOUBLE),
        Field("fractalgeneratorprotocol.parameter_c1imag", "C1Imag", DOUBLE),
        Field("fractalgeneratorprotocol.parameter_c2real", "C2Real", DOUBLE),
        Field("fractalgeneratorprotocol.parameter_c2imag", "C2Imag", DOUBLE),
        Field("fractalgeneratorprotocol.parameter_n", "N", DOUBLE),
    )  # fmt: skip
    data = (
        u32(None, "fractalgeneratorprotocol.data_start_x", "StartX"), u32(None, "fractalgeneratorprotocol.data_start_y", "StartY"),
        u32(None, "fractalgeneratorprotocol.data_points", "Points"),
    )  # fmt: skip
    buffer = Field("fractalgeneratorprotocol.buffer", "Buffer", BYTES)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        for field in {1: cls.parameters, 2: cls.data}.get(c.h.type, ()):
            c.add(field)
        if c.h.type == 2:
            c.rest(cls.buffer)
        c.skip(c.remaining)

    @staticmethod
    def info(type: int) -> str:
        return FractalGenerator.types.get(type, "Unknown FractalGeneratorProtocol message type") + " "


class PingPong(Layer):
    """A message, and the reply to it."""

    name, label, column = "pingpongprotocol", "Ping Pong Protocol", "PingPongProtocol"
    binds = {"sctp.ppi": (33, 0x29097602)}
    types: ClassVar = {1: "PingPong Ping", 2: "PingPong Pong"}

    type, flags = u8(0, "pingpongprotocol.message_type", "Type", names=types), u8(1, "pingpongprotocol.message_flags", "Flags")
    size_of = u16(2, "pingpongprotocol.message_length", "Length")
    ping, ping_data = u64(None, "pingpongprotocol.ping_messageno", "MessageNo"), Field("pingpongprotocol.ping_data", "Ping_Data", BYTES)
    pong, reply = u64(None, "pingpongprotocol.pong_messageno", "MessageNo"), u64(None, "pingpongprotocol.pong_replyno", "ReplyNo")
    pong_data = Field("pingpongprotocol.pong_data", "Pong_Data", BYTES)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        heads, data = {1: ((cls.ping,), cls.ping_data), 2: ((cls.pong, cls.reply), cls.pong_data)}.get(c.h.type, ((), None))
        for field in heads:
            c.add(field)
        if data:
            c.rest(data)
        c.skip(c.remaining)

    @staticmethod
    def info(type: int) -> str:
        return f"{PingPong.types.get(type, 'Unknown PingPongProtocol message type')} "


class ScriptingService(Layer):
    """Scripts are run elsewhere: files go there and come back."""

    name, label, column = "ssp", "Scripting Service Protocol", "SSP"
    binds = {"sctp.ppi": (35, 0x29097604)}
    types: ClassVar = {0: "Not Ready", 1: "Ready", 2: "Upload", 3: "Download", 4: "Keep-Alive", 5: "Keep-Alive Ack", 6: "Status",
                       7: "Environment"}  # fmt: skip

    type, flags = u8(0, "ssp.message_type", "Type", names=types), u8(1, "ssp.message_flags", "Flags")
    upload = flag(1, "ssp.environment_u_bit", "U-Bit", 0x01, within=flags, when=lambda h: h.type == 7)
    size_of = u16(2, "ssp.message_length", "Length")
    status, reason = u32(None, "ssp.message_status", "Status"), u32(None, "ssp.message_reason", "Reason")
    text, data = Field("ssp.message_info", "Info", STRING), Field("ssp.message_data", "Data", BYTES)
    hash = raw(None, "ssp.message_hash", "Hash", size=20)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, size = c.h.type, c.h.size_of - 4
        if kind in (5, 6) and size == 4:
            c.add(cls.status)
        elif kind in (2, 3) and size > 0:
            c.add(cls.data, size)
        elif kind == 1 and size > 0:
            c.add(cls.text, size)
        elif kind == 0 and size > 4:
            c.add(cls.reason)
            c.add(cls.text, size - 4)
        elif kind == 7:
            c.add(cls.hash)
        c.skip(c.remaining)

    @staticmethod
    def info(type: int) -> str:
        return f"{ScriptingService.types.get(type, f'Unknown SSP type: {type}')} "
