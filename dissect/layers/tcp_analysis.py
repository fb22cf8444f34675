"""`tcp.analysis.*`: what a segment is to those before it (see passes.analysis)."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.fields import FRAMENUM, NONE, RELATIVE_TIME, UINT32, Field
from dissect.engine.layer import Note
from dissect.layers import tcp_rules as rules
from dissect.layers.streams import in_stream, known, quoted
from dissect.layers.tcp_fast_open import with_cookie

TEXTS = {  # of the Info column, the severity and the words of the note
    "retransmission": ("TCP Retransmission", "note", "This frame is a (suspected) retransmission"),
    "fast_retransmission": ("TCP Fast Retransmission", "note", "This frame is a (suspected) fast retransmission"),
    "spurious_retransmission": (
        "TCP Spurious Retransmission", "note", "This frame is a (suspected) spurious retransmission",
    ),
    "out_of_order": ("TCP Out-Of-Order", "warn", "This frame is a (suspected) out-of-order segment"),
    "reused_ports": (
        "TCP Port numbers reused", "note",
        "A new tcp session is started with the same ports as an earlier session in this trace",
    ),
    "lost_segment": (
        "TCP Previous segment not captured", "warn", "Previous segment(s) not captured (common at capture start)",
    ),
    "ack_lost_segment": (
        "TCP ACKed unseen segment", "warn", "ACKed segment that wasn't captured (common at capture start)",
    ),
    "window_update": ("TCP Window Update", "chat", "TCP window update"),
    "window_full": ("TCP Window Full", "warn", "TCP window specified by the receiver is now completely full"),
    "keep_alive": ("TCP Keep-Alive", "note", "TCP keep-alive segment"),
    "duplicate_ack": ("TCP Dup ACK", "note", "Duplicate ACK"),
    "zero_window_probe": ("TCP ZeroWindowProbe", "note", "TCP Zero Window Probe"),
    "zero_window": ("TCP ZeroWindow", "warn", "TCP Zero Window segment"),
    "keep_alive_ack": ("TCP Keep-Alive ACK", "note", "ACK to a TCP keep-alive segment"),
    "zero_window_probe_ack": ("TCP ZeroWindowProbeAck", "note", "ACK to a TCP Zero Window Probe"),
}  # fmt: skip
REPEATED = rules.FAST_RETRANSMISSION | rules.SPURIOUS  # which Wireshark calls retransmissions, too


def judged(h: Any) -> bool:
    """Whether the analysis knows a header."""
    return h.streams is not None and h.streams.analyses and not quoted(h) and not _cut(h)


def _cut(h: Any) -> bool:
    """Whether the header of one segment is cut, as those of groups are not: Wireshark then comes to say nothing."""
    return isinstance(h.flags, int) and h.start + h.hdr_len > h.end


class Unjudged:
    """What is said of a packet that stands alone."""

    flags = acks = in_flight = pushed = rto_of = duplicate = duplicate_of = 0
    rtt = rto = first_rtt = -1


def verdicts(h: Any) -> Any:
    """All that is said of a header, or of a group's."""
    found = h.__dict__.get("_verdicts")
    if found is None:
        found = h.__dict__["_verdicts"] = h.streams.verdicts(h) if judged(h) else Unjudged
    return found


def flags_of(h: Any) -> Any:
    """The flags."""
    return verdicts(h).flags if judged(h) else 0 * h.flags


def beginning(h: Any) -> Any:
    """What the Info column begins with: of one header, or of many."""
    if not judged(h):
        return "" if isinstance(h.flags, int) else np.full(len(h), "", object)
    told = verdicts(h)
    if isinstance(told.flags, int):
        return prefix(told.flags, told.duplicate, told.duplicate_of)
    out = np.full(len(told.flags), "", object)
    for row in np.flatnonzero(told.flags).tolist():
        out[row] = prefix(int(told.flags[row]), int(told.duplicate[row]), int(told.duplicate_of[row]))
    return out


def marked(bit: int) -> Any:
    """The condition for a flag."""
    wanted = bit | (REPEATED if bit == rules.RETRANSMISSION else 0)
    return lambda h: bool(every_flag(h) & wanted) and in_stream(h) & (flags_of(h) & wanted > 0)


def resent(h: Any) -> Any:
    """What Wireshark shows as a segment's data, and no layer: a retransmission that is neither fast nor spurious."""
    return flags_of(h) & (rules.RETRANSMISSION | REPEATED) == rules.RETRANSMISSION


def every_flag(h: Any) -> int:
    """The flags of a header, or all that any of a group's have."""
    found: int | None = h.__dict__.get("_every_flag")
    if found is None:
        flags = flags_of(h)
        found = flags if isinstance(flags, int) else int(np.bitwise_or.reduce(flags, initial=0))
        h.__dict__["_every_flag"] = found
    return found


def _value(name: str, label: str, type_: Any, part: str, least: int) -> Field:
    return Field(
        f"tcp.analysis.{name}", label, type_, value=lambda h: getattr(verdicts(h), part),
        when=lambda h: in_stream(h) & (getattr(verdicts(h), part) >= least),
    )  # fmt: skip


VALUES = (
    _value("acks_frame", "This is an ACK to the segment in frame", FRAMENUM, "acks", 1),
    _value("ack_rtt", "The RTT to ACK the segment was", RELATIVE_TIME, "rtt", 0),
    _value("bytes_in_flight", "Bytes in flight", UINT32, "in_flight", 1),
    Field(
        "tcp.analysis.push_bytes_sent", "Bytes sent since last PSH flag", UINT32, value=lambda h: verdicts(h).pushed,
        when=lambda h: in_stream(h) & (verdicts(h).in_flight > 0) & (verdicts(h).pushed > 0),
    ),
    Field(
        "tcp.analysis.rto", "The RTO for this segment was", RELATIVE_TIME, value=lambda h: verdicts(h).rto,
        when=lambda h: in_stream(h) & (verdicts(h).rto_of > 0),
    ),
    _value("rto_frame", "RTO based on delta from frame", FRAMENUM, "rto_of", 1),
    _value("duplicate_ack_num", "Duplicate ACK #", UINT32, "duplicate", 1),
    _value("duplicate_ack_frame", "Duplicate to the ACK in frame", FRAMENUM, "duplicate_of", 1),
)


def something(h: Any) -> Any:
    """Whether anything is said of a segment."""
    told = verdicts(h)
    return in_stream(h) & ((told.flags > 0) | (told.acks > 0) | (told.pushed > 0))


def opened_early(h: Any) -> Any:
    """Which segments are a SYN with a cookie of TCP Fast Open (RFC 7413)."""
    return in_stream(h) & (not quoted(h)) & (h.ack == 0) & with_cookie(h)


def early(h: Any, taken: bool) -> Any:
    """Whether data came with the SYN, and are acknowledged or not."""
    return (known(h).complete >> 8 & 1 == 1) & ((h.ack_number > 1) == taken)


def answered_early(taken: bool) -> Any:
    """The condition for an answer to a SYN with data: these are acknowledged (`taken`), or only the SYN."""

    def condition(h: Any) -> Any:
        answers = in_stream(h) & (not quoted(h)) & (h.flags & 0x12 == 0x12)
        if isinstance(answers, np.ndarray):  # few are
            rows = np.flatnonzero(answers)
            answers[rows] = early(h.taken(rows), taken) if len(rows) else False
            return answers
        return bool(answers) and early(h, taken)

    return condition


FAST_OPEN = (  # what Wireshark notes of TCP Fast Open
    ("tfo_syn", "TCP SYN with TFO Cookie", opened_early),
    ("tfo_ack", "TCP SYN-ACK accepting TFO data", answered_early(True)),
    ("tfo_ignored", "TCP SYN-ACK ignoring TFO data", answered_early(False)),
)

FIELDS = (
    Field("tcp.analysis", "SEQ/ACK analysis", NONE, value=lambda h: h.flags >= 0, when=something),
    *VALUES,
    Field(
        "tcp.analysis.initial_rtt", "iRTT", RELATIVE_TIME, value=lambda h: verdicts(h).first_rtt,
        when=lambda h: something(h) & (verdicts(h).first_rtt >= 0),
    ),
    Field(
        "tcp.analysis.flags", "TCP Analysis Flags", NONE, value=lambda h: h.flags >= 0,
        when=lambda h: bool(every_flag(h)) and in_stream(h) & (flags_of(h) > 0),
    ),
    *(
        Field(f"tcp.analysis.{name}", TEXTS[name][2], NONE, value=lambda h: h.flags >= 0, when=marked(1 << i))
        for i, name in enumerate(rules.NAMES)
    ),
    *(
        Field(f"tcp.analysis.{name}", text, NONE, value=lambda h: h.flags >= 0, when=when, hidden=True)
        for name, text, when in FAST_OPEN
    ),
    Field(  # Wireshark's expert note of it has the name of the field: it says so twice
        "tcp.analysis.duplicate_ack", "Duplicate ACK", NONE, value=lambda h: h.flags >= 0,
        when=marked(rules.DUPLICATE), hidden=True,
    ),
)  # fmt: skip

NOTES = (
    *(
        Note(f"tcp.analysis.{name}", TEXTS[name][1], "Sequence", TEXTS[name][2], when=marked(1 << i), late=True)
        for i, name in enumerate(rules.NAMES) if name != "duplicate_ack"
    ),
    Note(
        "tcp.analysis.duplicate_ack", "note", "Sequence", TEXTS["duplicate_ack"][2] + " (#{})", late=True,
        when=marked(rules.DUPLICATE), value=lambda h: verdicts(h).duplicate,
    ),
    *(
        Note(f"tcp.analysis.{name}", "note", "Sequence", text, when=when, late=True)
        for name, text, when in FAST_OPEN
    ),
)  # fmt: skip


def prefix(flags: int, duplicate: int = 0, duplicate_of: int = 0) -> str:
    """What the Info column begins with."""
    texts = [TEXTS[name][0] for i, name in enumerate(rules.NAMES) if flags >> i & 1]
    texts = [f"{text} {duplicate_of}#{duplicate}" if text == TEXTS["duplicate_ack"][0] else text for text in texts]
    return "".join(f"[{text}] " for text in reversed(texts))
