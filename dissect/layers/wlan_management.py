"""Bodies of 802.11 management frames (IEEE 802.11-2020, clause 9.3.3): fixed parameters, then elements."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import PROTOCOL, UINT16, Field
from dissect.layers.wlan_elements import Elements
from dissect.layers.wlan_fields import SIZES, V, W
from dissect.layers.wlan_transition import KEY_LENGTH, MODES, network_management

ALGORITHMS = {
    0: "Open System", 1: "Shared key", 2: "Fast BSS Transition", 3: "Simultaneous Authentication of Equals (SAE)",
    4: "FILS Shared Key authentication without PFS", 5: "FILS Shared Key authentication with PFS",
    6: "FILS Public Key authentication", 128: "Network EAP",
}  # fmt: skip
FIXED = {
    0: ("=capabilities", "fixed.listen_ival"), 1: ("=capabilities", "fixed.status_code", "aid"),
    2: ("=capabilities", "fixed.listen_ival", "fixed.current_ap"), 3: ("=capabilities", "fixed.status_code", "aid"),
    4: (), 5: ("fixed.timestamp", "fixed.beacon", "=capabilities"), 8: ("fixed.timestamp", "fixed.beacon", "=capabilities"),
    9: (), 10: ("fixed.reason_code",), 12: ("fixed.reason_code",),
}  # fmt: skip
AID = Field("wlan.fixed.aid", "Association ID", UINT16, W["capabilities"][0].base, mask=0x3FFF, size=2, little=True)
TID = Field("wlan.ba.basic.tidinfo", "TID for which a Basic BlockAck frame is requested", UINT16, AID.base, mask=0xF000, size=2,
            little=True)
MANAGEMENT = Field("wlan.mgt", "IEEE 802.11 Wireless Management", PROTOCOL)
SIZES_OF = {"vht.operation_mode_notification": 1, "fixed.beacon": 2, "fixed.category_code": 1, **SIZES}
REQUEST, OUTCOME, REASON = ("fixed.dialog_token",), ("fixed.dialog_token", "fixed.status_code"), ("fixed.reason_code",)
STATIONS = ("fixed.sta_address", "fixed.target_ap_address")
PAIR = ("fixed.dst_mac_addr", "fixed.src_mac_addr")
MESH = ("fixed.mesh_flags", "fixed.mesh_ttl", "fixed.mesh_sequence")
# by category: the field of the code, and by code the parameters; None: no elements follow what has no entry
ACTIONS: dict[int, tuple[str, dict[int, tuple[str, ...]]]] = {
    0: ("fixed.action_code", dict.fromkeys(range(4), REQUEST)),
    1: ("fixed.action_code", {0: REQUEST, 1: OUTCOME, 2: ("=ts_info", *REASON)}),
    2: ("fixed.action_code", {0: (*PAIR, "=capabilities", "fixed.dls_timeout"), 1: ("fixed.status_code", *PAIR), 2: (*PAIR, *REASON)}),
    3: ("fixed.action_code", {
        0: ("fixed.dialog_token", "=ba_params", "fixed.batimeout", "=ssc"), 1: (*OUTCOME, "=ba_params", "fixed.batimeout"),
        2: ("=delba", *REASON)}),
    4: ("fixed.publicact", {4: ("=extchansw",)}),
    5: ("fixed.action_code", {
        0: ("rm.dialog_token", "rm.repetitions"), 2: ("rm.dialog_token", "rm.tx_power", "rm.max_tx_power"),
        **dict.fromkeys((1, 4, 5), ("rm.dialog_token",))}),
    6: ("fixed.action_code", {1: STATIONS, 2: (*STATIONS, "fixed.status_code"), 3: STATIONS, 4: (*STATIONS, "fixed.status_code")}),
    7: ("fixed.htact", {0: ("fixed.chanwidth",), 1: ("=sm_power",)}),
    8: ("fixed.action_code", dict.fromkeys((0, 1), ("fixed.transaction_id",))),
    9: ("fixed.publicact", {4: ("=extchansw",)}),
    10: ("fixed.action_code", {
        6: ("fixed.dialog_token", "fixed.bss_transition_query_reason"), **dict.fromkeys((13, 14, 16, 17), REQUEST),
        7: REQUEST, 8: ("fixed.dialog_token", "fixed.bss_transition_status_code", "fixed.bss_termination_delay"),
        26: ("fixed.dialog_token", "fixed.wnm_notification_type")}),
    11: ("fixed.action_code", {1: ("fixed.dialog_token", "fixed.followup_dialog_token")}),
    12: ("fixed.action_code", {
        0: (*REQUEST, "=capabilities"), 1: ("fixed.status_code", *REQUEST, "=capabilities"), 2: ("fixed.status_code", *REQUEST),
        3: REASON, 4: REQUEST, 5: ("fixed.target_channel", "fixed.operating_class")}),
    13: ("fixed.mesh_action", {}),
    14: ("fixed.multihop_action", {
        0: (*MESH, "fixed.mesh_addr5", "fixed.mesh_addr6"), 1: (*MESH, "fixed.mesh_addr4")}),
    15: ("fixed.selfprot_action", {1: ("=capabilities",), 2: ("=capabilities", "aid")}),
    17: ("fixed.action_code", dict.fromkeys(range(256), ("fixed.dialog_token", "short_status"))),
    21: ("vht.action", {2: ("vht.operation_mode_notification",)}),
}  # fmt: skip
VENDORS, WNM = (126, 127), 10
GROUPS = {19: 32, 20: 48, 21: 66}  # length of a number of the group
ANTI_CLOGGING, HASH_TO_ELEMENT = 76, 126


class Management(Elements):
    """What a management frame says."""

    association_id = AID
    network_parts = (*MODES, KEY_LENGTH)
    block_ack_tid = TID
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
            elif name == "short_status":
                c.add(V["fixed.status_code"], 1)
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
        c.derived(V["fixed.sae_message_type"], step)
        if step == 2:
            c.add(V["fixed.send_confirm"])
            c.rest(V["fixed.confirm"])
        elif step == 1 and status in (0, ANTI_CLOGGING, 77, HASH_TO_ELEMENT):
            size = GROUPS.get(c.add(V["fixed.finite_cyclic_group"]), 0)
            if status == ANTI_CLOGGING:
                c.rest(V["fixed.anti_clogging_token"])
            elif status != 77 and size and c.remaining >= 3 * size:
                if status == 0 and c.remaining > 3 * size and c.remaining - 3 * size > 2 + c.peek(1, 3 * size + 1):
                    c.add(V["fixed.anti_clogging_token"], c.remaining - 3 * size)
                c.add(V["fixed.scalar"], size)
                c.add(V["fixed.finite_field_element"], 2 * size)

    @classmethod
    def action(cls, c: Cursor) -> None:
        """An action of a category."""
        category = c.peek(1)
        c.add(V["fixed.category_code"], 1)
        if category in VENDORS:
            if c.remaining >= 3:
                c.add(V["tag.oui"])
            if c.remaining:
                c.child("data")
        elif category in ACTIONS:
            code_name, parameters = ACTIONS[category]
            code = c.add(V[code_name])
            cls.fixed(c, parameters.get(code, ()))
            if category == WNM and network_management(c, code) and c.remaining:
                cls.candidates(c)
            cls.elements(c)
        elif category in (16, 18, 19, 20, 22):  # directional and sub-1-GHz radios'
            if c.remaining:
                c.skip(c.remaining)
        else:
            cls.elements(c)

    @classmethod
    def candidates(cls, c: Cursor) -> None:
        """Where a station may go: the octets, and the elements that they are."""
        at = c.pos
        c.add(V["fixed.bss_transition_candidate_list_entries"], c.remaining)
        c.pos = at
        cls.each(c)

    @classmethod
    def block_ack(cls, c: Cursor, answer: bool) -> None:
        """A request for, or an acknowledgement of, a block of frames."""
        control = c.peek(2, little=True)
        c.add(W["ba_control"][0])
        kind = control >> 1 & 15
        c.pos -= 2
        c.add(TID)
        if kind > 2 or c.remaining < 2:
            return
        start = c.peek(2, little=True)
        c.add(W["ssc"][0])
        size = 128 if kind == 0 else {0: 8, 1: 8, 4: 32}.get(start & 15, 0) if kind == 2 else 8
        if not answer or not 0 < size <= c.remaining:
            return
        first = (c.peek(2, little=True) if kind == 1 else start) >> 4  # so Wireshark counts
        bitmap = c.peek_bytes(size)
        with c.group(V["ba.bm"], size, value=bitmap):
            if kind:
                for bit in range(8 * size):
                    if not bitmap[bit >> 3] >> (bit & 7) & 1:
                        c.derived(V["ba.bm.missing_frame"], first + bit)
            c.pos += size
        if kind == 1 and c.remaining:
            c.add(V["ba.RBUFCAP"], 1)
