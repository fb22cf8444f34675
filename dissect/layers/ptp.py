"""PTP version 2 (IEEE 1588-2008, -2019), and how IEEE 802.1AS uses it.

     0                   1                   2                   3
    +-------+-------+-------+-------+-------------------------------+
    |  SdoId| type  | minor |version|            length             |
    +-------+-------+-------+-------+-------------------------------+
    |    domain     | minor SdoId   |             flags             |
    +---------------+---------------+-------------------------------+
    |          correction (64 bits, of 2^-16 ns); 4 octets more     |
    |          clock's identity (8), its port (2), sequence (2)     |
    +---------------+---------------+-------------------------------+
    |    control    |  log period   | what the type says; TLVs      |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    INT24,
    Field,
    flag,
    float64,
    group,
    i8,
    i16,
    i32,
    raw,
    u8,
    u16,
    u24,
    u32,
    u64,
    where,
)
from dissect.engine.layer import Layer

SYNC, DELAY_REQUEST, PEER_REQUEST, PEER_RESPONSE, FOLLOW_UP, DELAY_RESPONSE, PEER_FOLLOW_UP = 0, 1, 2, 3, 8, 9, 10
ANNOUNCE, SIGNALLING, MANAGEMENT = 11, 12, 13
TYPES = {
    0x0: "Sync Message", 0x1: "Delay_Req Message", 0x2: "Peer_Delay_Req Message", 0x3: "Peer_Delay_Resp Message",
    0x8: "Follow_Up Message", 0x9: "Delay_Resp Message", 0xa: "Peer_Delay_Resp_Follow_Up Message",
    0xb: "Announce Message", 0xc: "Signalling Message", 0xd: "Management Message",
}  # fmt: skip
CONTROLS = {
    0: "Sync Message", 1: "Delay_Req Message", 2: "Follow_Up Message", 3: "Delay_Resp Message",
    4: "Management Message", 5: "Other Message",
}  # fmt: skip
ACCURACIES = {
    0x20: "The time is accurate to within 25 ns", 0x21: "The time is accurate to within 100 ns",
    0x22: "The time is accurate to within 250 ns", 0x23: "The time is accurate to within 1 us",
    0x24: "The time is accurate to within 2,5 us", 0x25: "The time is accurate to within 10 us",
    0x26: "The time is accurate to within 25 us", 0x27: "The time is accurate to within 100 us",
    0x28: "The time is accurate to within 250 us", 0x29: "The time is accurate to within 1 ms",
    0x2a: "The time is accurate to within 2,5 ms", 0x2b: "The time is accurate to within 10 ms",
    0x2c: "The time is accurate to within 25 ms", 0x2d: "The time is accurate to within 100 ms",
    0x2e: "The time is accurate to within 250 ms", 0x2f: "The time is accurate to within 1 s",
    0x30: "The time is accurate to within 10 s", 0x31: "The time is accurate to >10 s", 0x32: "reserved",
    0x80: "For use by alternate PTP profiles", 0xfe: "Accuracy Unknown", 0xff: "reserved",
}  # fmt: skip
SOURCES = {
    0x10: "ATOMIC_CLOCK", 0x20: "GPS", 0x30: "TERRESTRIAL_RADIO", 0x40: "PTP", 0x50: "NTP", 0x60: "HAND_SET",
    0x90: "OTHER", 0xa0: "INTERNAL_OSCILLATOR", 0xff: "reserved",
}  # fmt: skip
ACTIONS = {
    0: "GET", 1: "SET", 2: "RESPONSE", 3: "COMMAND", 4: "ACKNOWLEDGE",
}  # fmt: skip
TLVS = {
    0: "Reserved", 1: "Management", 2: "Management error status", 3: "Organization extension",
    4: "Request unicast transmission", 5: "Grant unicast transmission", 6: "Cancel unicast transmission",
    7: "Acknowledge cancel unicast transmission", 8: "Path trace", 9: "Alternate time offset indicator",
    8192: "Authentication", 8193: "Authentication challenge", 8194: "Security association update",
    8195: "Cum. freq. scale factor offset",
}  # fmt: skip
MANAGED = {
    0: "NULL_MANAGEMENT", 1: "CLOCK_DESCRIPTION", 2: "USER_DESCRIPTION", 3: "SAVE_IN_NON_VOLATILE_STORAGE",
    4: "RESET_NON_VOLATILE_STORAGE", 5: "INITIALIZE", 6: "FAULT_LOG", 7: "FAULT_LOG_RESET", 8192: "DEFAULT_DATA_SET",
    8193: "CURRENT_DATA_SET", 8194: "PARENT_DATA_SET", 8195: "TIME_PROPERTIES_DATA_SET", 8196: "PORT_DATA_SET",
    8197: "PRIORITY1", 8198: "PRIORITY2", 8199: "DOMAIN", 8200: "SLAVE_ONLY", 8201: "LOG_ANNOUNCE_INTERVAL",
    8202: "ANNOUNCE_RECEIPT_TIMEOUT", 8203: "LOG_SYNC_INTERVAL", 8204: "VERSION_NUMBER", 8205: "ENABLE_PORT",
    8206: "DISABLE_PORT", 8207: "TIME", 8208: "CLOCK_ACCURACY", 8209: "UTC_PROPERTIES",
    8210: "TRACEABILITY_PROPERTIES", 8211: "TIMESCALE_PROPERTIES", 8212: "UNICAST_NEGOTIATION_ENABLE",
    8213: "PATH_TRACE_LIST", 8214: "PATH_TRACE_ENABLE", 8215: "GRANDMASTER_CLUSTER_TABLE",
    8216: "UNICAST_MASTER_TABLE", 8217: "UNICAST_MASTER_MAX_TABLE_SIZE", 8218: "ACCEPTABLE_MASTER_TABLE",
    8219: "ACCEPTABLE_MASTER_TABLE_ENABLED", 8220: "ACCEPTABLE_MASTER_MAX_TABLE_SIZE", 8221: "ALTERNATE_MASTER",
    8222: "ALTERNATE_TIME_OFFSET_ENABLE", 8223: "ALTERNATE_TIME_OFFSET_NAME", 8224: "ALTERNATE_TIME_OFFSET_MAX_KEY",
    8225: "ALTERNATE_TIME_OFFSET_PROPERTIES", 16384: "TC_DEFAULT_DATA_SET", 16385: "TC_PORT_DATA_SET",
    16386: "PRIMARY_DOMAIN", 24576: "DELAY_MECHANISM", 24577: "LOG_MIN_PDELAY_REQ_INTERVAL",
}  # fmt: skip
SDO_IDS = {0: "Unknown", 1: "gPTP Domain", 2: "CMLDS"}
TITLES = {
    0x0000: "Null management", 0x0001: "Clock description", 0x0002: "User description",
    0x0003: "Save in non-volatile storage", 0x0004: "Reset non-volatile storage", 0x0005: "Initialize",
    0x0006: "Fault log", 0x0007: "Fault log reset", 0x2000: "Default dataset", 0x2001: "Current dataset",
    0x2002: "Parent dataset", 0x2003: "Time properties dataset", 0x2004: "Port dataset", 0x2005: "Priority 1",
    0x2006: "Priority 2", 0x2007: "Domain", 0x2008: "Slave only", 0x2009: "Log announce interval",
    0x200A: "Announce receipt timeout", 0x200B: "Log sync interval", 0x200C: "Version number", 0x200D: "Enable port",
    0x200E: "Disable port", 0x200F: "Time", 0x2010: "Clock accuracy", 0x2011: "UTC properties",
    0x2012: "Traceability properties", 0x2013: "Timescale properties", 0x2014: "Unicast negotiation enable",
}  # fmt: skip


def of(*kinds: int) -> Any:
    """Whether a header is of one of these types."""

    def when(h: Any) -> Any:
        found = h.type == kinds[0]
        for kind in kinds[1:]:
            found = found | (h.type == kind)
        return found

    return when


def stamp(prefix: str, label: str, *kinds: int, nanoseconds: Any = i32) -> tuple[Field, ...]:
    """A timestamp: seconds (48 bits) and nanoseconds."""
    when = of(*kinds)
    return (
        u64(34, f"ptp.v2.{prefix}.seconds", f"{label} (seconds)", size=6, when=when),
        nanoseconds(40, f"ptp.v2.{prefix}.nanoseconds", f"{label} (nanoseconds)", when=when),
    )


def identity(prefix: str, at: int, name: str, label: str, port: str, *kinds: int) -> tuple[Field, ...]:
    """A clock's identity and port."""
    when = of(*kinds)
    return (
        u64(at, f"ptp.v2.{prefix}.{name}", label, HEX, when=when),
        u16(at + 8, f"ptp.v2.{prefix}.{port}", "targetPortId" if "target" in port else "requestingSourcePortId", when=when),
    )


class PTP(Layer):
    """A message."""

    name, label, column = "ptp", "Precision Time Protocol (IEEE1588)", "PTPv2"
    binds = {"udp.port": (319, 320), "ethertype": (0x88F7,)}
    accepts = lambda p: (p.u8(1) & 0x0F == 1) | (p.u8(1) & 0x0F == 2)

    sdo = u8(0, "ptp.v2.majorsdoid", "majorSdoId", HEX, mask=0xF0, names=SDO_IDS)
    type = u8(0, "ptp.v2.messagetype", "messageType", HEX, mask=0x0F, names=TYPES)
    minor = u8(1, "ptp.v2.minorversionptp", "minorVersionPTP", mask=0xF0)
    version = u8(1, "ptp.v2.versionptp", "versionPTP", mask=0x0F)
    len = u16(2, "ptp.v2.messagelength", "messageLength")
    domain = u8(4, "ptp.v2.domainnumber", "domainNumber")
    minor_sdo = u8(5, "ptp.v2.minorsdoid", "minorSdoId")
    flags = u16(6, "ptp.v2.flags", "flags", HEX)
    security = flag(None, "ptp.v2.flags.security", "PTP_SECURITY", 0x8000, within=flags)
    specific2 = flag(None, "ptp.v2.flags.specific2", "PTP profile Specific 2", 0x4000, within=flags)
    specific1 = flag(None, "ptp.v2.flags.specific1", "PTP profile Specific 1", 0x2000, within=flags)
    unicast = flag(None, "ptp.v2.flags.unicast", "PTP_UNICAST", 0x400, within=flags)
    two_step = flag(None, "ptp.v2.flags.twostep", "PTP_TWO_STEP", 0x200, within=flags)
    alternate = flag(None, "ptp.v2.flags.alternatemaster", "PTP_ALTERNATE_MASTER", 0x100, within=flags)
    uncertain = flag(None, "ptp.v2.flags.synchronizationUncertain", "SYNCHRONIZATION_UNCERTAIN", 0x40, within=flags)
    frequency = flag(None, "ptp.v2.flags.frequencytraceable", "FREQUENCY_TRACEABLE", 0x20, within=flags)
    time_traceable = flag(None, "ptp.v2.flags.timetraceable", "TIME_TRACEABLE", 0x10, within=flags)
    timescale = flag(None, "ptp.v2.flags.timescale", "PTP_TIMESCALE", 0x08, within=flags)
    utc = flag(None, "ptp.v2.flags.utcreasonable", "PTP_UTC_REASONABLE", 0x04, within=flags)
    li59 = flag(None, "ptp.v2.flags.li59", "PTP_LI_59", 0x02, within=flags)
    li61 = flag(None, "ptp.v2.flags.li61", "PTP_LI_61", 0x01, within=flags)
    correction = u64(8, "ptp.v2.correction.ns", "correction", mask=0xFFFFFFFFFFFF0000)
    below_ns = u16(14, "", "Below a nanosecond")
    correction_sub = float64(None, "ptp.v2.correction.subns", "correctionSubNs", value=lambda h: h.below_ns / 65536.0)
    specific = u32(16, "ptp.v2.messagetypespecific", "messageTypeSpecific")
    clock = u64(20, "ptp.v2.clockidentity", "ClockIdentity", HEX)
    middle = u16(23, "", "Middle of the identity", HEX)
    maker = raw(20, "ptp.v2.clockidentity_manuf", "MAC Vendor", size=3, when=lambda h: h.middle == 0xFFFE)
    source_port = u16(28, "ptp.v2.sourceportid", "SourcePortID")
    sequence = u16(30, "ptp.v2.sequenceid", "sequenceId")
    control = u8(32, "ptp.v2.controlfield", "controlField", names=CONTROLS)
    period = i8(33, "ptp.v2.logmessageperiod", "logMessagePeriod")
    origin = stamp("sdr.origintimestamp", "originTimestamp", SYNC, DELAY_REQUEST)
    announced = stamp("an.origintimestamp", "originTimestamp", ANNOUNCE)
    precise = stamp("fu.preciseorigintimestamp", "preciseOriginTimestamp", FOLLOW_UP, nanoseconds=u32)
    received = stamp("dr.receivetimestamp", "receiveTimestamp", DELAY_RESPONSE)
    asked = stamp("pdrq.origintimestamp", "originTimestamp", PEER_REQUEST)
    receipt = stamp("pdrs.requestreceipttimestamp", "requestreceiptTimestamp", PEER_RESPONSE)
    answered = stamp("pdfu.responseorigintimestamp", "responseOriginTimestamp", PEER_FOLLOW_UP)
    fu_seconds = u64(34, "", "Seconds", size=6, when=of(FOLLOW_UP))
    fu_nanoseconds = u32(40, "", "Nanoseconds", when=of(FOLLOW_UP))
    delay_of = identity("dr", 44, "requestingsourceportidentity", "requestingSourcePortIdentity", "requestingsourceportid", DELAY_RESPONSE)
    peer_of = identity("pdrs", 44, "requestingportidentity", "requestingSourcePortIdentity", "requestingsourceportid", PEER_RESPONSE)
    follow_of = identity("pdfu", 44, "requestingportidentity", "requestingSourcePortIdentity", "requestingsourceportid", PEER_FOLLOW_UP)
    signal_to = identity("sig", 34, "targetportidentity", "targetPortIdentity", "targetportid", SIGNALLING)
    manage_to = identity("mm", 34, "targetportidentity", "targetPortIdentity", "targetportid", MANAGEMENT)
    utc_offset = i16(44, "ptp.v2.an.origincurrentutcoffset", "originCurrentUTCOffset", when=of(ANNOUNCE))
    priority1 = u8(47, "ptp.v2.an.priority1", "priority1", when=of(ANNOUNCE))
    klass = u8(48, "ptp.v2.an.grandmasterclockclass", "grandmasterClockClass", when=of(ANNOUNCE))
    accuracy = u8(49, "ptp.v2.an.grandmasterclockaccuracy", "grandmasterClockAccuracy", HEX, when=of(ANNOUNCE), names=ACCURACIES)
    variance = u16(50, "ptp.v2.an.grandmasterclockvariance", "grandmasterClockVariance", when=of(ANNOUNCE))
    priority2 = u8(52, "ptp.v2.an.priority2", "priority2", when=of(ANNOUNCE))
    grandmaster = u64(53, "ptp.v2.an.grandmasterclockidentity", "grandmasterClockIdentity", HEX, when=of(ANNOUNCE))
    steps = u16(61, "ptp.v2.an.localstepsremoved", "localStepsRemoved", when=of(ANNOUNCE))
    source_of_time = u8(63, "ptp.v2.timesource", "TimeSource", HEX, when=of(ANNOUNCE), names=SOURCES)
    first_hops = u8(44, "ptp.v2.mm.startingboundaryhops", "startingBoundaryHops", when=of(MANAGEMENT))
    hops = u8(45, "ptp.v2.mm.boundaryhops", "boundaryHops", when=of(MANAGEMENT))
    action = u8(46, "ptp.v2.mm.action", "action", mask=0x0F, when=of(MANAGEMENT), names=ACTIONS)
    tlv = group("", "TLV")
    mm_type = u16(None, "ptp.v2.mm.tlvType", "tlvType", names=TLVS)
    mm_length = u16(None, "ptp.v2.mm.lengthField", "lengthField")
    managed = u16(None, "ptp.v2.mm.managementId", "managementId", names=MANAGED)
    mm_data = raw(None, "ptp.v2.mm.data", "data")
    an_type = u16(None, "ptp.v2.an.tlvType", "tlvType", names=TLVS)
    an_length = u16(None, "ptp.v2.an.lengthField", "lengthField")
    an_path = u64(None, "ptp.v2.an.pathsequence", "PathSequence", HEX)
    an_data = raw(None, "ptp.v2.an.tlv.data", "data")
    sig_type = u16(None, "ptp.v2.sig.tlv.tlvType", "tlvType", names=TLVS)
    sig_length = u16(None, "ptp.v2.sig.tlv.lengthField", "lengthField")
    sig_data = raw(None, "ptp.v2.sig.tlv.data", "data")
    fu_type = u16(None, "ptp.as.fu.tlvType", "tlvType", names=TLVS)
    fu_length = u16(None, "ptp.as.fu.lengthField", "lengthField")
    fu_organization = u24(None, "ptp.as.fu.organizationId", "organizationId")
    fu_subtype = Field("ptp.as.fu.organizationSubType", "OrganizationSubType", INT24)
    fu_rate = u32(None, "ptp.as.fu.cumulativeScaledRateOffset", "cumulativeScaledRateOffset")
    fu_base = u16(None, "ptp.as.fu.gmTimeBaseIndicator", "gmTimeBaseIndicator")
    fu_phase = raw(None, "ptp.as.fu.lastGmPhaseChange", "lastGMPhaseChange")
    fu_frequency = i32(None, "ptp.as.fu.scaledLastGmFreqChange", "scaledLastGmFreqChange")
    other = raw(None, "", "Data")
    total = lambda h: where((h.len >= 34) & (h.len < h.limit - h.start), h.len, h.limit - h.start)

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, f"Unknown PTP Message ({type})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        if h.version != 2:
            c.pos = h.start + 34
            c.rest(cls.other)
            return
        for at, size in GAPS.get(h.type, ()):
            c.pos = h.start + at
            c.add(cls.other, min(size, max(c.end - c.pos, 0)))
        c.pos = min(h.start + FIXED.get(h.type, 34), c.end)
        while c.remaining >= 4:
            size = c.peek(2, 2)
            with c.group(cls.tlv, min(4 + size, max(c.limit - c.pos, 4)), TLVS.get(c.peek(2), "TLV")) as c:
                if h.type == MANAGEMENT:
                    cls._management(c)
                elif h.type == FOLLOW_UP and size == 28:
                    for field in cls.fields[cls.fields.index(cls.fu_type) : cls.fields.index(cls.fu_frequency) + 1]:
                        c.add(field)
                else:
                    cls._tlv(c, h.type)
                c.rest(cls.other)
        c.rest(cls.other)

    @classmethod
    def _management(cls, c: Cursor) -> None:
        kind = c.add(cls.mm_type)
        c.add(cls.mm_length)
        if kind in (1, 2) and c.remaining >= 2:
            number = c.add(cls.managed)
            c.rest(cls.mm_data)
            action = ACTIONS.get(c.h.action, "Unknown")
            c.info(f"Management ({TITLES.get(number, f'Unknown management Id {number}')}) {action}")

    @classmethod
    def _tlv(cls, c: Cursor, kind: int) -> None:
        signal = kind == SIGNALLING
        number = c.add(cls.sig_type if signal else cls.an_type)
        c.add(cls.sig_length if signal else cls.an_length)
        while number == 8 and c.remaining >= 8:
            c.add(cls.an_path)
        c.rest(cls.sig_data if signal else cls.an_data)


FIXED = {
    SYNC: 44, DELAY_REQUEST: 44, PEER_REQUEST: 54, PEER_RESPONSE: 54, FOLLOW_UP: 44, DELAY_RESPONSE: 54,
    PEER_FOLLOW_UP: 54, ANNOUNCE: 64, SIGNALLING: 44, MANAGEMENT: 48,
}  # fmt: skip
GAPS = {PEER_REQUEST: ((44, 10),), ANNOUNCE: ((46, 1),), MANAGEMENT: ((47, 1),)}  # reserved octets: place, number
