"""SNMP v1 (RFC 1157), v2c (RFC 1901, RFC 3416) and v3 (RFC 3412, RFC 3414).

    Message ::= SEQUENCE { version INTEGER, community OCTET STRING, data PDU }
    SNMPv3Message ::= SEQUENCE { msgVersion INTEGER, msgGlobalData SEQUENCE { msgID, msgMaxSize, msgFlags,
        msgSecurityModel }, msgSecurityParameters OCTET STRING, msgData ScopedPDU or encrypted OCTET STRING }
    PDU ::= [n] { request-id, error-status, error-index, variable-bindings SEQUENCE OF { name, value } }
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    HEX,
    UINT32,
    Field,
    ether,
    flag,
    group,
    i32,
    i64,
    ipv4,
    ipv6,
    oid,
    raw,
    string,
    u8,
    u32,
    u64,
    where,
)
from dissect.engine.layer import Layer
from dissect.engine.values import oid_text
from dissect.layers import ber

VERSIONS = {0: "version-1", 1: "v2c", 2: "v2u", 3: "snmpv3"}
PDUS = {
    0: "get-request", 1: "get-next-request", 2: "get-response", 3: "set-request", 4: "trap", 5: "getBulkRequest",
    6: "informRequest", 7: "snmpV2-trap", 8: "report",
}  # fmt: skip
ERRORS = {
    0: "noError", 1: "tooBig", 2: "noSuchName", 3: "badValue", 4: "readOnly", 5: "genErr", 6: "noAccess",
    7: "wrongType", 8: "wrongLength", 9: "wrongEncoding", 10: "wrongValue", 11: "noCreation", 12: "inconsistentValue",
    13: "resourceUnavailable", 14: "commitFailed", 15: "undoFailed", 16: "authorizationError", 17: "notWritable",
    18: "inconsistentName",
}  # fmt: skip
TRAPS = {
    0: "coldStart", 1: "warmStart", 2: "linkDown", 3: "linkUp", 4: "authenticationFailure", 5: "egpNeighborLoss",
    6: "enterpriseSpecific",
}  # fmt: skip
MODELS = {0: "Any", 1: "SNMPv1", 2: "SNMPv2c", 3: "USM"}
SCOPED = {0: "plaintext", 1: "encryptedPDU"}
FORMATS = {
    1: "IPv4 address", 2: "IPv6 address", 3: "MAC address", 4: "Text, administratively assigned",
    5: "Octets, administratively assigned",
}  # fmt: skip
CISCO, RANDOM = 9, (2021, 8072)  # enterprises; UCD-SNMP and Net-SNMP make their own
CONFORMS = {False: "RFC1910 (Non-SNMPv3)", True: "RFC3411 (SNMPv3)"}
GET_BULK, TRAP, USM, VERSION_3 = 5, 4, 3, 3
IP, COUNTER, GAUGE, TICKS, OPAQUE, NSAP, COUNTER64, UNSIGNED = 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47
NO_OBJECT, NO_INSTANCE, END_OF_VIEW = 0x80, 0x81, 0x82
CONTENTS = 2  # octets of an element's header, as far as a probe looks


def is_message(p: Any) -> Any:
    """Whether a payload is one SEQUENCE that begins with an INTEGER."""
    size, wide = p.u8(1), (p.u8(1) == 0x81) | (p.u8(1) == 0x82)
    head = where(size == 0x81, 3, where(size == 0x82, 4, 2))
    whole = head + where(size == 0x81, p.u8(2), where(size == 0x82, p.u16(2), size))
    fits = (p.u8(0) == ber.SEQUENCE) & ((size < 0x80) | wide) & (whole <= p.reported) & (p.length > 4)
    return fits & (p.u8(head) == ber.INTEGER)


class SNMP(Layer):
    """A message."""

    name, label, column = "snmp", "Simple Network Management Protocol", "SNMP"
    partly = True
    accepts = is_message
    binds = {"udp.port": (161, 162, 8161), "ethertype": (0x814C,)}

    message = group("", "Message")
    version = i32(None, "snmp.version", "version", names=VERSIONS)
    community = string(None, "snmp.community", "community")
    data = u32(None, "snmp.data", "data", names=PDUS)
    pdus = tuple(
        group(f"snmp.{name}_element", label)
        for name, label in (
            ("get_request", "get-request"), ("get_next_request", "get-next-request"), ("get_response", "get-response"),
            ("set_request", "set-request"), ("trap", "trap"), ("getBulkRequest", "getBulkRequest"),
            ("informRequest", "informRequest"), ("snmpV2_trap", "snmpV2-trap"), ("report", "report"),
        )
    )  # fmt: skip
    request_id = i32(None, "snmp.request_id", "request-id")
    error_status = i32(None, "snmp.error_status", "error-status", names=ERRORS)
    error_index = i32(None, "snmp.error_index", "error-index")
    non_repeaters = u32(None, "snmp.non_repeaters", "non-repeaters")
    max_repetitions = u32(None, "snmp.max_repetitions", "max-repetitions")
    bindings = u32(None, "snmp.variable_bindings", "variable-bindings")
    enterprise = oid(None, "snmp.enterprise", "enterprise")
    agent = ipv4(None, "snmp.agent_addr", "agent-addr")
    generic_trap = i32(None, "snmp.generic_trap", "generic-trap", names=TRAPS)
    specific_trap = i32(None, "snmp.specific_trap", "specific-trap")
    time_stamp = u32(None, "snmp.time_stamp", "time-stamp")
    binding = group("", "Variable binding")
    object_name = oid(None, "snmp.name", "Object Name")
    int_value = i64(None, "snmp.value.int", "Value (Integer32)")
    octets_value = raw(None, "snmp.value.octets", "Value (OctetString)")
    text_value = string(None, "snmp.var-bind_str", "Variable-binding-string")
    oid_value = oid(None, "snmp.value.oid", "Value (OID)")
    null_value = group("snmp.value.null", "Value (Null)")
    ip_value = ipv4(None, "snmp.value.ipv4", "Value (IpAddress)")
    ip6_value = ipv6(None, "snmp.value.ipv6", "Value (IpAddress)")
    address_value = raw(None, "snmp.value.addr", "Value (IpAddress)")
    u32_value = i64(None, "snmp.value.u32", "Value (Unsigned32)")
    gauge_value = i64(None, "snmp.value.g32", "Value (Gauge32)")
    counter_value = u64(None, "snmp.value.counter", "Value (Counter32)")
    nsap_value = u64(None, "snmp.value.nsap", "Value (NSAP)")
    ticks_value = u64(None, "snmp.value.timeticks", "Value (Timeticks)")
    opaque_value = raw(None, "snmp.value.opaque", "Value (Opaque)")
    unknown_value = raw(None, "snmp.value.unk", "Value (Unknown)")
    no_object = group("snmp.noSuchObject", "noSuchObject")
    no_instance = group("snmp.noSuchInstance", "noSuchInstance")
    end_of_view = group("snmp.endOfMibView", "endOfMibView")
    msg_version = i32(None, "snmp.msgVersion", "msgVersion", names=VERSIONS)
    global_data = group("snmp.msgGlobalData_element", "msgGlobalData")
    msg_id = u32(None, "snmp.msgID", "msgID")
    max_size = u32(None, "snmp.msgMaxSize", "msgMaxSize")
    msg_flags = raw(None, "snmp.msgFlags", "msgFlags")
    reportable = flag(None, "snmp.v3.flags.report", "Reportable")
    encrypted = flag(None, "snmp.v3.flags.crypt", "Encrypted")
    authenticated = flag(None, "snmp.v3.flags.auth", "Authenticated")
    model = u32(None, "snmp.msgSecurityModel", "msgSecurityModel", names=MODELS)
    security = raw(None, "snmp.msgSecurityParameters", "msgSecurityParameters")
    usm = group("", "Security parameters")
    engine_id = raw(None, "snmp.msgAuthoritativeEngineID", "msgAuthoritativeEngineID")
    boots = u32(None, "snmp.msgAuthoritativeEngineBoots", "msgAuthoritativeEngineBoots")
    engine_time = u32(None, "snmp.msgAuthoritativeEngineTime", "msgAuthoritativeEngineTime")
    user = string(None, "snmp.msgUserName", "msgUserName")
    authentication = raw(None, "snmp.msgAuthenticationParameters", "msgAuthenticationParameters")
    privacy = raw(None, "snmp.msgPrivacyParameters", "msgPrivacyParameters")
    msg_data = u32(None, "snmp.msgData", "msgData", names=SCOPED)
    plaintext = group("snmp.plaintext_element", "plaintext")
    encrypted_pdu = raw(None, "snmp.encryptedPDU", "encryptedPDU")
    context_engine = raw(None, "snmp.contextEngineID", "contextEngineID")
    context_name = string(None, "snmp.contextName", "contextName")
    conform = flag(None, "snmp.engineid.conform", "Engine ID Conformance", names=CONFORMS)
    engine_enterprise = Field("snmp.engineid.enterprise", "Engine Enterprise ID", UINT32)
    engine_format = u8(None, "snmp.engineid.format", "Engine ID Format", names=FORMATS)
    engine_ip = ipv4(None, "snmp.engineid.ipv4", "Engine ID Data: IPv4 address")
    engine_ip6 = ipv6(None, "snmp.engineid.ipv6", "Engine ID Data: IPv6 address")
    engine_mac = ether(None, "snmp.engineid.mac", "Engine ID Data: MAC address")
    engine_text = string(None, "snmp.engineid.text", "Engine ID Data: Text")
    engine_cisco = u8(None, "snmp.engineid.cisco.type", "Engine ID Data: Cisco type", HEX)
    engine_made = Field("snmp.engineid.time", "Engine ID Data: Creation Time", ABSOLUTE_TIME)
    engine_data = raw(None, "snmp.engineid.data", "Engine ID Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        with ber.inside(c, cls.message) as c:
            tag = ber.peek(c)
            version = c.peek(1, tag.header + tag.size - 1) if tag.size else 0
            if version == VERSION_3:
                cls._version_3(c)
            else:
                ber.integer(c, cls.version)
                ber.text(c, cls.community)
                cls._pdu(c)

    @classmethod
    def _version_3(cls, c: Cursor) -> None:
        ber.integer(c, cls.msg_version)
        with ber.inside(c, cls.global_data) as c:
            ber.integer(c, cls.msg_id)
            ber.integer(c, cls.max_size)
            flags = (ber.octets_of(c) or b"\0")[0]
            with c.group(cls.msg_flags, sum(ber.peek(c)[2:]), value=ber.octets_of(c)) as c:
                for field, bit in ((cls.reportable, 4), (cls.encrypted, 2), (cls.authenticated, 1)):
                    c.derived(field, bool(flags & bit))
                c.pos = c.end
            model = ber.integer(c, cls.model)
        if model == USM:
            with ber.inside(c, cls.usm) as c, ber.inside(c, cls.usm) as c:
                cls._engine(c, cls.engine_id)
                ber.integer(c, cls.boots)
                ber.integer(c, cls.engine_time)
                ber.text(c, cls.user)
                ber.octets(c, cls.authentication)
                ber.octets(c, cls.privacy)
        else:
            ber.octets(c, cls.security)
        tag = ber.peek(c)
        with c.group(cls.msg_data, tag.header + tag.size, value=int(tag.octet == ber.OCTETS)) as c:
            if tag.octet == ber.OCTETS:
                ber.octets(c, cls.encrypted_pdu)
                c.info("encryptedPDU: privKey Unknown")
                return
            with ber.inside(c, cls.plaintext) as c:
                cls._engine(c, cls.context_engine)
                ber.text(c, cls.context_name)
                cls._pdu(c)

    @classmethod
    def _engine(cls, c: Cursor, field: Field) -> None:
        """An engine's id (RFC 3411, section 5)."""
        tag = ber.peek(c)
        octets = ber.octets_of(c)
        with c.group(field, tag.header + tag.size, value=octets) as c:
            c.add(ber.HEAD, tag.header)
            if len(octets) >= 5:
                conforms = bool(octets[0] & 0x80)
                c.add(cls.conform, 1, value=conforms)
                c.pos -= 1
                enterprise = c.add(cls.engine_enterprise, 4, value=c.peek(4) & 0x7FFFFFFF)
                if conforms:
                    cls._engine_data(c, c.add(cls.engine_format), enterprise)
            c.rest(ber.OTHER)

    @classmethod
    def _engine_data(cls, c: Cursor, kind: int, enterprise: int) -> None:
        """What tells it from others, by the format; octets that do not fit that are left."""
        shapes = {1: (cls.engine_ip, 4), 2: (cls.engine_ip6, 16), 3: (cls.engine_mac, 6)}
        if kind == 3 and enterprise == CISCO and c.remaining == 7:
            c.add(cls.engine_cisco)
        if kind in shapes:
            if c.remaining == shapes[kind][1]:
                c.add(shapes[kind][0])
        elif kind == 128 and enterprise in RANDOM:  # four octets at random, and when
            if c.remaining in (8, 12):
                c.add(cls.engine_data, 4)
                seconds = int.from_bytes(c.peek_bytes(c.remaining), "little", signed=True)
                c.add(cls.engine_made, c.remaining, value=seconds * 10**9)
        elif 0 < c.remaining <= 27:
            c.rest(cls.engine_text if kind == 4 else cls.engine_data)

    @classmethod
    def _pdu(cls, c: Cursor) -> None:
        tag = ber.peek(c)
        if tag.number not in PDUS:
            c.rest(ber.OTHER)
            return
        kind = tag.number
        said = PDUS[kind]
        with c.group(cls.data, tag.header + tag.size, value=kind) as c, ber.inside(c, cls.pdus[kind]) as c:
            if kind == TRAP:
                oid = oid_text(ber.octets_of(c))
                ber.take(c, cls.enterprise, ber.octets_of(c))
                said += f" {oid.replace('1.', 'iso.', 1)}"
                ber.take(c, cls.agent, int.from_bytes(ber.octets_of(c)[:4], "big"))
                for field in (cls.generic_trap, cls.specific_trap, cls.time_stamp):
                    ber.integer(c, field)
            else:
                bulk = kind == GET_BULK
                ber.integer(c, cls.request_id)
                ber.integer(c, cls.non_repeaters if bulk else cls.error_status)
                ber.integer(c, cls.max_repetitions if bulk else cls.error_index)
            c.info(said)
            with ber.inside(c, cls.bindings, value=ber.count(c)) as c:
                while c.remaining:
                    said += f" {cls._binding(c)}"
        c.info(said)

    @classmethod
    def _binding(cls, c: Cursor) -> str:
        """A name and its value; the name."""
        with ber.inside(c, cls.binding) as c:
            octets = ber.octets_of(c)
            name = oid_text(octets)
            ber.take(c, cls.object_name, octets)
            c.label(name)
            if c.remaining:
                cls._value(c)
        return name

    @classmethod
    def _value(cls, c: Cursor) -> None:
        tag = ber.peek(c)
        octets = ber.octets_of(c)
        number = int.from_bytes(octets[:9], "big") & 0xFFFFFFFFFFFFFFFF
        if tag.octet == ber.INTEGER:
            ber.integer(c, cls.int_value)
        elif tag.octet == ber.OCTETS:
            cls._octets(c, octets)
        elif tag.octet == ber.OID:
            ber.take(c, cls.oid_value, octets)
        elif tag.octet == IP:
            cls._address(c, octets)
        elif tag.octet in MARKS:
            ber.take(c, MARKS[tag.octet], True)
        elif tag.octet in NUMBERS:
            ber.take(c, NUMBERS[tag.octet], number)
        else:
            ber.take(c, cls.opaque_value if tag.octet == OPAQUE else cls.unknown_value, octets)

    @classmethod
    def _octets(cls, c: Cursor, octets: bytes) -> None:
        """A string; as text, too, where it is some."""
        tag = ber.peek(c)
        with c.group(cls.octets_value, tag.header + tag.size, value=octets) as c:
            if octets and all(0x20 <= octet < 0x7F or octet in (9, 10, 13) for octet in octets):
                c.derived(cls.text_value, octets.decode("ascii"))
            c.pos = c.end

    @classmethod
    def _address(cls, c: Cursor, octets: bytes) -> None:
        if len(octets) == 4:
            ber.take(c, cls.ip_value, int.from_bytes(octets, "big"))
        else:
            ber.take(c, cls.ip6_value if len(octets) == 16 else cls.address_value, octets)


MARKS = {ber.NULL: SNMP.null_value, NO_OBJECT: SNMP.no_object, NO_INSTANCE: SNMP.no_instance, END_OF_VIEW: SNMP.end_of_view}
NUMBERS = {
    COUNTER: SNMP.counter_value, GAUGE: SNMP.gauge_value, TICKS: SNMP.ticks_value, NSAP: SNMP.nsap_value,
    COUNTER64: SNMP.counter_value, UNSIGNED: SNMP.u32_value,
}  # fmt: skip
