"""What few networks have above Ethernet: of each the fixed head, what follows is octets or the layer it leads to.

    Real-time networks (RTmac, RTcfg, Sercos III, MRP, DLR, eCPRI, TECMP), clusters (LLT, NSRP), DEC's LAT and spanning tree,
    HomePlug 1.0, HomePNA, TRILL (RFC 6325), XNS's IDP, VINES, MIH (IEEE 802.21), seamless redundancy (IEEE 802.1CB), edge
    control (802.1Qbg), OUI extended types (802a), circuits over Ethernet (MEF 8), storage (HyperSCSI, MDS) and some of vendors
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC_HEX, HEX, HEX_DEC, bits, ether, flag, raw, u8, u16, u24, u32, where
from dissect.engine.layer import By, Layer, To
from dissect.layers.named import Named


class RTmac(Named):
    """RTnet's media access."""

    name, label, column = "rtmac", "Real-Time Media Access Control", "RTmac"
    binds = {"ethertype": (0x9021,)}
    reaches = ("data",)

    flags = u8(3, "rtmac.header.flags", "Flags", HEX)
    tunnel = flag(3, "rtmac.header.flags.tunnel", "Tunnelling Flag", 0x01, within=flags)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start
        c.add(cls.content, 3)
        c.pos += 1
        if c.remaining:
            c.child("data")


class RTcfg(Named):
    """RTnet's configuration."""

    name, label, column = "rtcfg", "RTcfg", "RTcfg"
    binds = {"ethertype": (0x9022,)}

    head = u8(0, "rtcfg.vers_id", "Version and ID", HEX)
    version = u8(0, "rtcfg.vers", "Version", mask=0xE0, within=head)
    identifier = u8(0, "rtcfg.id", "ID", HEX, mask=0x1F, within=head)


class LAT(Named):
    """DEC's local area transport: terminals."""

    name, label, column = "lat", "Local Area Transport", "LAT"
    binds = {"ethertype": (0x6004,)}

    rrf = flag(0, "lat.rrf", "RRF", 0x01)
    master = flag(0, "lat.master", "Master", 0x02)
    type = u8(0, "lat.msg_typ", "Message type", mask=0xFC)


class DECSpanningTree(Named):
    """DEC's spanning tree."""

    name, label, column = "dec_stp", "DEC Spanning Tree Protocol", "DEC_STP"
    binds = {"ethertype": (0x8038,), "ppp": (0x0205,)}

    protocol_id = u8(0, "dec_stp.protocol", "Protocol Identifier", HEX)
    type = u8(1, "dec_stp.type", "BPDU Type")
    version = u8(2, "dec_stp.version", "BPDU Version")

    @staticmethod
    def info(type: int) -> str:
        known = {2: "Topology Change Notification", 25: "Hello Packet"}
        return known.get(type, f"Unknown BPDU type ({type})")


class HomePlug(Named):
    """HomePlug 1.0 over power lines."""

    name, label, column = "homeplug", "HomePlug protocol", "HomePlug"
    binds = {"ethertype": (0x887B,)}

    entries = u8(0, "homeplug.mctrl.ne", "Number of MAC Data Entries", mask=0x7F)
    reserved = u8(0, "homeplug.mctrl.rsvd", "Reserved", mask=0x80)


class HomePNA(Named):
    """Phone lines (HomePNA)."""

    name, label, column = "hpna", "HomePNA, wlan link local tunnel", "HomePNA"
    binds = {"ethertype": (0x886C,)}


class TRILL(Layer):
    """Routing bridges (RFC 6325, 3): the frame inside follows."""

    name, label, column = "trill", "TRILL", "TRILL"
    binds = {"ethertype": (0x22F3,)}

    version = u16(0, "trill.version", "Version", DEC_HEX, mask=0xC000)
    reserved = u16(0, "trill.reserved", "Reserved", DEC_HEX, mask=0x3000)
    multi = flag(0, "trill.multi_dst", "Multi Destination", 0x0800, size=2)
    options_size = u16(0, "trill.op_len", "Option Length", DEC_HEX, mask=0x07C0)
    hops = u16(0, "trill.hop_cnt", "Hop Count", DEC_HEX, mask=0x003F)
    egress = u16(2, "trill.egress_nick", "Egress/Root RBridge Nickname", DEC_HEX)
    ingress = u16(4, "trill.ingress_nick", "Ingress RBridge Nickname", DEC_HEX)
    options = raw(6, "trill.options", "Options", size=lambda h: h.options_size * 4, when=lambda h: h.options_size > 0)
    length = lambda h: 6 + h.options_size * 4
    next = (To("eth"),)


class IDP(Layer):
    """XNS's Internet datagrams."""

    name, label, column = "idp", "Internetwork Datagram Protocol", "IDP"
    binds = {"ethertype": (0x0600,), "chdlc.protocol": (0x0600,)}

    checksum = u16(0, "idp.checksum", "Checksum", HEX)
    size_of = u16(2, "idp.len", "Length")
    hops = u8(4, "idp.hops", "Transport Control (Hops)")
    type = u8(5, "idp.packet_type", "Packet Type")
    dst_net, dst_node = u32(6, "idp.dst.net", "Destination Network", HEX), ether(10, "idp.dst.node", "Destination Node")
    dst_socket = u16(16, "idp.dst.socket", "Destination Socket", HEX)
    src_net, src_node = u32(18, "idp.src.net", "Source Network", HEX), ether(22, "idp.src.node", "Source Node")
    src_socket = u16(28, "idp.src.socket", "Source Socket", HEX)
    length = lambda h: 30
    total = lambda h: where((h.size_of >= 30) & (h.size_of <= h.limit - h.start), h.size_of, h.limit - h.start)
    next = (To("data"),)


class VINES(Layer):
    """Banyan's internetwork."""

    name, label, column = "vines_ip", "Banyan Vines IP", "Vines IP"
    binds = {"ethertype": (0x0BAD,), "ppp": (0x0035,)}

    checksum = u16(0, "vines_ip.checksum", "Packet checksum", HEX)
    size_of = u16(2, "vines_ip.length", "Packet length")
    control = u8(4, "vines_ip.tctl", "Transport control", HEX)
    protocol_id = u8(5, "vines_ip.protocol", "Protocol", HEX)
    addresses = raw(6, "vines_ip.addresses", "Destination and source", size=12)
    length = lambda h: 18
    total = lambda h: where((h.size_of >= 18) & (h.size_of <= h.limit - h.start), h.size_of, h.limit - h.start)
    next = (To("data"),)


class VINESFragment(Layer):
    """A piece of a VINES packet in IP."""

    name, label, column = "vines_frp", "Banyan Vines Fragmentation Protocol", "Vines FRP"
    binds = {"ip.proto": (83,), "udp.port": (573,)}

    flags = u8(0, "vines_frp.flags", "Control Flags", HEX)
    first = flag(0, "vines_frp.flags.first_fragment", "First fragment", 0x01, within=flags)
    last = flag(0, "vines_frp.flags.last_fragment", "Last fragment", 0x02, within=flags)
    number = u8(1, "vines_frp.sequence_number", "Sequence Number", HEX)
    next = (To("vines_ip"),)


class VINESLink(Layer):
    """VINES above LLC: which of its two protocols."""

    name, label, column = "vines_llc", "Banyan Vines LLC", "Vines LLC"
    binds = {"llc.dsap": (0xBC,)}

    type = u8(0, "vines_llc.packet_type", "Packet Type", HEX, names={0xBA: "VINES Network Level", 0xBB: "VINES Echo"})
    next = (To("vines_ip", when=lambda h: h.type == 0xBA), To("vines_echo", when=lambda h: h.type == 0xBB), To("data"))


class VINESEcho(Named):
    """Is a VINES station there?"""

    name, label, column = "vines_echo", "Banyan Vines Echo", "Vines Echo"
    binds = {"ethertype": (0x0BAF,)}


class MIH(Named):
    """Handovers between media (IEEE 802.21)."""

    name, label, column = "mih", "Media-Independent Handover", "MIH"
    binds = {"ethertype": (0x8917,), "udp.port": (4551,), "tcp.port": (4551,)}

    version = u8(0, "mih.version", "MIH Version", mask=0xF0)
    version_again = u8(0, "mih.version", "MIH Version", mask=0xF0)  # as Wireshark has it: with its bits, and around them
    bit_fields = (
        flag(0, "mih.acq_req", "MIH ACK-Req", 0x08), flag(0, "mih.acq_resp", "MIH ACK-Resp", 0x04),
        flag(0, "mih.uir", "MIH Unauthenticated info request", 0x02), flag(0, "mih.more_frag", "MIH more fragment", 0x01),
    )  # fmt: skip
    fragment = u8(1, "mih.frag_no", "Fragment No", mask=0xFE)
    message = u16(2, "mih.mid", "MIH message ID", HEX)
    service = u16(2, "mih.service_id", "Service ID", HEX, mask=0xF000, within=message)
    opcode = u16(2, "mih.opcode", "Opcode", HEX, mask=0x0C00, within=message)
    action = u16(2, "mih.action_id", "Action ID", HEX, mask=0x03FF, within=message,
                 when=lambda h: (h.service >= 1) & (h.service <= 4))
    transaction = u16(4, "mih.tid", "TID", mask=0x0FFF)
    size_of = u16(6, "mih.pay_len", "Payload length")


class LLT(Named):
    """Veritas' clusters."""

    name, label, column = "llt", "Veritas Low Latency Transport (LLT)", "LLT"
    binds = {"ethertype": (0xCAFE,)}

    between = ((0, 2),)
    cluster = u8(2, "llt.cluster_num", "Cluster number")
    type = u8(3, "llt.message_type", "Message type", HEX)


class NSRP(Named):
    """NetScreen's redundancy."""

    name, label, column = "nsrp", "Juniper Netscreen Redundant Protocol", "NSRP"
    binds = {"ethertype": (0x8133,)}

    version, type = u8(0, "nsrp.version", "Version"), u8(1, "nsrp.type", "Type")
    cluster, flags = u8(2, "nsrp.clustid", "Clust ID"), u8(3, "nsrp.flag", "Flag")
    size_of = u16(4, "nsrp.length", "Length")


class ECPRI(Named):
    """Radios and their units (eCPRI)."""

    name, label, column = "ecpri", "evolved Common Public Radio Interface", "eCPRI"
    binds = {"ethertype": (0xAEFE,)}

    revision = u8(0, "ecpri.revision", "Protocol Revision", mask=0xF0)
    reserved = u8(0, "ecpri.reserved", "Reserved", mask=0x0E)
    more = flag(0, "ecpri.cbit", "C-Bit", 0x01)
    type = u8(1, "ecpri.type", "Message Type", HEX)
    size_of = u16(2, "ecpri.size", "Payload Size")


class TECMP(Named):
    """What loggers in cars capture."""

    name, label, column = "tecmp", "Technically Enhanced Capture Module Protocol", "TECMP"
    binds = {"ethertype": (0x99FE,)}

    device, counter = u16(0, "tecmp.device_id", "Device ID", HEX), u16(2, "tecmp.counter", "Counter")
    version = u8(4, "tecmp.version", "Version")
    type = u8(5, "tecmp.message_type", "Message Type", HEX)
    data_type = u16(6, "tecmp.data_type", "Data Type", HEX)


class SercosIII(Named):
    """Drives (Sercos III)."""

    name, label, column = "siii", "SERCOS III V1.1", "SIII"
    binds = {"ethertype": (0x88CD,)}


class MediaRedundancy(Named):
    """Rings of PROFINET (IEC 62439)."""

    name, label, column = "pn_mrp", "PROFINET MRP", "PN-MRP"
    binds = {"ethertype": (0x88E3,)}

    version = u16(0, "pn_mrp.version", "MRP_Version")


class DeviceLevelRing(Named):
    """Rings of EtherNet/IP."""

    name, label, column = "dlr", "Device Level Ring", "DLR"
    binds = {"ethertype": (0x80E1,)}

    subtype = u8(0, "enip.dlr.ringsubtype", "Ring Sub-Type", HEX)
    version = u8(1, "enip.dlr.protversion", "Ring Protocol Version")
    type = u8(2, "enip.dlr.frametype", "Frame Type", HEX)
    port = u8(3, "enip.dlr.sourceport", "Source Port", HEX)


class NCSI(Named):
    """A management controller and the network card (DMTF DSP0222)."""

    name, label, column = "ncsi", "NCSI", "NCSI"
    binds = {"ethertype": (0x88F8,)}

    between = ((2, 1), (6, 1))
    controller, revision = u8(0, "ncsi.mc_id", "MC ID", HEX), u8(1, "ncsi.revision", "Revision", HEX)
    instance = u8(3, "ncsi.iid", "IID", HEX)
    type = u8(4, "ncsi.type", "Type", HEX)
    channel = u8(5, "ncsi.chan", "Channel", HEX)
    size_of = u8(7, "ncsi.plen", "Payload Length", HEX)


class HyperSCSI(Named):
    """Disks over Ethernet."""

    name, label, column = "hyperscsi", "HyperSCSI", "HyperSCSI"
    binds = {"ethertype": (0x889A,)}


class MDS(Named):
    """Fibre Channel frames between parts of Cisco's MDS switches, with their check and what they end with."""

    name, label, column = "mdshdr", "MDS Header", "MDS Header"
    binds = {"ethertype": (0xFCFC,)}
    reaches = ("fc", "data")

    unused0 = u8(None, "", "Version", HEX)
    begins = u8(None, "mdshdr.sof", "SOF")
    packet_length = u16(None, "mdshdr.plen", "Packet Len", mask=0x1FFF)
    unused1 = u8(None, "", "Unknown", HEX)
    to_index = u16(None, "mdshdr.dstidx", "Dst Index", HEX, mask=0xFFC)
    from_index = u16(None, "mdshdr.srcidx", "Src Index", HEX, mask=0x3FF)
    fabric = u16(None, "mdshdr.vsan", "VSAN", mask=0xFFF)
    span = u16(None, "mdshdr.span", "SPAN Frame", mask=0xF000)
    ends = u8(None, "mdshdr.eof", "EOF")
    check = u32(None, "mdshdr.crc", "CRC", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        start = c.pos = c.h.start
        size = c.peek(2, 2) & 0x1FFF
        for field in (cls.unused0, cls.begins, cls.packet_length, cls.unused1, cls.to_index):
            c.add(field)
        c.pos -= 1
        c.add(cls.from_index)
        c.add(cls.content, 5)
        c.add(cls.fabric)
        c.pos -= 2
        c.add(cls.span)
        c.add(cls.content, start + 16 - c.pos)
        end = start + 16 + size - 6
        if c.pos <= end <= c.end - 6:
            c.child("fc", end - c.pos)
            c.add(cls.ends)
            c.add(cls.content, 1)
            c.add(cls.check)
        elif c.remaining:
            c.child("fc")
        c.rest(cls.content)


class Roofnet(Named):
    """MIT's mesh."""

    name, label, column = "roofnet", "Roofnet Protocol", "Roofnet"
    binds = {"ethertype": (0x0641, 0x0643, 0x0644, 0x0645)}

    version, type = u8(0, "roofnet.version", "Version"), u8(1, "roofnet.type", "Type")
    links, following = u8(2, "roofnet.nlinks", "Number of Links"), u8(3, "roofnet.next", "Next Link")
    ttl = u16(4, "roofnet.ttl", "Time To Live")
    checksum = u16(6, "roofnet.cksum", "Checksum")
    flags = u16(8, "roofnet.flags", "Flags", HEX)
    size_of = u16(10, "roofnet.datalength", "Data Length")


class BOFL(Named):
    """Is the bridge behind there?"""

    name, label, column = "bofl", "Wellfleet Breath of Life", "BOFL"
    binds = {"ethertype": (0x8102,)}

    pdu, sequence = u32(0, "bofl.pdu", "PDU", HEX), u32(4, "bofl.sequence", "Sequence")

    @staticmethod
    def info(pdu: int, sequence: int) -> str:
        return f"PDU: 0x{pdu:08x} Sequence: {sequence}"


class ISMP(Named):
    """Enterasys' discovery of switches."""

    name, label, column = "ismp", "InterSwitch Message Protocol", "ISMP"
    binds = {"ethertype": (0x81FD,)}

    version = u16(0, "ismp.version", "Version")


class WSMP(Named):
    """Short messages between vehicles (IEEE 1609.3)."""

    name, label, column = "wsmp", "Wave Short Message Protocol(IEEE P1609.3)", "WSMP"
    binds = {"ethertype": (0x88DC,)}

    @staticmethod
    def info() -> str:
        return "WAVE Short Message Protocol IEEE P1609.3"


class IntelTeam(Named):
    """Network cards of a team ask after each other."""

    name, label, column = "ans", "Intel ANS probe", "Intel ANS probe"
    binds = {"ethertype": (0x886D,)}

    application, revision = u16(0, "ans.app_id", "Application ID", HEX), u16(2, "ans.rev_id", "Revision ID", HEX)
    sequence, sender = u32(4, "ans.seq_num", "Sequence Number"), u16(8, "ans.sender_id", "Sender ID")
    team = ether(10, "ans.team_id", "Team ID")

    @staticmethod
    def info(sequence: int, sender: int, team: bytes) -> str:
        return f"Sequence: {sequence}, Sender ID {sender}, Team ID {team.hex(':')}"


class SeamlessRedundancy(Layer):
    """A tag with the number of a frame that is sent twice (IEEE 802.1CB)."""

    name, label, column = "ieee8021cb", "802.1CB Redundancy Tag", "R-Tag"
    binds = {"ethertype": (0xF1C1,)}

    reserved = u16(0, "ieee8021cb.before", "Reserved", HEX)
    sequence = u16(2, "ieee8021cb.seq", "SEQ", HEX_DEC)
    type = u16(4, "ieee8021cb.etype", "Type", HEX)
    length = lambda h: 6
    next = (By("ethertype", lambda h: h.type, via="ethertype"),)

    @staticmethod
    def info(sequence: int) -> str:
        return f"SEQ: {sequence}"


class EdgeControl(Layer):
    """Edge virtual bridging (IEEE 802.1Qbg)."""

    name, label, column = "ecp21", "Edge Control Protocol", "ECP"
    binds = {"ethertype": (0x8940,)}

    version = u16(0, "ecp.ver", "Version", mask=0xF000)
    operation = u16(0, "ecp.op", "Operation", HEX, mask=0x0C00)
    subtype = u16(0, "ecp.subtype", "Subtype", HEX, mask=0x03FF)
    sequence = u16(2, "ecp.seqno", "Sequence number")
    length = lambda h: 4
    next = (To("data"),)


class OUIExtended(Layer):
    """Types of an organisation's own (IEEE 802a)."""

    name, label, column = "ieee802a", "IEEE802a OUI Extended Ethertype", "IEEE802a"
    binds = {"ethertype": (0x88B7,)}

    oui, pid = u24(0, "ieee802a.oui", "Organization Code"), u16(3, "ieee802a.pid", "Protocol ID", HEX)
    length = lambda h: 5
    next = (To("data"),)


class Circuits(Layer):
    """Circuits over Ethernet (MEF 8)."""

    name, label, column = "cesoeth", "Circuit Emulation Service over Ethernet", "CESoETH"
    binds = {"ethertype": (0x88D8,)}

    circuit = u32(0, "cesoeth.ecid", "ECID", HEX, mask=0xFFFFF000)
    reserved = u32(0, "cesoeth.res", "Reserved", HEX, mask=0x00000FFF)
    control = u32(4, "cesoeth.cw", "Control word", HEX)
    control_bits = bits(control, "cesoeth.cw", ("l", "L-bit", 0x08000000), ("r", "R-bit", 0x04000000))
    middle = u32(4, "cesoeth.cw.m", "M-bits", HEX, mask=0x03000000, within=control)
    fragment = u32(4, "cesoeth.cw.frg", "Frg", HEX, mask=0x00C00000, within=control)
    size_of = u32(4, "cesoeth.cw.len", "Len", mask=0x003F0000, within=control)
    sequence = u32(4, "cesoeth.cw.sn", "SN", mask=0x0000FFFF, within=control)
    length = lambda h: 8
    next = (To("data"),)


class LINX(Named):
    """Messages between processes of OSE."""

    name, label, column = "linx", "ENEA LINX", "LINX"
    binds = {"ethertype": (0x8911,)}


class Telkonet(Named):
    """Power lines of Telkonet."""

    name, label, column = "telkonet", "Telkonet powerline", "TELKONET"
    binds = {"ethertype": (0x88A1,)}


class QNX(Named):
    """QNX's network, its fourth level."""

    name, label, column = "lwl4", "QNX6 QNET LWL4 protocol", "QNET_LWL4"
    binds = {"ethertype": (0x8204,)}


class MSRP(Named):
    """Streams are reserved (IEEE 802.1Q, 35)."""

    name, label, column = "mrp-msrp", "Multiple Stream Reservation Protocol", "MRP-MSRP"
    binds = {"ethertype": (0x22EA,)}

    version = u8(0, "mrp-msrp.protocol_version", "Protocol Version", HEX)

    @staticmethod
    def info() -> str:
        return "Multiple Stream Reservation Protocol"


class MDP(Named):
    """Meraki's discovery."""

    name, label, column = "mdp", "Meraki Discovery Protocol", "MDP"
    binds = {"ethertype": (0x0712, 0x0713)}

    @staticmethod
    def info() -> str:
        return "MDP"


class BroadcomTag(Named):
    """A switch's port, before a frame."""

    name, label, column = "brcm-tag", "Broadcom tag protocol", "Broadcom tag"
    binds = {"ethertype": (0x8874,)}


class ELMI(Named):
    """Ethernet's local management (MEF 16)."""

    name, label, column = "elmi", "Ethernet Local Management Interface", "E-LMI"
    binds = {"ethertype": (0x88EE,)}

    version, type = u8(0, "elmi.version", "Version"), u8(1, "elmi.message_type", "Message type", HEX)


class CableLabs(Named):
    """CableLabs' layer 3."""

    name, label, column = "cl3", "CableLabs Layer 3 Protocol", "CL3"
    binds = {"ethertype": (0xB4E3,)}


class XIP(Named):
    """The expressive Internet's header."""

    name, label, column = "xip", "eXpressive Internet Protocol", "XIP"
    binds = {"ethertype": (0xC0DE,)}

    @staticmethod
    def info() -> str:
        return "XIP Packet"


class NWP(Named):
    """Neighbours of XIP."""

    name, label, column = "nwp", "Neighborhood Watch Protocol", "NWP"
    binds = {"ethertype": (0xC0DF,)}


class FLIP(Named):
    """NSN's FLIP."""

    name, label, column = "flip", "NSN FLIP", "FLIP"
    binds = {"ethertype": (0x8901,)}


class WCP(Named):
    """Compressed frames of Wellfleet."""

    name, label, column = "wcp", "Wellfleet Compression", "WCP"
    binds = {"ethertype": (0x80FF,)}


class TDMoE(Named):
    """Telephone channels over Ethernet (Digium)."""

    name, label, column = "tdmoe", "Digium TDMoE Protocol", "TDMoE"
    binds = {"ethertype": (0xD00D,)}


class DECT(Named):
    """Cordless phones."""

    name, label, column = "dect", "DECT Protocol", "DECT"
    binds = {"ethertype": (0x2323,)}
