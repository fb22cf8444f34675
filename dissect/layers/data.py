"""Bytes that no layer claims."""

from __future__ import annotations

from dissect.engine.fields import REST, i32, raw
from dissect.engine.layer import Layer


class Data(Layer):
    """A payload nobody decodes."""

    name, label = "data", "Data"

    data = raw(0, "data.data", "Data", size=REST)
    len = i32(None, "data.len", "Length", value=lambda h: h.end - h.start)

    length = lambda h: h.end - h.start
