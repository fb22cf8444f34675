"""The `frame.*` fields: what the capture file says of a packet, for one packet and for a batch.

`RecordView` is the `r` of the expressions in `layers/frame.py`: its attributes are arrays over a batch;
`RecordRow` has the same attributes for one packet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.layer import Layer
from dissect.engine.tree import LayerNode, Node, part_value

# LINKTYPE_ numbers of capture files to Wireshark's encapsulation numbers (frame.encap_type)
ENCAPSULATIONS = {
    0: 15, 1: 1, 2: 184, 3: 148, 6: 2, 7: 8, 8: 3, 9: 4, 10: 6, 11: 10, 12: 7, 13: 38, 14: 7, 16: 11, 18: 11, 19: 11,
    32: 69, 50: 4, 51: 139, 99: 61, 100: 10, 101: 7, 104: 28, 105: 20, 106: 11, 107: 26, 108: 174, 109: 38, 112: 28,
    113: 25, 114: 30, 117: 39, 118: 29, 119: 21, 121: 32, 122: 18, 123: 13, 127: 23, 128: 37, 129: 9, 130: 81,
    131: 82, 133: 87, 135: 68, 136: 151, 137: 67, 138: 62, 139: 75, 140: 42, 141: 43, 142: 101, 143: 33, 144: 44,
    147: 45, 148: 46, 149: 47, 150: 48, 151: 49, 152: 50, 153: 51, 154: 52, 155: 53, 156: 54, 157: 55, 158: 56,
    159: 57, 160: 58, 161: 59, 162: 60, 163: 24, 165: 63, 167: 76, 169: 66, 170: 178, 171: 179, 172: 77, 173: 78,
    177: 88, 178: 83, 179: 84, 180: 85, 181: 86, 183: 91, 184: 181, 186: 92, 187: 41, 188: 93, 189: 95, 190: 109,
    192: 97, 195: 104, 196: 100, 197: 98, 199: 103, 200: 197, 201: 99, 202: 147, 203: 131, 204: 19, 209: 112,
    210: 106, 211: 108, 212: 107, 213: 111, 214: 105, 215: 113, 220: 115, 224: 121, 225: 122, 226: 124, 227: 125,
    228: 129, 229: 130, 230: 127, 231: 146, 235: 132, 236: 133, 237: 157, 239: 141, 240: 135, 241: 136, 242: 180,
    243: 138, 245: 140, 247: 150, 248: 149, 249: 152, 250: 153, 251: 154, 252: 155, 253: 158, 254: 159, 255: 160,
    256: 161, 258: 171, 259: 172, 260: 173, 264: 177, 266: 182, 268: 36, 270: 183, 271: 185, 272: 186, 273: 199,
    274: 198, 275: 200, 276: 210, 279: 204, 280: 205, 283: 206, 287: 211, 288: 208, 290: 212, 292: 214, 293: 215,
    294: 216, 295: 217,
}  # fmt: skip


NO_TIME = np.iinfo(np.int64).min  # a record without a time stamp (pcapng's simple packet block)

# the options of a pcapng packet block that are fields, under the reader's names for them
OPTIONS = {
    "comment": "comments",
    "flags": "flags",
    "packet_id": "packetid",
    "drop_count": "dropcount",
    "queue": "queue",
}


@dataclass(frozen=True, slots=True)
class InterfaceFacts:
    """What the frame fields tell of an interface.  `named` says whether the format has interfaces at all."""

    linktype: int
    id: int = 0
    section: int = 1
    name: str | None = None
    description: str | None = None
    named: bool = False

    @property
    def shown_name(self) -> str | None:
        """As Wireshark has it: "unknown" where the file could have named it and did not."""
        return (self.name or "unknown") if self.named else None


Options = Callable[[int], dict[str, Any]]


class RecordView:
    """The records of a batch as columns.  Times are nanoseconds; None (or NO_TIME) where there is no value."""

    def __init__(
        self,
        first: int,
        time: NDArray[np.int64],
        caplen: NDArray[np.int64],
        origlen: NDArray[np.int64],
        interface: NDArray[Any],
        interfaces: Sequence[InterfaceFacts],
        first_time: int,
        previous_time: int,
        options: Options,
    ) -> None:
        self.count = len(time)
        self.number = np.arange(first + 1, first + 1 + self.count, dtype=np.uint32)
        self.time, self.caplen, self.origlen = time, caplen, origlen
        self._interface, self._facts = interface, interfaces
        self._first_time, self._previous = first_time, previous_time
        self._options = options
        self._told: tuple[NDArray[Any], NDArray[np.bool_]] | None = None  # facts of interfaces, and where there are any

    def _each(self, values: Sequence[Any], dtype: Any = object) -> NDArray[Any]:
        """A fact of every interface, spread over the packets."""
        table = np.empty(len(values), dtype)
        table[:] = list(values)
        spread: NDArray[Any] = table[self._interface]
        if dtype is object:
            self._told = spread, np.array([value is not None for value in values], bool)[self._interface]
        return spread

    @property
    def link_types(self) -> NDArray[np.int64]:
        """LINKTYPE_ numbers."""
        return self._each([i.linktype for i in self._facts], np.int64)

    @property
    def encap(self) -> NDArray[np.int16]:
        """Wireshark's encapsulation numbers."""
        return self._each([ENCAPSULATIONS.get(i.linktype, 0) for i in self._facts], np.int16)

    @property
    def section(self) -> NDArray[np.object_]:
        """The section of the file, from 1; none in a format without sections."""
        return self._each([i.section if i.named else None for i in self._facts])

    @property
    def interface(self) -> NDArray[np.object_]:
        """The interface's number in its section."""
        return self._each([i.id if i.named else None for i in self._facts])

    @property
    def interface_name(self) -> NDArray[np.object_]:
        """The interface's name."""
        return self._each([i.shown_name for i in self._facts])

    @property
    def interface_description(self) -> NDArray[np.object_]:
        """The interface's description."""
        return self._each([i.description for i in self._facts])

    @property
    def delta(self) -> NDArray[np.int64]:
        """Time since the packet before; 0 for the first, NO_TIME for a packet without a time."""
        before = np.empty(self.count, np.int64)
        before[:1] = self._previous
        before[1:] = self.time[:-1]
        delta = np.where(before == NO_TIME, 0, self.time - before)
        return np.where(self.time == NO_TIME, NO_TIME, delta)

    @property
    def relative(self) -> NDArray[np.int64]:
        """Time since the capture's first packet."""
        since = self.time - self._first_time if self._first_time != NO_TIME else np.zeros(self.count, np.int64)
        return np.where(self.time == NO_TIME, NO_TIME, since)

    @property
    def false(self) -> NDArray[np.bool_]:
        """No packet is marked or ignored by default."""
        return np.zeros(self.count, bool)

    @property
    def zero(self) -> NDArray[np.int64]:
        """No packet is shifted in time."""
        return np.where(self.time == NO_TIME, NO_TIME, np.int64(0))

    def column(self, field: Field) -> tuple[NDArray[np.int64], Any]:
        """(rows, values) of a frame field; rows without a value (an unnamed interface) are left out."""
        rows = np.arange(self.count)
        if field.value is None:
            return self._option_column(field)
        values = field.value(self)
        if values.dtype.kind == "O":
            if self._told is not None and self._told[0] is values:  # facts of interfaces
                there = self._told[1]
            else:
                there = np.array([v is not None for v in values.tolist()], bool)
            return rows[there], values[there]
        if field.type.kind in ("time_abs", "time_rel") and len(values) and values.min() == NO_TIME:
            there = values != NO_TIME
            return rows[there], values[there]
        return rows, values

    def _option_column(self, field: Field) -> tuple[NDArray[np.int64], Any]:
        """A field out of the packets' own blocks: read block by block, for few ask for it."""
        word = field.within or field
        found = [(i, value) for i in range(self.count) for value in option_values(self._options(i), word)]
        if word is not field:
            found = [(i, part_value(field, value)) for i, value in found]
        values = np.empty(len(found), object)
        values[:] = [value for _, value in found]
        return np.array([i for i, _ in found], np.int64), values


def option_values(options: dict[str, Any], field: Field) -> list[Any]:
    """The values that a packet block's options hold for a frame field."""
    value = options.get(OPTIONS.get(field.attr, ""))
    return value if isinstance(value, list) else [] if value is None else [value]


@dataclass(eq=False, repr=False, slots=True)
class RecordRow:
    """One packet's record: the `r` of the same expressions, as plain values."""

    number: int
    time: int
    caplen: int
    origlen: int
    delta: int
    relative: int
    facts: InterfaceFacts
    options: dict[str, Any]
    false: bool = False

    @property
    def encap(self) -> int:
        """Wireshark's encapsulation number."""
        return ENCAPSULATIONS.get(self.facts.linktype, 0)

    @property
    def section(self) -> int | None:
        """The section of the file, from 1; none in a format without sections."""
        return self.facts.section if self.facts.named else None

    @property
    def interface(self) -> int | None:
        """The interface's number in its section."""
        return self.facts.id if self.facts.named else None

    @property
    def interface_name(self) -> str | None:
        """The interface's name."""
        return self.facts.shown_name

    @property
    def interface_description(self) -> str | None:
        """The interface's description."""
        return self.facts.description

    @property
    def zero(self) -> int:
        """No packet is shifted in time."""
        return NO_TIME if self.time == NO_TIME else 0

    def node(self, layer: type[Layer]) -> LayerNode:
        """The frame layer of the packet."""
        node = LayerNode(layer, 0)
        node.defer(self._nodes, layer)
        return node

    def _nodes(self, layer: type[Layer], nodes: list[Node]) -> None:
        for field in layer.fields:
            if field.value is not None:
                value = field.value(self)
                if value is not None and value != NO_TIME:
                    nodes.append(Node(field, value, 0, 0))
            elif field.within is None:
                nodes.extend(Node(field, v, 0, 0) for v in option_values(self.options, field))
