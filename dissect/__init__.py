"""pcap-dissect: captures as typed trees and Arrow columns.

>>> import dissect
>>> with dissect.open("x.pcapng") as cap:       # doctest: +SKIP
...     cap[41]["ip.src"]
...     cap.table(["ip.src", "tcp.dstport"])

Names are imported when first used, so that `import dissect` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Capture": "dissect.library",
    "Packet": "dissect.packet",
    "open": "dissect.library",
    "fields": "dissect.library",
    "CaptureError": "dissect.capture",
    "Registry": "dissect.engine.registry",
    "KeyLog": "dissect.crypto.keylog",
    "Layer": "dissect.engine.layer",
    "Field": "dissect.engine.fields",
    "builtin": "dissect.layers",
    "Line": "dissect.packet",
    "label_of": "dissect.engine.values",
    "filter_for": "dissect.engine.values",
    "Finding": "dissect.pathmtu",
    "analyse": "dissect.pathmtu",
    "Report": "dissect.pathmtu",
    "Notes": "dissect.notes",
    "expert_notes": "dissect.notes",
    "Vendors": "dissect.assigned",
    "host_names": "dissect.hosts",
    "service_name": "dissect.assigned",
    "transaction_table": "dissect.transactions",
    "vendors": "dissect.assigned",
    "with_services": "dissect.assigned",
    "cells": "dissect.screenful",
    "first_passed": "dissect.screenful",
    "ordered": "dissect.screenful",
    "times": "dissect.screenful",
    "TimeColumn": "dissect.cli.times",
    "Choice": "dissect.export.tables",
    "STREAM_FORMS": "dissect.cli.follow_command",
    "Said": "dissect.follow",
    "stream_content": "dissect.follow",
    "hex_lines": "dissect.cli.show_command",
    "escape_text": "dissect.engine.values",
    "export_capture": "dissect.export.run",
    "properties": "dissect.stats.properties",
    "write_file": "dissect.capture",
    "write_rows": "dissect.cli.writing",
    "harmless": "dissect.export.rows",
    "STATISTICS": "dissect.stats",
    "statistic": "dissect.stats",
    "packet_json": "dissect.cli.show_command",
    "packet_lines": "dissect.cli.show_command",
    "property_lines": "dissect.cli.info_command",
    "compile_filter": "dissect.filters",
    "complete": "dissect.filters",
    "Filter": "dissect.filters",
    "FilterError": "dissect.filters",
    "SqlError": "dissect.sql",
}

if TYPE_CHECKING:
    from dissect.assigned import Vendors, service_name, vendors, with_services
    from dissect.capture import CaptureError, write_file
    from dissect.cli.follow_command import STREAM_FORMS
    from dissect.cli.info_command import property_lines
    from dissect.cli.show_command import hex_lines, packet_json, packet_lines
    from dissect.cli.times import TimeColumn
    from dissect.cli.writing import write_rows
    from dissect.crypto.keylog import KeyLog
    from dissect.engine.fields import Field
    from dissect.engine.layer import Layer
    from dissect.engine.registry import Registry
    from dissect.engine.values import escape_text, filter_for, label_of
    from dissect.export.rows import harmless
    from dissect.export.run import export_capture
    from dissect.export.tables import Choice
    from dissect.filters import Filter, FilterError, compile_filter, complete
    from dissect.follow import Said, stream_content
    from dissect.hosts import host_names
    from dissect.layers import builtin
    from dissect.library import Capture, fields, open
    from dissect.notes import Notes, expert_notes
    from dissect.packet import Line, Packet
    from dissect.pathmtu import Finding, Report, analyse
    from dissect.screenful import cells, first_passed, ordered, times
    from dissect.sql import SqlError
    from dissect.stats import STATISTICS, statistic
    from dissect.stats.properties import properties
    from dissect.transactions import transaction_table


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dissect' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


__all__ = [
    "STATISTICS",
    "STREAM_FORMS",
    "Capture",
    "CaptureError",
    "Choice",
    "Field",
    "Filter",
    "FilterError",
    "Finding",
    "KeyLog",
    "Layer",
    "Line",
    "Notes",
    "Packet",
    "Registry",
    "Report",
    "Said",
    "SqlError",
    "TimeColumn",
    "Vendors",
    "__version__",
    "analyse",
    "builtin",
    "cells",
    "compile_filter",
    "complete",
    "escape_text",
    "expert_notes",
    "export_capture",
    "fields",
    "filter_for",
    "first_passed",
    "harmless",
    "hex_lines",
    "host_names",
    "label_of",
    "open",
    "ordered",
    "packet_json",
    "packet_lines",
    "properties",
    "property_lines",
    "service_name",
    "statistic",
    "stream_content",
    "times",
    "transaction_table",
    "vendors",
    "with_services",
    "write_file",
    "write_rows",
]  # fmt: skip
