"""Roon's players and servers find each other: "SOOD", 2, Q or R, then keys and their values as text."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import flag, raw, string
from dissect.engine.layer import Layer

QUERY, REPLY = 0x0251, 0x0252


class RoonDiscovery(Layer):
    """A query or a reply."""

    name, label, column = "roon_disco", "Roon Discovery", "RoonDisco"
    binds = {"udp.port": (9003,)}
    accepts = lambda p: (p.reported >= 96) & (p.u32(0) == 0x534F4F44) & ((p.u16(4) == QUERY) | (p.u16(4) == REPLY))

    marker, type = string(None, "roon_disco.marker", "Protocol Marker"), string(None, "roon_disco.type", "Message Type")
    config_version = string(None, "roon_disco.config_version", "Config Version")
    display_version = string(None, "roon_disco.display_version", "Display Version")
    device_type = string(None, "roon_disco.device_type", "Device Type")
    device_class = string(None, "roon_disco.device_class", "Device Class")
    http_port, https_port = string(None, "roon_disco.http_port", "HTTP Port"), string(None, "roon_disco.https_port", "HTTPS Port")
    is_dev = flag(None, "roon_disco.is_dev", "Development Version")
    machine_id = string(None, "roon_disco.machine_id", "MachineID")
    machine_name = string(None, "roon_disco.machine_name", "Machine Name")
    device_name = string(None, "roon_disco.name", "Device Name")
    os_version = string(None, "roon_disco.os_version", "OS Version")
    protocol_hash = string(None, "roon_disco.protocol_hash", "Protocol Hash")
    protocol_version = string(None, "roon_disco.protocol_version", "Protocol Version")
    raat_version = string(None, "roon_disco.raat_version", "RAAT Version")
    service_id = string(None, "roon_disco.service_id", "ServiceId")
    tcp_port, transaction = string(None, "roon_disco.tcp_port", "TCP PORT"), string(None, "roon_disco.tid", "TID")
    user_id, unique_id = string(None, "roon_disco.user_id", "UserID"), string(None, "roon_disco.unique_id", "UniqueID")
    unknown = raw(None, "", "Key and value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.marker, 4)
        reply = c.peek(2) == REPLY
        c.info(f"Roon Discovery {'Reply' if reply else 'Query'}")
        c.add(cls.type, 2, value="Reply" if reply else "Query")
        while c.remaining:
            key_size = c.peek(1)
            key = c.peek_bytes(key_size, 1)
            size = c.peek(1, 2 + key_size)
            said = c.peek_bytes(size, 3 + key_size).split(b"\0")[0].decode("ascii", "replace")
            field = KEYS.get(key)
            if field is None:
                c.add(cls.unknown, 3 + key_size + size)
            else:
                c.add(field, 3 + key_size + size, value=said != "0" if field is cls.is_dev else said)



KEYS = {
    field.name.partition(".")[2].encode(): field
    for field in vars(RoonDiscovery).values()
    if getattr(field, "name", "").startswith("roon_disco.")
} | {b"_tid": RoonDiscovery.transaction}
del KEYS[b"tid"]
