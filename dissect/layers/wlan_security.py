"""Elements of 802.11 that say how frames are protected: ciphers, keys and how they are managed."""

from __future__ import annotations

from dissect.engine import fields
from dissect.engine.cursor import Cursor
from dissect.engine.fields import Field
from dissect.layers.wlan_fields import V, W, parts, sequence

CIPHERS = {
    0: "Group", 1: "WEP (40-bit)", 2: "TKIP", 3: "AES (OCB)", 4: "AES (CCM)", 5: "WEP (104-bit)", 6: "BIP (128)",
    7: "Group addressed traffic not allowed", 8: "GCMP (128)", 9: "GCMP (256)", 10: "CCMP (256)", 11: "BIP (GMAC-128)",
    12: "BIP (GMAC-256)", 13: "BIP (CMAC-256)",
}  # fmt: skip
SUITES = {
    0: "NONE", 1: "WPA", 2: "PSK", 3: "FT over IEEE 802.1X", 4: "FT using PSK", 5: "WPA (SHA256)", 6: "PSK (SHA256)",
    7: "TDLS / TPK Handshake (SHA256)", 8: "SAE (SHA256)", 9: "FT using SAE (SHA256)", 10: "APPeerKey Authentication with SHA-256",
    11: "WPA (SHA256-SuiteB)", 12: "WPA (SHA384-SuiteB)", 13: "FT over IEEE 802.1X (SHA384)", 18: "Opportunistic Wireless Encryption",
}  # fmt: skip
TRANSITION = {
    1: ("ft.subelem.r1kh_id",), 3: ("ft.subelem.r0kh_id",),
    2: ("=ft_gtk", "ft.subelem.gtk.key_length", "ft.subelem.gtk.rsc", "ft.subelem.gtk.key_encrypted"),
    4: ("ft.subelem.igtk.key_id", "ft.subelem.igtk.ipn", "ft.subelem.igtk.key_length", "ft.subelem.igtk.key"),
}  # fmt: skip
PMKID = Field("wlan.pmkid.akms", "PMKID", fields.BYTES)


def transition(c: Cursor) -> None:
    """What a station needs to go on at another access point."""
    sequence(c, ("=ft_mic", "ft.mic", "ft.anonce", "ft.snonce"))
    while c.remaining >= 2 and (size := c.peek(1, 1)) <= c.remaining - 2:
        kind = c.add(V["ft.subelem.id"])
        c.add(V["ft.subelem.len"])
        parts(c, size, "ft.subelem.data", TRANSITION.get(kind, ()))


def suite(c: Cursor, name: str, kinds: dict[int, str], type_name: str = "") -> int:
    """A cipher or key management suite: an organization and a number."""
    kind = c.peek(1, 3)
    with c.group(V[name], 4, f"{V[name].label}: {kinds.get(kind, 'Unknown')}"):
        c.add(V[f"{name}.oui"])
        c.add(V[type_name or f"{name}.type"])
    return kind


def suites(c: Cursor, name: str, kinds: dict[int, str], type_name: str = "") -> None:
    """A counted list of suites."""
    count = c.add(V[f"{name}.count"])
    with c.group(V[f"{name}.list"], min(4 * count, c.remaining)):
        while c.remaining >= 4:
            suite(c, name, kinds, type_name)


def rsn(c: Cursor) -> None:
    """Robust security network."""
    c.add(V["rsn.version"])
    if c.remaining >= 4:
        suite(c, "rsn.gcs", CIPHERS)
    for name, kinds in (("rsn.pcs", CIPHERS), ("rsn.akms", SUITES)):
        if c.remaining >= 2:
            suites(c, name, kinds)
    if c.remaining >= 2:
        c.add(W["rsn_cap"][0])
    if c.remaining >= 2:
        count = c.add(V["rsn.pmkid.count"])
        with c.group(V["rsn.pmkid.list"], min(16 * count, c.remaining)):
            while c.remaining >= 16:
                c.add(PMKID, 16)
    if c.remaining >= 4:
        suite(c, "rsn.gmcs", CIPHERS)


def integrity(c: Cursor) -> None:
    """A message integrity code for the frame."""
    sequence(c, ("mmie.keyid", "mmie.ipn"))
    c.rest(V["mmie.mic"])


def extension(c: Cursor) -> None:
    """Further properties of a robust security network."""
    sequence(c, ("=rsnx_1", "=rsnx_2"))


def encryption(c: Cursor) -> None:
    """Opportunistic wireless encryption (RFC 8110): a group and a public key."""
    if c.remaining >= 2:
        c.add(V["ext_tag.owe_dh_parameter.group"], 2)
    c.rest(V["ext_tag.owe_dh_parameter.public_key"])
