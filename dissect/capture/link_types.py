"""Names of the LINKTYPE_ numbers of capture files (the registry at tcpdump.org), for people."""

LINK_TYPES = {
    0: "BSD loopback (null)", 1: "Ethernet", 3: "AX.25", 6: "Token Ring", 7: "ARCNET", 8: "SLIP", 9: "PPP",
    10: "FDDI", 50: "PPP in HDLC framing", 51: "PPPoE", 99: "Symantec Enterprise Firewall", 100: "ATM RFC 1483",
    101: "Raw IP", 104: "Cisco HDLC", 105: "IEEE 802.11", 107: "Frame Relay", 108: "OpenBSD loopback",
    113: "Linux cooked", 114: "LocalTalk", 117: "OpenBSD pflog", 119: "802.11 with Prism header",
    122: "IP over Fibre Channel", 123: "SunATM", 127: "802.11 with radiotap", 128: "TZSP", 129: "ARCNET (Linux)",
    138: "Apple IP over FireWire", 139: "SS7 MTP2 with pseudo-header", 140: "SS7 MTP2", 141: "SS7 MTP3",
    142: "SS7 SCCP", 143: "DOCSIS", 144: "Linux IrDA", 163: "802.11 with AVS header", 165: "BACnet MS/TP",
    166: "Linux PPP", 169: "GPRS LLC", 177: "Linux LAPD", 187: "Bluetooth HCI H4", 189: "USB (Linux)", 192: "PPI",
    195: "IEEE 802.15.4", 196: "SITA", 197: "ERF", 201: "Bluetooth HCI H4 with header", 202: "AX.25 with KISS",
    209: "I2C (Linux)", 210: "FlexRay", 212: "LIN", 220: "USB (Linux, padded)", 224: "Fibre Channel FC-2",
    225: "Fibre Channel FC-2 with delimiters", 226: "Solaris IPNET", 227: "CAN (SocketCAN)", 228: "Raw IPv4",
    229: "Raw IPv6", 230: "IEEE 802.15.4 without FCS", 231: "D-Bus", 239: "Linux netfilter log", 240: "netANALYZER",
    242: "IP over InfiniBand", 243: "MPEG-2 TS", 245: "NFC LLCP", 247: "InfiniBand", 248: "SCTP", 249: "USBPcap",
    251: "Bluetooth LE", 253: "Linux netlink", 254: "Bluetooth Linux monitor", 256: "Bluetooth LE with header",
    258: "PKTAP", 264: "ISO 14443", 270: "LoRaTap", 272: "nordic BLE", 276: "Linux cooked v2", 281: "Broadcom tag",
    283: "IEEE 802.15.4 TAP", 284: "DSA tag", 285: "EDSA tag", 288: "USB 2.0", 293: "USB 2.0 low speed",
    294: "USB 2.0 full speed", 295: "USB 2.0 high speed",
}  # fmt: skip
