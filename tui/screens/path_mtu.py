"""Fragments, path MTU and DF: the paths with their intervals, the findings, and the packets that prove them."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import DataTable, Footer, OptionList, Static
from textual.widgets.option_list import Option

import dissect
from tui.screens.main import Main

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
MOST_PATHS = 500
BAR = 24  # characters of an interval's bar, which spans this many octets:
BAR_OCTETS = 1600


class PathMtu(Screen[int | None]):
    """Ends with the number of a packet to go to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "dismiss(None)", "Back"),
        Binding("e", "evidence", "First evidence packet"),
    ]

    def __init__(self, main: Main) -> None:
        super().__init__()
        self._capture = main.capture
        self._report: dissect.Report | None = None

    def compose(self) -> ComposeResult:
        """Paths above; findings and what they say below."""
        yield Static("analysing …", id="summary", markup=False)
        yield DataTable(id="paths", cursor_type="row", zebra_stripes=True)
        with Horizontal(id="findings"):
            yield OptionList(id="codes")
            with VerticalScroll():
                yield Static("", id="finding", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Analyse in the background."""
        self._analyse()

    @work(thread=True, exclusive=True)
    def _analyse(self) -> None:
        report = dissect.analyse(self._capture.twin())
        self.app.call_from_thread(self._show, report)

    def _show(self, report: dissect.Report) -> None:
        self._report = report
        limits = " ".join(report.limits) or "nothing stands in the way."
        self.query_one("#summary", Static).update(
            f"{report.packets:,} packets, {len(report.paths):,} paths, {len(report.datagrams):,} in fragments. "
            f" What this capture cannot tell: {limits}"
        )
        table = self.query_one("#paths", DataTable)
        table.add_columns("Source", "Destination", "Path MTU", "", "Packets", "DF", "MSS", "Too big", "Fragmented")
        for path in report.paths[:MOST_PATHS]:
            low, high = (w.size if w else None for w in (path.delivered, path.lost))
            table.add_row(
                path.source, path.destination, path.interval().replace("path MTU", "MTU"), interval_bar(low, high),
                f"{path.packets:,}", f"{100 * path.df // max(path.packets, 1)} %", str(path.mss_announced or ""),
                str(path.too_big or ""), str(path.datagrams or ""),
            )  # fmt: skip
        codes = self.query_one("#codes", OptionList)
        for finding in report.findings:
            codes.add_option(Option(Text(f"{finding.code} {finding.title}", style=COLOURS[finding.severity])))
        if report.findings:
            codes.highlighted = 0
            codes.focus()
        else:
            self.query_one("#finding", Static).update("No findings: nothing is wrong with fragments, path MTU or DF.")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """What the finding says."""
        if self._report is not None:
            finding = self._report.findings[event.option_index]
            self.query_one("#finding", Static).update("\n".join(finding_lines(finding)))

    def on_option_list_option_selected(self, _: OptionList.OptionSelected) -> None:
        """Go to its first packet."""
        self.action_evidence()

    def action_evidence(self) -> None:
        """Leave for the first packet of the chosen finding."""
        at = self.query_one("#codes", OptionList).highlighted
        if self._report is not None and at is not None:
            self.dismiss(self._report.findings[at].evidence[0].packet)


def interval_bar(delivered: int | None, lost: int | None) -> Text:
    """Delivered sizes green, lost ones red, and what is not known between them."""
    scale = max(BAR_OCTETS, lost or 0, delivered or 0)
    good = round(BAR * (delivered or 0) / scale)
    bad = round(BAR * (lost or scale) / scale) if lost else BAR
    text = Text("█" * good, style="green")
    text.append("░" * max(bad - good, 0), style="dim")
    text.append("█" * (BAR - max(bad, good)), style="red")
    return text


def finding_lines(finding: dissect.Finding) -> list[str]:
    """A finding in words."""
    where = f"{finding.source} → {finding.destination}" if finding.destination else finding.source
    lines = [f"{finding.code} {finding.severity}: {finding.title}", where, "", finding.what, ""]
    lines += [f"packet {e.packet}: {e.why}" for e in finding.evidence[:12]]
    lines += ["", f"Cause: {finding.cause}", f"Remedy: {finding.remedy}"]
    lines += [f"Source: {', '.join(finding.references)}"] if finding.references else []
    return [*lines, f"Filter: {finding.filter}"]
