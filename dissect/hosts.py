"""Names of addresses, as the capture itself tells them: by its Name Resolution Blocks and by DNS answers in it."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from dissect.engine.values import escape_text

if TYPE_CHECKING:
    from dissect.library import Capture

MOST = 100_000  # addresses


def host_names(
    capture: Capture, cancel: Callable[[], bool] | None = None, blocks: bool = True, answers: bool = True
) -> dict[str, str]:
    """Address -> its name.

    `blocks`: the first name that a pcapng file's Name Resolution Blocks give it (they go first, as in Wireshark);
    `answers`: the name that was asked for when a DNS answer gave the address; of several the latest.
    """
    found = _answered(capture, cancel) if answers else {}
    if blocks:
        len(capture)  # such a block may come last
        for address, names in list(capture.source.names.items())[:MOST]:
            found[str(ip_address(address))] = escape_text(names[0])
    return found


def _answered(capture: Capture, cancel: Callable[[], bool] | None) -> dict[str, str]:
    from dissect.filters import compile_filter

    where = compile_filter("dns.a || dns.aaaa", capture.registry)
    names = ["dns.qry.name", "dns.a", "dns.aaaa"]
    found: dict[str, str] = {}
    for row in capture.json_rows(names, where, cancel=cancel):
        asked = row.get("dns.qry.name", [""])[0]
        for address in (*row.get("dns.a", ()), *row.get("dns.aaaa", ())):
            if asked and (len(found) < MOST or address in found):
                found[address] = escape_text(asked)
    return found
