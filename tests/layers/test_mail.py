"""FTP, SMTP, POP, IMAP, MQTT, Modbus."""

from __future__ import annotations

from pathlib import Path

import dissect
from tests.crafted.frames import Talk
from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing
from tests.limits.reach import pcap

CONNECT = bytes.fromhex("101c00044d51545404c2003c00026d650004757365720006736563726574")
PUBLISH = bytes.fromhex("32080003612f62000768")


def test_commands() -> None:
    fields = layer_values("smtp", b"MAIL FROM:<a@b> SIZE=7\r\nDATA\r\n")
    assert fields["smtp.req.command"] == ["MAIL", "DATA"]
    assert fields["smtp.req.parameter"] == ["FROM:<a@b> SIZE=7"]
    fields = layer_values("ftp", b"PORT 10,0,0,1,4,1\r\n")
    assert (fields["ftp.request.command"], fields["ftp.active.port"]) == (["PORT"], [1025])
    fields = layer_values("pop", b"USER me\r\n")
    assert (fields["pop.request.command"], fields["pop.request.parameter"]) == (["USER"], ["me"])
    fields = layer_values("imap", b"a1 LOGIN me secret\r\n")
    assert (fields["imap.request_tag"], fields["imap.request.command"]) == (["a1"], ["LOGIN"])


def test_a_mail_of_several_segments_is_put_together(tmp_path: Path) -> None:
    mail = b"Subject: hello\r\n\r\n" + b"a line of text\r\n" * 60
    talk, said = Talk(40000, 143), b"* 1 FETCH (BODY[] {%d}\r\n" % len(mail) + mail + b")\r\na1 OK done\r\n"
    talk.asks(b"a1 FETCH 1 BODY[]\r\n")
    for at in range(0, len(said), 300):
        talk.answers(said[at : at + 300])
    path = tmp_path / "mail.pcap"
    path.write_bytes(pcap(talk.packets).getvalue())
    with dissect.open(path) as cap:
        chains = [packet.protocols.rpartition("tcp")[2] for packet in cap][3:]
        assert chains == [":imap", "", "", "", ":imap:imf"]
        assert cap[len(cap) - 1]["imf.subject"] == "hello"


def test_tls_follows_its_command() -> None:
    ports = bytes.fromhex("c0000019" + "00" * 8 + "50100000" + "00000000")
    assert "smtp.req" in layer_values("tcp", ports + b"STARTTLS\r\n")
    assert layer_values("tcp", ports + bytes.fromhex("16030100010e"))["tls.record.length"] == [1]


def test_mqtt() -> None:
    fields = layer_values("mqtt", CONNECT + PUBLISH)
    assert fields["mqtt.msgtype"] == [1, 3]
    assert (fields["mqtt.clientid"], fields["mqtt.username"], fields["mqtt.passwd"]) == (["me"], ["user"], ["secret"])
    assert (fields["mqtt.topic"], fields["mqtt.msgid"], fields["mqtt.msg"]) == (["a/b"], [7], [b"h"])
    assert layer_tree("mqtt", PUBLISH).info == "Publish Message (id=7) [a/b]"


def test_modbus() -> None:
    fields = layer_values("mbtcp", bytes.fromhex("00010000000611030000000a"))
    assert (fields["modbus.func_code"], fields["modbus.word_cnt"]) == ([3], [10])
    assert layer_values("mbtcp", bytes.fromhex("000100000003118302"))["modbus.exception_code"] == [2]


def test_changed_bytes_raise_nothing() -> None:
    for layer in ("ftp", "smtp", "pop", "imap"):
        raises_nothing(layer, b"220-a\r\n220 b\r\n+OK c\r\nMAIL d\r\n* OK\r\n", among=b"\r\n -+2\x00\xff")
    for layer in ("mqtt", "mbtcp"):
        raises_nothing(layer, CONNECT + PUBLISH, among=b"\r\n -+2\x00\xff")
