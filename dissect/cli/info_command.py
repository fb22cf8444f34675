"""`dissect info`: properties of captures."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

import click

from dissect.cli import common

SECOND = 1_000_000_000
NAMES_SHOWN = 10  # of the names that a capture brings


@click.command("info")
@click.argument("files", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common.quiet_option
def command(files: Sequence[str], format_: str, quiet: bool) -> int:
    """Format, interfaces, packets, times, rates, sizes, drops, comments, hash and damage of each of FILES."""
    from dissect.capture import CaptureError, open_source
    from dissect.stats.properties import properties

    code, found = 0, []
    for path in common.expand(files):
        try:
            with common.progress(os.path.basename(path), quiet) as advance, open_source(path) as source:
                facts = properties(source, advance)
        except CaptureError as error:
            facts = {"file": path, "error": str(error)}
        if "error" in facts or "damage" in facts:
            print(f"dissect: {facts.get('error') or facts['damage']}", file=sys.stderr)
            code = 3
        if format_ == "json":
            found.append(facts)
        elif "error" not in facts:
            sys.stdout.write("\n".join(property_lines(facts)) + "\n\n")
    if format_ == "json":
        sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return code


def property_lines(facts: dict[str, Any]) -> list[str]:
    """The properties as text."""
    from dissect.engine.values import escape_text

    compression = f", {facts['compression']}" if facts["compression"] else ""
    out = [f"File            {facts['file']}", f"Format          {facts['format']}{compression}"]
    if "size" in facts:
        out += [f"Size            {facts['size']:,} bytes", f"SHA-256         {facts['sha256']}"]
    out.append(f"Packets         {facts['packets']:,}")
    out.append(f"Bytes           {facts['original_bytes']:,} on the wire, {facts['captured_bytes']:,} captured")
    if facts["cut_packets"]:
        out.append(f"Cut             {facts['cut_packets']:,} packets are cut by the snap length")
    if "first" in facts:
        out += [
            f"First           {_when(facts['first'])}",
            f"Last            {_when(facts['last'])}",
            f"Duration        {facts['duration']:.6f} s",
            f"Packet sizes    {facts['shortest']} to {facts['longest']}, mean {facts['mean']} bytes",
            f"In time order   {'yes' if facts['time_ordered'] else 'no'}",
        ]
    if "packets_per_second" in facts:
        out.append(
            f"Rates           {facts['packets_per_second']:,.1f} packets/s, {facts['bits_per_second']:,.0f} bit/s"
        )
    for i in facts["interfaces"]:
        name = escape_text(i.get("name") or "")
        snap = f"snap length {i['snaplen']}" if i["snaplen"] else "no snap length"
        out.append(
            f"Interface {i['id']:<5} {name + ', ' if name else ''}{i['link_name']} ({i['link_type']}), {snap}, "
            f"{i['packets']:,} packets"
        )
        for key in ("description", "filter", "os", "hardware", "speed", "fcs_len", "statistics"):
            if key in i:
                out.append(f"                {key}: {escape_text(str(i[key]))}")
    for section in facts["sections"]:
        for key, value in section.items():
            texts = value if isinstance(value, list) else [value]
            out += [f"{key.capitalize():15} {escape_text(str(text))}" for text in texts]
    if "names" in facts:
        out.append(f"Names           {len(facts['names'])} in the file")
        named = [f"{address} {', '.join(names)}" for address, names in facts["names"].items()]
        out += [f"                {escape_text(line)}" for line in named[:NAMES_SHOWN]]
        if len(named) > NAMES_SHOWN:
            out.append(f"                and {len(named) - NAMES_SHOWN} more (--format json lists all)")
    if "secrets" in facts:
        out.append(f"Secrets         {facts['secrets']} in the file")
    if "damage" in facts:
        out.append(f"Damage          {escape_text(facts['damage'])}")
    return out


def _when(ns: int) -> str:
    seconds, rest = divmod(ns, SECOND)
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{rest:09d} UTC"
    except (OverflowError, ValueError, OSError):
        return f"{seconds}.{rest:09d} s"
