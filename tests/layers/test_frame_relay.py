"""Frame relay: which of its encapsulations a frame has, and its signalling."""

from __future__ import annotations

import pytest

from tests.layers.link_bytes import tree, values

FR = 107
ETHERNET = "001188 6b6830 0014a5 30b0af 0806" + "00" * 46 + "01020304"


@pytest.mark.parametrize(
    ("text", "protocols"),
    [
        ("1841 03cc 45", "fr:ip"),  # RFC 2427
        ("1841 0800 45", "fr:ip"),  # Cisco
        ("1841 2200 8311", "fr:isis"),  # numbered information
        ("1841 1234 5678", "fr:data"),
        ("1841" + ETHERNET, "fr:eth:ethertype:arp"),
        ("0001 2200 8311", "fr:data"),  # LAPF: signalling has circuit 0 to itself
        ("0001 0308 00 75", "fr:q933"),
        ("fcf1 0309 00 75", "fr:lmi"),
        ("0101 0308", "fr:data"),  # an address of one octet
    ],
)
def test_what_follows_the_address(text: str, protocols: str) -> None:
    assert tree(FR, text).protocols == protocols


def test_a_numbered_frames_control_field() -> None:
    found = values(FR, "1841 2206 8311")
    assert (found["fr.control"], found["fr.control.n_s"], found["fr.control.n_r"]) == ([0x22], [17], [3])
    assert (found["fr.control.ftype"], found["fr.nlpid"]) == ([0], [0x83])


def test_an_ethernet_frame_keeps_its_check_sequence() -> None:
    assert values(FR, "1841" + ETHERNET)["eth.fcs"] == [0x01020304]
    assert "eth.fcs" not in values(FR, "1841 0380 0080c2 0007" + ETHERNET)


def test_the_status_of_circuits() -> None:
    found = values(FR, "0001 0308 00 7d 95 010100 03020304 0703104188")
    assert (found["q933.message_type"], found["q933.report_type"]) == ([0x7D], [0])
    assert (found["q933.link_verification.txseq"], found["q933.link_verification.rxseq"]) == ([3], [4])
    found = values(FR, "fcf1 0309 00 7d 010100 03020506 070304c00a")
    assert (found["lmi.msg_type"], found["lmi.inf_ele_type"], found["lmi.send_seq"]) == ([0x7D], [1, 3, 7], [5])
    assert (found["lmi.dlci_hi"], found["lmi.dlci_new"], found["lmi.dlci_act"]) == ([4], [1], [1])
