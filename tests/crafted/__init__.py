"""Packets made by hand from the standards, one module a protocol: what the captures at hand do not show.

A module says `LAYERS` (those whose fields are looked at), `LINK` (the link type) and `PACKETS`.  What tshark says of
them is recorded in `answers/`, so that our values are held to it where there is no tshark; where there is one, of the version
recorded, the recording is held to it.  After a change of packets: `python -m tests.crafted.record [MODULE...]`.
"""
