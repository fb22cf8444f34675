"""InfiniBand's management datagrams (volume 1, chapters 13, 14 and 12): 256 octets to queue pair 0 or 1.

    +------+-------+-------+--------+--------+----------------+----------------+-----------+----------+----------+------
    | base | class | class | method | status | class specific | transaction ID | attribute | reserved | modifier | data
    |  version              |        |        |                |                |           |          |          |
    +------+-------+-------+--------+--------+----------------+----------------+-----------+----------+----------+------
      1      1       1       1        2        2                8                2           2          4          232

Of subnet management what all messages have is told, of communication management the messages that open and close connections.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, Field, alias, ipv4, ipv6, raw, u8, u16, u24, u32, u64

HEADER, DATA = 24, 232
LID_ROUTED, DIRECTED, COMMUNICATION = 0x01, 0x81, 0x07
CLASSES = {0x01: "Subnet Management (LID routed)", 0x81: "Subnet Management (directed route)", 0x03: "Subnet Administration",
           0x04: "Performance Management", 0x05: "Baseboard Management", 0x06: "Device Management",
           0x07: "Communication Management", 0x08: "SNMP Tunneling"}  # fmt: skip
REQUEST, REJECT, REPLY, READY, DISCONNECT, DISCONNECTED = 0x10, 0x12, 0x13, 0x14, 0x15, 0x16
ATTRIBUTES = {REQUEST: "ConnectRequest", 0x11: "MsgRcptAck", REJECT: "ConnectReject", REPLY: "ConnectReply", READY: "ReadyToUse",
              DISCONNECT: "DisconnectRequest", DISCONNECTED: "DisconnectReply"}  # fmt: skip
IP_SERVICE = bytes.fromhex("0000000001")  # service IDs of RDMA over IP (annex A11): prefix, protocol, port

whole = raw(None, "infiniband.mad", "MAD (Management Datagram) Common Header")
base_version = u8(None, "infiniband.mad.baseversion", "Base Version")
management_class = u8(None, "infiniband.mad.mgmtclass", "Management Class", HEX, names=CLASSES)
class_version = u8(None, "infiniband.mad.classversion", "Class Version")
method = u8(None, "infiniband.mad.method", "Method", HEX)
status = u16(None, "infiniband.mad.status", "Status", HEX)
specific = u16(None, "infiniband.mad.classspecific", "Class Specific")
transaction = u64(None, "infiniband.mad.transactionid", "Transaction ID", HEX)
attribute = u16(None, "infiniband.mad.attributeid", "Attribute ID", HEX)
modifier = u32(None, "infiniband.mad.attributemodifier", "Attribute Modifier", HEX)
data = raw(None, "infiniband.mad.data", "MAD Data Payload", size=DATA)
other_data = raw(None, "infiniband.mad.data", "MAD Data Payload", size=DATA,  # which Wireshark finds under both names
                 also=(alias("infiniband.smplid.smpdata", BYTES),))  # fmt: skip
reserved = raw(None, "infiniband.reserved", "Reserved")
rest = raw(None, "", "Data")

routed = raw(None, "infiniband.smplid", "Subnet Management Packet (LID Routed)")
key = u64(None, "infiniband.smplid.mkey", "M_Key", HEX)
said = raw(None, "infiniband.smplid.smpdata", "SMP Data")
directed = raw(None, "infiniband.smpdirected", "Subnet Management Packet (Directed Route)")
directed_status = u16(None, "infiniband.smpdirected.smpstatus", "Status", HEX)
hop_pointer = u8(None, "infiniband.smpdirected.hoppointer", "Hop Pointer")
hop_count = u8(None, "infiniband.smpdirected.hopcount", "Hop Count")
direction = u64(None, "infiniband.smpdirected.d", "D (Direction Bit)", HEX, mask=0x8000, size=2)
from_local = u16(None, "infiniband.smpdirected.drslid", "DrSLID", HEX)
to_local = u16(None, "infiniband.smpdirected.drdlid", "DrDLID", HEX)
initial_path = raw(None, "infiniband.smpdirected.initialpath", "Initial Path")
return_path = raw(None, "infiniband.smpdirected.returnpath", "Return Path")

_REQ, _REP = "infiniband.cm.req", "infiniband.cm.rep"
service = u64(None, f"{_REQ}.serviceid", "ServiceID", HEX)
service_prefix = raw(None, f"{_REQ}.serviceid.prefix", "Prefix", size=5)
service_protocol = u8(None, f"{_REQ}.serviceid.protocol", "Protocol", HEX)
service_port = u16(None, f"{_REQ}.serviceid.dport", "Destination Port", HEX)


def octets(name: str, label: str, *parts: tuple[str, str, int], width: int = 1) -> tuple[Field, ...]:
    """An octet (or more) of several fields: names under the request's, labels, masks."""
    make = {1: u8, 4: u32}[width]
    word = make(None, "", label, HEX)
    return (word, *(make(0, f"{name}.{part}", text, HEX, mask=mask, within=word) for part, text, mask in parts))


def _path(kind: str, label: str, gids: bool) -> tuple[tuple[Field, ...], ...]:
    """One path of a request: primary or alternate."""
    gid = ipv6 if gids else raw
    return (
        (u16(None, f"{_REQ}.{kind}_locallid", f"{label} Local Port LID"),),
        (u16(None, f"{_REQ}.{kind}_remotelid", f"{label} Remote Port LID"),),
        (gid(None, f"{_REQ}.{kind}_localgid", f"{label} Local Port GID", size=16),),
        (gid(None, f"{_REQ}.{kind}_remotegid", f"{label} Remote Port GID", size=16),),
        octets(_REQ, "Flow", (f"{kind}_flowlabel", f"{label} Flow Label", 0xFFFFF000), (f"{kind}_reserved0", "Reserved", 0xFC0),
               (f"{kind}_pktrate", f"{label} Packet Rate", 0x3F), width=4),
        (u8(None, f"{_REQ}.{kind}_tfcclass", f"{label} Traffic Class", HEX),),
        (u8(None, f"{_REQ}.{kind}_hoplim", f"{label} Hop Limit", HEX),),
        octets(_REQ, "Service level", (f"{kind}_sl", f"{label} SL", 0xF0), (f"{kind}_subnetlocal", f"{label} Subnet Local", 0x08),
               (f"{kind}_reserved1", "Reserved", 0x07)),
        octets(_REQ, "Timeout", (f"{kind}_localacktout", f"{label} Local ACK Timeout", 0xF8),
               ("prim_reserved2" if gids else "alt_reserved1", "Reserved", 0x07)),
    )  # fmt: skip


# what a message is made of, in order; numbers are octets that are reserved
_Row = tuple[Field, ...] | int
_IDS: dict[str, tuple[_Row, ...]] = {
    kind: ((u32(None, f"infiniband.cm.{kind}.localcommid", "Local Communication ID", HEX),),
           (u32(None, f"infiniband.cm.{kind}.remotecommid", "Remote Communication ID", HEX),))
    for kind in ("rtu", "rej", "dreq", "drsp")
}  # fmt: skip
_REQUEST: tuple[_Row, ...] = (
    (u32(None, _REQ, "Local Communication ID", HEX),), 4, (service,), (u64(None, f"{_REQ}.localcaguid", "Local CA GUID", HEX),), 4,
    (u32(None, f"{_REQ}.localqkey", "Local Q_Key", HEX),), (u24(None, f"{_REQ}.localqpn", "Local QPN", HEX),),
    (u8(None, f"{_REQ}.responderres", "Responder Resources", HEX),), (u24(None, f"{_REQ}.localeecn", "Local EECN", HEX),),
    (u8(None, f"{_REQ}.initdepth", "Initiator Depth", HEX),), (u24(None, f"{_REQ}.remoteeecn", "Remote EECN", HEX),),
    octets(_REQ, "Timeout, service, flow control", ("remoteresptout", "Remote CM Response Timeout", 0xF8),
           ("transpsvctype", "Transport Service Type", 0x06), ("e2eflowctrl", "End-to-End Flow Control", 0x01)),
    (u24(None, f"{_REQ}.startpsn", "Starting PSN", HEX),),
    octets(_REQ, "Timeout and retries", ("localresptout", "Local CM Response Timeout", 0xF8), ("retrcount", "Retry Count", 0x07)),
    (u16(None, f"{_REQ}.pkey", "Partition Key", HEX),),
    octets(_REQ, "MTU and retries", ("pppmtu", "Path Packet Payload MTU", 0xF0), ("rdcexist", "RDC Exists", 0x08),
           ("rnrretrcount", "RNR Retry Count", 0x07)),
    octets(_REQ, "Retries", ("maxcmretr", "Max CM Retries", 0xF0), ("srq", "SRQ", 0x08), ("ext_transport", "Extended Transport", 0x07)),
    *_path("prim", "Primary", True), *_path("alt", "Alternate", False),
)  # fmt: skip
_REPLY: tuple[_Row, ...] = (
    (u32(None, _REP, "Local Communication ID", HEX),), (u32(None, f"{_REP}.remotecommid", "Remote Communication ID", HEX),),
    (u32(None, f"{_REP}.localqkey", "Local Q_Key", HEX),), (u24(None, f"{_REP}.localqpn", "Local QPN", HEX),), 1,
    (u24(None, f"{_REP}.localeecn", "Local EE Context Number", HEX),), 1, (u24(None, f"{_REP}.startpsn", "Starting PSN", HEX),), 1,
    (u8(None, f"{_REP}.respres", "Responder Resources", HEX),), (u8(None, f"{_REP}.initdepth", "Initiator Depth", HEX),),
    octets(_REP, "Delay and flow control", ("tgtackdelay", "Target ACK Delay", 0xF8), ("failoveracc", "Failover Accepted", 0x06),
           ("e2eflowctrl", "End-To-End Flow Control", 0x01)),
    octets(_REP, "Retries", ("rnrretrcount", "RNR Retry Count", 0xE0), ("srq", "SRQ", 0x10), ("reserved", "Reserved", 0x0F)),
    (u64(None, f"{_REP}.localcaguid", "Local CA GUID", HEX),),
)  # fmt: skip
_REJECT: tuple[_Row, ...] = (
    *_IDS["rej"],
    octets("infiniband.cm.rej", "Message", ("msgrej", "Message REJected", 0xC0), ("reserved0", "Reserved", 0x03)),
    octets("infiniband.cm.rej", "Length", ("rejinfolen", "Reject Info Length", 0xFE), ("reserved1", "Reserved", 0x01)),
    (u16(None, "infiniband.cm.rej.reason", "Reason", HEX),),
    (raw(None, "infiniband.cm.rej.ari", "Additional Reject Information (ARI)", size=72),),
)  # fmt: skip
_IPV4_GIDS = {
    f"{_REQ}.prim_{side}gid": ipv4(None, f"{_REQ}.prim_{side}gid_ipv4", f"Primary {side.title()} Port GID")
    for side in ("local", "remote")
}
_REMOTE = u24(None, f"{_REQ}.remoteqpneecn", "Remote QPN/EECN", HEX)
MESSAGES: dict[int, tuple[tuple[_Row, ...], Field]] = {
    number: (rows, raw(None, f"infiniband.cm.{kind}.private", "PrivateData"))
    for number, kind, rows in (
        (REQUEST, "req", _REQUEST), (REPLY, "rep", _REPLY), (READY, "rtu", _IDS["rtu"]), (REJECT, "rej", _REJECT),
        (DISCONNECT, "dreq", (*_IDS["dreq"], (_REMOTE,), 1)), (DISCONNECTED, "drsp", _IDS["drsp"]),
    )
}  # fmt: skip
_IP = f"{_REQ}.ip_cm"
ip_whole = raw(None, _IP, "IP CM Request Msg")
ip_versions = octets(_IP, "Version", ("majv", "IP CM Major Version", 0xF0), ("minv", "IP CM Minor Version", 0x0F))
ip_kind = octets(_IP, "IP version", ("ipv", "IP CM IP Version", 0xF0), ("reserved", "IP CM Reserved", 0x0F))
ip_port = u16(None, f"{_IP}.sport", "IP CM Source Port", HEX)
ip_addresses = {
    4: (ipv4(None, f"{_IP}.sip4", "IP CM Source IP"), ipv4(None, f"{_IP}.dip4", "IP CM Destination IP")),
    6: (ipv6(None, f"{_IP}.sip6", "IP CM Source IP"), ipv6(None, f"{_IP}.dip6", "IP CM Destination IP")),
}
ip_private = raw(None, f"{_IP}.private", "IP CM Consumer PrivateData")

FIELDS: tuple[Field, ...] = (
    whole, base_version, management_class, class_version, method, status, specific, transaction, attribute, modifier, data,
    other_data,    routed, key, said, directed, directed_status, hop_pointer, hop_count, direction, from_local, to_local, initial_path,
    return_path, service_prefix, service_protocol, service_port,
    *dict.fromkeys(field for rows, _ in MESSAGES.values() for row in rows if not isinstance(row, int) for field in row),
    *(private for _, private in MESSAGES.values()),
    *_IPV4_GIDS.values(), ip_whole, *ip_versions, *ip_kind, ip_port, *ip_addresses[4], *ip_addresses[6], ip_private,
)  # fmt: skip


def datagram(c: Cursor) -> None:
    """A management datagram."""
    kind = c.peek(1, 1)
    start = c.pos
    with c.group(whole, HEADER + DATA) as c:
        for field in (base_version, management_class, class_version, method, status, specific, transaction):
            c.add(field)
        number = c.add(attribute)
        c.add(reserved, 2)
        c.add(modifier)
        c.add(data if kind in (LID_ROUTED, DIRECTED) else other_data)
    if kind in (LID_ROUTED, DIRECTED) or (kind == COMMUNICATION and number in MESSAGES):
        c.pos = start
        _class(c, kind, number)


def _class(c: Cursor, kind: int, number: int) -> None:
    """What the class makes of the data."""
    if kind == LID_ROUTED:
        with c.group(routed, HEADER + DATA) as c:
            c.pos += HEADER
            c.add(key)
            c.add(reserved, 32)
            c.add(said, 64)
            c.add(reserved, 128)
    elif kind == DIRECTED:
        with c.group(directed, HEADER + DATA) as c:
            _directed(c)
    else:
        c.pos += HEADER
        _communication(c, number)


def _directed(c: Cursor) -> None:
    """A directed datagram; its status and hops lie in the header."""
    start = c.pos
    c.pos += 4
    c.add(direction)
    c.pos -= 2
    for field in (directed_status, hop_pointer, hop_count):
        c.add(field)
    c.pos = start + HEADER
    for field in (key, from_local, to_local):
        c.add(field)
    c.add(reserved, 28)
    c.add(said, 64)
    c.add(initial_path, 64)
    c.add(return_path, 64)


def _communication(c: Cursor, number: int) -> None:
    rows, private = MESSAGES[number]
    end = c.pos + DATA
    over_ip = False
    c.info(f"CM: {ATTRIBUTES[number]} ")
    for row in rows:
        if isinstance(row, int):
            c.add(reserved, row)
        elif row[0] is service:
            over_ip = c.peek_bytes(5) == IP_SERVICE
            if not over_ip:
                c.add(service)
                continue
            with c.group(service, 8, value=c.peek(8)) as c:
                for field in (service_prefix, service_protocol, service_port):
                    c.add(field)
        elif row[0].name in _IPV4_GIDS and c.h.outer("ip") is not None:
            c.add(rest, 12)
            c.add(_IPV4_GIDS[row[0].name])
        else:
            c.add(row[0])
    if over_ip:
        _over_ip(c, end - c.pos)
    elif c.pos < end:
        c.add(private, end - c.pos)


def _over_ip(c: Cursor, size: int) -> None:
    """What a request of RDMA over IP says of its connection (annex A11.5)."""
    with c.group(ip_whole, size) as c:
        c.add(ip_versions[0])
        version = c.peek(1) >> 4
        c.add(ip_kind[0])
        c.add(ip_port)
        for address in ip_addresses.get(version, ()):
            if version == 4:
                c.add(rest, 12)
            c.add(address)
        c.rest(ip_private)
