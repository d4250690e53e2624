"""For people who do not see the page, or use it without a pointer: axe finds nothing serious."""

import unittest

from axe_playwright_python.sync_playwright import Axe
from support import BrowserTest, expect

SERIOUS = {"serious", "critical"}


class AccessTest(BrowserTest):
    def audit(self, person, place):
        # The rules that need color mixing see a shadow or an animation end first.
        person.page.wait_for_timeout(300)
        results = Axe().run(person.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
        faults = [
            f"{fault['id']} ({fault['impact']}) {fault['help']}: {[node['html'][:160] for node in fault['nodes'][:3]]}"
            for fault in results.response["violations"] if fault["impact"] in SERIOUS
        ]
        self.assertEqual(faults, [], place)

    def tour(self, **context):
        a, b = self.account("Ann Lindqvist"), self.account("Боб Окафор")
        chat = a.group("Garden club", b)
        a.direct(b)
        message = b.say(chat, "See https://example.org and `code`")
        b.say(chat, "Unread", reply_to_id=message["id"])
        b.call("POST", f"/messages/{message['id']}/reactions", {"emoji": "👍"})
        a.call("POST", f"/messages/{message['id']}/reactions", {"emoji": "❤️"})
        gone = a.say(chat, "Gone")
        a.call("DELETE", f"/messages/{gone['id']}")
        ann = self.window(**context)
        self.audit(ann, "signing in")
        ann.sign_in(a)
        ann.page.wait_for_selector(".chat-item")
        self.audit(ann, "the list")
        ann.open("Garden club")
        ann.sees("Unread")
        self.audit(ann, "a chat")
        ann.page.locator("#composer").fill("x")
        ann.page.locator("#composer").fill("")
        ann.page.locator(".icon-button[aria-label='Chat details'], .icon-button[aria-label='О чате']").click()
        ann.page.wait_for_selector(".member")
        self.audit(ann, "the details")
        ann.page.keyboard.press("Escape")
        ann.page.locator(".bubble", has_text="Unread").click(button="right")
        self.audit(ann, "a menu")
        ann.page.keyboard.press("Escape")
        ann.page.locator(".composer .icon-button").first.click()
        ann.page.wait_for_selector(".emoji-picker")
        self.audit(ann, "the emoji")
        ann.page.keyboard.press("Escape")
        return ann

    def test_the_audit_finds_a_planted_fault(self):
        ann = self.window()
        ann.page.wait_for_selector("form")
        ann.page.evaluate("document.querySelector('form').append(document.createElement('button'))")
        with self.assertRaisesRegex(AssertionError, "button-name"):
            self.audit(ann, "signing in")

    def test_light(self):
        ann = self.tour()
        ann.page.click(".me")
        ann.page.wait_for_selector("dialog[open]")
        self.audit(ann, "the settings")
        ann.page.keyboard.press("Escape")
        ann.page.click("[aria-label='New chat']")
        ann.page.wait_for_selector("dialog[open]")
        self.audit(ann, "a new chat")
        self.check()

    def test_dark_and_russian(self):
        self.tour(color_scheme="dark", locale="ru-RU")
        self.check()

    def test_on_a_phone(self):
        ann = self.tour(viewport={"width": 360, "height": 740})
        width = ann.page.evaluate("document.documentElement.scrollWidth")
        self.assertLessEqual(width, 360)
        expect(ann.page.locator(".sidebar")).to_be_hidden()
        ann.page.click("[aria-label='Back to the chats']")
        expect(ann.page.locator(".sidebar")).to_be_visible()
        self.check()

    def test_all_of_it_is_reached_with_the_keyboard(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Keys", b)
        b.say(chat, "One")
        mine = a.say(chat, "Two")
        ann = self.window()
        ann.page.wait_for_selector("form")
        ann.page.keyboard.press("Tab")
        ann.page.keyboard.type(a.email)
        ann.page.keyboard.press("Tab")
        ann.page.keyboard.type("correct horse")
        ann.page.keyboard.press("Enter")
        ann.page.wait_for_selector(".chat-item")
        ann.page.keyboard.press("Control+k")
        ann.page.keyboard.press("ArrowDown")
        ann.page.keyboard.press("Enter")
        expect(ann.page.locator("#composer")).to_be_focused()
        ann.sees("Two")
        ann.page.keyboard.press("Shift+ArrowUp")
        expect(ann.page.locator(".message:focus")).to_contain_text("Two")
        ann.page.keyboard.press("ArrowUp")
        expect(ann.page.locator(".message:focus")).to_contain_text("One")
        ann.page.keyboard.press("ArrowDown")
        ann.page.keyboard.press("Enter")
        expect(ann.page.locator("[role=menuitem]").first).to_be_focused()
        ann.page.keyboard.press("Escape")
        expect(ann.page.locator(".message:focus")).to_contain_text("Two")
        ann.page.keyboard.press("Delete")
        ann.page.wait_for_selector("dialog")
        ann.page.keyboard.press("Tab")
        ann.page.keyboard.press("Enter")
        expect(ann.page.locator(".text.is-deleted")).to_be_visible()
        self.assertTrue(a.call("GET", f"/messages/{mine['id']}")["is_deleted"])
        self.check()

    def test_the_messages_are_one_stop_of_the_tab_key(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Stops", b)
        for text in ["One", "Two", "Three"]:
            b.say(chat, text)
        ann = self.person(a).open("Stops")
        ann.sees("Three")
        ann.page.fill("#composer", "Half a thought")
        ann.page.keyboard.press("Shift+Tab")
        ann.page.keyboard.press("Shift+Tab")
        focused = ann.page.locator(".message:focus")
        expect(focused).to_contain_text("Three")
        self.assertRegex(focused.get_attribute("aria-label"), "^Bob: Three, ")
        ann.page.keyboard.press("ArrowUp")
        expect(focused).to_contain_text("Two")
        # It is where they were.
        ann.page.keyboard.press("Escape")
        expect(ann.page.locator("#composer")).to_be_focused()
        b.say(chat, "Four")
        ann.sees("Four")
        expect(ann.page.locator(".message[tabindex='0']")).to_have_count(1)
        expect(ann.page.locator(".message[tabindex='0']")).to_contain_text("Two")
        # Out of a menu with the same key.
        ann.page.locator(".message[tabindex='0']").focus()
        ann.page.keyboard.press("Enter")
        expect(ann.page.locator(".menu")).to_be_visible()
        ann.page.keyboard.press("Tab")
        expect(ann.page.locator(".menu")).to_have_count(0)
        expect(focused).to_contain_text("Two")
        self.check()

    def test_the_focus_comes_back_to_the_list_of_chats(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat, other = a.group("Narrow", b), a.group("Gone", b)
        ann = self.person(a, viewport={"width": 360, "height": 740}).open("Narrow")
        ann.page.locator("[aria-label='Back to the chats']").press("Enter")
        expect(ann.page.locator(".chat-item:has-text('Narrow')")).to_be_focused()
        ann.open("Gone")
        a.call("DELETE", f"/chats/{other}")
        expect(ann.page.locator(".toast")).to_have_text("This chat is no longer there.")
        expect(ann.page.locator(".chat-item:has-text('Narrow')")).to_be_focused()
        self.check()


if __name__ == "__main__":
    unittest.main()
