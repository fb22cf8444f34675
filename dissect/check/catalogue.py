"""The rules that need no file, by code: what, how grave, why it matters, what to do."""

from __future__ import annotations

from dissect.check.model import Rule
from dissect.pathmtu import CATALOGUE


def _rule(code: str, title: str, severity: str, why: str, remedy: str, *tags: str) -> Rule:
    return Rule(code, title, severity, why, remedy, tags)


_OWN = (
    _rule("C01", "Damaged capture file", "error",
          "What lies behind the damage was not seen: a check that passes says nothing of it.",
          "Record again, or cut the file at the damage (dissect list FILE -w NEW).", "file"),
    _rule("C02", "Malformed packets", "error",
          "The bytes contradict themselves: a sender's encoder is wrong, or the packets were damaged on the way.",
          "Look at the packets (dissect show FILE N) and at the sender's encoder; on the wrong port, decode as (-d).",
          "packet"),
    _rule("C03", "Bad checksums", "error",
          "A receiver drops these packets silently. (Checksums that the sender's network card fills in, after the "
          "capture saw the packet, are a note.)",
          "Find the sender or the middlebox that changes packets; if the capture was taken on the sender, record with "
          "checksum offload off (ethtool -K DEV tx off).", "packet"),
    _rule("C04", "Packets cut by the snap length", "note",
          "What was cut off was not checked.", "Record with the default snap length (tcpdump -s 0).", "file"),
    _rule("C05", "Packets dropped while recording", "warning",
          "The capture has holes that the network does not have.",
          "Record with a filter, a larger buffer (tcpdump -B) or on a faster disk.", "file"),
    _rule("C06", "Connections refused", "warning", "Nobody listens on that port, or a firewall answers for it.",
          "Start the service, or correct the address and port that the client uses.", "tcp"),
    _rule("C07", "Connections unanswered", "warning", "The connection requests or their answers are lost.",
          "Check the way there and back, and what filters packets silently.", "tcp"),
    _rule("C08", "Connections reset", "warning",
          "An end gave up an open connection: a crash, a time-out, or a middlebox.",
          "Look at what was said last (dissect follow FILE tcp N).", "tcp"),
    _rule("C09", "Receiver's window closed", "warning",
          "The application does not read as fast as its peer sends; the connection stands still.",
          "Look at the receiving application, or give it a larger receive buffer.", "tcp"),
    _rule("C10", "DNS queries unanswered", "warning", "A name is not resolved until a time-out of seconds.",
          "Check that the server is reachable and answers (port 53, UDP and TCP).", "dns"),
    _rule("C11", "DNS servers that fail or refuse", "warning",
          "SERVFAIL and REFUSED say that the server could not or would not answer.",
          "Check the server's zone, its forwarders, and whom it serves.", "dns"),
    _rule("C12", "ARP requests unanswered", "warning", "Nobody on the link has that address.",
          "Correct the address or mask, or start the host; three requests without an answer count.", "link"),
    _rule("C13", "An address claimed by two", "error", "Packets go now to one host, now to the other (RFC 5227).",
          "Give one of the hosts another address; look for a rogue DHCP server.", "link"),
    _rule("C14", "Old TLS version", "warning", "SSL 3.0, TLS 1.0 and TLS 1.1 must not be used (RFC 7568, RFC 8996).",
          "Let the server offer TLS 1.2 and 1.3 only.", "tls", "security"),
    _rule("C15", "Weak TLS cipher suite", "warning",
          "Suites without encryption, with export keys, RC4, DES or 3DES are broken (RFC 7465, RFC 9325).",
          "Let the server offer suites with AEAD and ephemeral keys (RFC 9325 section 4.2).", "tls", "security"),
    _rule("C16", "Certificate not valid", "error",
          "A certificate outside its validity period makes clients refuse the connection (RFC 5280 section 4.1.2.5).",
          "Renew the certificate, or correct the clock.", "tls", "security"),
    _rule("C17", "Server errors", "warning", "HTTP answers 5xx: the server failed on a valid request.",
          "Look at the server's log for these requests.", "http"),
    _rule("C18", "Expert notes of severity error", "warning", "A dissector found something that must not be.",
          "Look at the packets: dissect expert FILE.", "packet"),
    _rule("C19", "Segments sent again", "warning",
          "Above one in twenty, loss governs the throughput of a connection.",
          "Look where they are lost: dissect mtu FILE for size, two captures (dissect mtu A B) for the place.", "tcp"),
    _rule("C20", "Weak certificate", "warning",
          "What is signed with MD5 or SHA-1 can be forged; RSA keys below 2048 bits are too short (NIST SP 800-131A).",
          "Have it issued again, with SHA-256 and a key of 2048 bits or more, or of an elliptic curve.",
          "tls", "security"),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.code: rule for rule in _OWN} | {
    code: Rule(code, entry.title, entry.severity, entry.cause, entry.remedy, ("path-mtu",))
    for code, entry in CATALOGUE.items()
}
