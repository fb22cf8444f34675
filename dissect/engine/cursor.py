"""The cursor that `Layer.decode` reads with: every read is bounds-checked and leaves a node behind.

A read past the end raises `Short`, which the row evaluator turns into a note on the packet (truncated
where the capture was cut, malformed where the bytes contradict themselves).  Layers never catch it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from dissect.engine.fields import BYTES, NONE, REST, Field
from dissect.engine.header import RowHeader, value_of
from dissect.engine.peek import RowPeek
from dissect.engine.tree import Deferred, Expert, LayerNode, Node

if TYPE_CHECKING:
    from dissect.engine.layer import Layer
    from dissect.engine.row import Dissection

MAX_NODES = 20_000  # per packet: hostile counts end in a note, not in memory


class Short(Exception):
    """A read went past the end of the captured bytes, or of the enclosing structure."""


class TooMuch(Exception):
    """A packet asked for more nodes than is sane."""


class Cursor:
    """A position in a layer's bytes.  `end` bounds reads; `limit` is where the packet says the layer ends."""

    __slots__ = ("_into", "data", "end", "h", "limit", "node", "pos", "run", "start")

    def __init__(self, run: Dissection, h: RowHeader, node: LayerNode, pos: int, end: int, limit: int) -> None:
        self.run, self.h, self.node = run, h, node
        self.data = h.octets
        self.start = self.pos = pos
        self.end, self.limit = end, limit
        self._into: Node = node

    @property
    def remaining(self) -> int:
        """Captured bytes left before the end."""
        return self.end - self.pos

    def add(self, field: Field, size: int | None = None, value: Any = None, text: str | None = None) -> Any:
        """Read `field` (of `size` bytes, default its own; REST: all that is left), add its node, return its value.

        A given `value` replaces what the type would read (the node still covers the bytes).
        """
        width = field.size if size is None else size
        if not isinstance(width, int):
            width = int(width(self.h))
        if width == REST:
            width = max(self.end - self.pos, 0)
        pos = self.pos
        if width < 0 or pos + width > self.end:
            raise Short
        if value is None:
            value = value_of(field, self.data, pos, width)
        self._append(Node(field, value, pos, width, None, text))
        self.pos = pos + width
        return value

    def derived(self, field: Field, value: Any, text: str | None = None) -> Node:
        """Add a generated node: a value that is not bytes of the packet."""
        node = Node(field, value, self.pos, 0, None, text)
        self._append(node)
        return node

    def rest(self, field: Field) -> bytes:
        """All captured bytes that are left, as `field`; nothing is added where there are none."""
        return self.add(field, self.remaining) if self.remaining > 0 else b""

    def peek(self, size: int, offset: int = 0, little: bool = False) -> int:
        """An unsigned integer ahead, without moving."""
        pos = self.pos + offset
        if pos < 0 or pos + size > self.end:
            raise Short
        return int.from_bytes(self.data[pos : pos + size], "little" if little else "big")

    def peek_bytes(self, size: int, offset: int = 0) -> bytes:
        """Bytes ahead, without moving."""
        pos = self.pos + offset
        if pos < 0 or size < 0 or pos + size > self.end:
            raise Short
        return self.data[pos : pos + size]

    def skip(self, size: int) -> None:
        """Move on; the bytes become undecoded data in the tree."""
        if size < 0 or self.pos + size > self.end:
            raise Short
        self.undecoded(self._into, self.pos, self.pos + size)
        self.pos += size

    @contextmanager
    def group(
        self, field: Field, size: int | None = None, text: str | None = None, value: Any = None
    ) -> Iterator[Cursor]:
        """A subtree.  With `size` reads are bounded by it and the cursor ends up behind it (what was not read
        becomes undecoded data); where it is cut nothing of it is shown, but in a layer that says `partly`.  Without,
        it covers what was read.  `field` may be any field: its value is then `value`, or else the bytes' (for FT_NONE:
        presence)."""
        outer_end, outer_limit, into, start = self.end, self.limit, self._into, self.pos
        cut = size is not None and start + size > outer_end
        if size is not None:
            if size < 0 or (cut and not self.h.layer.partly):
                raise Short
            self.limit = start + size
            self.end = min(start + size, outer_end)
        node = Node(field, True, start, 0, [], text)
        if value is not None:
            node.value = value
        elif field.type is not NONE and size is not None:
            node.value = value_of(field, self.data, start, self.end - start)
        self._append(node)
        self._into = node
        try:
            yield self
            if cut:
                raise Short
        finally:
            if size is not None and not cut:
                self.undecoded(node, self.pos, start + size)
                self.pos = start + size
            node.size = self.pos - start
            self.end, self.limit, self._into = outer_end, outer_limit, into

    def defer(self, field: Field, size: int, decode: Callable[[Cursor], None]) -> None:
        """A subtree over the next `size` bytes that `decode` fills when it is first looked at.

        For what is often there and seldom looked at, and whose bytes are known to be right.
        """
        start, end = self.pos, self.pos + size
        if size < 0 or end > self.end:
            raise Short

        def make(node: Node) -> None:
            inside = Cursor(self.run, self.h, self.node, start, end, end)
            inside._into = node
            with suppress(Short, TooMuch):
                decode(inside)
            inside.undecoded(node, inside.pos, end)

        value = self.data[start:end] if field.type is BYTES else value_of(field, self.data, start, size)
        self._append(Deferred(field, value, start, size, make))
        self.pos = end

    def finish(self) -> None:
        """The layer ends here: what follows is the enclosing layer's trailer.  Read nothing afterwards."""
        self.h.limit = self.h.end = self.limit = self.end = self.pos

    def octets(self) -> None:
        """Give the subtree being filled the octets read of it for a value, where its size was not known before."""
        self._into.value = self.data[self._into.start : self.pos]

    def label(self, text: str) -> None:
        """Set the text of the subtree being filled."""
        self._into.text = text

    def note(self, severity: str, group: str, message: str, name: str = "") -> None:
        """Add an expert note to the layer."""
        layer = self.h.layer.name
        self.node.notes.append(Expert(severity, group, message, name or f"{layer}.note", layer))

    def info(self, text: str) -> None:
        """Set the Info column."""
        self.run.set_info(self.h.layer, text)

    def append_info(self, text: str) -> None:
        """Append to the Info column."""
        if not self.run.columns_locked:
            self.run.tree.append_info(text)

    def protocol(self, text: str) -> None:
        """Set the Protocol column."""
        if not self.run.columns_locked:
            self.run.tree.protocol_column = text

    def append_protocol(self, text: str) -> None:
        """Append to the Protocol column."""
        if not self.run.columns_locked:
            self.run.tree.protocol_column += text

    def payload(
        self,
        table: str,
        key: int,
        size: int | None = None,
        reported: int | None = None,
        listed: bool = True,
        via: str = "",
    ) -> bool:
        """Dissect the next `size` bytes (default: all) with the layer that `table` has for `key`.

        `reported` is the length the packet claims for them; `via` a name that `frame.protocols` has for the step
        itself.  False (and nothing read) if there is none.
        """
        layer = self.run.registry.find(table, key)
        if layer is None:
            return False
        first = len(self.run.tree.layers)
        self._enter(layer, size, reported, listed)
        if via and len(self.run.tree.layers) > first:
            self.run.tree.layers[first].via = via
        return True

    def guess(self, table: str) -> bool:
        """Dissect what is left with the layer of `table` whose probe accepts it, as if the carrier went on here.

        False (and nothing read) if there is none, or no carrier with ports for probes to look at.
        """
        carrier = self.h.outer_header
        while carrier is not None and "srcport" not in carrier.layer.by_attr:
            carrier = carrier.outer_header
        if carrier is None:
            return False
        layer = self.run.guess(table, RowPeek(self.data, self.pos, self.end, self.limit, carrier))
        if layer is not None:
            self._enter(layer, None, None, True)
        return layer is not None

    def child(
        self, layer: str, size: int | None = None, reported: int | None = None, listed: bool = True
    ) -> None:
        """Dissect the next `size` bytes (default: all that is left) with the layer of that name.

        Where it is not `listed`, `frame.protocols` does not name it.
        """
        self._enter(self.run.registry.layer(layer), size, reported, listed)

    def _enter(self, layer: type[Layer], size: int | None, reported: int | None, listed: bool) -> None:
        if self.pos > self.end:  # of a header that was cut before its last octets
            raise Short
        limit = self.limit if size is None else self.pos + size
        if reported is not None:
            limit = self.pos + reported
        end = min(self.end, limit)
        locked = self.run.columns_locked
        self.run.columns_locked = locked or self.h.layer.quotes
        layers = self.run.tree.layers
        first = len(layers)
        self.run.enter(layer, self.data, self.pos, end, limit, self.h)
        if not listed and len(layers) > first:
            layers[first].listed = False
        self.run.columns_locked = locked
        self.pos = end

    def inside(
        self, layer: str | type[Layer], data: bytes, title: str, number: int | None = None, listed: bool = True
    ) -> None:
        """Dissect `data`, which was made of this packet's bytes (decompressed, put together), with a layer.

        `number` tells it from all others among the reassembled; where it is not `listed`, `frame.protocols` does not
        name the layer.
        """
        run = self.run
        outside, run.source = run.source, len(run.tree.sources)
        run.tree.sources.append((title, data))
        run.datagrams.append(run.datagrams[outside] if number is None else number)
        first = len(run.tree.layers)
        found = run.registry.layer(layer) if isinstance(layer, str) else layer
        run.enter(found, data, 0, len(data), len(data), self.h)
        if not listed and len(run.tree.layers) > first:
            run.tree.layers[first].listed = False
        run.source = outside

    def _append(self, node: Node) -> None:
        self.run.count += 1
        if self.run.count > MAX_NODES:
            raise TooMuch
        self._into.add(node)

    def undecoded(self, into: Node, start: int, end: int) -> None:
        """Account for bytes nothing has read."""
        if end > start:
            into.add(Node(UNDECODED, self.data[start:end], start, end - start))


UNDECODED = Field("_ws.undecoded", "Undecoded data", BYTES)
