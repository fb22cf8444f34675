"""AUTOSAR network management: who keeps a bus awake (AUTOSAR CAN Network Management, section 7.4).

Where the two octets stand is a matter of configuration; Wireshark's default is read, and its default identifier, 0.
"""

from __future__ import annotations

from dissect.engine.fields import HEX, Field, flag, maximum, raw, u8
from dissect.engine.layer import Layer

BITS = (
    (0x01, "repeat_msg_req", "Repeat Message Request"), (0x08, "nm_coord_sleep", "NM Coordinator Sleep Ready"),
    (0x10, "active_wakeup", "Active Wakeup"), (0x40, "pni", "Partial Network Information"),
)  # fmt: skip
RESERVED = {1: 0x02, 2: 0x04, 5: 0x20, 7: 0x80}


def _parts(ctrl: Field) -> tuple[Field, ...]:
    """The bits of the vector."""
    told = (flag(0, f"autosar-nm.ctrl.{name}", label, mask, within=ctrl) for mask, name, label in BITS)
    rest = (u8(0, f"autosar-nm.ctrl.reserved{bit}", f"Reserved Bit {bit}", mask=mask, within=ctrl) for bit, mask in RESERVED.items())
    return *told, *rest


class AutosarNM(Layer):
    """A message in a frame of CAN."""

    name, label, column = "autosar-nm", "AUTOSAR Network Management", "AUTOSAR NM"

    ctrl = u8(0, "autosar-nm.ctrl", "Control Bit Vector", HEX)
    parts = _parts(ctrl)
    src = u8(1, "autosar-nm.src", "Source Node Identifier")
    user_data = raw(2, "autosar-nm.user_data", "User Data", size=lambda h: maximum(h.limit - h.start - 2, 0))

    accept_empty = True

    @staticmethod
    def info(ctrl: int, src: int) -> str:
        """As Wireshark's."""
        return f"NM (CBV: 0x{ctrl:02x}, SNI: 0x{src:02x})"
