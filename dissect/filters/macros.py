"""Macros: `${name:arg1;arg2}`, `${name}` and `$name(arg1, arg2)` are replaced before anything else is read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dissect.engine.registry import Registry
from dissect.filters.errors import FilterError

# those that Wireshark brings along
BUILTIN = {
    "private_ipv4": "$1 == 192.168.0.0/16 or $1 == 172.16.0.0/12 or $1 == 10.0.0.0/8",
    "private_ipv6": "ipv6 && $1 == fc00::/7",
    "private_eth": "$1[0] & 0x0F in {2,6,a,e}",
    "private_ether": "$1[0] & 0F == 2 or $1[0] & 0F == 6 or $1[0] & 0F == a or $1[0] & 0F == e",
}
CALL = re.compile(r"\$\{\s*([A-Za-z_]\w*)\s*(?:[:;]([^{}]*))?\}|\$([A-Za-z_]\w*)\(([^()]*)\)")
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
DEEPEST = 8
LONGEST = 1 << 16


def expand(text: str, macros: Mapping[str, str], registry: Registry) -> str:
    """The text without macros; `${field}` stays.  Raises FilterError."""
    if "$" not in text:
        return text
    known = {**BUILTIN, **macros}
    for _ in range(DEEPEST):
        held = [m.span() for m in QUOTED.finditer(text)]
        before = text

        def one(match: re.Match[str], held: list[tuple[int, int]] = held, before: str = before) -> str:
            if any(a <= match.start() < b for a, b in held):
                return match.group()
            name, given = match[1] or match[3], match[2] if match[1] else match[4]
            if name not in known:
                if match[1] and given is None and (name in registry.fields or "." not in name):
                    return match.group()
                raise FilterError(f"no macro {name}", before, match.start(), match.end())
            separator = ";" if match[1] else ","
            values = [v.strip() for v in given.split(separator)] if given else []

            def argument(place: re.Match[str]) -> str:
                index = int(place[1]) - 1
                if not 0 <= index < len(values):
                    raise FilterError(f"macro {name} takes argument {place[1]}", before, match.start(), match.end())
                return values[index]

            return "(" + re.sub(r"\$(\d)", argument, known[name]) + ")"

        text = CALL.sub(one, text)
        if len(text) > LONGEST:
            raise FilterError("the macros make too long a filter", before[:80], 0)
        if text == before:
            return text
    raise FilterError("macros within macros without end", text[:80], 0)
