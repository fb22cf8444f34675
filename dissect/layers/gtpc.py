"""GTP's control plane: version 1 (3GPP TS 29.060) and version 2 (3GPP TS 29.274).

     0                   1                   2                   3
    +-----+-+-+-----+---------------+-------------------------------+
    | 2   |P|T| mp  | message type  |            length             |   version 2: information elements with type (1),
    +-----+-+-+-----+---------------+-------------------------------+   length (2), instance (1), value
    | tunnel endpoint id (where T)  | sequence number (3), spare    |
    +---------------------------------------------------------------+
    Version 1 has GTP-U's header; its elements below 128 have fixed lengths, the others state them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    HEX_DEC,
    UINT16,
    UINT64,
    Field,
    flag,
    group,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    where,
)
from dissect.engine.layer import Layer

PORT = 2123
MESSAGES_1 = {
    0: "For future use", 1: "Echo request", 2: "Echo response", 3: "Version not supported", 4: "Node alive request",
    5: "Node alive response", 6: "Redirection request", 7: "Redirection response", 16: "Create PDP context request",
    17: "Create PDP context response", 18: "Update PDP context request", 19: "Update PDP context response",
    20: "Delete PDP context request", 21: "Delete PDP context response",
    22: "Initiate PDP Context Activation Request", 23: "Initiate PDP Context Activation Response",
    24: "Delete AA PDP Context Request", 25: "Delete AA PDP Context Response", 26: "Error indication",
    27: "PDU notification request", 28: "PDU notification response", 29: "PDU notification reject request",
    30: "PDU notification reject response", 31: "Supported extension header notification",
    32: "Send routing information for GPRS request", 33: "Send routing information for GPRS response",
    34: "Failure report request", 35: "Failure report response", 36: "Note MS GPRS present request",
    37: "Note MS GPRS present response", 48: "Identification request", 49: "Identification response",
    50: "SGSN context request", 51: "SGSN context response", 52: "SGSN context acknowledgement",
    53: "Forward relocation request", 54: "Forward relocation response", 55: "Forward relocation complete",
    56: "Relocation cancel request", 57: "Relocation cancel response", 58: "Forward SRNS context",
    59: "Forward relocation complete acknowledge", 60: "Forward SRNS context acknowledge",
    61: "UE Registration Query Request", 62: "UE Registration Query Response", 70: "RAN Information Relay",
    96: "MBMS Notification Request", 97: "MBMS Notification Response", 98: "MBMS Notification Reject Request",
    99: "MBMS Notification Reject Response", 100: "Create MBMS Context Request", 101: "Create MBMS Context Response",
    102: "Update MBMS Context Request", 103: "Update MBMS Context Response", 104: "Delete MBMS Context Request",
    105: "Delete MBMS Context Response", 112: "MBMS Registration Request", 113: "MBMS Registration Response",
    114: "MBMS De-Registration Request", 115: "MBMS De-Registration Response", 116: "MBMS Session Start Request",
    117: "MBMS Session Start Response", 118: "MBMS Session Stop Request", 119: "MBMS Session Stop Response",
    120: "MBMS Session Update Request", 121: "MBMS Session Update Response",
    128: "MS Info Change Notification Request", 129: "MS Info Change Notification Response",
    240: "Data record transfer request", 241: "Data record transfer response", 254: "End Marker", 255: "T-PDU",
}  # fmt: skip
ELEMENTS_1 = {
    1: "Cause of operation", 2: "IMSI", 3: "Routing Area Identity", 4: "Temporary Logical Link Identity",
    5: "Packet TMSI", 6: "Quality of Service", 8: "Reorder required", 9: "Authentication triplets", 11: "MAP cause",
    12: "P-TMSI signature", 13: "MS validated", 14: "Recovery", 15: "Selection mode", 16: "Flow label data I",
    17: "Flow label signalling", 18: "Flow label data II", 19: "MS not reachable reason", 20: "NSAPI",
    21: "RANAP cause", 22: "RAB context", 23: "Radio Priority for MO SMS", 24: "Radio Priority", 25: "Packet Flow ID",
    26: "Charging characteristics", 27: "Trace references", 28: "Trace type", 29: "MS not reachable reason",
    126: "Packet transfer command", 127: "Charging ID", 128: "End user address", 129: "MM context",
    130: "PDP context", 131: "Access Point Name", 132: "Protocol configuration options", 133: "GSN address",
    134: "MS international PSTN/ISDN number", 135: "Quality of service (UMTS)", 136: "Authentication quintuplets",
    137: "Traffic Flow Template (TFT)", 138: "Target (RNC) identification", 139: "UTRAN transparent field",
    140: "RAB setup information", 141: "Extension Header Types List", 142: "Trigger Id", 143: "OMC Identity",
    144: "RAN Transparent Container", 145: "PDP Context Prioritization", 146: "Additional RAB Setup Information",
    147: "SGSN Number", 148: "Common Flags", 149: "APN Restriction", 150: "Radio Priority LCS", 151: "RAT Type",
    152: "User Location Information", 153: "MS Time Zone", 154: "IMEI(SV)",
    155: "CAMEL Charging Information Container", 156: "MBMS UE Context",
    157: "Temporary Mobile Group Identity (TMGI)", 158: "RIM Routing Address",
    159: "MBMS Protocol Configuration Options", 160: "MBMS Service Area", 161: "Source RNC PDCP context info",
    162: "Additional Trace Info", 163: "Hop Counter", 164: "Selected PLMN ID", 165: "MBMS Session Identifier",
    166: "MBMS 2G/3G Indicator", 167: "Enhanced NSAPI", 168: "MBMS Session Duration",
    169: "Additional MBMS Trace Info", 170: "MBMS Session Identity Repetition Number",
    171: "MBMS Time To Data Transfer", 172: "PS Handover Request Context", 173: "BSS Container",
    174: "Cell Identification", 175: "PDU Numbers", 176: "BSSGP Cause", 177: "Required MBMS bearer capabilities",
    178: "RIM Routing Address Discriminator", 179: "List of set-up PFCs", 180: "  PS Handover XID Parameters",
    181: "MS Info Change Reporting Action", 182: "Direct Tunnel Flags", 183: "Correlation-ID",
    184: "Bearer Control Mode", 185: "MBMS Flow Identifier", 186: "MBMS IP Multicast Distribution",
    187: "MBMS Distribution Acknowledgement", 188: "Reliable INTER RAT HANDOVER INFO", 189: "RFSP Index",
    190: "Fully Qualified Domain Name (FQDN)", 191: "Evolved Allocation/Retention Priority I",
    192: "Evolved Allocation/Retention Priority II", 193: "Extended Common Flags", 194: "User CSG Information (UCI)",
    195: "CSG Information Reporting Action", 196: "CSG ID", 197: "CSG Membership Indication (CMI)",
    198: "Aggregate Maximum Bit Rate (AMBR)", 199: "UE Network Capability", 200: "UE-AMBR",
    201: "APN-AMBR with NSAPI", 202: "GGSN Back-Off Time", 203: "Signalling Priority Indication",
    204: "Signalling Priority Indication with NSAPI", 205: "Higher bitrates than 16 Mbps flag",
    206: "Max MBR/APN-AMBR", 207: "Additional MM context for SRVCC", 208: "Additional flags for SRVCC", 209: "STN-SR",
    210: "C-MSISDN", 211: "Extended RANAP Cause", 212: "eNodeB ID", 213: "Selection Mode with NSAPI",
    214: "ULI Timestamp", 215: "Local Home Network ID (LHN-ID) with NSAPI", 216: "Operator Selection Entity",
    217: "UE Usage Type", 218: "Extended Common Flags II", 219: "Node Identifier",
    220: "CIoT Optimizations Support Indication", 221: "SCEF PDN Connection", 222: "IOV_updates counter",
    223: "Mapped UE Usage Type", 224: "UP Function Selection Indication Flags",
    249: "Sequence numbers of released packets IE", 250: "Sequence numbers of canceled packets IE",
    251: "Charging Gateway address", 252: "Data record packet", 253: "Requests responded",
    254: "Address of recommended node", 255: "Private Extension",
}  # fmt: skip
CAUSES_1 = {
    0: "Request IMSI", 1: "Request IMEI", 2: "Request IMSI and IMEI", 3: "No identity needed", 4: "MS refuses",
    5: "MS is not GPRS responding", 6: "Reactivation Requested", 7: "PDP address inactivity timer expires",
    59: "System failure", 60: "The transmit buffers are becoming full", 61: "The receive buffers are becoming full",
    62: "Another node is about to go down", 63: "This node is about to go down", 128: "Request accepted",
    129: "New PDP type due to network preference", 130: "New PDP type due to single address bearer only",
    177: "CDR decoding error", 192: "Non-existent", 193: "Invalid message format", 194: "IMSI not known",
    195: "MS is GPRS detached", 196: "MS is not GPRS responding", 197: "MS refuses", 198: "Version not supported",
    199: "No resource available", 200: "Service not supported", 201: "Mandatory IE incorrect",
    202: "Mandatory IE missing", 203: "Optional IE incorrect", 204: "System failure", 205: "Roaming restriction",
    206: "P-TMSI signature mismatch", 207: "GPRS connection suspended", 208: "Authentication failure",
    209: "User authentication failed", 210: "Context not found", 211: "All PDP dynamic addresses are occupied",
    212: "No memory is available", 213: "Relocation failure", 214: "Unknown mandatory extension header",
    215: "Semantic error in the TFT operation", 216: "Syntactic error in the TFT operation",
    217: "Semantic errors in packet filter(s)", 218: "Syntactic errors in packet filter(s)",
    219: "Missing or unknown APN", 220: "Unknown PDP address or PDP type",
    221: "PDP context without TFT already activated", 222: "APN access denied - no subscription",
    223: "APN Restriction type incompatibility with currently active PDP Contexts",
    224: "MS MBMS Capabilities Insufficient", 225: "Invalid Correlation-ID", 226: "MBMS Bearer Context Superseded",
    227: "Bearer Control Mode violation", 228: "Collision with network initiated request", 229: "APN Congestion",
    230: "Bearer handling not supported", 231: "Target access restricted for the subscriber",
    232: "UE is temporarily not reachable due to power saving",
    233: "Relocation failure due to NAS message redirection",
    252: "Request related to possibly duplicated packets already fulfilled", 253: "Request already fulfilled",
    254: "Sequence numbers of released/cancelled packets IE incorrect", 255: "Request not fulfilled",
}  # fmt: skip
MESSAGES_2 = {
    0: "Reserved", 1: "Echo Request", 2: "Echo Response", 3: "Version Not Supported Indication",
    4: "Node Alive Request", 5: "Node Alive Response", 6: "Redirection Request", 7: "Redirection Response",
    25: "SRVCC PS to CS Request", 26: "SRVCC PS to CS Response", 27: "SRVCC PS to CS Complete Notification",
    28: "SRVCC PS to CS Complete Acknowledge", 29: "SRVCC PS to CS Cancel Notification",
    30: "SRVCC PS to CS Cancel Acknowledge", 31: "SRVCC CS to PS Request", 32: "Create Session Request",
    33: "Create Session Response", 34: "Modify Bearer Request", 35: "Modify Bearer Response",
    36: "Delete Session Request", 37: "Delete Session Response", 38: "Change Notification Request",
    39: "Change Notification Response", 40: "Remote UE Report Notification", 41: "Remote UE Report Acknowledge",
    64: "Modify Bearer Command", 65: "Modify Bearer Failure Indication", 66: "Delete Bearer Command",
    67: "Delete Bearer Failure Indication", 68: "Bearer Resource Command", 69: "Bearer Resource Failure Indication",
    70: "Downlink Data Notification Failure Indication", 71: "Trace Session Activation",
    72: "Trace Session Deactivation", 73: "Stop Paging Indication", 95: "Create Bearer Request",
    96: "Create Bearer Response", 97: "Update Bearer Request", 98: "Update Bearer Response",
    99: "Delete Bearer Request", 100: "Delete Bearer Response", 101: "Delete PDN Connection Set Request",
    102: "Delete PDN Connection Set Response", 103: "PGW Downlink Triggering Notification",
    104: "PGW Downlink Triggering Acknowledge", 128: "Identification Request", 129: "Identification Response",
    130: "Context Request", 131: "Context Response", 132: "Context Acknowledge", 133: "Forward Relocation Request",
    134: "Forward Relocation Response", 135: "Forward Relocation Complete Notification",
    136: "Forward Relocation Complete Acknowledge", 137: "Forward Access Context Notification",
    138: "Forward Access Context Acknowledge", 139: "Relocation Cancel Request", 140: "Relocation Cancel Response",
    141: "Configuration Transfer Tunnel", 149: "Detach Notification", 150: "Detach Acknowledge",
    151: "CS Paging Indication", 152: "RAN Information Relay", 153: "Alert MME Notification",
    154: "Alert MME Acknowledge", 155: "UE Activity Notification", 156: "UE Activity Acknowledge",
    157: "ISR Status Indication", 158: "UE Registration Query Request", 159: "UE Registration Query Response",
    160: "Create Forwarding Tunnel Request", 161: "Create Forwarding Tunnel Response", 162: "Suspend Notification",
    163: "Suspend Acknowledge", 164: "Resume Notification", 165: "Resume Acknowledge",
    166: "Create Indirect Data Forwarding Tunnel Request", 167: "Create Indirect Data Forwarding Tunnel Response",
    168: "Delete Indirect Data Forwarding Tunnel Request", 169: "Delete Indirect Data Forwarding Tunnel Response",
    170: "Release Access Bearers Request", 171: "Release Access Bearers Response", 176: "Downlink Data Notification",
    177: "Downlink Data Notification Acknowledgement",
    178: "Reserved. Allocated in earlier version of the specification.", 179: "PGW Restart Notification",
    180: "PGW Restart Notification Acknowledge", 200: "Update PDN Connection Set Request",
    201: "Update PDN Connection Set Response", 211: "Modify Access Bearers Request",
    212: "Modify Access Bearers Response", 231: "MBMS Session Start Request", 232: "MBMS Session Start Response",
    233: "MBMS Session Update Request", 234: "MBMS Session Update Response", 235: "MBMS Session Stop Request",
    236: "MBMS Session Stop Response", 240: "SRVCC CS to PS Response", 241: "SRVCC CS to PS Complete Notification",
    242: "SRVCC CS to PS Complete Acknowledge", 243: "SRVCC CS to PS Cancel Notification",
    244: "SRVCC CS to PS Cancel Acknowledge",
}  # fmt: skip
ELEMENTS_2 = {
    0: "Reserved", 1: "International Mobile Subscriber Identity (IMSI)", 2: "Cause", 3: "Recovery (Restart Counter)",
    51: "STN-SR", 52: "Source to Target Transparent Container", 53: "Target to Source Transparent Container",
    54: "MM Context for E-UTRAN SRVCC", 55: "MM Context for UTRAN SRVCC", 56: "SRVCC Cause", 57: "Target RNC ID",
    58: "Target Global Cell ID", 59: "TEID-C", 60: "Sv Flags", 61: "Service Area Identifier",
    62: "MM Context for CS to PS SRVCC", 71: "Access Point Name (APN)", 72: "Aggregate Maximum Bit Rate (AMBR)",
    73: "EPS Bearer ID (EBI)", 74: "IP Address", 75: "Mobile Equipment Identity (MEI)", 76: "MSISDN",
    77: "Indication", 78: "Protocol Configuration Options (PCO)", 79: "PDN Address Allocation (PAA)",
    80: "Bearer Level Quality of Service (Bearer QoS)", 81: "Flow Quality of Service (Flow QoS)", 82: "RAT Type",
    83: "Serving Network", 84: "EPS Bearer Level Traffic Flow Template (Bearer TFT)",
    85: "Traffic Aggregation Description (TAD)", 86: "User Location Info (ULI)",
    87: "Fully Qualified Tunnel Endpoint Identifier (F-TEID)", 88: "TMSI", 89: "Global CN-Id",
    90: "S103 PDN Data Forwarding Info (S103PDF)", 91: "S1-U Data Forwarding Info (S1UDF)", 92: "Delay Value",
    93: "Bearer Context", 94: "Charging ID", 95: "Charging Characteristics", 96: "Trace Information",
    97: "Bearer Flags", 98: "Paging Cause", 99: "PDN Type", 100: "Procedure Transaction ID", 101: "DRX Parameter",
    102: "UE Network Capability", 103: "MM Context (GSM Key and Triplets)",
    104: "MM Context (UMTS Key, Used Cipher and Quintuplets)",
    105: "MM Context (GSM Key, Used Cipher and Quintuplets)", 106: "MM Context (UMTS Key and Quintuplets)",
    107: "MM Context (EPS Security Context, Quadruplets and Quintuplets)",
    108: "MM Context (UMTS Key, Quadruplets and Quintuplets)", 109: "PDN Connection", 110: "PDU Numbers",
    111: "P-TMSI", 112: "P-TMSI Signature", 113: "Hop Counter", 114: "UE Time Zone", 115: "Trace Reference",
    116: "Complete Request Message", 117: "GUTI", 118: "F-Container", 119: "F-Cause", 120: "Selected PLMN ID",
    121: "Target Identification", 122: "NSAPI", 123: "Packet Flow ID", 124: "RAB Context",
    125: "Source RNC PDCP Context Info", 126: "UDP Source Port Number", 127: "APN Restriction", 128: "Selection Mode",
    129: "Source Identification", 130: "Bearer Control Mode", 131: "Change Reporting Action",
    132: "Fully Qualified PDN Connection Set Identifier (FQ-CSID)", 133: "Channel needed", 134: "eMLPP Priority",
    135: "Node Type", 136: "Fully Qualified Domain Name (FQDN)", 137: "Transaction Identifier (TI)",
    138: "MBMS Session Duration", 139: "MBMS Service Area", 140: "MBMS Session Identifier",
    141: "MBMS Flow Identifier", 142: "MBMS IP Multicast Distribution", 143: "MBMS Distribution Acknowledge",
    144: "RFSP Index", 145: "User CSG Information (UCI)", 146: "CSG Information Reporting Action", 147: "CSG ID",
    148: "CSG Membership Indication (CMI)", 149: "Service indicator", 150: "Detach Type",
    151: "Local Distinguished Name (LDN)", 152: "Node Features", 153: "MBMS Time to Data Transfer", 154: "Throttling",
    155: "Allocation/Retention Priority (ARP)", 156: "EPC Timer", 157: "Signalling Priority Indication",
    158: "Temporary Mobile Group Identity", 159: "Additional MM context for SRVCC", 160: "Additional flags for SRVCC",
    161: "Max MBR/APN-AMBR (MMBR)", 162: "MDT Configuration", 163: "Additional Protocol Configuration Options (APCO)",
    164: "Absolute Time of MBMS Data Transfer", 165: "H(e)NB Information Reporting",
    166: "IPv4 Configuration Parameters (IP4CP)", 167: "Change to Report Flags", 168: "Action Indication",
    169: "TWAN Identifier ", 170: "ULI Timestamp", 171: "MBMS Flags", 172: "RAN/NAS Cause",
    173: "CN Operator Selection Entity", 174: "Trusted WLAN Mode Indication", 175: "Node Number",
    176: "Node Identifier", 177: "Presence Reporting Area Action", 178: "Presence Reporting Area Information",
    179: "TWAN Identifier Timestamp", 180: "Overload Control Information", 181: "Load Control Information",
    182: "Metric", 183: "Sequence Number", 184: "APN and Relative Capacity", 185: "WLAN Offloadability Indication",
    186: "Paging and Service Information", 187: "Integer Number", 188: "Millisecond Time Stamp",
    189: "Monitoring Event Information", 190: "ECGI List", 191: "Remote UE Context", 192: "Remote User ID",
    193: "Remote UE IP information", 194: "CIoT Optimizations Support Indication", 195: "SCEF PDN Connection",
    196: "Header Compression Configuration", 197: "Extended Protocol Configuration Options(ePCO)",
    198: "Serving PLMN Rate Control", 199: "Counter", 200: "Mapped UE Usage Type",
    201: "Secondary RAT Usage Data Report", 202: "UP Function Selection Indication Flags",
    203: "Maximum Packet Loss Rate", 204: "APN Rate Control Status", 205: "Extended Trace Information",
    206: "Monitoring Event Extension Information", 207: "Additional RRM Policy Index", 208: "V2X Context",
    209: "PC5 QoS Parameters", 210: "Services Authorized", 211: "Bit Rate", 212: "PC5 QoS Flow",
    213: "SGi PtP Tunnel Address", 214: "PGW Change Info", 215: "PGW Set FQDN", 255: "Private Extension",
}  # fmt: skip
CAUSES_2 = {
    0: "Reserved", 1: "Reserved", 2: "Local Detach", 3: "Complete Detach", 4: "RAT changed from 3GPP to Non-3GPP",
    5: "ISR deactivation", 6: "Error Indication received from RNC/eNodeB/S4-SGSN", 7: "IMSI Detach Only",
    8: "Reactivation Requested", 9: "PDN reconnection to this APN disallowed",
    10: "Access changed from Non-3GPP to 3GPP", 11: "PDN connection inactivity timer expires",
    12: "PGW not responding", 13: "Network Failure", 14: "QoS parameter mismatch", 15: "EPS to 5GS Mobility",
    16: "Request accepted", 17: "Request accepted partially", 18: "New PDN type due to network preference",
    19: "New PDN type due to single address bearer only", 20: "Spare", 21: "Spare", 22: "Spare", 23: "Spare",
    24: "Spare", 25: "Spare", 26: "Spare", 27: "Spare", 28: "Spare", 29: "Spare", 30: "Spare", 31: "Spare",
    32: "Spare", 33: "Spare", 34: "Spare", 35: "Spare", 36: "Spare", 37: "Spare", 38: "Spare", 39: "Spare",
    40: "Spare", 41: "Spare", 42: "Spare", 43: "Spare", 44: "Spare", 45: "Spare", 46: "Spare", 47: "Spare",
    48: "Spare", 49: "Spare", 50: "Spare", 51: "Spare", 52: "Spare", 53: "Spare", 54: "Spare", 55: "Spare",
    56: "Spare", 57: "Spare", 58: "Spare", 59: "Spare", 60: "Spare", 61: "Spare", 62: "Spare", 63: "Spare",
    64: "Context Not Found", 65: "Invalid Message Format", 66: "Version not supported by next peer",
    67: "Invalid length", 68: "Service not supported", 69: "Mandatory IE incorrect", 70: "Mandatory IE missing",
    71: "Shall not be used", 72: "System failure", 73: "No resources available",
    74: "Semantic error in the TFT operation", 75: "Syntactic error in the TFT operation",
    76: "Semantic errors in packet filter(s)", 77: "Syntactic errors in packet filter(s)",
    78: "Missing or unknown APN", 79: "Shall not be used", 80: "GRE key not found", 81: "Relocation failure",
    82: "Denied in RAT", 83: "Preferred PDN type not supported", 84: "All dynamic addresses are occupied",
    85: "UE context without TFT already activated", 86: "Protocol type not supported", 87: "UE not responding",
    88: "UE refuses", 89: "Service denied", 90: "Unable to page UE", 91: "No memory available",
    92: "User authentication failed", 93: "APN access denied - no subscription",
    94: "Request rejected(reason not specified)", 95: "P-TMSI Signature mismatch", 96: "IMSI/IMEI not known",
    97: "Semantic error in the TAD operation", 98: "Syntactic error in the TAD operation", 99: "Shall not be used",
    100: "Remote peer not responding", 101: "Collision with network initiated request",
    102: "Unable to page UE due to Suspension", 103: "Conditional IE missing",
    104: "APN Restriction type Incompatible with currently active PDN connection",
    105: "Invalid overall length of the triggered response message and a piggybacked initial message",
    106: "Data forwarding not supported", 107: "Invalid reply from remote peer", 108: "Fallback to GTPv1",
    109: "Invalid peer", 110: "Temporarily rejected due to handover/TAU/RAU procedure in progress",
    111: "Modifications not limited to S1-U bearers", 112: "Request rejected for a PMIPv6 reason ",
    113: "APN Congestion", 114: "Bearer handling not supported", 115: "UE already re-attached",
    116: "Multiple PDN connections for a given APN not allowed", 117: "Target access restricted for the subscriber",
    118: "Shall not be used. See NOTE 2 and NOTE 3.", 119: "MME/SGSN refuses due to VPLMN Policy",
    120: "GTP-C Entity Congestion", 121: "Late Overlapping Request", 122: "Timed out Request",
    123: "UE is temporarily not reachable due to power saving",
    124: "Relocation failure due to NAS message redirection", 125: "UE not authorised by OCS or external AAA Server",
    126: "Multiple accesses to a PDN connection not allowed", 127: "Request rejected due to UE capability",
    128: "S1-U Path Failure", 129: "5GC not allowed", 130: "PGW mismatch with network slice subscribed by the UE",
    131: "Rejection due to paging restriction",
}  # fmt: skip
RATS = {
    0: "Reserved", 1: "UTRAN", 2: "GERAN", 3: "WLAN", 4: "GAN", 5: "HSPA Evolution", 6: "EUTRAN", 7: "Virtual",
    8: "EUTRAN-NB-IoT", 9: "LTE-M", 10: "NR",
}  # fmt: skip
PDN_TYPES = {
    1: "IPv4", 2: "IPv6", 3: "IPv4/IPv6", 4: "Non-IP", 5: "Ethernet",
}  # fmt: skip
SELECTION = {
    0: "MS or network provided APN, subscribed verified", 1: "MS provided APN, subscription not verified",
    2: "Network provided APN, subscription not verified",
    3: "Network provided APN, subscription not verified (Basically for Future use",
}  # fmt: skip
RESTRICTIONS = {
    0: "No Existing Contexts or Restriction", 1: "Public-1", 2: "Public-2", 3: "Private-1", 4: "Private-2",
}  # fmt: skip
PPP_PROTOCOLS = {0x8021: "ipcp", 0xC021: "lcp", 0xC023: "pap", 0xC223: "chap"}
BEARERS = (93, 109, 180, 181)  # elements that hold elements
DEEPEST = 8
INDICATIONS = (
    "daf dtf hi dfi oi isrsi israi sgwci sqci uimsi cfsi crsi ps pt si msv retloc pbic snri s6af s4af mbmdt israu ccrsi"
)
# version 1: octets of the elements below 128
FIXED = {
    1: 1, 2: 8, 3: 6, 4: 4, 5: 4, 8: 1, 9: 28, 11: 1, 12: 3, 13: 1, 14: 1, 15: 1, 16: 4, 17: 4, 18: 5, 19: 1, 20: 1,
    21: 1, 22: 1, 23: 1, 24: 1, 25: 2, 26: 2, 27: 2, 28: 2, 29: 1, 127: 4,
}  # fmt: skip
STATED = 128


def bcd(octets: bytes) -> str:
    """Digits, the low half of each octet first, up to the filler."""
    digits = "".join(f"{octet & 15:x}{octet >> 4:x}" for octet in octets)
    return digits.partition("f")[0]


def network(octets: bytes) -> tuple[int, int]:
    """Mobile country code and network code of three octets."""
    a, b, c = octets
    mcc = 100 * (a & 15) + 10 * (a >> 4) + (b & 15)
    mnc = 10 * (c & 15) + (c >> 4)
    return mcc, mnc if b >> 4 == 15 else 10 * mnc + (b >> 4)


def access_point(c: Cursor, field: Field) -> str:
    """A name whose labels have lengths."""
    labels, at, octets = list[str](), 0, c.peek_bytes(c.remaining)
    while at < len(octets):
        labels.append(octets[at + 1 : at + 1 + octets[at]].decode("utf-8", "replace"))
        at += 1 + octets[at]
    name = ".".join(labels)
    if octets:
        c.add(field, len(octets), value=name)
    return name


def place(c: Cursor, mcc: Field, mnc: Field) -> None:
    """A network's codes, three octets."""
    country, own = network(c.peek_bytes(3))
    c.add(mcc, 2, value=country)
    c.pos -= 1
    c.add(mnc, 2, value=own)


def network_fields(name: str = "") -> tuple[Field, Field]:
    """Country and network code."""
    return (
        Field(f"e212.{name}mcc", "Mobile Country Code (MCC)", UINT16),
        Field(f"e212.{name}mnc", "Mobile Network Code (MNC)", UINT16),
    )


class Options(Layer):
    """What both versions say of a mobile and its sessions."""

    element = group("", "Information element")
    other = raw(None, "", "Value")
    imsi = string(None, "e212.imsi", "IMSI")
    associated = string(None, "e212.assoc.imsi", "Association IMSI")
    msisdn = string(None, "e164.msisdn", "E.164 number (MSISDN)")
    option_protocol = u16(None, "gsm_a.gm.sm.pco_pid", "Protocol or Container ID", HEX)
    option_length = u8(None, "gsm_a.gm.sm.pco.length", "Length", HEX)
    configuration = u8(None, "", "Configuration protocol", HEX)
    option_extension = flag(0, "gsm_a.gm.sm.ext", "Extension", 0x80, within=configuration)
    option_kind = u8(0, "gsm_a.gm.configuration_protocol", "Configuration Protocol", mask=0x07, within=configuration)

    @classmethod
    def subscriber(cls, c: Cursor, size: int) -> str:
        """An IMSI."""
        digits = bcd(c.peek_bytes(size))
        c.add(cls.imsi, size, value=digits)
        c.pos -= size
        c.add(cls.associated, size, value=digits)
        return digits

    @classmethod
    def options(cls, c: Cursor) -> None:
        """Protocol configuration options (3GPP TS 24.008, section 10.5.6.3)."""
        if c.remaining:
            c.add(cls.configuration)
        while c.remaining >= 3:
            protocol = c.add(cls.option_protocol)
            size = c.add(cls.option_length)
            layer = PPP_PROTOCOLS.get(protocol)
            if layer is not None and layer in c.run.registry.by_name and 0 < size <= c.remaining:
                locked, c.run.columns_locked = c.run.columns_locked, True
                c.child(layer, size)
                c.run.columns_locked = locked
            elif size:
                c.add(cls.other, size)
        c.rest(cls.other)


class GTPControl(Options):
    """Version 1; version 2 has a layer of its own within."""

    name, label, column = "gtp", "GPRS Tunneling Protocol", "GTP"
    binds = {"udp.port": (PORT,)}
    reaches = ("ipcp", "pap", "chap", "lcp", "gtpv2")

    first = u8(0, "", "Flags", HEX)
    flags = u8(0, "gtp.flags", "Flags", HEX, when=lambda h: h.first >> 5 != 2)
    version = u8(0, "gtp.flags.version", "Version", mask=0xE0, within=flags)
    payload_type = u8(0, "gtp.flags.payload", "Protocol type", mask=0x10, names={0: "GTP'", 1: "GTP"}, within=flags)
    spare = u8(0, "gtp.flags.reserved", "Reserved", mask=0x08, within=flags)
    e = flag(0, "gtp.flags.e", "Is Next Extension Header present?", 0x04, within=flags)
    s = flag(0, "gtp.flags.s", "Is Sequence Number present?", 0x02, within=flags)
    pn = flag(0, "gtp.flags.pn", "Is N-PDU number present?", 0x01, within=flags)
    message = u8(None, "gtp.message", "Message Type", HEX, names=MESSAGES_1)
    len = u16(None, "gtp.length", "Length")
    teid = u32(None, "gtp.teid", "TEID", HEX_DEC)
    sequence = u16(None, "gtp.seq_number", "Sequence number", HEX_DEC)
    npdu = u8(None, "gtp.npdu_number", "N-PDU Number", HEX)
    following = u8(None, "gtp.ext_hdr.next", "Next extension header type", HEX)
    optional = raw(None, "", "Not given", size=1)
    cause = u8(None, "gtp.cause", "Cause", names=CAUSES_1)
    rai_mcc, rai_mnc = network_fields("rai.")
    plain_mcc, plain_mnc = network_fields()
    lac = u16(None, "gtp.lac", "Location Area Code (LAC)")
    rac = u8(None, "gtp.rai_rac", "Routing Area Code (RAC)")
    reorder = flag(None, "gtp.reorder", "Reordering required")
    recovery = u8(None, "gtp.recovery", "Recovery")
    selection = u8(None, "gtp.sel_mode", "Selection mode", mask=0x03)
    teid_data = u32(None, "gtp.teid_data", "TEID Data I", HEX_DEC)
    teid_control = u32(None, "gtp.teid_cp", "TEID Control Plane", HEX_DEC)
    teardown = flag(None, "gtp.tear_ind", "Teardown Indicator")
    nsapi = u8(None, "gtp.nsapi", "NSAPI", mask=0x0F)
    charging = u16(None, "gtp.chrg_char", "Charging characteristics")
    charging_id = u32(None, "gtp.chrg_id", "Charging ID", HEX_DEC)
    pdp_organization = u8(None, "gtp.user_addr_pdp_org", "PDP type organization", mask=0x0F)
    pdp_type = u8(None, "gtp.user_addr_pdp_type", "PDP type number", HEX)
    pdp_ipv4 = ipv4(None, "gtp.user_ipv4", "End user address IPv4")
    pdp_ipv6 = ipv6(None, "gtp.user_ipv6", "End user address IPv6")
    apn_length = u16(None, "gtp.apn_length", "APN length")
    apn = string(None, "gtp.apn", "APN")
    gsn_length = u16(None, "gtp.gsn_address_length", "GSN address length")
    gsn_ipv4 = ipv4(None, "gtp.gsn_ipv4", "GSN address IPv4")
    gsn_ipv6 = ipv6(None, "gtp.gsn_ipv6", "GSN address IPv6")
    stated = u16(None, "", "Length")
    number_kind = u8(None, "", "Nature of number", HEX)
    kind_ = u8(None, "", "Type")
    told_length = u16(None, "gtp.length", "Length")
    extension_length = u16(None, "gtp.ext_length", "Length")
    extension_id = u16(None, "gtp.ext_id", "Extension identifier")
    extension = raw(None, "gtp.ext_val", "Extension value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start
        if h.first >> 5 == 2:
            c.child("gtpv2")
            return
        c.pos += 1
        kind = c.add(cls.message)
        c.info(MESSAGES_1.get(kind, f"Unknown ({kind})"))
        c.add(cls.len)
        c.add(cls.teid)
        if h.e or h.s or h.pn:
            for given, field, size in ((h.s, cls.sequence, 2), (h.pn, cls.npdu, 1), (h.e, cls.following, 1)):
                c.add(field if given else cls.optional, size)
        while c.remaining:
            number = c.peek(1)
            size = 3 + c.peek(2, 1) if number >= STATED else 1 + FIXED.get(number, c.remaining - 1)
            with c.group(cls.element, size, ELEMENTS_1.get(number, "Unknown")) as c:
                cls._element(c, number)
                c.rest(cls.other)

    @classmethod
    def _element(cls, c: Cursor, number: int) -> None:
        simple = ONE.get(number)
        if simple is not None:
            size = 1 + FIXED[number]
            c.add(simple, size, value=c.peek(size - 1, 1) & MASKS.get(number, 0xFFFFFFFF))
            return
        c.add(cls.kind_)
        if number == 2:
            cls.subscriber(c, 8)
        elif number == 3:
            place(c, cls.rai_mcc, cls.rai_mnc)
            c.add(cls.lac)
            c.add(cls.rac)
        elif number in (8, 15):
            c.add(cls.reorder if number == 8 else cls.selection, 1, value=c.peek(1) & (1 if number == 8 else 3))
        elif number >= STATED:
            cls._stated(c, number)

    @classmethod
    def _stated(cls, c: Cursor, number: int) -> None:
        size = c.add({128: cls.told_length, 131: cls.apn_length, 134: cls.told_length, 133: cls.gsn_length, 255: cls.extension_length}.get(number, cls.stated))
        if number == 128 and size >= 2:
            c.add(cls.pdp_organization)
            kind = c.add(cls.pdp_type)
            if c.remaining in (4, 16) and kind in (0x21, 0x57):
                c.add(cls.pdp_ipv4 if c.remaining == 4 else cls.pdp_ipv6)
        elif number == 131:
            access_point(c, cls.apn)
        elif number == 132:
            cls.options(c)
        elif number == 133 and size in (4, 16):
            c.add(cls.gsn_ipv4 if size == 4 else cls.gsn_ipv6)
        elif number == 134 and size > 1:
            c.add(cls.number_kind)
            c.add(cls.msisdn, size - 1, value=bcd(c.peek_bytes(size - 1)))
        elif number == 255 and size >= 2:
            c.add(cls.extension_id)
            c.rest(cls.extension)


ONE = {
    1: GTPControl.cause, 14: GTPControl.recovery, 16: GTPControl.teid_data, 17: GTPControl.teid_control,
    19: GTPControl.teardown, 20: GTPControl.nsapi, 26: GTPControl.charging, 127: GTPControl.charging_id,
}  # fmt: skip
MASKS = {19: 0x01, 20: 0x0F}


class GTPv2(Options):
    """Version 2."""

    name, label, column = "gtpv2", "GPRS Tunneling Protocol V2", "GTPv2"
    reaches = ("ipcp", "pap", "chap", "lcp", "gtpv2")

    flags = u8(0, "gtpv2.flags", "Flags", HEX)
    version = u8(None, "gtpv2.version", "Version", mask=0xE0, within=flags)
    piggyback = u8(None, "gtpv2.p", "Piggybacking flag (P)", mask=0x10, within=flags)
    with_teid = u8(None, "gtpv2.t", "TEID flag (T)", mask=0x08, within=flags)
    priority = u8(None, "gtpv2.mp", "Message Priority(MP)", mask=0x04, within=flags)
    type = u8(1, "gtpv2.message_type", "Message Type", names=MESSAGES_2)
    len = u16(2, "gtpv2.msg_length", "Message Length")
    teid = u32(4, "gtpv2.teid", "Tunnel Endpoint Identifier", HEX_DEC, when=lambda h: h.with_teid > 0)
    sequence = u24(lambda h: 4 + 4 * h.with_teid, "gtpv2.seq", "Sequence Number", HEX_DEC)
    spare = Field("gtpv2.spare", "Spare", UINT16, at=lambda h: 7 + 4 * h.with_teid, size=1)
    ie_type = u8(None, "gtpv2.ie_type", "IE Type", names=ELEMENTS_2)
    ie_len = u16(None, "gtpv2.ie_len", "IE Length")
    flag_byte = u8(None, "", "Instance")
    cr = u8(0, "gtpv2.cr", "CR flag", mask=0xF0, within=flag_byte)
    instance = u8(0, "gtpv2.instance", "Instance", mask=0x0F, within=flag_byte)
    cause = u8(None, "gtpv2.cause", "Cause", names=CAUSES_2)
    cause_bits = u8(None, "", "Cause bits")
    cause_spare = u8(0, "gtpv2.spare_b7_b3", "Spare bit(s)", mask=0xF8, within=cause_bits)
    pce = flag(0, "gtpv2.pce", "PCE (PDN Connection IE Error)", 0x04, within=cause_bits)
    bce = flag(0, "gtpv2.bce", "BCE (Bearer Context IE Error)", 0x02, within=cause_bits)
    cs = flag(0, "gtpv2.cs", "CS (Cause Source)", 0x01, within=cause_bits)
    offending = u8(None, "gtpv2.cause_off_ie_t", "Type of the offending IE", names=ELEMENTS_2)
    offending_instance = u8(None, "gtpv2.instance", "Instance", mask=0x0F)
    recovery = u8(None, "gtpv2.rec", "Restart Counter")
    apn = string(None, "gtpv2.apn", "APN (Access Point Name)")
    ambr_up = u32(None, "gtpv2.ambr_up", "AMBR Uplink (Aggregate Maximum Bit Rate for Uplink)")
    ambr_down = u32(None, "gtpv2.ambr_down", "AMBR Downlink(Aggregate Maximum Bit Rate for Downlink)")
    bearer = u8(None, "", "EPS Bearer ID")
    bearer_spare = u8(0, "gtpv2.spare_bits", "Spare bit(s)", mask=0xF0, within=bearer)
    bearer_id = u8(0, "gtpv2.ebi", "EPS Bearer ID (EBI)", mask=0x0F, within=bearer)
    ip = ipv4(None, "gtpv2.ip_address_ipv4", "IP address IPv4")
    ip6 = ipv6(None, "gtpv2.ip_address_ipv6", "IP address IPv6")
    mei = string(None, "gtpv2.mei", "MEI(Mobile Equipment Identity)")
    indications = tuple(
        flag(None, f"gtpv2.{name}", name.upper(), 0x80 >> i % 8, size=1)
        for i, name in enumerate(INDICATIONS.split())
    )
    qos_bits = u8(None, "", "Bearer QoS")
    qos_pci = flag(0, "gtpv2.bearer_qos_pci", "PCI (Pre-emption Capability)", 0x40, within=qos_bits)
    qos_pl = u8(0, "gtpv2.bearer_qos_pl", "PL (Priority Level)", mask=0x3C, within=qos_bits)
    qos_pvi = flag(0, "gtpv2.bearer_qos_pvi", "PVI (Pre-emption Vulnerability)", 0x01, within=qos_bits)
    qci = u8(None, "gtpv2.bearer_qos_label_qci", "Label (QCI)")
    rates = (
        Field("gtpv2.bearer_qos_mbr_up", "Maximum Bit Rate For Uplink", UINT64, size=5),
        Field("gtpv2.bearer_qos_mbr_down", "Maximum Bit Rate For Downlink", UINT64, size=5),
        Field("gtpv2.bearer_qos_gbr_up", "Guaranteed Bit Rate For Uplink", UINT64, size=5),
        Field("gtpv2.bearer_qos_gbr_down", "Guaranteed Bit Rate For Downlink", UINT64, size=5),
    )
    rat = u8(None, "gtpv2.rat_type", "RAT Type", names=RATS)
    mcc, mnc = network_fields()
    tai_mcc, tai_mnc = network_fields("tai.")
    ecgi_mcc, ecgi_mnc = network_fields("ecgi.")
    location = u8(None, "gtpv2.uli_flags", "ULI Flags", HEX)
    tac = u16(None, "gtpv2.tai_tac", "Tracking Area Code", HEX_DEC)
    eci_spare = u8(None, "gtpv2.uli_ecgi_eci_spare", "Spare", mask=0xF0)
    eci = u32(None, "gtpv2.ecgi_eci", "ECI (E-UTRAN Cell Identifier)")
    fteid_bits = u8(None, "", "F-TEID")
    fteid_v4 = flag(0, "gtpv2.f_teid_v4", "V4", 0x80, within=fteid_bits)
    fteid_v6 = flag(0, "gtpv2.f_teid_v6", "V6", 0x40, within=fteid_bits)
    fteid_kind = u8(0, "gtpv2.f_teid_interface_type", "Interface Type", mask=0x3F, within=fteid_bits)
    fteid_key = u32(None, "gtpv2.f_teid_gre_key", "TEID/GRE Key", HEX_DEC)
    fteid_ip = ipv4(None, "gtpv2.f_teid_ipv4", "F-TEID IPv4")
    fteid_ip6 = ipv6(None, "gtpv2.f_teid_ipv6", "F-TEID IPv6")
    charging_id = u32(None, "gtpv2.charging_id", "Charging id")
    characteristics = u16(None, "gtpv2.charging_characteristic", "Charging Characteristic", HEX, mask=0xFFFF)
    pdn_bits = u8(None, "", "PDN type")
    pdn_spare = u8(0, "gtpv2.spare_bits", "Spare bit(s)", mask=0xF8, within=pdn_bits)
    pdn_type = u8(0, "gtpv2.pdn_type", "PDN Type", mask=0x07, within=pdn_bits, names=PDN_TYPES)
    pdn_kind = u8(None, "gtpv2.pdn_type", "PDN Type", mask=0x07, names=PDN_TYPES)
    pdn_length = u8(None, "gtpv2.pdn_ipv6_len", "IPv6 Prefix Length")
    pdn_ip6 = ipv6(None, "gtpv2.pdn_addr_and_prefix.ipv6", "PDN Address and Prefix(IPv6)")
    pdn_ip = ipv4(None, "gtpv2.pdn_addr_and_prefix.ipv4", "PDN Address and Prefix(IPv4)")
    restriction = u8(None, "gtpv2.apn_rest", "APN Restriction", names=RESTRICTIONS)
    selection = u8(None, "gtpv2.selec_mode", "Selection Mode", mask=0x03, names=SELECTION)
    enterprise = u16(None, "gtpv2.enterprise_id", "Enterprise ID")
    proprietary = raw(None, "gtpv2.proprietary_value", "Proprietary value")
    total = lambda h: where(h.len + 4 < h.limit - h.start, h.len + 4, h.limit - h.start)

    @staticmethod
    def info(type: int) -> str:
        return MESSAGES_2.get(type, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start + 8 + 4 * h.with_teid
        end = min(h.start + 4 + h.len, c.limit)
        whole, limit = c.end, c.limit
        c.end, c.limit = min(c.end, end), end
        cls._elements(c, 0)
        c.end, c.limit = whole, limit
        if h.piggyback and c.remaining >= 8:
            c.child("gtpv2")

    @classmethod
    def _elements(cls, c: Cursor, depth: int) -> None:
        while c.remaining:
            number, size = c.peek(1), c.peek(2, 1)
            with c.group(cls.element, 4 + size, ELEMENTS_2.get(number, "Unknown")) as c:
                c.add(cls.ie_type)
                c.add(cls.ie_len)
                c.add(cls.flag_byte)
                if number in BEARERS and depth < DEEPEST:
                    cls._elements(c, depth + 1)
                elif number in READERS and size:
                    READERS[number](c, size)
                c.rest(cls.other)


G = GTPv2


def subscriber(c: Cursor, size: int) -> None:
    G.subscriber(c, size)


def cause(c: Cursor, size: int) -> None:
    c.add(G.cause)
    c.add(G.cause_bits)
    if c.remaining:
        c.add(G.offending)
        c.add(G.ie_len)
        c.add(G.offending_instance, 1, value=c.peek(1) & 15)


def name_of(c: Cursor, size: int) -> None:
    access_point(c, G.apn)


def rate(c: Cursor, size: int) -> None:
    c.add(G.ambr_up)
    c.add(G.ambr_down)


def address(c: Cursor, size: int) -> None:
    if size in (4, 16):
        c.add(G.ip if size == 4 else G.ip6)


def digits(c: Cursor, size: int) -> None:
    c.add(G.mei, size, value=bcd(c.peek_bytes(size)))


def telephone(c: Cursor, size: int) -> None:
    c.add(G.msisdn, size, value=bcd(c.peek_bytes(size)))


def indications(c: Cursor, size: int) -> None:
    for bit in G.indications[: 8 * size]:
        c.add(bit, 1, value=bool(c.peek(1) & bit.mask))
        c.pos -= bit.mask > 1


def options(c: Cursor, size: int) -> None:
    G.options(c)


def allocation(c: Cursor, size: int) -> None:
    kind = c.peek(1) & 7
    c.add(G.pdn_kind, 1, value=kind)
    if kind in (2, 3):
        c.add(G.pdn_length)
        c.add(G.pdn_ip6)
    if kind in (1, 3):
        c.add(G.pdn_ip)


def quality(c: Cursor, size: int) -> None:
    c.add(G.qos_bits)
    c.add(G.qci)
    for field in G.rates:
        c.add(field)


def serving(c: Cursor, size: int) -> None:
    place(c, G.mcc, G.mnc)


def location(c: Cursor, size: int) -> None:
    flags = c.add(G.location)
    for bit, width in ((0x01, 7), (0x02, 7), (0x04, 7)):
        if flags & bit:
            c.add(G.other, width)
    if flags & 0x08:
        place(c, G.tai_mcc, G.tai_mnc)
        c.add(G.tac)
    if flags & 0x10:
        place(c, G.ecgi_mcc, G.ecgi_mnc)
        c.add(G.eci_spare)
        c.pos -= 1
        c.add(G.eci, 4, value=c.peek(4) & 0x0FFFFFFF)


def endpoint(c: Cursor, size: int) -> None:
    flags = c.add(G.fteid_bits)
    c.add(G.fteid_key)
    if flags & 0x80:
        c.add(G.fteid_ip)
    if flags & 0x40:
        c.add(G.fteid_ip6)


def private(c: Cursor, size: int) -> None:
    c.add(G.enterprise)
    c.rest(G.proprietary)


def one(field: Field, mask: int = 0) -> Callable[[Cursor, int], None]:
    """An element that is one number."""

    def read(c: Cursor, size: int) -> None:
        width = field.type.size
        c.add(field, width, value=c.peek(width) & (mask or (1 << 8 * width) - 1))

    return read


READERS: dict[int, Callable[[Cursor, int], None]] = {
    1: subscriber, 2: cause, 3: one(G.recovery), 71: name_of, 72: rate, 73: one(G.bearer), 74: address, 75: digits,
    76: telephone, 77: indications, 78: options, 79: allocation, 80: quality, 82: one(G.rat), 83: serving, 86: location,
    87: endpoint, 94: one(G.charging_id), 95: one(G.characteristics), 99: one(G.pdn_bits), 127: one(G.restriction),
    128: one(G.selection, 3), 255: private,
}  # fmt: skip
