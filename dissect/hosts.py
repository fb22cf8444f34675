"""Names of addresses, as the capture's own DNS answers tell them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dissect.engine.values import escape_text

if TYPE_CHECKING:
    from dissect.library import Capture

MOST = 100_000  # addresses


def host_names(capture: Capture, cancel: Callable[[], bool] | None = None) -> dict[str, str]:
    """Address -> the name that was asked for when an answer gave the address; of several the latest."""
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
