"""The built-in layers: one file a protocol.  `LAYERS` lists their modules; a new protocol is one line here."""

from __future__ import annotations

import importlib
from functools import cache

from dissect.engine.layer import Layer
from dissect.engine.registry import Registry

MODULES = (
    "frame", "data", "ethernet", "ip", "tcp", "udp",
)  # fmt: skip


@cache
def builtin() -> Registry:
    """The registry of all built-in layers."""
    layers: list[type[Layer]] = []
    for name in MODULES:
        module = importlib.import_module(f"dissect.layers.{name}")
        layers += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Layer) and value.__module__ == module.__name__ and value.name
        ]
    return Registry(layers)
