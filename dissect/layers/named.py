"""Services that are known by their ports and first octets, and of which no more than the name is told.

What they say is octets: naming them tells a reader what a flow is, and keeps it from being taken for something else.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import raw
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely


def begins(p: Any, word: bytes) -> Any:
    """Whether a payload begins with these octets."""
    found = p.length >= len(word)
    for i, octet in enumerate(word):
        found = found & (p.u8(i) == octet)
    return found


class Named(Layer):
    """A service: all that it says is one stretch of octets."""

    between: ClassVar[tuple[tuple[int, int], ...]] = ()  # (place, size) of octets among the fixed fields that none takes
    content = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        head = c.pos
        for at, size in cls.between:
            c.pos = c.h.start + at
            c.add(cls.content, size)
        c.pos = head
        c.rest(cls.content)


# -- telephony


class H501(Named):
    """Between border elements of H.323 (ITU-T H.501), in ASN.1."""

    name, label, column = "h501", "H.501 Mobility", "H.501"
    binds = {"udp.port": (2099,), "tcp.port": (2099,)}


class Megaco(Named):
    """Control of media gateways as text (RFC 3525)."""

    name, label, column = "megaco", "MEGACO", "MEGACO"
    binds = {"udp.port": (2944,), "tcp.port": (2944,), "sctp.port": (2944,), "sctp.ppi": (7,)}
    accepts = lambda p: p.u8(0) != 0


class H248(Named):
    """The same in ASN.1 (ITU-T H.248.1)."""

    name, label, column = "h248", "H.248 MEGACO", "H.248"
    binds = {"udp.port": (2945,), "tcp.port": (2945,), "mtp3.service_indicator": (14,)}


class UAUDP(Named):
    """Alcatel's telephones."""

    name, label, column = "uaudp", "UA/UDP Encapsulation Protocol", "UAUDP"
    binds = {"udp.port": (32000, 32512)}


class GPRSNS(Named):
    """The network service below the GPRS link to base stations (3GPP TS 48.016)."""

    name, label, column = "gprs-ns", "GPRS Network Service", "GPRS-NS"
    binds = {"udp.port": (2157, 19999)}


class A11(Named):
    """Between packet control and data serving nodes of CDMA2000 (3GPP2 A.S0013)."""

    name, label, column = "a11", "3GPP2 A11", "3GPP2 A11"
    binds = {"udp.port": (699,)}
    accepts = lambda p: (p.u8(0) == 1) | (p.u8(0) == 3) | (p.u8(0) >= 20) & (p.u8(0) <= 27)


class WSP(Named):
    """The session protocol of WAP, without connections."""

    name, label, column = "wsp", "Wireless Session Protocol", "WSP"
    binds = {"udp.port": (2948, 9200)}


class WTLS(Named):
    """The transport security of WAP."""

    name, label, column = "wtls", "Wireless Transport Layer Security", "WTLS"
    binds = {"udp.port": (2949, 9202, 9203)}


class MIKEY(Named):
    """Keys for multimedia (RFC 3830)."""

    name, label, column = "mikey", "Multimedia Internet KEYing", "MIKEY"
    binds = {"udp.port": (2269,), "tcp.port": (2269,)}


# -- machines and measurement


class CIPIO(Named):
    """Input and output data of EtherNet/IP."""

    name, label, column = "cipio", "Common Industrial Protocol, I/O", "CIP I/O"
    binds = {"udp.port": (2222,)}


class C1222(Named):
    """Meters (ANSI C12.22)."""

    name, label, column = "c1222", "ANSI C12.22", "C12.22"
    binds = {"udp.port": (1153,)}


class ECMP(Named):
    """Drives of Control Techniques."""

    name, label, column = "ecmp", "ECMP", "ECMP"
    binds = {"udp.port": (6160,), "tcp.port": (6160,)}
    accepts = lambda p: p.length > 1


class VRT(Named):
    """Signals of radios (VITA 49)."""

    name, label, column = "vrt", "VITA 49 radio transport protocol", "VITA 49"
    binds = {"udp.port": (4991,)}


class HiQnet(Named):
    """Audio devices of Harman."""

    name, label, column = "hiqnet", "Harman HiQnet", "HiQnet"
    binds = {"udp.port": (3804,), "tcp.port": (3804,)}


class MiNT(Named):
    """Between wireless controllers and access points of Motorola, later Extreme."""

    name, label, column = "mint", "Media Independent Network Transport", "MiNT"
    binds = {"udp.port": (24576, 24577), "ethertype": (0x8783,)}


class WLCCP(Named):
    """Between Cisco's access points."""

    name, label, column = "wlccp", "Cisco Wireless LAN Context Control Protocol", "WLCCP"
    binds = {"udp.port": (2887,), "ethertype": (0x872D,)}


class Corosync(Named):
    """Between the nodes of a cluster."""

    name, label, column = "corosync_totemnet", "Totemnet Layer of Corosync Cluster Engine", "COROSYNC/TOTEMNET"
    binds = {"udp.port": (5404, 5405)}


class IPVS(Named):
    """Connections that Linux load balancers tell each other of."""

    name, label, column = "ipvs", "IP Virtual Services Sync Daemon", "IPVS"
    binds = {"udp.port": (8848,)}


# -- desktops, games, files


class RDPUDP(Named):
    """Remote desktops over UDP (MS-RDPEUDP)."""

    name, label, column = "rdpudp", "UDP Remote Desktop Protocol", "RDPUDP"
    binds = {"udp.port": (3389,)}


class MSProxy(Named):
    """Microsoft's proxy server."""

    name, label, column = "msproxy", "MS Proxy Protocol", "MS Proxy"
    binds = {"udp.port": (1745,)}


class DirectPlay(Named):
    """DirectPlay 8: games look for each other."""

    name, label, column = "dpnet", "DirectPlay 8 protocol", "DPNET"
    binds = {"udp.port": (6073,)}


class TeamSpeak2(Named):
    """TeamSpeak, version 2."""

    name, label, column = "ts2", "Teamspeak2 Protocol", "TS2"
    binds = {"udp.port": (8767,)}


class Quake2(Named):
    """Quake II."""

    name, label, column = "quake2", "Quake II Network Protocol", "QUAKE2"
    binds = {"udp.port": (27910,)}


class Manolito(Named):
    """Blubster's and Piolet's file sharing."""

    name, label, column = "manolito", "Blubster/Piolet MANOLITO Protocol", "MANOLITO"
    binds = {"udp.port": (41170,)}


class VuzeDHT(Named):
    """The distributed hash table of Vuze."""

    name, label, column = "vuze-dht", "Vuze DHT Protocol", "Vuze-DHT"
    binds = {"udp.port": (11273,)}


class LocalServiceDiscovery(Named):
    """BitTorrent clients look for others nearby (BEP 14)."""

    name, label, column = "lsd", "Local Service Discovery", "LSD"
    likely = Likely.opening(b"BT-SEARCH")
    heuristics, probe = ("udp",), lambda p: (p.h.dstport == 6771) & begins(p, b"BT-SEARCH * HTTP/")


class RDT(Named):
    """RealNetworks' media."""

    name, label, column = "rdt", "Real Data Transport", "RDT"
    binds = {"udp.port": (6970,)}


class MSNMS(Named):
    """MSN Messenger's lines."""

    name, label, column = "msnms", "MSN Messenger Service", "MSNMS"
    binds = {"tcp.port": (1863,)}


class DropboxLAN(Named):
    """Dropbox clients exchange blocks in a LAN."""

    name, label, column = "db-lsp", "Dropbox LAN sync Protocol", "DB-LSP"
    binds = {"tcp.port": (17500,)}
    accepts = lambda p: p.length > 1


class CVS(Named):
    """A password server of CVS."""

    name, label, column = "cvspserver", "CVS pserver", "CVSPSERVER"
    binds = {"tcp.port": (2401,)}


class Distcc(Named):
    """Compilers spread over machines."""

    name, label, column = "distcc", "Distcc Distributed Compiler", "DISTCC"
    binds = {"tcp.port": (3632,)}


class RMI(Named):
    """Java's remote method invocation."""

    name, label, column = "rmi", "Java RMI", "RMI"
    binds = {"tcp.port": (1099,)}


class Warcraft(Named):
    """Logging in to World of Warcraft."""

    name, label, column = "wow", "World of Warcraft", "WOW"
    binds = {"tcp.port": (3724,)}
    accepts = lambda p: p.length > 1


class WarcraftWorld(Named):
    """World of Warcraft."""

    name, label, column = "woww", "World of Warcraft World", "WOWW"
    binds = {"tcp.port": (8085,)}
    accepts = lambda p: p.length > 1


class PTPIP(Named):
    """Pictures of cameras over IP."""

    name, label, column = "ptpip", "Picture Transfer Protocol Over IP", "PTP/IP"
    binds = {"tcp.port": (15740,)}
    accepts = lambda p: p.length > 1


class Elasticsearch(Named):
    """Between nodes of a search engine."""

    name, label, column = "elasticsearch", "Elasticsearch", "Elasticsearch"
    binds = {"tcp.port": (9300,), "udp.port": (54328,)}


class CephMessenger(Named):
    """Ceph's storage nodes: the connection's first words, version 1."""

    name, label, column = "ceph", "Ceph", "Ceph"
    likely = Likely.opening(b"ceph v027")
    heuristics, probe = ("tcp",), lambda p: begins(p, b"ceph v027")


class SpiceLink(Named):
    """A virtual machine's desktop: the connection's first words."""

    name, label, column = "spice", "Spice protocol", "Spice"
    likely = Likely.opening(b"REDQ")
    heuristics, probe = ("tcp",), lambda p: begins(p, b"REDQ")


# -- others


class WTP(Named):
    """The transactions of WAP."""

    name, label, column = "wtp", "Wireless Transaction Protocol", "WTP"
    binds = {"udp.port": (9201,)}


class AMT(Named):
    """Multicast through tunnels (RFC 7450)."""

    name, label, column = "amt", "Automatic Multicast Tunneling", "AMT"
    binds = {"udp.port": (2268,)}


class KINK(Named):
    """Keys negotiated by Kerberos (RFC 4430)."""

    name, label, column = "kink", "Kerberized Internet Negotiation of Key", "KINK"
    binds = {"udp.port": (910,)}


class ACDR(Named):
    """What AudioCodes' gateways record for debugging."""

    name, label, column = "acdr", "AudioCodes Debug Recording", "ACDR"
    binds = {"udp.port": (925,), "tcp.port": (925,)}


class HICP(Named):
    """Modules of HMS are configured."""

    name, label, column = "hicp", "Host IP Configuration Protocol", "HICP"
    binds = {"udp.port": (3250,)}


class BATMAN(Named):
    """Routes of a mesh, on layer 3."""

    name, label, column = "bat", "B.A.T.M.A.N. Layer 3 Protocol", "BAT"
    binds = {"udp.port": (4305,)}


class BATMANGateway(Named):
    """Its gateways."""

    name, label, column = "bat.gw", "B.A.T.M.A.N. GW", "BAT_GW"
    binds = {"udp.port": (4306,)}


class BATMANVisualisation(Named):
    """Its map."""

    name, label, column = "bat.vis", "B.A.T.M.A.N. Vis", "BAT_VIS"
    binds = {"udp.port": (4307,)}


class DOF(Named):
    """The distributed object framework."""

    name, label, column = "dof", "DOF Protocol Stack", "DOF"
    binds = {"udp.port": (3567, 5567)}


class MSMMS(Named):
    """Microsoft's media server."""

    name, label, column = "msmms", "Microsoft Media Server", "MSMMS"
    binds = {"udp.port": (1755,)}
    accepts = lambda p: p.length > 1


class KNet(Named):
    """Messages of games and virtual worlds."""

    name, label, column = "knet", "kNet Protocol", "KNET"
    binds = {"udp.port": (2345,)}


# -- media within RTP


class G723(Named):
    """What a voice says in G.723.1."""

    name, label, column = "g723", "G.723", "G.723"


class JPEG(Named):
    """Pictures in JPEG (RFC 2435)."""

    name, label, column = "jpeg", "RFC 2435 JPEG", "JPEG"


class H261(Named):
    """Video in H.261 (RFC 4587)."""

    name, label, column = "h261", "ITU-T Recommendation H.261", "H.261"


class MPEG1(Named):
    """Video in MPEG-1 (RFC 2250)."""

    name, label, column = "mpeg1", "RFC 2250 MPEG1", "MPEG-1"


class H263(Named):
    """Video in H.263."""

    name, label, column = "h263", "ITU-T Recommendation H.263", "H.263"


class H263Plus(Named):
    """Video in H.263, of 1998 and 2000 (RFC 4629)."""

    name, label, column = "h263p", "ITU-T Recommendation H.263 RTP Payload header (RFC4629)", "H.263 RFC4629"


class H264(Named):
    """Video in H.264 (RFC 6184)."""

    name, label, column = "h264", "H.264", "H.264"


class H265(Named):
    """Video in H.265 (RFC 7798)."""

    name, label, column = "h265", "H.265", "H.265"


class AMR(Named):
    """A voice in AMR (RFC 4867)."""

    name, label, column = "amr", "Adaptive Multi-Rate", "AMR"


class Opus(Named):
    """Sound in Opus (RFC 7587)."""

    name, label, column = "opus", "Opus Interactive Audio Codec", "OPUS"


class VP8(Named):
    """Video in VP8 (RFC 7741)."""

    name, label, column = "vp8", "VP8", "VP8"


class MPEG4Video(Named):
    """Video in MPEG-4 (RFC 6416)."""

    name, label, column = "mp4v-es", "MP4V-ES", "MP4V-ES"


class EVS(Named):
    """A voice in EVS (3GPP TS 26.445)."""

    name, label, column = "evs", "Enhanced Voice Services", "EVS"


class RTPMIDI(Named):
    """Music (RFC 6295)."""

    name, label, column = "rtpmidi", "RFC 4695/6295 RTP-MIDI", "RTP-MIDI"


class RFC2190(Layer):
    """What RTP has before video in H.263: 4, 8 or 12 octets, by the first bits."""

    name, label, column = "rfc2190", "H.263 RTP Payload header (RFC2190)", "H.263 RFC2190"
    reaches = ("h263",)

    head = raw(None, "", "Head")
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first = c.peek(1)
        c.add(cls.head, 4 if first & 0x80 == 0 else 12 if first & 0x40 else 8)
        if c.remaining:
            c.child("h263")
