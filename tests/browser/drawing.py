"""Pictures as people have them in their telephones, for whoever puts one somewhere by hand.

What they must not do: have a name that may be seen; ours holds a number that nobody's page may show.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect


def picture(colour: str = "red", kind: str = "PNG", name: str = "211062-5629 kort.png") -> FilePayload:
    """A file to choose."""
    out = BytesIO()
    Image.new("RGB", (400, 300), colour).save(out, kind)
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": out.getvalue()}


def put_pictures(page: Page) -> None:
    """Two beside the public answer, one of them described; once, however often it is looked at."""
    form = page.locator("form.pane[data-mode=public]")
    if not form.locator(".attached").count():
        form.locator("input[type=file]").set_input_files([picture("seagreen"), picture("peru", "JPEG")])
        expect(form.locator(".attached")).to_have_count(2)
        form.locator(".attached textarea").first.fill("Kort over de to genbrugspladser")
    expect(form.locator(".measure .guard")).to_be_visible()
