"""The built-in layers: one file a protocol.  Every module of this package is looked through for layers."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from dissect.engine.layer import Layer
from dissect.engine.registry import Registry


@cache
def builtin() -> Registry:
    """The registry of all built-in layers."""
    layers: list[type[Layer]] = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: (info.name != "frame", info.name)):
        module = importlib.import_module(f"{__name__}.{info.name}")
        layers += layers_of(module)
    return Registry(layers)


def layers_of(module: object) -> list[type[Layer]]:
    """The layers that a module defines, in order."""
    name = getattr(module, "__name__", "")
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Layer) and value.__module__ == name and value.name
    ]
