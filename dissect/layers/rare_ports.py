"""Services that few captures hold, by their ports: the fixed head of each message, what follows is octets.

    Files and disks (9P, NDMP, NVMe over TCP, Lustre, PVFS), remote work (Synergy, JDWP, Gryphon), peers (Soulseek, Gadu-Gadu), names
    (WINS replication), clusters (DLM), RFID (LLRP), DHCP failover, players (SlimProto), ad-hoc routing (RFC 5444),
    deep space (LTP, RFC 5326), RTPproxy, charging (GTP'), authentication for networks (PANA, RFC 5191)
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, flag, raw, u8, u16, u32, where
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.layers.gtp import KNOWN as KNOWN_TO_GTP
from dissect.layers.named import Named

SLIM = b"lisdhmuerD2"


class NineP(Named):
    """Plan 9's file system; numbers are little-endian."""

    name, label, column = "9p", "Plan 9", "9P"
    binds = {"tcp.port": (564,)}
    messages = Messages(header=4, length=lambda p: where(p.u8(3) == 0, p.u8(0) + (p.u8(1) << 8) + (p.u8(2) << 16), AS_IT_IS))

    size_of = u32(0, "9p.msglen", "Msg length", little=True)
    type = u8(4, "9p.msgtype", "Msg Type")
    tag = u16(5, "9p.tag", "Tag", little=True)


class NVMe(Named):
    """NVMe over TCP; numbers are little-endian."""

    name, label, column = "nvme-tcp", "NVM Express Fabrics TCP", "NVMe/TCP"
    binds = {"tcp.port": (4420,)}
    messages = Messages(header=8, length=lambda p: where(
        (p.u8(7) == 0) & (p.u8(4) + (p.u8(5) << 8) + (p.u8(6) << 16) >= 8),
        p.u8(4) + (p.u8(5) << 8) + (p.u8(6) << 16), AS_IT_IS))  # fmt: skip

    type = u8(0, "nvme-tcp.type", "Pdu Type")
    flags = u8(1, "nvme-tcp.flags", "Pdu Specific Flags", HEX)
    header_digest = flag(1, "nvme-tcp.flags.pdu.hdgst", "PDU Header Digest", 0x01, within=flags)
    data_digest = flag(1, "nvme-tcp.flags.pdu.ddgst", "PDU Data Digest", 0x02, within=flags)


class WINSReplication(Named):
    """WINS servers tell each other names."""

    name, label, column = "winsrepl", "WINS (Windows Internet Name Service) Replication", "WINS-Replication"
    binds = {"tcp.port": (42,)}
    messages = Messages(header=4, length=lambda p: where(p.u16(0) == 0, 4 + p.u16(2), AS_IT_IS))

    size_of = u32(0, "winsrepl.size", "Packet Size")
    opcode = u32(4, "winsrepl.opcode", "Opcode", HEX)


class Synergy(Named):
    """One keyboard and mouse for several screens."""

    name, label, column = "synergy", "Synergy", "Synergy"
    binds = {"tcp.port": (24800,)}
    messages = Messages(header=4, length=lambda p: where(p.u16(0) == 0, 4 + p.u16(2), AS_IT_IS))

    size_of = u32(0, "synergy.packet_len", "Packet Length")


class JDWP(Named):
    """Java's debugger."""

    name, label, column = "jdwp", "Java Debug Wire Protocol", "JDWP"
    binds = {"tcp.port": (9009,)}
    messages = Messages(header=4, length=lambda p: where((p.u16(0) == 0) & (p.u16(2) >= 11), p.u16(2), AS_IT_IS))
    accepts = lambda p: (p.u16(0) == 0) & (p.u16(2) >= 11)

    size_of = u32(0, "jdwp.length", "Length")
    identifier = u32(4, "jdwp.id", "id")
    flags = u8(8, "jdwp.flags", "flags", HEX)


class Soulseek(Named):
    """Soulseek's file sharing; numbers are little-endian."""

    name, label, column = "slsk", "SoulSeek Protocol", "SoulSeek"
    binds = {"tcp.port": (2234, 2240, 5534)}
    messages = Messages(header=4, length=lambda p: where((p.u8(2) == 0) & (p.u8(3) == 0), 4 + p.u8(0) + (p.u8(1) << 8), AS_IT_IS))

    size_of = u32(0, "slsk.message.length", "Message Length", little=True)


class GaduGadu(Named):
    """Gadu-Gadu's messenger; numbers are little-endian."""

    name, label, column = "gadu-gadu", "Gadu-Gadu Protocol", "Gadu-Gadu"
    binds = {"tcp.port": (8074,)}
    messages = Messages(header=8, length=lambda p: where((p.u8(6) == 0) & (p.u8(7) == 0), 8 + p.u8(4) + (p.u8(5) << 8), AS_IT_IS))


class DLM(Named):
    """Linux' distributed locks."""

    name, label, column = "dlm3", "Distributed Lock Manager", "DLM3"
    binds = {"tcp.port": (21064,), "sctp.port": (21064,)}
    accepts = lambda p: (p.length >= 20) & (p.u8(2) == 3) & (p.u8(3) == 0)


class LLRP(Named):
    """Readers of RFID tags."""

    name, label, column = "llrp", "Low Level Reader Protocol", "LLRP"
    binds = {"tcp.port": (5084,)}
    messages = Messages(header=6, length=lambda p: where((p.u16(2) == 0) & (p.u16(4) >= 10), p.u16(4), AS_IT_IS))

    version = u8(0, "llrp.version", "Version", HEX, mask=0x1C)
    type = u16(0, "llrp.type", "Type", mask=0x03FF)
    size_of = u32(2, "llrp.length", "Length")
    identifier = u32(6, "llrp.id", "ID")


class DHCPFailover(Named):
    """Two DHCP servers that stand in for each other."""

    name, label, column = "dhcpfo", "DHCP Failover", "DHCPFO"
    binds = {"tcp.port": (647,)}
    messages = Messages(header=2, length=lambda p: where(p.u16(0) >= 12, p.u16(0), AS_IT_IS))

    size_of = u16(0, "dhcpfo.length", "Message length")
    type = u8(2, "dhcpfo.type", "Message Type")
    offset = u8(3, "dhcpfo.payloadoffset", "Payload Offset")


class Gryphon(Named):
    """Vehicles' networks behind a Gryphon."""

    name, label, column = "gryphon", "DG Gryphon Protocol", "Gryphon"
    binds = {"tcp.port": (7000,)}
    messages = Messages(header=6, length=lambda p: 8 + (p.u16(4) + 3 & 0xFFFC))

    sender, sender_channel = u8(0, "gryphon.src", "Source", HEX), u8(1, "gryphon.srcchan", "Source channel")
    target = u8(2, "gryphon.dest", "Destination", HEX)


class Netsync(Named):
    """Monotone's repositories."""

    name, label, column = "netsync", "Monotone Netsync", "Netsync"
    binds = {"tcp.port": (5253,)}


class Sametime(Named):
    """Lotus' messenger."""

    name, label, column = "sametime", "Sametime Protocol", "SAMETIME"
    binds = {"tcp.port": (1533,)}
    messages = Messages(header=4, length=lambda p: where(p.u16(0) == 0, 4 + p.u16(2), AS_IT_IS))


class TPM(Named):
    """A simulated trusted platform module."""

    name, label, column = "tpm", "TPM2.0 Protocol", "TPM"
    binds = {"tcp.port": (2321, 2322)}


class VICP(Named):
    """LeCroy's instruments."""

    name, label, column = "vicp", "LeCroy VICP", "VICP"
    binds = {"tcp.port": (1861,)}
    accepts = lambda p: p.length >= 8

    operation, version = u8(0, "vicp.operation", "Operation", HEX), u8(1, "vicp.version", "Protocol version")
    sequence, unused = u8(2, "vicp.sequence", "Sequence number"), u8(3, "vicp.unused", "Unused")
    size_of = u32(4, "vicp.length", "Data length")


class GiFT(Named):
    """giFT's file sharing."""

    name, label, column = "gift", "giFT Internet File Transfer", "giFT"
    binds = {"tcp.port": (1213,)}


class BEEP(Named):
    """Blocks Extensible Exchange Protocol (RFC 3080)."""

    name, label, column = "beep", "Blocks Extensible Exchange Protocol", "BEEP"
    binds = {"tcp.port": (10288,)}


class OMAPI(Named):
    """ISC's servers are managed."""

    name, label, column = "omapi", "ISC Object Management API", "OMAPI"
    binds = {"tcp.port": (7911,)}
    accepts = lambda p: p.length >= 8


class IPSICTL(Named):
    """Avaya's gateways are controlled."""

    name, label, column = "ipsictl", "IPSICTL", "IPSICTL"
    binds = {"tcp.port": (5010,)}


class AllJoyn(Named):
    """AllJoyn's names."""

    name, label, column = "ajns", "AllJoyn Name Service Protocol", "ALLJOYN-NS"
    binds = {"tcp.port": (9956,), "udp.port": (9956,)}


class AX4000(Named):
    """Test packets of Spirent's AX/4000."""

    name, label, column = "ax4000", "AX/4000 Test Block", "AX4000"
    binds = {"tcp.port": (3357,), "udp.port": (3357,), "ip.proto": (173,)}


class RSIP(Named):
    """Realm-specific addresses (RFC 3103)."""

    name, label, column = "rsip", "Realm Specific IP Protocol", "RSIP"
    binds = {"tcp.port": (4555,), "udp.port": (4555,)}

    version, type = u8(0, "rsip.version", "Protocol version"), u8(1, "rsip.message_type", "Message type")
    size_of = u16(2, "rsip.message_length", "Message length")


class CBSP(Named):
    """Cell broadcasts (3GPP TS 48.049)."""

    name, label, column = "cbsp", "3GPP/GSM Cell Broadcast Service Protocol", "CBSP"
    binds = {"tcp.port": (48049,)}


# -- datagrams


class SlimProto(Named):
    """Slim Devices' players."""

    name, label, column = "slimp3", "SliMP3 Communication Protocol", "SliMP3"
    binds = {"udp.port": (1069, 3483)}
    accepts = lambda p: _slim(p)

    opcode = u8(0, "slimp3.opcode", "Opcode")


def _slim(p: Any) -> Any:
    """Whether the first octet is one of the letters that its messages begin with."""
    first = p.u8(0)
    found = (p.length >= 18) & (first == SLIM[0])
    for letter in SLIM[1:]:
        found = found | (p.length >= 18) & (first == letter)
    return found


class KDP(Named):
    """A Mac's kernel is debugged."""

    name, label, column = "kdp", "Kontiki Delivery Protocol", "KDP"
    binds = {"udp.port": (19948,)}


class LTP(Named):
    """Licklider's transmission for long delays (RFC 5326)."""

    name, label, column = "ltp", "Licklider Transmission Protocol", "LTP Segment"
    binds = {"udp.port": (1113,)}
    accepts = lambda p: p.u8(0) >> 4 == 0

    version = u8(0, "ltp.version", "LTP Version", mask=0xF0)
    type = u8(0, "ltp.type", "LTP Type", HEX, mask=0x0F)


class PacketBB(Named):
    """What routers of ad-hoc networks tell each other (RFC 5444)."""

    name, label, column = "packetbb", "PacketBB Protocol", "packetbb"
    binds = {"udp.port": (269,)}
    accepts = lambda p: p.u8(0) >> 4 == 0

    version = u8(0, "packetbb.version", "Version", mask=0xF0)


class PANA(Named):
    """Authentication for access to a network (RFC 5191)."""

    name, label, column = "pana", "Protocol for carrying Authentication for Network Access", "PANA"
    heuristics = ("udp",)
    probe = lambda p: (
        (p.length >= 16) & (p.u16(0) == 0) & (p.u16(2) == p.length) & (p.u16(4) & 0x03FF == 0) & (p.u16(6) >= 1) & (p.u16(6) <= 4)
    )

    reserved = raw(0, "pana.reserved", "PANA Reserved", size=2)
    between = ((4, 2),)
    size_of = u16(2, "pana.length", "PANA Message Length")
    type = u16(6, "pana.type", "Message Type")
    session = u32(8, "pana.sid", "Session ID", HEX)
    sequence = u32(12, "pana.seq", "Sequence Number")


class CNIP(Named):
    """LonWorks over IP (EIA 852)."""

    name, label, column = "cnip", "Component Network over IP", "CN/IP"
    binds = {"udp.port": (1628, 1629)}

    size_of = u16(0, "cnip.len", "Length")
    version, type = u8(2, "cnip.ver", "Version", HEX), u8(3, "cnip.type", "Packet type", HEX)


class GTPPrime(Named):
    """Charging records (3GPP TS 32.295)."""

    name, label, column = "gtpprime", "GPRS Tunneling Protocol Prime", "GTP"
    binds = {"udp.port": (3386,), "tcp.port": (3386,)}
    accepts = lambda p: (p.u8(0) >> 5 <= 2) & (p.u8(0) & 0x10 == 0) & KNOWN_TO_GTP[p.u8(1)]

    flags = u8(0, "gtp.flags", "Flags", HEX)
    type = u8(1, "gtp.message", "Message Type", HEX)
    size_of = u16(2, "gtp.length", "Length")


class RTPProxy(Named):
    """Commands to a proxy of RTP: text behind a cookie."""

    name, label, column = "rtpproxy", "Sippy RTPproxy Protocol", "RTPproxy"
    binds = {"udp.port": (22222,), "tcp.port": (22222,)}
    accepts = lambda p: (p.length > 0) & (p.u8(0) >= 0x20) & (p.u8(0) < 0x7F)


class Find(Named):
    """ARA find."""

    name, label, column = "find", "Find Identification of Network Devices", "FIND"
    binds = {"udp.port": (1001,)}


class Xyplex(Named):
    """Xyplex' terminal servers."""

    name, label, column = "xyplex", "Xyplex", "XYPLEX"
    binds = {"udp.port": (173,)}

    type, padding = u8(0, "xyplex.type", "Type"), u8(1, "xyplex.pad", "Pad")
    server, back = u16(2, "xyplex.server_port", "Server Port"), u16(4, "xyplex.return_port", "Return Port")

    @staticmethod
    def info(type: int, server: int, back: int) -> str:
        return f"Registration Request: {server} Return: {back}"


class A21(Named):
    """3GPP2's A21 interface."""

    name, label, column = "a21", "A21 Protocol", "A21"
    binds = {"udp.port": (23272,)}


class PacketCable(Named):
    """Keys of PacketCable."""

    name, label, column = "pktc", "PacketCable", "PKTC"
    binds = {"udp.port": (1293,)}


class TETRA(Named):
    """TETRA's radio."""

    name, label, column = "tetra", "TETRA Protocol", "TETRA"
    binds = {"udp.port": (7074,)}


class IDN(Named):
    """Lasers (ILDA digital network)."""

    name, label, column = "idn", "Ilda Digital Network Protocol", "IDN"
    binds = {"udp.port": (7255,)}


class ULP(Named):
    """Where a mobile is (OMA)."""

    name, label, column = "ulp", "OMA UserPlane Location Protocol", "ULP"
    binds = {"udp.port": (7275,), "tcp.port": (7275,)}
    messages = Messages(header=2, length=lambda p: where(p.u16(0) >= 2, p.u16(0), AS_IT_IS))


class DLEPSignal(Named):
    """Radios and routers (RFC 8175)."""

    name, label, column = "dlep", "Dynamic Link Exchange Protocol", "DLEP"
    binds = {"udp.port": (854,)}


class HCrt(Named):
    """Hotline of hardware and software for coverage and regression tests."""

    name, label, column = "hcrt", "Hotline Command-Response Transaction protocol", "HCrt"
    binds = {"udp.port": (47000,), "ethertype": (0xF052,)}


class NovellCluster(Named):
    """Novell's clusters are alive."""

    name, label, column = "ncs", "Novell Cluster Services", "NCS"
    binds = {"ip.proto": (224,)}


# -- above SCTP


class ASAP(Named):
    """Elements of pools register (RFC 5352)."""

    name, label, column = "asap", "Aggregate Server Access Protocol", "ASAP"
    binds = {"sctp.ppi": (11,), "sctp.port": (3863,), "udp.port": (3863,), "tcp.port": (3863,)}

    type, flags = u8(0, "asap.message_type", "Type"), u8(1, "asap.message_flags", "Flags", HEX)
    size_of = u16(2, "asap.message_length", "Length")


class ENRP(Named):
    """Registrars of pools tell each other (RFC 5353)."""

    name, label, column = "enrp", "Endpoint Handlespace Redundancy Protocol", "ENRP"
    binds = {"sctp.ppi": (12,), "sctp.port": (9901,), "udp.port": (9901,)}

    type, flags = u8(0, "enrp.message_type", "Type"), u8(1, "enrp.message_flags", "Flags", HEX)
    size_of = u16(2, "enrp.message_length", "Length")


class DUA(Named):
    """DPNSS over IP (RFC 4129)."""

    name, label, column = "dua", "DPNSS/DASS2-User Adaptation Layer", "DUA"
    binds = {"sctp.ppi": (10,)}

    version, reserved = u8(0, "dua.version", "Version"), u8(1, "dua.reserved", "Reserved", HEX)
    klass, type = u8(2, "dua.message_class", "Message class"), u8(3, "dua.message_type", "Message type")
    size_of = u32(4, "dua.message_length", "Message length")


class V5UA(Named):
    """V5.2 over IP (RFC 3807)."""

    name, label, column = "v5ua", "V5.2-User Adaptation Layer", "V5UA"
    binds = {"sctp.ppi": (6,), "sctp.port": (5675, 10001)}

    version, reserved = u8(0, "v5ua.version", "Version"), u8(1, "v5ua.reserved", "Reserved", HEX)
    klass, type = u8(2, "v5ua.msg_class", "Message class"), u8(3, "v5ua.msg_type", "Message Type")
    size_of = u32(4, "v5ua.msg_length", "Message length")


class IUA(Named):
    """ISDN's call control over IP (RFC 4233)."""

    name, label, column = "iua", "ISDN Q.921-User Adaptation Layer", "IUA (RFC 3057)"
    binds = {"sctp.ppi": (1,), "sctp.port": (9900,)}

    version, reserved = u8(0, "iua.version", "Version"), u8(1, "iua.reserved", "Reserved", HEX)
    klass, type = u8(2, "iua.message_class", "Message class"), u8(3, "iua.message_type", "Message Type")
    size_of = u32(4, "iua.message_length", "Message length")


class BICC(Named):
    """Calls without circuits (ITU-T Q.1901)."""

    name, label, column = "bicc", "Bearer Independent Call Control", "BICC(ITU)"
    binds = {"sctp.ppi": (8,), "mtp3.service_indicator": (13,)}

    circuit = u32(0, "bicc.cic", "Call identification Code (CIC)", little=True)


class DataChannel(Named):
    """WebRTC's channels are opened (RFC 8832)."""

    name, label, column = "rtcdc", "WebRTC Datachannel Protocol", "RTCDC"
    binds = {"sctp.ppi": (50,)}

    type = u8(0, "rtcdc.message_type", "Message type")
