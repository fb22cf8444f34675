"""Services of which the fixed head is told: what follows it is octets.

    Art-Net, the kernel's packet generator, Check Point's clusters, Aruba's PAPI, MikroTik's MAC-Telnet, WCCP, simulators (DIS),
    radar (ASTERIX), cameras (GigE Vision), S-Bus and S-I/O, Steam, DRDA, routers' own daemons, AgentX, Kerberos passwords
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, flag, group, ipv4, raw, string, u8, u16, u32, u64, where
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely
from dissect.layers.named import Named, begins


class ArtNet(Named):
    """Stage lights (Art-Net 4); numbers are little-endian."""

    name, label, column = "artnet", "Art-Net", "ARTNET"
    likely = Likely.opening(b"Art-Net")
    heuristics, probe = ("udp",), lambda p: (p.length >= 9) & begins(p, b"Art-Net\0")

    identifier = string(0, "artnet.header.id", "Id", size=8)
    opcode = u16(8, "artnet.header.opcode", "Opcode", HEX, little=True)


class PacketGenerator(Named):
    """What Linux's pktgen sends."""

    name, label, column = "pktgen", "Linux Kernel Packet Generator", "PKTGEN"
    likely = Likely.opening(b"\xbe\x9b\xe9\x55")
    heuristics, probe = ("udp",), lambda p: (p.length >= 16) & (p.u32(0) == 0xBE9BE955)

    magic = u32(0, "pktgen.magic", "Magic number", HEX)
    sequence = u32(4, "pktgen.seqnum", "Sequence number")
    seconds, micros = u32(8, "pktgen.tvsec", "Timestamp tvsec"), u32(12, "pktgen.tvusec", "Timestamp tvusec")


class ClusterXL(Named):
    """Check Point's firewalls tell each other that they live."""

    name, label, column = "cpha", "Check Point High Availability Protocol", "CPHA"
    binds = {"udp.port": (8116,)}
    accepts = lambda p: p.u16(0) == 0x1A90

    magic = u16(0, "cpha.magic_number", "CPHAP Magic Number", HEX)
    version = u16(2, "cpha.version", "Protocol Version")
    cluster = u16(4, "cpha.cluster_number", "Cluster Number")
    opcode = u16(6, "cpha.opcode", "HA OpCode")


class PAPI(Named):
    """Aruba's controllers and access points."""

    name, label, column = "papi", "Aruba PAPI", "PAPI"
    binds = {"udp.port": (8211,)}
    accepts = lambda p: p.u16(0) == 0x4972

    magic = u16(0, "papi.hdr.magic", "Magic", HEX)
    version = u16(2, "papi.hdr.version", "Version")
    to_address, from_address = ipv4(4, "papi.hdr.dest.ip", "Destination IP"), ipv4(8, "papi.hdr.src.ip", "Source IP")


class Mosh(Named):
    """The mobile shell: a nonce that tells the direction and counts, and what is encrypted by it."""

    name, label, column = "ssyncp", "State Synchronization Protocol", "SSyncP"
    binds = {"udp.port": (60001,)}
    accepts = lambda p: (p.length >= 38) & (p.u32(0) & 0x7FFFFFFF < 8)  # see `number`

    direction = flag(0, "ssyncp.direction", "Direction", 0x80)
    number = u64(0, "ssyncp.seq", "Sequence number", HEX, mask=0x7FFFFFFFFFFFFFFF)  # from 0: none comes to 2^35
    sealed = raw(None, "ssyncp.enc_data", "Encrypted data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("Server->Client" if c.h.direction else "Client->Server")
        c.pos = c.h.start + 8
        c.rest(cls.sealed)


class Sebek(Named):
    """What is typed in a honeypot."""

    name, label, column = "sebek", "SEBEK - Kernel Data Capture", "SEBEK"
    binds = {"udp.port": (1101,)}
    accepts = lambda p: (p.u16(4) == 2) | (p.u16(4) == 3)

    magic, version = u32(0, "sebek.magic", "Magic", HEX), u16(4, "sebek.version", "Version")
    type, counter = u16(6, "sebek.type", "Type"), u32(8, "sebek.counter", "Counter")


class MACTelnet(Named):
    """A shell of MikroTik's routers."""

    name, label, column = "mactelnet", "MikroTik MAC-Telnet Protocol", "MAC-Telnet"
    binds = {"udp.port": (20561,)}
    accepts = lambda p: (p.length >= 18) & (p.u8(0) == 1) & ((p.u8(1) <= 5) | (p.u8(1) == 255))

    version = u8(0, "mactelnet.protocol_version", "Protocol Version")
    type = u8(1, "mactelnet.type", "Type")
    from_mac = ether(2, "mactelnet.source_mac", "Source MAC")
    to_mac = ether(8, "mactelnet.destination_mac", "Destination MAC")


class WCCP(Named):
    """Caches and routers find each other."""

    name, label, column = "wccp", "Web Cache Communication Protocol", "WCCP"
    binds = {"udp.port": (2048,)}
    accepts = lambda p: (p.u32(0) >= 7) & (p.u32(0) <= 13)

    message = u32(0, "wccp.message", "WCCP Message Type")


class IAPP(Named):
    """Between access points (IEEE 802.11F)."""

    name, label, column = "iapp", "Inter-Access-Point Protocol", "IAPP"
    binds = {"udp.port": (2313,)}

    version, type = u8(0, "iapp.version", "Version"), u8(1, "iapp.type", "type")


class DIS(Named):
    """Simulators that share a battlefield (IEEE 1278.1)."""

    name, label, column = "dis", "Distributed Interactive Simulation", "DIS"
    binds = {"udp.port": (3000,)}
    accepts = lambda p: p.length > 12

    version, exercise = u8(0, "dis.proto_ver", "Proto version"), u8(1, "dis.exer_id", "Exercise ID")
    type, family = u8(2, "dis.pdu_type", "PDU type"), u8(3, "dis.proto_fam", "Proto Family")


class Asterix(Named):
    """What radars see (EUROCONTROL ASTERIX): blocks of a category."""

    name, label, column = "asterix", "ASTERIX packet", "ASTERIX"
    binds = {"udp.port": (8600,)}

    block = group("", "Block")
    category = u8(None, "asterix.category", "Category")
    size_of = u16(None, "asterix.length", "Length")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining:
            with c.group(cls.block, min(max(c.peek(2, 1), 3), c.limit - c.pos)) as c:
                c.add(cls.category)
                c.add(cls.size_of)
                c.rest(cls.content)


class GVCP(Named):
    """Control of cameras (GigE Vision)."""

    name, label, column = "gvcp", "GigE Vision Control Protocol", "GVCP"
    binds = {"udp.port": (3956,)}
    accepts = lambda p: (p.length >= 8) & ((p.u8(0) == 0x42) | (p.u8(2) <= 1) & (p.u8(3) & 1 > 0) & (p.u8(0) & 0x40 == 0))


class SBus(Named):
    """Saia's controllers, over Ethernet."""

    name, label, column = "sbus", "SAIA S-Bus", "SBUS"
    binds = {"udp.port": (5050,)}
    accepts = lambda p: (p.length >= 8) & (p.u32(0) == p.reported)

    size_of = u32(0, "sbus.len", "Length (bytes)")
    version, protocol = u8(4, "sbus.vers", "Version"), u8(5, "sbus.proto", "Protocol type")
    sequence, attribute = u16(6, "sbus.seq", "Sequence"), u8(8, "sbus.att", "Telegram attribute", HEX)


class ESIO(Named):
    """Their input and output data."""

    name, label, column = "esio", "SAIA Ether-S-I/O protocol", "ESIO"
    binds = {"udp.port": (6060,)}
    accepts = lambda p: (p.length >= 20) & begins(p, b"ESIO") & (p.u16(4) <= 2) & (p.u16(6) == 0)


class Steam(Named):
    """Steam looks for other machines to play on."""

    name, label, column = "steam_ihs_discovery", "Steam In-Home Streaming Discovery Protocol", "STEAMDISCOVER"
    binds = {"udp.port": (27036,)}
    accepts = lambda p: (p.length >= 12) & (p.u32(0) == 0xFFFFFFFF) & (p.u32(4) == 0x214C5FA0)

    signature = u64(0, "steam_ihs_discovery.signature", "Signature", HEX, little=True)


class DRDA(Named):
    """IBM's databases."""

    name, label, column = "drda", "DRDA", "DRDA"
    heuristics = ("tcp",)
    likely = Likely({2: b"\xd0"})
    probe = lambda p: (
        (p.length >= 10) & (p.u8(2) == 0xD0) & (p.u8(3) & 15 >= 1) & (p.u8(3) & 15 <= 5) & (p.u16(0) >= 10)
        & (p.u16(6) + 6 == p.u16(0))
    )  # fmt: skip
    messages = Messages(header=6, length=lambda p: where((p.u8(2) == 0xD0) & (p.u16(0) >= 10), p.u16(0), AS_IT_IS))


class Zebra(Named):
    """Routing daemons (Zebra, Quagga, FRR) speak with the one that knows the kernel's routes."""

    name, label, column = "zebra", "Zebra Protocol", "ZEBRA"
    binds = {"tcp.port": (2600,)}


class AgentX(Named):
    """Agents that answer SNMP's questions for a master (RFC 2741)."""

    name, label, column = "agentx", "AgentX", "AgentX"
    binds = {"tcp.port": (705,)}
    accepts = lambda p: (p.u8(0) == 1) & (p.u8(1) >= 1) & (p.u8(1) <= 18)
    messages = Messages(
        header=20,
        length=lambda p: 20 + where(
            p.u8(2) & 0x10 > 0, p.u32(16), p.u8(16) + (p.u8(17) << 8) + (p.u8(18) << 16) + (p.u8(19) << 24)
        ),
    )  # fmt: skip

    version, type = u8(0, "agentx.version", "Version"), u8(1, "agentx.type", "Type")
    flags = u8(2, "agentx.flags", "Flags", HEX)


class Kpasswd(Named):
    """Passwords of Kerberos principals changed (RFC 3244)."""

    name, label, column = "kpasswd", "MS Kpasswd", "KPASSWD"
    binds = {"udp.port": (464,)}

    size_of, version = u16(0, "kpasswd.message_len", "Message Length"), u16(2, "kpasswd.version", "Version", HEX)


class Armagetron(Named):
    """A game of light cycles: messages of a number and as many 16-bit words."""

    name, label, column = "armagetronad", "The Armagetron Advanced OpenGL Tron clone", "Armagetronad"
    binds = {"udp.port": (4533, 4534)}
    accepts = lambda p: (p.length >= 8) & (p.u16(4) * 2 + 8 <= p.reported)

    message = group("armagetronad.message", "Message")
    descriptor = u16(None, "armagetronad.descriptor_id", "Descriptor")
    number = u16(None, "armagetronad.message_id", "Message ID", HEX)
    words = u16(None, "armagetronad.data_len", "DataLen")
    data = raw(None, "armagetronad.data", "Data")
    sender = u16(None, "armagetronad.sender_id", "SenderID", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining > 2:
            size = min(6 + 2 * c.peek(2, 4), c.limit - c.pos - 2)
            if size < 6:
                break
            with c.group(cls.message, size) as c:
                for field in (cls.descriptor, cls.number, cls.words):
                    c.add(field)
                if c.remaining:
                    c.add(cls.data, c.remaining)
        if c.remaining == 2:
            c.add(cls.sender)
        c.rest(cls.content)
