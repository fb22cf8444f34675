"""Address prefixes as regular expressions over addresses as they are written: for tables, where addresses are text.

IPv4 addresses are four decimal numbers; IPv6 addresses are as RFC 5952 writes them, and `inet_ntop` does.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from dissect.engine.values import ipv6_text

GROUPS, WIDTH = 8, 16  # of an IPv6 address; bits of a group
MOST = 4096  # values of a group that are written out
ANY_GROUPS = "[0-9a-f]{1,4}(?::[0-9a-f]{1,4})"


def ipv4_pattern(number: int, bits: int) -> str:
    """For the addresses whose first `bits` are those of `number`."""
    octets = IPv4Address(number).packed
    whole, rest = divmod(bits, 8)
    fixed = "".join(rf"{octet}\." for octet in octets[:whole])
    if whole == 4:
        return f"^{fixed[:-2]}$"
    some = "|".join(str(value) for value in range(octets[whole], octets[whole] + (256 >> rest)))
    return f"^{fixed}(?:{some}){'$' if whole == 3 else '[.]'}" if rest else f"^{fixed}"


def ipv6_pattern(number: int, bits: int) -> str | None:
    """The same; None where what is written of these addresses has no such pattern: where the prefix begins with zeros,
    or some of its groups do behind others that are zero."""
    if bits == GROUPS * WIDTH:
        return f"^{ipv6_text(number.to_bytes(16, 'big'))}$"
    groups = [number >> WIDTH * at & 0xFFFF for at in reversed(range(GROUPS))]
    whole, rest = divmod(bits, WIDTH)
    fixed = groups[:whole]
    zeros = next((n for n, group in enumerate(reversed(fixed)) if group), whole)
    led = fixed[: whole - zeros]
    head = "".join(f"{group:x}:" for group in led)
    if not all(led) or (zeros and (rest or not led)):
        return None
    if zeros:  # written as zeros, or within the one `::`, which then is no shorter
        return f"^{head}(?:{'0:' * zeros}|:(?:{ANY_GROUPS}{{0,{GROUPS - whole - 1}}})?$)"
    if not rest:
        return f"^{head}" if head else "^.*"
    some = _group(groups[whole], rest)
    return None if some is None else f"^{head}{some}(?::|$)"


def _group(low: int, bits: int) -> str | None:
    """A group whose first bits are given; None where it may be zero, which need not be written."""
    values = 1 << WIDTH - bits
    if low >= 0x1000:  # four digits, all of them
        digits, part = divmod(bits, 4)
        text = f"{low:04x}"
        first = "".join("0123456789abcdef"[int(text[digits], 16) :][: 1 << 4 - part]) if part else ""
        return text[:digits] + (f"[{first}]" if part else "") + f"[0-9a-f]{{{4 - digits - bool(part)}}}"
    if not low or values > MOST:
        return None
    return "(?:" + "|".join(f"{value:x}" for value in range(low, low + values)) + ")"
