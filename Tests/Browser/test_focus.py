"""What others do meanwhile takes neither the focus nor a click away."""

import unittest

from support import BrowserTest, expect, until

# The element itself, so that one that was drawn again in its place is not taken for it.
REMEMBER = "window.held = document.activeElement"
IS_HELD = "window.held.isConnected && document.activeElement === window.held"


class FocusTest(BrowserTest):
    def keeps(self, person, what):
        self.assertTrue(person.page.evaluate(IS_HELD), f"the focus was lost to {what}")

    def press(self, person, locator):
        """Down on it, and not up yet."""
        box = locator.bounding_box()
        person.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        person.page.mouse.down()

    def test_in_the_details(self):
        a, b, c, d = (self.account(name) for name in ["Ann", "Bob", "Cem", "Dan"])
        chat = a.group("Tea", b, c)
        ann = self.person(a).open("Tea")
        ann.page.click(".chat-head")
        button = ann.page.locator("[aria-label='Message Cem']")
        expect(ann.page.locator(".member")).to_have_count(3)
        button.focus()
        ann.page.evaluate(REMEMBER)
        bob = self.person(b)
        expect(ann.page.locator(".member:has-text('Bob') .dot.online")).to_be_visible()
        self.keeps(ann, "a presence")
        a.call("POST", f"/chats/{chat}/members", {"user_id": d.id})
        expect(ann.page.locator(".member")).to_have_count(4)
        self.keeps(ann, "a new member")
        a.call("PATCH", f"/chats/{chat}", {"title": "Green tea"})
        expect(ann.page.locator("#rename")).to_have_value("Green tea")
        self.keeps(ann, "a new title")
        self.press(ann, button)
        a.call("DELETE", f"/chats/{chat}/members/{b.id}")
        expect(ann.page.locator(".member")).to_have_count(3)
        self.keeps(ann, "a member who left")
        # Where they are now: those below moved up.
        ann.page.mouse.up()
        button.press("Enter")
        expect(ann.page.locator(".chat-head-title")).to_have_text("Cem")
        self.check()

    def test_a_click_on_the_details_while_they_change(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Tea", b)
        ann = self.person(a).open("Tea")
        ann.page.click(".chat-head")
        button = ann.page.locator("[aria-label='Message Bob']")
        expect(button).to_be_visible()
        self.press(ann, button)
        self.person(b)
        expect(ann.page.locator(".member:has-text('Bob') .dot.online")).to_be_visible()
        a.call("PATCH", f"/chats/{chat}", {"title": "Green tea"})
        expect(ann.page.locator("#rename")).to_have_value("Green tea")
        ann.page.mouse.up()
        expect(ann.page.locator(".chat-head-title")).to_have_text("Bob")
        self.check()

    def test_what_is_being_written_stays(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Tea", b)
        ann = self.person(a).open("Tea")
        ann.page.click(".chat-head")
        ann.page.fill("#rename", "Green te")
        a.call("PATCH", f"/chats/{chat}", {"title": "Black tea"})
        expect(ann.page.locator(".chat-head-title")).to_have_text("Black tea")
        expect(ann.page.locator("#rename")).to_have_value("Green te")
        ann.page.click("text=Add member")
        ann.page.keyboard.type("@bo")
        a.call("PATCH", f"/chats/{chat}", {"title": "White tea"})
        expect(ann.page.locator(".chat-head-title")).to_have_text("White tea")
        expect(ann.page.locator(".panel .field input")).to_have_value("@bo")
        expect(ann.page.locator(".panel .field input")).to_be_focused()
        self.check()

    def test_on_a_message(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Tea", b)
        message = b.say(chat, "Is there any?")["id"]
        b.call("POST", f"/messages/{message}/reactions", {"emoji": "👍"})
        ann = self.person(a).open("Tea")
        reaction = ann.page.locator(".reaction")
        expect(reaction).to_have_count(1)
        reaction.focus()
        ann.page.evaluate(REMEMBER)
        b.call("PATCH", f"/messages/{message}", {"content": "Is there any left?"})
        ann.sees("Is there any left?")
        self.keeps(ann, "an edit")
        self.press(ann, reaction)
        b.call("POST", f"/messages/{message}/reactions", {"emoji": "🎉"})
        expect(reaction).to_have_count(2)
        ann.page.mouse.up()
        expect(reaction.first.locator(".count")).to_have_text("2")
        # The toolbar beside it, and what it does is done with the message as it is now.
        button = ann.page.locator(".toolbar [aria-label='Reply']")
        button.focus()
        ann.page.evaluate(REMEMBER)
        b.call("PATCH", f"/messages/{message}", {"content": "Is there any tea?"})
        ann.sees("Is there any tea?")
        self.keeps(ann, "an edit beside the toolbar")
        button.press("Enter")
        expect(ann.page.locator(".composer-quote")).to_contain_text("Is there any tea?")
        self.check()

    def test_the_button_that_sends_leaves_it_where_one_writes(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Tea", b)
        ann = self.person(a, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}).open("Tea")
        ann.page.tap("#composer")
        ann.page.keyboard.type("Two")
        # A line of its own: the key says so.
        ann.page.keyboard.press("Enter")
        ann.page.keyboard.type("lines")
        expect(ann.page.locator("#composer")).to_have_attribute("enterkeyhint", "enter")
        ann.page.tap(".send")
        until("it is sent", lambda: [message["content"] for message in a.messages(chat)] == ["Two\nlines"])
        expect(ann.page.locator("#composer")).to_be_focused()
        expect(ann.page.locator("#composer")).to_have_value("")
        self.check()

    def test_in_the_list_of_chats(self):
        a, b, c = self.account("Ann"), self.account("Bob"), self.account("Cem")
        first, second = a.group("First", b), a.group("Second", b)
        ann = self.person(a)
        item = ann.page.locator(".chat-item:has-text('First')")
        item.focus()
        ann.page.evaluate(REMEMBER)
        b.say(second, "Above")
        b.say(first, "And on top")
        expect(item.locator(".badge")).to_contain_text("1")
        until("the first is on top", lambda: "First" in ann.page.locator(".chat-item").first.inner_text())
        self.keeps(ann, "messages")
        self.press(ann, item.locator(".chat-preview"))
        b.say(first, "Once more")
        expect(item.locator(".badge")).to_contain_text("2")
        ann.page.mouse.up()
        expect(ann.page.locator(".chat-head-title")).to_have_text("First")
        # And what is no chat.
        ann.page.fill(".filter", f"@{c.user['tag']}")
        ann.page.locator(".is-find").focus()
        ann.page.evaluate(REMEMBER)
        b.say(second, "Now")
        until("it was told", lambda: "(2)" in ann.page.title())
        self.keeps(ann, "another message")
        self.check()


if __name__ == "__main__":
    unittest.main()
