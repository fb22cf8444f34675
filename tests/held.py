"""What is held of a capture: objects and octets more than before, for tests that it is few."""

from __future__ import annotations

import gc
import io
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from tests.capture.files import paced, pcap


def capture(packets: Iterable[bytes]) -> io.BytesIO:
    """Packets in a capture, a microsecond apart."""
    return io.BytesIO(pcap(paced(packets, 1)))


@contextmanager
def traced() -> Iterator[None]:
    """Allocations are looked at meanwhile; a decorator of tests, too."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def more(job: Callable[[], object]) -> tuple[int, int]:
    """Objects and octets that there are more once a job is done, what it returns among them."""
    gc.collect()
    before = tracemalloc.take_snapshot()
    result = job()
    gc.collect()
    differences = tracemalloc.take_snapshot().compare_to(before, "filename")
    del result
    return sum(one.count_diff for one in differences), sum(one.size_diff for one in differences)
