"""How long the page takes: prints one JSON object, in milliseconds. No test: nothing is asserted."""

import json
import sys

from playwright.sync_api import sync_playwright

from support import Account, Server, chromium, until

# From the beginning of the navigation until the frame after the newest message came into the page.
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector('.row .text')) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.firstPage = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""

SCROLL = """async (steps) => {
  const tasks = [];
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) tasks.push(entry.duration); })
    .observe({ type: 'longtask' });
  const scroller = document.querySelector('.scroller');
  for (let step = 0; step < steps; step++) {
    scroller.scrollTop -= 1200;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }
  return tasks;
}"""


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    server = Server().start()
    try:
        ann = Account(server, "Ann")
        chats = [ann.group(f"Chat {number}") for number in range(20)]
        for chat in chats:
            for number in range(60):
                ann.say(chat, f"Message {number}, and some words that make it as long as most")
        for number in range(1, 3000):
            ann.say(chats[0], f"Message {number} of many")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            context = browser.new_context()
            page = context.new_page()
            page.goto(server.url)
            page.fill("[name=email]", ann.email)
            page.fill("[name=password]", "correct horse")
            page.click("form button.primary")
            page.wait_for_selector(".app")
            state = context.storage_state()
            context.close()
            first, tasks = [], []
            for _ in range(rounds):
                # A context begins with an empty cache.
                context = browser.new_context(storage_state=state)
                context.add_init_script(WATCH)
                page = context.new_page()
                page.goto(f"{server.url}/#/chat/{chats[0]}")
                until("the newest page", lambda: page.evaluate("window.firstPage !== undefined"))
                first.append(page.evaluate("window.firstPage"))
                tasks.append(max(page.evaluate(SCROLL, 300), default=0))
                # Renewed tokens are in here.
                state = context.storage_state()
                context.close()
            browser.close()
    finally:
        server.stop()
    print(json.dumps({"firstPage": first, "longestTask": tasks}))


if __name__ == "__main__":
    main()
