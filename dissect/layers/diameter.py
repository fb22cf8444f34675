"""Diameter (RFC 6733), the successor of RADIUS.

     0             7 8                                            31
    +---------------+---------------------------------------------+
    |    version    |               message length                |
    +---------------+---------------------------------------------+
    | command flags |                command code                 |
    +---------------+---------------------------------------------+
    |                        application id                       |
    +-------------------------------------------------------------+
    |                    hop-by-hop identifier                    |
    +-------------------------------------------------------------+
    |                    end-to-end identifier                    |
    +-------------------------------------------------------------+
    AVP: code (4), flags (1), length (3), vendor (4, if a flag says so), data, padding to 32 bits

What AVPs are called and hold: RFC 6733, 7155, 8506, 4072 and, of 3GPP (vendor 10415), TS 29.061, 29.214, 29.229, 29.329,
32.299, 29.212 and 29.272.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BYTES,
    FLOAT,
    HEX,
    INT32,
    INT64,
    STRING,
    UINT16,
    UINT32,
    UINT64,
    Field,
    FieldType,
    flag,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u24,
    u32,
)
from dissect.engine.layer import Layer, To
from dissect.engine.peek import Likely

COMMANDS = {
    257: "Capabilities-Exchange", 258: "Re-Auth", 260: "AA-Mobile-Node", 262: "Home-Agent-MIP", 265: "AA",
    268: "Diameter-EAP", 271: "Accounting", 272: "Credit-Control", 274: "Abort-Session", 275: "Session-Termination",
    280: "Device-Watchdog", 282: "Disconnect-Peer", 283: "User-Authorization", 284: "Server-Assignment",
    285: "Location-Info", 286: "Multimedia-Auth", 287: "Registration-Termination", 288: "Push-Profile",
    300: "User-Authorization", 301: "Server-Assignment", 302: "Location-Info", 303: "Multimedia-Auth",
    304: "Registration-Termination", 305: "Push-Profile", 306: "User-Data", 307: "Profile-Update",
    308: "Subscribe-Notifications", 309: "Push-Notification", 310: "Boostrapping-Info", 311: "Message-Process",
    312: "GBAPush-Info", 314: "Policy-Data", 315: "Policy-Install", 316: "3GPP-Update-Location",
    317: "3GPP-Cancel-Location", 318: "3GPP-Authentication-Information", 319: "3GPP-Insert-Subscriber-Data",
    320: "3GPP-Delete-Subscriber-Data", 321: "3GPP-Purge-UE", 322: "3GPP-Reset", 323: "3GPP-Notify",
    324: "3GPP-ME-Identity-Check", 325: "MIP6", 326: "QoS-Authorization", 327: "QoS-Install",
    328: "Capabilities-Update", 329: "IKEv2-SK", 330: "NAT-Control", 8388620: "3GPP-Provide-Location",
    8388621: "3GPP-Location-Report", 8388622: "3GPP-LCS-Routing-Info", 8388633: "Ericsson-SL", 8388634: "Ericsson-SN",
    8388635: "Spending-Limit", 8388636: "Spending-Status-Notification", 8388637: "TDF-Session",
    8388638: "3GPP-Update-VCSG-Location", 8388639: "3GPP-Device-Action", 8388640: "3GPP-Device-Notification",
    8388641: "3GPP-Subscriber-Information", 8388642: "Cancel-VCSG-Location", 8388643: "3GPP-Device-Trigger",
    8388644: "3GPP-Delivery-Report", 8388645: "MO-Forward-Short-Message", 8388646: "MT-Forward-Short-Message",
    8388647: "Send-Routing-Info-for-SM", 8388648: "Alert-Service-Centre", 8388649: "Report-SM-Delivery-Status",
}  # fmt: skip
APPLICATIONS = {
    0: "Diameter Common Messages", 1: "Diameter NASREQ Application", 2: "Diameter Mobile IPv4 Application",
    3: "Diameter Base Accounting", 4: "Diameter Credit Control Application",
    5: "Diameter EAP Application", 6: "Diameter Session Initiation Protocol (SIP) Application",
    7: "Diameter Mobile IPv6 IKE", 8: "Diameter Mobile IPv6 Auth", 9: "Diameter QoS application",
    16777216: "3GPP Cx", 16777217: "3GPP Sh", 16777236: "3GPP Rx", 16777238: "3GPP Gx", 16777251: "3GPP S6a/S6d",
    16777252: "3GPP S13/S13'", 16777255: "3GPP SLg", 16777264: "3GPP SWm", 16777265: "3GPP SWx", 16777266: "3GPP Gxx",
    16777267: "3GPP S9", 16777272: "3GPP S6b", 16777291: "3GPP SLh", 16777302: "3GPP Sy", 4294967295: "Relay",
}  # fmt: skip
AVPS = {  # (vendor, type): code and name, and so on
    (0, "STRING"): """
        1 User-Name 11 Filter-Id 18 Reply-Message 19 Callback-Number 20 Callback-Id 22 Framed-Route
        23 Framed-IPX-Network 30 Called-Station-Id 31 Calling-Station-Id 32 NAS-Identifier
        50 Accounting-Multi-Session-Id 58 Egress-VLAN-Name 66 Tunnel-Client-Endpoint 67 Tunnel-Server-Endpoint
        77 Connect-Info 87 NAS-Port-Id 89 CUI 90 Tunnel-Client-Auth-Id 91 Tunnel-Server-Auth-Id
        92 RADIUS-NAS-Filter-Rule 99 Framed-IPv6-Route 102 EAP-Key-Name 103 Digest-Response 104 Digest-Realm
        105 Digest-Nonce 106 Digest-Response-Auth 107 Digest-Nextnonce 108 Digest-Method 109 Digest-URI 110 Digest-Qop
        111 Digest-Algorithm 112 Digest-Entity-Body-Hash 113 Digest-CNonce 114 Digest-Nonce-Count 115 Digest-Username
        116 Digest-Opaque 117 Digest-Auth-Param 118 Digest-AKA-Auts 119 Digest-Domain 120 Digest-Stale 121 Digest-HA1
        122 SIP-AOR 263 Session-Id 264 Origin-Host 269 Product-Name 275 Alternate-Peer 280 Proxy-Host 281 Error-Message
        282 Route-Record 283 Destination-Realm 292 Redirect-Host 293 Destination-Host 294 Error-Reporting-Host
        296 Origin-Realm 400 NAS-Filter-Rule 407 QoS-Filter-Rule 424 Cost-Unit 435 Redirect-Server-Address
        438 Restriction-Filter-Rule 444 Subscription-Id-Data 461 Service-Context-Id
    """,
    (0, "BYTES"): """
        2 User-Password 3 CHAP-Password 4 NAS-IP-Address 24 State 25 Class 33 Proxy-State 34 Login-LAT-Service
        35 Login-LAT-Node 36 Login-LAT-Group 39 Framed-AppleTalk-Zone 44 Acct-Session-Id 56 Egress-VLANID
        59 User-Priority-Table 60 CHAP-Challenge 63 Login-LAT-Port 68 Tunnel-Connection-ID 69 Tunnel-Password
        70 ARAP-Password 71 ARAP-Features 74 ARAP-Security-Data 78 Configuration-Token 79 EAP-Message 80 Signature
        81 Tunnel-Private-Group-Id 82 Tunnel-Assignment-Id 84 ARAP-Challenge-Response 88 Framed-Pool
        94 Originating-Line-Info 95 NAS-IPv6-Address 97 Framed-IPv6-Prefix 98 Login-IPv6-Host 100 Framed-IPv6-Pool
        123 Delegated-IPv6-Prefix 404 CHAP-Ident 405 CHAP-Response 411 CC-Correlation-Id 442 Service-Parameter-Value
        460 User-Equipment-Info-Value 462 EAP-Payload 463 EAP-Reissued-Payload 464 EAP-Master-Session-Key
    """,
    (0, "UINT32"): """
        5 NAS-Port 12 Framed-MTU 16 Login-TCP-Port 26 Vendor-Specific 27 Session-Timeout 28 Idle-Timeout
        37 Framed-AppleTalk-Link 38 Framed-AppleTalk-Network 41 Acct-Delay-Time 42 Acct-Input-Octets
        43 Acct-Output-Octets 46 Acct-Session-Time 51 Acct-Link-Count 62 Port-Limit 73 ARAP-Security 75 Password-Retry
        83 Tunnel-Preference 85 Acct-Interim-Interval 86 Acct-Tunnel-Packets-Lost 258 Auth-Application-Id
        259 Acct-Application-Id 262 Redirect-Max-Cache-Time 265 Supported-Vendor-Id 266 Vendor-Id 267 Firmware-Revision
        272 Multi-Round-Time-Out 276 Auth-Grace-Period 278 Origin-State-Id 415 CC-Request-Number 420 CC-Time
        425 Currency-Code 432 Rating-Group 439 Service-Identifier 441 Service-Parameter-Type 448 Validity-Time
        453 G-S-U-Pool-Identifier 485 Accounting-Record-Number 625 OC-Validity-Duration 627 OC-Reduction-Percentage
    """,
    (0, "INT32"): """
        6 Service-Type 7 Framed-Protocol 10 Framed-Routing 13 Framed-Compression 15 Login-Service 29 Termination-Action
        40 Acct-Status-Type 45 Acct-Authentic 47 Acct-Input-Packets 48 Acct-Output-Packets 49 Acct-Terminate-Cause
        52 Acct-Input-Gigawords 53 Acct-Output-Gigawords 57 Ingress-Filters 61 NAS-Port-Type 64 Tunnel-Type
        65 Tunnel-Medium-Type 72 ARAP-Zone-Access 76 Prompt 101 Error-Cause 261 Redirect-Host-Usage 268 Result-Code
        270 Session-Binding 271 Session-Server-Failover 273 Disconnect-Cause 274 Auth-Request-Type
        277 Auth-Session-State 285 Re-Auth-Request-Type 291 Authorization-Lifetime 295 Termination-Cause
        298 Experimental-Result-Code 299 Inband-Security-Id 301 DRMP 403 CHAP-Algorithm 406 Accounting-Auth-Method
        408 Origin-AAA-Protocol 416 CC-Request-Type 418 CC-Session-Failover 422 Check-Balance-Result 426 Credit-Control
        427 Credit-Control-Failure-Handling 428 Direct-Debiting-Failure-Handling 429 Exponent 433 Redirect-Address-Type
        436 Requested-Action 449 Final-Unit-Action 450 Subscription-Id-Type 452 Tariff-Change-Usage 454 CC-Unit-Type
        455 Multiple-Services-Indicator 459 User-Equipment-Info-Type 480 Accounting-Record-Type
        483 Accounting-Realtime-Required 626 OC-Report-Type
    """,
    (0, "ADDRESS"): """
        8 Framed-IP-Address 9 Framed-IP-Netmask 14 Login-IP-Host 257 Host-IP-Address
    """,
    (0, "ABSOLUTE_TIME"): """
        55 Event-Timestamp 451 Tariff-Time-Change
    """,
    (0, "UINT64"): """
        96 Framed-Interface-Id 287 Accounting-Sub-Session-Id 363 Accounting-Input-Octets 364 Accounting-Output-Octets
        365 Accounting-Input-Packets 366 Accounting-Output-Packets 412 CC-Input-Octets 414 CC-Output-Octets
        417 CC-Service-Specific-Units 419 CC-Sub-Session-Id 421 CC-Total-Octets 465 Accounting-EAP-Auth-Method
        622 OC-Feature-Vector 624 OC-Sequence-Number
    """,
    (0, "GROUPED"): """
        260 Vendor-Specific-Application-Id 279 Failed-AVP 284 Proxy-Info 297 Experimental-Result 300 E2E-Sequence
        401 Tunneling 402 CHAP-Auth 413 CC-Money 423 Cost-Information 430 Final-Unit-Indication 431 Granted-Service-Unit
        434 Redirect-Server 437 Requested-Service-Unit 440 Service-Parameter-Info 443 Subscription-Id 445 Unit-Value
        446 Used-Service-Unit 456 Multiple-Services-Credit-Control 457 G-S-U-Pool-Reference 458 User-Equipment-Info
        621 OC-Supported-Features 623 OC-OLR
    """,
    (0, "INT64"): """
        447 Value-Digits
    """,
    (10415, "STRING"): """
        1 3GPP-IMSI 5 3GPP-GPRS-Negotiated-QoS-Profile 8 3GPP-IMSI-MCC-MNC 9 3GPP-GGSN-MCC-MNC 10 3GPP-NSAPI
        11 3GPP-Session-Stop-Indicator 12 3GPP-Selection-Mode 13 3GPP-Charging-Characteristics 18 3GPP-SGSN-MCC-MNC
        507 Flow-Description 524 Codec-Data 531 Sponsor-Identity 532 Application-Service-Provider-Identity
        601 Public-Identity 602 Server-Name 608 3GPP-SIP-Authentication-Scheme 617 Reason-Info
        619 Primary-Event-Charging-Function-Name 620 Secondary-Event-Charging-Function-Name
        621 Primary-Charging-Collection-Function-Name 622 Secondary-Charging-Collection-Function-Name 634 Wildcarded-PSI
        636 Wildcarded-IMPU 657 WebRTC-Authentication-Function-Name 658 WebRTC-Web-Server-Function-Name
        824 3GPP-SIP-Method 825 Event 826 Content-Type 828 Content-Disposition 830 User-Session-ID
        831 Calling-Party-Address 832 Called-Party-Address 836 Application-Server
        837 Application-Provided-Called-Party-Address 839 Originating-IOI 840 Terminating-IOI
        841 IMS-Charging-Identifier 842 SDP-Session-Description 844 SDP-Media-Name 845 SDP-Media-Description
        849 Authorised-QoS 852 Incoming-Trunk-Group-ID 853 Outgoing-Trunk-Group-ID 855 Service-Id 856 Associated-URI
        857 Charged-Party 858 PoC-Controlling-Address 859 PoC-Group-Name 863 Service-Specific-Data
        1004 Charging-Rule-Base-Name 1012 TFT-Filter 1036 Tunnel-Header-Filter 1059 Packet-Filter-Content 1402 IMEI
        1403 Software-Version 1427 APN-OI-Replacement 1444 User-Id
    """,
    (10415, "BYTES"): """
        2 3GPP-Charging-Id 14 3GPP-CG-IPv6-Address 15 3GPP-SGSN-IPv6-Address 16 3GPP-GGSN-IPv6-Address
        17 3GPP-IPv6-DNS-Server 19 3GPP-Teardown-Indicator 20 3GPP-IMEISV 21 3GPP-RAT-Type 22 3GPP-User-Location-Info
        23 3GPP-MS-TimeZone 24 3GPP-CAMEL-Charging-Info 25 3GPP-Packet-Filter 26 3GPP-Negotiated-DSCP
        27 3GPP-Allocate-IP-Type 29 3GPP-TWAN-Identifier 503 Access-Network-Charging-Identifier-Value
        504 AF-Application-Identifier 505 AF-Charging-Identifier 506 Authorization-Token 525 Service-URN
        528 MPS-Identifier 537 IP-Domain-Id 538 GCS-Identifier 600 Visited-Network-Identifier 606 Cx-User-Data
        609 3GPP-SIP-Authenticate 610 3GPP-SIP-Authorization 611 SIP-Authentication-Context 625 Confidentiality-Key
        626 Integrity-Key 640 Path 641 Contact 643 Call-ID-SIP-Header 644 From-SIP-Header 645 To-SIP-Header
        646 Record-Route 701 MSISDN 702 Sh-User-Data 704 Service-Indication 711 DSAI-Tag 854 Bearer-Service
        866 PS-Free-Format-Data 1005 Charging-Rule-Name 1014 ToS-Traffic-Class 1020 Bearer-Identifier 1054 QoS-Rule-Name
        1056 Security-Parameter-Index 1057 Flow-Label 1060 Packet-Filter-Identifier 1065 PDN-Connection-ID
        1066 Monitoring-Key 1404 QoS-Subscribed 1407 Visited-PLMN-Id 1411 Re-Synchronization-Info 1433 STN-SR
        1446 Regional-Subscription-Zone-Code 1447 RAND 1448 XRES 1449 AUTN 1450 KASME 1453 Kc 1454 SRES
        1459 Trace-Reference 1463 Trace-NE-Type-List 1464 Trace-Interface-List 1465 Trace-Event-List 1466 OMC-Id
        1470 PDP-Type 1471 3GPP2-MEID 1474 GMLC-Number 1476 SS-Code 1477 SS-Status 1480 Client-Identity 1487 TS-Code
        1489 SGSN-Number
    """,
    (10415, "INT32"): """
        3 3GPP-PDP-Type 500 Abort-Cause 511 Flow-Status 512 Flow-Usage 513 Specific-Action 520 Media-Type
        523 SIP-Forking-Indication 527 Service-Info-Status 529 AF-Signalling-Protocol 533 Rx-Request-Type
        536 Required-Access-Info 614 Server-Assignment-Type 616 Reason-Code 623 User-Authorization-Type
        624 User-Data-Already-Available 627 User-Data-Request-Type-OBSOLETE 633 Originating-Request
        638 Loose-Route-Indication 648 Multiple-Registration-Indication 650 Session-Priority
        652 Priviledged-Sender-Indication 703 Data-Reference 705 Subs-Req-Type 706 Requested-Domain 707 Current-Location
        708 Identity-Set 710 Send-Data-Indication 829 Role-Of-Node 861 Cause-Code 862 Node-Functionality 864 Originator
        867 PS-Append-Free-Format-Data 870 Trigger-Type 872 3GPP-Reporting-Reason 1000 Bearer-Usage 1006 Event-Trigger
        1007 Metering-Method 1008 Offline 1009 Online 1011 Reporting-Level 1015 PDP-Session-operation
        1019 PCC-Rule-Status 1021 Bearer-Operation 1023 Bearer-Control-Mode 1024 Network-Request-Support
        1027 IP-CAN-Type 1028 QoS-Class-Identifier 1029 QoS-Negotiation 1030 QoS-Upgrade 1031 Rule-Failure-Code
        1032 RAT-Type 1045 Session-Release-Cause 1047 Pre-emption-Capability 1048 Pre-emption-Vulnerability
        1062 Packet-Filter-Operation 1063 Resource-Allocation-Notification 1064 Session-Linking-Indicator
        1068 Usage-Monitoring-Level 1069 Usage-Monitoring-Report 1070 Usage-Monitoring-Support 1417 Network-Access-Mode
        1420 Cancellation-Type 1424 Subscriber-Status 1428 All-APN-Configurations-Included-Indicator
        1432 VPLMN-Dynamic-Address-Allowed 1434 Alert-Reason 1438 PDN-GW-Allocation-Type 1445 Equipment-Status
        1455 Requesting-Node-Type 1456 PDN-Type 1457 Roaming-Restricted-Due-To-Unsupported-Feature 1462 Trace-Depth
        1468 Complete-Data-List-Included-Indicator 1478 Notification-To-UE-User 1481 GMLC-Restriction 1482 PLMN-Client
        1491 ICS-Indicator 1492 IMS-Voice-Over-PS-Sessions-Supported
        1493 Homogeneous-Support-of-IMS-Voice-Over-PS-Sessions 1499 User-State
    """,
    (10415, "ADDRESS"): """
        4 3GPP-CG-Address 6 3GPP-SGSN-Address 7 3GPP-GGSN-Address 501 Access-Network-Charging-Address 846 CG-Address
        847 GGSN-Address 848 Served-Party-IP-Address 1035 CoA-IP-Address 1050 AN-GW-Address 1452 Trace-Collection-Entity
    """,
    (10415, "GROUPED"): """
        502 Access-Network-Charging-Identifier 508 Flow-Grouping 510 Flows 517 Media-Component-Description
        519 Media-Sub-Component 526 Acceptable-Service-Info 530 Sponsored-Connectivity-Data 603 Server-Capabilities
        612 3GPP-SIP-Auth-Data-Item 615 Deregistration-Reason 618 Charging-Information 628 Supported-Features
        631 Supported-Applications 632 Associated-Identities 635 SIP-Digest-Authenticate 639 SCSCF-Restoration-Info
        642 Subscription-Info 647 Associated-Registered-Identities 649 Restoration-Info
        651 Identity-with-Emergency-Registration 656 Allowed-WAF-WWSF-Identities 700 User-Identity 823 Event-Type
        833 Time-Stamps 838 Inter-Operator-Identifier 843 SDP-Media-Component 850 Application-Server-Information
        851 Trunk-Group-ID 860 Cause 865 PS-Furnish-Charging-Information 873 Service-Information 874 PS-Information
        875 WLAN-Information 876 IMS-Information 877 MMS-Information 878 LCS-Information 879 PoC-Information
        880 MBMS-Information 1001 Charging-Rule-Install 1002 Charging-Rule-Remove 1003 Charging-Rule-Definition
        1013 TFT-Packet-Filter-Information 1016 QoS-Information 1018 Charging-Rule-Report
        1022 Access-Network-Charging-Identifier-Gx 1033 Event-Report-Indication 1034 Allocation-Retention-Priority
        1038 Tunnel-Information 1039 CoA-Information 1049 Default-EPS-Bearer-QoS 1051 QoS-Rule-Install
        1052 QoS-Rule-Remove 1053 QoS-Rule-Definition 1055 QoS-Rule-Report 1058 Flow-Information
        1061 Packet-Filter-Information 1067 Usage-Monitoring-Information 1400 Subscription-Data
        1401 Terminal-Information 1408 Requested-EUTRAN-Authentication-Info
        1409 Requested-UTRAN-GERAN-Authentication-Info 1413 Authentication-Info 1414 E-UTRAN-Vector 1415 UTRAN-Vector
        1416 GERAN-Vector 1429 APN-Configuration-Profile 1430 APN-Configuration 1431 EPS-Subscribed-QoS-Profile
        1435 AMBR 1436 CSG-Subscription-Data 1458 Trace-Data 1467 GPRS-Subscription-Data 1469 PDP-Context
        1472 Specific-APN-Info 1473 LCS-Info 1475 LCS-PrivacyException 1479 External-Client 1483 3GPP-Service-Type
        1485 MO-LR 1486 Teleservice-List 1488 Call-Barring-Infor-List 1495 EPS-User-State 1496 EPS-Location-Information
        1497 MME-User-State 1498 SGSN-User-State
    """,
    (10415, "UINT32"): """
        509 Flow-Number 515 Max-Requested-Bandwidth-DL 516 Max-Requested-Bandwidth-UL 518 Media-Component-Number
        521 RR-Bandwidth 522 RS-Bandwidth 534 Min-Requested-Bandwidth-DL 535 Min-Requested-Bandwidth-UL
        539 Sharing-Key-DL 540 Sharing-Key-UL 604 Mandatory-Capability 605 Optional-Capability
        607 3GPP-SIP-Number-Auth-Items 613 3GPP-SIP-Item-Number 629 Feature-List-ID 630 Feature-List 637 UAR-Flags
        653 LIA-Flags 654 Initial-CSeq-Sequence-Number 655 SAR-Flags 827 Content-Length 868 Time-Quota-Threshold
        869 Volume-Quota-Threshold 871 Quota-Holding-Time 1010 Precedence 1025 Guaranteed-Bitrate-DL
        1026 Guaranteed-Bitrate-UL 1037 Tunnel-Header-Length 1040 APN-Aggregate-Max-Bitrate-DL
        1041 APN-Aggregate-Max-Bitrate-UL 1046 Priority-Level 1405 ULR-Flags 1406 ULA-Flags
        1410 Number-Of-Requested-Vectors 1412 Immediate-Response-Preferred 1418 HPLMN-ODB 1419 Item-Number
        1421 DSR-Flags 1422 DSA-Flags 1423 Context-Identifier 1425 Operator-Determined-Barring
        1426 Access-Restriction-Data 1437 CSG-Id 1440 RAT-Frequency-Selection-Priority-ID 1441 IDA-Flags 1442 PUA-Flags
        1443 NOR-Flags 1484 ServiceTypeIdentity 1490 IDR-Flags
    """,
    (10415, "ABSOLUTE_TIME"): """
        709 Expiry-Time 834 SIP-Request-Timestamp 835 SIP-Response-Timestamp 1042 Revalidation-Time
        1043 Rule-Activation-Time 1044 Rule-Deactivation-Time 1439 Expiration-Date 1494 Last-UE-Activity-Time
    """,
}  # fmt: skip
TYPES = {
    "STRING": STRING, "BYTES": BYTES, "UINT32": UINT32, "INT32": INT32, "UINT64": UINT64, "INT64": INT64, "FLOAT": FLOAT,
    "ABSOLUTE_TIME": ABSOLUTE_TIME, "ADDRESS": BYTES, "GROUPED": BYTES,
}  # fmt: skip
IPV4_FAMILY, IPV6_FAMILY, E164_FAMILY = 1, 2, 8
FAMILIES = {IPV4_FAMILY: "IPv4", IPV6_FAMILY: "IPv6", E164_FAMILY: "E.164"}
VENDOR_FLAG = 0x80
DEEPEST = 16  # levels of grouped AVPs
NTP_ERA, NTP_TO_UNIX = 1 << 32, 2208988800


class Kind:
    """An AVP that has a name: its field, and for an address its parts."""

    def __init__(self, vendor: int, code: int, name: str, kind: str) -> None:
        full = f"diameter.{name}"
        type_: FieldType = TYPES[kind]
        self.name, self.kind = name, kind
        self.radius = code < 256 and (vendor == 0 or code < 31)
        self.field = Field(full, name, type_)
        self.parts: dict[str, Field] = {}
        if kind == "ADDRESS":
            label = f"{name} Address"
            self.parts = {
                "family": Field(f"{full}.addr_family", f"{label} Family", UINT16, names=FAMILIES),
                "ipv4": ipv4(None, f"{full}.IPv4", label), "ipv6": ipv6(None, f"{full}.IPv6", label),
                "e164": string(None, f"{full}.E164", label), "bytes": raw(None, f"{full}.Bytes", label),
            }  # fmt: skip


def _kinds() -> dict[tuple[int, int], Kind]:
    out: dict[tuple[int, int], Kind] = {}
    for (vendor, kind), text in AVPS.items():
        words = text.split()
        for code, name in zip(words[::2], words[1::2], strict=True):
            out[vendor, int(code)] = Kind(vendor, int(code), name, kind)
    return out


KINDS = _kinds()


def _reserved(name: str, first: int, within: Field) -> tuple[Field, ...]:
    """Flags from bit `first` on that mean nothing yet."""
    return tuple(flag(None, f"{name}.reserved{i}", "Reserved", 0x80 >> i, within=within) for i in range(first, 8))


class Diameter(Layer):
    """A request or an answer."""

    name, label, column = "diameter", "Diameter Protocol", "DIAMETER"
    binds = {"sctp.port": (3868,), "sctp.ppi": (46,), "tcp.port": (3868,)}
    heuristics = ("tcp",)
    likely = Likely({0: b"\1"})
    probe = lambda p: (
        ((p.h.srcport == 3868) | (p.h.dstport == 3868)) & (p.length >= 20) & (p.u8(0) == 1) & (p.u32(0) >= 0x01000014)
        & ((p.u8(4) & 0x0F) == 0)
    )  # fmt: skip

    version = u8(0, "diameter.version", "Version", HEX)
    len = u24(1, "diameter.length", "Length")
    flags = u8(4, "diameter.flags", "Flags", HEX)
    request = flag(4, "diameter.flags.request", "Request", 0x80, within=flags)
    proxyable = flag(4, "diameter.flags.proxyable", "Proxyable", 0x40, within=flags)
    error = flag(4, "diameter.flags.error", "Error", 0x20, within=flags)
    again = flag(4, "diameter.flags.T", "T(Potentially re-transmitted message)", 0x10, within=flags)
    rest = _reserved("diameter.flags", 4, flags)
    command = u32(5, "diameter.cmd.code", "Command Code", size=3, names=COMMANDS)
    application = u32(8, "diameter.applicationId", "ApplicationId", names=APPLICATIONS)
    hop = u32(12, "diameter.hopbyhopid", "Hop-by-Hop Identifier", HEX)
    end_to_end = u32(16, "diameter.endtoendid", "End-to-End Identifier", HEX)

    avp = raw(None, "diameter.avp", "AVP")
    code = u32(None, "diameter.avp.code", "AVP Code")
    avp_flags = u8(None, "diameter.avp.flags", "AVP Flags", HEX)
    vendor_specific = flag(None, "diameter.flags.vendorspecific", "Vendor-Specific", VENDOR_FLAG, within=avp_flags)
    mandatory = flag(None, "diameter.flags.mandatory", "Mandatory", 0x40, within=avp_flags)
    protected = flag(None, "diameter.avp.flags.protected", "Protected", 0x20, within=avp_flags)
    avp_rest = _reserved("diameter.avp.flags", 3, avp_flags)
    avp_len = u24(None, "diameter.avp.len", "AVP Length")
    vendor = u32(None, "diameter.avp.vendorId", "AVP Vendor Id")
    unknown = raw(None, "diameter.avp.unknown", "Value")
    invalid = raw(None, "diameter.avp.invalid-data", "Data")
    pad = raw(None, "diameter.avp.pad", "Padding")
    values = tuple(field for kind in KINDS.values() for field in (kind.field, *kind.parts.values()))

    length = lambda h: h.len
    next = (To("diameter"),)

    @staticmethod
    def info(command: int, flags: int, application: int, hop: int, end_to_end: int) -> str:
        way = "Request" if flags & 0x80 else "Answer"
        shown = "".join(letter if flags & bit else "-" for letter, bit in zip("RPET", (128, 64, 32, 16), strict=True))
        name, spoken = COMMANDS.get(command, "Unknown"), APPLICATIONS.get(application, "Unknown")
        return f"cmd={name} {way}({command}) flags={shown} appl={spoken}({application}) h2h={hop:x} e2e={end_to_end:x} | "

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls._avps(c, 0)

    @classmethod
    def _avps(cls, c: Cursor, depth: int) -> None:
        while c.limit > c.pos:
            cls._avp(c, depth)

    @classmethod
    def _avp(cls, c: Cursor, depth: int) -> None:
        code, word = c.peek(4), c.peek(4, 4)
        size, vendor = word & 0xFFFFFF, 0
        head = 8
        if word >> 24 & VENDOR_FLAG:
            vendor, head = c.peek(4, 8), 12
        kind = KINDS.get((vendor, code))
        title = f"AVP: {kind.name if kind else 'Unknown'}({code}) l={size}"
        padded = max(size, min(size + -size % 4, c.limit - c.pos))
        with c.group(cls.avp, max(padded, head), title):
            c.add(cls.code)
            c.add(cls.avp_flags)
            c.add(cls.avp_len)
            if head == 12:
                c.add(cls.vendor)
            if size < head:
                c.note("error", "Malformed", "Wrong length", "diameter.avp.invalid-len")
                c.peek(1, -1 - c.pos)  # what follows cannot be found
            if size == head:
                c.note("warn", "Undecoded", "Data is empty", "diameter.avp.no_data")
            elif kind is None:
                c.add(cls.unknown, size - head)
            else:
                cls._value(c, kind, size - head, depth)
            if padded > size:
                if any(c.peek_bytes(padded - size)):
                    c.note("note", "Malformed", "Padding is non-zero", "diameter.avp.pad.non_zero")
                c.add(cls.pad, padded - size)

    @classmethod
    def _value(cls, c: Cursor, kind: Kind, size: int, depth: int) -> None:
        field = kind.field
        if kind.kind == "GROUPED":
            with c.group(field, size):
                if depth < DEEPEST:
                    cls._avps(c, depth + 1)
        elif kind.kind == "ADDRESS":
            with c.group(field, size):
                cls._address(c, kind, size)
        elif field.type in (STRING, BYTES):
            c.add(field, size)
        elif size != field.type.size and not (field.type is ABSOLUTE_TIME and size == 4):
            c.add(cls.invalid, size)
            c.note("warn", "Malformed", "Wrong length", "diameter.avp.invalid-len")
        elif field.type is ABSOLUTE_TIME:
            seconds = c.peek(4)
            era = 0 if seconds & 0x80000000 else NTP_ERA
            c.add(field, 4, value=(seconds + era - NTP_TO_UNIX) * 1_000_000_000)
        else:
            c.add(field)

    @classmethod
    def _address(cls, c: Cursor, kind: Kind, size: int) -> None:
        """RFC 6733, section 4.3.1: family, then the address; RADIUS's own addresses have no family."""
        if kind.radius:
            c.add(kind.parts[{4: "ipv4", 16: "ipv6"}.get(size, "bytes")], size)
            return
        family = c.add(kind.parts["family"])
        part = {IPV4_FAMILY: "ipv4", IPV6_FAMILY: "ipv6", E164_FAMILY: "e164"}.get(family, "bytes")
        if part in ("ipv4", "ipv6") and size - 2 != kind.parts[part].size:
            part = "bytes"
        c.add(kind.parts[part], size - 2)
