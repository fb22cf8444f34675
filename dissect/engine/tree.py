"""The typed tree of a packet: layers, fields with their byte ranges, expert notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dissect.engine.expert import told
from dissect.engine.fields import Field
from dissect.engine.layer import Layer, parameters

if TYPE_CHECKING:
    from dissect.engine.header import RowHeader


class Node:
    """A field of a packet: `value` and the byte range `start`, `size` in the source it was read from.

    A generated node (a derived value) has size 0.  `source` is 0 for the packet itself, else the number
    of the reassembled or decrypted source among the packet's sources.
    """

    __slots__ = ("_children", "field", "size", "start", "text", "value")

    def __init__(
        self,
        field: Field,
        value: Any,
        start: int,
        size: int,
        children: list[Node] | None = None,
        text: str | None = None,
    ) -> None:
        self.field, self.value, self.start, self.size = field, value, start, size
        self._children = children
        self.text = text

    @property
    def name(self) -> str:
        """The field's filter name."""
        return self.field.name

    @property
    def children(self) -> list[Node]:
        """Nodes below this one; the bits of a flag word are made when first looked at."""
        if self._children is None:
            parts = self.field.parts
            self._children = [self._part(part) for part in parts] if parts else []
        return self._children

    def _part(self, part: Field) -> Node:
        size = self.size
        value = part_value(part, self.value, size)
        if not size:  # derived: no bytes of the packet
            return Node(part, value, self.start, 0)
        return Node(part, value, self.start + part.offset, part.size)  # type: ignore[arg-type]

    def add(self, node: Node) -> Node:
        """Append a child."""
        self.children.append(node)
        return node

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if node._children is not None or node.field.parts or type(node) is not Node:  # a deferred one may have some
                below = node.children
                if below:
                    waiting.extend(below[::-1])

    def __repr__(self) -> str:
        return f"<{self.field.name} = {self.value!r} [{self.start}:{self.start + self.size}]>"


@dataclass(frozen=True, slots=True)
class Expert:
    """An expert note: severity, group and message as in Wireshark; `name` is its filter name."""

    severity: str
    group: str
    message: str
    name: str = ""
    layer: str = ""


def part_value(part: Field, value: Any, size: int = 0) -> Any:
    """The value of a `lazy` part out of its parent's value, which stands in `size` bytes (0: a derived one)."""
    parent = part.within
    assert parent is not None
    offset, width = part.offset, int(part.size)  # type: ignore[arg-type]
    unit = value if isinstance(value, int) else int.from_bytes(value, "big")
    if parent.mask:
        unit <<= parent.shift
    if part.little:
        unit >>= 8 * offset
    elif size:
        short = 8 * (offset + width - size)  # a message may leave fewer octets to a word than it has
        unit = unit << short if short > 0 else unit >> -short
    unit &= (1 << 8 * width) - 1
    if part.type.kind == "bool":
        return bool(unit & part.mask if part.mask else unit)
    return ((unit & part.mask) >> part.shift if part.mask else unit) * part.scale


class Deferred(Node):
    """A node whose children are made when first looked at, by `make`."""

    __slots__ = ("make",)

    def __init__(self, field: Field, value: Any, start: int, size: int, make: Callable[[Node], None]) -> None:
        self.field, self.value, self.start, self.size, self.make = field, value, start, size, make
        self._children, self.text = None, None

    @property
    def children(self) -> list[Node]:
        """Nodes below this one."""
        if self._children is None:
            self._children = []
            self.make(self)
        return self._children


class Derived(Node):
    """A node with a value that is calculated (not bytes of the packet) when first looked at."""

    __slots__ = ("_header", "_value")

    def __init__(self, field: Field, header: Any) -> None:
        self.field, self.start, self.size = field, header.start, 0
        self._children, self.text = None, None
        self._header = header

    @property
    def value(self) -> Any:
        """The field's value."""
        if self._header is not None:
            self._value = self.field.value(self._header)  # type: ignore[misc]
            self._header = None
        return self._value


class LayerNode(Node):
    """A layer of a packet; `size` covers its header or message, not its payload.

    The nodes of its header are made when first looked at: whoever asks for a note or the last layer pays for no more.
    """

    __slots__ = (
        "_before", "_header", "_late", "_make", "_notes", "_tell", "layer", "limit", "listed", "mistaken", "source",
        "via", "within",
    )  # fmt: skip

    def __init__(self, layer: type[Layer], start: int, via: str = "", limit: int = 0, source: int = 0) -> None:
        self.field, self.value, self.start, self.size, self.text = layer.protocol, True, start, 0, None
        self._children: list[Node] = []
        self._header: Any = None  # whose nodes are still to be made, and `_make` makes them
        self.layer = layer
        self.via = via
        self.listed = True  # whether `frame.protocols` names it
        self.mistaken = False  # whether its bytes were found out to be another layer's
        self.within: list[str] = []  # further names that `frame.protocols` has behind the layer's
        self.limit = limit  # where the layer's payload ends, as the packet tells it
        self._notes: list[Expert] = []
        self._late: Any = None  # the header whose notes are still to be told, and `_tell` tells them
        self.source = source

    @property
    def notes(self) -> list[Expert]:
        """The expert notes."""
        if self._late is not None:
            header, self._late = self._late, None
            told, later = self._tell(header)
            self._notes[self._before : self._before] = told
            self._notes += later
        return self._notes

    @property
    def names(self) -> tuple[str, ...]:
        """What `frame.protocols` names it by, with the way to it and what is within."""
        if not self.listed:
            return ()
        own = () if self.layer.generated else (self.via, *self.layer.also_via, self.layer.name)
        if self.mistaken:
            own = (self.via, self.layer.name)
        return *filter(None, own), *self.within

    def note_later(self, tell: Callable[[Any], tuple[list[Expert], list[Expert]]], header: Any) -> None:
        """Let `tell` say what is to be noted of a header when notes are asked for: here, and behind all others."""
        self._tell, self._late, self._before = tell, header, len(self._notes)

    def note(self, expert: Expert) -> None:
        """Add a note."""
        self._notes.append(expert)

    def defer(self, make: Callable[[Any, list[Node]], None], header: Any) -> None:
        """Let `make` make the nodes of a header, which come before all others."""
        self._make, self._header = make, header

    @property
    def children(self) -> list[Node]:
        """Nodes below this one."""
        if self._header is not None:
            nodes: list[Node] = []
            header, self._header = self._header, None
            self._make(header, nodes)
            self._children[:0] = nodes
        return self._children

    def add(self, node: Node) -> Node:
        """Append a child."""
        self._children.append(node)
        return node

    def walk_decoded(self) -> Iterator[Node]:
        """The nodes that were made so far, with all below them: those of the header are left unmade."""
        for node in self._children:
            yield from node.walk()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in order, then the fields of its notes."""
        yield from super().walk()
        for note in self.notes:
            yield from (Node(field, value, self.start, 0) for field, value in told(note))


class PacketTree:
    """A dissected packet: its layers outermost first, its notes, and the text of its list columns."""

    __slots__ = (
        "_destination", "_source", "bodies", "data", "ends_of", "fences", "info_text", "layers", "protocol_of",
        "protocol_text", "sources",
    )  # fmt: skip

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.layers: list[LayerNode] = []
        self.sources: list[tuple[str, bytes]] = [("Frame", data)]
        self.bodies: list[tuple[str, str, bytes]] = []  # of messages: what was asked for, media type, octets
        self.info_text: str | RowHeader | Callable[[], str] = ""  # a header: what its layer says of it
        self.fences: list[RowHeader] = []  # headers that say what comes before the Info column, whatever that is
        self.protocol_text = ""
        self.protocol_of: RowHeader | None = None  # the header that says what is in the Protocol column
        self.ends_of: RowHeader | None = None  # the header that says what is in the Source and Destination columns
        self._source: tuple[Field, Any] | None = None
        self._destination: tuple[Field, Any] | None = None

    def cleared(self) -> None:
        """Forget layers and headers; sources stay."""
        for layer in self.layers:
            layer._children = []  # who makes children when they are looked at knows the layer
        self.layers, self.fences, self.info_text = [], [], ""
        self.protocol_of = self.ends_of = None

    def _look(self) -> None:
        """See what a header says in the Source and Destination columns."""
        h, self.ends_of = self.ends_of, None
        if h is not None:
            layer = h.layer
            self._source = (layer.by_attr[layer.source], getattr(h, layer.source))
            self._destination = (layer.by_attr[layer.destination], getattr(h, layer.destination))

    @property
    def source(self) -> tuple[Field, Any] | None:
        """The Source column."""
        self._look()
        return self._source

    @source.setter
    def source(self, said: tuple[Field, Any]) -> None:
        self._look()
        self._source = said

    @property
    def destination(self) -> tuple[Field, Any] | None:
        """The Destination column."""
        self._look()
        return self._destination

    @destination.setter
    def destination(self, said: tuple[Field, Any]) -> None:
        self._look()
        self._destination = said

    @property
    def protocol_column(self) -> str:
        """The Protocol column."""
        h, self.protocol_of = self.protocol_of, None
        if h is not None:
            says: Any = h.layer.column_of
            self.protocol_text = says(*[getattr(h, a) for a in parameters(says)])
        return self.protocol_text

    @protocol_column.setter
    def protocol_column(self, text: str) -> None:
        self.protocol_text, self.protocol_of = text, None

    @property
    def info(self) -> str:
        """The Info column."""
        return f"{self.fence}{self.said}" if self.fences else self.said

    @info.setter
    def info(self, text: str) -> None:
        self.info_text = text

    @property
    def fence(self) -> str:
        """What comes before the Info column."""
        return "".join(getattr(h, h.layer.fence) for h in self.fences)

    @property
    def said(self) -> str:
        """What layers have made of the Info column."""
        if not isinstance(self.info_text, str):
            self.info_text = self.info_text() if callable(self.info_text) else info_of(self.info_text)
        return self.info_text

    def append_info(self, text: str) -> None:
        """Add to the Info column."""
        before = self.info_text
        if isinstance(before, str):
            self.info_text = before + text
        else:
            self.info_text = lambda: f"{before() if callable(before) else info_of(before)}{text}"

    @property
    def notes(self) -> list[Expert]:
        """All expert notes, in order."""
        return [note for layer in self.layers for note in layer.notes]

    @property
    def protocols(self) -> str:
        """The chain of layers as `frame.protocols` has it (`eth:ethertype:ip:tcp`)."""
        return ":".join(name for node in self.layers for name in node.names)

    def walk(self) -> Iterator[Node]:
        """Every node in order."""
        for layer in self.layers:
            yield from layer.walk()

    def find(self, name: str) -> list[Any]:
        """Values of the field `name`, in order; further names (`ip.addr`) included."""
        return [node.value for node in self.walk() if any(f.name == name for f in (node.field, *node.field.also))]


def info_of(h: RowHeader) -> str:
    """What the Info column says of a header."""
    says: Any = h.layer.info
    text: str = says(*[getattr(h, a) for a in h.layer.info_parameters])
    return text
