"""What is expected to differ between recordings of the same: times, ports, identifiers, sequence numbers, randoms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from dissect.engine.fields import Field

PASSING_TYPES = frozenset({"FT_ABSOLUTE_TIME", "FT_RELATIVE_TIME", "FT_FRAMENUM"})
PASSING = (
    "frame.*", "_ws.*", "*.checksum*", "*.stream", "*.stream.*", "*.response_in", "*.response_to", "*.time",
    "*.resptime", "*.resp_in", "*.resp_to", "*.request_in", "*.time_since_request", "*.unsolicited", "*.retransmission",
    "*.retransmitted", "eth.padding", "eth.trailer", "eth.fcs*",
    # IP and ICMP: identifiers, lengths (how a stream is cut into segments is nobody's promise)
    "ip.id", "ip.len", "ip.opt*",
    "ip.fragment*", "ip.reassembled*", "ipv6.flow", "ipv6.tclass.ecn", "ipv6.plen", "ipv6.fragment*",
    "ipv6.reassembled*", "ipv6.fraghdr.ident", "ip.dsfield.ecn", "ip.dsfield", "icmp.ident*", "icmpv6.echo.identifier*",
    "icmp.data_time*",
    # transports
    "tcp.*", "udp.srcport", "udp.dstport", "udp.port", "udp.length", "udp.payload", "sctp.verification_tag",
    "sctp.*_tsn*", "sctp.tsn*", "sctp.*initiate_tag", "sctp.port", "sctp.srcport", "sctp.dstport",
    # messages
    "dns.id", "dhcp.id", "dhcp.secs", "dhcpv6.xid", "tftp.block.full", "ntp.*", "http.date", "http.last_modified",
    "http.request.full_uri", "http.set_cookie", "http.cookie*",
    "tls.handshake.random*", "tls.handshake.session_id", "tls.handshake.extensions_key_share_key_exchange*",
    "tls.app_data", "tls.handshake.session_ticket*", "tls.handshake.server_point", "tls.handshake.client_point",
    "tls.handshake.sig*", "tls.segment*", "tls.handshake.verify_data", "dtls.handshake.random*", "quic.*connection*",
    "quic.dcid", "quic.scid", "quic.packet_number*", "quic.payload", "quic.remaining_payload", "ssh.cookie",
    "ssh.kex.*_e", "ssh.dh.*", "ssh.encrypted_packet", "ssh.mac", "rtp.seq", "rtp.extseq", "rtp.timestamp", "rtp.ssrc",
    "rtcp.timestamp*", "rtcp.ssrc*", "stun.id", "radius.authenticator", "radius.id", "snmp.request_id", "snmp.msgID",
    "ldap.messageID", "smb.mid", "smb2.msg_id", "smb2.sesid", "rpc.xid", "kerberos.nonce", "coap.mid", "coap.token",
)  # fmt: skip
COMPARED = (
    "tcp.flags.syn", "tcp.flags.fin", "tcp.flags.reset", "tcp.options.mss_val", "tcp.options.wscale.shift",
    "tcp.options.sack_perm",
)  # fmt: skip


# header lines of HTTP that pass, though the others are compared
PASSING_LINES = re.compile(r"(date|last-modified|expires|age|etag|(set-)?cookie|if-\S+|x-request-id):", re.I)
LINES = frozenset({"http.response.line", "http.request.line"})


class Masks:
    """Which fields are not compared.  `ignore` and `compare` are names with wildcards; `compare` wins."""

    def __init__(self, ignore: Iterable[str] = (), compare: Iterable[str] = ()) -> None:
        self.ignore, self.compare = tuple(ignore), tuple(compare)
        self._known: dict[str, bool] = {}

    def hides(self, field: Field) -> bool:
        """Whether a field is masked."""
        name = field.name
        if name not in self._known:
            self._known[name] = not name or self._hides(field)
        return self._known[name]

    def _hides(self, field: Field) -> bool:
        if matches(field.name, self.compare):
            return False
        if matches(field.name, self.ignore):
            return True
        if matches(field.name, COMPARED):
            return False
        return field.type.ft in PASSING_TYPES or matches(field.name, PASSING)

    def passing(self, name: str, value: object) -> bool:
        """Whether one value of a field that is compared is not."""
        return name in LINES and PASSING_LINES.match(str(value)) is not None and not matches(name, self.compare)

    @property
    def addresses(self) -> bool:
        """Whether flows are told apart by their addresses."""
        return not any(matches(name, self.ignore) for name in ("ip.addr", "ip.src", "ip.dst"))


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of these patterns'."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)
