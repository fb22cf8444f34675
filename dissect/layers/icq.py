"""ICQ, the messenger, as it was over UDP: in version 5 what a message is; what clients say is turned by the check code.

    server: version (2), 0, session (4), command, sequence (2 each), sequence (2), user (4), check code (4)
    client: version (2), 0 (4), user (4), session (4), command, sequences (2 each), check code (4);  numbers are little-endian
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, raw, u16, u32
from dissect.engine.layer import Layer

SERVER = {
    0x000A: "SRV_ACK", 0x001E: "SRV_SILENT_TOO_LONG", 0x0028: "SRV_GO_AWAY", 0x0046: "SRV_NEW_UIN", 0x005A: "SRV_LOGIN_REPLY",
    0x0064: "SRV_BAD_PASS", 0x006E: "SRV_USER_ONLINE", 0x0078: "SRV_USER_OFFLINE", 130: "SRV_QUERY", 140: "SRV_USER_FOUND",
    160: "SRV_END_OF_SEARCH", 180: "SRV_NEW_USER", 200: "SRV_UPDATE_EXT", 0x00DC: "SRV_RECV_MESSAGE", 230: "SRV_END_OFFLINE_MESSAGES",
    240: "SRV_NOT_CONNECTED", 250: "SRV_TRY_AGAIN", 0x0104: "SRV_SYS_DELIVERED_MESS", 280: "SRV_INFO_REPLY", 290: "SRV_EXT_INFO_REPLY",
    420: "SRV_STATUS_UPDATE", 450: "SRV_SYSTEM_MESSAGE", 0x01E0: "SRV_UPDATE_SUCCESS", 0x01EA: "SRV_UPDATE_FAIL", 500: "SRV_AUTH_UPDATE",
    0x0212: "SRV_MULTI_PACKET", 540: "SRV_END_CONTACTLIST_STATUS", 0x024E: "SRV_RAND_USER", 0x03DE: "SRV_META_USER",
}  # fmt: skip


def _version(p: Any) -> Any:
    return p.uint(0, 2, little=True)


class ICQ(Layer):
    """A message of versions 2 to 5."""

    name, label, column = "icq", "ICQ Protocol", "ICQ"
    binds = {"udp.port": (4000,)}
    accepts = lambda p: (p.length == 1) | ((_version(p) >= 2) & (_version(p) <= 5))

    version, client = u16(None, "icq.version", "Version", little=True), flag(None, "icq.client", "Client/Server")
    user, session = u32(None, "icq.uin", "UIN", little=True), u32(None, "icq.sessionid", "Session ID", HEX, little=True)
    command = u16(None, "icq.server_cmd", "Server command", names=SERVER, little=True)
    first = u16(None, "icq.seqnum1", "Seq Number 1", HEX, little=True)
    second = u16(None, "icq.seqnum2", "Seq Number 2", HEX, little=True)
    check, key = u32(None, "icq.checkcode", "Checkcode", HEX, little=True), u32(None, "icq.checkcode_key", "Key", HEX)
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version = c.peek(2, little=True)
        c.info(f"ICQ Version {version} protocol")
        c.protocol(f"ICQv{version}")
        c.add(cls.version)
        if version == 5:
            (cls._client if c.peek(4) == 0 else cls._server)(c)
        c.rest(cls.content)

    @classmethod
    def _client(cls, c: Cursor) -> None:
        """What is not turned: whose it is, and the code by which the rest is."""
        c.derived(cls.client, True)
        c.add(cls.content, 4)
        c.add(cls.user)
        c.add(cls.content, 10)
        size, code = c.limit - c.h.start, c.add(cls.check)
        parts = ((code & 0x1F000) >> 12, (code & 0x07C007C0) >> 1, (code & 0x003E0001) << 10, (code & 0xF8000000) >> 16, (code & 0x83E) << 15)
        c.derived(cls.key, (sum(parts) + size * 0x68656C6C) & 0xFFFFFFFF)

    @classmethod
    def _server(cls, c: Cursor) -> None:
        c.derived(cls.client, False)
        c.info(f"ICQv5 {SERVER.get(c.peek(2, 5, little=True), 'Unknown')}")
        c.protocol("ICQv5")
        c.add(cls.content, 1)
        c.add(cls.session)
        for field in (cls.command, cls.first, cls.second, cls.user, cls.check):
            c.add(field)
