"""What rarely happens: names without an end, what is deleted in the middle of things, windows side by side."""

import unittest

from support import BrowserTest, expect, until

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3
PHONE = {"viewport": {"width": 360, "height": 740}}

# Whether the window is looked at, which two windows of a test are at once.
ATTEND = "(is) => { document.hasFocus = () => is; window.dispatchEvent(new Event(is ? 'focus' : 'blur')); }"
NOTIFY = """() => {
  localStorage.setItem('nodus.notify', 'yes');
  window.told = [];
  window.Notification = class { static permission = 'granted'; constructor(title, { body }) { window.told.push(body); } };
}"""


class EdgesTest(BrowserTest):
    def refuse(self, person):
        """No message of theirs gets through."""
        person.page.route("**/api/v1/messages", lambda route: route.abort())

    def test_long_names_leave_everything_in_reach(self):
        a, b, c = self.account("Ann"), self.account(LONG[:100]), self.account("Мария Константиновна Преображенская-Воскресенская")
        chat = a.group(LONG * 2, b, c)
        b.say(chat, "Hi")
        ann = self.person(a, **PHONE)
        ann.page.click("[aria-label='New chat']")
        for _ in range(2):
            ann.page.locator(".suggestions .person").first.click()
        expect(ann.page.locator(".chip")).to_have_count(2)
        self.assertLess(ann.page.locator("dialog .with-button button").bounding_box()["height"], 50, "a word is broken")
        for what in ["text=Create group", "dialog [aria-label='Close']", ".chip button >> nth=0"]:
            expect(ann.page.locator(what)).to_be_in_viewport(ratio=1)
        ann.page.keyboard.press("Escape")
        ann.page.click(".chat-item")
        ann.sees("Hi")
        name, bubble = (ann.page.locator(part).bounding_box() for part in [".author", ".bubble"])
        self.assertLessEqual(ann.page.evaluate("document.querySelector('.author').scrollWidth"), name["width"] + 1)
        self.assertLessEqual(name["width"], bubble["width"])
        ann.page.click(".chat-head")
        ann.page.click("text=Leave group")
        for what in ["dialog .is-dangerous.primary", "dialog [aria-label='Close']"]:
            expect(ann.page.locator(what)).to_be_in_viewport(ratio=1)
        self.check()

    def test_code_has_no_empty_lines_around_it(self):
        a, b = self.account("Ann"), self.account("Bob")
        b.say(a.group("Code", b), "Before\n```swift\nlet x = 1\n```\nAfter")
        ann = self.person(a).open("Code")
        expect(ann.page.locator(".text code")).to_have_text("let x = 1")
        self.assertEqual([text.strip(" ") for text in ann.texts()], ["Beforelet x = 1After"])
        self.check()

    def test_a_message_that_is_replied_to_is_deleted(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Replies", b)
        first, second = b.say(chat, "The first"), b.say(chat, "The second")
        ann = self.person(a).open("Replies")
        ann.act("The first", "Reply")
        ann.page.fill("#composer", "To the first")
        b.call("PATCH", f"/messages/{first['id']}", {"content": "The first, edited"})
        expect(ann.page.locator(".composer-quote")).to_contain_text("The first, edited")
        b.call("DELETE", f"/messages/{first['id']}")
        expect(ann.page.locator(".composer-quote")).to_be_hidden()
        expect(ann.page.locator("#composer")).to_have_value("To the first")
        ann.page.press("#composer", "Enter")
        until("it is sent", lambda: a.messages(chat)[0]["content"] == "To the first")
        # And when it waits for the network.
        ann.act("The second", "Reply")
        self.refuse(ann)
        ann.write("To the second")
        expect(ann.page.locator(".failure")).to_contain_text("Not sent")
        b.call("DELETE", f"/messages/{second['id']}")
        ann.page.unroute("**/api/v1/messages")
        ann.page.click(".retry")
        expect(ann.page.locator(".failure")).to_contain_text("The message it replies to was deleted.")
        # Twice before the next frame.
        ann.page.locator(".retry").evaluate("(retry) => { retry.click(); retry.click(); }")
        expect(ann.page.locator(".row.failed, .row.sending")).to_have_count(0)
        sent = [(message["content"], message["reply_to_id"]) for message in a.messages(chat)]
        self.assertEqual(sent, [("To the second", None), ("To the first", None), (None, None), (None, None)])
        self.assertEqual([text for text in ann.texts() if text.startswith("To")], ["To the first", "To the second"])

    def test_a_second_click_on_a_reaction_before_the_first_is_answered(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Twice", b)
        message = b.say(chat, "Cake?")
        b.call("POST", f"/messages/{message['id']}/reactions", {"emoji": "🎂"})
        ann = self.person(a).open("Twice")
        held = []
        ann.page.route("**/reactions", lambda route: held.append(route))
        reaction = ann.page.locator(".reaction")
        reaction.click()
        reaction.click()
        until("it is asked for", lambda: held or ann.page.wait_for_timeout(10))
        ann.page.wait_for_timeout(200)
        for route in held:
            route.continue_()
        expect(ann.page.locator(".reaction.is-own .count")).to_have_text("2")
        self.assertEqual(len(held), 1)
        expect(ann.page.locator(".toast")).to_be_hidden()
        self.check()

    def test_a_message_that_is_edited_is_deleted(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Edits", b)
        mine = a.say(chat, "Mine")
        ann = self.person(a).open("Edits")
        ann.page.fill("#composer", "A draft")
        ann.act("Mine", "Edit")
        ann.page.fill("#composer", "Mine, and better")
        a.call("DELETE", f"/messages/{mine['id']}")
        expect(ann.page.locator(".toast")).to_have_text("This message was deleted.")
        expect(ann.page.locator(".composer-quote")).to_be_hidden()
        expect(ann.page.locator("#composer")).to_have_value("A draft")
        self.check()

    def test_an_edit_without_a_change_does_not_undo_that_of_another_device(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Devices", b)
        mine = a.say(chat, "Mine")
        ann = self.person(a).open("Devices")
        changes = []
        ann.page.on("request", lambda request: changes.append(request.url) if request.method == "PATCH" else None)
        ann.act("Mine", "Edit")
        a.call("PATCH", f"/messages/{mine['id']}", {"content": "Mine, by phone"})
        expect(ann.page.locator(".composer-quote")).to_contain_text("Mine, by phone")
        ann.page.press("#composer", "Enter")
        expect(ann.page.locator(".composer-quote")).to_be_hidden()
        ann.write("Next")
        until("it is sent", lambda: a.messages(chat)[0]["content"] == "Next")
        self.assertEqual(changes, [])
        # What is changed is saved all the same.
        ann.act("Mine, by phone", "Edit")
        a.call("PATCH", f"/messages/{mine['id']}", {"content": "Mine, by tablet"})
        expect(ann.page.locator(".composer-quote")).to_contain_text("Mine, by tablet")
        ann.write("Mine at last")
        until("it is saved", lambda: a.messages(chat)[1]["content"] == "Mine at last")
        self.check()

    def test_leaving_the_page_with_something_unsent_is_asked_about(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Unsent", b)
        ann = self.person(a).open("Unsent")
        self.refuse(ann)
        ann.write("Hold on")
        expect(ann.page.locator(".row.failed")).to_have_count(1)
        with ann.page.expect_event("dialog") as asked:
            ann.page.close(run_before_unload=True)
        self.assertEqual(asked.value.type, "beforeunload")
        ann.page.unroute("**/api/v1/messages")
        ann.page.click(".retry")
        until("it is sent", lambda: len(a.messages(chat)) == 1)
        expect(ann.page.locator(".row.failed, .row.sending")).to_have_count(0)

    def test_who_stays_for_something_unsent_is_still_there(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Staying", b)
        ann = self.person(a).open("Staying")
        self.refuse(ann)
        ann.write("Hold on")
        expect(ann.page.locator(".row.failed")).to_have_count(1)
        ann.page.click(".me")
        with ann.page.expect_event("dialog") as asked:
            ann.page.click("text=Switch account")
        self.assertEqual(asked.value.type, "beforeunload")
        b.say(chat, "Are you there?")
        ann.sees("Are you there?")
        self.assertEqual(ann.page.evaluate("localStorage.getItem('nodus.last')"), str(a.id))
        ann.page.unroute("**/api/v1/messages")
        ann.page.click(".retry")
        until("it is sent", lambda: len(a.messages(chat)) == 2)
        expect(ann.page.locator(".row.failed, .row.sending")).to_have_count(0)
        ann.page.click(".me")
        ann.page.click("text=Switch account")
        expect(ann.page.locator("form h1")).to_be_visible()
        expect(ann.page).to_have_url(f"{self.server.url}/")
        ann.page.click(".person")
        expect(ann.page.locator(".chat-item")).to_have_count(1)

    def test_where_the_new_ones_begin(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("New", b)
        b.say(chat, "Yesterday's")
        ann = self.person(a)
        ann.page.evaluate(ATTEND, True)
        ann.open("New")
        expect(ann.page.locator(".row:has(.unread-line)")).to_contain_text("Yesterday's")
        until("it is read", lambda: b.messages(chat)[0]["status"] == "read")
        # That page has heard of it, too.
        expect(ann.page.locator(".chat-list .badge")).to_have_count(0)
        ann.page.evaluate(ATTEND, False)
        b.say(chat, "While away")
        b.say(chat, "And another")
        ann.sees("And another")
        expect(ann.page.locator(".row:has(.unread-line)")).to_have_count(1)
        expect(ann.page.locator(".row:has(.unread-line)")).to_contain_text("While away")
        self.check()

    def test_who_looks_at_one_window_is_not_called_by_another(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Calls", b)
        one = self.person(a).open("Calls")
        two = one.context.new_page()
        two.goto(self.server.url)
        two.wait_for_selector(".chat-item")
        for page in (one.page, two):
            page.evaluate(NOTIFY)
            page.evaluate(ATTEND, page == one.page)
        # Windows tell each other by locks, which are taken and let go of a moment later.
        looking = "navigator.locks.query()" \
            ".then(({ held }) => held.filter(({ name }) => name.startsWith('nodus.attended.')).length)"
        until("one is seen to be looked at", lambda: one.page.evaluate(looking) == 1)
        b.say(chat, "Seen")
        one.sees("Seen")
        expect(two.locator(".chat-preview")).to_contain_text("Seen")
        one.page.evaluate(ATTEND, False)
        until("none is seen to be looked at", lambda: one.page.evaluate(looking) == 0)
        b.say(chat, "Not seen")
        told = "window.told"
        until("both call", lambda: all(page.evaluate(told) == ["Bob: Not seen"] for page in (one.page, two)))
        # A browser where a page may not.
        one.page.evaluate("() => { window.Notification = class { static permission = 'granted'; constructor() { throw new TypeError(); } }; }")
        b.say(chat, "Quietly")
        until("the other one calls", lambda: two.evaluate(told) == ["Bob: Not seen", "Bob: Quietly"])
        self.check()

    def test_a_look_chosen_in_one_window_is_that_of_the_other(self):
        ann = self.person(self.account("Ann"))
        other = ann.context.new_page()
        other.goto(self.server.url)
        other.wait_for_selector(".app")
        ann.page.click(".me")
        ann.page.select_option("#theme", "dark")
        look = "document.documentElement.dataset.theme"
        until("both are dark", lambda: [page.evaluate(look) for page in (ann.page, other)] == ["dark", "dark"])
        ann.page.select_option("#theme", "auto")
        until("both follow the system", lambda: [page.evaluate(look) for page in (ann.page, other)] == ["auto", "auto"])
        self.check()

    def test_more_of_a_search_repeats_nothing(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Needles", b)
        sent = [b.say(chat, f"needle {index}") for index in range(32)]
        ann = self.person(a).open("Needles")
        ann.page.click("[aria-label='Search in this chat']")
        ann.page.keyboard.type("needle")
        expect(ann.page.locator(".result")).to_have_count(30)
        # So many that the next page has nothing new.
        for index in range(30):
            b.say(chat, f"needle meanwhile {index}")
        ann.page.click("text=Show more")
        ann.page.click("text=Show more")
        expect(ann.page.locator(".result-text")).to_have_text([f"needle {index}" for index in range(len(sent) - 1, -1, -1)])
        self.check()

    def test_the_account_of_the_next_visit_is_the_one_used_last(self):
        a, b, c = self.account("Ann"), self.account("Bob"), self.account("Cem")
        chat = a.group("Visits", c)
        b.group("Another", c)
        ann = self.person(a)
        bob = ann.context.new_page()
        bob.goto(self.server.url)
        bob.wait_for_selector(".app")
        bob.click(".me")
        bob.click("text=Switch account")
        bob.fill("[name=email]", b.email)
        bob.fill("[name=password]", "correct horse")
        bob.click("form button.primary")
        bob.wait_for_selector(".chat-item")
        c.say(chat, "To Ann's window")
        expect(ann.page.locator(".chat-preview")).to_contain_text("To Ann's window")
        self.assertEqual(ann.page.evaluate("localStorage.getItem('nodus.last')"), str(b.id))
        self.check()

    def test_signing_out_leaves_no_drafts(self):
        a, b = self.account("Ann"), self.account("Bob")
        a.group("Drafts", b)
        ann = self.person(a).open("Drafts")
        ann.page.fill("#composer", "A secret")
        kept = "Object.keys(localStorage).filter((key) => key.startsWith('nodus.draft.')).length"
        self.assertEqual(ann.page.evaluate(kept), 1)
        ann.page.click(".me")
        ann.page.click("text=Sign out")
        expect(ann.page.locator("form h1")).to_be_visible()
        self.assertEqual(ann.page.evaluate(kept), 0)
        self.check()

    def test_signing_out_leaves_no_drafts_of_other_windows(self):
        a, b = self.account("Ann"), self.account("Bob")
        a.group("Windows", b)
        ann = self.person(a)
        other = ann.context.new_page()
        other.goto(self.server.url)
        other.click(".chat-item")
        other.fill("#composer", "A secret")
        kept = "Object.values(localStorage).filter((value) => value.includes('secret')).length"
        self.assertEqual(other.evaluate(kept), 1)
        tokens = ann.page.evaluate(f"JSON.parse(localStorage.getItem('nodus.tokens.{a.id}'))")
        # The other window hears of it last.
        ann.page.route("**/auth/logout", lambda route: route.fulfill(status=200, json={}))
        ann.page.click(".me")
        ann.page.click("text=Sign out")
        expect(ann.page.locator("form h1")).to_be_visible()
        until("no draft is left", lambda: other.evaluate(kept) == 0)
        other.fill("#composer", "Another secret")
        self.assertEqual(other.evaluate(kept), 0)
        self.server.call("POST", "/auth/logout", {}, tokens["access_token"])
        expect(other.locator("form h1")).to_be_visible()
        self.assertEqual(other.evaluate(kept), 0)
        self.check()

    def test_a_session_that_is_ended_elsewhere_leaves_the_drafts(self):
        a, b = self.account("Ann"), self.account("Bob")
        a.group("Kept", b)
        ann = self.person(a).open("Kept")
        other = ann.context.new_page()
        other.goto(self.server.url)
        other.wait_for_selector(".chat-item")
        ann.page.fill("#composer", "Half a thought")
        tokens = ann.page.evaluate(f"JSON.parse(localStorage.getItem('nodus.tokens.{a.id}'))")
        self.server.call("POST", "/auth/logout", {}, tokens["access_token"])
        for page in (other, ann.page):
            expect(page.locator("form [role=alert]")).to_have_text("You were signed out. Sign in again.")
        ann.sign_in(a).open("Kept")
        expect(ann.page.locator("#composer")).to_have_value("Half a thought")
        self.check()

    def test_all_of_it_is_in_the_language(self):
        window = self.window()
        window.page.click("text=Русский")
        expect(window.page.locator("form h1")).to_have_text("Вход в Nodus")
        window.page.click("text=Впервые здесь?")
        window.page.fill("[name=display_name]", "Анна")
        window.page.fill("[name=email]", "anna@localhost")
        window.page.fill("[name=password]", "correct horse")
        window.page.click("form button.primary")
        expect(window.page.locator("[role=alert]")).to_have_text("Это не адрес почты.")
        a, b = self.account("Анна"), self.account("Bob")
        chat = a.group("По-русски", b)
        for index in range(31):
            b.say(chat, f"Найди меня {index}")
        ann = self.person(a, locale="ru-RU").open("По-русски")
        ann.page.click("[aria-label='Поиск в чате']")
        ann.page.keyboard.type("найди")
        expect(ann.page.locator(".panel [role=status]")).to_have_text("Найдено 30+ сообщений")
        ann.page.fill("#composer", "x" * (16 * 1024 + 2))
        expect(ann.page.locator(".composer .error")).to_have_text("Длиннее допустимого на 2 байта")
        ann.page.fill("#composer", "")
        ann.page.click("[aria-label='Эмодзи']")
        ann.page.wait_for_selector(".emoji-choice")
        titles = ann.page.eval_on_selector_all(".emoji-choice", "(all) => all.map((each) => each.title)")
        self.assertIn("улыбка", titles)
        self.assertIn("лайк да плюс палец вверх", titles)
        self.check()

    def test_both_languages_say_everything(self):
        window = self.window()
        forms = window.page.evaluate("""async () => {
          const [{ en }, { ru }] = [await import('/app/texts/en.js'), await import('/app/texts/ru.js')];
          const names = (text) => typeof text === 'string' ? [...text.matchAll(/\\{\\w+\\}/g)].map(String).sort().join() : null;
          return {
            keys: [Object.keys(en), Object.keys(ru)],
            fields: Object.keys(en).filter((key) => names(en[key]) !== names(ru[key])),
            plurals: Object.keys(ru).filter((key) => typeof ru[key] === 'object' && !('few' in ru[key] && 'many' in ru[key])),
          };
        }""")
        self.assertEqual(*forms["keys"])
        self.assertEqual(forms["fields"], [])
        # One form does where the number stands alone.
        self.assertEqual(forms["plurals"], ["messages.andOthers"])

    def test_what_is_jumped_to_is_lit_up_without_motion(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Still", b)
        first = b.say(chat, "Look")
        a.say(chat, "Where?", reply_to_id=first["id"])
        ann = self.person(a, reduced_motion="reduce").open("Still")
        before = ann.page.locator(".bubble").first.evaluate("(bubble) => getComputedStyle(bubble).backgroundColor")
        # It goes out after 1.8 seconds, which may be over before it is looked at.
        ann.page.evaluate("""() => {
          const { setTimeout } = window;
          window.setTimeout = (work, ms, ...rest) => setTimeout(work, ms === 1800 ? 120_000 : ms, ...rest);
        }""")
        ann.page.click(".quote")
        lit = ann.page.locator(".flash .bubble").evaluate("(bubble) => getComputedStyle(bubble).backgroundColor")
        self.assertNotEqual(lit, before)
        self.check()


if __name__ == "__main__":
    unittest.main()
