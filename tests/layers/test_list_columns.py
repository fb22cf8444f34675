"""What the packet list says of headers, as Wireshark says it."""

from __future__ import annotations

from tests.handmade import over_ip

from .link_bytes import tree


def said(link_type: int, octets: str) -> tuple[str, str]:
    packet = tree(link_type, octets)
    return packet.protocol_column, packet.info


def arp(text: str) -> tuple[str, str]:
    return said(1, "ffffffffffff 020000000001 0806" + text)


SENDER, NOBODY = "020000000001", "000000000000"


def test_arp_tells_who_asks_and_who_announces() -> None:
    head = "0001 0800 06 04 "
    assert arp(f"{head} 0001 {SENDER} 0a000001 {NOBODY} 0a000002") == ("ARP", "Who has 10.0.0.2? Tell 10.0.0.1")
    assert arp(f"{head} 0001 {SENDER} 00000000 {NOBODY} 0a000002") == ("ARP", "Who has 10.0.0.2? (ARP Probe)")
    assert arp(f"{head} 0001 {SENDER} 0a000001 {NOBODY} 0a000001") == ("ARP", "ARP Announcement for 10.0.0.1")
    assert arp(f"{head} 0001 {SENDER} 0a000001 {SENDER} 0a000001") == ("ARP", "Gratuitous ARP for 10.0.0.1 (Request)")
    assert arp(f"{head} 0002 {SENDER} 0a000001 {SENDER} 0a000001") == ("ARP", "Gratuitous ARP for 10.0.0.1 (Reply)")
    assert arp(f"{head} 0002 {SENDER} 0a000001 {SENDER} 0a000002") == ("ARP", "10.0.0.1 is at 02:00:00:00:00:01")


def test_reverse_arp_has_a_protocol_of_its_own() -> None:
    asks = arp(f"0001 0800 06 04 0003 {SENDER} 00000000 020000000002 00000000")
    assert asks == ("RARP", "Who is 02:00:00:00:00:02? Tell 02:00:00:00:00:01")


def test_what_no_layer_claims_is_its_ethertype() -> None:
    assert said(1, "ffffffffffff 020000000001 9999 0102") == ("0x9999", "Ethernet II")


def test_igmp_names_version_and_group() -> None:
    def igmp(text: str) -> tuple[str, str]:
        return said(1, over_ip(2, bytes.fromhex(text)).hex())

    assert igmp("11640000 00000000") == ("IGMPv2", "Membership Query, general")
    assert igmp("11640000 e0000105") == ("IGMPv2", "Membership Query, specific for group 224.0.1.5")
    assert igmp("16000000 e0000105") == ("IGMPv2", "Membership Report group 224.0.1.5")
    assert igmp("17000000 e0000105") == ("IGMPv2", "Leave Group 224.0.1.5")
    joined = igmp("22000000 00000002 04000000 e0000105 03000001 e0000106 0a000001")
    words = "Membership Report / Join group 224.0.1.5 for any sources / Join group 224.0.1.6 for source {10.0.0.1}"
    assert joined == ("IGMPv3", words)


def test_lldp_tells_who_says_it() -> None:
    tlvs = "0207 04 020000000101 0404 05 657430 0602 0078 0a01 61 0c03 620a63 0000"
    words = "MA/02:00:00:00:01:01 IN/et0 120 SysN=a SysD=b\\nc "
    assert said(1, "0180c200000e 020000000001 88cc" + tlvs) == ("LLDP", words)
