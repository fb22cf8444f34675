"""What actions of wireless network management say beside a token (IEEE 802.11-2020, 9.6.13): stations are asked to move to
another access point (BSS transition), or answer; they go to sleep."""

from __future__ import annotations

from dissect.engine import fields
from dissect.engine.cursor import Cursor
from dissect.engine.fields import Base, Field
from dissect.layers.wlan_fields import V, over, part

QUERY, REQUESTED, ANSWERED, ASLEEP = 6, 7, 8, 17  # codes of actions
MODES = tuple(
    part(f"fixed.request_mode.{name}", label, 1 << bit, base=Base.DEC)
    for bit, (name, label) in enumerate((
        ("pref_cand", "Preferred Candidate List Included"), ("abridged", "Abridged"), ("disassoc_imminent", "Disassociation Imminent"),
        ("bss_term_included", "BSS Termination Included"), ("ess_disassoc_imminent", "ESS Disassociation Imminent"),
    ))
)  # fmt: skip
ENDS, SAYS_WHERE = 0x08, 0x10  # bits of a request
TERMINATION = 12  # octets of the element that says when an access point ends
# two octets, though tshark's type has one
KEY_LENGTH = Field("wlan.fixed.key_data_length", "Key Data Length", fields.UINT8, size=2, little=True)


def network_management(c: Cursor, code: int) -> bool:
    """What follows the token of an action, up to its elements; whether these are where a station may go."""
    if code == REQUESTED:
        return _request(c)
    if code == ANSWERED and c.data[c.pos - 2] == 0:  # accepted
        c.add(V["fixed.bss_transition_target_bss"])
    elif code == ASLEEP:
        size = c.add(KEY_LENGTH)
        if size <= c.remaining:
            c.add(V["fixed.key_data"], size)
    return code in (QUERY, ANSWERED)


def _request(c: Cursor) -> bool:
    mode = c.peek(1)
    over(c, MODES, 1)
    c.add(V["fixed.disassoc_timer"])
    c.add(V["fixed.validity_interval"])
    if mode & ENDS:
        if c.remaining < TERMINATION:
            return False
        for name in ("id", "len", "bss_ter_tsf", "bss_dur"):
            c.add(V[f"nreport.subelem.{name}"])
    if mode & SAYS_WHERE:
        c.add(V["fixed.session_information.url"], c.add(V["fixed.session_information.url_length"]))
    return True
