"""The values in packets written by hand (tests/handmade.py), octet by octet."""

from __future__ import annotations

from typing import Any

import pytest

from dissect.layers import builtin
from tests.handmade import AIR, ETHERNET, FRAME, LOW_ENERGY, MOTES, PACKETS, WPAN
from tests.layers.link_bytes import tree, values

SAID: list[tuple[str, int, dict[str, list[Any]]]] = [
    ("batadv", 0, {"batadv.iv_ogm.tq": [255], "batadv.tvlv.gw.dl_speed": [100], "batadv.tvlv.gw.ul_speed": [50]}),
    ("batadv", 2, {"batadv.unicast_4addr.subtype": [1], "ip.src": [0x0A000001]}),
    ("batadv", 3, {"batadv.elp.seq": [1], "batadv.elp.interval": [100]}),
    ("lltd", 0, {"lltd.discover.gen_num": [2], "lltd.discover.station": [bytes.fromhex("0a0b0c0d0e0f")]}),
    ("lltd", 1, {"lltd.machine_name": ["AB"], "lltd.link_speed": [10000], "lltd.ipv4_address": [0xC0A80001]}),
    ("goose sv", 0, {"goose.stNum": [1], "goose.integer": [0x12], "goose.float_value": [42.0], "goose.goID": ["c"]}),
    ("goose sv", 2, {"sv.svID": ["AAA1"], "sv.smpCnt": [1], "sv.seqData": [bytes.fromhex("0000000100000000")]}),
    ("ieee8021ah etag vntag", 0, {"ieee8021ah.isid": [100], "ieee8021ah.priority": [3]}),
    ("ieee8021ah etag vntag", 2, {"vntag.dir": [True], "vntag.dst": [1], "vntag.src": [2]}),
    ("fip fcoe fc", 1, {"fip.vlan": [100], "fip.vlan_subcode": [1]}),
    ("fip fcoe fc", 2, {"fcoe.crc": [0xAABBCCDD], "fcoe.eof": [0x41], "fc.type": [8], "fc.ox_id": [1]}),
    ("epl", 2, {"epl.pres.stat": [0], "epl.pres.size": [4]}),
    ("hip", 1, {"hip.packet_type": [3], "hip.type": [65], "hip.controls.a": [True]}),
    ("realtek rrcp rldp", 1, {"rrcp.authkey": [0x0A0B], "rrcp.opcode": [0]}),
    ("ieee1905", 0, {"ieee1905.tlv_type": [1, 2, 0], "ieee1905.mac_addr": [bytes.fromhex("0a0b0c0d0e0e")]}),
    ("homeplug-av", 0, {"homeplug_av.vendor.oui": [0x00B052], "homeplug_av.mmhdr.mmtype.msb": [5]}),
    ("m3ua m2ua m2pa sua sccp isup mtp3mg", 0, {"isup.cic": [1], "m3ua.protocol_data_si": [5]}),
    ("m3ua m2ua m2pa sua sccp isup mtp3mg", 2, {"sccp.dlr": [0x030201], "data.data": [bytes.fromhex("01020304")]}),
    ("m3ua m2ua m2pa sua sccp isup mtp3mg", 4, {"m2pa.fsn": [2], "mtp3.service_indicator": [5]}),
    ("tipc", 0, {"tipcv2.prev_node": ["1.1.2"], "tipcv2.port_name_type": [1000], "tipcv2.port_name_instance": [5]}),
    ("ndp", 0, {"ndp.segmentident": [0x115], "ndp.state": [2]}),
    ("dsi afp", 1, {"dsi.open_quantum": [0x100000], "dsi.replay_cache": [128]}),
    ("ams", 0, {"ams.targetnetid": ["192.168.0.10.1.1"], "ams.cmdid": [2], "ams.state_adscmd": [True]}),
    ("who", 0, {"who.hostname": ["host"], "who.loadav_10": [0.02], "who.uid": ["root"], "who.idle": [5]}),
    ("glbp", 0, {"glbp.hello.virtualipv4": [0x0A000001], "glbp.hello.helloint": [3000], "glbp.reqresp.weight": [100]}),
    ("ajp13", 0, {"ajp13.uri": ["/"], "ajp13.srv": ["localhost"], "ajp13.port": [80]}),
    ("tzsp", 0, {"tzsp.wlan.signal": [-80], "tzsp.wlan.channel": [6], "tzsp.original_length": [40]}),
    ("mip", 0, {"mip.ext.type": [32], "mip.auth.spi": [256]}),
    ("ayiya", 0, {"ayiya.signature": [bytes(range(1, 21))], "ipv6.nxt": [59]}),
    ("cups", 0, {"cups.uri": ["ipp"], "cups.location": ["a"], "cups.ptype": [6]}),
    ("ngap s1ap x2ap f1ap xnap e1ap", 0, {"s1ap.S1AP_PDU": [0], "s1ap.procedureCode": [12]}),
    ("mp2t", 1, {"mp2t.pid": [0x11, 0], "mp2t.af.pcr": [1], "mp2t.pusi": [0, 1]}),
    ("raknet", 0, {"raknet.server_id_str": ["MCPE"], "raknet.timestamp": [1]}),
    ("cops", 0, {"cops.handle": [0x05060708], "cops.pepid.id": ["ab"], "cops.katimer.value": [30]}),
    ("pcep", 0, {"pcep.msg": [1], "pcep.object": [1, 2]}),
    ("x11", 1, {"x11.protocol-major-version": [11], "x11.authorization-protocol-name": ["MIT-MAGIC-COOKIE-1"]}),
    ("ieee1722 iec61883", 0, {"iec61883.stream_id": [0x0102030405060708], "iec61883.tcode": [10]}),
]


@pytest.mark.parametrize(("names", "number", "said"), SAID, ids=[f"{names}-{number}" for names, number, _ in SAID])
def test_values(names: str, number: int, said: dict[str, list[Any]]) -> None:
    found = values(ETHERNET, PACKETS[names][number].hex())
    assert {name: found.get(name) for name in said} == said


def test_low_energy() -> None:
    found = values(LOW_ENERGY, AIR["btle btcommon"][0].hex())
    assert found["btle.advertising_address"] == [bytes.fromhex("0a0b0c0d0e0f")]
    assert found["btcommon.eir_ad.entry.device_name"] == ["ABCDEFG"]
    assert (found["btcommon.eir_ad.entry.uuid_16"], found["btle.crc"]) == ([0x1842], [0x55DD33])
    assert values(LOW_ENERGY, AIR["btle btcommon"][4].hex())["btatt.opcode"] == [0x0A]


def test_compressed_headers() -> None:
    ports = values(WPAN, MOTES["6lowpan"][2].hex())
    assert (ports["udp.srcport"], ports["udp.dstport"], ports["udp.checksum"]) == ([61617], [61618], [0xBEEF])
    assert ports["ipv6.src"] == [bytes(8) + bytes.fromhex("0011223344556677")]
    plain = values(WPAN, MOTES["6lowpan"][0].hex())
    assert plain["ipv6.src"] == [bytes.fromhex("fe80000000000000000000fffe000001")]
    assert (plain["ipv6.hlim"], plain["ipv6.nxt"], plain["icmpv6.type"]) == ([64], [58], [128])
    assert tree(WPAN, MOTES["6lowpan"][7].hex()).protocols == "wpan:6lowpan:data"
    left_out = values(WPAN, f"{FRAME} 7e33 f4 1f40 1f41 4142")
    assert left_out["udp.checksum"] == [0x21B5]
    padded = values(WPAN, f"{FRAME} 7e33 e1 04 05020000 f0 1f40 1f41 beef 4142")
    assert (padded["ipv6.opt.type"], padded["udp.length"]) == ([5, 1], [10])


@pytest.mark.parametrize("names", PACKETS)
def test_every_cut_is_told_and_nothing_raises(names: str) -> None:
    known = {layer.name for layer in builtin().layers}
    assert set(names.split()) <= known
    for packet in PACKETS[names]:
        for size in range(14, len(packet), 3):
            tree(ETHERNET, packet[:size].hex())


def test_a_port_alone_makes_no_plug() -> None:
    assert "tplink-smarthome" not in tree(ETHERNET, PACKETS["tplink-smarthome"][1].hex()).protocols
