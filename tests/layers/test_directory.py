"""BER, Kerberos, LDAP."""

from __future__ import annotations

from dissect.layers import ber
from tests.layers.link_bytes import layer_tree, layer_values, values
from tests.layers.mutated import raises_nothing
from tests.layers.test_longtail import tcp


def element(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes([tag, len(body)] if len(body) < 128 else [tag, 0x82, *len(body).to_bytes(2, "big")]) + body


def number(value: int, tag: int = 2) -> bytes:
    return element(tag, bytes([value]))


def principal(kind: int, *names: bytes) -> bytes:
    strings = element(0x30, *(element(0x1B, name) for name in names))
    return element(0x30, element(0xA0, number(kind)), element(0xA1, strings))


BODY = element(
    0x30, element(0xA0, bytes.fromhex("03050040000000")), element(0xA1, principal(1, b"bob")),
    element(0xA2, element(0x1B, b"A.B")), element(0xA3, principal(2, b"krbtgt", b"A.B")),
    element(0xA5, element(0x18, b"20000310214801Z")), element(0xA7, number(7)),
    element(0xA8, element(0x30, number(18), number(23))),
)  # fmt: skip
REQUEST = element(0x6A, element(0x30, element(0xA1, number(5)), element(0xA2, number(10)), element(0xA4, BODY)))
FILTER = element(0xA0, element(0xA3, element(4, b"cn"), element(4, b"x")), element(0x87, b"objectClass"))
SEARCH = element(
    0x30, number(2),
    element(0x63, element(4, b"dc=a"), number(2, 10), number(0, 10), number(0), number(9), number(0, 1), FILTER,
            element(0x30, element(4, b"mail"))),
)  # fmt: skip
ENTRY = element(
    0x30, number(2),
    element(
        0x64, element(4, b"cn=x"),
        element(0x30, element(0x30, element(4, b"mail"), element(0x31, element(4, b"m")))),
    ),
)  # fmt: skip
DONE = element(0x30, number(2), element(0x65, number(0, 10), element(4), element(4)))
BIND = element(0x30, number(1), element(0x60, number(3), element(4, b"cn=r"), element(0x80, b"pw")))


def test_a_request_for_a_ticket() -> None:
    found = layer_values("kerberos", REQUEST)
    assert (found["kerberos.msg_type"], found["kerberos.CNameString"]) == ([10], ["bob"])
    assert (found["kerberos.realm"], found["kerberos.SNameString"]) == (["A.B"], ["krbtgt", "A.B"])
    assert (found["kerberos.ENCTYPE"], found["kerberos.till"]) == ([18, 23], [952724881 * 10**9])
    assert found["kerberos.KDCOptions.forwardable"] == [True]


def test_a_record_over_tcp() -> None:
    found = values(101, tcp((len(REQUEST).to_bytes(4, "big") + REQUEST).hex(), 88))
    assert (found["kerberos.rm.length"], found["kerberos.nonce"]) == ([len(REQUEST)], [7])


def test_a_search() -> None:
    found = layer_values("ldap", BIND + SEARCH + ENTRY + DONE)
    assert found["ldap.messageID"] == [1, 2, 2, 2]
    assert found["ldap.protocolOp"] == [0, 3, 4, 5]
    assert (found["ldap.baseObject"], found["ldap.scope"]) == (["dc=a"], [2])
    assert (found["ldap.filter"], found["ldap.and_item"]) == ([0], [3, 7])
    assert (found["ldap.AttributeValue"], found["ldap.resultCode"]) == ([b"m"], [0])


def test_where_a_message_ends() -> None:
    assert ber.message_size(SEARCH + DONE, 0, -1, 0) == len(SEARCH)
    assert ber.message_size(b"\x30", 0, -1, 0) == -1
    assert ber.message_size(b"\x31\x02", 0, -1, 0) == 0


def test_deep_filters_end() -> None:
    deep = FILTER
    for _ in range(60):
        deep = element(0xA2, deep)
    head = (element(4), number(2, 10), number(0, 10), number(0), number(0), number(0, 1))
    assert layer_tree("ldap", element(0x30, number(1), element(0x63, *head, deep, element(0x30)))).layers[0].notes


def test_changed_bytes_raise_nothing() -> None:
    for layer, text in (("kerberos", REQUEST), ("ldap", BIND + SEARCH + ENTRY + DONE), ("cldap", SEARCH)):
        raises_nothing(layer, text, 400)


def test_what_sasl_sealed_has_a_length() -> None:
    found = values(101, tcp("00000006 aabbccddeeff", 389))
    assert found["ldap.sasl_buffer_length"] == [6]
