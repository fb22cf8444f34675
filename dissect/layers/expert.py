"""Expert notes: what the other layers found worth saying of a packet."""

from __future__ import annotations

from dissect.engine import expert
from dissect.engine.layer import Layer


class ExpertInfo(Layer):
    """The notes of all layers of a packet, in order.  No bytes are its own: see engine.expert."""

    name, label = "_ws.expert", "Expert Info"
    generated = True

    message = expert.MESSAGE
    group = expert.GROUP
    severity = expert.SEVERITY
