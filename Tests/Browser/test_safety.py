"""What people write is text, whatever it looks like."""

import unittest

from support import BrowserTest, expect

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "javascript:alert(1)",
    "[click](javascript:alert(1))",
    "data:text/html,<script>alert(1)</script>",
    "http://example.org/\"onmouseover=\"alert(1)",
    "https://example.org/?a=<b>&c='d'",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "`<iframe src=javascript:alert(1)>`",
    "{{constructor.constructor('alert(1)')()}}",
    "\u202egnp.exe\u202c \u0000".replace("\u0000", ""),
    "&lt;b&gt;",
    "<a href='javascript:alert(1)'>x</a>",
    "__proto__", "</textarea><script>alert(1)</script>",
]


class SafetyTest(BrowserTest):
    def test_markup_in_every_field_is_shown_and_does_nothing(self):
        name = "<img src=x onerror=alert(1)>Eve"
        a, eve = self.account("Ann"), self.account(name)
        eve.call("PATCH", "/users/me", {"display_name": name, "avatar_url": "javascript:alert(1)"})
        title = "\"><script>alert(1)</script>"
        chat = eve.group(title, a)
        for text in ATTACKS:
            message = eve.say(chat, text)
        eve.say(chat, "With a payload", payload={"__proto__": {"polluted": True}, "html": "<script>alert(1)</script>"})
        eve.call("POST", "/messages", {"chat_id": chat, "type": "<b onclick=alert(1)>", "payload": {}})
        for emoji in ["<b>x</b>", "\"'><i>"]:
            eve.call("POST", f"/messages/{message['id']}/reactions", {"emoji": emoji})
        ann = self.person(a)
        expect(ann.page.locator(".chat-title")).to_have_text(title)
        ann.page.click(".chat-item")
        expect(ann.page.locator(".row")).to_have_count(len(ATTACKS) + 2)
        shown = ann.texts()
        for text in ATTACKS:
            if not text.startswith(("```", "`")):
                self.assertIn(text, shown)
        expect(ann.page.locator(".author").first).to_have_text(name)
        expect(ann.page.locator(".reaction .emoji")).to_have_text(["<b>x</b>", "\"'><i>"])
        links = ann.page.eval_on_selector_all(".text a", "(links) => links.map((link) => link.protocol)")
        self.assertEqual(set(links), {"http:", "https:"})
        ann.page.click(".chat-head")
        expect(ann.page.locator(".member", has_text="Eve")).to_have_count(1)
        ann.page.click("[aria-label='Search in this chat']")
        ann.page.keyboard.type("<script>")
        expect(ann.page.locator(".result mark").first).to_have_text("<script>")
        ann.page.fill("#composer", "<script>alert(2)</script>")
        ann.page.press("#composer", "Enter")
        self.assertEqual(ann.page.evaluate("document.querySelectorAll('.app script, .app iframe, .app svg[onload]').length"), 0)
        self.assertIsNone(ann.page.evaluate("({}).polluted ?? null"))
        self.check()

    def test_the_page_keeps_others_out(self):
        response = self.window().page.goto(self.server.url)
        policy = response.headers["content-security-policy"]
        for part in ["default-src 'none'", "script-src 'self' 'sha256-", "style-src 'self'", "frame-ancestors 'none'"]:
            self.assertIn(part, policy)
        self.assertNotIn("unsafe", policy)
        # The policy is in force: a script in line does not run, and says so.
        page = self.people[0].page
        page.evaluate("() => { const script = document.createElement('script'); "
                      " try { script.textContent = 'window.planted = true'; } catch {} document.body.append(script); }")
        self.assertIsNone(page.evaluate("window.planted ?? null"))


if __name__ == "__main__":
    unittest.main()
