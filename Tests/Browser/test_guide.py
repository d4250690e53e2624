"""The pages of docs/frontend-guide.md, compiled as they stand there, in two people's browsers."""

import http.server
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

from support import PASSWORD, ROOT, BrowserTest, Proxy, expect, type_until, until

REACT = pathlib.Path("/usr/share/nodejs")
GUIDE_SERVER = "http://127.0.0.1:8000"

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Guide</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script src="/umd/react"></script><script src="/umd/react-dom"></script>
<script type="importmap">{"imports": {"react": "/shims/react.js", "react/jsx-runtime": "/shims/jsx.js",
"react-dom/client": "/shims/dom.js", "nodus-client": "http://127.0.0.1:8000/client/nodus.js"}}</script>
<div id="root"></div><script type="module" src="/main.js"></script></html>"""

# Debian has React as scripts with one global name each; these make modules of them.
SHIMS = {
    "react.js": "export const { StrictMode, createContext, memo, useCallback, useContext, useEffect, useLayoutEffect, "
                "useRef, useState, useSyncExternalStore } = React;",
    "jsx.js": """
        const make = (type, { children, ...props }, key, list) => React.createElement(
            type, key === undefined ? props : { ...props, key }, ...list);
        export const Fragment = React.Fragment;
        export const jsx = (type, props, key) => make(type, props, key, 'children' in props ? [props.children] : []);
        export const jsxs = (type, props, key) => make(type, props, key, props.children);""",
    "dom.js": """
        ReactDOM.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED.usingClientEntryPoint = true;
        export const { createRoot } = ReactDOM;""",
}
TYPES = {".html": "text/html", ".css": "text/css"}


class Site:
    """The guide's files on an origin of their own, as a developer's server has them."""

    def __init__(self, server_url):
        self.server_url = server_url
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nodus-guide-"))
        script = ROOT / "Clients/javascript/test/support/guide.js"
        subprocess.run(["node", str(script), str(self.folder)], check=True)
        (self.folder / "react.html").write_text(PAGE)
        (self.folder / "shims").mkdir()
        for name, text in SHIMS.items():
            (self.folder / "shims" / name).write_text(text)
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = urllib.parse.urlsplit(self.path).path
                file = site.find(path)
                if file is None:
                    return self.send_error(404)
                body = file.read_text().replace(GUIDE_SERVER, site.server_url).encode()
                kind = TYPES.get(file.suffix, "text/javascript")
                # A style that a module imports is for bundlers; the page has it by its link.
                if file.suffix == ".css" and self.headers.get("Sec-Fetch-Dest") == "script":
                    body, kind = b"", "text/javascript"
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http.server_port}"

    def find(self, path):
        if path.startswith("/umd/"):
            name = path.removeprefix("/umd/")
            return REACT / name / "umd" / f"{name}.development.js"
        # Imports between the blocks have no suffix; bundlers add it.
        for file in (self.folder / path[1:], self.folder / f"{path[1:]}.js"):
            if file.is_file():
                return file
        return None

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


class SiteTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = Site(cls.server.url)
        cls.addClassCleanup(cls.site.close)


class DemoTest(SiteTest):
    options = ["--demo"]

    def test_both_pages_work_as_they_are_on_a_demo(self):
        for page in ("index.html", "react.html"):
            person = self.window(f"{self.site.url}/{page}")
            person.page.click("text=Sign in")
            # Messages that are made up are there, and who wrote them is known.
            lines = person.page.locator("#messages li, .messages article")
            expect(lines.last).to_be_visible()
            self.assertGreater(lines.count(), 3)
            self.assertEqual([text for text in lines.all_text_contents() if text.startswith("Somebody")], [])
        self.check()


class GuideTest(SiteTest):
    def enter(self, account, page="react.html", before=lambda person: None):
        person = self.window(f"{self.site.url}/{page}")
        before(person)
        person.page.fill("[name=email]", account.email)
        person.page.fill("[name=password]", PASSWORD)
        person.page.click("text=Sign in")
        return person

    def pair(self, title, messages=0):
        """Two people and their chat, in which Bob has said something."""
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group(title, b)
        for index in range(messages):
            b.say(chat, f"Message {index}")
        return a, b, chat

    @staticmethod
    def row(person, text):
        return person.page.locator("article").filter(has=person.page.get_by_text(text, exact=True).and_(
            person.page.locator(".text")))

    @staticmethod
    def write(person, text):
        person.page.fill("[aria-label=Message]", text)
        person.page.press("[aria-label=Message]", "Enter")

    @staticmethod
    def texts(person):
        return person.page.locator("article .text").all_text_contents()

    def test_the_plain_page(self):
        a, b, chat = self.pair("Plain", 120)
        ann, bob = self.enter(a, "index.html"), self.enter(b, "index.html")
        for person in (ann, bob):
            expect(person.page.locator("#connection")).to_have_text("online")
            expect(person.page.locator("#chats")).to_contain_text("Plain")
            expect(person.page.locator("#messages li").last).to_have_text("Bob: Message 119")
        bob.page.locator("[name=text]").press_sequentially("Hello")
        line = ann.page.locator("#typing", has_text=re.compile("^Typing: Bob$"))
        type_until(line, (bob.page.locator("[name=text]"), "Hello"))
        bob.page.press("[name=text]", "Enter")
        expect(ann.page.locator("#messages li").last).to_have_text("Bob: Hello")
        expect(ann.page.locator("#typing")).to_have_text("")
        lines = ann.page.locator("#messages li")
        until("the first message", lambda: (
            ann.page.evaluate("document.querySelector('#messages').scrollTop = 0"),
            lines.first.text_content() == "Bob: Message 0")[1])
        expect(lines).to_have_count(121)
        self.assertEqual(len(set(lines.all_text_contents())), 121)
        self.check()

    def test_a_wrong_password_is_told(self):
        a = self.account("Ann")
        for page, place in (("react.html", "[role=alert]"), ("index.html", "#error")):
            person = self.window(f"{self.site.url}/{page}")
            person.page.fill("[name=email]", a.email)
            person.page.fill("[name=password]", "wrong horse")
            person.page.click("text=Sign in")
            expect(person.page.locator(place)).to_have_text("Invalid credentials")

    def test_older_messages_come_as_one_scrolls_and_nothing_jumps(self):
        a, b, chat = self.pair("Scroll", 230)
        ann = self.enter(a)
        expect(self.row(ann, "Message 229")).to_be_in_viewport()
        expect(self.row(ann, "Message 0")).to_have_count(0)
        place = "(() => { const box = document.querySelector('.messages'); const top = box.getBoundingClientRect().top;" \
            " const row = [...box.querySelectorAll('article')].find((each) => each.getBoundingClientRect().bottom > top);" \
            " return [row.dataset.id, row.getBoundingClientRect().top - top]; })()"
        ann.page.evaluate("document.querySelector('.messages').scrollTop = 190")
        before = ann.page.evaluate(place)
        until("older messages", lambda: len(self.texts(ann)) > 50)
        after = ann.page.evaluate(place)
        self.assertEqual(after[0], before[0])
        self.assertLess(abs(after[1] - before[1]), 2)
        # What comes meanwhile does not carry the reader away.
        b.say(chat, "The newest")
        expect(self.row(ann, "The newest")).to_have_count(1)
        expect(self.row(ann, "The newest")).not_to_be_in_viewport()
        until("the first message", lambda: (
            ann.page.evaluate("document.querySelector('.messages').scrollTop = 0"),
            self.row(ann, "Message 0").count())[1])
        self.assertEqual(self.texts(ann), [f"Message {index}" for index in range(230)] + ["The newest"])
        self.write(ann, "Back at the end")
        expect(self.row(ann, "Back at the end")).to_be_in_viewport()
        self.check()

    def test_two_people_write_react_reply_and_delete(self):
        a, b, chat = self.pair("Tea")
        b.say(chat, "Is there tea?")
        ann, bob = self.enter(a), self.enter(b)
        for person in (ann, bob):
            expect(self.row(person, "Is there tea?")).to_be_visible()
        # Typing, and the message that ends it.
        ann.page.locator("[aria-label=Message]").press_sequentially("Ye")
        line = bob.page.locator(".typing", has_text=re.compile("^Typing: Ann$"))
        type_until(line, (ann.page.locator("[aria-label=Message]"), "Ye"))
        ann.page.fill("[aria-label=Message]", "")
        expect(bob.page.locator(".typing")).to_have_text("")
        # A reaction is given, counted, and taken back.
        self.row(ann, "Is there tea?").get_by_role("button", name="☕").click()
        for person, pressed in ((ann, "true"), (bob, "false")):
            reaction = self.row(person, "Is there tea?").locator(".reaction")
            expect(reaction).to_have_text("☕ 1")
            expect(reaction).to_have_attribute("aria-pressed", pressed)
        self.row(bob, "Is there tea?").locator(".reaction").click()
        expect(self.row(ann, "Is there tea?").locator(".reaction")).to_have_text("☕ 2")
        self.row(ann, "Is there tea?").locator(".reaction").click()
        for person, pressed in ((ann, "false"), (bob, "true")):
            reaction = self.row(person, "Is there tea?").locator(".reaction")
            expect(reaction).to_have_text("☕ 1")
            expect(reaction).to_have_attribute("aria-pressed", pressed)
        # A reply shows what it replies to.
        self.row(ann, "Is there tea?").get_by_text("Reply").click()
        expect(ann.page.locator(".replying")).to_contain_text("Is there tea?")
        self.write(ann, "There is")
        for person in (ann, bob):
            expect(self.row(person, "There is").locator(".quote")).to_have_text("Is there tea?")
        # Only one's own can be deleted; the reply then says so.
        expect(self.row(ann, "Is there tea?").get_by_text("Delete")).to_have_count(0)
        bob.page.evaluate("window.confirm = () => true")
        self.row(bob, "Is there tea?").get_by_text("Delete").click()
        for person in (ann, bob):
            expect(self.row(person, "Message deleted")).to_have_count(1)
            expect(self.row(person, "There is").locator(".quote")).to_have_text("Message deleted")
            self.assertEqual(self.texts(person), ["Message deleted", "There is"])
        self.check()

    def test_reactions_beyond_those_that_are_listed_are_counted(self):
        a, b, chat = self.pair("Crowd")
        message = b.say(chat, "Everybody likes this")
        people = [a, b, *(self.account(f"Person {index}") for index in range(4))]
        for person in people[2:]:
            a.call("POST", f"/chats/{chat}/members", {"user_id": person.id})
        for person in people:
            for number in range(20):
                person.call("POST", f"/messages/{message['id']}/reactions", {"emoji": f"e{number}"})
        ann = self.enter(a)
        reactions = self.row(ann, "Everybody likes this").locator(".reaction")
        expect(reactions).to_have_count(20)
        counts = sorted(reactions.all_text_contents())
        self.assertEqual(counts, sorted(f"e{number} 6" for number in range(20)))
        # Her own are no longer listed; that the server has them is no error.
        own = reactions.filter(has_text="e7 6")
        expect(own).to_have_attribute("aria-pressed", "false")
        with ann.page.expect_response("**/reactions") as answer:
            own.click()
        self.assertEqual(answer.value.status, 400)
        expect(own).to_be_enabled()
        expect(ann.page.locator("[role=alert]")).to_have_count(0)
        b.call("DELETE", f"/messages/{message['id']}/reactions/e7")
        expect(reactions.filter(has_text="e7")).to_have_text("e7 5")
        self.check()

    def test_a_quote_far_away_is_fetched_and_gone_to(self):
        a, b, chat = self.pair("Quote")
        old = b.say(chat, "The old one")
        for index in range(150):
            b.say(chat, f"Message {index}")
        b.say(chat, "About that", reply_to_id=old["id"])
        ann = self.enter(a)
        quote = self.row(ann, "About that").locator(".quote")
        expect(quote).to_have_text("The old one")
        expect(self.row(ann, "The old one")).to_have_count(0)
        quote.click()
        expect(self.row(ann, "The old one")).to_be_in_viewport()
        expect(self.row(ann, "About that")).to_have_count(0)
        self.write(ann, "Found it")
        expect(self.row(ann, "Found it")).to_be_in_viewport()
        until("it is sent", lambda: b.messages(chat)[0]["content"] == "Found it")
        # A reply that was begun is none once its message is deleted.
        self.row(ann, "About that").get_by_text("Reply").click()
        expect(ann.page.locator(".replying")).to_be_visible()
        b.call("DELETE", f"/messages/{b.messages(chat)[1]['id']}")
        expect(ann.page.locator(".replying")).to_have_count(0)
        self.check()

    def test_presence_is_seen_and_what_is_looked_at_is_read(self):
        a, b, chat = self.pair("Presence")
        ann = self.enter(a)
        about_bob = ann.page.locator(".person", has_text="Bob")
        expect(about_bob).to_have_text("Bob offline")
        bob = self.enter(b)
        expect(about_bob).to_have_text("Bob online")
        expect(bob.page.locator(".person")).to_have_text("Ann online")
        bob.page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
                          "document.dispatchEvent(new Event('visibilitychange'))")
        expect(about_bob).to_have_text("Bob away")
        bob.page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
        expect(about_bob).to_have_text("Bob online")
        self.write(ann, "Read this")
        until("it is read", lambda: a.messages(chat)[0]["status"] == "read")
        expect(bob.page.locator("nav b")).to_have_count(0)
        self.check()

    def test_the_server_is_killed_and_nothing_is_missing_or_double(self):
        a, b, chat = self.pair("Restart", 3)
        ann, bob = self.enter(a), self.enter(b)
        self.write(ann, "Before")
        expect(self.row(bob, "Before")).to_be_visible()
        self.server.kill()
        for person in (ann, bob):
            expect(person.page.locator("[role=status]")).to_be_visible()
        for index in range(3):
            self.write(ann, f"During {index}")
        self.server.start()
        # Said while nobody is connected yet, or soon after: by the one or by the other way it comes once.
        b.say(chat, "From elsewhere")
        for person in (ann, bob):
            expect(person.page.locator("[role=status]")).to_have_count(0, timeout=90_000)
        expect(ann.page.locator("article.failed, article.sending")).to_have_count(0, timeout=90_000)
        self.write(bob, "After")
        expect(self.row(ann, "After")).to_be_visible()
        expected = [message["content"] for message in reversed(a.messages(chat))]
        self.assertEqual(sorted(expected), sorted(
            [f"Message {index}" for index in range(3)] + ["Before"] + [f"During {index}" for index in range(3)]
            + ["From elsewhere", "After"]))
        for person in (ann, bob):
            until("the page agrees with the server", lambda: self.texts(person) == expected)
        self.check()

    def cut_off(self):
        """A proxy before the server, for the pages that are opened from now on."""
        proxy = Proxy(self.server.port)
        self.addCleanup(proxy.close)
        self.addCleanup(setattr, self.site, "server_url", self.server.url)
        self.site.server_url = proxy.url
        return proxy

    def test_after_a_time_away_that_nobody_remembers_everything_is_fetched_anew(self):
        a, b, chat = self.pair("Away", 2)
        proxy = self.cut_off()
        ann = self.enter(a)
        expect(self.row(ann, "Message 1")).to_be_visible()
        proxy.cut()
        expect(ann.page.locator("[role=status]")).to_be_visible()
        earlier = b.messages(chat)[0]
        b.call("PATCH", f"/messages/{earlier['id']}", {"content": "Edited"})
        for index in range(70):
            b.say(chat, f"Meanwhile {index}")
        # After a stop only what changed is remembered, not how.
        self.server.process.terminate()
        self.server.process.wait()
        self.server.start()
        proxy.restore()
        expect(self.row(ann, "Meanwhile 69")).to_be_in_viewport(timeout=90_000)
        until("all of it", lambda: (
            ann.page.evaluate("document.querySelector('.messages').scrollTop = 0"), self.row(ann, "Message 0").count())[1])
        self.assertEqual(self.texts(ann), ["Message 0", "Edited"] + [f"Meanwhile {index}" for index in range(70)])
        self.check()

    def test_what_could_not_be_fetched_is_fetched_with_the_next_connection(self):
        a, b, chat = self.pair("Unfetched", 2)
        proxy = self.cut_off()
        ann = self.enter(a, before=lambda person: person.page.route("**/messages?**", lambda route: route.abort()))
        expect(ann.page.locator(".messages [role=alert]")).to_contain_text("The server cannot be reached")
        ann.page.unroute("**/messages?**")
        proxy.cut()
        expect(ann.page.locator("[role=status]")).to_be_visible()
        proxy.restore()
        expect(self.row(ann, "Message 1")).to_be_visible(timeout=90_000)
        expect(ann.page.locator(".messages [role=alert]")).to_have_count(0)
        self.check()

    def test_a_page_that_is_loaded_anew_is_still_signed_in_until_the_session_ends(self):
        a, b, chat = self.pair("Session", 1)
        ann = self.enter(a)
        expect(self.row(ann, "Message 0")).to_be_visible()
        ann.page.reload()
        expect(self.row(ann, "Message 0")).to_be_visible()
        # Who one is has to be known, or nothing of one's own could be told from others'.
        self.write(ann, "Mine")
        expect(self.row(ann, "Mine").get_by_text("Delete")).to_be_visible()
        ann.page.click("text=Sign out")
        expect(ann.page.locator("form.sign-in")).to_be_visible()
        self.enter(b)
        self.check()


if __name__ == "__main__":
    unittest.main()
