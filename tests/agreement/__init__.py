"""Our field values beside tshark's, packet for packet."""
