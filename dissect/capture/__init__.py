"""Capture files to packet records and back; knows no protocol.

    with open_source("trace.pcapng.gz") as source:
        for records in source.chunks():
            print(records.first, records.time, records.caplen)

A file is mapped, or decompressed into a mapped temporary file (:mod:`.spool`, :mod:`.feed`), or fetched into
one (:mod:`.remote`); its format (:mod:`.pcap`, :mod:`.pcapng`, :mod:`.snoop`) finds the records, many at once
(:mod:`.lanes`), and gives them as arrays (:mod:`.records`); a :class:`Source` hands them out in order or at random.
"""

from .errors import CaptureError
from .feed import is_address
from .opening import open_source
from .output import write_file
from .places import CHUNK
from .records import NO_TIME, Checkpoint, Interface, Records, Section
from .source import Source
from .writers import PcapngWriter, PcapWriter

__all__ = [
    "CHUNK",
    "NO_TIME",
    "CaptureError",
    "Checkpoint",
    "Interface",
    "PcapWriter",
    "PcapngWriter",
    "Records",
    "Section",
    "Source",
    "is_address",
    "open_source",
    "write_file",
]
