"""Syslog: the examples of RFC 3164 and RFC 5424."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values


def test_the_old_form() -> None:
    found = layer_values("syslog", b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed")
    assert found["syslog.facility"] == [4] and found["syslog.level"] == [2]
    assert found["syslog.timestamp_rfc3164"] == ["Oct 11 22:14:15"] and found["syslog.hostname"] == ["mymachine"]
    assert found["syslog.procid"] == ["su"] and found["syslog.msgid"] == [": 'su root' failed"]


def test_the_new_form() -> None:
    found = layer_values("syslog", b"<165>1 2003-10-11T22:14:15.003Z host.example evntslog - ID47 [a b] An app")
    assert found["syslog.timestamp"] == [1065910455_003_000_000] and found["syslog.appname"] == ["evntslog"]
    assert found["syslog.facility"] == [20] and found["syslog.msgid"] == ["ID47 [a b] An app"]
    assert "syslog.timestamp" not in layer_values("syslog", b"<165>1 2003-99-11T22:14:15Z h a p m")


def test_odd_priorities() -> None:
    assert layer_tree("syslog", b"<13>hi").info == "USER.NOTICE: hi"
    assert layer_tree("syslog", b"none").info == "none"
    assert layer_values("syslog", b"<9999>x")["syslog.msg"] == ["9>x"]
    assert "_ws.malformed" in layer_values("syslog", b"<1")
