"""Ports of protocols that Wireshark believes in whatever comes: where it is none of a protocol's messages, it shows nothing
of it (HTTP, LDAP), or waits for the rest of a message that begins so (COPS, XMPP, PostgreSQL, AMQP ...)."""

from __future__ import annotations

from dissect.engine.peek import ports_of

HTTP_PORTS = (80, 631, 1900, 2710, 2869, 3128, 3132, 3689, 5985, 8080, 8088, 11371)
OVER_TCP = ports_of(
    *HTTP_PORTS, 49, 88, 161, 162, 210, 323, 389, 464, 547, 705, 854, 988, 1090, 1153, 1433, 2126, 2345, 2433, 2575, 3245, 3246,
    3247, 3248, 3268, 3288, 3918, 4712, 4840, 4880, 5222, 5353, 5432, 5672, 6417, 6668, 7871, 8567, 9009, 9418, 21064,
)  # fmt: skip
OVER_UDP = ports_of(319, 320, 1900, 1985, 2029)  # PTP, SSDP and HSRP
