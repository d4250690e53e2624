"""A long chat: scrolling fetches both ways, keeps the page small, and nothing jumps."""

import unittest

from support import BrowserTest, expect, until

COUNT = 10_000

MEASURE = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.longTasks.push(entry.duration); })
    .observe({ type: 'longtask' });
}"""

# Scrolls by steps of a screen's frames; tells how far rows strayed from where they were expected.
SCROLL = """async ([step, frames]) => {
  const scroller = document.querySelector('.scroller');
  let strayed = 0;
  let rows = 0;
  for (let frame = 0; frame < frames; frame++) {
    const top = scroller.getBoundingClientRect().top;
    const seen = [...document.querySelectorAll('.row')]
      .find((row) => row.getBoundingClientRect().bottom > top + 200);
    const was = seen?.getBoundingClientRect().top;
    const before = scroller.scrollTop;
    scroller.scrollTop += step;
    const moved = scroller.scrollTop - before;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    if (seen?.isConnected) strayed = Math.max(strayed, Math.abs(seen.getBoundingClientRect().top - (was - moved)));
    rows = Math.max(rows, document.querySelectorAll('.row').length);
  }
  return { strayed, rows };
}"""


class ScrollTest(BrowserTest):
    def fill(self, account, chat, count):
        # Ten at once, each on a connection of its own; the contents tell the order of ids apart.
        from concurrent.futures import ThreadPoolExecutor
        texts = [f"Line {index}: " + "lorem ipsum dolor sit amet " * (index % 7) for index in range(count)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda text: account.say(chat, text), texts))

    def test_ten_thousand_messages(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Long", b)
        self.fill(b, chat, COUNT)
        a.call("POST", f"/chats/{chat}/read")
        ann = self.person(a).open("Long")
        expect(ann.page.locator(".row").last).to_be_in_viewport()
        ann.page.evaluate(MEASURE)
        steps, strayed, rows = 0, 0, 0
        while not ann.page.evaluate("document.querySelector('.list-head').textContent !== ''"):
            result = ann.page.evaluate(SCROLL, [-1200, 40])
            strayed, rows = max(strayed, result["strayed"]), max(rows, result["rows"])
            steps += 40
            self.assertLess(steps, 4000, "the first message was not reached")
        ann.page.evaluate("document.querySelector('.scroller').scrollTop = 0")
        first = a.messages(chat, after_id=0, limit=1)[0]["content"]
        until("the first message", lambda: ann.texts()[:1] == [first])
        down = ann.page.evaluate(SCROLL, [1200, 120])
        strayed, rows = max(strayed, down["strayed"]), max(rows, down["rows"])
        tasks = ann.page.evaluate("window.longTasks")
        print(f"scrolled {COUNT} messages in {steps} steps: at most {rows} rows in the page, strayed {strayed:.1f} px,"
              f" {len(tasks)} long tasks, the longest {max(tasks, default=0):.0f} ms")
        self.assertLessEqual(strayed, 2)
        self.assertLessEqual(rows, 200)
        # From far up to the newest and back to where nothing is missing.
        ann.page.click(".to-bottom")
        expect(ann.page.locator(".row").last).to_be_in_viewport()
        newest = a.messages(chat, limit=1)[0]["content"]
        until("the newest message", lambda: ann.texts()[-1] == newest.rstrip() or ann.texts()[-1] == newest)
        self.check()

    def test_messages_in_the_middle_are_all_there(self):
        a, b = self.account("Ann"), self.account("Bob")
        chat = a.group("Middle", b)
        ids = [b.say(chat, f"Number {index}")["id"] for index in range(700)]
        last = a.say(chat, "Back", reply_to_id=ids[350])
        a.call("POST", f"/chats/{chat}/read")
        ann = self.person(a).open("Middle")
        ann.bubble("Back").locator(".quote").click()
        expect(ann.page.locator(".message:focus .text")).to_contain_text("Number 350")
        seen = set()
        for _ in range(200):
            seen |= set(ann.texts())
            ann.page.evaluate(SCROLL, [700, 3])
            if "Back" in seen:
                break
        missing = [index for index in range(350, 700) if f"Number {index}" not in seen]
        self.assertEqual(missing, [])
        # Having come down to the newest, it follows what comes.
        until("the end", lambda: ann.page.evaluate(SCROLL, [3000, 3]) and ann.page.locator(".to-bottom").is_hidden())
        b.say(chat, "The next one")
        ann.sees("The next one")
        expect(ann.bubble("The next one")).to_be_in_viewport()
        self.assertLess(last["id"], a.messages(chat)[0]["id"])
        self.check()


if __name__ == "__main__":
    unittest.main()
