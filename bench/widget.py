"""The chat on the website of a gemeente, on a slow phone: from the tap on the button to the first answer.

python bench/widget.py — a processor four times slower, 400 kbit/s, every answer of the network 400 ms late. The bot is
scripted: what is measured is what the phone has to fetch and do. Floor: 6 s for an answer, 150 KB in all.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, async_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from actions.content import load_content
from channels.settings import ROOT
from channels.words import load_words
from tests.webchat.hosts.place import Place, stand

ROUNDS = 5
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
PHONE = {"width": 390, "height": 844}


async def visit(browser: Browser, place: Place, *, slow: bool) -> tuple[float, float, int]:
    """One visit: seconds from the tap to a page one can write on, and to an answer; bytes over the line."""
    context = await browser.new_context(viewport=PHONE, locale="nl-NL")
    page, sizes = await context.new_page(), list[int]()
    line = await context.new_cdp_session(page)
    await line.send("Network.enable")
    line.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    if slow:
        await line.send("Network.emulateNetworkConditions", SLOW)
        await line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    await page.goto(f"{place.website}strict")
    await page.locator("[role=region] button[aria-haspopup=dialog]").wait_for()
    sizes.clear()
    start = time.perf_counter()
    await page.locator("[role=region] button[aria-haspopup=dialog]").click()
    chat = page.frame_locator("[role=dialog] iframe")
    await chat.locator("#send:not([disabled])").wait_for()
    ready = time.perf_counter() - start
    await chat.locator("#say").fill("bron")
    await chat.locator("#say").press("Enter")
    await chat.locator("article.bot[data-key='answer.shelter_access']").wait_for()
    answered = time.perf_counter() - start
    await context.close()
    return ready, answered, sum(sizes)


async def measure(place: Place) -> int:
    """Print the figures; 0 when they keep the floor."""
    async with async_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        fast = [await visit(browser, place, slow=False) for _ in range(ROUNDS)]
        slow = [await visit(browser, place, slow=True) for _ in range(ROUNDS)]
        await browser.close()
    for name, visits in (("this machine", fast), ("slow phone", slow)):
        ready, answered, sent = (median(one[part] for one in visits) for part in range(3))
        print(f"{name:<14} page {ready:5.2f} s   first answer {answered:5.2f} s   {sent / 1024:5.1f} KB")
    return 0 if median(one[1] for one in slow) <= 6 else 1


def main() -> int:
    """Everything on loopback, in a folder that goes."""
    words = load_words(load_content(ROOT / "data"), ROOT / "locales")
    with tempfile.TemporaryDirectory() as folder:
        for place in stand(Path(folder), words):
            return asyncio.run(measure(place))
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
