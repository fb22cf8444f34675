"""What a protocol is to the engine: a class whose lines follow its header's picture.

A `Layer` is never instantiated; it is a declaration that two evaluators read.  Its header fields (those
with a place) are decoded by both; what follows a fixed header, or a whole message, is decoded by the
optional `decode`, which is given a bounds-checked cursor and runs per packet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import PROTOCOL, Expr, Field
from dissect.engine.messages import Messages
from dissect.engine.peek import Likely
from dissect.engine.reassembly import Tree
from dissect.engine.window import as_list

if TYPE_CHECKING:
    from dissect.engine.cursor import Cursor

Probe = Callable[[Any], Any]


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class By:
    """Dispatch: look `key` up in the registry's `table`; `when` limits it to some headers."""

    table: str
    key: Expr
    when: Expr | None = None
    via: str = ""  # a name that `frame.protocols` has for the step itself ("ethertype")


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class To:
    """Dispatch: always to the layer of this name, `when` the condition holds."""

    layer: str
    when: Expr | None = None


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Heuristics:
    """Dispatch: the heuristic layers of `table`, in order; the first whose probe accepts the payload."""

    table: str
    when: Expr | None = None


Dispatch = By | To | Heuristics

SEVERITIES = ("comment", "chat", "note", "warn", "error")


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Note:
    """An expert note that follows from header fields: `when` holds.  `name` is its filter name.

    `late`: it takes more than the packet, and is looked for when somebody asks for the packet's notes.
    `value`: what stands in the message where it has `{}`, or what makes it.
    """

    name: str
    severity: str
    group: str
    message: str | Callable[[Any], str]
    when: Expr
    late: bool = False
    value: Expr | None = None

    def text(self, value: Any) -> str:
        """The message, with what stands in it."""
        if callable(self.message):
            return self.message(value)
        return self.message if self.value is None else self.message.format(value)


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Fragments:
    """A header whose payload may be a piece of a datagram.

    `when` says that it is; `key` gives what the pieces of one datagram share; `offset` (in bytes) and `more` where
    the piece belongs.  `tree` are the fields that show the reassembly; declare them in the layer, too.
    """

    when: Expr
    key: Callable[[Any], tuple[Any, ...]]
    offset: Expr
    more: Expr
    tree: Tree
    alone: bool = False  # whether a first piece that will never be more (cut, quoted) is dissected as it is
    whole: Expr = lambda h: h.end >= h.limit  # whether all of the piece is there


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Segments:
    """A header whose payload is a stretch of a stream that carries messages.

    `tree` are the fields that show which segments a message was put together from, `data` the one for octets that are
    part of one.  Declare them in the layer, too.  `resent`: of which headers octets that were sent before are shown so.
    """

    tree: Tree
    data: Field
    resent: Expr


@dataclass(eq=False, repr=False, slots=True)
class Carried:
    """For each header of a group, which of `names` says what layers lie inside; -1: `decode` says.

    `at`: where the one layer of `names` begins that has the rest of the message; -1 where that is not told.
    """

    which: NDArray[np.int64]
    names: list[tuple[str, ...]]
    at: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, count: int, told: Iterable[tuple[int, tuple[str, ...]]]) -> Carried:
        """Of `count` headers, those that are `told`."""
        which, numbers = np.full(count, -1, np.int64), dict[tuple[str, ...], int]()
        for at, names in told:
            which[at] = numbers.setdefault(names, len(numbers))
        return cls(which, list(numbers))

    def kept(self, rows: NDArray[np.int64]) -> Carried:
        """Of some of the headers."""
        return Carried(self.which[rows], self.names, None if self.at is None else self.at[rows])


RESERVED = frozenset({
    "end", "layer", "limit", "octets", "outer", "outer_header", "outer_rows", "run", "start",  # of header views
    "by_attr", "destination", "fields", "header", "reads", "size", "source",  # of layers
})  # fmt: skip


class Layer:
    """A protocol.  Subclass it, one file a protocol; see docs/writing-a-layer.md.

    Class attributes (all optional but the first two):

    - ``name``, ``label``: the filter name and the title of its subtree.
    - ``length``: header length in bytes, options included (default: where the fixed fields end; the whole
      payload for a layer with a `decode` and no dispatch).
    - ``total``: bytes of header and payload together as the header tells it; what lies beyond is trailer.
    - ``payload``: length of the payload, where bytes behind it still belong to this layer (its `trailer`).
    - ``next``: dispatches for the payload, tried in order; what none claims is `data`.
    - ``binds``: the tables and keys where this layer is found, e.g. ``{"ip.proto": (17,)}``.
    - ``heuristics``: tables in which ``probe`` (an expression over a `Peek`) may claim a payload.
    - ``likely``: what can be told of the payloads that ``probe`` accepts without the layer; see `Likely`.
    - ``accepts``: an expression over a `Peek`: which of the payloads that a table leads here are this layer's.  The
      others go on to the next dispatch.
    - ``odd``: an expression naming headers the column evaluator must leave to the row evaluator.
    - ``mistaken``: what bytes are that claim to be this header and are not (``odd`` must name them, too).
    - ``notes``: expert notes that follow from header fields.
    - ``fragments``: how its payload may be a piece of a datagram (which then goes on with ``next``).
    - ``segments``: its payload is a stretch of a stream; ``messages``: how this layer's messages end in such a stream.
    - ``hears``: a class method `(Talk, Heard)` that is told every message of the layer in order, with what its
      conversation has said so far, and returns what `decode` will ask for by `heard_of` (see passes.talks).
    - ``talks``: where no transport carries the layer, the attributes that tell one conversation from another.
    - ``scope``: attributes that tell one network from another for what is inside (a VLAN's number).
    - ``column``: text of the Protocol column; ``info``: a static method whose parameters are attribute
      names of the header and that returns the Info column.
    - ``info_stays``: whether its Info stays where a layer inside has a Protocol of its own, but nothing to say.
    - ``column_of``: a static method like ``info``: the Protocol column where it is not always ``column``.
    - ``fence``: the attribute of a text that stays before the Info column, whatever the layers inside make of that.
    - ``informs``: `decode` changes the text that `info` gives.
    - ``goes_by``: headers for which `frame.protocols` has names behind the layer's (`LayerNode.within`).
    - ``uneasy``: an expression naming the headers whose `decode` may find something to note (default: any).
    - ``reaches``: tables (or layer names) that `decode` may dispatch into by itself; `*`: any layer.
    - ``guesses``: tables whose heuristics `decode` may ask (`Cursor.guess`).
    - ``spoken_for``: an expression naming the headers whose payload, where no layer takes it, is not even `data`.
    - ``encloses``: an expression naming the headers whose `decode` dispatches into anything but `data`; the others then
      stay in columns where only what lies deeper is asked for.
    - ``encloses_all``: `encloses` names those that dispatch into `data`, too: the others lead nowhere.
    - ``rarely``: layer name → an expression naming the headers whose `decode` may dispatch into it: where only such
      layers lead to what is asked for, the others stay in columns.
    - ``holds``: layers whose fields `decode` fills by itself; ``holds_when``: an expression naming the headers where it
      does.
    - ``trails``: fields of layers that need not be there, which `trailer` fills.
    - ``settled``: a function of a group: of which headers `decode` makes no note (but the ``brief_note``), no layer,
      and no fields but what is ``hot`` and ``settled_fields`` (`*`: any).  Where none of the latter is asked for, such
      rows stay in columns.
    - ``inmost``: a function of a group: all the layers that `decode` finds in each header's message, as
      `frame.protocols` names them; see `Carried`.  Where nothing else is asked for, such rows stay in columns.
    - ``hot``: field name → vectorised extractor `(ColumnHeader) -> (rows, values)` for fields of `decode`.
    - ``unread``: an expression naming the headers that these cannot read: they go by row where any such field is
      asked for.
    - ``aside``: fields with an extractor that the full `packets` table leaves out.
    """

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    length: ClassVar[Expr | None] = None
    total: ClassVar[Expr | None] = None
    payload: ClassVar[Expr | None] = None
    next: ClassVar[tuple[Dispatch, ...]] = ()
    binds: ClassVar[Mapping[str, tuple[int, ...]]] = {}
    heuristics: ClassVar[tuple[str, ...]] = ()
    probe: ClassVar[Probe | None] = None
    likely: ClassVar[Likely | None] = None
    accepts: ClassVar[Probe | None] = None
    odd: ClassVar[Expr | None] = None
    notes: ClassVar[tuple[Note, ...]] = ()
    fragments: ClassVar[Fragments | None] = None
    segments: ClassVar[Segments | None] = None
    messages: ClassVar[Messages | None] = None
    hears: ClassVar[Any] = None
    talks: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[tuple[str, ...]] = ()
    column: ClassVar[str] = ""
    info: ClassVar[Callable[..., str] | None] = None
    column_of: ClassVar[Callable[..., str] | None] = None
    fence: ClassVar[str] = ""
    info_stays: ClassVar[bool] = True
    informs: ClassVar[bool] = False
    decodes_options: ClassVar[bool] = False  # `decode` reads what a stated length adds to the fixed header only
    uneasy: ClassVar[Expr | None] = None
    reaches: ClassVar[tuple[str, ...]] = ()
    guesses: ClassVar[tuple[str, ...]] = ()
    spoken_for: ClassVar[Expr | None] = None
    # what of `reaches` is met only if something came first: any of some octets in the capture, or keys (`outline.KEYS`)
    gates: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    encloses: ClassVar[Expr | None] = None
    encloses_all: ClassVar[bool] = False
    rarely: ClassVar[Mapping[str, Expr]] = {}
    holds: ClassVar[tuple[str, ...]] = ()
    trails: ClassVar[tuple[str, ...]] = ()
    holds_when: ClassVar[Expr | None] = None
    settled: ClassVar[Callable[[Any], Any] | None] = None
    settled_fields: ClassVar[frozenset[str]] = frozenset()
    inmost: ClassVar[Callable[[Any], Carried] | None] = None
    hot: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    unread: ClassVar[Expr | None] = None
    aside: ClassVar[tuple[str, ...]] = ()
    goes_by: ClassVar[Expr | None] = None  # headers for which frame.protocols has names behind the layer's own
    also_via: ClassVar[tuple[str, ...]] = ()  # names that frame.protocols has before the layer's own
    generated: ClassVar[bool] = False  # no bytes of the packet are its own: no part of frame.protocols
    examined_by: ClassVar[str] = ""  # the function (`module:name`) that fills it for a whole capture
    quotes: ClassVar[bool] = False  # its payload is quoted: it does not fill the list's columns
    source: ClassVar[str] = ""  # attribute names that fill the Source and Destination columns
    destination: ClassVar[str] = ""
    linked_info: ClassVar[bool] = False  # its Info tells of questions and answers: see passes.exchanges
    linked_notes: ClassVar[bool] = False  # its notes do
    part_of: ClassVar[str] = ""  # the layer whose header this one prolongs, as far as lengths and slices go
    accept_empty: ClassVar[bool] = False  # entered even when the payload has no bytes

    # derived from the declaration
    fields: ClassVar[tuple[Field, ...]] = ()
    header: ClassVar[tuple[Field, ...]] = ()  # placed fields, in order
    by_attr: ClassVar[dict[str, Field]] = {}
    reads: ClassVar[dict[str, Callable[[Any], Any]]] = {}  # by attribute: what reads it of a header, where it was read
    size: ClassVar[int] = 0  # bytes of the fixed header
    protocol: ClassVar[Field] = Field("", "", PROTOCOL)
    has_decode: ClassVar[bool] = False
    has_brief: ClassVar[bool] = False
    brief_note: ClassVar[Note | None] = None  # of each message that `brief` tells: its octets are the value
    has_mistaken: ClassVar[bool] = False
    partly: ClassVar[bool] = False  # whether of a part that is cut is shown what there is of it
    sighted: ClassVar[bool] = False  # whether nothing is looked for in a payload of which no octet was captured
    tells: ClassVar[bool] = False  # whether it fills the list's columns also where it is `mistaken`
    enough: ClassVar[int] = 0  # octets with which a cut header is one to who visits headers; else all fixed ones
    cut_to: ClassVar[str] = ""  # attribute of the last field that is shown of one with fewer
    has_trailer: ClassVar[bool] = False
    info_parameters: ClassVar[tuple[str, ...]] = ()  # the header attributes that `info` asks for

    @classmethod
    def decode(cls, c: Cursor) -> None:
        """Decode what the header fields do not cover.  Override; a short read ends it by itself."""

    @classmethod
    def mistaken(cls, h: Any) -> tuple[Field | None, str] | None:
        """Of a header that cannot be one: the last field that counts (None: none does), and the layer
        that has its bytes ("": none; its own name: it is one, and nothing behind that field is believed)."""
        return None

    @classmethod
    def infos(cls, h: Any) -> Any:
        """The Info column of each of a ColumnHeader's headers: texts, or cells.  Override where most are alike, to make
        them at once."""
        if cls.info is None:
            return []
        arguments = [as_list(np.asarray(getattr(h, name))) for name in cls.info_parameters]
        info = cls.info
        return [info(*values) for values in zip(*arguments, strict=True)] if arguments else [info()] * len(h)

    @classmethod
    def columns_of(cls, h: Any) -> list[str]:
        """The Protocol column of each of a ColumnHeader's headers, where that is `column_of` them."""
        assert cls.column_of is not None
        columns = [as_list(np.asarray(getattr(h, name))) for name in parameters(cls.column_of)]
        return [cls.column_of(*values) for values in zip(*columns, strict=True)]

    @classmethod
    def brief(cls, h: Any, messages: list[bytes]) -> Iterable[tuple[str, str] | None]:
        """The Protocol and Info columns of each whole message, for lists; None where `decode` must say.

        `h` is their ColumnHeader.  Override where messages are many and their trees costly.  A message told so is
        whole, and there is nothing to note of it but the `brief_note`.
        """
        return [None] * len(messages)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        """Decode what follows the payload (padding, frame check sequence).  Override where there is any."""

    def __init_subclass__(cls) -> None:
        own = declared(cls)
        for attr, field in own:
            if attr in RESERVED:
                raise TypeError(f"{cls.__name__}.{attr}: layers and header views use that name; choose another")
            field.attr, field.layer = attr, field.layer or cls.name
            for other in field.also:
                other.layer = field.layer
                other.unit, other.base, other.names = field.unit, field.base, field.names
                other.size = field.size
        for _, field in own:
            if field.within is not None:
                field.join(field.within)
            elif field.size == 0 and field.type.kind == "bool":
                field.size = 1
        cls.fields = tuple(field for _, field in own)
        cls.by_attr, cls.reads = dict(own), {}
        cls.header = tuple(field for field in cls.fields if field.in_header)
        cls.size = max((int(f.at) + int(f.size) for f in cls.header if f.fixed), default=0)  # type: ignore[arg-type]
        cls.enough = cls.__dict__.get("enough", cls.size)
        cls.protocol = Field(cls.name, cls.label, PROTOCOL, layer=cls.name)
        cls.notes = tuple(sorted(cls.notes, key=lambda note: note.late))  # the order of both evaluators
        cls.has_trailer = cls.trailer.__func__ is not Layer.trailer.__func__  # type: ignore[attr-defined]
        cls.info_parameters = parameters(cls.info)
        cls.has_brief = cls.brief.__func__ is not Layer.brief.__func__  # type: ignore[attr-defined]
        cls.has_mistaken = cls.mistaken.__func__ is not Layer.mistaken.__func__  # type: ignore[attr-defined]
        cls.has_decode = cls.decode.__func__ is not Layer.decode.__func__  # type: ignore[attr-defined]


def parameters(says: Callable[..., str] | None) -> tuple[str, ...]:
    """The header attributes that such a method asks for."""
    code = getattr(says, "__code__", None)  # `inspect.signature` says the same, a hundred times slower
    return () if code is None else code.co_varnames[: code.co_argcount]


def declared(cls: type) -> list[tuple[str, Field]]:
    """The fields of a class by attribute name, those of its bases first.

    A tuple of further fields (made by a function) declares them all.
    """
    own: list[tuple[str, Field]] = []
    bases = [base for base in reversed(cls.__mro__) if base not in (Layer, object)]
    gathered = ("fields", "header")  # tuples that a base has made
    members = {a: v for base in bases for a, v in vars(base).items() if a not in gathered or isinstance(v, Field)}
    single = {id(value) for value in members.values() if isinstance(value, Field)}
    for attr, value in members.items():
        if isinstance(value, Field):
            own.append((attr, value))
        elif isinstance(value, tuple):
            further = (f for f in value if isinstance(f, Field) and id(f) not in single)
            own += [(f"{attr}_{i}", field) for i, field in enumerate(further)]
    return own
