"""What an object identifier of LDAP tells the contents of: the values of controls (RFC 2696, 2891, 4533, password
policies, DirSync) and of extended operations (RFC 3062, 3909)."""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRING, UINT32, Field, group
from dissect.layers import ber
from dissect.layers.asn1 import Element, Schema

MODULE = """
SearchControlValue ::= SEQUENCE { size INTEGER, cookie OCTETS }
SortKeyList ::= SEQUENCE OF SEQUENCE { attributeType Text, _ [0] OCTETS, reverseOrder [1] BOOLEAN }
SortResult ::= SEQUENCE { sortResult ENUMERATED { success (0), operationsError (1), timeLimitExceeded (3), noSuchAttribute (16), other (80) }, _ [0] OCTETS }
DirSyncControlValue ::= SEQUENCE { flags UNSIGNED, maxBytes INTEGER, cookie OCTETS }
PasswdModifyRequestValue ::= SEQUENCE { userIdentity [0] OCTETS, oldPasswd [1] OCTETS, newPasswd [2] OCTETS }
CancelRequestValue ::= SEQUENCE { cancelID UNSIGNED }
SyncRequestValue ::= SEQUENCE { mode ENUMERATED { refreshOnly (1), refreshAndPersist (3) }, cookie OCTETS, reloadHint BOOLEAN }
SyncStateValue ::= SEQUENCE { state ENUMERATED { present (0), add (1), modify (2), delete (3) }, entryUUID OCTETS, cookie OCTETS }
SyncDoneValue ::= SEQUENCE { cookie OCTETS, refreshDeletes BOOLEAN }
SyncInfoValue ::= CHOICE {
    newcookie [0] OCTETS, refreshDelete [1] SEQUENCE { cookie OCTETS, refreshDone BOOLEAN },
    refreshPresent [2] SEQUENCE { cookie OCTETS, refreshDone BOOLEAN },
    syncIdSet [3] SEQUENCE { cookie OCTETS, refreshDeletes BOOLEAN, syncUUIDs SET OF SyncUUID } }
SyncUUID ::= OCTETS
PasswordPolicyResponseValue ::= SEQUENCE {
    warning [0] CHOICE { timeBeforeExpiration [0] UNSIGNED, graceAuthNsRemaining [1] UNSIGNED }, error [1] ENUMERATED { passwordExpired (0), accountLocked (1), changeAfterReset (2), passwordModNotAllowed (3),
    mustSupplyOldPassword (4), insufficientPasswordQuality (5), passwordTooShort (6), passwordTooYoung (7), passwordInHistory (8) } }
"""
TYPES = {
    "1.2.840.113556.1.4.319": "SearchControlValue", "1.2.840.113556.1.4.473": "SortKeyList",
    "1.2.840.113556.1.4.474": "SortResult", "1.2.840.113556.1.4.841": "DirSyncControlValue",
    "1.3.6.1.4.1.4203.1.11.1": "PasswdModifyRequestValue", "1.3.6.1.1.8": "CancelRequestValue",
    "1.3.6.1.4.1.4203.1.9.1.1": "SyncRequestValue", "1.3.6.1.4.1.4203.1.9.1.2": "SyncStateValue",
    "1.3.6.1.4.1.4203.1.9.1.3": "SyncDoneValue", "1.3.6.1.4.1.4203.1.9.1.4": "SyncInfoValue",
    "1.3.6.1.4.1.42.2.27.8.5.1": "PasswordPolicyResponseValue",
}  # fmt: skip
LISTS = ("SortKeyList", "SyncInfoValue")  # what has a value of its own


def _text(c: Cursor, _element: Element, into: Field, _found: dict[str, Any]) -> None:
    ber.text(c, into)


SCHEMA = Schema("ldap", MODULE, types={"attributeType": STRING}, whole={"Text": _text})
WHOLE = {
    name: Field(f"ldap.{name}", name, UINT32) if name in LISTS else group(f"ldap.{name}_element", name)
    for name in TYPES.values()
}
FIELDS = (*WHOLE.values(), *SCHEMA.fields)


def read_value(c: Cursor, kind: str) -> None:
    """The value that an object identifier tells of."""
    SCHEMA.read(c, TYPES[kind], WHOLE[TYPES[kind]])
