"""Bodies of 802.11 management frames (IEEE 802.11-2020, clause 9.3.3): fixed parameters, then elements."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import PROTOCOL, UINT16, Field
from dissect.layers.wlan_elements import SIZES, Elements, V, W

ALGORITHMS = {
    0: "Open System", 1: "Shared key", 2: "Fast BSS Transition", 3: "Simultaneous Authentication of Equals (SAE)",
    4: "FILS Shared Key authentication without PFS", 5: "FILS Shared Key authentication with PFS",
    6: "FILS Public Key authentication", 128: "Network EAP",
}  # fmt: skip
CATEGORIES = {
    0: "Spectrum Management (SM)", 1: "Quality of Service (QoS)", 2: "Direct-Link Setup (DLS)", 3: "Block Ack", 4: "Public Action",
    5: "Radio Measurement", 6: "Fast BSS Transition", 7: "High Throughput", 8: "SA Query", 9: "Protected Dual of Public Action",
    10: "WNM", 11: "Unprotected WNM", 12: "TDLS", 13: "Mesh", 14: "Multihop", 15: "Self-protected", 17: "WMM", 21: "VHT",
    126: "Vendor-specific Protected", 127: "Vendor Specific",
}  # fmt: skip
FIXED = {
    0: ("=capabilities", "fixed.listen_ival"), 1: ("=capabilities", "fixed.status_code", "aid"),
    2: ("=capabilities", "fixed.listen_ival", "fixed.current_ap"), 3: ("=capabilities", "fixed.status_code", "aid"),
    4: (), 5: ("fixed.timestamp", "fixed.beacon", "=capabilities"), 8: ("fixed.timestamp", "fixed.beacon", "=capabilities"),
    9: (), 10: ("fixed.reason_code",), 12: ("fixed.reason_code",),
}  # fmt: skip
AID = Field("wlan.fixed.aid", "Association ID", UINT16, W["capabilities"][0].base, mask=0x3FFF, size=2, little=True)
MANAGEMENT = Field("wlan.mgt", "IEEE 802.11 Wireless Management", PROTOCOL)
SIZES_OF = {"fixed.beacon": 2, "fixed.category_code": 1, **SIZES}
BLOCK_ACK = {
    0: ("fixed.dialog_token", "=ba_params", "fixed.batimeout", "=ssc"),
    1: ("fixed.dialog_token", "fixed.status_code", "=ba_params", "fixed.batimeout"),
    2: ("=delba", "fixed.reason_code"),
}


class Management(Elements):
    """What a management frame says."""

    association_id = AID
    management = MANAGEMENT

    @classmethod
    def body_of_management(cls, c: Cursor, subtype: int) -> None:
        """The body: fixed parameters of the subtype, then elements."""
        with c.group(MANAGEMENT, c.remaining):
            if subtype == 0xB:
                cls.authentication(c)
            elif subtype in (0xD, 0xE):
                cls.action(c)
            elif subtype in FIXED:
                if FIXED[subtype]:
                    with c.group(V["fixed.all"]):
                        cls.fixed(c, FIXED[subtype])
                cls.elements(c)

    @classmethod
    def fixed(cls, c: Cursor, names: tuple[str, ...]) -> None:
        """Parameters at fixed places."""
        for name in names:
            if name == "aid":
                c.add(AID)
            elif name[0] == "=":
                c.add(W[name[1:]][0])
            else:
                c.add(V[name], SIZES_OF.get(name))

    @classmethod
    def authentication(cls, c: Cursor) -> None:
        """Algorithm, step and outcome, and what the algorithm needs."""
        algorithm, step, status = c.peek(2, 0, True), c.peek(2, 2, True), c.peek(2, 4, True)
        with c.group(V["fixed.all"]):
            cls.fixed(c, ("fixed.auth.alg", "fixed.auth_seq", "fixed.status_code"))
            if algorithm == 3:
                cls.equals(c, step, status)
        cls.elements(c)

    @classmethod
    def equals(cls, c: Cursor, step: int, status: int) -> None:
        """Simultaneous authentication of equals: commit or confirm."""

    @classmethod
    def action(cls, c: Cursor) -> None:
        """An action of a category."""
        category = c.peek(1)
        with c.group(V["fixed.all"]):
            c.add(V["fixed.category_code"], 1)
            if category == 3:
                code = c.add(V["fixed.action_code"])
                cls.fixed(c, BLOCK_ACK.get(code, ()))
            elif category == 0:
                code = c.add(V["fixed.action_code"])
                if code < 4:
                    c.add(V["fixed.dialog_token"])
            elif category == 8:
                c.add(V["fixed.action_code"])
                c.add(V["fixed.transaction_id"])
            elif category not in CATEGORIES:
                return
            else:
                return
        cls.elements(c)
