"""Draw the pictures of the terminal interface for the README: `python docs/screenshots.py`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import dissect  # noqa: E402
from tui.app import Dissect  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PICTURES = {
    "list.svg": ("samples/tour.pcapng", ["slash", *"tcp.port == 80", "enter", "tab", "down", "down", "down", "enter"]),
    "path-mtu.svg": ("samples/blackhole-recovered-v4.pcap", ["m"]),
    "fragments.svg": ("samples/odd-fragments-v4.pcap", ["m", "2", "down"]),
    "filter.svg": ("samples/tour.pcapng", ["slash", *"tcp.flags"]),
}


async def draw(name: str, capture: str, keys: list[str]) -> None:
    """One picture, when nothing moves any more."""
    app = Dissect(dissect.open(capture))
    app.animation_level = "none"
    async with app.run_test(size=(132, 38)) as pilot:
        main = app._main

        async def rest() -> None:
            before, same = "", 0
            while same < 3 or main.mapping or not main.packets.examined or main.note:
                await pilot.pause(0.1)
                now = app.export_screenshot()
                before, same = now, same + 1 if now == before else 0

        await rest()
        for key in keys:
            await pilot.press("space" if key == " " else key)
            await pilot.pause(0.05)
        await rest()
        app.cursor_blink = False
        app.save_screenshot(name, str(IMAGES))


def main() -> None:
    """All pictures."""
    import os
    import tempfile

    os.environ["DISSECT_CONFIG"] = os.path.join(tempfile.mkdtemp(), "settings.toml")
    os.chdir(ROOT)
    IMAGES.mkdir(exist_ok=True)
    for name, (capture, keys) in PICTURES.items():
        asyncio.run(draw(name, capture, keys))


if __name__ == "__main__":
    main()
