"""Link layers of a line or two: Classical IP over ATM, SunATM, IP over Fibre Channel and over IEEE 1394,
Symantec's firewall, I2C, LocalTalk, PKTAP, and those whose link type is the user's own (LINKTYPE_USER0 to 15), of which nobody but the user knows what they carry."""

from __future__ import annotations

from dissect.engine.fields import HEX, STRINGZ, Expr, Field, flag, ipv4, raw, u8, u16, u32, where
from dissect.engine.layer import By, Layer, To

TRAFFIC = {0: "Unknown traffic type", 1: "LLC multiplexed", 2: "VC multiplexed", 3: "LANE", 5: "UMTS FP", 6: "ILMI"}
LLAP = {0x01: "Short DDP", 0x02: "DDP", 0x81: "Enquiry", 0x82: "Acknowledgement", 0x84: "RTS", 0x85: "CTS"}
# SunATM's kinds of traffic to Wireshark's: LANE, LLC, LANE, LLC (MARS), IP (IFMP), ILMI, Q.2931
_kind: Expr = lambda h: h.flags & 0x0F


class ClassicalIP(Layer):
    """IP over ATM as Linux gives it (LINKTYPE_LINUX_CLIP): nothing before IP."""

    name, label, column = "clip", "Classical IP frame", "CLIP"
    binds = {"linktype": (16, 18, 19, 106)}

    version = u8(lambda h: 0, "", "Version", mask=0xF0)

    length = lambda h: 0
    next = (To("ip", when=lambda h: h.version == 4), To("ipv6", when=lambda h: h.version == 6))


class SunATM(Layer):
    """Solaris's header of four octets before what ATM adaptation layer 5 carried (LINKTYPE_SUNATM)."""

    name, label, column = "atm", "Asynchronous Transfer Mode", "ATM"
    binds = {"linktype": (123,)}

    flags = u8(0, "atm.pseudo.flags", "Direction and kind", HEX)
    aal = u8(None, "atm.aal", "AAL", value=lambda h: h.flags * 0 + 4, names={4: "AAL5"})
    vpi = u8(1, "atm.vpi", "VPI")
    vci = u16(2, "atm.vci", "VCI")

    next = (To("llc", when=lambda h: (_kind(h) == 2) | (_kind(h) == 4)), To("lane", when=lambda h: _kind(h) == 1))

    @staticmethod
    def info(vpi: int, vci: int) -> str:
        return f"VPI {vpi}, VCI {vci}"


class LANE(Layer):
    """LAN emulation over ATM: the sender's number before an Ethernet frame."""

    name, label, column = "lane", "ATM LAN Emulation", "ATM LANE"

    client = u16(0, "atm.le_client.client", "LE Client", HEX)
    next = (To("eth"),)


class FibreChannelIP(Layer):
    """RFC 4338's network header before LLC (LINKTYPE_IP_OVER_FC)."""

    name, label, column = "ipfc", "IP Over FC", "IP/FC"
    binds = {"linktype": (122,)}

    dst = raw(0, "ipfc.pseudo.da", "Network DA", size=8)
    src = raw(8, "ipfc.pseudo.sa", "Network SA", size=8)
    next = (To("llc"),)


class FireWireIP(Layer):
    """Apple's IP over IEEE 1394 (LINKTYPE_APPLE_IP_OVER_IEEE1394)."""

    name, label, column = "ap1394", "Apple IP-over-IEEE 1394", "IP/IEEE1394"
    binds = {"linktype": (138,)}

    dst = raw(0, "ap1394.dst", "Destination", size=8)
    src = raw(8, "ap1394.src", "Source", size=8)
    kind = u16(16, "ap1394.type", "Type", HEX)
    next = (By("ethertype", lambda h: h.kind),)


class Symantec(Layer):
    """Symantec's Enterprise Firewall: an interface's address, an EtherType; version 2 has 56 octets, version 3 has 64."""

    name, label, column = "symantec", "Symantec Enterprise Firewall", "Symantec"
    binds = {"linktype": (99,)}

    interface = ipv4(0, "symantec.if", "Interface")
    second = u16(lambda h: 6, "symantec.type", "Type", HEX, when=lambda h: h.later_kind == 0)
    later_kind = u16(20, "", "Type of version 3")
    third = u16(lambda h: 20, "symantec.type", "Type", HEX, when=lambda h: h.later_kind != 0)
    before = raw(lambda h: 4, "symantec.unknown", "Unknown", size=lambda h: where(h.later_kind != 0, 16, 2))
    behind = raw(lambda h: where(h.later_kind != 0, 22, 8), "symantec.unknown", "Unknown", size=lambda h: where(h.later_kind != 0, 34, 36))

    length = lambda h: where(h.later_kind != 0, 56, 44)
    next = (By("ethertype", lambda h: where(h.later_kind != 0, h.third, h.second)),)


class I2C(Layer):
    """An I2C bus as Linux's bus driver is watched (LINKTYPE_I2C_LINUX): octets, or an event."""

    name, label, column = "i2c", "Inter-Integrated Circuit", "I2C"
    binds = {"linktype": (209,)}

    bus = u8(0, "i2c.bus", "Bus ID", mask=0x7F)
    is_event = u8(lambda h: 0, "", "Event", mask=0x80)
    address = u8(lambda h: 5, "i2c.addr", "Target address", HEX, mask=0xFE, when=lambda h: h.is_event == 0)
    event = u32(lambda h: 1, "i2c.event", "Event", HEX, when=lambda h: h.is_event != 0)
    flags = u32(lambda h: 1, "i2c.flags", "Flags", HEX, when=lambda h: h.is_event == 0)

    length = lambda h: 5
    next = (To("data"),)


class LocalTalk(Layer):
    """Apple's LocalTalk (LINKTYPE_LTALK)."""

    name, label, column = "llap", "LocalTalk Link Access Protocol", "LLAP"
    binds = {"linktype": (114,)}

    dst = u8(0, "llap.dst", "Destination Node")
    src = u8(1, "llap.src", "Source Node")
    kind = u8(2, "llap.type", "Type", HEX, names=LLAP)

    next = (By("llap", lambda h: h.kind), To("data"))

    @staticmethod
    def info(kind: int) -> str:
        return LLAP.get(kind, "Unknown")


class PKTAP(Layer):
    """Apple's packet tap (LINKTYPE_PKTAP): interface and process, then a packet of the link type it names."""

    name, label, column = "pktap", "PKTAP packet header", "PKTAP"
    binds = {"linktype": (258,)}

    header_length = u32(0, "pktap.hdrlen", "Header length", little=True)
    record_type = u32(4, "pktap.rectype", "Record type", little=True)
    dlt = u32(8, "pktap.dlt", "DLT", little=True)
    interface = Field("pktap.ifname", "Interface name", STRINGZ, at=12, size=24)
    flags = u32(36, "pktap.flags", "Flags", HEX, little=True)
    family = u32(40, "pktap.pfamily", "Protocol family", little=True)
    link_header = u32(44, "pktap.llhdrlen", "Link-layer header length", little=True)
    link_trailer = u32(48, "pktap.lltrlrlen", "Link-layer trailer length", little=True)
    pid = u32(52, "pktap.pid", "Process ID", little=True)
    command = Field("pktap.cmdname", "Command name", STRINGZ, at=56, size=20)
    service = u32(76, "pktap.svc_class", "Service class", little=True)
    interface_type = u16(80, "pktap.iftype", "Interface type", little=True)
    interface_unit = u16(82, "pktap.ifunit", "Interface unit", little=True)
    effective_pid = u32(84, "pktap.epid", "Effective process ID", little=True)
    effective_command = Field("pktap.ecmdname", "Effective command name", STRINGZ, at=88, size=20)

    length = lambda h: h.header_length
    next = (By("linktype", lambda h: h.dlt, via="pcap_pktdata"),)


class UserPKTAP(PKTAP):
    """The same under the link type that Apple took before it had its own (LINKTYPE_USER2)."""

    name, label, column = "pktap", "PKTAP packet header", "PKTAP"
    binds = {"linktype": (149,)}
    also_via = ("user_dlt",)


class UserLink(Layer):
    """A link type that is the user's own."""

    name, label, column = "user_dlt", "DLT User", "User encapsulation"
    binds = {"linktype": (147, 148, *range(150, 163))}

    first = flag(lambda h: 0, "", "")

    length = lambda h: 0
    next = (To("data"),)
