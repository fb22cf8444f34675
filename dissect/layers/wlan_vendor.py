"""Elements of 802.11 that vendors made: of the Wi-Fi Alliance (WPA, multimedia), and of makers of chips."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN
from dissect.layers.wlan_fields import VS, V, W, part, sequence, subtype
from dissect.layers.wlan_rates import ht_capabilities_in, mcs_set
from dissect.layers.wlan_security import CIPHERS, SUITES, suite, suites

MICROSOFT, WIFI_ALLIANCE, PRE_11N, ATHEROS = 0x0050F2, 0x506F9A, 0x00904C, 0x00037F
AIRONET, MARVELL = 0x004096, 0x005043
CLIENT_MFP = part("aironet.clientmfp", "Aironet IE Client MFP", 0x01, BOOLEAN)


def ccx(c: Cursor) -> None:
    """Cisco's name of the access point and number of its clients."""
    if c.remaining < 28:
        return
    c.add(V["cisco.ccx1.unknown"], 10)
    c.add(V["cisco.ccx1.name"], 16)
    c.add(V["cisco.ccx1.clients"])
    if c.remaining >= 3:
        c.add(V["cisco.ccx1.unknown2"], 3)


def access_category(c: Cursor) -> None:
    """When a category of traffic may be sent."""
    with c.group(V["wfa.ie.wme.acp"], 4):
        c.add(W["acp_aifsn"][0])
        ecw = c.peek(1)
        c.add(W["acp_ecw"][0])
        c.derived(V["wfa.ie.wme.acp.cw.max"], (1 << (ecw >> 4)) - 1)
        c.derived(V["wfa.ie.wme.acp.cw.min"], (1 << (ecw & 15)) - 1)
        c.add(V["wfa.ie.wme.acp.txop_limit"])


def multimedia(c: Cursor) -> None:
    """Wi-Fi multimedia (WMM): a subset of 802.11e."""
    kind = c.add(V["wfa.ie.wme.subtype"])
    c.add(V["wfa.ie.wme.version"])
    if kind in (0, 1):
        c.add(W["sta_qos" if subtype(c) in (0, 2, 4) else "ap_qos"][0])
    if kind == 1:
        c.add(V["wfa.ie.wme.reserved"], 1)
        while c.remaining >= 4:
            access_category(c)


def wpa(c: Cursor) -> None:
    """Wi-Fi protected access: an early RSN."""
    c.add(V["wfa.ie.wpa.version"])
    if c.remaining >= 4:
        suite(c, "wfa.ie.wpa.mcs", CIPHERS)
    if c.remaining >= 2:
        suites(c, "wfa.ie.wpa.ucs", CIPHERS)
    if c.remaining >= 2:
        suites(c, "wfa.ie.wpa.akms", SUITES, "wfa.ie.wpa.type")


def pre_11n(c: Cursor) -> None:
    """High throughput before its standard."""
    kind = c.add(V["vs.pren.type"])
    if kind == 51 and c.remaining == 26:
        ht_capabilities_in(c, {key: VS[key][0] for key in VS}, "vs.ht.mcsset")
    elif kind == 52 and c.remaining == 22:
        c.add(V["hta.control_channel"])
        for key in ("hta_1", "hta_2", "hta_3"):
            c.add(W[key][0])
        mcs_set(c, "vs.ht.mcsset")
    elif kind not in (51, 52):
        c.rest(V["vs.pren.unknown_data"])


def atheros(c: Cursor) -> None:
    """Advanced capabilities, and others."""
    if c.remaining <= 3:
        return
    kind, subtype = c.peek(1), c.peek(1, 1)
    c.add(V["atheros.ie.type"])
    c.add(V["atheros.ie.subtype"])
    c.add(V["atheros.ie.version"])
    if kind == 1 and subtype == 1 and c.remaining >= 3:
        c.add(W["atheros_cap"][0])
        c.add(V["atheros.ie.advcap.defkey"])
    c.rest(V["atheros.data"])


def aironet(c: Cursor) -> None:
    """Cisco's extensions."""
    kind = c.add(V["aironet.type"])
    if kind == 0 and c.remaining:
        c.add(V["aironet.dtpc"])
        if c.remaining:
            c.add(V["aironet.dtpc_unknown"], 1)
    elif kind == 3 and c.remaining:
        c.add(V["aironet.version"])
    elif kind == 4 and c.remaining >= 2:
        c.add(V["aironet.qos.reserved"])
        c.add(V["aironet.qos.paramset"])
        for _ in range(4):
            if c.remaining >= 4:
                c.add(V["aironet.qos.val"], 4)
    elif kind == 20 and c.remaining:
        c.add(CLIENT_MFP)
    elif kind not in (0, 3, 4, 11, 20):
        c.rest(V["aironet.data"])


def marvell(c: Cursor) -> None:
    """A mesh."""
    if c.add(V["marvell.ie.type"]) == 4:
        sequence(c, tuple(f"marvell.ie.{name}" for name in ("subtype", "version", "proto_id", "metric_id", "cap")))
    c.rest(V["marvell.data"])


def vendor(c: Cursor) -> None:
    """What a vendor makes of it; Microsoft's number is also the Wi-Fi Alliance's."""
    if c.remaining < 3:
        return
    oui = c.add(V["tag.oui"])
    if not c.remaining:
        return
    kind = c.peek(1)
    c.add(V["tag.vendor.oui.type"])
    c.pos -= 1
    if oui == MICROSOFT:
        c.add(V["wfa.ie.type"])
        if kind == 1:
            wpa(c)
        elif kind == 2:
            multimedia(c)
    elif oui in VENDORS:
        VENDORS[oui](c)
    elif oui != WIFI_ALLIANCE:
        c.rest(V["tag.vendor.data"])
    if c.remaining:
        c.skip(c.remaining)


VENDORS = {PRE_11N: pre_11n, ATHEROS: atheros, AIRONET: aironet, MARVELL: marvell}
