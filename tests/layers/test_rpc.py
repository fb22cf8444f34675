"""ONC RPC with its port mapper and NFS, and DCE/RPC."""

from __future__ import annotations

from tests.layers.link_bytes import layer_values, values
from tests.layers.mutated import raises_nothing
from tests.layers.test_longtail import tcp, udp

LOOKUP = "45a11756 00000000 00000002 000186a3 00000002 00000004 00000000 00000000 00000000 00000000" + "bb" * 32 + (
    "00000003 61626300"
)
GETPORT = (
    "00000007 00000000 00000002 000186a0 00000002 00000003"
    "00000001 00000018 00000009 00000001 68000000 00000000 00000000 00000000 00000000 00000000"
    "000186a3 00000003 00000006 00000000"
)
ACCEPTED = "00000007 00000001 00000000 00000000 00000000 00000000 00000801"
BIND = (
    "05000b03 10000000 4800 0000 01000000" + "b810 b810 00000000 01000000 0000 01 00"
    "c84f324b7016d301 12785a47bf6ee188 0300 0000" + "045d888aeb1cc911 9fe808002b104860 02000000"
)
REQUEST = "05000003 10000000 1c00 0000 02000000" + "04000000 0000 1000" + "01020304"


def test_a_call_of_nfs() -> None:
    found = values(101, udp(LOOKUP, 2049))
    assert (found["rpc.xid"], found["rpc.program"], found["nfs.procedure_v2"]) == ([0x45A11756], [100003], [4])
    assert (found["nfs.fh.hash"], found["nfs.name"]) == ([0x07F2741C], ["abc"])


def test_a_call_of_the_port_mapper_in_a_record() -> None:
    size = len(bytes.fromhex(GETPORT))
    found = values(101, tcp(f"{0x80000000 | size:08x}" + GETPORT, 111))
    assert (found["rpc.fraglen"], found["rpc.auth.machinename"]) == ([size], ["h"])
    assert (found["portmap.prog"], found["portmap.proto"]) == ([100003], [6])


def test_a_reply() -> None:
    found = values(101, udp(ACCEPTED, 111))
    assert (found["rpc.msgtyp"], found["rpc.state_accept"]) == ([1], [0])


def test_bindings() -> None:
    found = layer_values("dcerpc", bytes.fromhex(BIND))
    assert (found["dcerpc.cn_frag_len"], found["dcerpc.cn_max_xmit"]) == ([72], [4280])
    assert (found["dcerpc.cn_bind_if_ver"], found["dcerpc.cn_bind_trans_ver"]) == ([3], [2])


def test_pdus_in_a_row() -> None:
    found = layer_values("dcerpc", bytes.fromhex(REQUEST + REQUEST))
    assert (found["dcerpc.opnum"], found["dcerpc.stub_data"]) == ([16, 16], [b"\1\2\3\4"] * 2)


def test_changed_bytes_raise_nothing() -> None:
    for layer, text in (("rpc", LOOKUP), ("rpc", GETPORT), ("dcerpc", BIND), ("dcerpc", REQUEST)):
        raises_nothing(layer, bytes.fromhex(text))
