"""Names of signalling system 7's messages: SCCP (ITU-T Q.713), ISUP (Q.763)."""

from __future__ import annotations

SCCP_TYPES = {
    1: "Connection Request", 2: "Connection Confirm", 3: "Connection Refused", 4: "Released", 5: "Release Complete",
    6: "Data Form 1", 7: "Data Form 2", 8: "Data Acknowledgement", 9: "Unitdata", 10: "Unitdata Service",
    11: "Expedited Data", 12: "Expedited Data Acknowledgement", 13: "Reset Request", 14: "Reset Confirmation",
    15: "Error", 16: "Inactivity Test", 17: "Extended Unitdata", 18: "Extended Unitdata Service", 19: "Long Unitdata",
    20: "Long Unitdata Service",
}  # fmt: skip
ISUP_TYPES = {
    1: "Initial address", 2: "Subsequent address", 3: "Information request (national use)",
    4: "Information (national use)", 5: "Continuity", 6: "Address complete", 7: "Connect", 8: "Forward transfer",
    9: "Answer", 12: "Release", 13: "Suspend", 14: "Resume", 16: "Release complete", 17: "Continuity check request",
    18: "Reset Circuit", 19: "Blocking", 20: "Unblocking", 21: "Blocking ack", 22: "Unblocking ack",
    23: "Circuit group reset", 24: "Circuit group blocking", 25: "Circuit group unblocking",
    26: "Circuit group blocking ack", 27: "Circuit group unblocking ack", 31: "Facility request",
    32: "Facility accepted", 33: "Facility reject", 36: "Loop back ack (national use)", 40: "Pass-along (national use)",
    41: "Circuit group reset ack", 42: "Circuit group query (national use)", 44: "Call progress", 45: "User-to-user information",
    46: "Unequipped CIC (national use)", 47: "Confusion", 48: "Overload (national use)", 50: "Network resource management",
    51: "Facility", 52: "User part test", 53: "User part available", 54: "Identification request", 55: "Identification response",
    56: "Segmentation", 57: "Loop prevention", 64: "Application transport", 65: "Pre-release information",
}  # fmt: skip
ISUP_SHORT = {
    1: "IAM", 2: "SAM", 3: "INR", 4: "INF", 5: "COT", 6: "ACM", 7: "CON", 8: "FOT", 9: "ANM", 12: "REL", 13: "SUS",
    14: "RES", 16: "RLC", 17: "CCR", 18: "RSC", 19: "BLO", 20: "UBL", 21: "BLA", 22: "UBLA", 23: "GRS", 24: "CGB",
    25: "CGU", 26: "CGBA", 27: "CGUA", 31: "FAR", 32: "FAA", 33: "FRJ", 36: "LPA", 40: "PAM", 41: "GRA", 42: "CQM",
    43: "CQR", 44: "CPG", 45: "UUI", 46: "UCIC", 47: "CFN", 48: "OLM", 49: "CRG", 50: "NRM", 51: "FAC", 52: "UPT",
    53: "UPA", 54: "IDR", 55: "IDS", 56: "SGM", 64: "LOP", 65: "APM", 66: "PRI", 67: "SDN",
}  # fmt: skip
