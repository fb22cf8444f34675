"""Value names that several layers share (IANA registries and IEEE's EtherTypes), spelled as Wireshark spells them."""

from __future__ import annotations

ETHERTYPES = {
    0x0800: "IPv4", 0x0806: "ARP", 0x0842: "Wake on LAN", 0x22F3: "TRILL", 0x22EA: "MSRP", 0x6003: "DEC DNA Routing",
    0x6558: "Transparent Ethernet bridging", 0x8035: "RARP", 0x809B: "AppleTalk (EtherTalk)", 0x80F3: "AARP",
    0x8100: "802.1Q Virtual LAN", 0x8137: "Netware IPX/SPX", 0x814C: "SNMP", 0x86DD: "IPv6",
    0x8808: "MAC Control", 0x8809: "Slow Protocols", 0x880B: "PPP", 0x8847: "MPLS label switched packet",
    0x8848: "MPLS multicast", 0x8863: "PPPoE Discovery", 0x8864: "PPPoE Session", 0x887B: "HomePlug AV",
    0x888E: "802.1X Authentication", 0x8892: "PROFINET", 0x889A: "HyperSCSI", 0x88A2: "ATA over Ethernet",
    0x88A4: "EtherCAT", 0x88A8: "802.1ad Provider Bridge (Q-in-Q)", 0x88B8: "IEC61850/GOOSE", 0x88BE: "ERSPAN",
    0x88CA: "TIPC", 0x88CC: "802.1 Link Layer Discovery Protocol (LLDP)", 0x88E5: "802.1AE (MACsec)",
    0x88E7: "802.1ah Provider Backbone Bridge", 0x88F5: "Multiple VLAN Registration Protocol", 0x88F7: "PTPv2 over Ethernet (IEEE1588)",
    0x8902: "802.1ag Connectivity Fault Management", 0x8906: "FCoE", 0x8914: "FCoE Initialization Protocol",
    0x8917: "802.21 Media Independent Handover", 0x894F: "Network Service Header", 0x9000: "Loopback", 0x9100: "QinQ: old non-standard 802.1ad",
    0x22EB: "ERSPAN III", 0x8903: "Cisco FabricPath",
}  # fmt: skip

IP_PROTOCOLS = {
    0: "IPv6 Hop-by-Hop Option", 1: "ICMP", 2: "IGMP", 3: "GGP", 4: "IPIP", 5: "Stream", 6: "TCP", 7: "CBT", 8: "EGP",
    9: "IGRP", 12: "PUP", 17: "UDP", 22: "IDP", 27: "RDP", 29: "ISO TP4", 33: "DCCP", 36: "XTP", 41: "IPv6", 43: "Routing Header for IPv6",
    44: "Fragment Header for IPv6", 46: "RSVP", 47: "Generic Routing Encapsulation", 50: "Encap Security Payload",
    51: "Authentication Header", 58: "ICMPv6", 59: "No Next Header for IPv6", 60: "Destination Options for IPv6", 88: "EIGRP",
    89: "OSPF IGP", 94: "IPIP", 97: "Ethernet within IP", 98: "Encapsulation Header", 103: "PIM", 108: "IPComp", 112: "VRRP",
    113: "PGM", 115: "L2TP", 132: "SCTP", 133: "FC", 135: "Mobile IPv6", 136: "UDPlite", 137: "MPLS in IP", 139: "HIP",
    140: "SHIM6", 143: "Ethernet",
}  # fmt: skip

DSCP = {
    0: "Default", 1: "LE", 8: "Class Selector 1", 10: "Assured Forwarding 11", 12: "Assured Forwarding 12",
    14: "Assured Forwarding 13", 16: "Class Selector 2", 18: "Assured Forwarding 21", 20: "Assured Forwarding 22",
    22: "Assured Forwarding 23", 24: "Class Selector 3", 26: "Assured Forwarding 31", 28: "Assured Forwarding 32",
    30: "Assured Forwarding 33", 32: "Class Selector 4", 34: "Assured Forwarding 41", 36: "Assured Forwarding 42",
    38: "Assured Forwarding 43", 40: "Class Selector 5", 44: "Voice Admit", 46: "Expedited Forwarding",
    48: "Class Selector 6", 56: "Class Selector 7",
}  # fmt: skip

ECN = {
    0: "Not ECN-Capable Transport", 1: "ECN-Capable Transport codepoint '01'",
    2: "ECN-Capable Transport codepoint '10'", 3: "Congestion Experienced",
}  # fmt: skip
