"""Apple's filing protocol over TCP: DSI, the stream's frames, and AFP's command in them.

    flags (1), command (1), request (2), data offset or error (4), length (4), reserved (4); then AFP: command (1), ...
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, REST, Expr, group, i32, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

COMMANDS = {1: "CloseSession", 2: "Command", 3: "GetStatus", 4: "OpenSession", 5: "Tickle", 6: "Write", 8: "Attention"}
COMMAND, STATUS, OPEN, WRITE = 2, 3, 4, 6
AFP_COMMANDS = {
    1: "FPByteRangeLock", 2: "FPCloseVol", 3: "FPCloseDir", 4: "FPCloseFork", 5: "FPCopyFile", 6: "FPCreateDir",
    7: "FPCreateFile", 8: "FPDelete", 9: "FPEnumerate", 10: "FPFlush", 11: "FPFlushFork", 14: "FPGetForkParms",
    15: "FPGetSrvrInfo", 16: "FPGetSrvrParms", 17: "FPGetVolParms", 18: "FPLogin", 19: "FPLoginCont", 20: "FPLogout",
    21: "FPMapID", 22: "FPMapName", 23: "FPMoveAndRename", 24: "FPOpenVol", 25: "FPOpenDir", 26: "FPOpenFork",
    27: "FPRead", 28: "FPRename", 29: "FPSetDirParms", 30: "FPSetFileParms", 31: "FPSetForkParms", 32: "FPSetVolParms",
    33: "FPWrite", 34: "FPGetFileDirParms", 35: "FPSetFileDirParms", 36: "FPChangePassword", 37: "FPGetUserInfo",
    38: "FPGetSrvrMsg", 43: "FPCatSearch", 60: "FPReadExt", 61: "FPWriteExt", 63: "FPLoginExt", 66: "FPEnumerateExt2",
    72: "FPSyncDir", 78: "FPZzzzz",
}  # fmt: skip
_request: Expr = lambda h: h.flags == 0
_answer: Expr = lambda h: h.flags != 0


class DSI(Layer):
    """One frame of the stream."""

    name, label, column = "dsi", "Data Stream Interface", "DSI"
    binds = {"tcp.port": (548,)}
    messages = Messages(header=16, length=lambda p: 16 + p.u32(8))
    reaches = ("afp",)

    flags = u8(0, "dsi.flags", "Flags", HEX, names={0: "Request", 1: "Reply"})
    command = u8(1, "dsi.command", "Command", names=COMMANDS)
    request = u16(2, "dsi.requestid", "Request ID")
    offset = i32(4, "dsi.data_offset", "Data offset", when=_request)
    error = i32(4, "dsi.error_code", "Error code", when=_answer)
    size_of = u32(8, "dsi.length", "Length")
    reserved = u32(12, "dsi.reserved", "Reserved", HEX)
    length = lambda h: h.end - h.start

    option = group("", "Option")
    kind, option_size = u8(None, "dsi.open_type", "Option"), u8(None, "dsi.open_len", "Length")
    quantum, replay = u32(None, "dsi.open_quantum", "Quantum"), u32(None, "dsi.replay_cache", "Replay")
    other = raw(None, "dsi.open_option", "Option")
    contents = raw(None, "", "Data")

    @staticmethod
    def info(flags: int, command: int, request: int) -> str:
        return f"{'Reply' if flags else 'Request'} {COMMANDS.get(command, f'Unknown ({command})')} ({request})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 16
        if c.h.command == OPEN:
            while c.remaining >= 2:
                with c.group(cls.option, 2 + c.peek(1, 1)) as c:
                    kind, size = c.add(cls.kind), c.add(cls.option_size)
                    if size == 4 and kind in (0, 1, 2):
                        c.add(cls.replay if kind == 2 else cls.quantum)
                    elif size:
                        c.add(cls.other, size)
        elif c.h.command in (COMMAND, WRITE) and c.remaining and not c.h.flags:
            c.child("afp")
        c.rest(cls.contents)


class AFP(Layer):
    """A request's command; what it asks as octets."""

    name, label, column = "afp", "Apple Filing Protocol", "AFP"

    command = u8(0, "afp.command", "Command", names=AFP_COMMANDS)
    arguments = raw(1, "", "Arguments", size=REST)
    length = lambda h: h.end - h.start

    @staticmethod
    def info(command: int) -> str:
        return f"{AFP_COMMANDS.get(command, f'Unknown function ({command})')} request"
