"""Fragments, path MTU and DF: the paths with their intervals, the findings, and the packets that prove them."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import DataTable, Footer, OptionList, Static, TabbedContent, TabPane
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

import dissect
from tui import workers
from tui.screens.main import Main
from tui.screens.save import SaveTable
from tui.telling import tell
from tui.widgets.fragment_map import fragment_map
from tui.widgets.grid import fill
from tui.widgets.scatter import scatter

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
MOST_PATHS, MOST_DATAGRAMS = 500, 500
BAR = 24  # characters of an interval's bar, which spans this many octets:
BAR_OCTETS = 1600


class PathMtu(Screen[int | str | None]):
    """Ends with the number of a packet to go to, a filter to apply, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "dismiss(None)", "Back"),
        Binding("tab", "app.focus_next", "Next pane", show=False),
        Binding("p", "pane('paths')", "Paths"),
        Binding("1", "tab('of-findings')", "Findings"),
        Binding("2", "tab('of-datagrams')", "Datagrams"),
        Binding("3", "tab('of-time')", "Timeline"),
        Binding("e", "evidence", "First evidence packet"),
        Binding("f", "filter", "Filter on it"),
        Binding("w", "save", "Write to a file"),
        Binding("question_mark,f1", "app.help", "Help", show=False),
    ]

    def __init__(self, main: Main) -> None:
        super().__init__()
        self._main = main
        main.examine()  # its trees and colours will have the findings as well
        self._report: dissect.Report | None = None
        self.timeline: workers.Timeline | None = None  # of the path under the cursor

    def compose(self) -> ComposeResult:
        """Paths above; below, findings and their evidence, or datagrams and their fragments."""
        yield Static("analysing …", id="summary", markup=False)
        yield DataTable(id="paths", cursor_type="row", zebra_stripes=True)
        with TabbedContent(initial="of-findings", id="tabs"):
            with TabPane("Findings", id="of-findings"), Horizontal():
                yield OptionList(id="codes")
                with Vertical(id="about"):
                    with VerticalScroll(id="words", can_focus=False):
                        yield Static("", id="finding", markup=False)
                    yield OptionList(id="evidence")
            with TabPane("Datagrams", id="of-datagrams"), Horizontal():
                yield DataTable(id="datagrams", cursor_type="row")
                with VerticalScroll(can_focus=False):
                    yield Static("", id="map", markup=False)
            with TabPane("Timeline", id="of-time"):
                yield Static("", id="timeline", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Analyse behind the screen."""
        self._analyse()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.workers.cancel_node(self)

    @work(thread=True, exclusive=True)
    def _analyse(self) -> None:
        worker = get_current_worker()
        report = dissect.analyse(self._main.reader(), progress=self._progress, cancel=lambda: worker.is_cancelled)
        tell(self, worker, self._show, report)

    def _progress(self, done: int, whole: int) -> None:
        tell(self, get_current_worker(), self._say, f"analysing … {done / max(whole, 1):.0%}")

    def _say(self, text: str) -> None:
        self.query_one("#summary", Static).update(text)

    def _show(self, report: dissect.Report) -> None:
        self._report = report
        limits = " ".join(report.limits) or "nothing stands in the way."
        self.query_one("#summary", Static).update(
            f"{report.packets:,} packets, {len(report.paths):,} paths, {len(report.datagrams):,} in fragments. "
            f" What this capture cannot tell: {limits}"
        )
        self._show_paths(report)
        self._show_datagrams(report)
        codes = self.query_one("#codes", OptionList)
        for finding in report.findings:
            codes.add_option(Option(Text(f"{finding.code} {finding.title}", style=COLOURS[finding.severity])))
        if report.findings:
            codes.highlighted = 0
            codes.focus()
        else:
            self.query_one("#finding", Static).update("No findings: nothing is wrong with fragments, path MTU or DF.")
            self.query_one("#paths").focus()

    def _show_paths(self, report: dissect.Report) -> None:
        titles = ("Source", "Destination", "Path MTU", "", "Packets", "DF", "MSS", "Too big", "Fragmented")
        rows = []
        for path in report.paths[:MOST_PATHS]:
            low, high = (w.size if w else None for w in (path.delivered, path.lost))
            numbers = (
                f"{path.packets:,}", f"{100 * path.df // max(path.packets, 1)} %", str(path.mss_announced or ""),
                str(path.too_big or ""), str(path.datagrams or ""),
            )  # fmt: skip
            known = path.interval().replace("path MTU", "MTU")
            rows.append([
                Text(path.source), Text(path.destination), Text(known), interval_bar(low, high),
                *(Text(number, justify="right") for number in numbers),
            ])  # fmt: skip
        fill(self.query_one("#paths", DataTable), titles, rows)

    def _show_datagrams(self, report: dissect.Report) -> None:
        rows = []
        for one in report.datagrams[:MOST_DATAGRAMS]:
            style = "" if one["status"] == "complete" else "yellow"
            cells = (one["source"], one["destination"], f"{one['ident']:#06x}", str(len(one["packets"])))
            rows.append([Text(c, style=style) for c in (*cells, str(one["length"] or "?"), one["status"])])
        titles = ("Source", "Destination", "Id", "Pieces", "Length", "Status")
        fill(self.query_one("#datagrams", DataTable), titles, rows)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """What the finding says, and its evidence."""
        if self._report is None or event.option_list.id != "codes":
            return
        finding = self._report.findings[event.option_index]
        self.query_one("#finding", Static).update("\n".join(finding_lines(finding)))
        evidence = self.query_one("#evidence", OptionList)
        evidence.clear_options()
        evidence.add_options([Option(Text(f"packet {e.packet}: {e.why}")) for e in finding.evidence])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the packet: of the evidence that was chosen, or the finding's first."""
        finding = self._finding()
        if event.option_list.id == "evidence" and finding is not None:
            self.dismiss(finding.evidence[event.option_index].packet)
        else:
            self.action_evidence()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The fragments of the datagram; what happened on the path."""
        if event.data_table.id == "paths" and self.query_one(TabbedContent).active == "of-time":
            self._tell_time()
        if event.data_table.id == "datagrams" and self._report is not None and self._report.datagrams:
            one = self._report.datagrams[event.cursor_row]
            self.query_one("#map", Static).update(fragment_map(one, max(self.size.width // 2 - 34, 16)))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Go to the datagram's first packet, or filter on the path."""
        if self._report is None:
            return
        if event.data_table.id == "datagrams":
            self.dismiss(self._report.datagrams[event.cursor_row]["packets"][0])
        else:
            self.dismiss(path_filter(self._report.paths[event.cursor_row]))

    def _finding(self) -> dissect.Finding | None:
        at = self.query_one("#codes", OptionList).highlighted
        return self._report.findings[at] if self._report is not None and at is not None else None

    def action_evidence(self) -> None:
        """Leave for the first packet of the chosen finding."""
        finding = self._finding()
        if finding is not None and finding.evidence:
            self.dismiss(finding.evidence[0].packet)

    def action_filter(self) -> None:
        """Leave, and filter on what has the focus: a path, a datagram, a finding."""
        if self._report is None:
            return
        at = self.focused.cursor_row if isinstance(self.focused, DataTable) else -1
        if at >= 0 and self.focused is not None and self.focused.id == "paths" and self._report.paths:
            self.dismiss(path_filter(self._report.paths[at]))
        elif at >= 0 and self._report.datagrams:
            numbers = ", ".join(map(str, self._report.datagrams[at]["packets"][:100]))
            self.dismiss(f"frame.number in {{{numbers}}}")
        else:
            finding = self._finding()
            self.dismiss(finding.filter if finding is not None and finding.filter else None)

    def action_tab(self, tab: str) -> None:
        """Findings, datagrams, or what happened on a path over time."""
        self.query_one(TabbedContent).active = tab
        self.query_one({"of-findings": "#codes", "of-datagrams": "#datagrams"}.get(tab, "#paths")).focus()
        if tab == "of-time":
            self._tell_time()

    def on_tabbed_content_tab_activated(self, event: TabbedContent.TabActivated) -> None:
        """A tab was clicked."""
        if event.pane.id == "of-time":
            self._tell_time()

    @property
    def _path(self) -> Any:
        at = self.query_one("#paths", DataTable).cursor_row
        known = self._report.paths if self._report is not None else []
        return known[at] if 0 <= at < len(known) else None

    def _tell_time(self) -> None:
        path = self._path
        if path is not None:
            self.query_one("#timeline", Static).update(f"{path.source} → {path.destination} …")
            self._time(path)

    @work(thread=True, exclusive=True, group="timeline")
    def _time(self, path: Any) -> None:
        worker = get_current_worker()
        found = workers.timeline(self._main.reader(), path.source, path.destination, lambda: worker.is_cancelled)
        tell(self, worker, self._show_time, path, found)

    def _show_time(self, path: Any, found: workers.Timeline) -> None:
        self.timeline = found
        shown = self.query_one("#timeline", Static)
        sent, told, again = (len(one[0]) for one in (found.sent, found.too_big, found.again))
        text = Text(f"{path.source} → {path.destination}: {sent:,} packets (cyan), ")
        text.append(f"{told:,} too-big messages at the MTU they tell (yellow), {again:,} sent again (magenta)\n")
        height = max(self.query_one("#tabs").size.height - 6, 5)
        series = [(x, y) for x, y, _ in (found.sent, found.too_big, found.again)]
        shown.update(text.append_text(scatter(series, max(self.size.width - 4, 40), height, "octets")))

    def action_pane(self, pane: str) -> None:
        """The paths."""
        self.query_one(f"#{pane}").focus()

    def action_save(self) -> None:
        """Write what has the focus to a file: paths, datagrams or findings."""
        if self._report is None:
            return
        name = self.focused.id if self.focused is not None else ""
        if self.query_one(TabbedContent).active == "of-time" and self.timeline is not None:
            columns, rows = ["what", "seconds", "octets", "packet"], time_rows(self.timeline)
        else:
            columns, rows = table_of(self._report, name or "")
        self.app.push_screen(SaveTable(columns, rows))


def table_of(report: dissect.Report, name: str) -> tuple[list[str], list[list[Any]]]:
    """Column names and rows of one of the screen's tables."""
    if name == "paths":
        columns = ["source", "destination", "path_mtu", "packets", "df", "mss", "too_big", "datagrams"]
        return columns, [
            [p.source, p.destination, p.interval(), p.packets, p.df, p.mss_announced, p.too_big, p.datagrams]
            for p in report.paths
        ]
    if name == "datagrams":
        columns = ["source", "destination", "ident", "packets", "offsets", "sizes", "length", "status"]
        return columns, [[one[column] for column in columns] for one in report.datagrams]
    columns = ["code", "severity", "title", "source", "destination", "what", "remedy", "packets"]
    return columns, [
        [f.code, f.severity, f.title, f.source, f.destination, f.what, f.remedy, [e.packet for e in f.evidence]]
        for f in report.findings
    ]


def time_rows(found: workers.Timeline) -> list[list[Any]]:
    """What happened, in order."""
    kinds = {"sent": found.sent, "too big": found.too_big, "sent again": found.again}
    rows = [[kind, *one] for kind, columns in kinds.items() for one in zip(*(c.tolist() for c in columns), strict=True)]
    return sorted(rows, key=lambda row: row[1])


def path_filter(path: Any) -> str:
    """The packets of a path."""
    ip = "ipv6" if ":" in path.source else "ip"
    return f"{ip}.src == {path.source} && {ip}.dst == {path.destination}"


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
    lines = [f"{finding.code} {finding.severity}: {finding.title}", where, "", finding.what]
    lines += ["", f"Cause: {finding.cause}", f"Remedy: {finding.remedy}"]
    lines += [f"Source: {', '.join(finding.references)}"] if finding.references else []
    return [*lines, f"Filter: {finding.filter}"]
