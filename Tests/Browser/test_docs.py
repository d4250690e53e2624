"""The pages about the interface, as somebody who writes a client uses them."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

from axe_playwright_python.sync_playwright import Axe

from support import PASSWORD, ROOT, BrowserTest, Server, expect, until


class DocsTest(BrowserTest):
    def test_every_call_works_from_the_page_after_signing_in_there(self):
        if not (ROOT / "Web/docs/swagger-ui/swagger-ui-bundle.js").exists():
            print("NOT RUN: the calls from /docs: scripts/swagger-ui could not get Swagger UI")
            self.skipTest("no Swagger UI")
        account = self.account("Ann")
        window = self.window(f"{self.server.url}/docs")
        page = window.page
        expect(page.locator("#missing")).to_be_hidden()
        expect(page.locator(".opblock").first).to_be_visible()
        document = json.loads(page.evaluate("fetch('/openapi.json').then((answer) => answer.text())"))
        named = {path: {method: operation["operationId"] for method, operation in methods.items()}
                 for path, methods in document["paths"].items()}
        me = named["/api/v1/users/me"]["get"]
        log_in = named["/api/v1/auth/login"]["post"]
        self.execute(page, log_in, json.dumps({"email": account.email, "password": PASSWORD}), ["200"])
        # Signing in has authorized the page.
        self.assertIn(account.email, self.execute(page, me, None, ["200"]))
        tried = 0
        for methods in document["paths"].values():
            for operation in methods.values():
                if operation["operationId"] == named["/api/v1/auth/logout"]["post"]:
                    continue
                described = {status for status in operation["responses"] if status != "default"}
                # The page has to send what the document wants, and the token; only the example's is none.
                if operation["operationId"] != named["/api/v1/auth/refresh"]["post"]:
                    described -= {"401", "422"}
                described -= {"500", "503"}
                self.execute(page, operation["operationId"], None, described)
                tried += 1
        self.assertGreater(tried, 35)
        self.assertEqual(page.evaluate("window.cspReports"), [])

    def execute(self, page, operation, body, statuses):
        """Sends an operation's request from the page, as it stands there or with another body.

        Returns what the page shows of the answer."""
        block = page.locator(f".opblock[id$='-{operation}']")
        block.locator(".opblock-summary-control").click()
        if body is not None:
            block.locator("textarea.body-param__text").fill(body)
        block.locator(".execute").click()
        status = block.locator(".live-responses-table .response-col_status").last
        expect(status).to_have_text(re.compile(r"^\s*\d{3}"))
        self.assertIn(status.inner_text().split()[0], statuses, operation)
        shown = block.locator(".live-responses-table").inner_text()
        block.locator(".opblock-summary-control").click()
        return shown

    def test_the_events_are_readable_and_found_by_their_names(self):
        window = self.window(f"{self.server.url}/docs/events#message.created")
        page = window.page
        entry = page.locator("section[id='message.created']")
        expect(entry).to_be_in_viewport()
        expect(entry).to_contain_text("A message was sent")
        expect(entry.locator("pre")).to_contain_text("Good morning!")
        document = json.loads(page.evaluate("fetch('/asyncapi.json').then((answer) => answer.text())"))
        names = [*document["components"]["messages"], *document["components"]["schemas"]]
        titles = page.locator(".entry h3").all_inner_texts()
        self.assertEqual(set(titles), {name for name in names if not name.endswith(".reply")})
        page.locator("#contents a", has_text=re.compile("^subscribe$")).click()
        expect(page.locator("#command-subscribe")).to_be_in_viewport()
        page.locator("#command-send a", has_text="Message").first.click()
        expect(page.locator("#schema-Message")).to_be_in_viewport()
        self.check()

    def test_the_events_fit_a_phone_and_have_no_serious_fault(self):
        for scheme in ["light", "dark"]:
            window = self.window(
                f"{self.server.url}/docs/events", viewport={"width": 390, "height": 800}, color_scheme=scheme)
            expect(window.page.locator("#schemas")).to_be_attached()
            width = window.page.evaluate("document.documentElement.scrollWidth")
            self.assertLessEqual(width, 390)
            faults = [fault for fault in Axe().run(window.page).response["violations"]
                      if fault["impact"] in ("serious", "critical")]
            self.assertEqual([(fault["id"], fault["nodes"][0]["html"]) for fault in faults], [])
        self.check()

    def test_the_page_says_how_to_get_the_program_that_shows_it(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="nodus-browser-"))
        self.addCleanup(shutil.rmtree, folder)
        without = shutil.ignore_patterns("swagger-ui", "test", "node_modules")
        shutil.copytree(ROOT / "Web", folder / "Web", ignore=without)
        server = Server("--web-dir", str(folder / "Web"))
        self.addCleanup(server.stop)
        server.start()
        page = self.window(f"{server.url}/docs").page
        expect(page.locator("#missing")).to_contain_text("scripts/swagger-ui")
        page.click("#missing a[href='/openapi.json']")
        until("the document is shown", lambda: '"openapi"' in page.content())


if __name__ == "__main__":
    unittest.main()
