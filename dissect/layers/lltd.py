"""LLTD, Windows' discovery of the link layer's topology (MS-LLTD).

    version (1), type of service (1), reserved (1), function (1); real destination and source (6 each), number (2)
    then by function; hello: generation (2), the mapper's two addresses, properties of type (1), length (1), value
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    REST,
    Expr,
    Field,
    bits,
    ether,
    flag,
    group,
    guid,
    i32,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    u64,
)  # fmt: skip
from dissect.engine.layer import Layer

SERVICES = {0: "Topology discovery", 1: "Quick discovery", 2: "QoS diagnostics"}
FUNCTIONS = {
    0: "Discover", 1: "Hello", 2: "Emit", 3: "Train", 4: "Probe", 5: "Ack", 6: "Query", 7: "QueryResp", 8: "Reset",
    9: "Charge", 10: "Flat", 11: "QueryLargeTlv", 12: "QueryLargeTlvResp",
}  # fmt: skip
QOS_FUNCTIONS = {
    0: "QosInitializeSink", 1: "QosReady", 2: "QosProbe", 3: "QosQuery", 4: "QosQueryResp", 5: "QosReset", 6: "QosError",
    7: "QosAck", 8: "QosCounterSnapshot", 9: "QosCounterResult", 10: "QosCounterLease",
}  # fmt: skip
DISCOVER, HELLO, EMIT, ANSWER, FLAT, QUERY_LARGE, LARGE_ANSWER = 0, 1, 2, 7, 10, 11, 12
PROPERTIES = {
    0: "End of Property List", 1: "Host ID", 2: "Characteristics", 3: "Physical Medium", 4: "Wireless Mode", 5: "BSSID",
    6: "802.11 SSID", 7: "IPv4 Address", 8: "IPv6 Address", 9: "802.11 Maximum Operation Rate",
    10: "Performance Counter Frequency", 12: "Link Speed", 13: "802.11 RSSI", 14: "Icon Image", 15: "Machine Name",
    16: "Support Information", 17: "Friendly Name", 18: "Device UUID", 19: "Hardware ID", 20: "QoS Characteristics",
    21: "802.11 Physical Medium", 22: "AP Association Table", 24: "Detailed Icon Image", 25: "Sees-List Working Set",
    26: "Component Table", 27: "Repeater AP Lineage", 28: "Repeater AP Table",
}  # fmt: skip
_discovery: Expr = lambda h: h.tos < 2
_qos: Expr = lambda h: h.tos == 2


class LLTD(Layer):
    """A message of a mapper, or of a responder."""

    name, label, column = "lltd", "Link Layer Topology Discovery", "LLTD"
    binds = {"ethertype": (0x88D9,)}

    version = u8(0, "lltd.version", "Version")
    tos = u8(1, "lltd.tos", "Type of Service", HEX, names=SERVICES)
    reserved = u8(2, "lltd.reserved", "Reserved", HEX)
    function = u8(3, "", "Function")
    unknown = raw(3, "lltd.unknown", "Unknown", size=REST, when=lambda h: (_discovery(h) | _qos(h)) == 0)
    discovery = u8(3, "lltd.discovery", "Discovery function", HEX, names=FUNCTIONS, when=_discovery)
    to = ether(4, "lltd.discovery.real_dest_addr", "Real Destination Address", when=_discovery)
    by = ether(10, "lltd.discovery.real_src_addr", "Real Source Address", when=_discovery)
    xid = u16(16, "lltd.discovery.xid", "XID", HEX, when=lambda h: (h.tos < 2) & (h.function == DISCOVER))
    number = u16(16, "lltd.discovery.seq_num", "Sequence Number", HEX,
                 when=lambda h: (h.tos < 2) & (h.function != DISCOVER))
    diagnosis = u8(3, "lltd.qos_diag", "QoS Diagnostics function", HEX, names=QOS_FUNCTIONS, when=_qos)
    qos_to = ether(4, "lltd.qos.real_dest_addr", "Real Destination Address", when=_qos)
    qos_by = ether(10, "lltd.qos.real_src_addr", "Real Source Address", when=_qos)
    qos_number = u16(16, "lltd.qos.seq_num", "Sequence Number", HEX, when=_qos)
    length = lambda h: h.end - h.start

    generation = u16(None, "lltd.discover.gen_num", "Generation Number", HEX)
    count = u16(None, "lltd.discover.num_stations", "Number of Stations")
    station = ether(None, "lltd.discover.station", "Station")
    hello = u16(None, "lltd.hello.gen_num", "Generation Number", HEX)
    mapper = ether(None, "lltd.hello.current_address", "Current Mapper Address")
    apparent = ether(None, "lltd.hello.apparent_address", "Current Apparent Address")
    property = group("", "TLV Item")
    kind = u8(None, "lltd.tlv.type", "Type", HEX, names=PROPERTIES)
    size_of = u8(None, "lltd.tlv.length", "Length")
    characteristics = u32(None, "", "Characteristics", HEX)
    characteristics_bits = bits(
        characteristics, "lltd.characteristic", ("public_nat", "Public NAT", 1 << 31), ("private_nat", "Private NAT", 1 << 30),
        ("duplex", "Duplex", 1 << 29), ("web_page", "Management Web Page", 1 << 28),
        ("loop", "Looping Outbound Packets", 1 << 27),
    )  # fmt: skip
    characteristics_rest = u32(None, "lltd.characteristic.reserved", "Reserved", HEX, mask=0x7FFFFFF, within=characteristics)
    qos = u32(None, "", "QoS Characteristics", HEX)
    qos_bits = bits(
        qos, "lltd.qos_characteristic", ("layer2_forwarding", "Layer 2 Forwarding", 1 << 31), ("vlan", "802.1q VLAN", 1 << 30),
        ("tagging", "802.1q Priority Tagging", 1 << 29),
    )  # fmt: skip
    qos_rest = u32(None, "lltd.qos_characteristic.reserved", "Reserved", HEX, mask=0x1FFFFFFF, within=qos)
    host, bssid = ether(None, "lltd.host_id", "Host ID"), ether(None, "lltd.bssid", "BSSID")
    medium = u32(None, "lltd.physical_medium", "Physical Medium")
    mode = u8(None, "lltd.wireless_mode", "Wireless Mode", HEX)
    ssid = string(None, "lltd.ssid", "SSID")
    ipv4_address, ipv6_address = ipv4(None, "lltd.ipv4_address", "IPv4 Address"), ipv6(None, "lltd.ipv6_address", "IPv6 Address")
    rate = u16(None, "lltd.max_operation_rate", "Maximum Operational Rate (.5 Mbps)")
    frequency = u64(None, "lltd.performance_count_freq", "Performance Counter Frequency")
    speed = u32(None, "lltd.link_speed", "Link Speed (100 bps)")
    rssi = i32(None, "lltd.rssi", "RSSI")
    machine, support = string(None, "lltd.machine_name", "Machine Name"), string(None, "lltd.support_info", "Support Information")
    uuid = guid(None, "lltd.device_uuid", "Device UUID")
    wifi = u8(None, "lltd.80211_physical_medium", "802.11 Physical Medium", HEX)
    sees = u16(None, "lltd.sees_list_working_set", "Sees-List Working Set")
    lineage = ether(None, "lltd.address_path_to_root", "Address Path to Root")
    emits = u16(None, "lltd.emit.num_descs", "Number of EmiteeDescs")
    emit = (
        u8(None, "lltd.emit.type", "Type", HEX), u8(None, "lltd.emit.pause", "Pause (ms)"),
        ether(None, "lltd.emit.src_addr", "Source Address"), ether(None, "lltd.emit.dest_addr", "Destination Address"),
    )  # fmt: skip
    heard = u16(None, "", "Answer", HEX)
    heard_bits = (
        flag(None, "lltd.queryresp.more", "More RecveeDescs", 0x8000, within=heard),
        flag(None, "lltd.queryresp.memory", "No memory left", 0x4000, within=heard),
        u16(None, "lltd.queryresp.num_descs", "Number of RecveeDescs", mask=0x3FFF, within=heard),
    )
    recvee = (
        u16(None, "lltd.queryresp.type", "Type", HEX), ether(None, "lltd.queryresp.real_src_addr", "Real Source Address"),
        ether(None, "lltd.queryresp.ethernet_src_addr", "Ethernet Source Address"),
        ether(None, "lltd.queryresp.ethernet_dest_addr", "Ethernet Destination Address"),
    )  # fmt: skip
    credit = (
        u32(None, "lltd.flat.crc_bytes", "Current Transmit Credit (bytes)"),
        u8(None, "lltd.flat.crc_packets", "Current Transmit Credit (packets)"),
    )
    large = (u8(None, "lltd.query_large_tlv.type", "Type", HEX), u24(None, "lltd.query_large_tlv.offset", "Offset"))
    large_answer = u16(None, "", "Answer", HEX)
    large_bits = (
        flag(None, "lltd.querylargeresp.more", "More RecveeDescs", 0x8000, within=large_answer),
        flag(None, "lltd.querylargeresp.memory", "No memory left", 0x4000, within=large_answer),
        u16(None, "lltd.querylargeresp.num_descs", "Number of RecveeDescs", mask=0x3FFF, within=large_answer),
    )
    large_data = raw(None, "lltd.querylargeresp.data", "Data")
    other = raw(None, "", "Data")

    @staticmethod
    def info(tos: int, function: int) -> str:
        names = FUNCTIONS if tos < 2 else QOS_FUNCTIONS
        return f"{names.get(function, f'Unknown (0x{function:02x})')} {SERVICES.get(tos, '')}".strip()

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 18
        function = c.h.function if c.h.tos < 2 else -1
        if function == DISCOVER:
            c.add(cls.generation)
            for _ in range(min(c.add(cls.count), c.remaining // 6)):
                c.add(cls.station)
        elif function == HELLO:
            for field in (cls.hello, cls.mapper, cls.apparent):
                c.add(field)
            cls._properties(c)
        elif function == EMIT:
            cls._records(c, c.add(cls.emits), 14, cls.emit)
        elif function == ANSWER:
            cls._records(c, c.add(cls.heard) & 0x3FFF, 20, cls.recvee)
        elif function in (FLAT, QUERY_LARGE):
            for field in cls.credit if function == FLAT else cls.large:
                c.add(field)
        elif function == LARGE_ANSWER:
            c.add(cls.large_data, min(c.add(cls.large_answer) & 0x3FFF, c.remaining))
        c.rest(cls.other)

    @classmethod
    def _records(cls, c: Cursor, count: int, size: int, fields: tuple[Field, ...]) -> None:
        for _ in range(min(count, c.remaining // size)):
            for field in fields:
                c.add(field)

    @classmethod
    def _properties(cls, c: Cursor) -> None:
        kind = -1
        while kind != 0 and c.remaining:
            kind = c.peek(1)
            with c.group(cls.property, text=f"TLV Item ({PROPERTIES.get(kind, 'Unknown')})") as c:
                c.add(cls.kind)
                size = c.add(cls.size_of) if kind else 0
                field = _VALUES.get(kind, cls.other)
                if kind == 27:
                    for _ in range(min(size, c.remaining) // 6):
                        c.add(field)
                elif size:
                    text = c.peek_bytes(size).decode("utf-16-le", "replace") if kind == 15 else None
                    c.add(field, size, value=text)


_VALUES: dict[int, Field] = {
    1: LLTD.host, 2: LLTD.characteristics, 3: LLTD.medium, 4: LLTD.mode, 5: LLTD.bssid, 6: LLTD.ssid, 7: LLTD.ipv4_address,
    8: LLTD.ipv6_address, 9: LLTD.rate, 10: LLTD.frequency, 12: LLTD.speed, 13: LLTD.rssi, 15: LLTD.machine,
    16: LLTD.support, 18: LLTD.uuid, 20: LLTD.qos, 21: LLTD.wifi, 25: LLTD.sees, 27: LLTD.lineage,
}  # fmt: skip
