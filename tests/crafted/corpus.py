"""The modules of this folder as captures, and what was recorded of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from dissect.capture import Interface, PcapngWriter, PcapWriter
from tests.agreement import tshark
from tests.agreement.compare import Compared, compared_fields

HERE = Path(__file__).parent
HELPERS = {"__init__", "frames", "corpus", "record", "test_crafted"}
NAMES = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in HELPERS)
ALWAYS = ("frame.protocols",)


@dataclass(frozen=True, slots=True)
class Crafted:
    """The packets of a module."""

    name: str
    link: int
    layers: tuple[str, ...]
    packets: list[bytes]
    links: list[int]
    """Each packet's link type, where a module has several (`LINKS`)."""

    @property
    def digest(self) -> str:
        """What the answers were recorded of."""
        return hashlib.sha256(b"".join(self.packets)).hexdigest()[:16]

    @property
    def answers(self) -> Path:
        """Where they are kept."""
        return HERE / "answers" / f"{self.name}.json"

    @property
    def compared(self) -> list[Compared]:
        """The layers' fields that tshark has too; but not the layers themselves, which it draws more than once a packet."""
        return [f for f in compared_fields(self.layers)[0] if f.name not in self.layers]

    def write(self, folder: Path) -> Path:
        """The packets as a capture, a millisecond apart."""
        if self.links:
            return self._write_interfaces(folder / f"{self.name}.pcapng")
        path = folder / f"{self.name}.pcap"
        with PcapWriter(path, linktype=self.link) as writer:
            for number, packet in enumerate(self.packets):
                writer.write(1_700_000_000_000_000_000 + number * 1_000_000, packet)
        return path

    def _write_interfaces(self, path: Path) -> Path:
        numbers = {link: number for number, link in enumerate(dict.fromkeys(self.links))}
        with PcapngWriter(path, interfaces=[Interface(number, link) for link, number in numbers.items()]) as writer:
            for number, (link, packet) in enumerate(zip(self.links, self.packets, strict=True)):
                writer.write(1_700_000_000_000_000_000 + number * 1_000_000, packet, interface=numbers[link])
        return path

    def asked(self, path: Path) -> list[dict[str, list[str]]]:
        """What the installed tshark says, packet for packet: of the layers' fields those it has."""
        names = [f.name for f in self.compared]
        return [dict(sorted(row.items())) for row in tshark.printed(path, [*ALWAYS, *names]).rows]


def crafted(name: str) -> Crafted:
    """A module's packets."""
    module = import_module(f"tests.crafted.{name}")
    return Crafted(name, getattr(module, "LINK", 1), tuple(module.LAYERS), module.PACKETS, getattr(module, "LINKS", []))


def recorded(one: Crafted) -> dict[str, Any]:
    """What was recorded of them: tshark's version, the digest, the types of the fields and the rows."""
    found: dict[str, Any] = json.loads(one.answers.read_text(encoding="utf-8"))
    return found


def fields_of(one: Crafted, types: dict[str, str]) -> list[Compared]:
    """The recorded fields, in the types tshark printed them in."""
    return [Compared(name, one.name, type_) for name, type_ in types.items()]
