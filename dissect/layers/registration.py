"""Registration of VLANs and groups at bridges: GVRP and GMRP (IEEE 802.1D-2004, clause 12).

    protocol (2), then messages: attribute type (1), attributes of length (1), event (1), value; each ends in 0
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, Field, ether, raw, u8, u16
from dissect.engine.layer import Layer

EVENTS = {0: "Leave All", 1: "Join Empty", 2: "Join In", 3: "Leave Empty", 4: "Leave In", 5: "Empty"}
LEAVE_ALL = 0


class GVRP(Layer):
    """VLANs that are wanted behind a port."""

    name, label, column = "gvrp", "GARP VLAN Registration Protocol", "GVRP"
    binds = {"llc.garp": (0x21,)}
    also_via = ("stp",)

    protocol_ = u16(0, "gvrp.protocol_id", "Protocol Identifier", HEX, names={1: "GARP VLAN Registration Protocol"})
    kind = u8(None, "gvrp.attribute_type", "Type", HEX, names={1: "VID"})
    extent = u8(None, "gvrp.attribute_length", "Length")
    event = u8(None, "gvrp.attribute_event", "Event", names=EVENTS)
    value = u16(None, "gvrp.attribute_value", "Value")
    end_mark = Field("gvrp.end_of_mark", "End of mark", NONE, size=1)
    other = raw(None, "", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining and c.peek(1):
            c.add(cls.kind)
            while (size := c.peek(1)) != 0:
                c.add(cls.extent)
                if c.add(cls.event) != LEAVE_ALL and size == 4:
                    c.add(cls.value)
                else:
                    c.add(cls.other, max(size - 2, 0))
            c.add(cls.end_mark)
        if c.remaining:
            c.add(cls.end_mark)
        c.info("GVRP")
        c.rest(cls.other)


class GMRP(Layer):
    """Groups that are wanted behind a port."""

    name, label, column = "gmrp", "GARP Multicast Registration Protocol", "GMRP"
    binds = {"llc.garp": (0x20,)}
    also_via = ("stp",)

    protocol_ = u16(0, "gmrp.protocol_id", "Protocol Identifier", HEX)
    kind = u8(None, "gmrp.attribute_type", "Type", HEX, names={1: "Group Membership", 2: "Service Requirement"})
    extent = u8(None, "gmrp.attribute_length", "Length")
    event = u8(None, "gmrp.attribute_event", "Event", names=EVENTS)
    member = ether(None, "gmrp.attribute_value_group_membership", "Value")
    service = u8(None, "gmrp.attribute_value_service_requirement", "Value")
    end_mark = u8(None, "gmrp.end_of_mark", "End of Mark")
    other = raw(None, "", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining and c.peek(1):
            kind = c.add(cls.kind)
            while (size := c.peek(1)) != 0:
                c.add(cls.extent)
                event = c.add(cls.event)
                if event != LEAVE_ALL and kind == 1 and size == 8:
                    c.add(cls.member)
                elif event != LEAVE_ALL and kind == 2 and size == 3:
                    c.add(cls.service)
                else:
                    c.add(cls.other, max(size - 2, 0))
            c.add(cls.end_mark)
        if c.remaining:
            c.add(cls.end_mark)
        c.info("GMRP")
        c.rest(cls.other)
