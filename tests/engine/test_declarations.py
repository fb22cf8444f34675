"""What a layer's declaration must not say is refused where it is said."""

from __future__ import annotations

import pytest

from dissect.engine.fields import u8
from dissect.engine.layer import RESERVED, Layer


@pytest.mark.parametrize("attr", sorted(RESERVED))
def test_names_that_layers_use_themselves(attr: str) -> None:
    with pytest.raises(TypeError, match=f"Odd.{attr}: .* choose another"):
        type("Odd", (Layer,), {"name": "odd", "label": "Odd", attr: u8(0, "odd.field", "Field")})
