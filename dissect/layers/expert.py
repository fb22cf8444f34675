"""Expert notes: what the other layers found worth saying of a packet, and the marks beside them."""

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


class Malformed(Layer):
    """Marks packets whose bytes contradict themselves."""

    name, label = "_ws.malformed", "Malformed Packet"
    generated = True


class Short(Layer):
    """Marks packets of which the capture keeps too little to go on."""

    name, label = "_ws.short", "Packet size limited during capture"
    generated = True
