"""Conversation state: what a packet's fields owe to other packets.  Passes hold state and do no decoding of bytes."""
