"""What BGP's numbers mean (IANA: bgp-parameters, capability-codes, address-family-numbers, safi-namespace)."""

from __future__ import annotations

MAJOR = {
    1: "Message Header Error", 2: "OPEN Message Error", 3: "UPDATE Message Error", 4: "Hold Timer Expired",
    5: "Finite State Machine Error", 6: "Cease", 7: "CAPABILITY Message Error",
}  # fmt: skip
MINOR_HEADER = {1: "Connection Not Synchronized", 2: "Bad Message Length", 3: "Bad Message Type"}
MINOR_OPEN = {
    1: "Unsupported Version Number", 2: "Bad Peer AS", 3: "Bad BGP Identifier", 4: "Unsupported Optional Parameter",
    5: "Authentication Failure [Deprecated]", 6: "Unacceptable Hold Time", 7: "Unsupported Capability",
    8: "No supported AFI/SAFI (Cisco)", 11: "Role Mismatch",
}  # fmt: skip
MINOR_UPDATE = {
    1: "Malformed Attribute List", 2: "Unrecognized Well-known Attribute", 3: "Missing Well-known Attribute",
    4: "Attribute Flags Error", 5: "Attribute Length Error", 6: "Invalid ORIGIN Attribute",
    7: "AS Routing Loop [Deprecated]", 8: "Invalid NEXT_HOP Attribute", 9: "Optional Attribute Error",
    10: "Invalid Network Field", 11: "Malformed AS_PATH",
}  # fmt: skip
MINOR_STATE = {
    1: "Receive Unexpected Message in OpenSent State", 2: "Receive Unexpected Message in OpenConfirm State",
    3: "Receive Unexpected Message in Established State",
}  # fmt: skip
MINOR_CEASE = {
    1: "Maximum Number of Prefixes Reached", 2: "Administratively Shutdown", 3: "Peer De-configured",
    4: "Administratively Reset", 5: "Connection Rejected", 6: "Other Configuration Change",
    7: "Connection Collision Resolution", 8: "Out of Resources", 9: "Hard Reset",
}  # fmt: skip
MINOR_CAPABILITY = {1: "Invalid Action Value", 2: "Invalid Capability Length", 3: "Malformed Capability Value"}
REFRESH = {
    0: "Normal route refresh request [RFC2918] with/without ORF [RFC5291]",
    1: "Demarcation of the beginning of a route refresh", 2: "Demarcation of the ending of a route refresh",
}  # fmt: skip
ORF = {2: "Communities ORF-Type", 3: "Extended Communities ORF-Type", 64: "Address Prefix ORF-Type",
       65: "CP-ORF ORF-Type", 128: "Cisco PrefixList ORF-Type", 129: "Cisco CommunityList ORF-Type",
       130: "Cisco Extended CommunityList ORF-Type", 131: "Cisco AsPathList ORF-Type"}  # fmt: skip
CAPABILITIES = {
    0: "Reserved capability", 1: "Multiprotocol extensions capability", 2: "Route refresh capability",
    3: "Cooperative route filtering capability", 4: "Multiple routes to a destination capability",
    5: "Extended Next Hop Encoding", 6: "BGP-Extended Message", 7: "BGPsec capability",
    8: "Multiple Labels capability", 9: "BGP Role", 64: "Graceful Restart capability",
    65: "Support for 4-octet AS number capability", 66: "Deprecated Dynamic Capability",
    67: "Support for Dynamic capability", 68: "Multisession BGP Capability", 69: "Support for Additional Paths",
    70: "Enhanced route refresh capability", 71: "Long-Lived Graceful Restart (LLGR) Capability",
    72: "CP-ORF Capability", 73: "FQDN Capability", 128: "Route refresh capability (Cisco)",
    129: "ORF capability (Cisco)", 130: "Cooperative route filtering capability (Cisco)",
    131: "Multisession BGP Capability (Cisco)",
}  # fmt: skip
AFI = {
    0: "Reserved", 1: "IPv4", 2: "IPv6", 3: "NSAP", 11: "IPX", 12: "AppleTalk", 25: "Layer-2 VPN",
    16388: "BGP-LS", 16397: "Routing Policy AFI",
}  # fmt: skip
SAFI = {
    0: "Reserved", 1: "Unicast", 2: "Multicast", 3: "Unicast+Multicast", 4: "Labeled Unicast", 5: "MCAST-VPN",
    6: "Multi-Segment Pseudowires", 7: "Tunnel Encapsulation", 8: "MCAST-VPLS", 64: "Tunnel (TNL)", 65: "VPLS",
    66: "MDT", 67: "4over6", 69: "Layer-1 VPN", 70: "EVPN", 71: "BGP-LS", 72: "BGP-LS-VPN", 73: "SR Policy",
    128: "Labeled VPN Unicast", 129: "Labeled VPN Multicast", 132: "Route Target Filter",
    133: "Flow Spec Filter", 134: "Flow Spec Filter VPN", 140: "VPN auto-discovery",
}  # fmt: skip
ATTRIBUTES = {
    1: "ORIGIN", 2: "AS_PATH", 3: "NEXT_HOP", 4: "MULTI_EXIT_DISC", 5: "LOCAL_PREF", 6: "ATOMIC_AGGREGATE",
    7: "AGGREGATOR", 8: "COMMUNITIES", 9: "ORIGINATOR_ID", 10: "CLUSTER_LIST", 11: "DPA", 12: "ADVERTISER",
    13: "RCID_PATH", 14: "MP_REACH_NLRI", 15: "MP_UNREACH_NLRI", 16: "EXTENDED_COMMUNITIES", 17: "AS4_PATH",
    18: "AS4_AGGREGATOR", 19: "SAFI_SPECIFIC_ATTRIBUTE", 20: "Connector Attribute", 21: "AS_PATHLIMIT",
    22: "PMSI_TUNNEL_ATTRIBUTE", 23: "TUNNEL_ENCAPSULATION_ATTRIBUTE", 24: "Traffic Engineering",
    25: "IPv6 Address Specific Extended Community", 26: "AIGP", 27: "PE Distinguisher Labels",
    29: "BGP-LS Attribute", 32: "LARGE_COMMUNITY", 33: "BGPsec_PATH", 36: "D-PATH", 40: "BGP Prefix-SID",
    128: "ATTR_SET",
}  # fmt: skip
ORIGINS = {0: "IGP", 1: "EGP", 2: "INCOMPLETE"}
SEGMENTS = {1: "AS_SET", 2: "AS_SEQUENCE", 3: "AS_CONFED_SEQUENCE", 4: "AS_CONFED_SET"}
WELL_KNOWN = {
    0xFFFF0000: "GRACEFUL_SHUTDOWN", 0xFFFF0001: "ACCEPT_OWN", 0xFFFF0006: "LLGR_STALE", 0xFFFF0007: "NO_LLGR",
    0xFFFF029A: "BLACKHOLE", 0xFFFFFF01: "NO_EXPORT", 0xFFFFFF02: "NO_ADVERTISE",
    0xFFFFFF03: "NO_EXPORT_SUBCONFED", 0xFFFFFF04: "NOPEER",
}  # fmt: skip
PMSI = {
    0: "Type is not present", 1: "RSVP-TE P2MP LSP", 2: "mLDP P2MP LSP", 3: "PIM SSM Tree", 4: "PIM SM Tree",
    5: "BIDIR-PIM Tree", 6: "Ingress Replication", 7: "mLDP MP2MP LSP",
}  # fmt: skip
L2_ENCAPSULATIONS = {
    1: "Frame Relay", 2: "ATM AAL5 SDU VCC transport", 3: "ATM transparent cell transport", 4: "Ethernet (VLAN) Tagged Mode",
    5: "Ethernet Raw Mode", 6: "Cisco HDLC", 7: "PPP", 19: "VPLS",
}  # fmt: skip
TUNNELS = {
    1: "L2TPv3 over IP", 2: "GRE", 7: "IP in IP", 8: "VXLAN Encapsulation", 9: "NVGRE Encapsulation",
    10: "MPLS Encapsulation", 11: "MPLS-in-GRE Encapsulation", 12: "VxLAN GPE Encapsulation",
    13: "MPLS in UDP Encapsulation", 14: "IPv6 Tunnel", 15: "SR TE Policy Type",
}  # fmt: skip
COMMUNITIES = {
    0x00: "Transitive 2-Octet AS-Specific", 0x40: "Non-Transitive 2-Octet AS-Specific",
    0x01: "Transitive IPv4-Address-Specific", 0x41: "Non-Transitive IPv4-Address-Specific",
    0x02: "Transitive 4-Octet AS-Specific", 0x42: "Non-Transitive 4-Octet AS-Specific",
    0x03: "Transitive Opaque", 0x43: "Non-Transitive Opaque", 0x06: "EVPN",
    0x80: "Generic Transitive Experimental Use", 0x81: "Generic Transitive Experimental Use Part 2",
    0x82: "Generic Transitive Experimental Use Part 3",
}  # fmt: skip
SUBTYPES = {
    0x02: "Route Target", 0x03: "Route Origin", 0x04: "Link Bandwidth", 0x05: "OSPF Domain Identifier",
    0x08: "BGP Data Collection", 0x09: "Source AS", 0x0A: "L2VPN Identifier", 0x0B: "VRF Route Import",
    0x0C: "Encapsulation", 0x0D: "Default Gateway", 0x80: "Virtual-Network Identifier",
}  # fmt: skip
EVPN_ROUTES = {
    1: "Ethernet AD Route", 2: "MAC Advertisement Route", 3: "Inclusive Multicast Route",
    4: "Ethernet Segment Route", 5: "IP Prefix route", 6: "Selective Multicast Ethernet Tag Route",
    7: "Multicast Join Synch Route", 8: "Multicast Leave Synch Route",
}  # fmt: skip
ESI = {
    0: "ESI 9 bytes value", 1: "ESI LACP 802.1AX defined", 2: "ESI STP defined", 3: "ESI MAC address defined",
    4: "ESI Router ID", 5: "ESI Autonomous System",
}  # fmt: skip
MULTICAST_ROUTES = {
    1: "Intra-AS I-PMSI A-D route", 2: "Inter-AS I-PMSI A-D route", 3: "S-PMSI A-D route", 4: "Leaf A-D route",
    5: "Source Active A-D route", 6: "Shared Tree Join route", 7: "Source Tree Join route",
}  # fmt: skip
