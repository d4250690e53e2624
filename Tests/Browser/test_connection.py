"""The network goes and comes back, and so does the server: nothing is missing, nothing is there twice."""

import unittest

from support import BrowserTest, Proxy, expect, until


class ConnectionTest(BrowserTest):
    def setUp(self):
        super().setUp()
        self.proxy = Proxy(self.server.port)
        self.addCleanup(self.proxy.close)

    def test_the_network_is_cut_and_comes_back(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Cut", b)
        earlier = b.say(chat, "Earlier")
        ann, bob = self.person(a, self.proxy.url).open("Cut"), self.person(b).open("Cut")
        ann.sees("Earlier")
        self.proxy.cut()
        expect(ann.page.locator(".connection")).to_be_visible()
        for index in range(5):
            bob.write(f"Meanwhile {index}")
        b.call("PATCH", f"/messages/{earlier['id']}", {"content": "Earlier, edited"})
        a.call("POST", f"/messages/{earlier['id']}/reactions", {"emoji": "👍"})
        for index in range(3):
            ann.write(f"From the tunnel {index}")
        expect(ann.page.locator(".row.own").first).to_contain_text("From the tunnel 0")
        expect(ann.page.locator(".row.failed")).to_have_count(3)
        self.proxy.restore()
        expect(ann.page.locator(".connection")).to_be_hidden(timeout=90_000)
        expect(ann.page.locator(".row.failed, .row.sending")).to_have_count(0, timeout=90_000)
        expected = [message["content"] for message in reversed(a.messages(chat))]
        self.assertEqual(sorted(expected), sorted(
            ["Earlier, edited"] + [f"Meanwhile {index}" for index in range(5)] + [f"From the tunnel {index}" for index in range(3)]))
        for person in (ann, bob):
            until("both windows agree with the server", lambda: person.texts() == expected)
        expect(ann.page.locator(".reaction")).to_have_text("👍1")
        self.check()

    def test_the_server_is_killed_and_restarted(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Restart", b)
        ann, bob = self.person(a).open("Restart"), self.person(b).open("Restart")
        ann.write("Before")
        bob.sees("Before")
        self.server.kill()
        expect(ann.page.locator(".connection")).to_be_visible()
        ann.write("During")
        self.server.start()
        expect(ann.page.locator(".connection")).to_be_hidden(timeout=90_000)
        bob.sees("During")
        bob.write("After")
        ann.sees("After")
        expected = [message["content"] for message in reversed(a.messages(chat))]
        self.assertEqual(expected, ["Before", "During", "After"])
        for person in (ann, bob):
            until("both windows agree with the server", lambda: person.texts() == expected)
        self.check()

    def test_what_cannot_be_sent_is_tried_again_or_taken_back(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Refused", b)
        ann = self.person(a).open("Refused")
        ann.page.route("**/api/v1/messages", lambda route: route.fulfill(status=400, json={"detail": "No"}))
        ann.write("First")
        expect(ann.page.locator(".row.failed")).to_have_count(1)
        ann.write("Second")
        expect(ann.page.locator(".row.failed")).to_have_count(2)
        ann.page.unroute("**/api/v1/messages")
        ann.bubble("First").locator(".retry").click()
        ann.bubble("Second").locator(".discard").click()
        expect(ann.page.locator(".row.failed")).to_have_count(0)
        until("it is sent once", lambda: [message["content"] for message in a.messages(chat)] == ["First"])
        self.check()

    def test_a_chat_opened_without_the_network_is_there_when_it_is_back(self):
        a, b = self.account("Ann"), self.account("Bob")
        first, second = a.group("First", b), a.group("Second", b)
        b.say(first, "Seen")
        b.say(second, "Not seen yet")
        ann = self.person(a, self.proxy.url).open("First")
        ann.sees("Seen")
        self.proxy.cut()
        expect(ann.page.locator(".connection")).to_be_visible()
        ann.open("Second")
        # All tries have failed.
        expect(ann.page.locator(".scroller[aria-busy]")).to_have_count(0)
        self.assertEqual(ann.texts(), [])
        self.proxy.restore()
        expect(ann.bubble("Not seen yet").last).to_be_visible(timeout=90_000)
        until("it is read", lambda: all(message["status"] == "read" for message in b.messages(second)))
        self.check()


class ForgetfulTest(BrowserTest):
    """A server that soon does not know what somebody has missed."""

    options = ["--resume-events", "20"]

    def test_a_chat_that_went_on_unseen_has_no_gap(self):
        proxy = Proxy(self.server.port)
        self.addCleanup(proxy.close)
        a, b = self.account("Ann"), self.account("Bob")
        first, second = a.group("First", b), a.group("Second", b)
        b.say(first, "Here")
        b.say(second, "Before")
        ann = self.person(a, proxy.url).open("Second")
        ann.sees("Before")
        ann.open("First")
        ann.sees("Here")
        proxy.cut()
        expect(ann.page.locator(".connection")).to_be_visible()
        for index in range(40):
            b.say(second, f"Meanwhile {index}")
        proxy.restore()
        expect(ann.page.locator(".connection")).to_be_hidden(timeout=90_000)
        b.say(second, "After")
        ann.open("Second")
        expected = ["Before"] + [f"Meanwhile {index}" for index in range(40)] + ["After"]
        until("the whole chat", lambda: ann.texts() == expected)
        self.check()


if __name__ == "__main__":
    unittest.main()
