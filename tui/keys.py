"""Keys as they are printed on the keyboard."""

from __future__ import annotations

NAMES = {
    "slash": "/", "question_mark": "?", "full_stop": ".", "comma": ",", "less_than_sign": "<", "plus": "+",
    "greater_than_sign": ">", "minus": "-", "pagedown": "Page Down", "pageup": "Page Up", "down": "↓", "up": "↑",
    "left": "←", "right": "→", "right_square_bracket": "]", "left_square_bracket": "[",
}  # fmt: skip


def shown_keys(keys: str) -> str:
    """Keys as they are printed on the keyboard."""
    return ", ".join(NAMES.get(key) or "+".join(part.capitalize() if len(part) > 1 else part for part in key.split("+"))
                     for key in keys.split(","))  # fmt: skip
