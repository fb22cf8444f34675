"""What two messages say differently, field by field, from their trees."""

from __future__ import annotations

from dissect.diff.masks import Masks
from dissect.engine.values import escape_text, shown_value
from dissect.packet import Packet

LONGEST = 60  # characters of a value in a report


def changes(a: Packet, b: Packet, masks: Masks) -> list[tuple[str, str, str]]:
    """(field, in a, in b) of all fields that are compared and differ; "" where there is none."""
    left, right = _values(a, masks), _values(b, masks)
    names = [*left, *(name for name in right if name not in left)]
    found = [(name, left.get(name, []), right.get(name, [])) for name in names]
    return [(name, *_differing(before, after)) for name, before, after in found if before != after]


def _values(packet: Packet, masks: Masks) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for layer in packet.layers:
        if layer.layer.generated:
            continue
        for node in layer.walk():
            name = node.field.name
            if node.field.type.kind != "none" and not masks.hides(node.field) and not masks.passing(name, node.value):
                out.setdefault(node.field.name, []).append(shown_value(node.field, node.value))
    return out


def _differing(a: list[str], b: list[str]) -> tuple[str, str]:
    """Of several values those that the other does not have."""
    only_a, only_b = [value for value in a if value not in b], [value for value in b if value not in a]
    return (shown(only_a), shown(only_b)) if only_a or only_b else (shown(a), shown(b))


def shown(values: list[str]) -> str:
    """Values as a report has them."""
    text = escape_text(", ".join(values))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
