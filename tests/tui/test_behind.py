"""The thread behind the screen."""

from __future__ import annotations

import threading
import time

import dissect
from tests.corpus import SAMPLES
from tui.behind import Behind


def test_a_wish_that_comes_when_all_is_handed_over_keeps_nobody_busy() -> None:
    with dissect.open(str(SAMPLES / "dns-silent.pcap")) as cap:
        behind = Behind(cap, lambda number, rows: None, lambda packet: None, lambda part: None)
        rounds, ended, handed = [0], threading.Event(), threading.Event()

        def cancelled() -> bool:
            rounds[0] += 1
            return ended.is_set()

        behind.told(len(cap), ended=True)
        thread = threading.Thread(target=behind.run, args=(cancelled, lambda total: handed.set()))
        thread.start()
        assert handed.wait(30)
        behind.wish_tree(0)
        before = rounds[0]
        time.sleep(0.5)
        after = rounds[0]
        ended.set()
        thread.join(30)
    assert after - before < 20
    assert not thread.is_alive()
