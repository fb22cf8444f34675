"""MMS, messages of manufacturing and substations (ISO 9506; IEC 61850-8-1 maps its services onto them), in BER.

    confirmed request [A0] | response [A1] | error [A2] | unconfirmed [A3] | reject [A4] | cancel [A5-A7] | initiate [A8-AA] | conclude
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRING, Field
from dissect.engine.layer import Layer
from dissect.layers.asn1 import Element, Hook, Schema

SERVICES = ["status", "getNameList", "identify", "rename", "read", "write", "getVariableAccessAttributes", "defineNamedVariable", "defineScatteredAccess", "getScatteredAccessAttributes", "deleteVariableAccess", "defineNamedVariableList", "getNamedVariableListAttributes", "deleteNamedVariableList", "defineNamedType", "getNamedTypeAttributes", "deleteNamedType", "input", "output", "takeControl", "relinquishControl", "defineSemaphore", "deleteSemaphore", "reportSemaphoreStatus", "reportPoolSemaphoreStatus", "reportSemaphoreEntryStatus", "initiateDownloadSequence", "downloadSegment", "terminateDownloadSequence", "initiateUploadSequence", "uploadSegment", "terminateUploadSequence", "requestDomainDownload", "requestDomainUpload", "loadDomainContent", "storeDomainContent", "deleteDomain", "getDomainAttributes", "createProgramInvocation", "deleteProgramInvocation", "start", "stop", "resume", "reset", "kill", "getProgramInvocationAttributes", "obtainFile", "defineEventCondition", "deleteEventCondition", "getEventConditionAttributes", "reportEventConditionStatus", "alterEventConditionMonitoring", "triggerEvent", "defineEventAction", "deleteEventAction", "getEventActionAttributes", "reportActionStatus", "defineEventEnrollment", "deleteEventEnrollment", "alterEventEnrollment", "reportEventEnrollmentStatus", "getEventEnrollmentAttributes", "acknowledgeEventNotification", "getAlarmSummary", "getAlarmEnrollmentSummary", "readJournal", "writeJournal", "initializeJournal", "reportJournalStatus", "createJournal", "deleteJournal", "getCapabilityList", "fileOpen", "fileRead", "fileClose", "fileRename", "fileDelete", "fileDirectory", "unsolicitedStatus", "informationReport", "eventNotification", "attachToEventCondition", "attachToSemaphore", "conclude", "cancel"]
MODULE = """
MMSpdu ::= CHOICE { confirmed-RequestPDU [0] Confirmed-RequestPDU, confirmed-ResponsePDU [1] Confirmed-ResponsePDU,
  confirmed-ErrorPDU [2] Confirmed-ErrorPDU, unconfirmed-PDU [3] Unconfirmed-PDU, rejectPDU [4] RejectPDU,
  cancel-RequestPDU [5] INTEGER, cancel-ResponsePDU [6] INTEGER, cancel-ErrorPDU [7] Cancel-ErrorPDU,
  initiate-RequestPDU [8] Initiate-RequestPDU, initiate-ResponsePDU [9] Initiate-ResponsePDU, initiate-ErrorPDU [10] ServiceError,
  conclude-RequestPDU [11] NULL, conclude-ResponsePDU [12] NULL, conclude-ErrorPDU [13] ServiceError }
Confirmed-RequestPDU ::= SEQUENCE { invokeID INTEGER, listOfModifier SEQUENCE OF Left, confirmedServiceRequest Request }
Confirmed-ResponsePDU ::= SEQUENCE { invokeID INTEGER, confirmedServiceResponse Response }
Confirmed-ErrorPDU ::= SEQUENCE { invokeID [0] INTEGER, modifierPosition [1] INTEGER, serviceError [2] ServiceError }
Cancel-ErrorPDU ::= SEQUENCE { originalInvokeID [0] INTEGER, serviceError [1] ServiceError }
Unconfirmed-PDU ::= SEQUENCE { unconfirmedService CHOICE { informationReport [0] InformationReport,
  unsolicitedStatus [1] Status-Response, eventNotification [2] SEQUENCE { eventEnrollmentName [0] EXPLICIT ObjectName } } }
Request ::= CHOICE { status [0] BOOLEAN, getNameList [1] GetNameList-Request, identify [2] NULL, rename [3] SEQUENCE { },
  read [4] Read-Request, write [5] Write-Request, getVariableAccessAttributes [6] GetVariableAccessAttributes-Request,
  defineNamedVariable [7] SEQUENCE { }, defineNamedVariableList [11] DefineNamedVariableList-Request,
  getNamedVariableListAttributes [12] ObjectName, deleteNamedVariableList [13] DeleteNamedVariableList-Request,
  initiateDownloadSequence [26] SEQUENCE { }, downloadSegment [27] VisibleString, terminateDownloadSequence [28] SEQUENCE { },
  initiateUploadSequence [29] VisibleString, uploadSegment [30] INTEGER, terminateUploadSequence [31] INTEGER,
  deleteDomain [36] VisibleString, getDomainAttributes [37] VisibleString, createProgramInvocation [38] SEQUENCE { },
  deleteProgramInvocation [39] VisibleString, start [40] SEQUENCE { }, stop [41] SEQUENCE { }, resume [42] SEQUENCE { },
  reset [43] SEQUENCE { }, kill [44] SEQUENCE { }, getProgramInvocationAttributes [45] VisibleString,
  obtainFile [46] SEQUENCE { sourceFile [1] FileName, destinationFile [2] FileName }, readJournal [65] SEQUENCE { },
  getCapabilityList [71] SEQUENCE { getCapabilityList-Request_continueAfter VisibleString }, fileOpen [72] FileOpen-Request, fileRead [73] INTEGER,
  fileClose [74] INTEGER, fileRename [75] SEQUENCE { currentFileName [0] FileName, newFileName [1] FileName },
  fileDelete [76] FileName, fileDirectory [77] SEQUENCE { fileSpecification [0] FileName, fileDirectory-Request_continueAfter [1] FileName } }
Response ::= CHOICE { status [0] Status-Response, getNameList [1] GetNameList-Response, identify [2] Identify-Response,
  rename [3] NULL, read [4] Read-Response, write [5] Write-Response,
  getVariableAccessAttributes [6] GetVariableAccessAttributes-Response, defineNamedVariable [7] NULL,
  defineNamedVariableList [11] NULL, getNamedVariableListAttributes [12] GetNamedVariableListAttributes-Response,
  deleteNamedVariableList [13] DeleteNamedVariableList-Response, initiateDownloadSequence [26] NULL,
  downloadSegment [27] SEQUENCE { }, terminateDownloadSequence [28] NULL, initiateUploadSequence [29] SEQUENCE { },
  uploadSegment [30] SEQUENCE { }, terminateUploadSequence [31] NULL, deleteDomain [36] NULL,
  getDomainAttributes [37] SEQUENCE { }, createProgramInvocation [38] NULL, deleteProgramInvocation [39] NULL, start [40] NULL,
  stop [41] NULL, resume [42] NULL, reset [43] NULL, kill [44] NULL, getProgramInvocationAttributes [45] SEQUENCE { },
  obtainFile [46] NULL, readJournal [65] SEQUENCE { }, getCapabilityList [71] SEQUENCE { }, fileOpen [72] FileOpen-Response,
  fileRead [73] SEQUENCE { fileData [0] OCTETS, moreFollows [1] BOOLEAN }, fileClose [74] NULL, fileRename [75] NULL,
  fileDelete [76] NULL, fileDirectory [77] FileDirectory-Response }
RejectPDU ::= SEQUENCE { originalInvokeID [0] INTEGER, rejectReason CHOICE { confirmed-requestPDU [1] INTEGER,
  confirmed-responsePDU [2] INTEGER, confirmed-errorPDU [3] INTEGER, unconfirmedPDU [4] INTEGER, pdu-error [5] INTEGER,
  cancel-requestPDU [6] INTEGER, cancel-responsePDU [7] INTEGER, cancel-errorPDU [8] INTEGER, conclude-requestPDU [9] INTEGER,
  conclude-responsePDU [10] INTEGER, conclude-errorPDU [11] INTEGER } }
ServiceError ::= SEQUENCE { errorClass [0] CHOICE { vmd-state [0] INTEGER, application-reference [1] INTEGER,
  definition [2] INTEGER, resource [3] INTEGER, service [4] INTEGER, service-preempt [5] INTEGER, time-resolution [6] INTEGER,
  access [7] INTEGER { other (0), object-access-unsupported (1), object-non-existent (2), object-access-denied (3),
    object-invalidated (4) }, initiate [8] INTEGER, conclude [9] INTEGER, cancel [10] INTEGER, file [11] INTEGER,
  others [12] INTEGER }, additionalCode [1] INTEGER, additionalDescription [2] VisibleString }
Initiate-RequestPDU ::= SEQUENCE { localDetailCalling [0] INTEGER, proposedMaxServOutstandingCalling [1] INTEGER,
  proposedMaxServOutstandingCalled [2] INTEGER, proposedDataStructureNestingLevel [3] INTEGER,
  mmsInitRequestDetail [4] SEQUENCE { proposedVersionNumber [0] INTEGER, proposedParameterCBB [1] ParameterSupportOptions,
    servicesSupportedCalling [2] ServiceSupportOptions } }
Initiate-ResponsePDU ::= SEQUENCE { localDetailCalled [0] INTEGER, negociatedMaxServOutstandingCalling [1] INTEGER,
  negociatedMaxServOutstandingCalled [2] INTEGER, negociatedDataStructureNestingLevel [3] INTEGER,
  mmsInitResponseDetail [4] SEQUENCE { negociatedVersionNumber [0] INTEGER, negociatedParameterCBB [1] ParameterSupportOptions,
    servicesSupportedCalled [2] ServiceSupportOptions } }
ParameterSupportOptions ::= BITS { str1 (0), str2 (1), vnam (2), valt (3), vadr (4), vsca (5), tpy (6), vlis (7), real (8),
  spare.bit9 (9), cei (10) }
ServiceSupportOptions ::= BITS { SERVICES }
ObjectName ::= CHOICE { vmd-specific [0] VisibleString, domain-specific [1] SEQUENCE { domainId VisibleString, itemId VisibleString },
  aa-specific [2] VisibleString }
FileName ::= SEQUENCE OF GraphicString
Status-Response ::= SEQUENCE { vmdLogicalStatus [0] INTEGER, vmdPhysicalStatus [1] INTEGER, localDetail [2] BITS }
GetNameList-Request ::= SEQUENCE { extendedObjectClass [0] CHOICE { objectClass [0] INTEGER { nammedVariable (0), scatteredAccess (1),
    namedVariableList (2), namedType (3), semaphore (4), eventCondition (5), eventAction (6), eventEnrollment (7), journal (8),
    domain (9), programInvocation (10), operatorStation (11) } },
  objectScope [1] CHOICE { vmdSpecific [0] NULL, domainSpecific [1] VisibleString, aaSpecific [2] NULL },
  getNameList-Request_continueAfter [2] VisibleString }
GetNameList-Response ::= SEQUENCE { listOfIdentifier [0] SEQUENCE OF Identifier, moreFollows [1] BOOLEAN }
Identifier ::= VisibleString
Identify-Response ::= SEQUENCE { vendorName [0] VisibleString, modelName [1] VisibleString, revision [2] VisibleString,
  listOfAbstractSyntaxes [3] SEQUENCE OF OID }
Read-Request ::= SEQUENCE { specificationWithResult [0] BOOLEAN, variableAccessSpecificatn [1] VariableAccessSpecification }
Read-Response ::= SEQUENCE { variableAccessSpecificatn [0] EXPLICIT VariableAccessSpecification,
  listOfAccessResult [1] SEQUENCE OF AccessResult }
Write-Request ::= SEQUENCE { variableAccessSpecificatn VariableAccessSpecification, listOfData [0] SEQUENCE OF Data }
Write-Response ::= SEQUENCE OF Write-Response-item
Write-Response-item ::= CHOICE { failure [0] DataAccessError, success [1] NULL }
InformationReport ::= SEQUENCE { variableAccessSpecification VariableAccessSpecification,
  listOfAccessResult [0] SEQUENCE OF AccessResult }
VariableAccessSpecification ::= CHOICE { listOfVariable [0] SEQUENCE OF SEQUENCE { variableSpecification VariableSpecification, alternateAccess [5] Left }, variableListName [1] ObjectName }
VariableSpecification ::= CHOICE { name [0] ObjectName, address [1] Left, variableDescription [2] SEQUENCE { }, invalidated [4] NULL }
AccessResult ::= CHOICE { failure [0] DataAccessError, success Data }
DataAccessError ::= INTEGER { object-invalidated (0), hardware-fault (1), temporarily-unavailable (2), object-access-denied (3),
  object-undefined (4), invalid-address (5), type-unsupported (6), type-inconsistent (7), object-attribute-inconsistent (8),
  object-access-unsupported (9), object-non-existent (10), object-value-invalid (11) }
Data ::= CHOICE { array [1] SEQUENCE OF Data, structure [2] SEQUENCE OF Data, boolean [3] BOOLEAN, data_bit-string [4] BITS,
  integer [5] INTEGER, unsigned [6] INTEGER, floating-point [7] OCTETS, data.octet-string [9] OCTETS,
  data.visible-string [10] VisibleString, data.binary-time [12] Time4, bcd [13] INTEGER, booleanArray [14] BITS, objId [15] OID,
  mMSString [16] UTF8String, utc-time [17] UtcTime }
GetVariableAccessAttributes-Request ::= CHOICE { name [0] ObjectName, address [1] Left }
GetVariableAccessAttributes-Response ::= SEQUENCE { mmsDeletable [0] BOOLEAN, address [1] Left, typeSpecification [2] TypeSpecification }
TypeSpecification ::= CHOICE { typeName [0] ObjectName, array [1] SEQUENCE { packed [0] BOOLEAN, numberOfElements [1] INTEGER,
    elementType [2] TypeSpecification }, structure [2] SEQUENCE { packed [0] BOOLEAN,
    components [1] SEQUENCE OF SEQUENCE { componentName [0] VisibleString, componentType [1] TypeSpecification } },
  boolean [3] NULL, typeSpecification_bit-string [4] INTEGER, integer [5] INTEGER, unsigned [6] INTEGER, _ [7] SEQUENCE { },
  typeSpecification.octet-string [9] INTEGER, typeSpecification.visible-string [10] INTEGER, generalized-time [11] NULL, typeSpecification.binary-time [12] BOOLEAN, bcd [13] INTEGER,
  objId [15] NULL, _ [16] INTEGER, _ [17] NULL }
DefineNamedVariableList-Request ::= SEQUENCE { variableListName ObjectName, listOfVariable [0] SEQUENCE OF SEQUENCE { variableSpecification VariableSpecification, alternateAccess [5] Left } }
GetNamedVariableListAttributes-Response ::= SEQUENCE { mmsDeletable [0] BOOLEAN, listOfVariable [1] SEQUENCE OF SEQUENCE { variableSpecification VariableSpecification, alternateAccess [5] Left } }
DeleteNamedVariableList-Request ::= SEQUENCE { scopeOfDelete [0] INTEGER { specific (0), aa-specific (1), domain (2), vmd (3) },
  listOfVariableListName [1] SEQUENCE OF ObjectName, domainName [2] VisibleString }
DeleteNamedVariableList-Response ::= SEQUENCE { numberMatched [0] INTEGER, numberDeleted [1] INTEGER }
FileOpen-Request ::= SEQUENCE { fileName [0] FileName, initialPosition [1] INTEGER }
FileOpen-Response ::= SEQUENCE { frsmID [0] INTEGER, fileAttributes [1] FileAttributes }
FileAttributes ::= SEQUENCE { sizeOfFile [0] INTEGER, lastModified [1] Left }
FileDirectory-Response ::= SEQUENCE { listOfDirectoryEntry [0] EXPLICIT SEQUENCE OF DirectoryEntry, moreFollows [1] BOOLEAN }
DirectoryEntry ::= SEQUENCE { fileName [0] FileName, fileAttributes [1] FileAttributes }
""".replace("SERVICES", ", ".join(f"{name} ({n})" for n, name in enumerate(SERVICES)))
VERBATIM = (
    "data_bit-string", "data.octet-string", "data.visible-string", "data.binary-time", "typeSpecification_bit-string",
    "typeSpecification.octet-string", "typeSpecification.visible-string", "typeSpecification.binary-time",
    "fileDirectory-Request_continueAfter", "getCapabilityList-Request_continueAfter", "getNameList-Request_continueAfter",
)  # fmt: skip
DAYS = 5113  # from 1970 to 1984, where a binary time begins


def _moment(seconds: int, fraction: int) -> str:
    """A time in UTC as Wireshark writes it, with nanoseconds."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%b} {moment.day:2d}, {moment:%Y %H:%M:%S}.{fraction:09d} UTC"


def _utc_time(octets: bytes) -> str:
    """Seconds, a binary fraction of 24 bits, quality (IEC 61850-8-1, 8.1.3.6)."""
    if len(octets) != 8:
        return octets.hex()
    return _moment(int.from_bytes(octets[:4], "big"), int.from_bytes(octets[4:7], "big") * 1_000_000_000 >> 24)


def _binary_time(octets: bytes) -> str:
    """Milliseconds of a day, and which day if that is said."""
    if len(octets) not in (4, 6):
        return octets.hex()
    ms = int.from_bytes(octets[:4], "big") & 0x0FFFFFFF
    if len(octets) == 6:
        return _moment((int.from_bytes(octets[4:], "big") + DAYS) * 86400 + ms // 1000, ms % 1000 * 1_000_000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _text(make: Callable[[bytes], str]) -> Hook:
    def read(c: Cursor, element: Element, into: Field, _found: dict[str, Any]) -> None:
        c.add(into, element.whole, value=make(c.peek_bytes(element.size, element.header)))

    return read


SCHEMA = Schema(
    "mms", MODULE, whole={"UtcTime": _text(_utc_time), "Time4": _text(_binary_time)},
    types={"utc-time": STRING, "data.binary-time": STRING}, verbatim=VERBATIM,
)  # fmt: skip


class MMS(Layer):
    """A PDU."""

    name, label, column = "mms", "MMS", "MMS"

    parts = SCHEMA.fields
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        found = SCHEMA.read(c, "MMSpdu")
        kind, more = found.get("Element", "Unknown"), ""
        for name, value in found.get("every", ()):
            if name in ("domainId", "itemId"):
                more += f" {value}"
            elif name == "floating-point" and isinstance(value, bytes) and len(value) == 5:
                more = f" {struct.unpack('>f', value[1:])[0]:f}"
        number = f"{found['invokeID']:02d} " if kind.startswith("confirmed") and "invokeID" in found else ""
        c.info(f"{number}{kind}{more}")
