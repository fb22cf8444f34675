"""The terminal interface: `dissect FILE`.  It uses what `dissect` exports and does no decoding of its own."""
