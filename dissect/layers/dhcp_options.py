"""DHCP options (RFC 2132 and the IANA registry): a row of `TABLE` for each, its field and whether it is a list."""

from __future__ import annotations

from dissect.engine.fields import BOOLEAN, INT32, STRINGZ, UINT8, UINT16, UINT32, Field, FieldType, ipv4

P = "dhcp.option"
NODE_TYPES = {1: "B-node", 2: "P-node", 4: "M-node", 8: "H-node"}
OVERLOADS = {1: "Boot file name holds options", 2: "Server host name holds options", 3: "Both hold options"}

_ROWS: tuple[tuple[int, str, str, str], ...] = (  # number, field, name in the tree, what it is ("s": a list)
    (1, "subnet_mask", "Subnet Mask", "ip"), (2, "time_offset", "Time Offset", "i32"), (3, "router", "Router", "ips"),
    (4, "time_server", "Time Server", "ips"), (5, "name_server", "Name Server", "ips"),
    (6, "domain_name_server", "Domain Name Server", "ips"), (7, "log_server", "Log Server", "ips"),
    (8, "quotes_server", "Quotes Server", "ips"), (9, "lpr_server", "LPR Server", "ips"),
    (10, "impress_server", "Impress Server", "ips"), (11, "resource_location_server", "Resource Location Server", "ips"),
    (12, "hostname", "Host Name", "text"), (13, "boot_file_size", "Boot File Size", "u16"),
    (14, "merit_dump_file", "Merit Dump File", "text"), (15, "domain_name", "Domain Name", "text"),
    (16, "swap_server", "Swap Server", "ip"), (17, "root_path", "Root Path", "text"),
    (18, "extension_path", "Extensions Path", "text"), (19, "ip_forwarding", "IP Forwarding", "flag"),
    (20, "non_local_source_routing", "Non-Local Source Routing", "flag"),
    (22, "max_datagram_reassembly_size", "Maximum Datagram Reassembly Size", "u16"),
    (23, "default_ip_ttl", "Default IP Time-to-Live", "u8"), (24, "path_mtu_aging_timeout", "Path MTU Aging Timeout", "u32"),
    (25, "path_mtu_plateau_table_item", "Path MTU Plateau Table Item", "u16s"), (26, "interface_mtu", "Interface MTU", "u16"),
    (27, "all_subnets_are_local", "All Subnets are Local", "flag"), (28, "broadcast_address", "Broadcast Address", "ip"),
    (29, "perform_mask_discovery", "Perform Mask Discovery", "flag"), (30, "mask_supplier", "Mask Supplier", "flag"),
    (31, "perform_router_discover", "Perform Router Discover", "flag"),
    (32, "router_solicitation_address", "Router Solicitation Address", "ip"),
    (34, "trailer_encapsulation", "Trailer Encapsulation", "flag"), (35, "arp_cache_timeout", "ARP Cache Timeout", "u32"),
    (36, "ethernet_encapsulation", "Ethernet Encapsulation", "flag"), (37, "tcp_default_ttl", "TCP Default TTL", "u8"),
    (38, "tcp_keepalive_interval", "TCP Keepalive Interval", "u32"),
    (39, "tcp_keepalive_garbage", "TCP Keepalive Garbage", "flag"), (40, "nis_domain", "Network Information Service Domain", "text"),
    (41, "nis_server", "Network Information Service Server", "ips"), (42, "ntp_server", "Network Time Protocol Server", "ips"),
    (44, "netbios_over_tcpip_name_server", "NetBIOS over TCP/IP Name Server", "ips"),
    (45, "netbios_over_tcpip_dd_name_server", "NetBIOS over TCP/IP Datagram Distribution Name Server", "ips"),
    (46, "netbios_over_tcpip_node_type", "NetBIOS over TCP/IP Node Type", "u8"),
    (47, "netbios_over_tcpip_scope", "NetBIOS over TCP/IP Scope", "text"),
    (48, "xwindows_system_font_server", "X Window System Font Server", "ips"),
    (49, "xwindows_system_display_manager", "X Window System Display Manager", "ips"),
    (50, "requested_ip_address", "Requested IP Address", "ip"), (51, "ip_address_lease_time", "IP Address Lease Time", "u32"),
    (52, "option_overload", "Option Overload", "u8"), (53, "dhcp", "DHCP", "u8"),
    (54, "dhcp_server_id", "DHCP Server Identifier", "ip"), (55, "request_list_item", "Parameter Request List Item", "u8s"),
    (56, "message", "Message", "text"), (57, "dhcp_max_message_size", "Maximum DHCP Message Size", "u16"),
    (58, "renewal_time_value", "Renewal Time Value", "u32"), (59, "rebinding_time_value", "Rebinding Time Value", "u32"),
    (60, "vendor_class_id", "Vendor class identifier", "text"), (64, "nis_plus_domain", "NIS+ Domain Name", "text"),
    (65, "nis_plus_server", "NIS+ Server", "ips"), (66, "tftp_server_name", "TFTP Server Name", "text"),
    (67, "bootfile_name", "Bootfile name", "text"), (68, "mobile_ip_home_agent", "Mobile IP Home Agent", "ips"),
    (69, "smtp_server", "SMTP Server", "ips"), (70, "pop3_server", "POP3 Server", "ips"), (71, "nntp_server", "NNTP Server", "ips"),
    (72, "default_www_server", "Default WWW Server", "ips"),
)  # fmt: skip
KINDS: dict[str, FieldType] = {
    "u8": UINT8, "u16": UINT16, "u32": UINT32, "i32": INT32, "flag": BOOLEAN, "text": STRINGZ,
}  # fmt: skip
SIZES = {"u8": 1, "u16": 2, "u32": 4, "i32": 4, "flag": 1, "ip": 4}


def _field(name: str, label: str, kind: str) -> Field:
    if kind == "ip":
        return ipv4(None, f"{P}.{name}", label)
    return Field(f"{P}.{name}", label, KINDS[kind], size=SIZES.get(kind, 0))


# number -> field, octets of an item (0: all that is there), whether there may be several
TABLE: dict[int, tuple[Field, int, bool]] = {
    number: (_field(name, label, kind.removesuffix("s")), SIZES.get(kind.removesuffix("s"), 0), kind.endswith("s"))
    for number, name, label, kind in _ROWS
}
NAMES = {number: label for number, _, label, _ in _ROWS} | {
    0: "Padding", 21: "Policy Filter", 33: "Static Route", 43: "Vendor-Specific Information", 53: "DHCP Message Type",
    55: "Parameter Request List", 61: "Client identifier", 77: "User Class Information", 81: "Client Fully Qualified Domain Name",
    82: "Agent Information Option", 93: "Client System Architecture", 94: "Client Network Device Interface",
    97: "UUID/GUID-based Client Identifier", 100: "PCode", 101: "TCode", 108: "IPv6-Only Preferred", 116: "DHCP Auto-Configuration",
    118: "Subnet Selection Option", 119: "Domain Search", 120: "SIP Servers", 121: "Classless Static Route", 125: "V-I Vendor-specific Information",
    138: "CAPWAP Access Controllers", 150: "TFTP Server Address", 160: "DHCP Captive-Portal", 161: "MUDURL",
    249: "Private/Classless Static Route (Microsoft)", 252: "Private/Proxy autodiscovery", 255: "End",
}  # fmt: skip
TABLE[53][0].names = {
    1: "Discover", 2: "Offer", 3: "Request", 4: "Decline", 5: "ACK", 6: "NAK", 7: "Release", 8: "Inform",
    9: "Force Renew", 10: "Lease query", 11: "Lease Unassigned", 12: "Lease Unknown", 13: "Lease Active",
}  # fmt: skip
TABLE[55][0].names, TABLE[46][0].names, TABLE[52][0].names = NAMES, NODE_TYPES, OVERLOADS
MESSAGES = TABLE[53][0].names
