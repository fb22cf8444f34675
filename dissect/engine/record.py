"""The `frame.*` fields: what the capture file says of a packet, for one packet and for a batch.

`RecordView` is the `r` of the expressions in `layers/frame.py`: its attributes are arrays over a batch;
`RecordRow` has the same attributes for one packet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.layer import Layer
from dissect.engine.tree import LayerNode, Node

# LINKTYPE_ numbers of capture files to Wireshark's encapsulation numbers (frame.encap_type)
ENCAPSULATIONS = {
    0: 15, 1: 1, 6: 3, 7: 9, 8: 2, 9: 4, 10: 6, 50: 4, 51: 4, 101: 7, 104: 28, 105: 20, 107: 26, 108: 15, 113: 25,
    117: 39, 119: 21, 127: 23, 163: 22, 192: 100, 195: 104, 227: 125, 228: 129, 229: 130, 239: 141, 276: 210,
}  # fmt: skip


class RecordView:
    """The records of a batch as columns.  Times are nanoseconds."""

    def __init__(
        self,
        first: int,
        time: NDArray[np.int64],
        caplen: NDArray[np.int64],
        origlen: NDArray[np.int64],
        interface: NDArray[Any],
        link_types: NDArray[Any],
        names: Sequence[str | None],
        first_time: int,
        previous_time: int | None,
    ) -> None:
        self.count = len(time)
        self.number = np.arange(first + 1, first + 1 + self.count, dtype=np.uint32)
        self.time, self.caplen, self.origlen, self.interface = time, caplen, origlen, interface
        self.link_types, self._names = link_types, names
        self._first_time, self._previous = first_time, previous_time

    @property
    def encap(self) -> NDArray[np.uint16]:
        """Wireshark's encapsulation numbers."""
        kinds, index = np.unique(self.link_types, return_inverse=True)
        return np.array([ENCAPSULATIONS.get(int(k), 0) for k in kinds], np.uint16)[index]

    @property
    def interface_name(self) -> NDArray[np.object_]:
        """The interfaces' names; None where the file names none."""
        names = np.empty(len(self._names), object)
        names[:] = list(self._names)
        return names[self.interface]

    @property
    def delta(self) -> NDArray[np.int64]:
        """Time since the packet before."""
        out = np.empty(self.count, np.int64)
        if self.count:
            out[0] = 0 if self._previous is None else self.time[0] - self._previous
            np.subtract(self.time[1:], self.time[:-1], out=out[1:])
        return out

    @property
    def relative(self) -> NDArray[np.int64]:
        """Time since the capture's first packet."""
        return self.time - self._first_time

    @property
    def false(self) -> NDArray[np.bool_]:
        """No packet is marked or ignored by default."""
        return np.zeros(self.count, bool)

    @property
    def zero(self) -> NDArray[np.int64]:
        """No packet is shifted in time."""
        return np.zeros(self.count, np.int64)

    def column(self, field: Field) -> tuple[NDArray[np.int64], Any]:
        """(rows, values) of a frame field; rows without a value (an unnamed interface) are left out."""
        rows = np.arange(self.count)
        if field.value is None:
            return rows[:0], np.empty(0, object)
        values = field.value(self)
        if values.dtype.kind == "O":
            there = np.array([v is not None for v in values.tolist()], bool)
            return rows[there], values[there]
        return rows, values


@dataclass(slots=True)
class RecordRow:
    """One packet's record: the `r` of the same expressions, as plain values."""

    number: int
    time: int
    caplen: int
    origlen: int
    interface: int
    interface_name: str | None
    encap: int
    delta: int
    relative: int
    false: bool = False
    zero: int = 0

    def node(self, layer: type[Layer], comments: Sequence[str] = ()) -> LayerNode:
        """The frame layer of the packet."""
        node = LayerNode(layer, 0)
        for field in layer.fields:
            if field.value is not None:
                value = field.value(self)
                if value is not None:
                    node.children.append(Node(field, value, 0, 0))
            elif field.attr == "comment":
                node.children.extend(Node(field, text, 0, 0) for text in comments)
        return node
