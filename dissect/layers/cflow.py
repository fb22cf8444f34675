"""NetFlow versions 1, 5, 7, 8 and 9 (RFC 3954), and IPFIX (RFC 7011).

    1   version, count, uptime, seconds, nanoseconds                            then records of 48 bytes
    5   the same, sequence, engine type, engine id, sampling mode and rate      then records of 48 bytes
    7   the same, sequence, reserved (4)                                        then records of 52 bytes
    8   the same, sequence, engine type, engine id, aggregation, its version    then records by aggregation
    9   version, count, uptime, seconds, sequence, source                       then sets
    10  version, length, export time, sequence, observation domain              then sets

    set: id (2), length (2), records.  A template set says which elements, of what length, the records of a data set
    have whose id is the template's.

A data set is read by the template that came before it, in the same message or in an earlier one (`cflow_templates`).
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BYTES,
    DEC,
    ETHER,
    HEX,
    IPV4,
    IPV6,
    NONE,
    RELATIVE_TIME,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Field,
    FieldType,
    flag,
    ipv4,
    raw,
    u8,
    u16,
    u32,
)
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers.cflow_elements import FURTHER
from dissect.layers.cflow_templates import (
    ENTERPRISE,
    OPTIONS_9,
    OPTIONS_10,
    TEMPLATE_9,
    TEMPLATE_10,
    Template,
    heard_templates,
    meant,
)
from dissect.layers.names import IP_PROTOCOLS
from dissect.layers.streams import heard_of

MODES = {
    0: "No sampling mode configured", 1: "Packet Interval sampling mode configured",
    2: "Random sampling mode configured",
}  # fmt: skip
SAMPLING = {
    0: "No sampling mode configured", 1: "Deterministic sampling", 2: "Random sampling",
}
DIRECTIONS = {0: "Ingress", 1: "Egress"}
END_REASONS = {
    0: "Unknown", 1: "Idle timeout", 2: "Active timeout", 3: "End of Flow detected", 4: "Forced end",
    5: "Lack of resources",
}  # fmt: skip
FIREWALL = {
    0: "Default (ignore)", 1: "Flow created", 2: "Flow deleted", 3: "Flow denied", 4: "Flow alert",
}
AGGREGATIONS = {
    1: "V8 AS aggregation", 2: "V8 Proto/Port aggregation", 3: "V8 Source Prefix aggregation",
    4: "V8 Destination Prefix aggregation", 5: "V8 Network Matrix aggregation",
    6: "V8 Destination aggregation (Cisco Catalyst)", 7: "V8 Src/Dest aggregation (Cisco Catalyst)",
    8: "V8 Full aggregation (Cisco Catalyst)", 9: "V8 TOS+AS aggregation", 10: "V8 TOS+Protocol aggregation",
    11: "V8 TOS+Source Prefix aggregation", 12: "V8 TOS+Destination Prefix aggregation",
    13: "V8 TOS+Prefix Matrix aggregation", 14: "V8 Port+Protocol aggregation",
}  # fmt: skip
SCOPES = {
    1: "System", 2: "Interface", 3: "Line Card", 4: "NetFlow Cache", 5: "Template",
}
ELEMENT_NAMES = {
    1: "BYTES", 2: "PKTS", 3: "FLOWS", 4: "PROTOCOL", 5: "IP_TOS", 6: "TCP_FLAGS", 7: "L4_SRC_PORT", 8: "IP_SRC_ADDR",
    9: "SRC_MASK", 10: "INPUT_SNMP", 11: "L4_DST_PORT", 12: "IP_DST_ADDR", 13: "DST_MASK", 14: "OUTPUT_SNMP",
    15: "IP_NEXT_HOP", 16: "SRC_AS", 17: "DST_AS", 18: "BGP_NEXT_HOP", 19: "MUL_DPKTS", 20: "MUL_DOCTETS",
    21: "LAST_SWITCHED", 22: "FIRST_SWITCHED", 23: "OUT_BYTES", 24: "OUT_PKTS", 25: "IP LENGTH MINIMUM",
    26: "IP LENGTH MAXIMUM", 27: "IPV6_SRC_ADDR", 28: "IPV6_DST_ADDR", 29: "IPV6_SRC_MASK", 30: "IPV6_DST_MASK",
    31: "FLOW_LABEL", 32: "ICMP_TYPE", 33: "IGMP_TYPE", 34: "SAMPLING_INTERVAL", 35: "SAMPLING_ALGORITHM",
    36: "FLOW_ACTIVE_TIMEOUT", 37: "FLOW_INACTIVE_TIMEOUT", 38: "ENGINE_TYPE", 39: "ENGINE_ID", 40: "TOTAL_BYTES_EXP",
    41: "TOTAL_PKTS_EXP", 42: "TOTAL_FLOWS_EXP", 43: "IPV4_ROUTER_SC", 44: "IP_SRC_PREFIX", 45: "IP_DST_PREFIX",
    46: "MPLS_TOP_LABEL_TYPE", 47: "MPLS_TOP_LABEL_ADDR", 48: "FLOW_SAMPLER_ID", 49: "FLOW_SAMPLER_MODE",
    50: "FLOW_SAMPLER_RANDOM_INTERVAL", 51: "FLOW_CLASS", 52: "IP TTL MINIMUM", 53: "IP TTL MAXIMUM", 54: "IPv4 ID",
    55: "DST_TOS", 56: "SRC_MAC", 57: "DST_MAC", 58: "SRC_VLAN", 59: "DST_VLAN", 60: "IP_PROTOCOL_VERSION",
    61: "DIRECTION", 62: "IPV6_NEXT_HOP", 63: "BGP_IPV6_NEXT_HOP", 64: "IPV6_OPTION_HEADERS", 70: "MPLS_LABEL_1",
    71: "MPLS_LABEL_2", 72: "MPLS_LABEL_3", 73: "MPLS_LABEL_4", 74: "MPLS_LABEL_5", 75: "MPLS_LABEL_6",
    76: "MPLS_LABEL_7", 77: "MPLS_LABEL_8", 78: "MPLS_LABEL_9", 79: "MPLS_LABEL_10", 80: "DESTINATION_MAC",
    81: "SOURCE_MAC", 82: "IF_NAME", 83: "IF_DESC", 84: "SAMPLER_NAME", 85: "BYTES_TOTAL", 86: "PACKETS_TOTAL",
    88: "FRAGMENT_OFFSET", 89: "FORWARDING_STATUS", 90: "VPN_ROUTE_DISTINGUISHER", 91: "mplsTopLabelPrefixLength",
    92: "SRC_TRAFFIC_INDEX", 93: "DST_TRAFFIC_INDEX", 94: "APPLICATION_DESC", 95: "APPLICATION_ID",
    96: "APPLICATION_NAME", 98: "postIpDiffServCodePoint", 99: "multicastReplicationFactor",
    101: "classificationEngineId", 128: "DST_AS_PEER", 129: "SRC_AS_PEER", 130: "exporterIPv4Address",
    131: "exporterIPv6Address", 132: "DROPPED_BYTES", 133: "DROPPED_PACKETS", 134: "DROPPED_BYTES_TOTAL",
    135: "DROPPED_PACKETS_TOTAL", 136: "flowEndReason", 137: "commonPropertiesId", 138: "observationPointId",
    139: "icmpTypeCodeIPv6", 140: "MPLS_TOP_LABEL_IPv6_ADDRESS", 141: "lineCardId", 142: "portId",
    143: "meteringProcessId", 144: "FLOW_EXPORTER", 145: "templateId", 146: "wlanChannelId", 147: "wlanSSID",
    148: "flowId", 149: "observationDomainId", 150: "flowStartSeconds", 151: "flowEndSeconds",
    152: "flowStartMilliseconds", 153: "flowEndMilliseconds", 154: "flowStartMicroseconds",
    155: "flowEndMicroseconds", 156: "flowStartNanoseconds", 157: "flowEndNanoseconds",
    158: "flowStartDeltaMicroseconds", 159: "flowEndDeltaMicroseconds", 160: "systemInitTimeMilliseconds",
    161: "flowDurationMilliseconds", 162: "flowDurationMicroseconds", 163: "observedFlowTotalCount",
    164: "ignoredPacketTotalCount", 165: "ignoredOctetTotalCount", 166: "notSentFlowTotalCount",
    167: "notSentPacketTotalCount", 168: "notSentOctetTotalCount", 169: "destinationIPv6Prefix",
    170: "sourceIPv6Prefix", 171: "postOctetTotalCount", 172: "postPacketTotalCount", 173: "flowKeyIndicator",
    174: "postMCastPacketTotalCount", 175: "postMCastOctetTotalCount", 176: "ICMP_IPv4_TYPE", 177: "ICMP_IPv4_CODE",
    178: "ICMP_IPv6_TYPE", 179: "ICMP_IPv6_CODE", 180: "UDP_SRC_PORT", 181: "UDP_DST_PORT", 182: "TCP_SRC_PORT",
    183: "TCP_DST_PORT", 184: "TCP_SEQ_NUM", 185: "TCP_ACK_NUM", 186: "TCP_WINDOW_SIZE", 187: "TCP_URGENT_PTR",
    188: "TCP_HEADER_LEN", 189: "IP_HEADER_LEN", 190: "IP_TOTAL_LEN", 191: "payloadLengthIPv6", 192: "IP_TTL",
    193: "nextHeaderIPv6", 194: "mplsPayloadLength", 195: "IP_DSCP", 196: "IP_PRECEDENCE", 197: "IP_FRAGMENT_FLAGS",
    198: "DELTA_BYTES_SQUARED", 199: "TOTAL_BYTES_SQUARED", 200: "MPLS_TOP_LABEL_TTL", 201: "MPLS_LABEL_STACK_OCTETS",
    202: "MPLS_LABEL_STACK_DEPTH", 203: "MPLS_TOP_LABEL_EXP", 204: "IP_PAYLOAD_LENGTH", 205: "UDP_LENGTH",
    206: "IS_MULTICAST", 207: "IP_HEADER_WORDS", 208: "IP_OPTION_MAP", 209: "TCP_OPTION_MAP", 210: "paddingOctets",
    211: "collectorIPv4Address", 212: "collectorIPv6Address", 213: "collectorInterface",
    214: "collectorProtocolVersion", 215: "collectorTransportProtocol", 216: "collectorTransportPort",
    217: "exporterTransportPort", 218: "tcpSynTotalCount", 219: "tcpFinTotalCount", 220: "tcpRstTotalCount",
    221: "tcpPshTotalCount", 222: "tcpAckTotalCount", 223: "tcpUrgTotalCount", 224: "ipTotalLength",
    225: "postNATSourceIPv4Address", 226: "postNATDestinationIPv4Address", 227: "postNAPTSourceTransportPort",
    228: "postNAPTDestinationTransportPort", 229: "natOriginatingAddressRealm", 230: "natEvent",
    231: "initiatorOctets", 232: "responderOctets", 233: "firewallEvent", 234: "ingressVRFID", 235: "egressVRFID",
    236: "VRFname", 237: "postMplsTopLabelExp", 238: "tcpWindowScale", 239: "biflowDirection",
    240: "ethernetHeaderLength", 241: "ethernetPayloadLength", 242: "ethernetTotalLength", 243: "dot1qVlanId",
    244: "dot1qPriority", 245: "dot1qCustomerVlanId", 246: "dot1qCustomerPriority", 247: "metroEvcId",
    248: "metroEvcType", 249: "pseudoWireId", 250: "pseudoWireType", 251: "pseudoWireControlWord",
    252: "ingressPhysicalInterface", 253: "egressPhysicalInterface", 254: "postDot1qVlanId",
    255: "postDot1qCustomerVlanId", 256: "ethernetType", 257: "postIpPrecedence", 258: "collectionTimeMilliseconds",
    259: "exportSctpStreamId", 260: "maxExportSeconds", 261: "maxFlowEndSeconds", 262: "messageMD5Checksum",
    263: "messageScope", 264: "minExportSeconds", 265: "minFlowStartSeconds", 266: "opaqueOctets",
    267: "sessionScope", 268: "maxFlowEndMicroseconds", 269: "maxFlowEndMilliseconds", 270: "maxFlowEndNanoseconds",
    271: "minFlowStartMicroseconds", 272: "minFlowStartMilliseconds", 273: "minFlowStartNanoseconds",
    274: "collectorCertificate", 275: "exporterCertificate", 276: "dataRecordsReliability",
    277: "observationPointType", 278: "newConnectionDeltaCount", 279: "connectionSumDurationSeconds",
    280: "connectionTransactionId", 281: "postNATSourceIPv6Address", 282: "postNATDestinationIPv6Address",
    283: "natPoolId", 284: "natPoolName", 285: "anonymizationFlags", 286: "anonymizationTechnique",
    287: "informationElementIndex", 288: "p2pTechnology", 289: "tunnelTechnology", 290: "encryptedTechnology",
    291: "basicList", 292: "subTemplateList", 293: "subTemplateMultiList", 294: "bgpValidityState", 295: "IPSecSPI",
    296: "greKey", 297: "natType", 298: "initiatorPackets", 299: "responderPackets", 300: "observationDomainName",
    301: "selectionSequenceId", 302: "selectorId", 303: "informationElementId", 304: "selectorAlgorithm",
    305: "samplingPacketInterval", 306: "samplingPacketSpace", 307: "samplingTimeInterval", 308: "samplingTimeSpace",
    309: "samplingSize", 310: "samplingPopulation", 311: "samplingProbability", 312: "dataLinkFrameSize",
    313: "IP_SECTION HEADER", 314: "IP_SECTION PAYLOAD", 315: "dataLinkFrameSection", 316: "mplsLabelStackSection",
    317: "mplsPayloadPacketSection", 318: "selectorIdTotalPktsObserved", 319: "selectorIdTotalPktsSelected",
    320: "absoluteError", 321: "relativeError", 322: "observationTimeSeconds", 323: "observationTimeMilliseconds",
    324: "observationTimeMicroseconds", 325: "observationTimeNanoseconds", 326: "digestHashValue",
    327: "hashIPPayloadOffset", 328: "hashIPPayloadSize", 329: "hashOutputRangeMin", 330: "hashOutputRangeMax",
    331: "hashSelectedRangeMin", 332: "hashSelectedRangeMax", 333: "hashDigestOutput", 334: "hashInitialiserValue",
    335: "selectorName", 336: "upperCILimit", 337: "lowerCILimit", 338: "confidenceLevel",
    339: "informationElementDataType", 340: "informationElementDescription", 341: "informationElementName",
    342: "informationElementRangeBegin", 343: "informationElementRangeEnd", 344: "informationElementSemantics",
    345: "informationElementUnits", 346: "privateEnterpriseNumber", 347: "virtualStationInterfaceId",
    348: "virtualStationInterfaceName", 349: "virtualStationUUID", 350: "virtualStationName", 351: "layer2SegmentId",
    352: "layer2OctetDeltaCount", 353: "layer2OctetTotalCount", 354: "ingressUnicastPacketTotalCount",
    355: "ingressMulticastPacketTotalCount", 356: "ingressBroadcastPacketTotalCount",
    357: "egressUnicastPacketTotalCount", 358: "egressBroadcastPacketTotalCount",
    359: "monitoringIntervalStartMilliSeconds", 360: "monitoringIntervalEndMilliSeconds", 361: "portRangeStart",
    362: "portRangeEnd", 363: "portRangeStepSize", 364: "portRangeNumPorts", 365: "staMacAddress",
    366: "staIPv4Address", 367: "wtpMacAddress", 368: "ingressInterfaceType", 369: "egressInterfaceType",
    370: "rtpSequenceNumber", 371: "userName", 372: "applicationCategoryName", 373: "applicationSubCategoryName",
    374: "applicationGroupName", 375: "originalFlowsPresent", 376: "originalFlowsInitiated",
    377: "originalFlowsCompleted", 378: "distinctCountOfSourceIPAddress", 379: "distinctCountOfDestinationIPAddress",
    380: "distinctCountOfSourceIPv4Address", 381: "distinctCountOfDestinationIPv4Address",
    382: "distinctCountOfSourceIPv6Address", 383: "distinctCountOfDestinationIPv6Address",
    384: "valueDistributionMethod", 385: "rfc3550JitterMilliseconds", 386: "rfc3550JitterMicroseconds",
    387: "rfc3550JitterNanoseconds", 388: "dot1qDEI", 389: "dot1qCustomerDEI", 390: "flowSelectorAlgorithm",
    391: "flowSelectedOctetDeltaCount", 392: "flowSelectedPacketDeltaCount", 393: "flowSelectedFlowDeltaCount",
    394: "selectorIDTotalFlowsObserved", 395: "selectorIDTotalFlowsSelected", 396: "samplingFlowInterval",
    397: "samplingFlowSpacing", 398: "flowSamplingTimeInterval", 399: "flowSamplingTimeSpacing",
    400: "hashFlowDomain",
}  # fmt: skip
NAMED = {
    "protocol": IP_PROTOCOLS, "direction": DIRECTIONS, "sampling_algorithm": SAMPLING, "flow_end_reason": END_REASONS,
    "firewall_event": FIREWALL,
}  # fmt: skip
SHOWN_HEX = ("tos", "post_tos", "icmp_type_code_ipv4", "is_multicast", "ipv6_exthdr", "tcpflags")
TYPED: dict[FieldType, tuple[tuple[int, str, str], ...]] = {  # element, name, label
    UINT64: (
        (1, "octets", "Octets"), (2, "packets", "Packets"), (3, "flows", "Flows"),
        (19, "mulpackets", "MulticastPackets"), (20, "muloctets", "MulticastOctets"),
        (23, "post_octets", "Post Octets"), (24, "post_packets", "Post Packets"), (25, "length_min", "MinLength"),
        (26, "length_max", "MaxLength"), (40, "octetsexp", "OctetsExp"), (41, "packetsexp", "PacketsExp"),
        (42, "flowsexp", "FlowsExp"), (85, "permanent_octets", "Permanent Octets"),
        (86, "permanent_packets", "Permanent Packets"), (132, "drop_octets", "Dropped Octets"),
        (133, "drop_packets", "Dropped Packets"), (134, "drop_total_octets", "Dropped Total Octets"),
        (135, "drop_total_packets", "Dropped Total Packets"), (137, "common_properties_id", "Common Properties Id"),
        (138, "observation_point_id", "Observation Point Id"), (148, "flow_id", "Flow Id"),
        (164, "ignore_packets", "Ignored Packets"), (165, "ignore_octets", "Ignored Octets"),
        (166, "notsent_flows", "Not Sent Flows"), (167, "notsent_packets", "Not Sent Packets"),
        (168, "notsent_octets", "Not Sent Octets"), (171, "post_total_octets", "Post Total Octets"),
        (172, "post_total_packets", "Post Total Packets"), (218, "total_tcp_syn", "Total TCP syn"),
        (219, "total_tcp_fin", "Total TCP fin"), (220, "total_tcp_rst", "Total TCP rst"),
        (221, "total_tcp_psh", "Total TCP psh"), (222, "total_tcp_ack", "Total TCP ack"),
        (223, "total_tcp_urg", "Total TCP urg"), (224, "ip_total_length", "IP Total Length"),
        (231, "initiator_octets", "Initiator Octets"), (232, "responder_octets", "Responder Octets"),
        (298, "initiator_packets", "Initiator Packets"), (299, "responder_packets", "Responder Packets"),
        (302, "selector_id", "Selector Id"),
    ),
    UINT8: (
        (4, "protocol", "Protocol"), (5, "tos", "IP ToS"), (6, "tcpflags", "TCP Flags"), (9, "srcmask", "SrcMask"),
        (13, "dstmask", "DstMask"), (29, "srcmaskv6", "SrcMask"), (30, "dstmaskv6", "DstMask"),
        (33, "igmp_type", "IGMP Type"), (35, "sampling_algorithm", "Sampling algorithm"),
        (38, "engine_type", "EngineType"), (39, "engine_id", "EngineId"), (46, "toplabeltype", "TopLabelType"),
        (48, "sampler_id", "SamplerID"), (49, "sampler_mode", "SamplerMode"), (51, "flow_class", "FlowClass"),
        (52, "ttl_min", "MinTTL"), (53, "ttl_max", "MaxTTL"), (55, "post_tos", "Post IP ToS"),
        (60, "ip_version", "IPVersion"), (61, "direction", "Direction"),
        (91, "mpls_top_label_prefix_length", "MPLS Top Label Prefix Length"),
        (98, "post_ip_diff_serv_code_point", "Post Ip Diff Serv Code Point"),
        (101, "classification_engine_id", "Classification Engine Id"), (136, "flow_end_reason", "Flow End Reason"),
        (146, "wlan_channel_id", "Wireless LAN Channel Id"), (176, "icmp_ipv4_type", "IPv4 ICMP Type"),
        (177, "icmp_ipv4_code", "IPv4 ICMP Code"), (178, "icmp_ipv6_type", "IPv6 ICMP Type"),
        (179, "icmp_ipv6_code", "IPv6 ICMP Code"), (188, "tcp_header_length", "TCP Header Length"),
        (189, "ip_header_length", "IP Header Length"), (192, "ip_ttl", "IP TTL"),
        (193, "ipv6_next_hdr", "IPv6 Next Header"), (195, "ip_dscp", "DSCP"), (196, "ip_precedence", "IP Precedence"),
        (197, "ip_fragment_flags", "IP Fragment Flags"), (206, "is_multicast", "IsMulticast"),
        (229, "nat_originating_address_realm", "Nat Originating Address Realm"), (230, "nat_event", "Nat Event"),
        (233, "firewall_event", "Firewall Event"), (239, "biflow_direction", "Biflow Direction"),
        (244, "dot1q_priority", "Dot1q Priority"),
    ),
    UINT16: (
        (7, "srcport", "SrcPort"), (11, "dstport", "DstPort"), (32, "icmp_type_code_ipv4", "ICMP Type"),
        (36, "flow_active_timeout", "Flow active timeout"), (37, "flow_inactive_timeout", "Flow inactive timeout"),
        (58, "vlanid", "Vlan Id"), (59, "post_vlanid", "Post Vlan Id"), (88, "fragment_offset", "Fragment Offset"),
        (145, "template_id", "Template Id"), (186, "tcp_windows_size", "TCP Windows Size"),
        (187, "tcp_urg_ptr", "TCP Urgent Pointer"), (190, "ipv4_total_length", "IPV4 Total Length"),
        (191, "ipv6_payload_length", "IPv6 Payload Length"), (205, "udp_length", "UDP Length"),
        (216, "collector_port", "CollectorPort"), (217, "exporter_port", "ExporterPort"),
        (227, "post_naptsource_transport_port", "Post NAPT Source Transport Port"),
        (228, "post_naptdestination_transport_port", "Post NAPT Destination Transport Port"),
        (243, "dot1q_vlan_id", "Dot1q Vlan Id"), (256, "ethernet_type", "Ethernet Type"),
    ),
    IPV4: (
        (8, "srcaddr", "SrcAddr"), (12, "dstaddr", "DstAddr"), (15, "nexthop", "NextHop"),
        (18, "bgpnexthop", "BGPNextHop"), (43, "ipv4_router_sc", "ipv4RouterSc"), (44, "srcprefix", "SrcPrefix"),
        (45, "dstprefix", "DstPrefix"), (47, "toplabeladdr", "TopLabelAddr"), (130, "exporter_addr", "ExporterAddr"),
        (211, "collector_addr", "CollectorAddr"),
        (225, "post_natsource_ipv4_address", "Post NAT Source IPv4 Address"),
        (226, "post_natdestination_ipv4_address", "Post NAT Destination IPv4 Address"),
    ),
    UINT32: (
        (10, "inputint", "InputInt"), (14, "outputint", "OutputInt"), (16, "srcas", "SrcAS"), (17, "dstas", "DstAS"),
        (31, "ipv6flowlabel", "ipv6FlowLabel"), (34, "sampling_interval", "Sampling interval"),
        (50, "sampler_random_interval", "SamplerRandomInterval"), (54, "frag_ident", "fragIdent"),
        (64, "ipv6_exthdr", "IPv6 Extension Headers"), (92, "src_traffic_index", "Src Traffic Index"),
        (93, "dst_traffic_index", "Dst Traffic Index"),
        (99, "multicast_replication_factor", "Multicast Replication Factor"), (128, "peer_dstas", "PeerDstAS"),
        (129, "peer_srcas", "PeerSrcAS"), (142, "port_id", "Port Id"), (143, "mp_id", "Metering Process Id"),
        (144, "flow_exporter", "FlowExporter"), (149, "od_id", "Observation Domain Id"),
        (184, "tcp_seq_num", "TCP Sequence Number"), (185, "tcp_ack_num", "TCP Acknowledgement Number"),
        (204, "ip_payload_length", "IP Payload Length"), (234, "ingress_vrfid", "Ingress VRFID"),
        (235, "egress_vrfid", "Egress VRFID"), (305, "sampling_packet_interval", "Sampling Packet Interval"),
        (306, "sampling_packet_space", "Sampling Packet Space"),
        (346, "private_enterprise_number", "Private Enterprise Number"),
    ),
    IPV6: (
        (27, "srcaddrv6", "SrcAddr"), (28, "dstaddrv6", "DstAddr"), (62, "nexthopv6", "NextHop"),
        (63, "bgpnexthopv6", "BGPNextHop"), (131, "exporter_addr_v6", "ExporterAddr"),
        (140, "toplabeladdr_v6", "TopLabelAddr V6"), (169, "dstnetv6", "DstNet"), (170, "srcnetv6", "SrcNet"),
        (212, "collector_addr_v6", "CollectorAddr"),
        (281, "post_nat_source_ipv6_address", "Post NAT Source IPv6 Address"),
        (282, "post_nat_destination_ipv6_address", "Post NAT Destination IPv6 Address"),
    ),
    ETHER: (
        (56, "srcmac", "Source Mac Address"), (57, "post_dstmac", "Post Destination Mac Address"),
        (80, "dstmac", "Destination Mac Address"), (81, "post_srcmac", "Post Source Mac Address"),
    ),
    STRING: (
        (82, "if_name", "IfName"), (83, "if_descr", "IfDescr"), (84, "sampler_name", "SamplerName"),
        (94, "appl_desc", "ApplicationDesc"), (96, "appl_name", "ApplicationName"),
        (147, "wlan_ssid", "Wireless LAN SSId"), (236, "vrfname", "VRFname"),
    ),
    BYTES: (
        (90, "mpls_vpn_rd", "MPLS VPN RD"),
    ),
}  # fmt: skip
LAST, FIRST = 21, 22  # milliseconds of uptime
TIMES = {  # elements that are times of day: whether the start, and their unit in ns; below 0: so much before the export
    150: (True, 10**9), 151: (False, 10**9), 152: (True, 10**6), 153: (False, 10**6), 158: (True, -1000),
    159: (False, -1000),
}  # fmt: skip
SETS = {
    TEMPLATE_9: "Data Template (V9)", OPTIONS_9: "Options Template(V9)", TEMPLATE_10: "Data Template (V10 [IPFIX])",
    OPTIONS_10: "Options Template (V10 [IPFIX])",
}  # fmt: skip
VARIABLE = 0xFFFF
MILLISECOND, SECOND = 10**6, 10**9


def _elements() -> dict[int, Field]:
    return {
        number: Field(f"cflow.{name}", label, type_, HEX if name in SHOWN_HEX else DEC, NAMED.get(name))
        for typed in (TYPED, FURTHER)
        for type_, entries in typed.items()
        for number, name, label in entries
    }


ELEMENTS = _elements()


class NetFlow(Layer):
    """What a router or probe exports about the flows it saw."""

    name, label, column = "cflow", "Cisco NetFlow/IPFIX", "CFLOW"
    binds = {"udp.port": (2055, 9996, 4739), "tcp.port": (4739,), "sctp.port": (4739,)}
    accepts = lambda p: (p.u16(0) == 1) | (p.u16(0) == 5) | (p.u16(0) >= 7) & (p.u16(0) <= 10)

    version = u16(0, "cflow.version", "Version")
    count = u16(2, "cflow.count", "Count", when=lambda h: h.version != 10)
    len = u16(2, "cflow.len", "Length", when=lambda h: h.version == 10)
    word = u16(2, "", "Count or length")
    uptime = Field("cflow.sysuptime", "SysUptime", RELATIVE_TIME, size=4)
    timestamp = Field("cflow.timestamp", "Timestamp", ABSOLUTE_TIME)
    seconds = u32(None, "cflow.unix_secs", "CurrentSecs")
    nanoseconds = u32(None, "cflow.unix_nsecs", "CurrentNSecs")
    export_time = u32(None, "cflow.exporttime", "ExportTime")
    sequence = u32(None, "cflow.sequence", "FlowSequence")
    engine_type = u8(None, "cflow.engine_type", "EngineType")
    engine_id = u8(None, "cflow.engine_id", "EngineId")
    sampling = u16(None, "", "Sampling")
    mode = u16(None, "cflow.samplingmode", "SamplingMode", mask=0xC000, names=MODES, within=sampling)
    rate = u16(None, "cflow.samplerate", "SampleRate", mask=0x3FFF, within=sampling)
    method = u8(None, "cflow.aggmethod", "AggMethod", names=AGGREGATIONS)
    method_version = u8(None, "cflow.aggversion", "AggVersion")
    source_id = u32(None, "cflow.source_id", "SourceId")
    domain = u32(None, "cflow.od_id", "Observation Domain Id")

    flow = Field("", "Flow", NONE)
    elements = tuple(ELEMENTS.values())
    interface_in = u32(None, "cflow.inputint", "InputInt", size=2)
    interface_out = u32(None, "cflow.outputint", "OutputInt", size=2)
    packets = Field("cflow.packets", "Packets", UINT64, size=4)
    octet_count = Field("cflow.octets", "Octets", UINT64, size=4)
    duration = Field("cflow.timedelta", "Duration", RELATIVE_TIME)
    first = Field("cflow.timestart", "StartTime", RELATIVE_TIME, size=4)
    last = Field("cflow.timeend", "EndTime", RELATIVE_TIME, size=4)
    day_start = Field("cflow.abstimestart", "StartTime", ABSOLUTE_TIME)
    day_end = Field("cflow.abstimeend", "EndTime", ABSOLUTE_TIME)
    source_as = u32(None, "cflow.srcas", "SrcAS", size=2)
    destination_as = u32(None, "cflow.dstas", "DstAS", size=2)
    flags_ = u8(None, "cflow.tcpflags", "TCP Flags", HEX)
    export_flags = u8(None, "cflow.flags", "Export Flags", HEX)
    shortcut = ipv4(None, "cflow.routersc", "Router Shortcut")
    tcp_reserved = u8(None, "cflow.tcpflags.reserved", "Reserved", HEX, mask=0xC0, within=ELEMENTS[6])
    tcp_bits = tuple(
        flag(None, f"cflow.tcpflags.{bit}", bit.upper(), mask, within=ELEMENTS[6])
        for bit, mask in (("urg", 0x20), ("ack", 0x10), ("psh", 0x08), ("rst", 0x04), ("syn", 0x02), ("fin", 0x01))
    )
    padding = raw(None, "cflow.padding", "Padding")
    reserved = raw(None, "", "Reserved", size=4)

    flowset = Field("", "FlowSet", NONE)
    flowset_id = u16(None, "cflow.flowset_id", "FlowSet Id", names=SETS)
    flowset_len = u16(None, "cflow.flowset_length", "FlowSet Length")
    template = Field("", "Template", NONE)
    template_id = u16(None, "cflow.template_id", "Template Id")
    field_count = u16(None, "cflow.template_field_count", "Field Count")
    total_count = u16(None, "cflow.template_ipfix_total_field_count", "Total Field Count")
    scope_count = u16(None, "cflow.template_ipfix_scope_field_count", "Scope Field Count")
    scope_len = u16(None, "cflow.option_scope_length", "Option Scope Length")
    option_len = u16(None, "cflow.option_length", "Option Length")
    field = Field("", "Field", NONE)
    scope_type = u16(None, "cflow.scope_field_type", "Scope Type", names=SCOPES)
    field_type = u16(None, "cflow.template_field_type", "Type", names=ELEMENT_NAMES)
    word_ = u16(None, "", "Type and whether of an enterprise")
    pen_provided = flag(None, "cflow.template_ipfix_pen_provided", "Pen provided", ENTERPRISE, within=word_)
    ipfix_type = u16(None, "cflow.template_ipfix_field_type", "Type", mask=0x7FFF, names=ELEMENT_NAMES)
    own_type = u16(None, "cflow.template_ipfix_field_type_enterprise", "Type", mask=0x7FFF)
    pen = u32(None, "cflow.template_ipfix_field_pen", "PEN")
    field_len = u16(None, "cflow.template_field_length", "Length")
    short_len = u8(None, "cflow.string_len_short", "String_len_short")
    no_len = u8(None, "", "Length")
    long_len = u8(None, "cflow.string_len_long", "String_len_short", size=2)
    scope_system = raw(None, "cflow.scope_system", "ScopeSystem")
    scope_interface = u32(None, "cflow.scope_interface", "ScopeInterface")
    scope_card = u32(None, "cflow.scope_linecard", "ScopeLinecard")
    scope_cache = raw(None, "cflow.scope_cache", "ScopeCache")
    scope_template = raw(None, "cflow.scope_template", "ScopeTemplate")
    unknown = raw(None, "cflow.unknown_field_type", "Unknown Field Type")
    entry = raw(None, "cflow.enterprise_private_entry", "Enterprise Private entry")
    data = raw(None, "", "Records of a template that is not known")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> dict[int, Template] | None:
        """See `cflow_templates`."""
        return heard_templates(talk, heard)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version, count = c.h.version, c.h.word
        if version not in (1, 5, 7, 8, 9, 10):
            return
        if version == 10:
            with c.group(cls.timestamp, value=c.peek(4) * SECOND):
                c.add(cls.export_time)
            c.add(cls.sequence)
            domain = c.add(cls.domain)
            c.info(f"IPFIX flow ({count:4d} bytes) Obs-Domain-ID={domain:5d}")
            cls._sets(c)
            return
        what = "record" if version == 9 else "flow"
        c.info(f"total: {count} (v{version}) {what}{'s' * (count != 1)}")
        c.add(cls.uptime, value=c.peek(4) * MILLISECOND)
        nanoseconds = 0 if version == 9 else c.peek(4, 4)
        with c.group(cls.timestamp, value=c.peek(4) * SECOND + nanoseconds):
            c.add(cls.seconds)
            if version != 9:
                c.add(cls.nanoseconds)
        if version != 1:
            c.add(cls.sequence)
        if version == 9:
            domain = c.add(cls.source_id)
            c.append_info(f" Obs-Domain-ID={domain:5d}")
            cls._sets(c)
            return
        if version in (5, 8):
            c.add(cls.engine_type)
            c.add(cls.engine_id)
        if version == 5:
            c.add(cls.sampling)
        elif version == 7:
            c.add(cls.reserved)
        elif version == 8:
            c.add(cls.method)
            c.add(cls.method_version)
            c.add(cls.reserved)
            return
        for i in range(count):
            with c.group(cls.flow, 52 if version == 7 else 48, f"pdu {i + 1}/{count}"):
                cls._record(c, version)

    @classmethod
    def _record(cls, c: Cursor, version: int) -> None:
        """A record of version 1, 5 or 7."""
        for field in (ELEMENTS[8], ELEMENTS[12], ELEMENTS[15], cls.interface_in, cls.interface_out, cls.packets,
                      cls.octet_count):  # fmt: skip
            c.add(field)
        first, last = c.peek(4), c.peek(4, 4)
        c.derived(cls.duration, _duration(first, last))
        c.add(cls.first, value=first * MILLISECOND)
        c.add(cls.last, value=last * MILLISECOND)
        c.add(ELEMENTS[7])
        c.add(ELEMENTS[11])
        if version == 1:
            c.add(cls.padding, 2)
            c.add(ELEMENTS[4])
            c.add(ELEMENTS[5])
            c.add(cls.flags_)
            c.add(cls.padding, 3)
            c.add(cls.reserved)
            return
        if version == 5:
            c.add(cls.padding, 1)
        else:
            c.add(cls.export_flags)
        for field in (cls.flags_, ELEMENTS[4], ELEMENTS[5], cls.source_as, cls.destination_as, ELEMENTS[9],
                      ELEMENTS[13]):  # fmt: skip
            c.add(field)
        c.add(cls.padding, 2)
        if version == 7:
            c.add(cls.shortcut)

    @classmethod
    def _sets(cls, c: Cursor) -> None:
        templates: dict[int, Template] = dict(heard_of(c.h) or {})
        seen: list[str] = []
        left = c.h.word if c.h.version == 9 else c.limit  # of records
        while c.limit - c.pos >= 4 and left > 0:
            number, size = c.peek(2), c.peek(2, 2)
            if size < 4:
                break
            kind = SETS.get(number, "Data")
            with c.group(cls.flowset, size, f"FlowSet [id={number}] ({kind})"):
                c.add(cls.flowset_id)
                c.add(cls.flowset_len)
                if number in READERS:
                    what, least, read = READERS[number]
                    ids = list[int]()
                    while c.limit - c.pos >= least:
                        ids.append(read(c, templates))
                    left -= len(ids)
                    seen.append(f"{what}-Template:{','.join(map(str, ids))}")
                else:
                    seen.append(f"Data:{number}")
                    if number in templates:
                        left -= cls._records(c, templates[number], c.h.version == 10)
                    elif c.remaining:
                        c.rest(cls.data)
                        c.note("note", "Undecoded", f"No template found (id {number})", "cflow.no_template_found")
                if c.remaining:
                    c.rest(cls.padding)
        c.append_info("".join(f" [{text}]" for text in seen))

    @classmethod
    def _template(cls, c: Cursor, ipfix: bool, templates: dict[int, Template]) -> int:
        number, count = c.peek(2), c.peek(2, 2)
        with c.group(cls.template, text=f"Template (Id = {number}, Count = {count})"):
            c.add(cls.template_id)
            c.add(cls.field_count)
            templates[number] = [cls._field(c, ipfix, False) for _ in range(count)]
        return int(number)

    @classmethod
    def _field(cls, c: Cursor, ipfix: bool, scope: bool) -> tuple[int, int, bool]:
        """An entry of a template."""
        with c.group(cls.field):
            kind = c.peek(2)
            if ipfix:
                size = cls._ipfix_field(c, kind)
                kind = meant(kind, c.peek(4, -4)) if kind & ENTERPRISE else kind
            else:
                c.add(cls.scope_type if scope else cls.field_type)
                size = c.add(cls.field_len)
            c.label(f"Field: {(SCOPES if scope and not ipfix else ELEMENT_NAMES).get(kind, kind)}")
        return kind, int(size), scope and not ipfix

    @classmethod
    def _ipfix_field(cls, c: Cursor, kind: int) -> int:
        c.add(cls.word_)
        c.pos -= 2
        own = meant(kind, c.peek(4, 4) if kind & ENTERPRISE else 0) & ENTERPRISE
        c.add(cls.own_type if own else cls.ipfix_type)
        size = c.add(cls.field_len)
        if kind & ENTERPRISE:
            c.add(cls.pen)
        return int(size)

    @classmethod
    def _options_9(cls, c: Cursor, templates: dict[int, Template]) -> int:
        with c.group(cls.template, text=f"Options Template (Id = {c.peek(2)})"):
            number = c.add(cls.template_id)
            scopes, options = c.add(cls.scope_len) // 4, c.add(cls.option_len) // 4
            entries = [cls._field(c, False, True) for _ in range(scopes)]
            templates[number] = entries + [cls._field(c, False, False) for _ in range(options)]
        return int(number)

    @classmethod
    def _options_10(cls, c: Cursor, templates: dict[int, Template]) -> int:
        with c.group(cls.template, text=f"Options Template (Id = {c.peek(2)})"):
            number = c.add(cls.template_id)
            total, scopes = c.add(cls.total_count), c.add(cls.scope_count)
            templates[number] = [cls._field(c, True, i < scopes) for i in range(total)]
        return int(number)

    @classmethod
    def _records(cls, c: Cursor, template: Template, ipfix: bool) -> int:
        least = sum(size if size != VARIABLE or not ipfix else 1 for _, size, _ in template)
        number = 0
        while least and c.limit - c.pos >= least:
            number += 1
            with c.group(cls.flow, text=f"Flow {number}"):
                times: dict[int, int] = {}
                for kind, size, scope in template:
                    if ipfix and size == VARIABLE:
                        size = cls._variable(c)
                        if not size:
                            continue
                    if scope:
                        cls._scope(c, kind, size)
                    else:
                        cls._element(c, kind, size, times)
        return number

    @classmethod
    def _variable(cls, c: Cursor) -> int:
        """The length of an element that has one of its own; nothing is shown of an empty one."""
        if not c.peek(1):
            c.add(cls.no_len)
            return 0
        size = c.add(cls.short_len)
        return int(c.add(cls.long_len) if size == 255 else size)

    @classmethod
    def _scope(cls, c: Cursor, kind: int, size: int) -> None:
        field = {1: cls.scope_system, 2: cls.scope_interface, 3: cls.scope_card, 4: cls.scope_cache,
                 5: cls.scope_template}.get(kind, cls.unknown)  # fmt: skip
        c.add(field if field.type is BYTES or 0 < size <= 4 else cls.unknown, size)

    @classmethod
    def _element(cls, c: Cursor, kind: int, size: int, times: dict[int, int]) -> None:
        if kind in (FIRST, LAST) and size == 4:
            times[kind] = c.peek(4)
            c.add(cls.first if kind == FIRST else cls.last, value=times[kind] * MILLISECOND)
            if FIRST in times and LAST in times:
                c.derived(cls.duration, _duration(times.pop(FIRST), times.pop(LAST)))
            return
        if kind in TIMES and 0 < size <= 8:
            start, unit = TIMES[kind]
            exported = int.from_bytes(c.data[c.h.start + 4 : c.h.start + 8], "big") * SECOND if unit < 0 else 0
            times[kind] = exported + c.peek(size) * unit
            c.add(cls.day_start if start else cls.day_end, size, value=times[kind])
            other = kind + 1 if start else kind - 1
            if other in times:
                begin, end = (kind, other) if start else (other, kind)
                c.derived(cls.duration, times.pop(end) - times.pop(begin))
            return
        field = ELEMENTS.get(kind)
        if field is None:
            c.add(cls.entry if kind & ENTERPRISE else cls.unknown, size)
        elif (field.type in EXACT and size != field.type.size) or (field.type.kind == "uint" and not 0 < size <= 8):
            c.add(cls.unknown, size)
        else:
            c.add(field, size)


# of a template set: what it is called, the least octets of a template, its reader
READERS: dict[int, tuple[str, int, Callable[[Cursor, dict[int, Template]], int]]] = {
    TEMPLATE_9: ("Data", 4, lambda c, known: NetFlow._template(c, False, known)),
    TEMPLATE_10: ("Data", 4, lambda c, known: NetFlow._template(c, True, known)),
    OPTIONS_9: ("Options", 6, lambda c, known: NetFlow._options_9(c, known)),
    OPTIONS_10: ("Options", 6, lambda c, known: NetFlow._options_10(c, known)),
}
EXACT = (IPV4, IPV6, ETHER)


def _duration(first: int, last: int) -> int:
    """From the first packet's uptime to the last's, in ns; the counters wrap."""
    return (last - first & 0xFFFFFFFF) * MILLISECOND
