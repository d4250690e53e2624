"""What the page loads first: all that the first page needs, and nothing that opens later."""

import json
import os.path
import re
import unittest

from support import ROOT, BrowserTest, expect, until

WEB = ROOT / "Web"
# `main.js` imports it by itself.
ENTRIES = ["/app/main.js", "/app/app.js"]

IMPORT = re.compile(r"^(?:import|export)\s+(?:[\w*{}\s,]+\sfrom\s+)?'([./][^']+)';", re.MULTILINE)
EXPORT = re.compile(r"^export (?:async function|function|class|const) (\w+)", re.MULTILINE)


def needed(path, found):
    if path in found:
        return
    found.add(path)
    for name in IMPORT.findall((WEB / path[1:]).read_text()):
        needed(name if name.startswith("/") else os.path.normpath(f"{os.path.dirname(path)}/{name}"), found)


def needed_first():
    found = set()
    for entry in ENTRIES:
        needed(entry, found)
    return found


class LoadingTest(BrowserTest):
    def test_what_the_first_page_needs_is_one_file(self):
        window = self.window()
        html = window.page.request.get(self.server.url).text()
        names = json.loads(re.search(r'type="importmap">(.*?)</script>', html).group(1))["imports"]
        joined = names["/app/app.js"]
        together = {path for path, name in names.items() if name == joined}
        self.assertEqual(sorted(together), sorted(needed_first() - {"/app/main.js"}))

    def test_what_is_joined_has_no_name_of_the_browsers(self):
        # It would stand in its way in every module of the file.
        names = [name for path in needed_first() for name in EXPORT.findall((WEB / path[1:]).read_text())]
        self.assertIn("Nodus", names)
        taken = self.window().page.evaluate("(names) => ['open', ...names].filter((name) => name in globalThis)", names)
        self.assertEqual(taken, ["open"])

    def test_what_opens_later_is_there_without_the_network(self):
        a, b = self.account("Ann"), self.account("Bob")
        a.say(a.direct(b), "Before the tunnel")
        ann = self.person(a).open("Bob")
        ann.sees("Before the tunnel")
        # They come by themselves, behind the first page.
        loaded = "performance.getEntriesByType('resource').map((each) => new URL(each.name).pathname).join()"
        for name in ["/app/emoji.", "/app/panels/search.", "/app/dialogs/profile."]:
            until(name, lambda: name in ann.page.evaluate(loaded))
        ann.page.wait_for_load_state("networkidle")
        ann.context.set_offline(True)
        ann.page.click(".composer .icon-button")
        expect(ann.page.locator(".emoji-picker")).to_be_visible()
        ann.page.keyboard.press("Escape")
        ann.page.click("button.me")
        expect(ann.page.locator("dialog")).to_be_visible()

    def test_a_second_click_while_a_dialog_comes_opens_no_second_one(self):
        held = []
        window = self.window()
        window.context.route(re.compile(r"/app/dialogs/profile\.[0-9a-f]+\.js$"), lambda route: held.append(route))
        window.sign_in(self.account("Ann"))
        window.page.click("button.me")
        window.page.click("button.me")
        until("it is asked for", lambda: held or window.page.wait_for_timeout(10))
        for route in held:
            route.continue_()
        expect(window.page.locator("dialog").first).to_be_visible()
        self.assertEqual(window.page.locator("dialog").count(), 1)

    def test_a_part_that_failed_is_had_when_it_is_asked_for_again(self):
        a, b = self.account("Ann"), self.account("Bob")
        a.say(a.direct(b), "Before the failure")
        window = self.window()
        # Under its own name it cannot be had.
        window.context.route(re.compile(r"/app/panels/search\.[0-9a-f]+\.js$"), lambda route: route.abort())
        window.sign_in(a).open("Bob")
        window.page.wait_for_load_state("networkidle")
        until("the panel opens", lambda: self.opens_search(window.page))

    def opens_search(self, page):
        page.click("[aria-label='Search in this chat']")
        return page.locator("aside input[type=search]").is_visible()


if __name__ == "__main__":
    unittest.main()
