"""`dissect follow`: the content of a stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from dissect.cli import common

if TYPE_CHECKING:
    from dissect.follow import Said

RULE = "=" * 67


@click.command("follow")
@click.argument("files", nargs=-1, required=True)
@click.argument("protocol", type=click.Choice(["tcp", "udp", "tls", "http", "http2"]))
@click.argument("number", type=click.IntRange(min=0))
@click.option("--as", "form", type=click.Choice(["ascii", "hex", "raw", "yaml"]), default="ascii", show_default=True)
@click.option("--side", type=click.Choice(["both", "first", "second"]), default="both", show_default=True,
              help="Whose words: of who spoke first, of the other, or of both.")  # fmt: skip
@click.option("--substream", type=click.IntRange(min=0), help="Of http2: only this stream of the connection.")
@click.option("-w", "write", type=click.Path(dir_okay=False), metavar="OUT", help="Write to a file.")
@common.decode_as_option
def command(
    files: Sequence[str], protocol: str, number: int, form: str, side: str, substream: int | None, write: str | None,
    decode_as: Sequence[str],
) -> int:  # fmt: skip
    """What the ends of PROTOCOL's stream NUMBER (as in tcp.stream) said, in FILES (in sequence).

    Of tls: what was sealed in TCP's stream, decrypted with the file's own secrets or those of --keylog.  Of http and
    http2: the messages of TCP's stream, their headers, and bodies without chunks and compression.
    """
    from dissect.follow import stream_content
    from dissect.follow_http import PROTOCOLS, http_content

    if substream is not None and protocol != "http2":
        raise click.UsageError("--substream is for http2")

    if form == "raw" and write is None and sys.stdout.isatty():
        raise click.UsageError("raw octets do not go to a terminal; add -w OUT, or choose --as hex")
    with common.opened(files, common.registry(decode_as)) as capture:
        try:
            if protocol in PROTOCOLS:
                ends, said = http_content(capture, protocol, number, substream)
            else:
                ends, said = stream_content(capture, protocol, number)
        except KeyError:
            raise click.UsageError(f"{', '.join(files)} has no {protocol} stream {number}; they count from 0") from None
        if protocol == "tls" and not said:
            note = f"nothing of tcp stream {number} could be decrypted; --keylog FILE names secrets"
            print(f"dissect: {note}", file=sys.stderr)
        code = common.report_damage(capture)
    wanted = {"both": (0, 1), "first": (0,), "second": (1,)}[side]
    said = [one for one in said if one.end in wanted]
    if form == "raw":
        data = b"".join(one.data for one in said)
    else:
        carrier = "udp" if protocol == "udp" else "tcp"
        title = f"Follow: {protocol},{form}\nFilter: {carrier}.stream eq {number}"
        data = ("\n".join(STREAM_FORMS[form](title, ends, said)) + "\n").encode()
    if write is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        from dissect.capture import write_file

        write_file(write, data)
    return code


def head(title: str, ends: list[str]) -> Iterator[str]:
    """What stands above the content."""
    yield RULE
    yield title
    for number, end in enumerate(ends):
        yield f"Node {number}: {end}"


def as_ascii(title: str, ends: list[str], said: list[Said]) -> Iterator[str]:
    """Text as it is read; what is not printable becomes dots.  The second end's is indented."""
    yield from head(title, ends)
    for one in said:
        indent = "\t" * one.end
        if one.missing:
            yield f"{indent}[{one.missing} bytes missing in capture file]"
        yield f"{indent}{len(one.data)}"
        for line in one.data.decode("latin-1").split("\n"):
            yield indent + "".join(c if " " <= c <= "~" or c == "\t" else "." for c in line.rstrip("\r"))
    yield RULE


def as_hex(title: str, ends: list[str], said: list[Said]) -> Iterator[str]:
    """Offsets, hex and text.  The second end's is indented."""
    from dissect.cli.show_command import hex_lines

    yield from head(title, ends)
    for one in said:
        indent = "    " * one.end
        if one.missing:
            yield f"{indent}[{one.missing} bytes missing in capture file]"
        yield from (indent + line for line in hex_lines(one.data))
    yield RULE


def as_yaml(title: str, ends: list[str], said: list[Said]) -> Iterator[str]:
    """The peers, and each piece with its packet, in base 64."""
    import base64

    yield from (f"# {line}" for line in title.splitlines())
    yield "peers:"
    for number, end in enumerate(ends):
        host, _, port = end.rpartition(":")
        yield from (f"  - peer: {number}", f'    host: "{host.strip("[]")}"', f"    port: {port}")
    yield "packets:"
    for one in said:
        yield from (f"  - packet: {one.packet}", f"    peer: {one.end}")
        if one.missing:
            yield f"    missing: {one.missing}"
        yield f"    data: !!binary {base64.b64encode(one.data).decode()}"


STREAM_FORMS: dict[str, Callable[[str, list[str], list[Said]], Iterator[str]]] = {
    "ascii": as_ascii, "hex": as_hex, "yaml": as_yaml,
}  # fmt: skip
