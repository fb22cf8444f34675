"""Names of vendors and services: what lists say, in whichever form, is written as tshark writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dissect import assigned

MANUF = """# a comment
00:00:0C\tCisco\tCisco Systems, Inc
00:1B:C5\tIEEERegi\tIEEE Registration Authority
00:1B:C5:00:00:00/36\tConvergi\tConverging Systems Inc.
00:55:DA:10:00:00/28\tKoolPOS\tKoolPOS Inc.
8C:1F:64\tIEEERegi
"""
WKA = "09-00-2B-01-00-00\tDEC-LanBridge-Copy-packets-(All-bridges)\n00-00-0C-07-AC/40\tAll-HSRP-routers\n"
OUI = """OUI/MA-L                                                    Organization
00-00-0C   (hex)\t\tCisco Systems, Inc
00000C     (base 16)\t\tCisco Systems, Inc
\t\t\t\t80 West Tasman Dr.
"""
NAMED = {  # as tshark -N m with Wireshark's own lists
    "00:00:0c:01:02:03": "Cisco_01:02:03", "00:1b:c5:00:01:23": "Convergi_01:23",
    "00:55:da:11:22:33": "KoolPOS_01:22:33", "ff:ff:ff:ff:ff:ff": "Broadcast", "01:00:5e:00:00:fb": "IPv4mcast_fb",
    "01:00:5e:7f:ff:fa": "IPv4mcast_7f:ff:fa", "33:33:00:00:00:16": "IPv6mcast_16",
    "33:33:ff:00:01:01": "IPv6mcast_ff:00:01:01", "01:80:c2:00:00:00": "Spanning-tree-(for-bridges)_00",
    "01:80:c2:00:00:0e": "LLDP_Multicast", "00:00:5e:00:01:05": "IETF-VRRP-VRID_05",
    "09:00:2b:01:00:00": "DEC-LanBridge-Copy-packets-(All-bridges)", "00:00:0c:07:ac:07": "All-HSRP-routers_07",
    "02:00:00:00:01:02": "02:00:00:00:01:02", "192.0.2.1": "192.0.2.1", "": "",
}  # fmt: skip


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "manuf").write_text(MANUF)
    (tmp_path / "wka").write_text(WKA)
    (tmp_path / "oui.txt").write_text(OUI)
    monkeypatch.setenv("DISSECT_VENDORS", str(tmp_path / "manuf"))
    assigned.vendors.cache_clear()
    assigned._of_netaddr.cache_clear()
    yield tmp_path
    assigned.vendors.cache_clear()
    assigned._of_netaddr.cache_clear()


def test_addresses_by_wiresharks_lists(lists: Path) -> None:
    known = assigned.vendors()
    assert {address: known.named(address) for address in NAMED} == NAMED
    assert known.source == str(lists / "manuf")
    assert known.vendor("00:55:da:11:22:33") == "KoolPOS" and known.vendor("02:00:00:00:00:01") == ""


def test_addresses_by_the_ieees_list(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (lists / "wka").unlink()
    monkeypatch.setenv("DISSECT_VENDORS", str(lists / "oui.txt"))
    known = assigned.vendors()
    assert known.named("00:00:0c:01:02:03") == "CiscoSys_01:02:03"
    assert known.named("33:33:00:00:00:16") == "IPv6mcast_16"


def test_addresses_by_netaddr(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NotRegisteredError(Exception): ...

    class OUI:
        def __init__(self, text: str) -> None:
            if text != "00-00-0c":
                raise NotRegisteredError(text)

        def registration(self) -> OUI:
            return self

        org = "Cisco Systems, Inc"

    fake = ModuleType("netaddr")
    fake.OUI, fake.NotRegisteredError = OUI, NotRegisteredError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "netaddr", fake)
    monkeypatch.setenv("DISSECT_VENDORS", str(lists / "none"))
    known = assigned.vendors()
    assert known.named("00:00:0c:01:02:03") == "CiscoSys_01:02:03"
    assert known.named("02:00:00:00:00:01") == "02:00:00:00:00:01" and known.named("ff:ff:ff:ff:ff:ff") == "Broadcast"


def test_without_any_list_well_known_addresses_have_names(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "netaddr", None)
    monkeypatch.setenv("DISSECT_VENDORS", str(lists / "none"))
    known = assigned.vendors()
    assert known.source == "" and known.named("ff:ff:ff:ff:ff:ff") == "Broadcast"
    assert known.named("00:00:0c:01:02:03") == "00:00:0c:01:02:03"


def test_ports_in_the_info_column(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {(53, "tcp"): "domain", (53, "udp"): "domain", (443, "tcp"): "https"}
    monkeypatch.setattr(assigned, "service_name", lambda port, protocol: names.get((port, protocol), ""))
    for text, wanted in (
        ("53 → 45339 [SYN] Seq=0", "domain(53) → 45339 [SYN] Seq=0"),
        ("[TCP Out-Of-Order] 4000 → 443 [ACK] Seq=1", "[TCP Out-Of-Order] 4000 → https(443) [ACK] Seq=1"),
        ("443 → 53 Len=4", "443 → domain(53) Len=4"),
        ("Standard query 0x1234 A 53 → 54", "Standard query 0x1234 A 53 → 54"),
        ("", ""),
    ):
        assert assigned.with_services(text) == wanted


def test_ports_without_a_name_and_numbers_that_are_no_port() -> None:
    assert assigned.service_name(99_999, "tcp") == "" and assigned.service_name(1, "nonsense") == ""
