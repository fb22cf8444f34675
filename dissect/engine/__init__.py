"""The engine: a layer declared once, evaluated per packet into a tree and per batch into columns."""
