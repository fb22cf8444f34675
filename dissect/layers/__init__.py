"""The built-in layers: one file a protocol.  Every module of this package is looked through for layers."""

from __future__ import annotations

import importlib
import os
import warnings
from functools import cache

from dissect import engine
from dissect.engine.layer import Layer
from dissect.engine.registry import Registry
from dissect.remembered import entry_points, outlines

GROUP = "dissect.layers"  # entry points: a module with layers, or one layer


@cache
def builtin() -> Registry:
    """The registry of all built-in layers, none of which is imported until it is met, and of those that installed
    packages bring: where these bind the same keys, they win."""
    folders = __path__[0], os.path.dirname(str(engine.__file__))
    return Registry([*outlines(__name__, folders, ("dpkt",), all_layers), *third_party()])


def third_party() -> list[type[Layer]]:
    """The layers that installed packages name in the entry points `dissect.layers`.

    A package that cannot be imported is another's fault, and is said in a warning.
    """
    found: list[type[Layer]] = []
    for name, value in entry_points(GROUP):
        module, _, attribute = value.partition(":")
        try:
            home: object = importlib.import_module(module)
            for part in filter(None, attribute.split(".")):
                home = getattr(home, part)
        except Exception as error:
            said = f"the layers of {name!r} ({value}) cannot be used: {type(error).__name__}: {error}"
            warnings.warn(said, RuntimeWarning, stacklevel=2)
            continue
        found += [home] if isinstance(home, type) and issubclass(home, Layer) else layers_of(home)
    return found


def all_layers() -> list[type[Layer]]:
    """Every layer of this package, imported; the frame comes first."""
    import pkgutil  # mostly the layers are remembered

    names = [info.name for info in pkgutil.iter_modules(__path__)]
    names.sort(key=lambda name: (name != "frame", name))
    return [layer for name in names for layer in layers_of(importlib.import_module(f"{__name__}.{name}"))]


def layers_of(module: object) -> list[type[Layer]]:
    """The layers that a module defines, in order; each once, whatever short names it has there."""
    name = getattr(module, "__name__", "")
    classes = dict.fromkeys(value for value in vars(module).values() if isinstance(value, type))
    return [one for one in classes if issubclass(one, Layer) and one.__module__ == name and one.name]
