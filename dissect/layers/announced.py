"""What other connections have announced of a header's endpoints: see passes.media.  A packet that stands alone: nothing."""

from __future__ import annotations

from typing import Any

RTP_PORT, RTCP_PORT, FTP_DATA, TFTP_TRANSFER, QUIC_PEER, GQUIC_PEER = 1, 2, 3, 4, 5, 6


def told(p: Any) -> Any:
    """What has been announced of a payload's endpoints."""
    return 0 if p.h.streams is None else p.h.streams.media(p.h)
