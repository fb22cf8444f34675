"""Telnet (RFC 854, RFC 855; window size RFC 1073, terminal type RFC 1091).

    text, among it: 255 command [option]; 255 250 option ... 255 240: what an option says; 255 255: the octet itself
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import group, raw, string, u8, u16
from dissect.engine.layer import Layer

IAC, SUBOPTION, END, FIRST_NEGOTIATION = 255, 250, 240, 251
COMMANDS = {
    236: "End of File", 237: "Suspend Current Process", 238: "Abort Process", 239: "End of Record",
    240: "Suboption End", 241: "No Operation", 242: "Data Mark", 243: "Break", 244: "Interrupt Process",
    245: "Abort Output", 246: "Are You There?", 247: "Escape Character", 248: "Erase Line", 249: "Go Ahead",
    254: "Don't", 253: "Do", 252: "Won't", 251: "Will", 250: "Suboption",
}  # fmt: skip
OPTIONS = {
    0: "Binary Transmission", 1: "Echo", 2: "Reconnection", 3: "Suppress Go Ahead", 4: "Approx Message Size Negotiation",
    5: "Status", 6: "Timing Mark", 7: "Remote Controlled Trans and Echo", 8: "Output Line Width", 9: "Output Page Size",
    10: "Output Carriage-Return Disposition", 11: "Output Horizontal Tab Stops", 12: "Output Horizontal Tab Disposition",
    13: "Output Formfeed Disposition", 14: "Output Vertical Tabstops", 15: "Output Vertical Tab Disposition",
    16: "Output Linefeed Disposition", 17: "Extended ASCII", 18: "Logout", 19: "Byte Macro", 20: "Data Entry Terminal",
    21: "SUPDUP", 22: "SUPDUP Output", 23: "Send Location", 24: "Terminal Type", 25: "End of Record",
    26: "TACACS User Identification", 27: "Output Marking", 28: "Terminal Location Number", 29: "Telnet 3270 Regime",
    30: "X.3 PAD", 31: "Negotiate About Window Size", 32: "Terminal Speed", 33: "Remote Flow Control", 34: "Linemode",
    35: "X Display Location", 36: "Environment Option", 37: "Authentication Option", 38: "Encryption Option",
    39: "New Environment Option", 40: "TN3270E", 41: "XAUTH", 42: "CHARSET", 43: "Remote Serial Port",
    44: "COM Port Control", 45: "Suppress Local Echo", 46: "Start TLS",
}  # fmt: skip
TEXTS = (24, 35)  # options that say a text
WINDOW, AUTHENTICATION = 31, 37
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r\0|\r|\n)?")
MOST = 4000  # pieces of a segment


class Telnet(Layer):
    """What a segment says."""

    name, label, column = "telnet", "Telnet", "TELNET"
    binds = {"tcp.port": (23,)}

    command = group("", "Command")
    mark = u8(None, "", "Interpret as command")
    cmd = u8(None, "telnet.cmd", "Command", names=COMMANDS)
    option = u8(None, "telnet.subcmd", "Subcommand", names=OPTIONS)
    said = u8(None, "telnet.subcmd", "Subcommand")
    text = string(None, "telnet.string_subopt.value", "Value")
    width = u16(None, "telnet.naws_subopt.width", "Width")
    height = u16(None, "telnet.naws_subopt.height", "Height")
    auth_cmd = u8(None, "telnet.auth.cmd", "Auth Cmd", names={0: "IS", 1: "SEND", 2: "REPLY", 3: "NAME"})
    option_data = raw(None, "telnet.option_data", "Option data")
    data = string(None, "telnet.data", "Data")

    @staticmethod
    def info() -> str:
        return "Telnet Data ..."

    @classmethod
    def decode(cls, c: Cursor) -> None:
        count = 0
        while c.remaining and count < MOST:
            count += 1
            if c.peek(1) == IAC and (c.remaining < 2 or c.peek(1, 1) != IAC):
                cls._command(c)
            else:
                cls._data(c)
        if c.remaining:
            c.rest(cls.option_data)

    @classmethod
    def _data(cls, c: Cursor) -> None:
        """Text up to the next command, a line each."""
        end = c.pos
        while end < c.end and (c.data[end] != IAC or c.data[end + 1 : end + 2] == b"\xff"):
            end += 2 if c.data[end] == IAC else 1
        end = min(end, c.end)
        lines = 0
        while c.pos < end and lines < MOST:
            lines += 1
            found = LINE.match(c.data, c.pos, end)
            size = max(found.end() - c.pos, 1) if found is not None else 1
            c.add(cls.data, size)
        if c.pos < end:
            c.add(cls.data, end - c.pos)

    @classmethod
    def _command(cls, c: Cursor) -> None:
        command = c.peek(1, 1)
        name = COMMANDS.get(command, f"<unknown option {command}>")
        if command == SUBOPTION:
            cls._suboption(c)
            return
        negotiates = FIRST_NEGOTIATION <= command < IAC
        option = f" {OPTIONS.get(c.peek(1, 2), '<unknown option>')}" if negotiates else ""
        with c.group(cls.command, 2 + negotiates, name + option) as c:
            c.add(cls.mark)
            c.add(cls.cmd)
            if negotiates:
                c.add(cls.option)

    @classmethod
    def _suboption(cls, c: Cursor) -> None:
        end = c.data.find(b"\xff\xf0", c.pos + 2, c.end)
        end = c.end if end < 0 else end
        option = c.peek(1, 2)
        with c.group(cls.command, end - c.pos, f"Suboption {OPTIONS.get(option, '<unknown option>')}") as c:
            c.add(cls.mark)
            c.add(cls.cmd)
            c.add(cls.option)
            if option in TEXTS and c.remaining:
                if c.add(cls.said) == 0 and c.remaining:
                    c.rest(cls.text)
            elif option == WINDOW and c.remaining >= 4:
                c.add(cls.width)
                c.add(cls.height)
            elif option == AUTHENTICATION and c.remaining:
                c.add(cls.auth_cmd)
            c.rest(cls.option_data)
