"""Multiple registration (IEEE 802.1Q-2018, clause 10.8): of VLANs (MVRP) and of groups (MMRP).

    version (1), then messages: attribute type (1), attribute length (1), vectors, 0 (2); in the end 0 (2)
    a vector: leave all (3 bits), number of values (13 bits), first value, events of three values an octet
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, group, raw, u8, u16
from dissect.engine.layer import Layer

VLANS = {1: "VID"}
GROUPS = {1: "Service Requirement", 2: "MAC"}
EVENTS = {0: "New", 1: "JoinIn", 2: "In", 3: "JoinMt", 4: "Mt", 5: "Lv"}
LEAVE_ALL = {0: "Null", 1: "Leave All"}


def _fields(prefix: str, kinds: dict[int, str]) -> tuple[Field, ...]:
    """Fields that both have, below their own names."""
    header = u16(None, f"{prefix}.vector_header", "Vector Header", HEX)
    return (
        group(f"{prefix}.message", "Message"),
        u8(None, f"{prefix}.attribute_type", "Attribute Type", names=kinds),
        u8(None, f"{prefix}.attribute_length", "Attribute Length"),
        group(f"{prefix}.attribute_list", "Attribute List"),
        group(f"{prefix}.vector_attribute", "Vector Attribute"),
        header,
        u16(None, f"{prefix}.leave_all_event", "Leave All Event", mask=0xE000, within=header, names=LEAVE_ALL),
        u16(None, f"{prefix}.number_of_values", "Number of Values", mask=0x1FFF, within=header),
        group(f"{prefix}.first_value", "First Value"),
        u8(None, f"{prefix}.three_packed_event", "Attribute Event", names=EVENTS),
        u16(None, f"{prefix}.end_mark", "End Mark", HEX),
    )


class MVRP(Layer):
    """VLANs that are wanted behind a port."""

    name, label, column = "mrp-mvrp", "Multiple VLAN Registration Protocol", "MRP-MVRP"
    binds = {"ethertype": (0x88F5,)}

    version = u8(0, "mrp-mvrp.protocol_version", "Protocol Version")
    (message, kind, extent, attributes, vector, head, leave_all, values, first, packed, end_mark) = _fields("mrp-mvrp", VLANS)
    vid = u16(None, "mrp-mvrp.vid", "VID")
    first_value = raw(None, "", "First Value")
    padding = raw(None, "", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        read_messages(c, cls)


class MMRP(Layer):
    """Groups and services that are wanted behind a port."""

    name, label, column = "mrp-mmrp", "Multiple MAC Registration Protocol", "MRP-MMRP"
    binds = {"ethertype": (0x88F6,)}

    version = u8(0, "mrp-mmrp.protocol_version", "Protocol Version")
    (message, kind, extent, attributes, vector, head, leave_all, values, first, packed, end_mark) = _fields("mrp-mmrp", GROUPS)
    first_value = raw(None, "", "First Value")
    padding = raw(None, "", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        read_messages(c, cls)


def read_messages(c: Cursor, layer: type[MVRP] | type[MMRP]) -> None:
    """Messages up to the end mark; what is behind it fills the frame."""
    while c.remaining >= 2 and c.peek(2):
        with c.group(layer.message) as c:
            c.add(layer.kind)
            size = c.add(layer.extent)
            with c.group(layer.attributes) as c:
                while c.peek(2):
                    with c.group(layer.vector) as c:
                        number = c.add(layer.head) & 0x1FFF
                        with c.group(layer.first, size) as value:
                            value.add(layer.vid if layer is MVRP and size == 2 else layer.first_value, size)
                        read_events(c, layer.packed, number)
                c.add(layer.end_mark)
    if c.remaining >= 2:
        c.add(layer.end_mark)
    c.rest(layer.padding)
    c.info(layer.label)


def read_events(c: Cursor, packed: Field, number: int) -> None:
    """The events of `number` values: three an octet, as digits of base six."""
    for left in range(number, 0, -3):
        octet = c.peek(1)
        events = (octet // 36, octet // 6 % 6, octet % 6)[: min(left, 3)]
        for index, event in enumerate(events):
            c.add(packed, 1 if index == 0 else 0, event)
