"""A PDU that Wireshark exported (LINKTYPE_WIRESHARK_UPPER_PDU): tags that say what it is and whose, then its bytes.

     0           15            31
    +-------------+-------------+---------------------------
    |     tag     |   length    |  value, padded to 4 octets      repeated, until the tag 0
    +-------------+-------------+---------------------------
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRINGZPAD, Field, i32, ipv4, ipv6, raw, u16, u32
from dissect.engine.layer import Layer

TAGS = {
    0: "End-of-options", 10: "Total length of the options excluding this TLV", 11: "Linktype value",
    12: "PDU content protocol name", 13: "PDU content heuristic protocol name",
    14: "PDU content dissector table name", 20: "IPv4 Source Address", 21: "IPv4 Destination Address",
    22: "IPv6 Source Address", 23: "IPv6 Destination Address", 24: "Port Type", 25: "Source Port",
    26: "Destination Port", 28: "SS7 OPC", 29: "SS7 DPC", 30: "Original Frame number", 31: "DVB-CI event",
    32: "Dissector table value", 33: "Column protocol string", 34: "Protocol data", 35: "P2P direction",
}  # fmt: skip
PORTS = {0: "NONE", 1: "SCTP", 2: "TCP", 3: "UDP", 4: "DCCP"}
PROTOCOL, TABLE, PORT_TYPE, TABLE_VALUE = 12, 14, 24, 32
TABLES = {"ip.proto": "ip.proto", "ethertype": "ethertype", "tcp.port": "tcp.port", "udp.port": "udp.port",
          "sctp.port": "sctp.port", "sctp.ppi": "sctp.ppid", "wtap_encap": ""}  # fmt: skip
# Wireshark's names of dissectors that are not the protocol's
NAMES = {
    "eth_withoutfcs": "eth", "eth_maybefcs": "eth", "eth_withfcs": "eth", "wlan_withoutfcs": "wlan",
    "wlan_noqos": "wlan", "ppp_hdlc": "ppp", "tls-echd": "tls", "bootp": "dhcp", "ssl": "tls", "raw_ip": "raw",
}  # fmt: skip


class ExportedPDU(Layer):
    """An exported PDU."""

    name, label, column = "exported_pdu", "EXPORTED_PDU", "exported_pdu"
    binds = {"linktype": (252,)}
    reaches = ("ip.proto", "ethertype", "tcp.port", "udp.port", "*")

    tag = u16(None, "exported_pdu.tag", "Tag", names=TAGS)
    tag_length = u16(None, "exported_pdu.tag_len", "Length")
    unknown = raw(None, "exported_pdu.unknown_tag.val", "Unknown tags value")
    protocol = Field("exported_pdu.prot_name", "Protocol Name", STRINGZPAD)
    heuristic = Field("exported_pdu.heur_prot_name", "Heuristic Protocol Name", STRINGZPAD)
    table = Field("exported_pdu.dis_table_name", "Dissector Table Name", STRINGZPAD)
    table_value = u32(None, "exported_pdu.dis_table_val", "Value to use when calling dissector table")
    column_text = Field("exported_pdu.col_proto_str", "Column protocol string", STRINGZPAD)
    direction = i32(None, "exported_pdu.p2p_dir", "P2P direction")
    data_ = raw(None, "exported_pdu.dissector_data", "Dissector Data")
    src4 = ipv4(None, "exported_pdu.ipv4_src", "IPv4 Src")
    dst4 = ipv4(None, "exported_pdu.ipv4_dst", "IPv4 Dst")
    src6 = ipv6(None, "exported_pdu.ipv6_src", "IPv6 Src")
    dst6 = ipv6(None, "exported_pdu.ipv6_dst", "IPv6 Dst")
    port_type = u32(None, "exported_pdu.port_type", "Port Type", names=PORTS)
    src_port = u32(None, "exported_pdu.src_port", "Src Port")
    dst_port = u32(None, "exported_pdu.dst_port", "Dst Port")
    opc = u32(None, "exported_pdu.ss7_opc", "SS7 OPC")
    dpc = u32(None, "exported_pdu.ss7_dpc", "SS7 DPC")
    number = u32(None, "exported_pdu.orig_fno", "Original Frame Number")

    pdu = raw(None, "exported_pdu.exported_pdu", "Exported PDU")

    values: ClassVar[dict[int, Field]] = {
        12: protocol, 13: heuristic, 14: table, 20: src4, 21: dst4, 22: src6, 23: dst6, 24: port_type, 25: src_port,
        26: dst_port, 28: opc, 29: dpc, 30: number, 32: table_value, 33: column_text, 34: data_, 35: direction,
    }  # fmt: skip

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said: dict[int, bytes] = {}
        while True:
            tag = c.add(cls.tag)
            size = c.add(cls.tag_length)
            if tag == 0:
                break
            said[tag] = c.peek_bytes(size)
            field = cls.values.get(tag, cls.unknown)
            width = field.type.size if field.type.size and size >= field.type.size else size
            if field.type.size and size < field.type.size:
                field, width = cls.unknown, size
            if width:
                c.add(field, width)
            if size > width:
                c.skip(size - width)
        if c.remaining:
            cls._pdu(c, said)

    @classmethod
    def _pdu(cls, c: Cursor, said: dict[int, bytes]) -> None:
        """The bytes, with the layer that the tags name."""
        if table := TABLES.get(text(said.get(TABLE, b""))):
            c.payload(table, int.from_bytes(said.get(TABLE_VALUE, b""), "big"))
            return
        name = text(said.get(PROTOCOL, b""))
        name = NAMES.get(name, name)
        port = PORTS.get(int.from_bytes(said.get(PORT_TYPE, b""), "big"), "").lower() or "udp"
        for one in c.run.registry.outlines:  # of several by that name the one this transport has
            if one.name == name and (keys := one.binds.get(f"{port}.port")):
                c.payload(f"{port}.port", keys[0])
                return
        if name in c.run.registry.by_name:
            c.child(name)
        else:
            c.rest(cls.pdu)


def text(value: bytes) -> str:
    """A name, which zeros pad."""
    return value.split(b"\0")[0].decode("ascii", "replace")
