"""Internet messages (RFC 5322): the headers of a mail, and its body by the Content-Type.

    Name ":" value, which goes on in lines that begin with a space; an empty line; the body
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRING, Field, group, string
from dissect.engine.layer import Layer
from dissect.layers import bodies
from dissect.layers.bodies import line_at, plain_kind

NAMES = (
    "Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To", "References", "Subject",
    "Comments", "User-Agent", "Keywords", "Return-Path", "Received", "MIME-Version", "Autoforwarded", "Autosubmitted",
    "X400-Content-Identifier", "Content-Language", "Conversion", "Conversion-With-Loss", "Delivery-Date",
    "DL-Expansion-History", "Deferred-Delivery", "Expires", "Importance", "Incomplete-Copy", "Latest-Delivery-Time",
    "Message-Type", "Original-Encoded-Information-Types", "Originator-Return-Address", "Priority", "Reply-By",
    "Sensitivity", "Supersedes", "X400-Content-Type", "X400-MTS-Identifier", "X400-Originator", "X400-Received",
    "X400-Recipients", "Delivered-To", "Thread-Index", "Lines", "Precedence",
)  # fmt: skip
OTHERS = {
    "Resent-Date": "resent.date", "Resent-From": "resent.from", "Resent-Sender": "resent.sender",
    "Resent-To": "resent.to", "Resent-Cc": "resent.cc", "Resent-Bcc": "resent.bcc",
    "Resent-Message-ID": "resent.message_id", "Content-Type": "content.type", "Content-ID": "content.id",
    "Content-Description": "content.description", "Content-Transfer-Encoding": "content.transfer_encoding",
    "X-Mailer": "ext.mailer", "X-MimeOLE": "ext.mimeole", "Expiry-Date": "ext.expiry-date",
    "X-MS-TNEF-Correlator": "ext.tnef-correlator", "X-UIDL": "ext.uidl", "X-Original-To": "ext.original-to",
    "X-Authentication-Warning": "ext.authentication_warning", "X-Virus-Scanned": "ext.virus_scanned",
}  # fmt: skip
KEPT_AS_IT_IS = {"Thread-Index": "thread-index"}
HEADERS = {name: KEPT_AS_IT_IS.get(name, name.lower().replace("-", "_")) for name in NAMES} | OTHERS
MAILBOXES = frozenset({"from", "resent.from"})
ADDRESSES = frozenset({"to", "cc", "bcc", "reply_to", "resent.to", "resent.cc", "resent.bcc"})
MOST = 1000  # headers


class IMF(Layer):
    """One mail."""

    name, label, column = "imf", "Internet Message Format", "IMF"
    reaches = bodies.LAYERS
    gates = bodies.GATES

    headers = tuple(Field(f"imf.{word}", name, STRING) for name, word in HEADERS.items())
    extension = Field("imf.extension", "Unknown-Extension", STRING)
    extension_name, extension_value = string(None, "imf.extension.type", "Type"), string(None, "imf.extension.value", "Value")
    kind = string(None, "imf.content.type.type", "Type")
    parameters = string(None, "imf.content.type.parameters", "Parameters")
    mailbox, addressee = string(None, "imf.mailbox_list.item", "Item"), string(None, "imf.address_list.item", "Item")
    person, address = string(None, "imf.display_name", "Display-Name"), string(None, "imf.address", "Address")
    text = group("imf.message_text", "Message-Text")
    line = string(None, "", "Line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        fields = dict(zip((name.lower() for name in HEADERS), cls.headers, strict=True))
        media, said, count = "", dict[str, str](), 0
        while c.remaining and count < MOST:
            count += 1
            line, after = line_at(c, c.pos)
            if not line:
                c.add(cls.line, after - c.pos)
                break
            while after < c.end and c.data[after] in b" \t":
                _, after = line_at(c, after)
            name, colon, value = line.partition(b":")
            if not colon:
                break
            size = after - c.pos
            whole = c.data[c.pos + len(name) + 1 : after].strip(b" \t\r\n").decode("utf-8", "replace")
            word = name.strip().lower().decode("latin-1")
            said.setdefault(word, whole)
            media = whole if word == "content-type" else media
            cls._header(c, fields.get(word), name, value, size, whole)
        if "from" in said or "subject" in said:
            c.info(", ".join(f"{word}: {said[word]}" for word in ("from", "subject") if word in said) + ", ")
        c.run.media = FOLDS.sub(" ", media)
        kind = plain_kind(c.run.media)
        layer = bodies.layer_of(kind)
        if kind and layer != bodies.DATA and c.remaining:
            c.child(layer)
            return
        with c.group(cls.text, c.remaining) as c:
            while c.remaining:
                c.add(cls.line, line_at(c, c.pos)[1] - c.pos)

    @classmethod
    def _header(cls, c: Cursor, field: Field | None, name: bytes, value: bytes, size: int, whole: str) -> None:
        if field is None:
            with c.group(cls.extension, size, value=f"{name.decode('latin-1')}: {whole}") as c:
                c.derived(cls.extension_name, name.decode("latin-1"))
                c.derived(cls.extension_value, whole)
                c.pos = c.end
            return
        if field.name == "imf.content.type":
            with c.group(field, size, value=whole) as c:
                kind, semicolon, more = whole.partition(";")
                c.derived(cls.kind, kind.strip())
                if semicolon:
                    c.derived(cls.parameters, more)
                c.pos = c.end
            return
        word = field.name[4:]
        if word in MAILBOXES or word in ADDRESSES:
            item = cls.mailbox if word in MAILBOXES else cls.addressee
            with c.group(field, size, value=whole) as c:
                cls._addresses(c, c.data[c.pos + len(name) + 1 : c.end].lstrip(b" "), item)
                c.pos = c.end
            return
        c.add(field, size, value=whole)

    @classmethod
    def _addresses(cls, c: Cursor, octets: bytes, item: Field) -> None:
        """The people a header names, each with a name or without."""
        for one in octets.split(b",")[:MOST]:
            text = one.decode("utf-8", "replace")
            c.derived(item, text)
            shown, angle, rest = text.partition("<")
            if angle:
                if shown.strip():
                    c.derived(cls.person, shown.strip())
                c.derived(cls.address, rest.partition(">")[0])
            else:
                c.derived(cls.address, text)


FOLDS = re.compile(r"\s*\r?\n\s+")
