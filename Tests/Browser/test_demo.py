"""A demo: entering as somebody who is made up, another one in each window."""

import unittest

from support import BrowserTest, expect


class DemoTest(BrowserTest):
    options = ["--demo"]

    def enter(self, page, name):
        page.click(f"button.person:has-text('{name}')")
        page.wait_for_selector(".app")

    def test_two_windows_are_two_people(self):
        anna = self.window()
        self.enter(anna.page, "Anna")
        anna.open("Saturday hike")
        anna.sees("See you on platform 4")
        # The same browser, so that it knows of the first one.
        other = anna.context.new_page()
        other.goto(self.server.url)
        self.enter(other, "Ben")
        other.click(".chat-item:has-text('Saturday hike')")
        other.fill("#composer", "No umbrella then")
        other.press("#composer", "Enter")
        anna.sees("No umbrella then")
        # A window stays who it is.
        for page, side in [(anna.page, "other"), (other, "own")]:
            page.reload()
            expect(page.locator(f".{side} .bubble:has-text('No umbrella then')")).to_be_visible()
        self.check()

    def test_somebody_new_meets_them(self):
        eve = self.account("Eve")
        window = self.person(eve)
        anna = self.window()
        self.enter(anna.page, "Anna")
        chat = eve.direct(type("Known", (), {"id": 1}))
        eve.say(chat, "Are you real?")
        anna.open("Eve")
        anna.sees("Are you real?")
        anna.write("Not at all")
        window.open("Anna")
        window.sees("Not at all")
        self.check()


if __name__ == "__main__":
    unittest.main()
