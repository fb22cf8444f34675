"""The built-in layers: one file a protocol.  Every module of this package is looked through for layers."""

from __future__ import annotations

import importlib
import os
import pkgutil
from functools import cache

from dissect import engine
from dissect.engine.layer import Layer
from dissect.engine.registry import Registry
from dissect.remembered import outlines


@cache
def builtin() -> Registry:
    """The registry of all built-in layers.  None is imported until it is met."""
    folders = __path__[0], os.path.dirname(str(engine.__file__))
    return Registry(outlines(__name__, folders, ("dpkt",), all_layers))


def all_layers() -> list[type[Layer]]:
    """Every layer of this package, imported; the frame comes first."""
    names = [info.name for info in pkgutil.iter_modules(__path__)]
    names.sort(key=lambda name: (name != "frame", name))
    return [layer for name in names for layer in layers_of(importlib.import_module(f"{__name__}.{name}"))]


def layers_of(module: object) -> list[type[Layer]]:
    """The layers that a module defines, in order."""
    name = getattr(module, "__name__", "")
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Layer) and value.__module__ == name and value.name
    ]
