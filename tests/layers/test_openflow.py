"""OpenFlow, LDP, RPKI-RTR and RESP."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing

HELLO = "0100 0008 00000001"
FLOW_MOD = (
    "010e 0050 00000002"
    "003820ff ffff 000000000000 000000000000 0000 00 00 0800 00 06 0000 0a000001 0a000002 0050 0000"
    "0000000000000001 0000 003c 0000 8000 ffffffff ffff 0001" + "0000 0008 0001 0080"
)  # fmt: skip
LDP_HELLO = "0001 001e c0a80002 0000" + "0100 0014 00000001" + "0400 0004 000f 0000" + "0401 0004 c0a80002"
LABEL = "0001 001a c0a80002 0000 0400 0010 00000002 0100 0008 02 0001 20 0a000001".replace(" ", "")
ERROR = "010a 0002 00000013 00000000 00000003 627965"
PREFIX = "0104 0000 00000014 01 18 18 00 0a000000 0000fde9"


def test_messages_of_openflow() -> None:
    found = layer_values("openflow_v1", bytes.fromhex(FLOW_MOD + HELLO))
    assert found["openflow_1_0.type"] == [14, 0]
    assert found["openflow.ofp_match.source_addr"] == [0x0A000001]
    assert (found["openflow.idle_timeout"], found["openflow.priority"]) == ([60], [0x8000])
    assert (found["openflow.action_typ"], found["openflow.output_port"]) == ([0], [1])


def test_pdus_of_ldp() -> None:
    found = layer_values("ldp", bytes.fromhex(LDP_HELLO + LDP_HELLO))
    assert found["ldp.msg.tlv.hello.hold"] == [15, 15]
    assert found["ldp.msg.tlv.ipv4.taddr"] == [0xC0A80002] * 2
    found = layer_values("ldp", bytes.fromhex(LABEL))
    assert found["ldp.msg.tlv.fec.pfval"] == ["10.0.0.1"]


def test_pdus_of_rpki() -> None:
    found = layer_values("rpkirtr", bytes.fromhex(PREFIX + ERROR))
    assert found["rpki-rtr.ipv4_prefix"] == [0x0A000000]
    assert (found["rpki-rtr.error_code"], found["rpki-rtr.error_text"]) == ([2], ["bye"])


def test_elements_of_resp() -> None:
    found = layer_values("resp", b"*2\r\n$4\r\nECHO\r\n:5\r\n+OK\r\n-ERR no\r\n$-1\r\n")
    assert (found["resp.array.length"], found["resp.bulk_string.length"]) == ([2], [4, -1])
    assert (found["resp.bulk_string.value"], found["resp.integer"]) == ([b"ECHO"], [5])
    assert (found["resp.string"], found["resp.error"]) == (["OK"], ["ERR no"])


def test_deep_arrays_end() -> None:
    assert layer_tree("resp", b"*1\r\n" * 5000).layers[-1].layer.name == "resp"


def test_changed_bytes_raise_nothing() -> None:
    texts = {
        "openflow_v1": FLOW_MOD + HELLO, "ldp": LDP_HELLO + LABEL, "rpkirtr": PREFIX + ERROR,
        "resp": b"*2\r\n$4\r\nECHO\r\n:5\r\n+OK\r\n".hex(),
    }  # fmt: skip
    for layer, text in texts.items():
        raises_nothing(layer, bytes.fromhex(text))
