"""What the template sets of NetFlow 9 (RFC 3954, section 5.2) and IPFIX (RFC 7011, section 3.4) say, read without a tree.

A data set is told by a template that may have come many packets before: templates are remembered for each exporter (which
side of a conversation, which source or observation domain).
"""

from __future__ import annotations

from collections.abc import Iterator

from dissect.engine.messages import Heard, Talk

TEMPLATE_9, OPTIONS_9, TEMPLATE_10, OPTIONS_10 = 0, 1, 2, 3
ENTERPRISE = 0x8000
REVERSE = 29305  # the enterprise of elements of the other direction
FIRST_DATA = 256  # ids of data sets, and of their templates
HEADERS = {9: (20, 16), 10: (16, 12)}  # version: octets of the message's header, place of the source or domain

Template = list[tuple[int, int, bool]]  # element, length, whether a scope


def heard_templates(talk: Talk, heard: Heard) -> dict[int, Template] | None:
    """The templates, of earlier messages, of a message's data sets; those that it has are remembered."""
    octets, told = heard.octets, dict[int, Template]()
    version = _word(octets, 0)
    if version not in HEADERS:
        return None
    at, source = HEADERS[version]
    exporter = heard.side, octets[source : source + 4]
    for number, start, end in _sets(octets, at):
        if number >= FIRST_DATA:
            known = talk.get((*exporter, number))
            if known is not None:
                told[number] = known
            continue
        for which, template in _templates(octets, number, start, end):
            talk[*exporter, which] = template
    return told or None


def meant(element: int, enterprise: int) -> int:
    """An enterprise's element; those of the other direction (RFC 5103) are elements as any."""
    return element & ~ENTERPRISE if enterprise == REVERSE else element


def _word(octets: bytes, at: int) -> int:
    return int.from_bytes(octets[at : at + 2], "big")


def _sets(octets: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """The sets that are whole: their ids, and where their contents are."""
    while at + 4 <= len(octets):
        size = _word(octets, at + 2)
        if size < 4 or at + size > len(octets):
            return
        yield _word(octets, at), at + 4, at + size
        at += size


def _templates(octets: bytes, kind: int, at: int, end: int) -> Iterator[tuple[int, Template]]:
    """The templates of a set, by their ids."""
    head = 6 if kind in (OPTIONS_9, OPTIONS_10) else 4
    while at + head <= end and kind <= OPTIONS_10:
        number, count, scopes = (_word(octets, at + i) for i in (0, 2, 4))
        if kind == OPTIONS_9:
            scopes, count = count // 4, (count + scopes) // 4
        at += head
        template = Template()
        for i in range(count):
            if at + 4 > end:
                return
            element, size = _word(octets, at), _word(octets, at + 2)
            own = kind in (TEMPLATE_10, OPTIONS_10) and bool(element & ENTERPRISE)
            if own:
                element = meant(element, int.from_bytes(octets[at + 4 : at + 8], "big"))
            scope = i < scopes and kind == OPTIONS_9  # IPFIX's scopes are elements like any other
            template.append((element, size, scope))
            at += 8 if own else 4
        yield number, template
