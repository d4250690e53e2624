"""The pictures of the README, taken from the demo; `make screenshots` writes those that are committed."""

import base64
import datetime
import os
import pathlib
import unittest

from support import ROOT, BrowserTest, expect, type_until, until

COMMITTED = ROOT / "docs/images"
FOLDER = pathlib.Path(os.environ.get("NODUS_SCREENSHOTS") or ROOT / ".build/screenshots")
BYTES_MAX = 200_000
# Of 255, over all of the picture made small: fonts and weekdays differ among machines, another theme or layout is far off.
DIFFERENCE_MAX = 8

# The sizes of two pictures, and how far their colours are apart on the average.
COMPARE = """async (urls) => {
  const [one, other] = await Promise.all(urls.map(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [80, 80];
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, 80, 80);
    return { size: [image.width, image.height], data: context.getImageData(0, 0, 80, 80).data };
  }));
  const sum = one.data.reduce((total, value, index) => total + Math.abs(value - other.data[index]), 0);
  return { sizes: [one.size, other.size], difference: sum / (80 * 80 * 3) };
}"""


def evening():
    """A time zone where it is between eight and nine: the demo's messages are hours old, and so fall on the same days."""
    offset = (20 - datetime.datetime.now(datetime.timezone.utc).hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


class ScreenshotsTest(BrowserTest):
    options = ["--demo"]

    def enter(self, name, **context):
        # Its own browser storage, so that nobody is remembered.
        window = self.window(timezone_id=evening(), **context)
        window.page.click(f"button.person:has-text('{name}')")
        window.page.wait_for_selector(".app")
        return window

    def take(self, window, name, background, writer):
        page = window.page
        typing = page.locator(".typing-line", has_text="is typing")
        field = writer.page.locator("#composer")
        type_until(typing, (field, "On my way"))
        for part in [".row .quote", ".row .reaction", ".row .mark", ".composer .send"]:
            expect(page.locator(f"{part} >> visible=true").last).to_be_in_viewport()
        self.assertEqual(page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()"), background)
        self.assertEqual(page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0)
        self.assertEqual(page.locator(".toast >> visible=true").count(), 0)
        page.mouse.move(0, 0)

        def shot():
            type_until(typing, (field, "On my way"))
            picture = page.screenshot(animations="disabled")
            return picture if typing.count() else None

        picture = until("a picture while somebody types", shot)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(picture)
        self.assertLess(len(picture), BYTES_MAX)
        self.compare(name, picture)
        window.check()

    def compare(self, name, picture):
        committed = (COMMITTED / f"{name}.png").read_bytes()
        page = self.browser.new_page()
        self.addCleanup(page.close)
        urls = [f"data:image/png;base64,{base64.b64encode(each).decode()}" for each in [picture, committed]]
        result = page.evaluate(COMPARE, urls)
        self.assertEqual(*result["sizes"], f"docs/images/{name}.png is of another size: make screenshots")
        self.assertLess(result["difference"], DIFFERENCE_MAX, f"docs/images/{name}.png is stale: make screenshots")

    def test_pictures_of_the_readme(self):
        ben = self.enter("Ben")
        ben.open("Saturday hike")
        # What is new is told once; all pictures show the chat as it is read.
        first = self.enter("Anna")
        first.open("Saturday hike")
        expect(first.page.locator(".is-open")).to_have_count(1)
        expect(first.page.locator(".is-open .badge")).to_have_count(0)
        first.context.close()
        self.people.remove(first)
        desk = {"viewport": {"width": 1200, "height": 760}}
        phone = {
            "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
        }
        for name, scheme, background, context in [
            ("light", "light", "#f3efe7", desk), ("dark", "dark", "#16191a", desk), ("phone", "light", "#f3efe7", phone),
        ]:
            with self.subTest(name):
                anna = self.enter("Anna", color_scheme=scheme, **context)
                anna.open("Saturday hike")
                anna.sees("See you on platform 4")
                ben.page.fill("#composer", "")
                self.take(anna, name, background, ben)


if __name__ == "__main__":
    unittest.main()
