"""The Multipath TCP option (RFC 8684), kind 30 of the TCP options; its fields are named as Wireshark's.

    +--------+--------+--------+---------------
    |   30   | length |subtype | by subtype
    +--------+--------+--------+---------------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Base, Field, flag, ipv4, ipv6, raw, u8, u16, u32, u64

SUBTYPES = {
    0: "Multipath Capable", 1: "Join Connection", 2: "Data Sequence Signal", 3: "Add Address", 4: "Remove Address",
    5: "Change Subflow Priority", 6: "TCP Fallback", 7: "Fast Close", 8: "RST option",
}  # fmt: skip


def _bit(name: str, label: str, mask: int) -> Field:
    return u8(None, f"tcp.options.mptcp.{name}.flag", label, mask=mask)


subtype = u8(None, "tcp.options.mptcp.subtype", "Multipath TCP subtype", mask=0xF0, names=SUBTYPES)
version = u8(None, "tcp.options.mptcp.version", "Multipath TCP version", mask=0x0F)
flags = u8(None, "tcp.options.mptcp.flags", "Multipath TCP flags", Base.HEX)
checksum_required = u8(None, "tcp.options.mptcp.checksumreq.flags", "Checksum required", mask=0x80)
backup = _bit("backup", "Backup flag", 0x01)
data_fin, long_number, number_there, long_ack, ack_there = (
    _bit("datafin", "DATA_FIN", 0x10), _bit("dseqn8", "Data Sequence Number is 8 octets", 0x08),
    _bit("dseqnpresent", "Data Sequence Number, Subflow Sequence Number, Data-level Length, Checksum present", 0x04),
    _bit("dataack8", "Data ACK is 8 octets", 0x02), _bit("dataackpresent", "Data ACK is present", 0x01),
)  # fmt: skip
address_id = u8(None, "tcp.options.mptcp.addrid", "Address ID")
send_key = u64(None, "tcp.options.mptcp.sendkey", "Sender's Key")
receive_key = u64(None, "tcp.options.mptcp.recvkey", "Receiver's Key")
token = u32(None, "tcp.options.mptcp.recvtok", "Receiver's Token")
random = u32(None, "tcp.options.mptcp.sendrand", "Sender's Random Number")
short_mac = u64(None, "tcp.options.mptcp.sendtrunchmac", "Sender's Truncated HMAC")
mac = raw(None, "tcp.options.mptcp.sendhmac", "Sender's HMAC")
address_mac = u64(None, "tcp.options.mptcp.addaddrtrunchmac", "Add Address Truncated HMAC")
data_ack = u64(None, "tcp.options.mptcp.rawdataack", "Original MPTCP Data ACK")
data_number = u64(None, "tcp.options.mptcp.rawdataseqno", "Data Sequence Number")
subflow_number = u32(None, "tcp.options.mptcp.subflowseqno", "Subflow Sequence Number")
data_length = u16(None, "tcp.options.mptcp.datalvllen", "Data-level Length")
checksum = u16(None, "tcp.options.mptcp.checksum", "Checksum", HEX)
ip_version = u8(None, "tcp.options.mptcp.ipver", "IP version", mask=0x0F)
echo = u8(None, "tcp.options.mptcp.echo", "Echo", mask=0x01)
four, six = ipv4(None, "tcp.options.mptcp.ipv4", "Advertised IPv4 Address"), ipv6(
    None, "tcp.options.mptcp.ipv6", "Advertised IPv6 Address")  # fmt: skip
port = u16(None, "tcp.options.mptcp.port", "Advertised port")
reason = u8(None, "tcp.options.mptcp.rst_reason", "TCP RST Reason", HEX)
flag_u, flag_v, flag_w, flag_t = (
    flag(None, f"tcp.options.mptcp.flag_{letter}.flag", f"{letter} flag", mask, size=1)
    for letter, mask in zip("UVWT", (8, 4, 2, 1), strict=True)
)

FIELDS = (
    subtype, version, flags, checksum_required, backup, data_fin, long_number, number_there, long_ack, ack_there,
    address_id, send_key, receive_key, token, random, short_mac, mac, address_mac, data_ack, data_number,
    subflow_number, data_length, checksum, ip_version, echo, four, six, port, reason, flag_u, flag_v, flag_w, flag_t,
)  # fmt: skip


def _again(c: Cursor, *fields: Field) -> None:
    """Further fields of the octet just read."""
    c.pos -= 1
    for field in fields[:-1]:
        c.add(field)
        c.pos -= 1
    c.add(fields[-1])


def decode(c: Cursor) -> None:
    """What follows kind and length."""
    c.node.within.append("mptcp")
    kind = c.add(subtype)
    c.label(f"TCP Option - Multipath TCP: {SUBTYPES.get(kind, 'Unknown')}")
    reader = (_capable, _join, _signal, _add, _remove, _priority, _fail, _close, _reset)
    if kind < len(reader):
        reader[kind](c)


def _capable(c: Cursor) -> None:
    _again(c, version)
    c.add(flags)
    _again(c, checksum_required)
    for field, size in ((send_key, 8), (receive_key, 8), (data_length, 2), (checksum, 2)):
        if c.remaining >= size:
            c.add(field)


def _join(c: Cursor) -> None:
    size = c.remaining + 3
    if size in (12, 16):
        c.pos -= 1  # the flags share the subtype's octet
        c.add(flags)
        _again(c, backup)
        c.add(address_id)
        if size == 12:
            c.add(token)
            c.add(random)
        else:
            c.add(short_mac)
            c.add(random)
    else:
        if size == 24:
            c.skip(1)  # reserved
        c.rest(mac)


def _signal(c: Cursor) -> None:
    bits = c.add(flags)
    _again(c, data_fin, long_number, number_there, long_ack, ack_there)
    if bits & 1:
        c.add(data_ack, 8 if bits & 2 else 4)
    if bits & 4:
        c.add(data_number, 8 if bits & 8 else 4)
        c.add(subflow_number)
        c.add(data_length)
        if c.remaining >= 2:
            c.add(checksum)


def _add(c: Cursor) -> None:
    size = c.remaining
    # version 0 has the IP version here, 4 or 6; version 1 has the echo flag
    _again(c, ip_version if c.data[c.pos - 1] & 0x0F in (4, 6) else echo)
    c.add(address_id)
    if size >= 17:
        c.add(six)
    else:
        c.add(four)
    if c.remaining in (2, 10):
        c.add(port)
    if c.remaining >= 8:
        c.add(address_mac)


def _remove(c: Cursor) -> None:
    while c.remaining:
        c.add(address_id)


def _priority(c: Cursor) -> None:
    _again(c, backup)
    if c.remaining:
        c.add(address_id)


def _fail(c: Cursor) -> None:
    c.skip(1)
    c.add(data_number)


def _close(c: Cursor) -> None:
    c.skip(1)
    c.add(receive_key)


def _reset(c: Cursor) -> None:
    _again(c, flags, flag_u, flag_v, flag_w, flag_t)
    c.add(reason)
