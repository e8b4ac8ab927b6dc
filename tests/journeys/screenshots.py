"""Takes the pictures of the README anew, and one of every main page for whoever wants to look at them all.

`make screenshots` runs it; it makes a demo library in a folder of its own and leaves no other trace.
"""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.browser import DESKTOP, HEIGHTS, PHONE, SCHEMES, launch, open_session, sign_in
from tests.journeys.served import contentlib, serve, wait_for_pictures
from tests.processes import ROOT, Processes

# What the README shows stands in the repository; the others are made for looking at.
KEPT, OTHERS = ROOT / "docs" / "pictures", ROOT / "var" / "screenshots"
DEAL, ACCOUNT = "TW-22142", "Kestonby Creameries"
CASE_STUDY = "orrin-dairy-unplanned-stops"

# In the README: name, page, width, scheme. The first screen says what the product is.
README = {("find", DESKTOP, "light"), ("personalise", DESKTOP, "light"), ("usage-to-close", DESKTOP, "light")}

REP_PAGES = {
    "find": "/?q=unplanned+stops&stage=decision",
    "asset": f"/assets/{CASE_STUDY}?q=stops",
    "personalise": f"/assets/{CASE_STUDY}/personalise",
    "deal": f"/deals/{DEAL}",
    "deals": "/deals",
}
LEAD_PAGES = {
    "usage-to-close": "/reports/usage-to-close",
    "behind-a-row": f"/reports/usage-to-close/{CASE_STUDY}",
    "library": "/library",
}


def main() -> None:
    """Make a demo library, serve it, and take the pictures."""
    for folder in (KEPT, OTHERS):
        folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="contentlib-screenshots-") as made,
        Processes(Path(made) / "processes") as processes,
        sync_playwright() as playwright,
    ):
        data = Path(made) / "data"
        print("Making the demo library.", flush=True)
        contentlib(processes, data, "demo")
        with serve(processes, data) as url:
            print("Waiting for its page pictures.", flush=True)
            wait_for_pictures(data)
            browser = launch(playwright)
            for name, act, pages in (
                (None, _nothing, {"sign-in": "/sign-in"}),
                ("Rita Vance", _work_on_a_deal, REP_PAGES),
                ("Leo Castellan", _nothing, LEAD_PAGES),
            ):
                # Two pixels for one, so that small type in the README stays sharp.
                with open_session(browser, url, device_scale_factor=2) as (page, _):
                    if name:
                        sign_in(page, name)
                    act(page)
                    for title, address in pages.items():
                        page.goto(address)
                        take(page, title)
            browser.close()


def _nothing(page: Page) -> None:
    pass


def _work_on_a_deal(page: Page) -> None:
    page.get_by_role("button", name="Work on it").first.click()
    page.get_by_role("region", name="The deal you are working on").get_by_role("link", name=ACCOUNT).wait_for()


def take(page: Page, title: str) -> None:
    """Take a page's first screen at both widths, light and dark."""
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_load_state("networkidle")
            picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
            folder = KEPT if (title, width, scheme) in README else OTHERS
            path = folder / f"{title}.webp" if folder == KEPT else folder / f"{title}-{width}-{scheme}.webp"
            picture.save(path, "WEBP", quality=84, method=6)
            print(f"{path.relative_to(ROOT)}, {path.stat().st_size // 1000} kB", flush=True)


if __name__ == "__main__":
    main()
