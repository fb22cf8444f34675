"""RADIUS attributes (the IANA registry, and the dictionaries of some vendors).

Each is written `number kind name`; kinds: s text, b octets, u 32 bits, h 16, c 8, q 64, i signed, 4 and 6 addresses,
e MAC, t time; `+`: with a tag (RFC 2868), `*`: encrypted, `=`: the field keeps the name's hyphens.
"""

from __future__ import annotations

STANDARD = (
    "1s User-Name, 2s* User-Password, 3b CHAP-Password, 44 NAS-IP-Address, 5u NAS-Port, 6u Service-Type, "
    "7u Framed-Protocol, 84= Framed-IP-Address, 94 Framed-IP-Netmask, 10u Framed-Routing, 11s Filter-Id, "
    "12u Framed-MTU, 13u Framed-Compression, 144 Login-IP-Host, 15u Login-Service, 16u Login-TCP-Port, "
    "18s Reply-Message, 19s Callback-Number, 20s Callback-Id, 22s Framed-Route, 234 Framed-IPX-Network, 24b State, "
    "25b Class, 26b Vendor-Specific, 27u Session-Timeout, 28u Idle-Timeout, 29u Termination-Action, "
    "30s Called-Station-Id, 31s Calling-Station-Id, 32s NAS-Identifier, 33b Proxy-State, 34s Login-LAT-Service, "
    "35s Login-LAT-Node, 36b Login-LAT-Group, 37u Framed-AppleTalk-Link, 38u Framed-AppleTalk-Network, "
    "39s Framed-AppleTalk-Zone, 40u Acct-Status-Type, 41u Acct-Delay-Time, 42u Acct-Input-Octets, "
    "43u Acct-Output-Octets, 44s Acct-Session-Id, 45u Acct-Authentic, 46u Acct-Session-Time, 47u Acct-Input-Packets, "
    "48u Acct-Output-Packets, 49u Acct-Terminate-Cause, 50s Acct-Multi-Session-Id, 51u Acct-Link-Count, "
    "52u Acct-Input-Gigawords, 53u Acct-Output-Gigawords, 55t Event-Timestamp, 56u Egress-VLANID, "
    "57u Ingress-Filters, 58s Egress-VLAN-Name, 59b User-Priority-Table, 60b CHAP-Challenge, 61u NAS-Port-Type, "
    "62u Port-Limit, 63s Login-LAT-Port, 64u+ Tunnel-Type, 65u+ Tunnel-Medium-Type, 66s+ Tunnel-Client-Endpoint, "
    "67s+ Tunnel-Server-Endpoint, 68s Acct-Tunnel-Connection, 69s+* Tunnel-Password, 70b ARAP-Password, "
    "71b ARAP-Features, 72u ARAP-Zone-Access, 73u ARAP-Security, 74s ARAP-Security-Data, 75u Password-Retry, "
    "76u Prompt, 77s Connect-Info, 78s Configuration-Token, 79b EAP-Message, 80b Message-Authenticator, "
    "81s+ Tunnel-Private-Group-Id, 82s+ Tunnel-Assignment-Id, 83u+ Tunnel-Preference, 84b ARAP-Challenge-Response, "
    "85u Acct-Interim-Interval, 86u Acct-Tunnel-Packets-Lost, 87s NAS-Port-Id, 88s Framed-Pool, "
    "89s Chargeable-User-Identity, 90s+ Tunnel-Client-Auth-Id, 91s+ Tunnel-Server-Auth-Id, 92s NAS-Filter-Rule, "
    "94s Originating-Line-Info, 956 NAS-IPv6-Address, 96b Framed-Interface-Id, 97b Framed-IPv6-Prefix, "
    "986 Login-IPv6-Host, 99s Framed-IPv6-Route, 100s Framed-IPv6-Pool, 101u Error-Cause, 102s EAP-Key-Name, "
    "103s Digest-Response, 123b Delegated-IPv6-Prefix, 124b MIP6-Feature-Vector, 125b MIP6-Home-Link-Prefix, "
    "127b Location-Information, 128b Location-Data, 129u Actual-Data-Rate-Upstream, "
    "130u Actual-Data-Rate-Downstream, 131u Minimum-Data-Rate-Upstream, 132u Minimum-Data-Rate-Downstream, "
    "133u Attainable-Data-Rate-Upstream, 134u Attainable-Data-Rate-Downstream, 135u Maximum-Data-Rate-Upstream, "
    "136u Maximum-Data-Rate-Downstream, 137u Minimum-Data-Rate-Upstream-Low-Power, "
    "138u Minimum-Data-Rate-Downstream-Low-Power, 139u Maximum-Interleaving-Delay-Upstream, "
    "140u Actual-Interleaving-Delay-Upstream, 141u Maximum-Interleaving-Delay-Downstream, "
    "142u Actual-Interleaving-Delay-Downstream, 143b PKM-Auth-Key, 144b Access-Loop-Encapsulation, "
    "145b Mobile-Node-Identifier, 146s Service-Selection, 1476 PMIP6-Home-LMA-IPv6-Address, "
    "1486 PMIP6-Visited-LMA-IPv6-Address, 1494 PMIP6-Home-LMA-IPv4-Address, 1504 PMIP6-Visited-LMA-IPv4-Address, "
    "151b PMIP6-Home-HN-Prefix, 152b PMIP6-Visited-HN-Prefix, 153b PMIP6-Home-Interface-ID, "
    "154b PMIP6-Visited-Interface-ID, 155b PMIP6-Home-IPv4-HoA, 156b PMIP6-Visited-IPv4-HoA, "
    "1574 PMIP6-Home-DHCP4-Server-Address, 1584 PMIP6-Visited-DHCP4-Server-Address, "
    "1596 PMIP6-Home-DHCP6-Server-Address, 1606 PMIP6-Visited-DHCP6-Server-Address, 1614 PMIP6-Home-IPv4-Gateway, "
    "1624 PMIP6-Visited-IPv4-Gateway, 163u EAP-Lower-Layer, 164s GSS-Acceptor-Service-Name, "
    "165s GSS-Acceptor-Host-Name, 166s GSS-Acceptor-Service-Specifics, 167s GSS-Acceptor-Realm-Name, "
    "1686 Framed-IPv6-Address, 1696 DNS-Server-IPv6-Address, 170b Route-IPv6-Information, "
    "171s Delegated-IPv6-Prefix-Pool, 172s Stateful-IPv6-Address-Pool, 173b IPv6-6rd-Configuration, "
    "241b Extended-Attribute-1, 242b Extended-Attribute-2, 243b Extended-Attribute-3, 244b Extended-Attribute-4, "
    "245b Extended-Attribute-5, 246b Extended-Attribute-6, 252b IWF-Session"
)
VENDOR_9 = (
    "1s Cisco-AVPair, 2s Cisco-NAS-Port, 3s Cisco-Fax-Account-Id-Origin, 4s Cisco-Fax-Msg-Id, 5s Cisco-Fax-Pages, "
    "6s Cisco-Fax-Coverpage-Flag, 7s Cisco-Fax-Modem-Time, 8s Cisco-Fax-Connect-Speed, 9s Cisco-Fax-Recipient-Count, "
    "10s Cisco-Fax-Process-Abort-Flag, 11s Cisco-Fax-Dsn-Address, 12s Cisco-Fax-Dsn-Flag, 13s Cisco-Fax-Mdn-Address, "
    "14s Cisco-Fax-Mdn-Flag, 15s Cisco-Fax-Auth-Status, 16s Cisco-Email-Server-Address, "
    "17s Cisco-Email-Server-Ack-Flag, 18s Cisco-Gateway-Id, 19s Cisco-Call-Type, 20s Cisco-Port-Used, "
    "21s Cisco-Abort-Cause, 23s h323-remote-address, 24s h323-conf-id, 25s h323-setup-time, 26s h323-call-origin, "
    "27s h323-call-type, 28s h323-connect-time, 29s h323-disconnect-time, 30s h323-disconnect-cause, "
    "31s h323-voice-quality, 33s h323-gw-id, 35s h323-incoming-conf-id, 37s Cisco-Policy-Up, 38s Cisco-Policy-Down, "
    "100s sip-conf-id, 101s h323-credit-amount, 102s h323-credit-time, 103s h323-return-code, 104s h323-prompt-id, "
    "105s h323-time-and-day, 106s h323-redirect-number, 107s h323-preferred-lang, 108s h323-redirect-ip-address, "
    "109s h323-billing-model, 110s h323-currency, 111s subscriber, 112s gw-rxd-cdn, 113s gw-final-xlated-cdn, "
    "114s remote-media-address, 115s release-source, 116s gw-rxd-cgn, 117s gw-final-xlated-cgn, 141s call-id, "
    "142s session-protocol, 143s method, 144s prev-hop-via, 145s prev-hop-ip, 146s incoming-req-uri, "
    "147s outgoing-req-uri, 148s next-hop-ip, 149s next-hop-dn, 150s sip-hdr, 151s dsp-id, 187u Cisco-Multilink-ID, "
    "188u Cisco-Num-In-Multilink, 190u Cisco-Pre-Input-Octets, 191u Cisco-Pre-Output-Octets, "
    "192u Cisco-Pre-Input-Packets, 193u Cisco-Pre-Output-Packets, 194u Cisco-Maximum-Time, "
    "195u Cisco-Disconnect-Cause, 197u Cisco-Data-Rate, 198u Cisco-PreSession-Time, 208u Cisco-PW-Lifetime, "
    "209u Cisco-IP-Direct, 210u Cisco-PPP-VJ-Slot-Comp, 212u Cisco-PPP-Async-Map, 217s Cisco-IP-Pool-Definition, "
    "218u Cisco-Assign-IP-Pool, 228u Cisco-Route-IP, 233u Cisco-Link-Compression, 234u Cisco-Target-Util, "
    "235u Cisco-Maximum-Channels, 242u Cisco-Data-Filter, 243u Cisco-Call-Filter, 244u Cisco-Idle-Limit, "
    "249s Cisco-Subscriber-Password, 250s Cisco-Account-Info, 251s Cisco-Service-Info, 252s Cisco-Command-Code, "
    "253s Cisco-Control-Info, 255u Cisco-Xmit-Rate"
)
VENDOR_311 = (
    "1b MS-CHAP-Response, 2s MS-CHAP-Error, 3b MS-CHAP-CPW-1, 4b MS-CHAP-CPW-2, 5b MS-CHAP-LM-Enc-PW, "
    "6b MS-CHAP-NT-Enc-PW, 7u MS-MPPE-Encryption-Policy, 9u MS-RAS-Vendor, 10s MS-CHAP-Domain, "
    "11b MS-CHAP-Challenge, 12b MS-CHAP-MPPE-Keys, 13u MS-BAP-Usage, 14u MS-Link-Utilization-Threshold, "
    "15u MS-Link-Drop-Time-Limit, 16b MS-MPPE-Send-Key, 17b MS-MPPE-Recv-Key, 18s MS-RAS-Version, "
    "19b MS-Old-ARAP-Password, 20b MS-New-ARAP-Password, 21u MS-ARAP-PW-Change-Reason, 22b MS-Filter, "
    "23u MS-Acct-Auth-Type, 24u MS-Acct-EAP-Type, 25b MS-CHAP2-Response, 26b MS-CHAP2-Success, 27b MS-CHAP2-CPW, "
    "284 MS-Primary-DNS-Server, 294 MS-Secondary-DNS-Server, 304 MS-Primary-NBNS-Server, "
    "314 MS-Secondary-NBNS-Server, 34s MS-RAS-Client-Name, 35s MS-RAS-Client-Version, 36b MS-Quarantine-IPFilter, "
    "37u MS-Quarantine-Session-Timeout, 40s MS-User-Security-Identity, 41u MS-Identity-Type, 42s MS-Service-Class, "
    "44s MS-Quarantine-User-Class, 45u MS-Quarantine-State, 46u MS-Quarantine-Grace-Time, "
    "47u MS-Network-Access-Server-Type, 48u MS-AFW-Zone, 49u MS-AFW-Protection-Level, 50s MS-Machine-Name, "
    "51b MS-IPv6-Filter, 52b MS-IPv4-Remediation-Servers, 53b MS-IPv6-Remediation-Servers, "
    "54u MS-RNAP-Not-Quarantine-Capable, 55b MS-Quarantine-SOH, 56b MS-RAS-Correlation, "
    "57u MS-Extended-Quarantine-State, 58s MS-HCAP-User-Groups, 59s MS-HCAP-Location-Group-Name, "
    "60s MS-HCAP-User-Name, 614 MS-User-IPv4-Address, 626 MS-User-IPv6-Address, 63u MS-TSG-Device-Redirection"
)
VENDOR_10415 = (
    "1s 3GPP-IMSI, 2u 3GPP-Charging-ID, 3u 3GPP-PDP-Type, 44 3GPP-Charging-Gateway-Address, "
    "5s 3GPP-GPRS-Negotiated-QoS-profile, 64 3GPP-SGSN-Address, 74 3GPP-GGSN-Address, 8s 3GPP-IMSI-MCC-MNC, "
    "9s 3GPP-GGSN-MCC-MNC, 10s 3GPP-NSAPI, 11b 3GPP-Session-Stop-Indicator, 12s 3GPP-Selection-Mode, "
    "13s 3GPP-Charging-Characteristics, 146 3GPP-Charging-Gateway-IPv6-Address, 156 3GPP-SGSN-IPv6-Address, "
    "166 3GPP-GGSN-IPv6-Address, 17b 3GPP-IPv6-DNS-Servers, 18s 3GPP-SGSN-MCC-MNC, 19b 3GPP-Teardown-Indicator, "
    "20s 3GPP-IMEISV, 21u 3GPP-RAT-Type, 22b 3GPP-User-Location-Info, 23b 3GPP-MS-TimeZone, "
    "24b 3GPP-Camel-Charging-Info, 25b 3GPP-Packet-Filter, 26u 3GPP-Negotiated-DSCP, 27u 3GPP-Allocate-IP-Type, "
    "28b External-Identifier, 29b TWAN-Identifier, 30b 3GPP-User-Location-Info-Time, 31b 3GPP-Secondary-RAT-Usage, "
    "32b 3GPP-UE-Local-IP-Address, 33b 3GPP-UE-Source-Port, 110b 3GPP-Notification, 111b 3GPP-UE-MAC-Address, "
    "112b 3GPP-Authorization-Reference, 113b 3GPP-Policy-Reference, 114b 3GPP-Session-AMBR, 115b 3GPP-NAI, "
    "118b 3GPP-IP-Address-Pool-Info, 119b 3GPP-VLAN-Id, 120b 3GPP-TNAP-Identifier, 121b 3GPP-HFC-NodeId, "
    "122b 3GPP-GLI, 123b 3GPP-Line-Type, 124b 3GPP-NID, 125b 3GPP-Session-S-NSSAI, 126s 3GPP-CHF-FQDN, "
    "127s 3GPP-Serving-NF-FQDN, 128b 3GPP-Session-Id, 129b 3GPP-GCI"
)
VENDOR_14122 = (
    "1s WISPr-Location-ID, 2s WISPr-Location-Name, 3s WISPr-Logoff-URL, 4s WISPr-Redirection-URL, "
    "5u WISPr-Bandwidth-Min-Up, 6u WISPr-Bandwidth-Min-Down, 7u WISPr-Bandwidth-Max-Up, 8u WISPr-Bandwidth-Max-Down, "
    "9s WISPr-Session-Terminate-Time, 10s WISPr-Session-Terminate-End-Of-Day, 11s WISPr-Billing-Class-Of-Service"
)
VENDOR_14988 = (
    "1u Mikrotik-Recv-Limit, 2u Mikrotik-Xmit-Limit, 3s Mikrotik-Group, 4u Mikrotik-Wireless-Forward, "
    "5u Mikrotik-Wireless-Skip-Dot1x, 6u Mikrotik-Wireless-Enc-Algo, 7s Mikrotik-Wireless-Enc-Key, "
    "8s Mikrotik-Rate-Limit, 9s Mikrotik-Realm, 104 Mikrotik-Host-IP, 11s Mikrotik-Mark-Id, "
    "12s Mikrotik-Advertise-URL, 13u Mikrotik-Advertise-Interval, 14u Mikrotik-Recv-Limit-Gigawords, "
    "15u Mikrotik-Xmit-Limit-Gigawords, 16s Mikrotik-Wireless-PSK, 17u Mikrotik-Total-Limit, "
    "18u Mikrotik-Total-Limit-Gigawords, 19s Mikrotik-Address-List, 20s Mikrotik-Wireless-MPKey, "
    "21s Mikrotik-Wireless-Comment, 22s Mikrotik-Delegated-IPv6-Pool, 23s Mikrotik-DHCP-Option-Set, "
    "24s Mikrotik-DHCP-Option-Param-STR1, 25s Mikortik-DHCP-Option-ParamSTR2, 26u Mikrotik-Wireless-VLANID, "
    "27u Mikrotik-Wireless-VLANID-Type, 28s Mikrotik-Wireless-Minsignal, 29s Mikrotik-Wireless-Maxsignal"
)
VENDOR_14823 = (
    "1s Aruba-User-Role, 2u Aruba-User-Vlan, 3u Aruba-Priv-Admin-User, 4s Aruba-Admin-Role, 5s Aruba-Essid-Name, "
    "6s Aruba-Location-Id, 7s Aruba-Port-Identifier, 8s Aruba-MMS-User-Template, 9s Aruba-Named-User-Vlan, "
    "10s Aruba-AP-Group, 11s Aruba-Framed-IPv6-Address, 12s Aruba-Device-Type, 13s Aruba-AP-Name, "
    "14u Aruba-No-DHCP-Fingerprint, 15s Aruba-Mdps-Device-Udid, 16s Aruba-Mdps-Device-Imei, "
    "17s Aruba-Mdps-Device-Iccid, 18u Aruba-Mdps-Max-Devices, 19s Aruba-Mdps-Device-Name, "
    "20s Aruba-Mdps-Device-Product, 21s Aruba-Mdps-Device-Version, 22s Aruba-Mdps-Device-Serial, "
    "23s Aruba-CPPM-Role, 24s Aruba-AirGroup-User-Name, 25s Aruba-AirGroup-Shared-User, "
    "26s Aruba-AirGroup-Shared-Role, 27u Aruba-AirGroup-Device-Type, 28s Aruba-Auth-Survivability, "
    "29s Aruba-AS-User-Name, 30s Aruba-AS-Credential-Hash, 31s Aruba-WorkSpace-App-Name, "
    "32s Aruba-Mdps-Provisioning-Settings, 33s Aruba-Mdps-Device-Profile, 344 Aruba-AP-IP-Address, "
    "35s Aruba-AirGroup-Shared-Group, 36s Aruba-User-Group, 37s Aruba-Network-SSO-Token, 38u Aruba-AirGroup-Version, "
    "39u Aruba-Auth-SurvMethod, 40u Aruba-Port-Bounce-Host, 414 Aruba-Calea-Server-Ip, 42s Aruba-Admin-Path"
)
VENDORS = {9: VENDOR_9, 311: VENDOR_311, 10415: VENDOR_10415, 14122: VENDOR_14122, 14988: VENDOR_14988, 14823: VENDOR_14823}
ENUMERATIONS: dict[str, dict[int, str]] = {
    "Service-Type": {1: "Login", 2: "Framed", 3: "Dialback-Login-User", 4: "Dialback-Framed-User",
        5: "Dialout-Framed-User", 6: "Shell-User", 7: "Exec-User", 8: "Authenticate-Only", 9: "Callback-NAS-Prompt",
        10: "Call-Check", 11: "Callback-Administrative", 12: "Voice", 13: "Fax", 14: "Modem-Relay",
        15: "IAPP-Register", 16: "IAPP-AP-Check", 17: "Authorize-Only", 18: "Framed-Management", 252: "HP-Oper",
        255: "HP-User", 103809025: "Annex-Authorize-Only", 103809026: "Annex-Framed-Tunnel",
        954138625: "ChilliSpot-Authorize-Only", 1224278017: "TP-CAPWAP-WTP", 1224278018: "TP-CAPWAP-STA"},
    "Framed-Protocol": {1: "PPP", 2: "SLIP", 3: "ARAP", 4: "Gandalf-SLML", 5: "Xylogics-IPX-SLIP",
        6: "X.75-Synchronous", 7: "GPRS-PDP-Context", 9: "PPTP", 255: "Ascend-ARA", 256: "Ascend-MPP",
        257: "Ascend-EURAW", 258: "Ascend-EUUI", 259: "Ascend-X25", 260: "Ascend-COMB", 261: "Ascend-FR",
        262: "Ascend-MP", 263: "Ascend-FR-CIR", 17825794: "Bintec-X25", 17825795: "Bintec-X25-PPP",
        17825796: "Bintec-IP-LAPB", 17825798: "Bintec-IP-HDLC", 17825799: "Bintec-MPR-LAPB",
        17825800: "Bintec-MPR-HDLC", 17825801: "Bintec-FRAME-RELAY", 17825802: "Bintec-X31-BCHAN",
        17825803: "Bintec-X75-PPP", 17825804: "Bintec-X75BTX-PPP", 17825805: "Bintec-X25-NOSIG",
        17825806: "Bintec-X25-PPP-OPT", 1224278017: "TP-CAPWAP"},
    "NAS-Port-Type": {0: "Async", 1: "Sync", 2: "ISDN", 3: "ISDN-V120", 4: "ISDN-V110", 5: "Virtual", 6: "PIAFS",
        7: "HDLC-Clear-Channel", 8: "X.25", 9: "X.75", 10: "G.3-Fax", 11: "SDSL", 12: "ADSL-CAP", 13: "ADSL-DMT",
        14: "IDSL", 15: "Ethernet", 16: "xDSL", 17: "Cable", 18: "Wireless-Other", 19: "Wireless-802.11",
        20: "Token-Ring", 21: "FDDI", 22: "Wireless-CDMA2000", 23: "Wireless-UMTS", 24: "Wireless-1X-EV", 25: "IAPP",
        26: "FTTP", 27: "Wireless-802.16", 28: "Wireless-802.20", 29: "Wireless-802.22", 30: "PPPoA", 31: "PPPoEoA",
        32: "PPPoEoE", 33: "PPPoEoVLAN", 34: "PPPoEoQinQ", 35: "xPON", 36: "Wireless-XGP"},
    "Acct-Status-Type": {1: "Start", 2: "Stop", 3: "Interim-Update", 4: "Modem-Start", 5: "Modem-Stop", 6: "Cancel",
        7: "Accounting-On", 8: "Accounting-Off", 9: "Tunnel-Start", 10: "Tunnel-Stop", 11: "Tunnel-Reject",
        12: "Tunnel-Link-Start", 13: "Tunnel-Link-Stop", 14: "Tunnel-Link-Reject", 15: "Failed", 17: "One-Time",
        217: "WB-Login", 218: "WB-Logout", 219: "WB-WRitelog", 103809025: "Annex-User-Reject",
        103809026: "Annex-Call-Reject", 103809027: "Annex-IPCP-Start", 103809028: "Annex-IPXCP-Start",
        103809029: "Annex-ATCP-Start", 103809030: "Annex-Accounting-Restart", 103809031: "Annex-Accounting-Shutoff",
        103809032: "Annex-Tunnel-Start", 103809033: "Annex-Tunnel-Stop", 103809034: "Annex-Tunnel-Reject",
        103809035: "Annex-Tunnel-Link-Start", 103809036: "Annex-Tunnel-Link-Stop", 103809037: "Annex-MP-Start",
        103809038: "Annex-MP-Stop", 103809039: "Annex-Line-Seizure", 103809040: "Annex-Rlogin-Start",
        103809041: "Annex-Rlogin-Stop", 160825345: "SG-Service-Start", 160825346: "SG-Service-Stop"},
    "Acct-Authentic": {1: "RADIUS", 2: "Local", 3: "Remote", 4: "Diameter"},
    "Acct-Terminate-Cause": {1: "User-Request", 2: "Lost-Carrier", 3: "Lost-Service", 4: "Idle-Timeout",
        5: "Session-Timeout", 6: "Admin-Reset", 7: "Admin-Reboot", 8: "Port-Error", 9: "NAS-Error",
        10: "NAS-Request", 11: "NAS-Reboot", 12: "Port-Unneeded", 13: "Port-Preempted", 14: "Port-Suspended",
        15: "Service-Unavailable", 16: "Callback", 17: "User-Error", 18: "Host-Request", 19: "Supplicant-Restart",
        20: "Reauthentication-Failure", 21: "Port-Reinit", 22: "Port-Disabled"},
    "Tunnel-Type": {1: "PPTP", 2: "L2F", 3: "L2TP", 4: "ATMP", 5: "VTP", 6: "AH", 7: "IP", 8: "MIN-IP", 9: "ESP",
        10: "GRE", 11: "DVS", 12: "IP-in-IP", 13: "VLAN"},
    "Tunnel-Medium-Type": {1: "IP", 2: "IPv6", 3: "NSAP", 4: "HDLC", 5: "BBN-1822", 6: "IEEE-802", 7: "E.163",
        8: "E.164", 9: "F.69", 10: "X.121", 11: "IPX", 12: "Appletalk", 13: "DecNet-IV", 14: "Banyan-Vines",
        15: "E.164-NSAP"},
    "Error-Cause": {201: "Residual-Context-Removed", 202: "Invalid-EAP-Packet", 401: "Unsupported-Attribute",
        402: "Missing-Attribute", 403: "NAS-Identification-Mismatch", 404: "Invalid-Request",
        405: "Unsupported-Service", 406: "Unsupported-Extension", 407: "Invalid-Attribute-Value",
        501: "Administratively-Prohibited", 502: "Proxy-Request-Not-Routable", 503: "Session-Context-Not-Found",
        504: "Session-Context-Not-Removable", 505: "Proxy-Processing-Error", 506: "Resources-Unavailable",
        507: "Request-Initiated", 508: "Multiple-Session-Selection-Unsupported"},
    "Termination-Action": {0: "Default", 1: "RADIUS-Request", 2: "Manage-Resources"},
    "Framed-Compression": {0: "None", 1: "Van-Jacobsen-TCP-IP", 2: "IPX-Header-Compression", 3: "Stac-LZS"},
    "Login-Service": {0: "Telnet", 1: "Rlogin", 2: "TCP-Clear", 3: "PortMaster", 4: "LAT", 5: "X25-PAD",
        6: "X25-T3POS", 8: "TCP-Clear-Quiet"},
}  # fmt: skip
