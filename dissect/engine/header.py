"""Header views: what an expression in a declaration sees as `h`.

`RowHeader` reads one header, `ColumnHeader` the headers of a group of rows; both give a field by its
attribute name, read when first asked for.  A field that is not there reads as 0 (or as no bytes).
Besides fields they have `start`, `end` (what was captured), `limit` (what the packet says there is),
all in bytes, and `outer(name)`: the nearest enclosing header of that layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import REST, Field
from dissect.engine.layer import Layer
from dissect.engine.window import Heads, Positions, Window, some_bounds

Absent = None


class RowHeader:
    """One header within `octets` (a packet's bytes, or those of a reassembled source)."""

    __slots__ = ("__dict__", "end", "layer", "limit", "octets", "outer_header", "run", "start")

    def __init__(
        self,
        layer: type[Layer],
        octets: bytes,
        start: int,
        end: int,
        limit: int,
        outer: RowHeader | None,
        run: Any,
    ) -> None:
        self.layer, self.octets, self.start, self.end, self.limit = layer, octets, start, end, limit
        self.outer_header = outer
        self.run = run  # the packet's Dissection

    def __getattr__(self, attr: str) -> Any:
        layer = self.layer
        reader = layer.reads.get(attr)
        if reader is None:
            field = layer.by_attr.get(attr)
            if field is None:
                raise AttributeError(f"{layer.name} has no field {attr!r}")
            reader = layer.reads[attr] = reader_of(field)
        value = self.__dict__[attr] = reader(self)
        return value

    def place(self, field: Field) -> tuple[int, int] | None:
        """(position in `octets`, size) of a placed field; None where absent or not captured."""
        if field.when is not None and not field.when(self):
            return None
        at = field.at
        pos = self.start + (at if isinstance(at, int) else int(at(self)))  # type: ignore[misc]
        size = field.size if isinstance(field.size, int) else int(field.size(self))
        if size == REST:
            size = self.end - pos
            if size <= 0:
                return None
        if size < 0 or pos < 0 or pos + size > self.end:
            return None
        return pos, size

    def read(self, field: Field) -> Any:
        """The value of a placed or derived field; None where absent."""
        if field.value is not None:
            if field.when is not None and not field.when(self):
                return None
            return field.value(self)
        place = self.place(field)
        if place is None:
            return None
        return value_of(field, self.octets, *place)

    def outer(self, *names: str) -> RowHeader | None:
        """The nearest enclosing header of a layer called one of `names`."""
        header = self.outer_header
        while header is not None and header.layer.name not in names:
            header = header.outer_header
        return header

    def scope(self) -> list[tuple[str, Any]]:
        """What encloses this header, as far as it tells networks apart: names and values."""
        found: list[tuple[str, Any]] = []
        header = self.outer_header
        while header is not None:
            found += [(f"{header.layer.name}.{attr}", getattr(header, attr)) for attr in header.layer.scope]
            header = header.outer_header
        return found

    @property
    def streams(self) -> Any:
        """Who knows the streams of the capture; None where a packet stands alone."""
        return self.run.streams

    @property
    def verify(self) -> bool:
        """Whether checksums are to be verified."""
        return bool(self.run.verify)

    def sum16(self, start: int, size: int) -> int:
        """The one's complement sum of the captured bytes among `size` at `start`, modulo 65535 (RFC 1071)."""
        chunk = self.octets[start : min(start + max(size, 0), self.end)]
        return int.from_bytes(chunk + b"\0" if len(chunk) & 1 else chunk, "big") % 0xFFFF


def unread(h: RowHeader) -> RowHeader:
    """The same header with nothing that was read of it: what a header holds may hold this without holding itself."""
    return RowHeader(h.layer, h.octets, h.start, h.end, h.limit, h.outer_header, h.run)


def reader_of(field: Field) -> Callable[[RowHeader], Any]:
    """A function that reads a field of a header; 0, or no bytes, where it is absent."""
    none = b"" if field.type.kind in BYTE_KINDS else 0
    if field.fixed and field.type.kind in ("uint", "bool") and field.value is None:
        return _unit_reader(int(field.at), int(field.size), field)  # type: ignore[arg-type]
    says, when = field.value, field.when

    def derived(h: RowHeader) -> Any:
        value = says(h) if when is None or when(h) else None  # type: ignore[misc]
        return none if value is None else value

    def placed(h: RowHeader) -> Any:
        place = h.place(field)
        return none if place is None else value_of(field, h.octets, *place)

    return placed if says is None else derived


def _unit_reader(at: int, size: int, field: Field) -> Callable[[RowHeader], Any]:
    order: Literal["little", "big"] = "little" if field.little else "big"
    mask, shift, scale, last = field.mask or -1, field.shift, field.scale, at + size
    if field.type.kind == "bool":
        return lambda h: (
            h.start + last <= h.end
            and int.from_bytes(h.octets[h.start + at : h.start + last], order) & mask != 0
        )  # fmt: skip
    return lambda h: (
        ((int.from_bytes(h.octets[h.start + at : h.start + last], order) & mask) >> shift) * scale
        if h.start + last <= h.end
        else 0
    )


NUMBER_KINDS = frozenset({"uint", "int", "bool", "ipv4"})
UNITS = {1: "u1", 2: "u2", 4: "u4", 8: "u8"}
NOWHERE = np.empty(0, np.int64)  # no row of a group has a field
BLOCK_LIMIT = 96  # bytes of fixed header beyond which fields are gathered one by one
BYTE_KINDS = frozenset({"bytes", "ether", "ipv6", "eui64", "guid", "oid", "string"})


def value_of(field: Field, data: bytes, pos: int, size: int) -> Any:
    """The value of `size` bytes at `pos` as the field's type says.  The bytes must be there."""
    kind = field.type.kind
    chunk = data[pos : pos + size]
    if kind in ("uint", "ipv4"):
        value = int.from_bytes(chunk, "little" if field.little else "big")
        if field.mask:
            value = (value & field.mask) >> field.shift
        return value * field.scale
    if kind == "bool":
        value = int.from_bytes(chunk, "little" if field.little else "big")
        return bool(value & field.mask if field.mask else value)
    if kind == "int":
        value = int.from_bytes(chunk, "little" if field.little else "big", signed=not field.mask)
        if field.mask:
            value = (value & field.mask) >> field.shift
            top = field.mask >> field.shift
            if value > top >> 1:
                value -= top + 1
        return value
    if kind == "float":
        order = "<" if field.little else ">"
        return float(np.frombuffer(chunk, f"{order}f{size}")[0])
    if kind == "string":
        return text_of(chunk)
    if kind == "none":
        return True
    if kind == "guid" and field.little and size == 16:  # the first three numbers are; in fields that `decode` adds
        return chunk[3::-1] + chunk[5:3:-1] + chunk[7:5:-1] + chunk[8:]
    return chunk


def text_of(chunk: bytes) -> str:
    """Text of a packet: up to the first zero byte, undecodable bytes replaced (never trusted as markup)."""
    end = chunk.find(0)
    return (chunk if end < 0 else chunk[:end]).decode("utf-8", "replace")


class ColumnHeader:
    """The headers of a group of rows within one window.  Arrays have the group's length."""

    def __init__(
        self,
        layer: type[Layer],
        octets: Window,
        start: Positions,
        end: Positions,
        limit: Positions,
        outer_header: ColumnHeader | None = None,
        outer_rows: Positions | None = None,
    ) -> None:
        self.layer, self.octets = layer, octets
        self.start, self.end, self.limit = start, end, limit
        self.outer_header, self.outer_rows = outer_header, outer_rows
        self.streams: Any = None  # who knows the streams of the capture
        self._heads: tuple[Heads, Positions | None, int] | None = None  # of which packets (all), where in them
        self._of: tuple[ColumnHeader, Positions] | None = None  # which headers these were taken from
        self.looked_up: dict[Any, NDArray[np.int64]] = {}  # what tables have for these headers, by who asked
        self._block: NDArray[np.void] | None = None
        self._fixed_reads = 0

    def __len__(self) -> int:
        return len(self.start)

    def stand(self, heads: Heads, rows: Positions, at: int) -> None:
        """Say that the headers begin `at` octets into the packets of `rows` (ascending) of the batch of `heads`."""
        if at + self.layer.size <= heads.SIZE:
            self._heads = heads, None if len(rows) == heads.count else rows, at

    def taken(self, rows: Positions) -> ColumnHeader:
        """Some of the headers."""
        outer = None if self.outer_rows is None else self.outer_rows[rows]
        some = self.start[rows], *some_bounds(self.end, self.limit, rows)
        out = ColumnHeader(self.layer, self.octets, *some, self.outer_header, outer)
        out.streams, out._of = self.streams, (self, rows)
        if self._heads is not None:
            heads, own, at = self._heads
            out._heads = heads, rows if own is None else own[rows], at
        out.looked_up = {step: found[rows] for step, found in self.looked_up.items()}
        return out

    def _fixed(self, field: Field) -> Any:
        """The unit of a fixed field, as big-endian (or `little`) numbers or void items; None where it takes more.

        The second read gathers the whole fixed header of every row into one block: scattered memory is then
        touched once for all fields.
        """
        at, size = int(field.at), int(field.size)  # type: ignore[arg-type]
        kind = UNITS.get(size)
        if field.type.kind not in NUMBER_KINDS:
            kind = f"V{size}"
        self._fixed_reads += 1
        whole = self.layer.size
        if self._heads is None and (self._fixed_reads == 1 or whole > BLOCK_LIMIT) and self._block is None:
            return None
        if kind is None:
            return None
        dtype = kind if kind[0] == "V" else ("<" if field.little else ">") + kind
        if self._heads is not None and (self._fixed_reads == 1 or self._heads[1] is None):
            heads, rows, place = self._heads
            return heads.at(place + at, dtype, rows)
        if self._block is None:
            self._block = self._gathered(whole)
        return np.ndarray((len(self),), dtype, buffer=self._block, offset=at, strides=(whole,))

    def _gathered(self, size: int) -> NDArray[np.void]:
        """So many octets of every header."""
        if self._heads is None:
            return self.octets.raw(self.start, size)
        heads, rows, at = self._heads
        return heads.at(at, f"V{size}", rows)

    def __getattr__(self, attr: str) -> Any:
        field = self.__dict__["layer"].by_attr.get(attr)
        if field is None:
            raise AttributeError(f"{self.layer.name} has no field {attr!r}")
        if self._of is not None and (known := self._of[0].__dict__.get(attr)) is not None:
            value = self.__dict__[attr] = known[self._of[1]]
            return value
        rows, value = self.read(field)
        if rows is not None:
            full = np.zeros(len(self), value.dtype)
            full[rows] = value
            value = full
        if field.type.kind == "uint" and value.dtype.kind == "u" and value.dtype.itemsize < 8:
            value = value.astype(np.int64)  # expressions calculate without overflow, as on Python's numbers
        self.__dict__[attr] = value
        return value

    def present(self, field: Field) -> Any:
        """Rows (index array) that have the field, or None for all of them."""
        if field.when is None:
            return None
        said = field.when(self)
        if said is False:
            return NOWHERE
        mask = np.asarray(said, bool)
        if mask.all():
            return None
        if not mask.ndim:
            return NOWHERE
        return np.flatnonzero(mask)

    def place(self, field: Field) -> tuple[Any, Positions, Any]:
        """(rows or None, positions, sizes) of a placed field.  Rows where it was not captured are left out."""
        rows = self.present(field)
        at = field.at
        offset = at if isinstance(at, int) else np.asarray(at(self), np.int64)  # type: ignore[misc]
        pos = self.start + offset
        end = self.end
        size: Any = field.size if isinstance(field.size, int) else np.asarray(field.size(self), np.int64)
        if rows is not None:
            pos, end = pos[rows], end[rows]
            if not isinstance(size, int):
                size = np.broadcast_to(size, (len(self),))[rows]
        if isinstance(size, int) and size == REST:
            size = end - pos
            short = size <= 0
        elif field.fixed:
            return rows, pos, size  # within the fixed header, which is all there
        else:
            short = (pos + size > end) | (pos < 0) | (np.asarray(size) < (field.type.kind != "none"))
        if short.any():
            keep = np.flatnonzero(~short)
            rows = keep if rows is None else rows[keep]
            pos = pos[keep]
            if not isinstance(size, int):
                size = np.broadcast_to(size, short.shape)[keep]
        return rows, pos, size

    def read(self, field: Field) -> tuple[Any, Any]:
        """(rows or None for all, values) of a placed or derived field."""
        if field.value is not None:
            rows = self.present(field)
            if rows is NOWHERE and field.type.kind == "none":
                return rows, np.empty(0, bool)
            value = np.asarray(field.value(self))
            if value.ndim == 0:
                value = np.broadcast_to(value, (len(self),))
            return rows, value if rows is None else value[rows]
        kind = field.type.kind
        if field.fixed and kind not in ("float", "string", "none", "int"):
            return None, self._fixed_values(field)
        rows, pos, size = self.place(field)
        if kind in ("uint", "bool", "ipv4"):
            return rows, self._unsigned(field, pos, size)
        if kind == "int":
            return rows, self._signed(field, pos, int(size))
        if kind == "float":
            order = "<" if field.little else ">"
            return rows, self.octets.raw(pos, size).view(f"{order}f{size}").astype(f"f{size}")
        if kind == "none":
            return rows, np.ones(len(pos), bool)
        if isinstance(size, int) and kind != "string":
            return rows, self.octets.raw(pos, size)
        return rows, spans(self.octets, pos, np.broadcast_to(size, pos.shape), kind)

    def _fixed_values(self, field: Field) -> Any:
        """Values of a field at the same place in every header."""
        unit = self._fixed(field)
        size = int(field.size)  # type: ignore[arg-type]
        if field.type.kind not in NUMBER_KINDS:
            at = int(field.at)  # type: ignore[arg-type]
            return self.octets.raw(self.start + at, size) if unit is None else np.ascontiguousarray(unit)
        if unit is None:
            unit = self.octets.uint(self.start + int(field.at), size, field.little)  # type: ignore[arg-type]
        else:
            unit = unit.astype(unit.dtype.newbyteorder("="))
        return masked(field, unit)

    def _unsigned(self, field: Field, pos: Positions, size: Any) -> Any:
        if not isinstance(size, int):
            return sized_uints(self.octets, pos, size, field)
        return masked(field, self.octets.uint(pos, size, field.little))

    def _signed(self, field: Field, pos: Positions, size: int) -> Any:
        unit = self.octets.uint(pos, size, field.little)
        if field.mask:
            wide = ((unit & unit.dtype.type(field.mask)) >> unit.dtype.type(field.shift)).astype(np.int64)
            top = field.mask >> field.shift
            return np.where(wide > top >> 1, wide - (top + 1), wide)
        if size in (1, 2, 4, 8):
            return unit.view(f"i{size}")
        wide = unit.astype(np.int64)
        return np.where(wide >> (8 * size - 1), wide - (1 << 8 * size), wide)

    def scope(self) -> list[tuple[str, Any]]:
        """What encloses each header, as far as it tells networks apart: names and arrays of values."""
        found: list[tuple[str, Any]] = []
        header, index = self.outer_header, self.outer_rows
        while header is not None and index is not None:
            found += [(f"{header.layer.name}.{attr}", getattr(header, attr)[index]) for attr in header.layer.scope]
            if header.outer_rows is not None:
                index = header.outer_rows[index]
            header = header.outer_header
        return found

    verify = True  # a checksum's status is read only if asked for

    def sum16(self, start: Positions, size: Any) -> Positions:
        """One's complement sums of the captured bytes among `size` at `start`, modulo 65535."""
        return self.octets.sum16(start, np.clip(size, 0, np.maximum(self.end - start, 0)))

    def outer(self, *names: str) -> OuterView | None:
        """The nearest enclosing header of a layer called one of `names`, aligned with this group's rows."""
        header, index = self.outer_header, self.outer_rows
        while header is not None and header.layer.name not in names:
            if header.outer_rows is not None and index is not None:
                index = header.outer_rows[index]
            header = header.outer_header
        return None if header is None or index is None else OuterView(header, index)


class Single:
    """One header seen as a group of one: attributes are arrays, for what is written over columns."""

    def __init__(self, header: RowHeader) -> None:
        self.header = self._header = header

    def outer(self, *names: str) -> Single | None:
        """As RowHeader.outer."""
        found = self._header.outer(*names)
        return None if found is None else Single(found)

    def __getattr__(self, attr: str) -> Any:
        value = getattr(self._header, attr)
        if isinstance(value, bytes) and attr != "octets":
            return np.array([value], f"V{len(value)}") if value else np.zeros(1, "V1")
        return np.array([value]) if isinstance(value, (int, bool)) else value


class OuterView:
    """An enclosing ColumnHeader seen from the rows of an inner one."""

    def __init__(self, header: ColumnHeader, index: Positions) -> None:
        self._header, self._index = header, index

    @property
    def layer(self) -> type[Layer]:
        """The enclosing layer."""
        return self._header.layer

    def outer(self, *names: str) -> OuterView | None:
        """As ColumnHeader.outer, from the enclosing header on."""
        found = self._header.outer(*names)
        return None if found is None else OuterView(found._header, found._index[self._index])

    def taken(self) -> ColumnHeader:
        """These headers as a group of their own."""
        return self._header.taken(self._index)

    def sum16(self, start: Any, size: Any) -> Positions:
        """As ColumnHeader.sum16; the bytes are this header's."""
        window: Window = self._header.octets
        return window.sum16(np.asarray(start), np.broadcast_to(np.asarray(size), np.shape(start)))

    def __getattr__(self, attr: str) -> Any:
        return getattr(self._header, attr)[self._index]


def masked(field: Field, unit: Any) -> Any:
    """The field's value out of the units it stands in.  `unit` is the caller's own: it may be changed."""
    if field.type.kind == "bool":
        return (unit & unit.dtype.type(field.mask)) != 0 if field.mask else unit != 0
    if field.mask:
        unit &= unit.dtype.type(field.mask)
        if field.shift:
            unit >>= unit.dtype.type(field.shift)
    return unit.astype(np.uint32) * field.scale if field.scale != 1 else unit


def sized_uints(window: Window, pos: Positions, size: Any, field: Field) -> Any:
    """Unsigned integers whose width varies from row to row (rare): width by width."""
    out = np.zeros(len(pos), np.uint64)
    for width in set(size.tolist()):
        if 1 <= width <= 8:
            rows = np.flatnonzero(size == width)
            out[rows] = window.uint(pos[rows], int(width), field.little)
    return out


def spans(window: Window, pos: Positions, size: Any, kind: str) -> Any:
    """Byte strings of varying length, as an object array (text for string fields)."""
    view = memoryview(window.u1)  # type: ignore[arg-type]
    out = np.empty(len(pos), object)
    convert = text_of if kind == "string" else bytes
    for i, (p, n) in enumerate(zip(pos.tolist(), np.asarray(size).tolist(), strict=True)):
        out[i] = convert(bytes(view[p : p + n]))
    return out
