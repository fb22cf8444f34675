"""The findings: what each code is called, how bad it is, where it comes from, what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One code.  `rule` says when it is reported; `cause` and `remedy` are what is said with it."""

    code: str
    severity: str
    title: str
    rule: str
    cause: str
    remedy: str
    references: tuple[str, ...]


def _entry(code: str, severity: str, title: str, rule: str, cause: str, remedy: str, *references: str) -> Entry:
    return Entry(code, severity, title, rule, cause, remedy, references)


ENTRIES = (
    _entry(
        "M01", "error", "TCP path-MTU black hole",
        "The same full-size bytes are sent three times or more with growing gaps, must not be fragmented (DF, or IPv6), are "
        "never acknowledged, while smaller packets get through and no packet-too-big comes.",
        "A link on the path has a smaller MTU, and the router before it says nothing, or what it says is filtered.",
        "Let ICMP 3/4 and ICMPv6 type 2 through to the sender; or clamp the MSS at the narrow link; or turn on packetization-"
        "layer probing at the sender (Linux: net.ipv4.tcp_mtu_probing=1).",
        "RFC 2923 section 2.1", "RFC 4821 section 7.7", "RFC 8899 section 4.3",
    ),
    _entry(
        "M02", "error", "Black hole proven by recovery",
        "As M01, and then the same bytes go through in smaller segments and are acknowledged.",
        "A link on the path has a smaller MTU and no packet-too-big message reaches the sender, which found out by itself.",
        "Let ICMP 3/4 and ICMPv6 type 2 through to the sender, or clamp the MSS at the narrow link: every new connection "
        "waits through the same time-outs.",
        "RFC 4821 section 7.7", "RFC 2923 section 2.1",
    ),
    _entry(
        "M03", "error", "Packet-too-big ignored",
        "After a packet-too-big with an MTU for this path, and a round trip's grace, larger packets that must not be "
        "fragmented still go out.",
        "The sender does not act on path MTU discovery: a program that sets DF itself, or the message does not match its "
        "socket.",
        "Make the sender use the MTU it was told, or let it send without DF (IPv4 only).",
        "RFC 1191 section 3", "RFC 8201 section 4",
    ),
    _entry(
        "M04", "warning", "Packet-too-big without an MTU",
        "ICMP 3/4 whose next-hop MTU is 0.",
        "A router from before path MTU discovery: it does not say what would fit, and the sender has to guess a plateau.",
        "Replace or update the router, or set the MTU of the path's narrow link at the sender.",
        "RFC 1191 section 5", "RFC 1191 section 7",
    ),
    _entry(
        "M05", "warning", "Packet-too-big not smaller than what it quotes",
        "The MTU in the message is at least the length of the packet it quotes.",
        "A router that counts differently (a tunnel's outer header, for one), or a forged message.",
        "Correct the MTU that the router announces for the tunnel or link.",
        "RFC 1191 section 4", "RFC 4459 section 3.2",
    ),
    _entry(
        "M06", "warning", "Packet-too-big with a very small MTU",
        "IPv4: below 68 (said as a note below 576); IPv6: below 1280.",
        "No link may have so small an MTU: a faulty router, or an attack that makes the sender waste packets.",
        "Ignore such messages at the sender (they should be), and find who sends them.",
        "RFC 791 section 3.2", "RFC 8200 section 5", "RFC 5927 section 7",
    ),
    _entry(
        "M07", "warning", "Packet-too-big for a packet that may be fragmented",
        "ICMP 3/4 that quotes a header with DF 0.",
        "The router should have fragmented the packet, or the message is forged.",
        "Find out why the router did not fragment.",
        "RFC 1191 section 4", "RFC 792",
    ),
    _entry(
        "M08", "warning", "Packet-too-big for a packet nobody sent",
        "The quoted packet belongs to nothing that the receiver of the message sent in this capture.",
        "A forged message, or the packet was sent on a way that was not captured.",
        "Check the quoted addresses and ports; hosts should ignore a message that matches no connection.",
        "RFC 5927 section 4.1", "RFC 5927 section 7",
    ),
    _entry(
        "M09", "warning", "Packet-too-big storm, or an MTU that goes up and down",
        "Many messages for one destination within a short time, or values that rise and fall.",
        "Several paths with different MTUs behind one address (load balancing), or a sender that does not listen.",
        "Give all members of the load-balanced path the same MTU; make sure the message reaches the member that sent.",
        "RFC 7690 section 2", "RFC 8899 section 4.6", "RFC 8899 section 5.4",
    ),
    _entry(
        "M10", "warning", "Fragment with DF",
        "DF is set in a packet that is a fragment.",
        "A sender that fragments by itself and sets DF, or a middlebox that rewrites the flag.",
        "Find who sets the bit; a router must not fragment such packets further, so they may be lost.",
        "RFC 791 section 2.3", "RFC 6864 section 4.1",
    ),
    _entry(
        "M11", "warning", "Overlapping fragments",
        "Byte ranges of the fragments of a datagram intersect; the same bytes or different ones, told apart.",
        "With the same bytes: a packet sent twice.  With different bytes: an attempt to show a filter one thing and the host "
        "another.",
        "Drop overlapping fragments at the filter; find the sender.",
        "RFC 791 section 3.2", "RFC 1858 section 4", "RFC 3128",
    ),
    _entry(
        "M12", "error", "Overlapping IPv6 fragments",
        "Any overlap but an exact duplicate.",
        "Nobody may send them: an attack on a filter, or a faulty sender.  The receiver must drop the whole datagram.",
        "Find the sender; the datagram is lost at every correct receiver.",
        "RFC 5722 section 4", "RFC 8200 section 4.5",
    ),
    _entry(
        "M13", "warning", "Fragment length not a multiple of 8",
        "More fragments follow and the payload is no multiple of 8 octets.",
        "A faulty sender: the following fragment cannot begin where this one ends.",
        "Correct the sender; the datagram cannot be put together.",
        "RFC 791 section 3.2", "RFC 8200 section 4.5",
    ),
    _entry(
        "M14", "error", "Datagram longer than 65,535 octets",
        "A fragment's offset and length go beyond the longest datagram there is.",
        "An attack (ping of death), or a faulty sender.",
        "Drop such fragments; find the sender.",
        "RFC 791 section 3.1", "RFC 8200 section 4.5",
    ),
    _entry(
        "M15", "warning", "Tiny first fragment",
        "The first fragment is shorter than the transport header, or a TCP fragment begins at octet 8.",
        "An attempt to hide ports or flags from a filter.",
        "Drop them at the filter.",
        "RFC 1858 section 3", "RFC 3128",
    ),
    _entry(
        "M16", "warning", "Header chain not in the first fragment",
        "The first fragment of an IPv6 datagram does not hold all headers up to the transport header.",
        "An attempt to hide the transport header from a filter.",
        "Drop them: the receiver should, too.",
        "RFC 7112 section 5",
    ),
    _entry(
        "M17", "warning", "Incomplete datagram",
        "Not all bytes had come by the time-out or the end of the capture; the missing ranges are listed.",
        "Fragments were lost or filtered on the way: one lost fragment loses the whole datagram.",
        "Avoid fragmentation: send packets that fit the path; or let fragments pass the filter.",
        "RFC 1122 section 3.3.2", "RFC 8200 section 4.5",
    ),
    _entry(
        "M18", "warning", "Conflicting ends",
        "Two last fragments end at different places, or there are data past the end.",
        "An attack, or two datagrams mixed up by an identification that was used too early.",
        "Find the sender; hosts differ in what they make of it.",
        "RFC 815 section 3",
    ),
    _entry(
        "M19", "warning", "Identification used again too early",
        "The same addresses, protocol and identification with different data within the reassembly time.",
        "A fast sender goes through all 65,536 identifications; late fragments then mix into the wrong datagram.",
        "Avoid fragmentation at high rates, and keep checksums on.",
        "RFC 6864 section 4.3", "RFC 4963 section 2",
    ),
    _entry(
        "M20", "note", "Predictable fragment identification",
        "The identifications of a host's fragments go up by one across destinations.",
        "A host with one counter for everything: others can guess the next value.",
        "Use a stack with identifications per destination or at random.",
        "RFC 7739 section 3",
    ),
    _entry(
        "M21", "note", "Identification always zero without DF",
        "A host sends packets that may be fragmented, all with identification 0.",
        "If they are fragmented on the way, their fragments cannot be told apart.",
        "Set DF, or give each packet an identification.",
        "RFC 6864 section 4.3",
    ),
    _entry(
        "M22", "note", "Atomic IPv6 fragment",
        "A fragment header with offset 0 and no more fragments.",
        "An answer to a packet-too-big below 1280, which old translators send.",
        "Update the host: such fragments are no longer to be sent.",
        "RFC 6946", "RFC 8021",
    ),
    _entry(
        "M23", "warning", "Segment larger than the peer's MSS",
        "A TCP segment carries more than the other side's SYN allowed, and offload does not explain it.",
        "The sender ignores the MSS, or something on the way raised it.",
        "Check what rewrites the MSS option between the hosts.",
        "RFC 9293 section 3.7.1", "RFC 6691 section 2",
    ),
    _entry(
        "M24", "warning", "SYN without MSS",
        "A SYN carries no MSS option, so the other side sends 536 octets a segment (IPv6: 1220).",
        "A filter or a proxy strips TCP options.",
        "Let the MSS option through: with 1460 instead of 536, a transfer needs a third of the packets.",
        "RFC 9293 section 3.7.1",
    ),
    _entry(
        "M25", "note", "MSS clamped on the path (likely)",
        "The MSS of a SYN is no interface's MTU - 40 (IPv6: - 60) but that of a tunnel, and the host has not learned that path "
        "MTU by itself; or two capture points see the same SYN with different MSS.",
        "A router on the way lowers the MSS so that segments fit its tunnel or PPPoE link.",
        "Nothing, if it is on purpose: TCP fits.  UDP and QUIC are not helped by it.",
        "RFC 4459",
    ),
    _entry(
        "M26", "warning", "MSS wrong for the family or the link",
        "An IPv6 SYN with the MSS of IPv4, or an MSS beyond what the MTU announced for its link allows (router advertisement, "
        "DHCP).",
        "The MSS was set for IPv4 (MTU - 40) and not for IPv6 (MTU - 60).",
        "Use MTU - 60 for IPv6: 1440 on Ethernet.",
        "RFC 6691 section 2", "RFC 8200 section 8.3",
    ),
    _entry(
        "M27", "error", "MTU disagreement on a link",
        "Neighbours announce different MTUs for the same link (router advertisement, DHCP option 26, OSPF database "
        "description, CDP, LLDP).",
        "One of them is configured wrongly; larger packets from one are lost at the other, and OSPF stays in ExStart.",
        "Set one MTU on all interfaces of the link.",
        "RFC 4861 section 4.6.4", "RFC 2328 section 10.6",
    ),
    _entry(
        "M28", "warning", "Fragmented by a tunnel's overhead",
        "The outer packets of a tunnel are fragmented while the packets inside are of full size.",
        "The tunnel's MTU does not leave room for its own headers.",
        "Set the tunnel's MTU to the outer MTU less the overhead, and clamp the MSS to that.",
        "RFC 4459 section 3.1",
    ),
    _entry(
        "M29", "warning", "Large DNS answer fragmented or lost",
        "A DNS answer comes in fragments, some of them missing; or a question that offers more than 1232 octets gets no answer, "
        "and the same one does when it offers less or goes over TCP.",
        "The server answers with more than fits one packet; fragments are often filtered, and are easy to forge.",
        "Limit the EDNS buffer size to 1232 at server and resolver, and let DNS over TCP pass.",
        "RFC 9715 section 3",
    ),
    _entry(
        "M30", "warning", "QUIC below or above its path",
        "A client's Initial in a datagram below 1200 octets, or one that may be fragmented; or packets of a size that is "
        "known to be lost on the path, again and again.",
        "The sender breaks QUIC's rules for datagram sizes.",
        "Pad Initials to 1200 octets and set DF.",
        "RFC 9000 section 14.1", "RFC 9000 section 14", "RFC 8899 section 4.3",
    ),
    _entry(
        "M31", "error", "Fragments filtered",
        "At the receiver, several datagrams arrive with their first fragment only, or without it, and none is complete.",
        "A filter on the way drops fragments that show no ports (or the first ones).",
        "Send packets that fit the path, or let fragments pass the filter.",
        "RFC 8900 section 3.9", "RFC 7872 section 2",
    ),
    _entry(
        "M32", "note", "Fragments reordered",
        "Fragments of a datagram arrive in another order than that of their offsets.",
        "Several ways of different delay, or a sender that begins with the last fragment.",
        "Nothing, if datagrams are complete; many filters handle it badly.",
        "RFC 4963 section 2", "RFC 791 section 3.2",
    ),
    _entry(
        "M33", "warning", "ICMP filtered (suspected)",
        "A black hole without a single packet-too-big message.",
        "A filter between the narrow link and the sender drops ICMP.",
        "Let ICMP 3/4 (IPv4) and ICMPv6 type 2 pass: path MTU discovery cannot work without them.",
        "RFC 4890 section 4.3.1", "RFC 2923 section 2.1",
    ),
    _entry(
        "M34", "warning", "Fragments that disagree",
        "Type of service, TTL, header length or next header differ among the fragments of one datagram.",
        "Fragments of different origin: an injected one, or different ways to the receiver.",
        "Find out which of the fragments is the sender's.",
        "RFC 791 section 3.2", "RFC 3168 section 5.3",
    ),
    _entry(
        "M35", "note", "Over-fragmentation",
        "Fragments far smaller than any link's MTU, or very many of them.",
        "A sender that cuts by hand: a test, or an attempt to hide content or to exhaust a receiver.",
        "Find the sender; no path needs such fragments.",
        "RFC 8900 section 3.7", "RFC 791 section 3.2",
    ),
    _entry(
        "M36", "note", "Capture artefact, not a fault",
        "Segments longer than the wire carries (offload), a short snap length, or packets captured twice.",
        "The capture was made before the card cut the packets (or after it merged them), or by a mirror port.",
        "Capture with offload off (ethtool -K ... gso off tso off gro off) or on the wire, with the whole packet.",
    ),
)  # fmt: skip

CATALOGUE = {entry.code: entry for entry in ENTRIES}

# MSS values that betray a tunnel: the MTU they leave room for
TUNNEL_MTUS = {
    1492: "PPPoE (1500 - 8)", 1480: "IP in IP or 6in4 (1500 - 20)", 1476: "GRE (1500 - 24)", 1472: "GRE with a key (1500 - 28)",
    1450: "VXLAN (1500 - 50)", 1440: "WireGuard over IPv4 (1500 - 60)", 1430: "VXLAN over IPv6 (1500 - 70)",
    1420: "WireGuard over IPv6 (1500 - 80), or of firewalls that clamp the MSS to 1380",
    1400: "many a VPN (IPsec, L2TP) set to 1400", 1280: "a tunnel with the least IPv6 MTU (6in4, Teredo, an overlay)",
}  # fmt: skip

# RFC 1191 section 7, table 7-1
PLATEAUS = (65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)
