"""VNC: the RFB protocol (RFC 6143).

    versions ("RFB 003.008\\n"), security types, the one chosen, challenge and response, result; share flag, screen;
    then messages: type (1) and what follows it.  Where a side of the connection is, its sequence number tells.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, flag, group, i32, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

PORTS = (5500, 5501, 5900, 5901)
SECURITY = {
    0: "Invalid", 1: "None", 2: "VNC", 5: "RA2", 6: "RA2ne", 16: "Tight", 17: "Ultra", 18: "TLS", 19: "VeNCrypt",
    20: "GTK-VNC SASL", 30: "Apple Remote Desktop",
}  # fmt: skip
ENCODINGS = {
    4294967073: "DesktopSize (pseudo)", 4294967072: "LastRect (pseudo)", 4294967064: "Pointer pos (pseudo)",
    4294967057: "Rich Cursor (pseudo)", 4294967056: "X Cursor (pseudo)", 0: "Raw", 1: "CopyRect", 2: "RRE",
    4: "CoRRE", 5: "Hextile", 6: "Zlib", 7: "Tight", 8: "ZlibHex", 9: "Ultra", 16: "ZRLE", 17: "Hitachi ZYWRLE",
    4294967264: "JPEG quality level 0", 4294967265: "JPEG quality level 1", 4294967266: "JPEG quality level 2",
    4294967267: "JPEG quality level 3", 4294967268: "JPEG quality level 4", 4294967269: "JPEG quality level 5",
    4294967270: "JPEG quality level 6", 4294967271: "JPEG quality level 7", 4294967272: "JPEG quality level 8",
    4294967273: "JPEG quality level 9", 4294967040: "Compression level 0", 4294967041: "Compression level 1",
    4294967042: "Compression level 2", 4294967043: "Compression level 3", 4294967044: "Compression level 4",
    4294967045: "Compression level 5", 4294967046: "Compression level 6", 4294967047: "Compression level 7",
    4294967048: "Compression level 8", 4294967049: "Compression level 9", 4294901761: "Enable Caching",
    4294934528: "Server State", 4294934529: "Enable Keep Alive", 4294934530: "FTP protocol version",
    4294966988: "Extended Desktop Size", 4294966989: "Desktop Name", 4294836224: "Keyboard LED State",
    4294836225: "Supported Messages", 4294836226: "Supported Encodings", 4294836227: "Server Identity",
    4294966773: "MirrorLink", 4294966772: "Context Information", 4294966771: "SLRLE", 4294966770: "Transform",
    4294966769: "HSML", 1211250228: "H264",
}  # fmt: skip
CLIENT = {
    0: "Set Pixel Format", 2: "Set Encodings", 3: "Framebuffer Update Request", 4: "Key Event", 5: "Pointer Event",
    6: "Cut Text", 128: "MirrorLink", 150: "Enable Continuous Updates", 248: "Fence", 250: "Xvp",
    251: "Setr Desktop Size", 252: "Tight", 253: "Gii", 255: "Qemu",
}  # fmt: skip
SERVER = {
    0: "Framebuffer Update", 1: "Set Colormap Entries", 2: "Ring Bell", 3: "Cut Text", 128: "MirrorLink",
    150: "End Continuous Updates", 248: "Fence", 250: "Xvp", 252: "Tight", 253: "Gii", 255: "Qemu",
}  # fmt: skip
CLIENT_INFO = {
    0: "Client set pixel format", 2: "Client set encodings", 3: "Client framebuffer update request",
    4: "Client key event", 5: "Client pointer event", 6: "Client cut text",
}  # fmt: skip
SERVER_INFO = {
    0: "Server framebuffer update", 1: "Server set colormap entries", 2: "Server ring bell on client",
    3: "Server cut text",
}  # fmt: skip
VERSION, AFTER_VERSION, CHALLENGE = 12, 13, 16  # octets; the sequence number behind the version
RAW, COPY = 0, 1
DEPTHS = (8, 16, 32)  # bits of a pixel: an update has the high octet of a place there
MOST = 500  # messages of a segment, rectangles of an update


def mouse_buttons(within: Field) -> tuple[Field, ...]:
    """The bits of a pointer event."""
    return tuple(
        flag(0, f"vnc.button_{i + 1}_pos", f"Mouse button #{i + 1} position", 1 << i, within=within) for i in range(8)
    )


class VNC(Layer):
    """What a segment holds."""

    name, label, column = "vnc", "Virtual Network Computing", "VNC"
    binds = {"tcp.port": PORTS}
    heuristics = ("tcp",)
    likely = Likely.opening(b"RFB 003.")
    probe = lambda p: (p.length == VERSION) & (p.u32(0) == 0x52464220) & (p.u32(4) == 0x3030332E)

    mark = raw(None, "", "Mark")
    server_version = string(None, "vnc.server_proto_ver", "Server protocol version")
    client_version = string(None, "vnc.client_proto_ver", "Client protocol version")
    type_count = u8(None, "vnc.num_security_types", "Number of security types")
    security_type = u8(None, "vnc.security_type", "Security type", names=SECURITY)
    chosen = u8(None, "vnc.client_security_type", "Security type selected", names=SECURITY)
    challenge = raw(None, "vnc.auth_challenge", "Authentication challenge", size=16)
    answer = raw(None, "vnc.auth_response", "Authentication response", size=16)
    result_word = u32(None, "", "Result")
    result = flag(0, "vnc.auth_result", "Authentication result", 0x1, size=4, within=result_word)
    share = flag(None, "vnc.share_desktop_flag", "Share desktop flag")
    width = u16(None, "vnc.width", "Framebuffer width")
    height = u16(None, "vnc.height", "Framebuffer height")
    server_format = (
        u8(None, "vnc.server_bits_per_pixel", "Bits per pixel"), u8(None, "vnc.server_depth", "Depth"),
        flag(None, "vnc.server_big_endian_flag", "Big endian flag"),
        flag(None, "vnc.server_true_color_flag", "True color flag"), u16(None, "vnc.server_red_max", "Red maximum"),
        u16(None, "vnc.server_green_max", "Green maximum"), u16(None, "vnc.server_blue_max", "Blue maximum"),
        u8(None, "vnc.server_red_shift", "Red shift"), u8(None, "vnc.server_green_shift", "Green shift"),
        u8(None, "vnc.server_blue_shift", "Blue shift"),
    )  # fmt: skip
    client_format = (
        u8(None, "vnc.client_bits_per_pixel", "Bits per pixel"), u8(None, "vnc.client_depth", "Depth"),
        flag(None, "vnc.client_big_endian_flag", "Big endian flag"),
        flag(None, "vnc.client_true_color_flag", "True color flag"), u16(None, "vnc.client_red_max", "Red maximum"),
        u16(None, "vnc.client_green_max", "Green maximum"), u16(None, "vnc.client_blue_max", "Blue maximum"),
        u8(None, "vnc.client_red_shift", "Red shift"), u8(None, "vnc.client_green_shift", "Green shift"),
        u8(None, "vnc.client_blue_shift", "Blue shift"),
    )  # fmt: skip
    padding = group("vnc.padding", "Padding")
    name_length = u32(None, "vnc.desktop_name_len", "Desktop name length")
    desktop = string(None, "vnc.desktop_name", "Desktop name")
    message = group("", "Message")
    client_type = u8(None, "vnc.client_message_type", "Client Message Type", names=CLIENT)
    server_type = u8(None, "vnc.server_message_type", "Server Message Type", names=SERVER)
    encoding_count = u16(None, "vnc.client_set_encodings_num", "Number of encodings")
    encoding = i32(None, "vnc.client_set_encodings_encoding_type", "Encoding type", names=ENCODINGS)
    incremental = flag(None, "vnc.update_req_incremental", "Incremental update")
    update_place = (
        u16(None, "vnc.update_req_x_pos", "X position"), u16(None, "vnc.update_req_y_pos", "Y position"),
        u16(None, "vnc.update_req_width", "Width"), u16(None, "vnc.update_req_height", "Height"),
    )  # fmt: skip
    key_down = flag(None, "vnc.key_down", "Key down")
    key = u32(None, "vnc.key", "Key", HEX)
    buttons_byte = u8(None, "", "Buttons", HEX)
    buttons = mouse_buttons(buttons_byte)
    pointer_x = u16(None, "vnc.pointer_x_pos", "X position")
    pointer_y = u16(None, "vnc.pointer_y_pos", "Y position")
    client_cut_length = u32(None, "vnc.client_cut_text_len", "Length")
    client_cut = string(None, "vnc.client_cut_text", "Text")
    server_cut_length = u32(None, "vnc.server_cut_text_len", "Length")
    server_cut = string(None, "vnc.server_cut_text", "Text")
    rectangles = u16(None, "vnc.fb_update_num_rects", "Number of rectangles")
    rectangle = group("", "Rectangle")
    rectangle_place = (
        u16(None, "vnc.fb_update_x_pos", "X position"), u16(None, "vnc.fb_update_y_pos", "Y position"),
        u16(None, "vnc.fb_update_width", "Width"), u16(None, "vnc.fb_update_height", "Height"),
    )  # fmt: skip
    rectangle_encoding = i32(None, "vnc.fb_update_encoding_type", "Encoding type", names=ENCODINGS)
    copy_x = u16(None, "vnc.copyrect_src_x_pos", "Source x position")
    copy_y = u16(None, "vnc.copyrect_src_y_pos", "Source y position")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tcp: Any = c.h.outer("tcp")
        asks = tcp is not None and tcp.dstport in PORTS
        at = AFTER_VERSION + CHALLENGE * 10 if tcp is None else int(tcp.seq)
        if c.data.startswith(b"RFB ", c.pos) and c.remaining == VERSION:
            cls._version(c, asks)
        elif asks:
            cls._asked(c, at)
        else:
            cls._told(c, at)
        c.rest(cls.other)

    @classmethod
    def _version(cls, c: Cursor, asks: bool) -> None:
        c.add(cls.mark, 4)
        version = c.add(cls.client_version if asks else cls.server_version, 7)
        c.info(f"{'Client' if asks else 'Server'} protocol version: {version}")

    @classmethod
    def _asked(cls, c: Cursor, at: int) -> None:
        """What the client sends, `at` its relative sequence number."""
        if at == AFTER_VERSION and c.remaining == 1:
            kind = c.add(cls.chosen)
            c.info(f"Security type {SECURITY.get(kind, 'Unknown')} ({kind}) selected by client")
        elif at == AFTER_VERSION + 1 and c.remaining == CHALLENGE:
            c.info("Authentication response from client")
            c.add(cls.answer)
        elif c.remaining == 1:
            c.info("Share desktop flag")
            c.add(cls.share)
        else:
            cls._messages(c)

    @classmethod
    def _told(cls, c: Cursor, at: int) -> None:
        """What the server sends."""
        size = c.remaining
        if at == AFTER_VERSION and size == 1 + c.peek(1):
            c.info("Security types supported")
            for _ in range(c.add(cls.type_count)):
                c.add(cls.security_type)
        elif at < AFTER_VERSION + 64 and size == CHALLENGE:
            c.info("Authentication challenge from server")
            c.add(cls.challenge)
        elif at < AFTER_VERSION + 64 and size == 4:
            c.info("Authentication result")
            c.add(cls.result_word)
        elif at < AFTER_VERSION + 64 and size >= 24 and c.peek(1, 4) in DEPTHS and size == 24 + c.peek(4, 20):
            cls._screen(c)
        elif c.peek(1) in SERVER_INFO:
            cls._update(c)
        else:
            c.info("Continuation")

    @classmethod
    def _screen(cls, c: Cursor) -> None:
        c.info("Server framebuffer parameters")
        for field in (cls.width, cls.height, *cls.server_format):
            c.add(field)
        c.add(cls.padding, 3)
        c.add(cls.desktop, c.add(cls.name_length))

    @classmethod
    def _messages(cls, c: Cursor) -> None:
        """The client's messages."""
        said = list[str]()
        while c.remaining and c.peek(1) in CLIENT_INFO and len(said) < MOST:
            said.append(CLIENT_INFO[c.peek(1)])
            c.info(", ".join(said))
            with c.group(cls.message, None, said[-1]) as c:
                cls._message(c, c.add(cls.client_type))

    @classmethod
    def _message(cls, c: Cursor, kind: int) -> None:
        if kind == 0:
            c.add(cls.padding, 3)
            for field in cls.client_format:
                c.add(field)
            c.add(cls.padding, 3)
        elif kind == 2:
            c.add(cls.padding, 1)
            for _ in range(c.add(cls.encoding_count)):
                c.add(cls.encoding)
        elif kind == 3:
            c.add(cls.incremental)
            for field in cls.update_place:
                c.add(field)
        elif kind == 4:
            c.add(cls.key_down)
            c.add(cls.padding, 2)
            c.add(cls.key)
        elif kind == 5:
            c.add(cls.buttons_byte)
            c.add(cls.pointer_x)
            c.add(cls.pointer_y)
        else:
            c.add(cls.padding, 3)
            c.add(cls.client_cut, c.add(cls.client_cut_length))

    @classmethod
    def _update(cls, c: Cursor) -> None:
        """A message of the server; pixels stay octets, and so does what goes on in other segments."""
        kind = c.peek(1)
        c.info(SERVER_INFO[kind])
        c.add(cls.server_type)
        if kind == 3 and c.remaining >= 7:
            c.add(cls.padding, 3)
            c.add(cls.server_cut, min(c.add(cls.server_cut_length), c.remaining))
        elif kind == 0 and c.remaining >= 3:
            c.add(cls.padding, 1)
            count = c.add(cls.rectangles)
            for number in range(1, min(count, MOST) + 1):
                if c.remaining < 12 or not cls._rectangle(c, number):
                    break

    @classmethod
    def _rectangle(cls, c: Cursor, number: int) -> bool:
        """One rectangle; whether it is known where the next begins."""
        with c.group(cls.rectangle, None, f"Rectangle #{number}") as c:
            for field in cls.rectangle_place:
                c.add(field)
            encoding = c.add(cls.rectangle_encoding)
            if encoding == COPY and c.remaining >= 4:
                c.add(cls.copy_x)
                c.add(cls.copy_y)
        return bool(encoding == COPY)
