"""Services known by their headers: HART-IP, KNXnet/IP, OMRON's FINS, iSNS (RFC 4171), Gearman, DICOM, collectd, AJP.

    Each has a header of fixed fields and a length; what it carries is octets, but for the texts that name things.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, group, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages

HART_TYPES = {0: "Request", 1: "Response", 2: "Publish Notification", 15: "NAK"}
HART_IDS = {0: "Session Initiate", 1: "Session Close", 2: "Keep Alive", 3: "Pass Through", 128: "Discovery"}


class HartIP(Layer):
    """HART over IP."""

    name, label, column = "hart_ip", "HART_IP Protocol", "HART_IP"
    binds = {"udp.port": (5094,), "tcp.port": (5094,)}
    messages = Messages(header=8, length=lambda p: where(p.u16(6) >= 8, p.u16(6), AS_IT_IS))

    version = u8(0, "hart_ip.version", "Version")
    type = u8(1, "hart_ip.message_type", "Message Type", names=HART_TYPES)
    identifier = u8(2, "hart_ip.message_id", "Message ID", names=HART_IDS)
    status = u8(3, "hart_ip.status", "Status")
    transaction = u16(4, "hart_ip.transaction_id", "Sequence Number")
    size_of = u16(6, "hart_ip.msg_length", "Message Length")
    content = raw(None, "", "Message Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int, identifier: int, transaction: int) -> str:
        name = HART_IDS.get(identifier, f"Unknown message {identifier}")
        return f"{name} {HART_TYPES.get(type, 'Unknown')}, Sequence Number {transaction}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.content)


KNX_SERVICES = {
    0x0201: "Search Request", 0x0202: "Search Response", 0x0203: "Description Request", 0x0204: "Description Response",
    0x0205: "Connect Request", 0x0206: "Connect Response", 0x0207: "Connection State Request",
    0x0208: "Connection State Response", 0x0209: "Disconnect Request", 0x020A: "Disconnect Response",
    0x0310: "Device Configuration Request", 0x0311: "Device Configuration ACK", 0x0420: "Tunnelling Request",
    0x0421: "Tunnelling ACK", 0x0530: "Routing Indication", 0x0531: "Routing Lost Message", 0x0532: "Routing Busy",
}  # fmt: skip


class KNX(Layer):
    """KNXnet/IP."""

    name, label, column = "kip", "KNX/IP", "KNX/IP"
    binds = {"udp.port": (3671,), "tcp.port": (3671,)}

    header_length = u8(0, "knxip.headerlength", "Header Length")
    version = u8(1, "knxip.version", "Protocol Version", HEX)
    service = u16(2, "knxip.service", "Service Identifier", HEX, names=KNX_SERVICES)
    family = u8(2, "knxip.service.family", "Service Family", HEX, within=service)
    service_type = u16(2, "knxip.service.type", "Service Type", HEX, within=service)
    size_of = u16(4, "knxip.totallength", "Total Length")
    content = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(service: int) -> str:
        return KNX_SERVICES.get(service, f"Unknown Service 0x{service:04x}")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.content)


FINS = 0x46494E53


class Omron(Layer):
    """FINS, over UDP or behind a header over TCP."""

    name, label, column = "omron", "OMRON FINS Protocol", "OMRON"
    binds = {"udp.port": (9600,), "tcp.port": (9600,)}

    magic = u32(None, "omron.tcp.magic", "Magic Bytes", HEX)
    size_of, tcp_command = u32(None, "omron.tcp.length", "Length"), u32(None, "omron.tcp.command", "Command", HEX)
    tcp_error = u32(None, "omron.tcp.error_code", "Error Code", HEX)
    icf = u8(None, "omron.icf", "OMRON ICF Field", HEX)
    icf_bits = tuple(
        u8(None, f"omron.icf.{name}", label, HEX, mask=mask)
        for name, label, mask in (
            ("gwb", "Gateway bit", 0x80), ("dtb", "Data Type bit", 0x40), ("rb0", "Reserved bit 0", 0x20),
            ("rb1", "Reserved bit 1", 0x10), ("rb2", "Reserved bit 2", 0x08), ("rb3", "Reserved bit 3", 0x04),
            ("rb4", "Reserved bit 4", 0x02), ("rsb", "Response setting bit", 0x01),
        )
    )  # fmt: skip
    for _bit in icf_bits:
        _bit.within = icf
    del _bit
    parts = tuple(
        u8(None, f"omron.{name}", label, HEX)
        for name, label in (("rsv", "Reserved"), ("gct", "Gateway Count"), ("dna", "Destination network address"),
                            ("da1", "Destination node number"), ("da2", "Destination unit address"),
                            ("sna", "Source network address"), ("sa1", "Source node number"),
                            ("sa2", "Source unit address"), ("sid", "Service ID"))
    )  # fmt: skip
    command = u16(None, "omron.command", "Command CODE", HEX)
    content = raw(None, "", "Command Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining >= 16 and c.peek(4) == FINS:
            for field in (cls.magic, cls.size_of, cls.tcp_command, cls.tcp_error):
                c.add(field)
        if c.remaining >= 12:
            kind = "Response" if c.add(cls.icf) & 0x40 else "Command"
            for field in cls.parts:
                c.add(field)
            c.info(f"{kind} : 0x{c.add(cls.command):04x}")
        c.rest(cls.content)


ISNS_FUNCTIONS = {
    1: "DevAttrReg", 2: "DevAttrQry", 3: "DevGetNext", 4: "DevDereg", 5: "SCNReg", 6: "SCNDereg", 7: "SCNEvent", 8: "SCN",
    9: "DDReg", 10: "DDDereg", 11: "DDSReg", 12: "DDSDereg", 13: "ESI", 14: "Heartbeat",
}  # fmt: skip
ISNS_FUNCTIONS |= {0x8000 | number: f"{name}Rsp" for number, name in ISNS_FUNCTIONS.items()}


class ISNS(Layer):
    """Who offers what storage."""

    name, label, column = "isns", "iSNS", "iSNS"
    binds = {"udp.port": (3205,), "tcp.port": (3205,)}
    accepts = lambda p: p.u16(0) == 1
    messages = Messages(header=12, length=lambda p: where(p.u16(0) == 1, 12 + p.u16(4), AS_IT_IS))

    version = u16(0, "isns.PVer", "iSNSP Version")
    function = u16(2, "isns.functionid", "Function ID", names=ISNS_FUNCTIONS)
    size_of = u16(4, "isns.pdulength", "PDU Length")
    flags = u16(6, "isns.flags", "Flags", HEX)
    flag_bits = bits(
        flags, "isns.flags", ("client", "Client", 0x8000), ("server", "Server", 0x4000),
        ("authentication_block", "Auth", 0x2000), ("replace", "Replace", 0x1000), ("lastpdu", "Last PDU", 0x0800),
        ("firstpdu", "First PDU", 0x0400),
    )  # fmt: skip
    transaction, sequence = u16(8, "isns.transactionid", "Transaction ID"), u16(10, "isns.sequenceid", "Sequence ID")
    other = raw(None, "", "Attributes")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(function: int) -> str:
        return ISNS_FUNCTIONS.get(function, f"Unknown function ID 0x{function:04x}")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.other)


GEARMAN_TYPES = {
    1: "CAN_DO", 2: "CANT_DO", 4: "PRE_SLEEP", 6: "NOOP", 7: "SUBMIT_JOB", 8: "JOB_CREATED", 9: "GRAB_JOB", 10: "NO_JOB",
    11: "JOB_ASSIGN", 12: "WORK_STATUS", 13: "WORK_COMPLETE", 14: "WORK_FAIL", 15: "GET_STATUS", 16: "ECHO_REQ",
    17: "ECHO_RES", 18: "SUBMIT_JOB_BG", 19: "ERROR", 20: "STATUS_RES", 21: "SUBMIT_JOB_HIGH", 22: "SET_CLIENT_ID",
    26: "OPTION_REQ", 27: "OPTION_RES", 28: "WORK_DATA", 30: "GRAB_JOB_UNIQ", 31: "JOB_ASSIGN_UNIQ",
}  # fmt: skip


def gearman_size(octets: bytes, at: int) -> int:
    """A packet's length; a line of the text protocol is as long as it is."""
    if octets[at : at + 1] != b"\0":
        return AS_IT_IS
    return 12 + int.from_bytes(octets[at + 8 : at + 12], "big") if len(octets) - at >= 12 else MORE


class Gearman(Layer):
    """Jobs that are given away."""

    name, label, column = "gearman", "Gearman Protocol", "Gearman"
    binds = {"tcp.port": (4730,)}
    messages = Messages(scan=gearman_size)

    magic = string(None, "gearman.magic_code", "Magic Code")
    type = u32(None, "gearman.pkt_type", "Packet Type", names=GEARMAN_TYPES)
    size_of = u32(None, "gearman.data_size", "Data Length")
    content = string(None, "gearman.data_content", "Data Content")
    line = string(None, "gearman.mgr_cmd", "Management Command")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining < 12 or c.peek(1):
            c.info("[MGR] " + c.peek_bytes(min(c.remaining, 60)).decode("latin-1").strip())
            c.add(cls.line, c.remaining)
            return
        said = list[str]()
        while c.remaining >= 12:
            c.add(cls.magic, 4, value=c.peek_bytes(3, 1).decode("latin-1"))
            kind = c.add(cls.type)
            size = c.add(cls.size_of)
            said.append(GEARMAN_TYPES.get(kind, f"Unknown packet type ({kind})"))
            if size and c.remaining:
                c.add(cls.content, min(size, c.remaining))
        c.info(", ".join(said))
        if c.remaining:
            c.add(cls.line, c.remaining)


DICOM_TYPES = {1: "ASSOC Request", 2: "ASSOC Accept", 3: "ASSOC Reject", 4: "P-DATA", 5: "RELEASE Request",
               6: "RELEASE Response", 7: "ABORT"}  # fmt: skip


class DICOM(Layer):
    """Pictures of medicine: associations by who calls whom, data by its length."""

    name, label, column = "dicom", "DICOM", "DICOM"
    binds = {"tcp.port": (104,)}
    accepts = lambda p: (p.u8(0) >= 1) & (p.u8(0) <= 7) & (p.u8(1) == 0)
    messages = Messages(
        header=6, length=lambda p: where((p.u8(0) >= 1) & (p.u8(0) <= 7) & (p.u8(2) < 8), 6 + p.u32(2), AS_IT_IS)
    )

    type = u8(None, "dicom.pdu.type", "PDU Type", HEX, names=DICOM_TYPES)
    size_of = u32(None, "dicom.pdu.len", "PDU Length")
    version = u16(None, "dicom.assoc.version", "Protocol Version")
    called, calling = string(None, "dicom.assoc.ae.called", "Called  AE Title"), string(None, "dicom.assoc.ae.calling", "Calling AE Title")
    message = group("", "PDU")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining >= 6 and 1 <= c.peek(1) <= 7:
            with c.group(cls.message, min(6 + c.peek(4, 2), c.limit - c.pos)) as c:
                kind = c.add(cls.type)
                c.add(cls.other, 1)
                c.add(cls.size_of)
                said.append(DICOM_TYPES[kind])
                if kind in (1, 2) and c.remaining >= 36:
                    c.add(cls.version)
                    c.add(cls.other, 2)
                    c.add(cls.called, 16, value=c.peek_bytes(16).decode("latin-1"))
                    c.add(cls.calling, 16, value=c.peek_bytes(16).decode("latin-1"))
                c.rest(cls.other)
        c.info(", ".join(said))
        c.rest(cls.other)


COLLECTD_TYPES = {
    0: "HOST", 1: "TIME", 2: "PLUGIN", 3: "PLUGIN_INSTANCE", 4: "TYPE", 5: "TYPE_INSTANCE", 6: "VALUES", 7: "INTERVAL",
    8: "TIME_HR", 9: "INTERVAL_HR", 0x100: "MESSAGE", 0x101: "SEVERITY", 0x200: "SIGN_SHA256", 0x210: "ENCR_AES256",
}  # fmt: skip
COLLECTD_TEXTS = {0: ("host", "Host name"), 2: ("plugin", "Plugin"), 3: ("plugin.inst", "Plugin instance"),
                  4: ("type", "Type"), 5: ("type.inst", "Type instance")}  # fmt: skip


class Collectd(Layer):
    """What was measured: parts of a type, a length, a value."""

    name, label, column = "collectd", "collectd network data", "collectd"
    binds = {"udp.port": (25826,)}

    part = group("", "Part")
    type = u16(None, "collectd.type", "Type", HEX, names=COLLECTD_TYPES)
    size_of = u16(None, "collectd.len", "Length")
    texts = {k: string(None, f"collectd.data.{name}", label) for k, (name, label) in COLLECTD_TEXTS.items()}
    text_fields = tuple(texts.values())
    values = u16(None, "collectd.data.valcnt", "Value count")
    value_type = u8(None, "collectd.val.type", "Value type", HEX, names={0: "COUNTER", 1: "GAUGE", 2: "DERIVE", 3: "ABSOLUTE"})
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        host, count = "", 0
        metric: dict[int, str] = {}
        while c.remaining >= 4:
            count += 1
            with c.group(cls.part, max(c.peek(2, 2), 4)) as c:
                kind = c.add(cls.type)
                c.add(cls.size_of)
                if kind in cls.texts and c.remaining:
                    metric[kind] = str(c.add(cls.texts[kind], c.remaining))
                    host = metric.get(0, host)
                elif kind == 6 and c.remaining >= 2:
                    for _ in range(min(c.add(cls.values), c.remaining)):
                        c.add(cls.value_type)
                c.rest(cls.other)
                if kind == 6:
                    for text in sorted(metric):  # what earlier parts said of it
                        c.derived(cls.texts[text], metric[text])
        c.info(f"Host={host}, {count:2d} parts" if host else f"{count} parts")
        c.rest(cls.other)


