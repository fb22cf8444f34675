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
        u16(None, f"{prefix}.end_mark", "End Mark", HEX),
    )


class MVRP(Layer):
    """VLANs that are wanted behind a port."""

    name, label, column = "mrp-mvrp", "Multiple VLAN Registration Protocol", "MRP-MVRP"
    binds = {"ethertype": (0x88F5,)}

    version = u8(0, "mrp-mvrp.protocol_version", "Protocol Version")
    (message, kind, extent, attributes, vector, head, leave_all, values, end_mark) = _fields("mrp-mvrp", VLANS)
    first = group("mrp-mvrp.first_value", "First Value")
    vid = u16(None, "mrp-mvrp.vid", "VID")
    first_value = raw(None, "", "First Value")
    packed = u8(None, "mrp-mvrp.three_packed_event", "Attribute Event", names=EVENTS)
    padding = raw(None, "", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        read_messages(c, cls)
        c.info("Multiple VLAN Registration Protocol")

    @classmethod
    def value(cls, c: Cursor, size: int) -> None:
        """The first value of a vector."""
        with c.group(cls.first, size) as c:
            c.add(cls.vid) if size == 2 else c.add(cls.first_value, size)


class MMRP(Layer):
    """Groups and services that are wanted behind a port."""

    name, label, column = "mrp-mmrp", "Multiple MAC Registration Protocol", "MRP-MMRP"
    binds = {"ethertype": (0x88F6,)}

    version = u8(0, "mrp-mmrp.protocol_version", "Protocol Version")
    (message, kind, extent, attributes, vector, head, leave_all, values, end_mark) = _fields("mrp-mmrp", GROUPS)
    first = group("mrp-mmrp.first_value", "First Value")
    first_value = raw(None, "", "First Value")
    packed = u8(None, "mrp-mmrp.three_packed_event", "Attribute Event", names=EVENTS)
    padding = raw(None, "", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        read_messages(c, cls)
        c.info("Multiple MAC Registration Protocol")

    @classmethod
    def value(cls, c: Cursor, size: int) -> None:
        """The first value of a vector."""
        with c.group(cls.first, size) as c:
            c.add(cls.first_value, size)


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
                        layer.value(c, size)
                        read_events(c, layer.packed, number)
                c.add(layer.end_mark)
    if c.remaining >= 2:
        c.add(layer.end_mark)
    c.rest(layer.padding)


def read_events(c: Cursor, packed: Field, number: int) -> None:
    """The events of `number` values: three an octet, as digits of base six."""
    for left in range(number, 0, -3):
        octet = c.peek(1)
        events = (octet // 36, octet // 6 % 6, octet % 6)[: min(left, 3)]
        for index, event in enumerate(events):
            c.add(packed, 1 if index == 0 else 0, event)
