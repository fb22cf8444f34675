"""The row evaluator: one packet's bytes in, one typed tree out.

It never raises on packet bytes: a read past the end becomes a note on the layer, *truncated* where the
capture was cut, *malformed* where the bytes contradict themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from dissect.engine.cursor import UNDECODED, Cursor, Short, TooMuch
from dissect.engine.fields import PROTOCOL, REST, Field
from dissect.engine.header import RowHeader, value_of
from dissect.engine.layer import By, Fragments, Layer, Segments, To
from dissect.engine.messages import AGAIN, IN_MESSAGE, LAST, MESSAGE, OWN, WAITS, Streams
from dissect.engine.peek import RowPeek
from dissect.engine.program import Program, compiled
from dissect.engine.reassembly import NO_DATAGRAM, Part, Reassembled, Reassembly, Tree, waiting_in_row
from dissect.engine.record import NO_TIME
from dissect.engine.registry import Registry
from dissect.engine.tree import Deferred, Derived, Expert, LayerNode, Node, PacketTree

MAX_LAYERS = 100  # a tunnel loop ends here, in a note
STRICT = False  # whether a fault of a layer's own is raised: tests want to see it, users want their packets

MALFORMED = Field("_ws.malformed", "Malformed Packet", PROTOCOL, layer="_ws.malformed")
TRUNCATED = Field("_ws.short", "Packet size limited during capture", PROTOCOL, layer="_ws.short")
TOO_DEEP = Expert("warn", "Malformed", "Maximum dissection depth exceeded", "_ws.too_deep")
TOO_MUCH = Expert("warn", "Malformed", "More items than are sane in one packet", "_ws.too_much")


class Bogus(Exception):
    """A header states a length shorter than itself: nothing behind it can be believed."""


class Dissection:
    """One packet on its way through the layers.  `tree` is the result; `context` is what passes know of it."""

    __slots__ = (
        "believed", "columns_locked", "context", "count", "datagrams", "depth", "fleeting", "instead", "media", "place",
        "quoted", "registry", "row", "segments", "source", "streams", "time", "tree", "verify", "visit",
    )  # fmt: skip

    def __init__(
        self,
        registry: Registry,
        data: bytes,
        context: Reassembly | None = None,
        verify: bool = False,
        row: int = 0,
        place: int = 0,
        datagram: int = NO_DATAGRAM,
    ) -> None:
        self.registry = registry
        self.tree = PacketTree(data)
        self.count = 0
        self.columns_locked = False
        self.fleeting = False  # whether the Info column is a layer's whose Info does not stay
        self.context = context
        self.visit: Callable[[int, RowHeader], None] | None = None  # is shown every header that is not quoted
        self.verify = verify or registry.checksums
        self.streams: Streams | None = None  # who knows the streams of the capture
        self.segments: Any = None  # is shown what carries segments, and the layer of their payload
        self.believed = True  # whether the header at hand is one
        self.instead: type[Layer] | None = None  # the layer whose bytes it has, where it is not
        self.quoted = False  # whether headers that are quoted are shown to `visit`, too
        self.row, self.place = row, place  # the packet's row in its batch; where its bytes stand there
        self.source = 0  # number of the bytes being dissected among the tree's sources
        self.datagrams = [datagram]  # of each source
        self.depth = 0  # layers outside the first entered
        self.time = NO_TIME  # of the packet, in ns
        self.media = ""  # the type of the body being dissected, as the message around it says

    def over(self) -> None:
        """Nobody looks at the tree again: headers, which hold a batch's arrays, lead no more to it and back."""
        self.tree.cleared()

    def set_info(self, layer: type[Layer], text: str) -> None:
        """Fill the Info and Protocol columns, unless an enclosing layer quotes this packet."""
        if not self.columns_locked:
            self.tree.info = text
            self.tree.protocol_column = layer.column or layer.name.upper()

    def enter(
        self,
        layer: type[Layer] | None,
        data: bytes,
        start: int,
        end: int,
        limit: int,
        outer: RowHeader | None,
    ) -> None:
        """Dissect `data[start:end]` (the packet says it reaches to `limit`) from `layer` inwards."""
        layers, source = self.tree.layers, self.source
        via, first, whole_end = "", len(layers), end
        pending: list[tuple[RowHeader, LayerNode, int]] = []  # what follows their payload comes after it
        while layer is not None:
            if self.depth + len(layers) >= MAX_LAYERS:
                self._too_deep(layer, start, end)
                break
            h = RowHeader(layer, data, start, end, limit, outer, self)
            node = LayerNode(layer, start, via, limit, source)
            layers.append(node)
            whole = self._layer(layer, h, node)
            node.limit = h.limit
            if self.visit is not None:
                self._visit(self.visit, layer, h)
            self.believed = True
            if not whole:
                following, self.instead = self.instead, None
                if following is None:
                    break
                layer, outer, via = following, h, ""
                continue
            start = node.start + node.size
            payload_end = h.end if h.end > start else start
            if layer.segments is not None and self._segmented(layer.segments, h, node, start, payload_end):
                break
            if layer.fragments is not None and layer.fragments.when(h) and self._piece(layer.fragments, h):
                if self._datagram(layer, layer.fragments, h, node, start, payload_end):
                    break
                following, via = self.registry.by_name.get("data") if h.limit > start else None, ""
            else:
                size = h.limit - start if layer.payload is None else int(layer.payload(h))
                nothing = (payload_end if layer.sighted else h.limit) <= start
                following, via = self._next(layer, h, start, nothing or size <= 0)
            if self.segments is not None and layer.segments is not None and not self.columns_locked:
                self.segments.meet_row(h, start, h.limit, following)
            pending.append((h, node, len(layers)))
            if following is None:
                if payload_end > start:
                    node.add(Node(UNDECODED, data[start:payload_end], start, payload_end - start))
                    node.size = payload_end - node.start
                break
            self.columns_locked = self.columns_locked or layer.quotes
            end, limit, outer = payload_end, h.limit, h
            if layer.payload is not None:
                limit = min(limit, start + int(layer.payload(h)))
                end = min(end, limit)
            layer = following
        self._behind(pending, first, data, whole_end)

    def _behind(
        self, pending: list[tuple[RowHeader, LayerNode, int]], first: int, data: bytes, whole_end: int
    ) -> None:
        """Account for what follows the payloads of headers, innermost first, and all the layers from the `first`."""
        layers = self.tree.layers
        for h, node, below in reversed(pending):
            start = node.start + node.size
            if below < len(layers) and layers[below].limit > start:
                start = layers[below].limit
            if start < h.end:
                self._trailer(h, node, start)
        if first < len(layers):
            node = layers[first]
            behind = max(node.limit, node.start + node.size)
            if behind < whole_end:  # what follows even the outermost layer
                node.add(Node(UNDECODED, data[behind:whole_end], behind, whole_end - behind))

    def _visit(self, visit: Callable[[int, RowHeader], None], layer: type[Layer], h: RowHeader) -> None:
        """Show a header to whoever visits them, if it is one and not quoted."""
        if (self.quoted or not self.columns_locked) and self.believed and h.end - h.start >= layer.enough:
            visit(self.row, h)

    def _too_deep(self, layer: type[Layer], start: int, end: int) -> None:
        if self.tree.layers:
            last = self.tree.layers[-1]
            last.note(TOO_DEEP)
            last.add(Node(UNDECODED, self.tree.data[start:end], start, end - start))

    def _layer(self, layer: type[Layer], h: RowHeader, node: LayerNode) -> bool:
        """Fill one layer's node.  False where its bytes ended too early (a note says so)."""
        tree = self.tree
        try:
            if layer.column and not self.columns_locked:  # named, if only a part of its header is there
                tree.protocol_text, tree.protocol_of = layer.column, None  # `_columns` may know better
                if layer.info is not None or self.fleeting:
                    tree.info_text, self.fleeting = "", False
            length = self._header(layer, h, node)
            if not self.columns_locked:
                self._columns(layer, h, tree)
            if length < layer.size and layer.length is not None:
                raise Bogus
            if layer.has_decode:
                # options end a header: where it has none, it was whole
                if length != layer.size or not layer.decodes_options or h.start + length > h.end:
                    length = self._decode(layer, h, node, length)
            elif h.start + length > h.end:
                raise Short
            node.size = length
            if layer.notes:
                node.note_later(header_notes, h)
        except (Short, Bogus) as error:
            if layer.notes:
                node.note_later(header_notes, h)
            if self.instead is not None:
                return False
            self._account(h, node)
            if isinstance(error, Short):
                self._cut(h, node)
            return False
        except TooMuch:
            node.note(TOO_MUCH)
            self._account(h, node)
            return False
        except Exception as error:  # ours: the packet is shown as far as it was understood, the others go on
            if STRICT:
                raise
            node.note(fault_of(error, layer))
            self._account(h, node)
            return False
        return True

    def _account(self, h: RowHeader, node: LayerNode) -> None:
        """Cover what no field of a header that ended too early did: between its fields, and behind them."""
        rest = node.start
        own = (n for n in node.children if n.size and not n.field.hidden)
        for start, end in sorted((n.start, n.start + n.size) for n in own):
            if start > rest:
                node.add(Node(UNDECODED, h.octets[rest:start], rest, start - rest))
            rest = max(rest, end)
        if h.end > rest:
            node.add(Node(UNDECODED, h.octets[rest : h.end], rest, h.end - rest))
        node.size = max(rest, h.end) - node.start

    def _columns(self, layer: type[Layer], h: RowHeader, tree: PacketTree) -> None:
        """What a header says in the packet list, for whoever looks at it."""
        if layer.source:
            if layer.destination:
                tree.ends_of = h
            else:
                tree.source = (layer.by_attr[layer.source], getattr(h, layer.source))
        elif layer.destination:
            tree.destination = (layer.by_attr[layer.destination], getattr(h, layer.destination))
        if layer.column_of is not None:
            tree.protocol_of = h
        if layer.fence:
            tree.fences.append(h)
        if layer.info is not None:
            tree.info_text = h
            self.fleeting = not layer.info_stays

    def _header(self, layer: type[Layer], h: RowHeader, node: LayerNode) -> int:
        """Read the placed fields; the header's stated length."""
        program, base = compiled(layer), h.start
        if h.end - base < layer.size:
            few = h.end - base < layer.enough and not self.columns_locked  # a quote is cut at will
            last = layer.by_attr.get(layer.cut_to) if few else None
            for field in program.shown:
                self._placed(field, h, node.children)
                if field is last:
                    raise Short
            return layer.size if layer.length is None else int(layer.length(h))
        h.__dict__ = program.read(h.octets, base)
        if layer.has_mistaken and (mistake := layer.mistaken(h)) is not None:
            self._mistaken(program, h, node, *mistake)
        if layer.total is not None:
            limit = base + max(int(layer.total(h)), layer.size)
            if limit < h.limit:
                h.limit = limit
            if limit < h.end:
                h.end = limit
        length = layer.size if layer.length is None else int(layer.length(h))
        if not program.unsure or all(_captured(field, h) for field in program.unsure):
            node.defer(self._nodes, h)
        else:
            self._nodes(h, node.children)
        return length

    def _mistaken(self, program: Program, h: RowHeader, node: LayerNode, last: Field | None, instead: str) -> NoReturn:
        """Show what a header says up to its `last` field that counts, and whose bytes these are: where they are not the
        layer's own, the header is none."""
        for field in program.shown[: 0 if last is None else program.shown.index(last) + 1]:
            self._placed(field, h, node.children)
        if h.layer.tells and not self.columns_locked:
            self._columns(h.layer, h, self.tree)
        if instead != h.layer.name:
            node.mistaken = True
            self.instead, self.believed = self.registry.by_name.get(instead), False
        raise Bogus

    def _nodes(self, h: RowHeader, nodes: list[Node]) -> None:
        """Nodes of the placed fields, in declared order."""
        program, base = compiled(h.layer), h.start
        values = program.read_all(h.octets, base)
        h.__dict__ = {**values, **h.__dict__}  # the others will ask
        for field, place in program.ordered:
            if place is None:
                self._placed(field, h, nodes)
            else:
                attr, at, size = place
                nodes.append(Node(field, values[attr], base + at, size))
        layer = h.layer
        if not layer.has_decode:
            length = layer.size if layer.length is None else int(layer.length(h))
            if layer.size <= length <= h.end - base and length != program.covers:
                self._rest_of_header(h, nodes, base + length)

    def _placed(self, field: Field, h: RowHeader, nodes: list[Node]) -> None:
        if field.when is not None and not field.when(h):
            return
        if field.value is not None:
            node: Node = Derived(field, h)
        else:
            at = field.at
            pos = h.start + (at if isinstance(at, int) else int(at(h)))  # type: ignore[misc]
            size = field.size if isinstance(field.size, int) else int(field.size(h))
            if size == REST:
                size = h.end - pos
                if size <= 0:
                    return
            if size < 0 or pos < 0 or pos + size > h.end:
                raise Short
            if size == 0 and field.type.kind != "none":
                return
            node = Node(field, value_of(field, h.octets, pos, size), pos, size)
        parent = field.within
        if parent is not None:
            for candidate in reversed(nodes):
                if candidate.field is parent:
                    candidate.add(node)
                    return
        nodes.append(node)

    def _rest_of_header(self, h: RowHeader, nodes: list[Node], end: int) -> None:
        """Account for what a stated header length covers beyond the declared fields."""
        own = (n.start + n.size for n in nodes if not n.field.hidden)
        covered = max(own, default=h.start)
        if covered < end:
            nodes.append(Node(UNDECODED, h.octets[covered:end], covered, end - covered))

    def _decode(self, layer: type[Layer], h: RowHeader, node: LayerNode, length: int) -> int:
        """Run the layer's `decode`; the length of the header it found."""
        start, end = h.start + layer.size, h.end
        if layer.length is None:
            cursor = Cursor(self, h, node, start, min(end, h.limit), h.limit)
            layer.decode(cursor)
            if layer.next or layer.reaches:
                return cursor.pos - h.start
            cursor.undecoded(node, cursor.pos, h.end)
            return max(h.end, cursor.pos) - h.start
        limit = h.start + length
        if limit < start:
            raise Short
        cursor = Cursor(self, h, node, start, end if end < limit else limit, limit)
        try:
            layer.decode(cursor)
        except Short:  # bad bytes within a header of stated length (options) do not keep its payload from us
            if limit > h.end:
                raise
            self._cut(h, node, listed=False)
        if limit > h.end:
            raise Short
        if cursor.pos < limit:
            cursor.undecoded(node, cursor.pos, limit)
        return length

    def _next(self, layer: type[Layer], h: RowHeader, start: int, empty: bool) -> tuple[type[Layer] | None, str]:
        """The layer of the payload at `start` (None where there is nothing to dissect), and by what way."""
        if not layer.next or (empty and not self.registry.takes_empty(layer)):
            return None, ""
        via = ""
        for step in layer.next:
            if step.when is not None and not step.when(h):
                continue
            if isinstance(step, By):
                found = self.registry.find(step.table, int(step.key(h)))
                if found is not None and found.accepts is not None and not found.accepts(_payload(h, start)):
                    found = None
                via = step.via or via
            elif isinstance(step, To):
                found = self.registry.by_name.get(step.layer)
            else:
                found = None if empty else self.guess(step.table, _payload(h, start))
            if found is not None:
                return (found, via) if not empty or found.accept_empty else (None, "")
        nothing = empty or (layer.spoken_for is not None and layer.spoken_for(h))
        return (None, "") if nothing else (self.registry.by_name.get("data"), via)

    def _piece(self, fragments: Fragments, h: RowHeader) -> bool:
        """Whether the payload, which may be a piece, is to be seen as one."""
        if not fragments.alone:
            return True
        return bool((not self.columns_locked and fragments.whole(h)) | (fragments.offset(h) > 0))

    def _datagram(
        self, layer: type[Layer], fragments: Fragments, h: RowHeader, node: LayerNode, start: int, end: int
    ) -> bool:
        """Show which datagram a fragment belongs to; dissect the whole if this packet completes it (True)."""
        if self.context is None or self.columns_locked:
            return False
        datagram = self.datagrams[self.source]
        place = self.place if datagram == NO_DATAGRAM else 0
        [found] = self.context.seen(waiting_in_row(fragments, h, self.row, datagram, place, start))
        if found is None:
            return False
        if not found.here:
            node.add(Node(fragments.tree.found_in, found.packet, start, 0))
            return False
        data = self.context.payload(found.datagram)
        node.add(fragments_node(fragments.tree, found, data, start, end))
        node.size = max(end - node.start, node.size)
        whole = RowHeader(layer, h.octets, h.start, h.end, h.limit, h.outer_header, self)
        whole.__dict__.update(h.__dict__)
        whole.octets, whole.end, whole.limit = data, len(data), len(data)
        size = len(data) if layer.payload is None else int(layer.payload(whole))
        following, _ = self._next(layer, whole, 0, not data or size <= 0)
        outside = self.source
        self.source = len(self.tree.sources)
        self.tree.sources.append((f"Reassembled {layer.column}", data))
        self.datagrams.append(found.datagram)
        self.enter(following, data, 0, len(data), len(data), h)
        self.source = outside
        return True

    def _segmented(self, segments: Segments, h: RowHeader, node: LayerNode, start: int, end: int) -> bool:
        """Dissect what a segment holds of messages; False where that is one stretch of its own."""
        if self.streams is None or self.columns_locked:
            return False
        told = self.streams.told(h)
        if not told:
            return False
        if not any(message >= OWN for message, *_ in told):
            node.size = max(end - node.start, node.size)
            if any(message == WAITS for message, *_ in told):
                self._opening(told, h, start)
                self.tree.append_info(IN_MESSAGE)
        for message, low, high, _, of in told:
            high = min(high, end - start) if message < 0 else high
            if message >= 0:
                node.add(self._segments_node(segments.tree, message, start))
            elif message == WAITS and (packet := self.streams.completed_by(max(of, ~of))):
                node.add(Node(segments.tree.found_in, packet, start, 0))
            if message in (WAITS, LAST, AGAIN) and low < high:
                field = segments.data if message != AGAIN or of >= 0 or segments.resent(h) else UNDECODED
                node.add(Node(field, h.octets[start + low : start + high], start + low, high - low))
        for message, low, high, number, _ in told:
            if message >= 0:
                self._message(message, low, high, self.registry.numbered(number), h)
            elif message == OWN:
                limit = start + high
                self.enter(self.registry.numbered(number), h.octets, start + low, min(limit, end), limit, h)
            elif message == WAITS and of < 0 and not any(other == OWN for other, *_ in told):
                layer = self.registry.numbered(number)
                if layer.messages is not None and layer.messages.begun:
                    self.tree.layers.append(LayerNode(layer, start + low, "", start + low, self.source))
        return True

    def _opening(self, told: list[list[int]], h: RowHeader, start: int) -> None:
        """What a segment says with which a message only begins."""
        for message, low, high, number, of in told:
            messages = self.registry.numbered(number).messages
            if message == WAITS and of < 0 and messages is not None and messages.opening is not None:
                text = messages.opening(h.octets[start + low : start + high])
                if text is not None:
                    self.tree.info = text

    def _segments_node(self, tree: Tree, number: int, start: int) -> Node:
        """The subtree of a complete message, made when looked at."""
        assert self.streams is not None
        streams, data = self.streams, self.streams.message(number)
        node = Deferred(tree.whole, True, start, 0, lambda node: add_parts(node, tree, streams.parts(number), data))
        node.text = f"{tree.whole.label} ({len(data)} bytes)"
        return node

    def _message(self, number: int, low: int, high: int, layer: type[Layer], h: RowHeader) -> None:
        """Dissect octets of a message."""
        assert self.streams is not None
        data = self.streams.message(number)
        outside = self.source
        self.source = len(self.tree.sources)
        self.tree.sources.append((f"Reassembled {h.layer.column}", data))
        self.datagrams.append(MESSAGE + number)
        first = len(self.tree.layers)
        self.enter(layer, data, low, high, high, h)
        if high < len(data) and len(self.tree.layers) > first:  # the next message begins there
            self.tree.layers[first].add(Node(UNDECODED, data[high:], high, len(data) - high))
        self.source = outside

    def guess(self, table: str, peek: RowPeek) -> type[Layer] | None:
        """The heuristic layer of a table that accepts a payload."""
        for layer in self.registry.heuristics(table, peek):
            if layer.probe is not None and layer.probe(peek):
                return layer
        return None

    def _cut(self, h: RowHeader, node: LayerNode, listed: bool = True) -> None:
        """Say that a layer's bytes ended too early, and whose fault it is (`listed`: in the packet list too).

        A quoted packet is cut at will.
        """
        if self.columns_locked:
            return
        if h.limit > h.end:
            field, expert = TRUNCATED, Expert("note", "Undecoded", TRUNCATED.label, "_ws.short", node.layer.name)
        else:
            field = MALFORMED
            expert = Expert("error", "Malformed", "Malformed Packet (Exception occurred)", "_ws.malformed.expert")
        node.note(expert)
        node.add(Node(field, True, node.start + node.size, 0))
        if listed:
            self.tree.append_info(f"[{field.label}]")

    def _trailer(self, h: RowHeader, node: LayerNode, start: int) -> None:
        """What lies behind the payload of `h`."""
        cursor = Cursor(self, h, node, start, h.end, h.limit)
        try:
            h.layer.trailer(cursor)
        except (Short, TooMuch):
            self._cut(h, node)
        cursor.undecoded(node, cursor.pos, h.end)


def fragments_node(tree: Tree, found: Reassembled, data: bytes, start: int, end: int) -> Node:
    """The subtree of a complete datagram; it covers the piece that this packet brought."""
    sizes = ", ".join(f"#{part.packet}({part.size})" for part in found.parts)
    label = f"{len(found.parts)} {tree.whole.label} ({len(data)} bytes): {sizes}"
    node = Node(tree.whole, data if tree.whole.type.kind == "bytes" else True, start, end - start, [], label)
    add_parts(node, tree, found.parts, data)
    return node


def add_parts(node: Node, tree: Tree, parts: list[Part], data: bytes) -> None:
    """Show the pieces of what was put together below its node."""
    start = node.start
    for part in parts:
        marks = [Node(field, True, start, 0) for field in part.marks(tree)]
        where = f"Frame: {part.packet}, payload: {part.offset}-{part.offset + part.size - 1} ({part.size} bytes)"
        node.add(Node(tree.error if part.wrong else tree.fragment, part.packet, start, 0, marks, where))
    node.add(Node(tree.pieces, len(parts), start, 0))
    node.add(Node(tree.size, len(data), start, 0))
    node.add(Node(tree.data, data, start, 0))


def header_notes(h: RowHeader) -> tuple[list[Expert], list[Expert]]:
    """The notes that follow from a header, and those that take more than the packet."""
    layer = h.layer
    told: tuple[list[Expert], list[Expert]] = [], []
    try:
        for note in layer.notes:
            if note.when(h):
                message = note.text(note.value and note.value(h))
                told[note.late].append(Expert(note.severity, note.group, message, note.name, layer.name))
    except Exception as error:
        if STRICT:
            raise
        told[0].append(fault_of(error, layer))
    return told


def fault_of(error: Exception, layer: type[Layer]) -> Expert:
    """What is said of a fault of our own."""
    fault = f"Dissector bug: {type(error).__name__} in {layer.name}"
    return Expert("error", "Dissector bug", fault, "_ws.dissector_bug", layer.name)


def _payload(h: RowHeader, start: int) -> RowPeek:
    """What a header carries from `start` on, for probes."""
    return RowPeek(h.octets, start, h.end, h.limit, h)


def _captured(field: Field, h: RowHeader) -> bool:
    """Whether a placed field is absent, or all of it was captured."""
    if field.when is not None and not field.when(h):
        return True
    pos = h.start + (field.at if isinstance(field.at, int) else int(field.at(h)))  # type: ignore[misc]
    size = field.size if isinstance(field.size, int) else int(field.size(h))
    return size >= 0 and h.start <= pos and pos + size <= h.end
