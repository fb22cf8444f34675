"""Names of GSM's messages (3GPP TS 24.008, 44.018, 24.011, 48.008, 48.058, 12.21), spelled as Wireshark spells them."""

from __future__ import annotations

PROTOCOLS = {
    0: "GCC", 1: "BCC", 2: "Reserved", 3: "CC", 4: "GTTP", 5: "MM", 6: "RR", 8: "GMM", 9: "SMS", 10: "SM", 11: "SS", 12: "LS",
}  # fmt: skip
RR = {
    0x02: "System Information Type 2bis", 0x03: "System Information Type 2ter", 0x05: "System Information Type 5bis",
    0x06: "System Information Type 5ter", 0x00: "System Information Type 13", 0x07: "System Information Type 2quater",
    0x0D: "Channel Release", 0x0A: "Partial Release", 0x0F: "Partial Release Complete", 0x10: "Channel Mode Modify", 0x12: "RR Status",
    0x13: "Classmark Enquiry", 0x14: "Frequency Redefinition", 0x15: "Measurement Report", 0x16: "Classmark Change",
    0x17: "Channel Mode Modify Acknowledge", 0x18: "System Information Type 8", 0x19: "System Information Type 1",
    0x1A: "System Information Type 2", 0x1B: "System Information Type 3", 0x1C: "System Information Type 4",
    0x1D: "System Information Type 5", 0x1E: "System Information Type 6", 0x1F: "System Information Type 7",
    0x21: "Paging Request Type 1", 0x22: "Paging Request Type 2", 0x24: "Paging Request Type 3", 0x27: "Paging Response",
    0x28: "Handover Failure", 0x29: "Assignment Complete", 0x2B: "Handover Command", 0x2C: "Handover Complete",
    0x2D: "Physical Information", 0x2E: "Assignment Command", 0x2F: "Assignment Failure", 0x30: "Configuration Change Command",
    0x31: "Configuration Change Ack.", 0x32: "Ciphering Mode Complete", 0x33: "Configuration Change Reject",
    0x34: "GPRS Suspension Request", 0x35: "Ciphering Mode Command", 0x39: "Immediate Assignment Extended",
    0x3A: "Immediate Assignment Reject", 0x3B: "Additional Assignment", 0x3F: "Immediate Assignment",
}  # fmt: skip
MM = {
    0x01: "IMSI Detach Indication", 0x02: "Location Updating Accept", 0x04: "Location Updating Reject",
    0x08: "Location Updating Request", 0x11: "Authentication Reject", 0x12: "Authentication Request",
    0x14: "Authentication Response", 0x1C: "Authentication Failure", 0x18: "Identity Request", 0x19: "Identity Response",
    0x1A: "TMSI Reallocation Command", 0x1B: "TMSI Reallocation Complete", 0x21: "CM Service Accept", 0x22: "CM Service Reject",
    0x23: "CM Service Abort", 0x24: "CM Service Request", 0x25: "CM Service Prompt", 0x28: "CM Re-establishment Request", 0x29: "Abort",
    0x30: "MM Null", 0x31: "MM Status", 0x32: "MM Information",
}  # fmt: skip
CC = {
    0x01: "Alerting", 0x02: "Call Proceeding", 0x03: "Progress", 0x04: "CC-Establishment", 0x05: "Setup",
    0x06: "CC-Establishment Confirmed", 0x07: "Connect", 0x08: "Call Confirmed", 0x09: "Start CC", 0x0B: "Recall",
    0x0E: "Emergency Setup", 0x0F: "Connect Acknowledge", 0x10: "User Information", 0x13: "Modify Reject", 0x17: "Modify",
    0x18: "Hold", 0x19: "Hold Acknowledge", 0x1A: "Hold Reject", 0x1C: "Retrieve", 0x1D: "Retrieve Acknowledge",
    0x1E: "Retrieve Reject", 0x1F: "Modify Complete", 0x25: "Disconnect", 0x2A: "Release Complete", 0x2D: "Release",
    0x31: "Stop DTMF", 0x32: "Stop DTMF Acknowledge", 0x34: "Status Enquiry", 0x35: "Start DTMF", 0x36: "Start DTMF Acknowledge",
    0x37: "Start DTMF Reject", 0x39: "Congestion Control", 0x3A: "Facility", 0x3D: "Status", 0x3E: "Notify",
}  # fmt: skip
SMS = {0x01: "CP-DATA", 0x04: "CP-ACK", 0x10: "CP-ERROR"}
GMM = {
    0x01: "Attach Request", 0x02: "Attach Accept", 0x03: "Attach Complete", 0x04: "Attach Reject", 0x05: "Detach Request",
    0x06: "Detach Accept", 0x08: "Routing Area Update Request", 0x09: "Routing Area Update Accept",
    0x0A: "Routing Area Update Complete", 0x0B: "Routing Area Update Reject", 0x0C: "Service Request", 0x0D: "Service Accept",
    0x0E: "Service Reject", 0x10: "P-TMSI Reallocation Command", 0x11: "P-TMSI Reallocation Complete",
    0x12: "Authentication and Ciphering Req", 0x13: "Authentication and Ciphering Resp", 0x14: "Authentication and Ciphering Rej",
    0x15: "Identity Request", 0x16: "Identity Response", 0x1C: "Authentication and Ciphering Failure", 0x20: "GMM Status",
    0x21: "GMM Information",
}  # fmt: skip
SM = {
    0x41: "Activate PDP Context Request", 0x42: "Activate PDP Context Accept", 0x43: "Activate PDP Context Reject",
    0x44: "Request PDP Context Activation", 0x45: "Request PDP Context Activation rej.", 0x46: "Deactivate PDP Context Request",
    0x47: "Deactivate PDP Context Accept", 0x48: "Modify PDP Context Request(Network to MS direction)",
    0x49: "Modify PDP Context Accept (MS to network direction)", 0x4A: "Modify PDP Context Request(MS to network direction)",
    0x4B: "Modify PDP Context Accept (Network to MS direction)", 0x4C: "Modify PDP Context Reject",
    0x4D: "Activate Secondary PDP Context Request", 0x4E: "Activate Secondary PDP Context Accept",
    0x4F: "Activate Secondary PDP Context Reject", 0x55: "SM Status",
}  # fmt: skip
SS = {0x2A: "Release Complete", 0x3A: "Facility", 0x3B: "Register"}
BSSMAP = {
    0x01: "Assignment Request", 0x02: "Assignment Complete", 0x03: "Assignment Failure", 0x10: "Handover Request",
    0x11: "Handover Required", 0x12: "Handover Request Acknowledge", 0x13: "Handover Command", 0x14: "Handover Complete",
    0x15: "Handover Succeeded", 0x16: "Handover Failure", 0x17: "Handover Performed", 0x18: "Handover Candidate Enquire",
    0x19: "Handover Candidate Response", 0x1A: "Handover Required Reject", 0x1B: "Handover Detect", 0x20: "Clear Command",
    0x21: "Clear Complete", 0x22: "Clear Request", 0x25: "SAPI 'n' Reject", 0x26: "Confusion", 0x28: "Suspend", 0x29: "Resume",
    0x2A: "Connection Oriented Information", 0x2B: "Perform Location Request", 0x2C: "LSA Information",
    0x2D: "Perform Location Response", 0x2E: "Perform Location Abort", 0x2F: "Common Id", 0x30: "Reset", 0x31: "Reset Acknowledge",
    0x32: "Overload", 0x34: "Reset Circuit", 0x35: "Reset Circuit Acknowledge", 0x36: "MSC Invoke Trace", 0x37: "BSS Invoke Trace",
    0x3A: "Connectionless Information", 0x40: "Block", 0x41: "Blocking Acknowledge", 0x42: "Unblock",
    0x43: "Unblocking Acknowledge", 0x44: "Circuit Group Block", 0x45: "Circuit Group Blocking Acknowledge",
    0x46: "Circuit Group Unblock", 0x47: "Circuit Group Unblocking Acknowledge", 0x48: "Unequipped Circuit",
    0x4E: "Change Circuit", 0x4F: "Change Circuit Acknowledge", 0x50: "Resource Request", 0x51: "Resource Indication", 0x52: "Paging",
    0x53: "Cipher Mode Command", 0x54: "Classmark Update", 0x55: "Cipher Mode Complete", 0x56: "Queuing Indication",
    0x57: "Complete Layer 3 Information", 0x58: "Classmark Request", 0x59: "Cipher Mode Reject", 0x5A: "Load Indication",
}  # fmt: skip
RSL = {
    1: "DATA REQuest", 2: "DATA INDication", 3: "ERROR INDication", 4: "ESTablish REQuest", 5: "ESTablish CONFirm",
    6: "ESTablish INDication", 7: "RELease REQuest", 8: "RELease CONFirm", 9: "RELease INDication", 10: "UNIT DATA REQuest",
    11: "UNIT DATA INDication", 17: "BCCH INFOrmation", 18: "CCCH LOAD INDication", 19: "CHANnel ReQuireD", 20: "DELETE INDication",
    21: "PAGING CoMmanD", 22: "IMMEDIATE ASSIGN COMMAND", 23: "SMS BroadCast REQuest", 25: "RF RESource INDication", 26: "SACCH FILLing",
    27: "OVERLOAD", 28: "ERROR REPORT", 33: "CHANnel ACTIVation", 34: "CHANnel ACTIVation ACKnowledge",
    35: "CHANnel ACTIVation Negative ACK", 36: "CONNection FAILure", 37: "DEACTIVATE SACCH", 38: "ENCRyption CoMmanD",
    39: "HANDOver DETection", 40: "MEASurement RESult", 41: "MODE MODIFY REQuest", 42: "MODE MODIFY ACKnowledge",
    43: "MODE MODIFY Negative ACKnowledge", 46: "RF CHANnel RELease", 47: "MS POWER CONTROL", 48: "BS POWER CONTROL",
    51: "RF CHANnel RELease ACKnowledge",
}  # fmt: skip
IPA = {0: "PING?", 1: "PONG!", 4: "IDENTITY REQUEST", 5: "IDENTITY RESPONSE", 6: "IDENTITY CONFIRM", 7: "IDENTITY NACK"}
OBJECTS = {0: "BTS Site Manager", 1: "BTS", 2: "Transceiver", 3: "Channel", 4: "Baseband Transceiver", 0xFF: "Null"}
OML = {
    0x01: "Load Data Initiate", 0x02: "Load Data Initiate Ack", 0x03: "Load Data Initiate Nack", 0x04: "Load Data Segment",
    0x05: "Load Data Segment Ack", 0x06: "Load Data Abort", 0x07: "Load Data End", 0x08: "Load Data End Ack", 0x09: "Load Data End Nack",
    0x0A: "SW Activate Request", 0x0B: "SW Activate Request Ack", 0x0D: "Activate SW", 0x0E: "Activate SW Ack", 0x0F: "Activate SW Nack",
    0x10: "SW Activated Report", 0x21: "Establish TEI", 0x41: "Set BTS Attributes", 0x42: "Set BTS Attributes Ack",
    0x43: "Set BTS Attributes Nack", 0x44: "Set Radio Carrier Attributes", 0x45: "Set Radio Carrier Attributes Ack",
    0x46: "Set Radio Carrier Attributes Nack", 0x47: "Set Channel Attributes", 0x48: "Set Channel Attributes Ack",
    0x49: "Set Channel Attributes Nack", 0x61: "State Changed Event Report", 0x62: "Failure Event Report", 0x74: "Opstart",
    0x75: "Opstart Ack", 0x76: "Opstart Nack", 0x81: "Get Attributes", 0x82: "Get Attributes Response", 0x83: "Get Attributes Nack",
}  # fmt: skip
