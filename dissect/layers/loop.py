"""The configuration test protocol, "loopback" (DIX Ethernet 2.0, chapter 8).  Numbers are little-endian.

    skip count (2), then messages: function (2), 2: forwarding address (6), 1 (reply): receipt number (2), data
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ether, u16
from dissect.engine.layer import Layer

FUNCTIONS = {1: "Reply", 2: "Forward Data"}


class ConfigurationTest(Layer):
    """A frame that is to come back.  The function at the skip count is the one that matters to the receiver."""

    name, label, column = "loop", "Configuration Test Protocol (loopback)", "LOOP"
    binds = {"ethertype": (0x9000,)}
    reaches = ("data",)

    skipcount = u16(0, "loop.skipcount", "skipCount", little=True)
    function = u16(None, "loop.function", "Function", little=True, names=FUNCTIONS)
    relevant = u16(None, "loop.relevant_function", "Relevant function", little=True, names=FUNCTIONS)
    receipt = u16(None, "loop.receipt_number", "Receipt number", little=True)
    forwarding = ether(None, "loop.forwarding_address", "Forwarding address")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        relevant = c.h.start + 2 + c.h.skipcount
        while True:
            function = c.peek(2, 0, little=True)
            if c.pos == relevant:
                c.derived(cls.relevant, function)
                c.info(FUNCTIONS.get(function, "Unknown function"))
            c.add(cls.function)
            if function == 2:
                c.add(cls.forwarding)
            else:
                break
        if function == 1:
            c.add(cls.receipt)
        if c.remaining:
            c.child("data")
