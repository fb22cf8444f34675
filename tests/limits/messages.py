"""Messages with more in them than a message may hold: what is beyond is not decoded, or a note says why."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable

from dissect.engine.fields import STRING, Field
from dissect.engine.messages import AS_IT_IS, AT_LEAST, MORE, Talk
from dissect.engine.tree import Node
from dissect.engine.values import label_of
from dissect.layers import bittorrent, dns_text, http_framing, qpack, resp, rtsp, sip, usb_classes, xmpp
from dissect.layers.mysql import Talking
from dissect.layers.tcp_rules import Segment, Side, judge
from tests import handmade
from tests.crafted import bluetooth, isakmp, rpc, smb2
from tests.crafted.frames import Talk as Talker
from tests.limits.reach import Reach, count, layer, noted, packets, values


def nested(head: str, levels: int, kind: bytes) -> bytes:
    """Elements of type and two octets of length (and more) within each other."""
    octets = b""
    for _ in range(levels):
        octets = kind + struct.pack(">H", len(octets)) + (b"\0" if len(kind) == 1 else b"") + octets
    return bytes.fromhex(head)[:2] + struct.pack(">H", len(octets) + 4) + bytes(4) + octets


def ber(tag: int, *inside: bytes) -> bytes:
    octets = b"".join(inside)
    size = bytes([len(octets)]) if len(octets) < 128 else b"\x82" + struct.pack(">H", len(octets))
    return bytes([tag]) + size + octets


def search(depth: int) -> bytes:
    """A search of LDAP with a filter of that many "not"."""
    condition = ber(0x87, b"cn")
    for _ in range(depth):
        condition = ber(0xA2, condition)
    number = ber(2, b"\1")
    asked = ber(4), ber(10, b"\2"), ber(10, b"\0"), number, number, ber(1, b"\0"), condition, ber(0x30)
    return ber(0x30, number, ber(0x63, *asked))


def read_structures(depth: int) -> bytes:
    """A response of MMS that reads structures within each other."""
    value = ber(0x83, b"\1")
    for _ in range(depth):
        value = ber(0xA2, value)
    return ber(0xA1, ber(2, b"\1"), ber(0xA4, ber(0xA1, value)))


def grouped(depth: int) -> bytes:
    """A message of Diameter with Vendor-Specific-Application-Id within each other."""
    octets = b""
    for _ in range(depth):
        octets = struct.pack(">II", 260, 0x40 << 24 | 8 + len(octets)) + octets
    return struct.pack(">II", 1 << 24 | 20 + len(octets), 0x80 << 24 | 257) + bytes(12) + octets


def reply(urls: int) -> bytes:
    head = bytes.fromhex("0202 000000 0000 000000 0001 0002") + b"en" + bytes(2)
    return head + struct.pack(">H", urls) + b"\0\0\1\0\1x\0" * urls


def sampled(count: int) -> bytes:
    return (
        bytes.fromhex("00000005 00000001 0a000001 00000000 00000001 00000001")
        + struct.pack(">I", count)
        + bytes.fromhex("00fff001 00000000") * count
    )


def credential(groups: int) -> bytes:
    who = struct.pack(">II", 1, 0) + struct.pack(f">III{groups}I", 7, 8, groups, *range(groups))
    return struct.pack(">8I", 1, 0, 2, 100000, 2, 0, 1, len(who)) + who + bytes(8)


def options(count: int) -> bytes:
    """A response of SMPP to a submission, with optional parameters."""
    body = b"1\0" + bytes.fromhex("020c 0002 0001") * count
    return struct.pack(">IIII", 16 + len(body), 0x80000004, 0, 1) + body


def compound(count: int) -> bytes:
    """A call of NFS 4 with that many operations (10: the current handle is asked for)."""
    return struct.pack(">10I", 1, 0, 2, 100003, 4, 1, 0, 0, 0, 0) + struct.pack(
        f">3I{count}I", 0, 0, count, *[10] * count
    )


def parts(depth: int) -> bytes:
    """A response of HTTP with multipart bodies within each other."""
    body, kind = b"x", b"text/plain"
    for number in range(depth):
        mark = b"b%d" % number
        body = b"--%s\r\nContent-Type: %s\r\n\r\n%s\r\n--%s--\r\n" % (mark, kind, body, mark)
        kind = b"multipart/mixed; boundary=" + mark
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)


def sets(depth: int) -> bytes:
    """An update of BGP with attribute sets within each other."""
    value = bytes.fromhex("40010100")
    for _ in range(depth):
        value = b"\xd0\x80" + struct.pack(">HI", 4 + len(value), 65000) + value
    return b"\xff" * 16 + struct.pack(">HBHH", 23 + len(value), 2, 0, len(value)) + value


def relayed(depth: int) -> bytes:
    """Options of DHCPv6 within each other."""
    octets = b""
    for _ in range(depth):
        octets = struct.pack(">HH", 0x42, len(octets)) + octets
    return b"\1\0\0\0" + octets


def structures(depth: int) -> bytes:
    """GOOSE with structures within each other."""
    octets = ber(0x83, b"\1")
    for _ in range(depth):
        octets = ber(0xA2, octets)
    octets = ber(0x61, ber(0xAB, octets))
    return struct.pack(">HHHH", 1, 8 + len(octets), 0, 0) + octets


def bind(contexts: int) -> bytes:
    """A bind of DCE/RPC."""
    each = struct.pack("<HBB16sHH", 0, 1, 0, b"", 1, 0) + bytes(16) + struct.pack("<I", 2)
    body = struct.pack("<HHIB3x", 4280, 4280, 0, contexts) + each * contexts
    return struct.pack("<BBBBIHHI", 5, 0, 11, 3, 0x10, 16 + len(body), 0, 1) + body


def chained_commands(number: int) -> bytes:
    """A command of SMB 1 with others behind it."""
    head = bytes.fromhex("ff534d42 74 00000000 18 01c8") + bytes(20)
    return head + b"".join(struct.pack("<BBBHH", 2, 0x74, 0, 32 + 7 * (i + 1), 0) for i in range(number))


def contexts(number: int) -> bytes:
    """A negotiation of SMB 2 with one dialect."""
    body = struct.pack("<HHHHI16sIHH", 36, 1, 1, 0, 0, b"", 64 + 40, number, 0) + struct.pack("<HH", 0x0311, 0)
    return smb2.message(0, body + smb2.context(5, b"") * number, 0, 0, 0)[4:]


def directory(entries: int) -> list[bytes]:
    """A listing of names, asked for and answered."""
    made, one = smb2.Session(40030, 445), struct.pack("<III", 16, 0, 2) + smb2.wide("a") + bytes(2)
    asked = struct.pack("<HBBI16sHHI", 33, 12, 0, 0, smb2.FILE, 96, 2, 65536) + smb2.wide("*")
    listed = one * (entries - 1) + bytes(4) + one[4:]
    made.exchange(14, asked, struct.pack("<HHI", 9, 72, len(listed)) + listed)
    return made.packets


def dump(mappings: int) -> list[bytes]:
    """All that a portmapper knows (RFC 1833)."""
    return rpc.exchange(100000, 2, 4, b"", struct.pack(">5I", 1, 100003, 3, 17, 2049) * mappings + rpc.NO)


def access(entries: int) -> list[bytes]:
    """An access control list of NFS."""
    listed = struct.pack(">II", entries, entries) + struct.pack(">III", 1, 0, 7) * entries + bytes(8)
    return rpc.exchange(100227, 3, 1, rpc.HANDLE + rpc.NO, rpc.NO + rpc.SOME + rpc.NO + listed)


def channels(commands: int) -> list[bytes]:
    """Echoes of L2CAP in one frame with the request that opens a channel, behind them."""
    echo, ours, theirs = struct.pack("<BBH", 8, 9, 0), 0x40, 0x41
    asks = echo * commands + struct.pack("<BBHHH", 2, 1, 4, 1, ours)
    answers = struct.pack("<BBHHHHH", 3, 1, 8, theirs, ours, 0, 0)
    frames = (0, 1, asks), (1, 1, answers), (0, theirs, bytes.fromhex(bluetooth.SERVICES[0][1]))
    return [bluetooth.frame(*one) for one in frames]


def interfaces(number: int) -> object:
    """The classes that a configuration of USB tells of its interfaces."""
    told = b"".join(bytes((9, 4, i, 0, 0, 3, 1, 1, 0)) for i in range(number))
    talk = Talk()
    usb_classes.told(talk, usb_classes.Request(2, 0x80, bytes.fromhex("8006000200000900"), b""))
    usb_classes.told(talk, usb_classes.Request(2, 0x80, b"", told))
    return sum(isinstance(key, tuple) for key in talk)


def columns(packets: int) -> list[str]:
    """What a server of MySQL says after a query whose number of columns is not plain."""
    talking, said = Talking("waiting", command=3), list[str]()
    for packet in (b"\xfc\x05\x00", *[b"\3def"] * packets):
        kind, talking = talking.answered(packet)
        said.append(kind)
    return said


def sent(port: int, *pieces: bytes) -> list[bytes]:
    """What a client says, a segment a piece."""
    talk = Talker(40031, port)
    for piece in pieces:
        talk.asks(piece)
    return talk.packets


def properties(depth: int) -> bytes:
    """A PROXY header with properties of TLS within each other."""
    octets = b""
    for _ in range(depth):
        octets = struct.pack(">BHB4x", 0x20, 5 + len(octets), 1) + octets
    return b"\r\n\r\n\0\r\nQUIT\n" + struct.pack(">BBH12x", 0x21, 0x11, 12 + len(octets)) + octets


def called_with(depth: int) -> bytes:
    """A call of Thrift with structures within each other."""
    return bytes.fromhex("80010001 00000001 61 00000001") + b"\x0c\0\1" * depth + bytes(depth + 1)


def pdu(size: int) -> bytes:
    """An error report of RPKI's router protocol."""
    return struct.pack(">BBHII", 1, 10, 0, size, 0) + struct.pack(">I", size - 16) + b"a" * (size - 16)


def mailed(port: int) -> object:
    """Which of the last four segments, of which all are of a mail, shows it."""
    text = b"Subject: a\r\n\r\nb\r\n"
    talk = Talker(40032, port)
    if port == 25:
        talk.asks(b"DATA\r\n")
        talk.answers(b"354 go\r\n")
        for part in (text, text, text, b".\r\n"):
            talk.asks(part)
    else:
        talk.asks(b"RETR 1\r\n")
        talk.answers(b"+OK %d octets\r\n" % (4 * len(text)) + text)
        for _ in range(3):
            talk.answers(text)
    return [("imf" in one) for one in values(talk.packets, "frame.protocols")[-4:]]


def shown() -> str:
    """A node of a tree as text."""
    return label_of(Node(Field("", "Pattern", STRING), "a" * 10, 0, 10))


def unacknowledged() -> object:
    """How many segments a side remembers."""
    me, peer = Side(), Side()
    for i in range(8):
        judge(me, peer, Segment(i, i, 10 * i, 0, 0x10, 10, 1000), -1)
    return len(me.unacked), me.unacked[0][2]


def unpacked() -> object:
    """How much of a compressed body is shown, whether a note says so; of a message of WebSocket."""
    tree = layer("http", packed("text/plain", 50))
    body = [sum(map(len, tree.find("http.file_data"))), "http.too_large" in {note.name for note in tree.notes}]
    return body, len(layer("websocket", frame_of_text(50)).find("websocket.payload.text")[0])


def packed(kind: str, size: int) -> bytes:
    """A response whose body is compressed."""
    body = gzip.compress(b"a" * size, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (kind.encode(), len(body)) + body


def frame_of_text(size: int) -> bytes:
    """A compressed message of WebSocket (RFC 7692)."""
    made = zlib.compressobj(wbits=-15)
    body = (made.compress(b"a" * size) + made.flush(zlib.Z_SYNC_FLUSH))[:-4]
    return bytes((0xC1, len(body))) + body


def pointers(number: int) -> bytes:
    """A chain of pointers of DNS that ends in the root."""
    return b"".join(struct.pack(">H", 0xC000 | 2 * (i + 1)) for i in range(number)) + b"\0"


def record(kind: int, body: bytes) -> bytes:
    return struct.pack(">BHH", kind, 0x0303, len(body)) + body


def header_lines(name: bytes, number: int) -> bytes:
    """A field section of QPACK: literal names and values of four octets."""
    return bytes(2) + (b"\x23" + name + b"\x01" + b"v") * number


def beyond(cap: str, way: str | int, made: Callable[[int], bytes], field: str, more: int = 0) -> dict[str, Reach]:
    """A cap of a layer (or of what a port of TCP, or of UDP if negative, leads to): a message of three more than the
    cap, the field that each of them has, and how many more than the cap are found."""
    to = 4
    octets = made(to)
    name = way if isinstance(way, str) else "eth"
    if isinstance(way, int):
        octets = (handmade.tcp if way > 0 else handmade.udp)(abs(way), octets.hex())
    return {cap: Reach(to, count(name, octets, field), to + more, to + 3)}


def variants(count: int) -> bytes:
    """A message of D-Bus: a variant within another, and so on."""
    body = b"\1v\0" * (count + 1) + b"\1y\0\5"
    head = b"l\1\0\1" + struct.pack("<III", len(body), 1, 7) + b"\x08\1g\0\1v\0"
    return head + bytes(-len(head) % 8) + body


L = "dissect.layers."
REACHED: dict[str, Reach] = {
    **beyond("dissect.layers.proxy_header.DEEPEST", "proxy", lambda n: properties(n + 3), "proxy.v2.tlv.ssl.client"),
    **beyond("dissect.layers.thrift.DEEPEST", "thrift", lambda n: called_with(n + 3), "thrift.struct"),
    **beyond("dissect.layers.dbus.DEEPEST", "dbus", variants, "dbus.type.variant.signature", 2),
    **beyond("dissect.layers.gtpv2.DEEPEST", "gtpv2", lambda n: nested("4020", n + 3, b"\x5d"), "gtpv2.ie_type", 1),
    **beyond("dissect.layers.pfcp.DEEPEST", "pfcp", lambda n: nested("2032", n + 3, b"\0\1"), "pfcp.ie_type", 1),
    **beyond(
        "dissect.layers.middleware.MOST_TAGS", "fix", lambda n: b"8=FIX.4.2\x01" + b"58=x\x01" * (n + 3), "fix.Text", -1
    ),
    **beyond("dissect.layers.irc.MOST", "irc", lambda n: b"PING x\r\n" * (n + 3), "irc.response.command", 0),
    **beyond("dissect.layers.telnet.MOST", "telnet", lambda n: b"\xff\xf1" * (n + 3), "telnet.cmd", 0),
    **beyond("dissect.layers.imf.MOST", "imf", lambda n: b"Subject: a\r\n" * (n + 3), "imf.subject", 0),
    **beyond("dissect.layers.vnc.MOST", 5900, lambda n: b"\4\1\0\0\0\0\0A" * (n + 3), "vnc.client_message_type", 0),
    **beyond(
        "dissect.layers.capwap.MOST",
        "capwap",
        lambda n: bytes.fromhex("0010020000000000 00000001 01 0000 00") + b"\0\1\0\0" * (n + 3),
        "capwap.message_element.type",
        0,
    ),
    **beyond("dissect.layers.dds.MOST", "rtps", lambda n: b"RTPS" + bytes(16) + b"\1\0\0\0" * (n + 3), "rtps.sm.id", 0),
    **beyond(
        "dissect.layers.adhoc.MOST",
        -698,
        lambda n: struct.pack(">HH", 4 + 12 * (n + 3), 0) + bytes.fromhex("04 00 000c 0a000001 01 00 0001") * (n + 3),
        "olsr.message_type",
        0,
    ),
    **beyond("dissect.layers.hl7.MOST", "hl7", lambda n: b"\x0bMSH|^~\\&|\r" + b"PID|a\r" * (n + 2), "hl7.segment", 0),
    **beyond(
        "dissect.layers.mgcp.MOST",
        "mgcp",
        lambda n: b"RQNT 1 a@b MGCP 1.0\r\n" + b"N: y\r\n" * (n + 3),
        "mgcp.param.notifiedentity",
        0,
    ),
    **beyond("dissect.layers.srvloc.MOST", "srvloc", lambda n: reply(n + 3), "srvloc.url.lifetime", 0),
    **beyond(
        "dissect.layers.tds.MOST",
        "tds",
        lambda n: struct.pack(">BBHHBB", 0x12, 1, 8 + 5 * (n + 3), 0, 0, 0) + b"\1\xff\0\0\0" * (n + 3),
        "tds.prelogin.option.token",
        0,
    ),
    **beyond(
        "dissect.layers.port_mapping.MOST",
        "portcontrol",
        lambda n: b"\2\0" + bytes(22) + b"\2\0\0\0" * (n + 3),
        "portcontrol.option.code",
        0,
    ),
    **beyond(
        "dissect.layers.xdmcp.MOST",
        "xdmcp",
        lambda n: struct.pack(">HHHHB", 1, 7, 10, 1, n + 3) + bytes(2) * (n + 3),
        "xdmcp.connection_type",
        0,
    ),
    **beyond("dissect.layers.file_services.MOST", "git", lambda n: b"0000" * (n + 3), "git.packet_type", 0),
    **beyond("dissect.layers.sflow.MOST", "sflow", lambda n: sampled(n + 3), "sflow.enterprise", 0),
    **beyond(
        "dissect.layers.cql.MOST", "cql", lambda n: bytes.fromhex("04 00 0000 05 00000000") * (n + 3), "cql.opcode", 0
    ),
    **beyond("dissect.layers.diameter.DEEPEST", "diameter", lambda n: grouped(n + 3), "diameter.avp.code", 1),
    **beyond("dissect.layers.resp.DEEPEST", "resp", lambda n: b"*1\r\n" * (n + 3), "resp.array.length", 1),
    **beyond("dissect.layers.lowpan.MOST", "6lowpan", lambda n: b"\x50\1" * (n + 3), "6lowpan.bcast.seqnum", 0),
    **beyond(
        "dissect.layers.sides.MOST_LINES", "whois", lambda n: b"a: b\r\n" * (n + 3), "whois.answer", 1
    ),  # the last has all the others
    **beyond("dissect.layers.smpp.MOST", "smpp", lambda n: options(n + 3), "smpp.opt_param_tag", 0),
    **beyond("dissect.layers.nfs.MOST_OPERATIONS", "rpc", lambda n: compound(n + 3), "nfs.opcode", 0),
    **beyond("dissect.layers.asn1.DEEPEST", "mms", lambda n: read_structures(n + 3), "mms.structure", -2),
    **beyond("dissect.layers.multipart.DEEPEST", "http", lambda n: parts(n + 3), "mime_multipart.first_boundary", 1),
    **beyond("dissect.layers.rpc.MOST_GROUPS", "rpc", lambda n: credential(n + 2), "rpc.auth.gid", 1),
    L + "ldap.DEEPEST": Reach(4, noted("ldap", search(8), "ldap.filter.depth"), True, False),
    L + "bittorrent.DEEPEST": Reach(4, noted("bencode", b"l" * 8 + b"e" * 8, "bencode.deep"), True, False),
    L + "xml_text.DEEPEST": Reach(4, noted("xml", b"<a>" * 8, "xml.too_deep"), True, False),
    L + "bgp_attributes.DEEPEST": Reach(2, noted("bgp", sets(4), "bgp.attr_set.depth"), True, False),
    L + "dhcpv6.DEEPEST": Reach(4, noted("dhcpv6", relayed(8), "dhcpv6.deep"), True, False),
    L + "json_text.DEEPEST": Reach(4, noted("json", b"[" * 8 + b"]" * 8, "json.too_much"), True, False),
    L + "json_text.MOST_VALUES": Reach(6, noted("json", b"[1,1,1,1,1,1]", "json.too_much"), True, False),
    L + "iec61850.DEEPEST": Reach(3, count("goose", structures(6), "goose.structure"), 3, 6),
    L + "isakmp.MOST": Reach(
        3, count("eth", isakmp.message(0x20, 37, 0, *[(43, b"")] * 6), "isakmp.typepayload"), 3, 6
    ),
    L + "dcerpc.MOST": Reach(3, count("dcerpc", bind(6), "dcerpc.cn_ctx_id"), 3, 6),
    L + "smb_commands.DEEPEST": Reach(2, count("smb", chained_commands(5), "smb.wct"), 3, 5),
    L + "smb2_sessions.MOST_CONTEXTS": Reach(3, count("smb2", contexts(4), "smb2.negotiate_context.type"), 0, 4),
    L + "smb2_files.MOST_ENTRIES": Reach(3, lambda: len(values(directory(6), "smb2.filename")), 3, 6),
    L + "rpc.MOST_LISTED": Reach(3, lambda: len(values(dump(6), "portmap.port")), 3, 6),
    L + "rpc_programs.MOST_ENTRIES": Reach(3, lambda: len(values(access(6), "nfsacl.aclent.uid")), 3, 6),
    L + "nfs.MOST_HANDLE": Reach(
        20,
        lambda: [note.name for note in packets(rpc.exchange(100003, 3, 1, rpc.HANDLE, None))[0].notes],
        ["nfs.fh.length.invalid"],
        [],
    ),
    L + "bluetooth_services.MOST": Reach(
        3, lambda: values(channels(3), "frame.protocols", bluetooth.LINK)[-1].endswith("btsdp"), False, True
    ),
    L + "usb_classes.MOST": Reach(3, lambda: interfaces(6), 3, 6),
    L + "mysql.MOST": Reach(3, lambda: columns(5)[-2:], ["other", "row"], ["column", "column"]),
    L + "rpki.LARGEST": Reach(
        40,
        lambda: len(values(sent(323, pdu(60)[:30], pdu(60)[30:]), "tcp.segment")),
        0,
        2,
    ),
    L + "databases.MOST": Reach(
        40,
        lambda: len(values(sent(5432, b"Q" + struct.pack(">I", 60) + b"a" * 20, b"a" * 35 + b"\0"), "tcp.segment")),
        0,
        2,
    ),
    L + "resp.MOST": Reach(20, lambda: resp.size_of(b"$30\r\nabc", 0), 5, AT_LEAST + 37),
    L + "mail.MOST_MAIL": Reach(
        30, lambda: (mailed(25), mailed(110)), ([False, True, False, False],) * 2, ([False, False, False, True],) * 2
    ),
    L + "tcp_rules.MOST_UNACKED": Reach(3, unacknowledged, (3, 0), (8, 0)),
    L + "bodies.MOST": Reach(
        5,
        unpacked,
        ([5, True], 5),
        ([50, False], 50),
        ("dissect.layers.websocket",),
    ),
    L + "dns_text.MOST_POINTERS": Reach(
        4, lambda: dns_text.read_name(pointers(6), 0)[0], dns_text.LOOPS, dns_text.ROOT
    ),
    L + "dns_text.MOST_NAME": Reach(
        12,
        lambda: dns_text.read_name(b"\5abcde" * 3 + b"\0", 0)[0],
        dns_text.LOOPS,
        "abcde.abcde.abcde",
        ("dissect.layers.dns_hot",),
    ),
    L + "http_framing.MOST_HEADERS": Reach(
        40,
        lambda: http_framing.message_size(b"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: " + b"b" * 20, 0),
        AS_IT_IS,
        MORE,
    ),
    L + "qpack.MOST_OCTETS": Reach(8, lambda: len(list(qpack.header_list(header_lines(b"abc", 6)))), 2, 6),
    L + "xmpp.MOST_TAGS": Reach(4, lambda: xmpp.message_size(b"<a>" + b"<b>" * 8, 0), AS_IT_IS, MORE),
    L + "ssh.MOST": Reach(20, count("ssh", struct.pack(">IBB", 28, 4, 21) + bytes(26), "ssh.message_code"), 0, 1),
    L + "tls.MOST": Reach(20, count("tls", record(22, bytes(40)), "tls.record.length"), 0, 1),
    L + "xmpp.LONGEST": Reach(20, lambda: xmpp.message_size(b"<a>" + b"x" * 40, 0), AS_IT_IS, MORE),
    L + "bittorrent.LONGEST": Reach(20, lambda: bittorrent.message_size(b"\0\0\0\x1e\7", 0), AS_IT_IS, 34),
    L + "sip.LONGEST_HEAD": Reach(
        30, lambda: sip.message_size(b"BYE sip:a@b SIP/2.0\r\nTo: " + b"a" * 40, 0), AS_IT_IS, MORE
    ),
    L + "rtsp.LONGEST_HEAD": Reach(
        30, lambda: rtsp.message_size(b"PLAY rtsp://a RTSP/1.0\r\nA: " + b"a" * 40, 0), AS_IT_IS, MORE
    ),
    L + "json_text.LONGEST": Reach(
        6, lambda: layer("json", b'{"abc":{"def":1}}').find("json.path"), ["/abc/d", "/abc"], ["/abc/def", "/abc"]
    ),
    "dissect.engine.values.LONGEST_SHOWN": Reach(5, shown, "Pattern: aaaaa…", "Pattern: aaaaaaaaaa"),
}
