"""TACACS+ (RFC 8907) and its ancestor TACACS (RFC 1492).

    +----------------+----------------+----------------+----------------+
    |major  |minor   |      type      |    sequence    |     flags      |
    +----------------+----------------+----------------+----------------+
    |                            session id                             |
    +-------------------------------------------------------------------+
    |                              length                               |
    +-------------------------------------------------------------------+
    What follows is hidden by a pad made of a shared secret, unless the flags say otherwise.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, STRINGZ, Field, bits, ipv4, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.layers.sides import sent_to

PORT, HEADER = 49, 12
AUTHENTICATION, AUTHORIZATION, ACCOUNTING = 1, 2, 3
TYPES = {AUTHENTICATION: "Authentication", AUTHORIZATION: "Authorization", ACCOUNTING: "Accounting"}
ACTIONS = {1: "Inbound Login", 2: "Change password request", 3: "Send password request", 4: "Outbound Request (SENDAUTH)"}
METHODS = {0: "NOT_SET", 1: "NONE", 2: "KRB5", 3: "LINE", 4: "ENABLE", 5: "LOCAL", 6: "TACACSPLUS", 8: "GUEST", 16: "RADIUS",
           17: "KRB4", 32: "RCMD"}  # fmt: skip
KINDS = {1: "ASCII", 2: "PAP", 3: "CHAP", 4: "ARAP", 5: "MS-CHAP"}
SERVICES = {0: "None", 1: "Login", 2: "ENABLE", 3: "PPP", 4: "ARAP", 5: "PT", 6: "RCMD", 7: "X25", 8: "NASI", 9: "FWPROXY"}
REPLIES = {1: "Authentication Passed", 2: "Authentication Failed", 3: "Send Data", 4: "Send Username", 5: "Send Password",
           6: "Restart Authentication Sequence", 7: "Error!", 0x21: "Use alternate server"}  # fmt: skip
VERDICTS = {1: "PASS_ADD", 2: "PASS_REPL", 0x10: "FAIL", 0x11: "ERROR", 0x21: "FOLLOW"}
ACCOUNTED = {1: "Success", 2: "Error", 0x21: "Use alternate server"}


class TACACSPlus(Layer):
    """One message."""

    name, label, column = "tacplus", "TACACS+", "TACACS+"
    binds = {"tcp.port": (PORT,)}
    accepts = lambda p: (p.u8(0) >> 4 == 12) & (p.u8(1) >= 1) & (p.u8(1) <= 3)
    messages = Messages(header=HEADER, length=lambda p: where(p.u8(0) >> 4 == 12, HEADER + p.u32(8), AS_IT_IS))

    request = Field("tacplus.request", "Request", BOOLEAN, hidden=True)
    response = Field("tacplus.response", "Response", BOOLEAN, hidden=True)
    major = u8(None, "tacplus.majvers", "Major version", names={0xC0: "TACACS+"})
    minor = u8(None, "tacplus.minvers", "Minor version")
    type = u8(None, "tacplus.type", "Type", names=TYPES)
    sequence = u8(None, "tacplus.seqno", "Sequence number")
    flags = u8(None, "tacplus.flags", "Flags", HEX)
    flag_bits = bits(flags, "tacplus.flags", ("unencrypted", "Unencrypted", 0x01), ("singleconn", "Single Connection", 0x04))
    session = u32(None, "tacplus.session_id", "Session ID")
    size_of = u32(None, "tacplus.packet_len", "Packet length")
    hidden_body = raw(None, "", "Encrypted body")
    action = u8(None, "tacplus.authen_action", "Action", names=ACTIONS)
    privilege = u8(None, "tacplus.privilege_level", "Privilege Level")
    kind = u8(None, "tacplus.authentication_type", "Authentication type", names=KINDS)
    service = u8(None, "tacplus.service", "Service", names=SERVICES)
    user_length = u8(None, "tacplus.user_len", "User len")
    port_length = u8(None, "tacplus.port_len", "Port len")
    address_length = u8(None, "tacplus.address_len", "Remaddr len")
    data_length = u8(None, "tacplus.data_length", "Data")
    ascii_length = u8(None, "tacplus.ascii_length", "ASCII Data Length")
    password_length = u8(None, "tacplus.password_length", "Password Length")
    user = Field("tacplus.user", "User", STRINGZ)
    port = Field("tacplus.port", "Port", STRINGZ)
    address = Field("tacplus.remote_address", "Remote Address", STRINGZ)
    password = Field("tacplus.auth_password", "Password", STRINGZ)
    data = raw(None, "tacplus.data", "Data")
    status = u8(None, "tacplus.body_authen_rep.status", "Status", HEX, names=REPLIES)
    reply_flags = u8(None, "tacplus.body_authen_rep.flags", "Flags", HEX)
    message_length = u16(None, "tacplus.body_authen_rep.server_msg_len", "Server message length")
    message = string(None, "tacplus.body_authen_rep.server_msg", "Server message")
    reply_length = u16(None, "tacplus.body_authen_rep_server.data_len", "Data length")
    going_flags = u8(None, "tacplus.body_authen_req_cont.flags", "Flags", HEX)
    going_user_length = u16(None, "tacplus.body_authen_req_cont.user_length", "User length")
    going_data_length = u16(None, "tacplus.body_authen_req_cont.data_length", "Data length")
    going_user = string(None, "tacplus.body_authen_req_cont.user", "User")
    method = u8(None, "tacplus.body_author_req.auth_method", "Auth Method", HEX, names=METHODS)
    arguments = u8(None, "tacplus.body_author_req.arg_count", "Arg count")
    argument_length = u8(None, "tacplus.arg_length", "Length")
    argument = Field("tacplus.arg_value", "Value", STRINGZ)
    verdict = u8(None, "tacplus.body_author_rep.auth_status", "Auth Status", HEX, names=VERDICTS)
    verdict_arguments = u8(None, "tacplus.body_author_rep.arg_count", "Arg count")
    verdict_message = u16(None, "tacplus.body_author_rep_server.msg_len", "Server Msg length")
    verdict_data = u16(None, "tacplus.body_author_rep_server.data_len", "Data length")
    count_flags = u8(None, "tacplus.acct.flags", "Flags", HEX)
    count_bits = bits(
        count_flags, "tacplus.acct.flags", ("more", "More", 0x01), ("start", "Start", 0x02), ("stop", "Stop", 0x04),
        ("watchdog", "Watchdog", 0x08),
    )  # fmt: skip
    count_method = u8(None, "tacplus.acct.auth_method", "Auth Method", HEX, names=METHODS)
    count_arguments = u8(None, "tacplus.acct.arg_count", "Arg count")
    counted = u8(None, "tacplus.body_acct.status", "Status", names=ACCOUNTED)
    counted_message_length = u16(None, "tacplus.body_acct.msg_len", "Server Msg length")
    counted_data_length = u16(None, "tacplus.body_acct.data_len", "Data length")
    counted_message = string(None, "tacplus.body_acct.server_msg", "Server message")
    counted_data = string(None, "tacplus.body_acct.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, PORT)
        c.derived(cls.request if asks else cls.response, True)
        version = c.peek(1)
        c.add(cls.major, 1, value=version & 0xF0)
        c.pos -= 1
        c.add(cls.minor, 1, value=version & 15)
        kind = c.add(cls.type)
        number = c.add(cls.sequence)
        plain = c.add(cls.flags) & 1
        c.add(cls.session)
        size = c.add(cls.size_of)
        said = f"{'Q' if asks else 'R'}: {TYPES.get(kind, f'Unknown ({kind})')}"
        c.info(said)
        if plain and size:
            cls._body(c, kind, asks, number)
        c.rest(cls.hidden_body)

    @classmethod
    def _body(cls, c: Cursor, kind: int, asks: bool, number: int) -> None:
        if kind == AUTHENTICATION and asks:
            cls._start(c) if number == 1 else cls._going_on(c)
        elif kind == AUTHENTICATION:
            c.add(cls.status)
            c.add(cls.reply_flags)
            said, data = c.add(cls.message_length), c.add(cls.reply_length)
            cls._some(c, cls.message, said)
            cls._some(c, cls.data, data)
        elif kind == AUTHORIZATION and asks:
            c.add(cls.method)
            cls._request(c, cls.arguments)
        elif kind == AUTHORIZATION:
            c.add(cls.verdict)
            count = c.add(cls.verdict_arguments)
            said, data = c.add(cls.verdict_message), c.add(cls.verdict_data)
            sizes = [c.add(cls.argument_length) for _ in range(count)]
            cls._some(c, cls.message, said)
            cls._some(c, cls.data, data)
            for size in sizes:
                c.add(cls.argument, size)
        elif kind == ACCOUNTING and asks:
            c.add(cls.count_flags)
            c.add(cls.count_method)
            cls._request(c, cls.count_arguments)
        elif kind == ACCOUNTING:
            said, data = c.add(cls.counted_message_length), c.add(cls.counted_data_length)
            c.add(cls.counted)
            cls._some(c, cls.counted_message, said)
            cls._some(c, cls.counted_data, data)

    @staticmethod
    def _some(c: Cursor, field: Field, size: int) -> None:
        if size:
            c.add(field, size)

    @classmethod
    def _start(cls, c: Cursor) -> None:
        c.add(cls.action)
        c.add(cls.privilege)
        kind = c.add(cls.kind)
        c.add(cls.service)
        sizes = [c.add(field) for field in (cls.user_length, cls.port_length, cls.address_length)]
        width = c.add({1: cls.ascii_length, 2: cls.password_length}.get(kind, cls.data_length))
        for field, size in zip((cls.user, cls.port, cls.address), sizes, strict=True):
            cls._some(c, field, size)
        cls._some(c, cls.password if kind == 2 else cls.data, width)

    @classmethod
    def _going_on(cls, c: Cursor) -> None:
        user, data = c.add(cls.going_user_length), c.add(cls.going_data_length)
        c.add(cls.going_flags)
        cls._some(c, cls.going_user, user)
        cls._some(c, cls.data, data)

    @classmethod
    def _request(cls, c: Cursor, number: Field) -> None:
        c.add(cls.privilege)
        c.add(cls.kind)
        c.add(cls.service)
        sizes = [c.add(field) for field in (cls.user_length, cls.port_length, cls.address_length)]
        widths = [c.add(cls.argument_length) for _ in range(c.add(number))]
        for field, size in zip((cls.user, cls.port, cls.address), sizes, strict=True):
            cls._some(c, field, size)
        for width in widths:
            c.add(cls.argument, width)


OLD_TYPES = {1: "Login", 2: "Response", 3: "Change", 4: "Follow", 5: "Connect", 6: "Superuser", 7: "Logout", 8: "Reload",
             9: "SLIP on", 10: "SLIP off", 11: "SLIP Addr"}  # fmt: skip
ANSWERS = {0: "None", 1: "Accepted", 2: "Rejected"}


class TACACS(Layer):
    """One datagram of the old protocol; its extended form has more in front of the names."""

    name, label, column = "tacacs", "TACACS", "TACACS"
    binds = {"udp.port": (PORT,)}

    version = u8(0, "tacacs.version", "Version", HEX, names={0: "TACACS", 0x80: "XTACACS"})
    type = u8(1, "tacacs.type", "Type", names=OLD_TYPES)
    nonce = u16(2, "tacacs.nonce", "Nonce", HEX)
    user_length = u8(None, "tacacs.userlen", "Username length")
    pass_length = u8(None, "tacacs.passlen", "Password length")
    answer = u8(None, "tacacs.response", "Response", names=ANSWERS)
    reason = u8(None, "tacacs.reason", "Reason")
    result_1 = u32(None, "tacacs.result1", "Result 1", HEX)
    address = ipv4(None, "tacacs.destaddr", "Destination address")
    port = u16(None, "tacacs.destport", "Destination port")
    line = u16(None, "tacacs.line", "Line")
    result_2 = u32(None, "tacacs.result2", "Result 2", HEX)
    result_3 = u16(None, "tacacs.result3", "Result 3", HEX)
    user = string(None, "tacacs.username", "Username")
    password = string(None, "tacacs.password", "Password")
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(version: int, type: int) -> str:
        return f"{'XTACACS' if version else 'TACACS'} {OLD_TYPES.get(type, f'Unknown (0x{type:02x})')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        answer = c.h.type == 2
        c.pos = c.h.start + 4
        if c.h.version == 0:
            if answer:
                c.add(cls.answer)
                c.add(cls.reason)
            else:
                sizes = c.add(cls.user_length), c.add(cls.pass_length)
                for field, size in zip((cls.user, cls.password), sizes, strict=True):
                    if size:
                        c.add(field, size)
        else:
            users, passwords = c.add(cls.user_length), c.add(cls.pass_length)
            for one in (cls.answer, cls.reason, cls.result_1, cls.address, cls.port, cls.line, cls.result_2, cls.result_3):
                c.add(one)
            if not answer:
                for field, size in ((cls.user, users), (cls.password, passwords)):
                    if size:
                        c.add(field, size)
        c.rest(cls.other)


