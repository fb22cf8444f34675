"""Programs of ONC RPC beside NFS: mount (RFC 1813, appendix I), locks and status (XNFS), quotas, yellow pages, ACLs.

A call's arguments and its reply's results, in XDR (RFC 4506).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, UINT32, Field, bits, group, i32, raw, string, u32, u64
from dissect.engine.layer import Layer
from dissect.layers.nfs import HANDLE_2, NFS, handle, maybe_attributes, sized_handle
from dissect.layers.rpc import RPC, called, items, opaque, text


class Program(Layer):
    """What all programs share: a procedure by version, and octets that are not taken apart."""

    procedures: ClassVar[Mapping[int, str]] = {}
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version, procedure, answers = called(c)
        c.derived(RPC.program_version, version)
        field = cls.by_attr.get(f"procedure_{version}")
        if field is not None:
            c.derived(field, procedure)
        c.info(f"V{version} {cls.procedures.get(procedure, f'proc-{procedure}')} {'Reply' if answers else 'Call'}")
        if not procedure:
            pass  # of every program it asks for nothing
        elif answers:
            cls.results(c, version, procedure)
        else:
            cls.arguments(c, version, procedure)
        c.rest(cls.other)

    @classmethod
    def arguments(cls, c: Cursor, version: int, procedure: int) -> None:
        """What is asked."""

    @classmethod
    def results(cls, c: Cursor, version: int, procedure: int) -> None:
        """What came of it."""


MOUNTS = {0: "NULL", 1: "MNT", 2: "DUMP", 3: "UMNT", 4: "UMNTALL", 5: "EXPORT", 6: "EXPORTALL", 7: "PATHCONF"}
MOUNTED = {0: "OK", 1: "ERR_PERM", 2: "ERR_NOENT", 5: "ERR_IO", 13: "ERR_ACCESS", 20: "ERR_NOTDIR", 22: "ERR_INVAL",
           63: "ERR_NAMETOOLONG", 10004: "ERR_NOTSUPP", 10006: "ERR_SERVERFAULT"}  # fmt: skip
FLAVORS = {0: "AUTH_NULL", 1: "AUTH_UNIX", 2: "AUTH_SHORT", 3: "AUTH_DES", 6: "RPCSEC_GSS", 390003: "GSS-API Kerberos 5",
           390004: "GSS-API Kerberos 5 integrity", 390005: "GSS-API Kerberos 5 privacy"}  # fmt: skip


class Mount(Program):
    """The first handle of a file system."""

    name, label, column = "mount", "Mount Service", "MOUNT"
    binds = {"rpc.program": (100005,)}
    procedures = MOUNTS

    procedure_1 = Field("mount.procedure_v1", "V1 Procedure", UINT32, names=MOUNTS)
    procedure_2 = Field("mount.procedure_v2", "V2 Procedure", UINT32, names=MOUNTS)
    procedure_3 = Field("mount.procedure_v3", "V3 Procedure", UINT32, names=MOUNTS)
    path = string(None, "mount.path", "Path")
    status = u32(None, "mount.status", "Status", names=MOUNTED)
    flavors = u32(None, "mount.flavors", "Flavors")
    flavor = u32(None, "mount.flavor", "Flavor", names=FLAVORS)
    entry = group("mount.dump.entry", "Mount List Entry")
    host = string(None, "mount.dump.hostname", "Hostname")
    directory = string(None, "mount.dump.directory", "Directory")
    export = group("mount.export.entry", "Export List Entry")
    exported = string(None, "mount.export.directory", "Directory")
    groups = group("mount.export.groups", "Groups")
    group_ = string(None, "mount.export.group", "Group")

    @classmethod
    def arguments(cls, c: Cursor, version: int, procedure: int) -> None:
        if procedure in (1, 3, 7) and c.remaining:
            c.append_info(f" {text(c, cls.path)}")

    @classmethod
    def results(cls, c: Cursor, version: int, procedure: int) -> None:
        if procedure == 1:
            if c.add(cls.status):
                return
            if version < 3:
                handle(c, HANDLE_2)
                return
            sized_handle(c)
            for _ in range(min(c.add(cls.flavors), 64)):
                c.add(cls.flavor)
        elif procedure == 2:
            for _ in items(c):
                with c.group(cls.entry) as c:
                    text(c, cls.host)
                    text(c, cls.directory)
        elif procedure == 5:
            for _ in items(c):
                with c.group(cls.export) as c:
                    text(c, cls.exported)
                    with c.group(cls.groups) as c:
                        for _ in items(c):
                            text(c, cls.group_)


LOCKS = dict(enumerate((
    "NULL", "TEST", "LOCK", "CANCEL", "UNLOCK", "GRANTED", "TEST_MSG", "LOCK_MSG", "CANCEL_MSG", "UNLOCK_MSG",
    "GRANTED_MSG", "TEST_RES", "LOCK_RES", "CANCEL_RES", "UNLOCK_RES", "GRANTED_RES",
)))  # fmt: skip
LOCKS |= {20: "SHARE", 21: "UNSHARE", 22: "NM_LOCK", 23: "FREE_ALL"}
GRANTS = {0: "NLM_GRANTED", 1: "NLM_DENIED", 2: "NLM_DENIED_NOLOCKS", 3: "NLM_BLOCKED", 4: "NLM_DENIED_GRACE_PERIOD",
          5: "NLM_DEADLCK", 6: "NLM_ROFS", 7: "NLM_STALE_FH", 8: "NLM_FBIG", 9: "NLM_FAILED"}  # fmt: skip


class NLM(Program):
    """Locks."""

    name, label, column = "nlm", "Network Lock Manager Protocol", "NLM"
    binds = {"rpc.program": (100021,)}
    procedures = LOCKS

    procedure_1, procedure_2, procedure_3, procedure_4 = (
        Field(f"nlm.procedure_v{v}", f"V{v} Procedure", UINT32, names=LOCKS) for v in (1, 2, 3, 4)
    )
    cookie = raw(None, "nlm.cookie", "cookie")
    block = Field("nlm.block", "block", BOOLEAN, size=4)
    exclusive = Field("nlm.exclusive", "exclusive", BOOLEAN, size=4)
    lock = group("nlm.lock", "lock")
    caller = string(None, "nlm.lock.caller_name", "caller_name")
    owner = raw(None, "nlm.lock.owner", "owner")
    svid = u32(None, "nlm.lock.svid", "svid")
    offset, offset_64 = u32(None, "nlm.lock.l_offset", "l_offset"), u64(None, "nlm.lock.l_offset64", "l_offset")
    size_of, size_64 = u32(None, "nlm.lock.l_len", "l_len"), u64(None, "nlm.lock.l_len64", "l_len")
    reclaim = Field("nlm.reclaim", "reclaim", BOOLEAN, size=4)
    state = u32(None, "nlm.state", "state")
    status = u32(None, "nlm.stat", "stat", names=GRANTS)
    tested = group("nlm.test_stat", "test_stat")
    tested_status = u32(None, "nlm.test_stat.stat", "stat", names=GRANTS)

    @classmethod
    def arguments(cls, c: Cursor, version: int, procedure: int) -> None:
        kind = procedure - 5 if 6 <= procedure <= 10 else procedure
        if procedure > 10:
            cls._answer(c, procedure - 10)
            return
        if not 1 <= kind <= 5:
            return
        opaque(c, cls.cookie)
        if kind in (2, 3):
            c.add(cls.block)
        if kind != 4:
            c.add(cls.exclusive)
        with c.group(cls.lock) as c:
            text(c, cls.caller)
            sized_handle(c)
            opaque(c, cls.owner)
            c.add(cls.svid)
            c.add(cls.offset_64 if version == 4 else cls.offset)
            c.add(cls.size_64 if version == 4 else cls.size_of)
        if kind == 2:
            c.add(cls.reclaim)
            c.add(cls.state)

    @classmethod
    def results(cls, c: Cursor, version: int, procedure: int) -> None:
        if procedure < 6:
            cls._answer(c, procedure)

    @classmethod
    def _answer(cls, c: Cursor, kind: int) -> None:
        opaque(c, cls.cookie)
        if kind == 1:
            with c.group(cls.tested) as c:
                c.add(cls.tested_status)
        else:
            c.add(cls.status)


STATES = {0: "NULL", 1: "STAT", 2: "MON", 3: "UNMON", 4: "UNMON_ALL", 5: "SIMU_CRASH", 6: "NOTIFY"}


class Stat(Program):
    """Whether hosts were restarted."""

    name, label, column = "stat", "Network Status Monitor Protocol", "STAT"
    binds = {"rpc.program": (100024,)}
    procedures = STATES

    procedure_1 = Field("stat.procedure_v1", "V1 Procedure", UINT32, names=STATES)
    host = string(None, "stat.name", "Name")
    result = group("stat.stat_res", "Status Result")
    succeeded = u32(None, "stat.stat_res.res", "Result", names={0: "STAT_SUCC", 1: "STAT_FAIL"})
    result_state, state = u32(None, "stat.stat_res.state", "State"), u32(None, "stat.state", "State")

    @classmethod
    def arguments(cls, c: Cursor, version: int, procedure: int) -> None:
        if procedure == 1:
            text(c, cls.host)

    @classmethod
    def results(cls, c: Cursor, version: int, procedure: int) -> None:
        if procedure in (1, 2):
            with c.group(cls.result) as c:
                c.add(cls.succeeded)
                c.add(cls.result_state)
        elif procedure in (3, 4):
            c.add(cls.state)


QUOTAS = {0: "NULL", 1: "GETQUOTA", 2: "GETACTIVEQUOTA"}


class RQuota(Program):
    """Quotas."""

    name, label, column = "rquota", "Remote Quota", "RQUOTA"
    binds = {"rpc.program": (100011,)}
    procedures = QUOTAS

    procedure_1 = Field("rquota.procedure_v1", "V1 Procedure", UINT32, names=QUOTAS)
    path = string(None, "rquota.pathp", "pathp")
    uid = u32(None, "rquota.uid", "uid")
    status = u32(None, "rquota.status", "status", names={1: "OK", 2: "NOQUOTA", 3: "EPERM"})

    @classmethod
    def arguments(cls, c: Cursor, version: int, procedure: int) -> None:
        if version == 1 and procedure:
            text(c, cls.path)
            c.add(cls.uid)

    @classmethod
    def results(cls, c: Cursor, version: int, procedure: int) -> None:
        c.add(cls.status)


PAGES = {0: "NULL", 1: "DOMAIN", 2: "DOMAIN_NONACK", 3: "MATCH", 4: "FIRST", 5: "NEXT", 6: "XFR", 7: "CLEAR", 8: "ALL",
         9: "MASTER", 10: "ORDER", 11: "MAPLIST"}  # fmt: skip


class YPServ(Program):
    """Yellow pages."""

    name, label, column = "ypserv", "Yellow Pages Service", "YPSERV"
    binds = {"rpc.program": (100004,)}
    procedures = PAGES

    procedure_1 = Field("ypserv.procedure_v1", "V1 Procedure", UINT32, names=PAGES)
    procedure_2 = Field("ypserv.procedure_v2", "V2 Procedure", UINT32, names=PAGES)
    domain, map = string(None, "ypserv.domain", "Domain"), string(None, "ypserv.map", "Map Name")
    key, value_ = string(None, "ypserv.key", "Key"), string(None, "ypserv.value", "Value")
    serves = Field("ypserv.servesdomain", "Serves Domain", BOOLEAN, size=4)
    status = i32(None, "ypserv.status", "Status")

    @classmethod
    def arguments(cls, c: Cursor, version: int, procedure: int) -> None:
        text(c, cls.domain)
        if procedure in (3, 4, 5, 8, 9, 10):
            text(c, cls.map)
        if procedure in (3, 5):
            text(c, cls.key)

    @classmethod
    def results(cls, c: Cursor, version: int, procedure: int) -> None:
        if procedure in (1, 2):
            c.add(cls.serves)
        elif procedure == 3:
            c.add(cls.status)
            text(c, cls.value_)


MOST_ENTRIES = 1024  # of an access control list
ACLS = {0: "NULL", 1: "GETACL", 2: "SETACL", 3: "GETATTR", 4: "ACCESS", 5: "GETXATTRDIR"}


class NFSACL(Program):
    """Access control lists."""

    name, label, column = "nfsacl", "NFSACL", "NFSACL"
    binds = {"rpc.program": (100227,)}
    procedures = ACLS

    procedure_2 = Field("nfsacl.procedure_v2", "V2 Procedure", UINT32, names=ACLS)
    procedure_3 = Field("nfsacl.procedure_v3", "V3 Procedure", UINT32, names=ACLS)
    mask = u32(None, "nfsacl.mask", "Mask", HEX)
    mask_bits = bits(
        mask, "nfsacl.mask",
        ("acl_entry", "ACL entry", 0x01), ("acl_count", "ACL count", 0x02),
        ("default_acl_entry", "Default ACL entry", 0x04), ("default_acl_count", "Default ACL count", 0x08),
    )  # fmt: skip

    status_word = u32(None, "", "Status")
    acl = group("nfsacl.acl", "ACL")
    count, default_count = u32(None, "nfsacl.aclcnt", "ACL count"), u32(None, "nfsacl.dfaclcnt", "Default ACL count")
    entries = u32(None, "", "Entries")
    entry = group("nfsacl.aclent", "ACL Entry")
    kind, uid = u32(None, "nfsacl.aclent.type", "Type"), u32(None, "nfsacl.aclent.uid", "UID")
    permissions = u32(None, "nfsacl.aclent.perm", "Permissions")
    permission_bits = bits(
        permissions, "nfsacl.aclent.perm", ("read", "READ", 0x04), ("write", "WRITE", 0x02), ("exec", "EXEC", 0x01)
    )

    @classmethod
    def arguments(cls, c: Cursor, version: int, procedure: int) -> None:
        if version == 3 and procedure:
            sized_handle(c)
            if procedure == 1:
                c.add(cls.mask)

    @classmethod
    def results(cls, c: Cursor, version: int, procedure: int) -> None:
        if version != 3 or not procedure:
            return
        failed = c.add(cls.status_word)
        c.derived(NFS.status, failed)
        with c.group(cls.acl) as c:
            maybe_attributes(c)
            if procedure == 1 and not failed:
                c.add(cls.mask)
                for total in (cls.count, cls.default_count):
                    c.add(total)
                    for _ in range(min(c.add(cls.entries), MOST_ENTRIES)):
                        with c.group(cls.entry, 12) as c:
                            for field in (cls.kind, cls.uid, cls.permissions):
                                c.add(field)
