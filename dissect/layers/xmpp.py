"""XMPP (RFC 6120, RFC 6121): stanzas of a stream of XML.

    <stream:stream to='example.com' …>  <iq type='get' id='1' …>…</iq>  <message …>…</message>  </stream:stream>
"""

from __future__ import annotations

import re
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import flag, group, raw, string
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages

PORT = 5222
OPENING = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<([A-Za-z][\w:.-]*)((?:[^>'\"]|'[^']*'|\"[^\"]*\")*?)(/?)>")
ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
TAG = re.compile(rb"<(/?)([A-Za-z][\w:.-]*)((?:[^>'\"]|'[^']*'|\"[^\"]*\")*?)(/?)>")
LONGEST = 1 << 18
MOST_TAGS = 20_000
ENDLESS = (b"stream:stream", b"stream")


def message_size(octets: bytes, at: int) -> int:
    """The length of the stanza at `at`, as `Messages.scan`."""
    have = len(octets) - at
    text = octets[at:]
    if not text.strip() or text.lstrip().startswith(b"</"):
        return have
    if not text.lstrip().startswith(b"<") or have > LONGEST:
        return AS_IT_IS
    found = OPENING.match(text)
    if found is None:
        return MORE
    if found[1] in ENDLESS or found[3]:
        following = text[found.end() :]
        return have if found[1] in ENDLESS and following.endswith(b">") else found.end()
    depth = 0
    for count, tag in enumerate(TAG.finditer(text)):
        depth += -1 if tag[1] else not tag[4]
        if depth == 0:
            return tag.end()
        if count > MOST_TAGS:
            return AS_IT_IS
    return MORE


class XMPP(Layer):
    """A stanza, or those of a segment."""

    name, label, column = "xmpp", "XMPP Protocol", "XMPP"
    binds = {"tcp.port": (PORT,)}
    accepts = lambda p: (p.u8(0) == 0x3C) | (p.u8(0) == 0x20) | (p.u8(0) == 0x0A) | (p.u8(0) == 0x0D)
    messages = Messages(scan=message_size)
    reaches = ("xml",)

    out = flag(None, "xmpp.out", "Out", hidden=True)
    in_ = flag(None, "xmpp.in", "In", hidden=True)
    stream = group("xmpp.stream", "STREAM")
    stream_end = group("xmpp.stream_end", "STREAM END")
    iq = group("xmpp.iq", "IQ")
    message = group("xmpp.message", "MESSAGE")
    presence = group("xmpp.presence", "PRESENCE")
    auth = group("xmpp.auth", "AUTH")
    success = group("xmpp.success", "SUCCESS")
    id = string(None, "xmpp.id", "id")
    to = string(None, "xmpp.to", "to")
    from_ = string(None, "xmpp.from", "from")
    type = string(None, "xmpp.type", "type")
    xmlns = string(None, "xmpp.xmlns", "xmlns")
    body = group("xmpp.message.body", "BODY")
    query = group("xmpp.query", "QUERY")
    other = raw(None, "", "Stanza")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tcp: Any = c.h.outer("tcp")
        text = c.peek_bytes(c.remaining)
        if not text.strip():
            c.info("Whitespace Keepalive")
            c.rest(cls.other)
            return
        asks = tcp is None or tcp.dstport == PORT
        c.derived(cls.out if asks else cls.in_, True)
        if text.lstrip().startswith(b"</"):
            said = "STREAM END"
            c.add(cls.stream_end, len(text))
        else:
            said = cls._stanza(c, text, asks)
        whole = "xml" in c.run.registry.by_name
        if whole:
            c.pos = c.h.start
            c.child("xml")
        c.info(said)
        if whole:
            c.append_protocol("/XML")

    @classmethod
    def _stanza(cls, c: Cursor, text: bytes, asks: bool) -> str:
        """A stanza; what the list says of it."""
        found = OPENING.match(text)
        if found is None:
            c.rest(cls.other)
            return "Continuation"
        name = found[1].decode("latin-1").rpartition(":")[2].lower()
        field = FIELDS.get(name, cls.other)
        attributes: dict[str, str] = {}
        start = c.pos
        with c.group(field, len(text), name.upper()) as c:
            for one in ATTRIBUTE.finditer(text, found.start(2), found.end(2)):
                key = one[1].decode("latin-1")
                attributes[key] = (one[2] or one[3] or b"").decode("utf-8", "replace")
                known = ATTRIBUTES.get(key.partition(":")[0] if key.startswith("xmlns") else key)
                if known is not None and (name != "stream" or known is cls.xmlns):
                    c.pos = start + one.start()
                    c.add(known, len(one[0]), value=attributes[key])
            inner = TAG.search(text, found.end())
            child = inner[2].decode("latin-1") if inner is not None and not inner[1] else ""
            namespace = next((m for m in ATTRIBUTE.finditer(inner[3]) if m[1] == b"xmlns"), None) if inner else None
            if name == "iq" and child == "query" and inner is not None:
                c.pos = start + inner.start()
                c.add(cls.query, len(text) - inner.start())
                for one in ATTRIBUTE.finditer(inner[3]):
                    if one[1].startswith(b"xmlns"):
                        value = (one[2] or one[3] or b"").decode("utf-8", "replace")
                        c.derived(cls.xmlns, value)
            elif name == "message" and (body := text.find(b"<body")) >= 0:
                c.pos = start + body
                c.add(cls.body, max(text.find(b"</body>") + 7, body) - body)
            c.pos = c.end
        return stanza_text(name, attributes, child, namespace, asks)


def stanza_text(
    name: str, attributes: dict[str, str], child: str, namespace: re.Match[bytes] | None, asks: bool
) -> str:
    """What the list says of a stanza."""
    to, sender = attributes.get("to", ""), attributes.get("from", "")
    if name == "stream":
        return f"STREAM {'>' if asks else '<'} {to or sender} "
    if name not in ("iq", "message", "presence"):
        return name.upper()
    said = f"IQ({attributes.get('type', '')}) " if name == "iq" else f"{name.upper()} "
    if name == "iq" and child:
        space = "" if namespace is None else (namespace[2] or namespace[3] or b"").decode("utf-8", "replace")
        said += f"{child.upper()}({space}) "
    if to:
        said += f"> {to} "
    if sender:
        said += f"< {sender} "
    return said


FIELDS = {
    "stream": XMPP.stream, "iq": XMPP.iq, "message": XMPP.message, "presence": XMPP.presence, "auth": XMPP.auth,
    "success": XMPP.success,
}  # fmt: skip
ATTRIBUTES = {"id": XMPP.id, "to": XMPP.to, "from": XMPP.from_, "type": XMPP.type, "xmlns": XMPP.xmlns}
