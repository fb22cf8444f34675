"""NetBIOS frames straight above LLC (NetBEUI; IBM's LAN technical reference, chapter 5). Numbers are little-endian.

    +------------------+------------------+---------+--------+------------------+
    | header's length  | EF FF            | command | data 1 | data 2           |   then correlators (8, 10) and either
    +------------------+------------------+---------+--------+------------------+   sessions' numbers (12, 13) or the
    receiver's name (12) and the sender's (28), 16 octets each

Data in parts (first, middle) is not put together: of such a part it is only said that it is data.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, bits, ether, group, raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.layers.netbios import NAME, SMB_MAGIC, SUFFIXES, shown

MARK = 0xEFFF
COMMANDS = {
    0x00: "Add Group Name Query", 0x01: "Add Name Query", 0x02: "Name In Conflict", 0x03: "Status Query", 0x07: "Terminate Trace",
    0x08: "Datagram", 0x09: "Broadcast Datagram", 0x0A: "Name Query", 0x0D: "Add Name Response", 0x0E: "Name Recognized",
    0x0F: "Status Response", 0x13: "Terminate Trace", 0x14: "Data Ack", 0x15: "Data First Middle", 0x16: "Data Only Last",
    0x17: "Session Confirm", 0x18: "Session End", 0x19: "Session Initialize", 0x1A: "No Receive", 0x1B: "Receive Outstanding",
    0x1C: "Receive Continue", 0x1F: "Session Alive",
}  # fmt: skip
ADD_GROUP, ADD_NAME, DATAGRAM, BROADCAST, NAME_QUERY, RECOGNIZED = 0x00, 0x01, 0x08, 0x09, 0x0A, 0x0E
STATUS, PART, DATA = 0x0F, 0x15, 0x16
RECEIVER, SENDER = 12, 28
NAMED_INFO = {NAME_QUERY: (" for ", RECEIVER), RECOGNIZED: (" - ", SENDER), ADD_NAME: (" - ", SENDER), ADD_GROUP: (" - ", SENDER)}


def _flags(*parts: tuple[str, str, int]) -> tuple[Field, tuple[Field, ...]]:
    """A command's flags and their bits."""
    whole = u8(None, "netbios.flags", "Flags", HEX)
    return whole, bits(whole, "netbios.flags", *parts)


class NetBEUI(Layer):
    """A frame; without the mark (with or without an octet before it) it is none."""

    name, label, column = "netbios", "NetBIOS", "NetBIOS"
    binds = {"llc.dsap": (0xF0,)}
    reaches = ("smb", "data")

    mark, later = u16(2, "", "", little=True), u16(3, "", "", little=True, when=lambda h: h.mark != MARK)
    odd = lambda h: (h.mark != MARK) & (h.later != MARK)

    size_of = u16(None, "netbios.hdr_len", "Length", little=True)
    delimiter = u16(None, "netbios.delimiter", "Delimiter", HEX, little=True)
    command = u8(None, "netbios.command", "Command", HEX, names=COMMANDS)
    status_request, status_response = u8(None, "netbios.status_request", "Status request"), u8(None, "netbios.status_response", "Status response")
    status = u8(None, "netbios.status", "Status", names={0: "Add name not in process", 1: "Add name in process"})
    session_flags = u8(None, "netbios.flags", "Flags", HEX)
    session_bits = bits(session_flags, "netbios", ("flags.send_no_ack", "Handle SEND.NO.ACK", 0x80), ("version", "NetBIOS Version", 0x01))
    init_flags = u8(None, "netbios.flags", "Flags", HEX)
    largest = u8(None, "netbios.largest_frame", "Largest Frame", mask=0x0E, within=init_flags)
    init_bits = bits(init_flags, "netbios", ("flags.send_no_ack", "Handle SEND.NO.ACK", 0x80), ("version", "NetBIOS Version", 0x01))
    part_flags, part_bits = _flags(("ack", "Acknowledge", 0x08), ("ack_expected", "Acknowledge expected", 0x02),
                                   ("recv_cont_req", "RECEIVE_CONTINUE requested", 0x01))  # fmt: skip
    data_flags, data_bits = _flags(("ack", "Acknowledge", 0x08), ("ack_with_data", "Acknowledge with data", 0x04),
                                   ("ack_expected", "Acknowledge expected", 0x02))  # fmt: skip
    refused = u8(None, "netbios.no_receive_flags", "Flags", HEX)
    refused_bits = bits(refused, "netbios.no_receive_flags", ("send_no_ack", "SEND.NO.ACK data received", 0x02))
    room = u16(None, "netbios.status_buffer_len", "Length of status buffer", little=True)
    name_kind = u16(None, "netbios.name_type", "Name type", little=True, names={0: "Unique name", 1: "Group name"})
    state = u16(None, "netbios.data2", "DATA2 value", HEX, little=True)
    state_bits = bits(state, "netbios.data2", ("frame", "Data length exceeds maximum frame size", 0x8000),
                      ("user", "Data length exceeds user's buffer", 0x4000))  # fmt: skip
    state_size = u16(None, "netbios.data2.status", "Status data length", mask=0x3FFF, little=True, within=state)
    resync = u16(None, "netbios.resync_indicator", "Re-sync indicator", HEX, little=True)
    most = u16(None, "netbios.max_data_recv_size", "Maximum data receive size", little=True)
    ending = u16(None, "netbios.termination_indicator", "Termination indicator", HEX, little=True,
                 names={0: "Normal session end", 1: "Abnormal session end"})  # fmt: skip
    accepted = u16(None, "netbios.num_data_bytes_accepted", "Number of data bytes accepted", little=True)
    session, listening = u8(None, "netbios.local_session_no", "Local Session No.", HEX), u8(None, "netbios.state_of_name", "State of name", HEX)
    caller = u8(None, "netbios.call_name_type", "Caller's Name Type", HEX, names={0: "Unique name", 1: "Group name"})
    sent, asked = (u16(None, "netbios.xmit_corrl", "Transmit Correlator", HEX, little=True),
                   u16(None, "netbios.resp_corrl", "Response Correlator", HEX, little=True))  # fmt: skip
    remote, local = u8(None, "netbios.remote_session", "Remote Session No.", HEX), u8(None, "netbios.local_session", "Local Session No.", HEX)
    text, suffix = string(None, "netbios.nb_name", "NetBIOS Name"), u8(None, "netbios.nb_name_type", "NetBIOS Name Type", HEX, names=SUFFIXES)
    mac, node = ether(None, "netbios.datagram_mac", "Sender's MAC Address"), ether(None, "netbios.datagram_bcast_mac", "Sender's Node Address")
    unknown = group("netbios.unknown_command_data", "Unknown NetBIOS command data")
    content = raw(None, "", "Reserved")

    data1 = {0x03: status_request, 0x0D: status, STATUS: status_response, PART: part_flags, DATA: data_flags, 0x17: session_flags,
             0x19: init_flags, 0x1A: refused}  # fmt: skip
    data2 = {0x03: room, 0x0D: name_kind, STATUS: state, PART: resync, DATA: resync, 0x17: most, 0x18: ending, 0x19: most,
             0x1A: accepted, 0x1B: accepted}  # fmt: skip
    sends = frozenset((0x0D, RECOGNIZED, STATUS, 0x14, PART, DATA, 0x17, 0x19, 0x1C))
    answers = frozenset((ADD_GROUP, ADD_NAME, 0x03, NAME_QUERY, PART, DATA, 0x17, 0x19))
    receivers, senders = frozenset((2, 3, DATAGRAM, NAME_QUERY, 0x0D, RECOGNIZED, STATUS)), frozenset((0, 1, 2, 3, 0x0D, STATUS))

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start
        if c.peek(2, 2, True) != MARK:
            if c.peek(2, 3, True) != MARK:
                c.info("Bad packet, no 0xEFFF marker")
                c.node.listed = False
                c.rest(cls.content)
                return
            c.add(cls.content, 1)
        start = c.pos
        size, command = c.peek(2, 0, True), c.peek(1, 4)
        c.info(cls._said(c, command))
        for field in (cls.size_of, cls.delimiter, cls.command):
            c.add(field)
        if command not in COMMANDS:
            with c.group(cls.unknown, c.remaining):
                c.rest(cls.content)
            return
        cls._fields(c, start, command)
        if command not in (DATAGRAM, BROADCAST, PART, DATA):
            c.rest(cls.content)
            return
        cls._gap(c, max(start + size, c.pos))
        if c.remaining:
            smb = command != PART and c.peek_bytes(min(4, c.remaining)) == SMB_MAGIC
            c.child("smb" if smb else "data")

    @staticmethod
    def _said(c: Cursor, command: int) -> str:
        """The Info column: the command, and the name it is about."""
        said = COMMANDS.get(command, f"Unknown (0x{command:02x})")
        if command in NAMED_INFO:
            between, at = NAMED_INFO[command]
            said += between + shown(c.peek_bytes(NAME, at))
        return said

    @classmethod
    def _fields(cls, c: Cursor, start: int, command: int) -> None:
        """What a command has behind it, by place."""
        if command in cls.data1:
            c.add(cls.data1[command])
        cls._gap(c, start + 6)
        number = c.peek(1)
        linked = True
        if command in cls.data2:
            c.add(cls.data2[command])
        elif command == NAME_QUERY:
            c.add(cls.session)
            linked = number != 0
        elif command == RECOGNIZED:
            linked = number not in (0, 0xFF)
            c.add(cls.session if linked else cls.listening)
        if command in (NAME_QUERY, RECOGNIZED, STATUS):
            c.pos = start + 7  # of a status response it is the second octet of data 2 as well
            c.add(cls.caller)
        cls._gap(c, start + 8)
        if command in cls.sends:
            c.add(cls.sent)
        cls._gap(c, start + 10)
        if command in cls.answers or (command == RECOGNIZED and linked):
            c.add(cls.asked)
        if command >= 0x14:
            cls._gap(c, start + 12)
            c.add(cls.remote)
            c.add(cls.local)
            return
        if command in cls.receivers:
            cls._name(c, start + RECEIVER)
        if command in cls.senders or (command in (NAME_QUERY, RECOGNIZED) and linked):
            cls._name(c, start + SENDER)
        elif command in (DATAGRAM, BROADCAST):
            cls._sender(c, start + SENDER, command)

    @classmethod
    def _sender(cls, c: Cursor, at: int, command: int) -> None:
        """A datagram's sender: a name, or zeros and a station's address."""
        cls._gap(c, at)
        if any(c.peek_bytes(10)):
            cls._name(c, at)
        else:
            c.add(cls.content, 10)
            c.add(cls.mac if command == DATAGRAM else cls.node)

    @classmethod
    def _name(cls, c: Cursor, at: int) -> None:
        """A name of 15 octets and what its sixteenth stands for."""
        cls._gap(c, at)
        c.add(cls.text, NAME - 1, shown(c.peek_bytes(NAME))[:-4])
        c.add(cls.suffix)

    @classmethod
    def _gap(cls, c: Cursor, at: int) -> None:
        """Octets that a command leaves unused."""
        if at > c.pos:
            c.add(cls.content, at - c.pos)
