"""What the browser tests stand on: a server of their own, a proxy before it, and people in browsers."""

import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"
TIMEOUT_MS = 60_000

expect.set_options(timeout=TIMEOUT_MS)


def binary():
    named = os.environ.get("NODUS_BINARY")
    for path in filter(None, [named, ROOT / ".build/release/nodus", ROOT / ".build/debug/nodus"]):
        if pathlib.Path(path).exists():
            return str(path)
    raise RuntimeError("no server to test against: build it, or name it in NODUS_BINARY")


def chromium():
    for name in ["chromium", "chromium-browser", "google-chrome"]:
        if path := shutil.which(name):
            return path
    raise RuntimeError("no browser: install chromium")


def free_port():
    """One below those that outgoing connections take, so that it stays free between two starts."""
    for _ in range(100):
        port = random.randrange(20_000, 32_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no port is free")


def until(what, check, seconds=90.0):
    """Waits until `check` gives something; says what was missing where it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := check():
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {what}")


def type_until(sign, *fields):
    """Types in each of the fields, again and again since it is soon over, until there is a sign of it."""

    def check():
        for field, text in fields:
            field.fill(text[:-1])
            field.fill(text)
        return sign.count()

    until("it is seen that somebody types", check)


class Server:
    """A server with a folder of its own, which can be killed and started again where it was."""

    def __init__(self, *options):
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="nodus-browser-")
        self.port = free_port()
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        arguments = [
            binary(), "serve", "--port", str(self.port), "--no-limits", "--log-level", "error",
            "--data-dir", f"{self.folder}/data", "--snapshot-dir", f"{self.folder}/snapshots",
            "--web-dir", str(ROOT / "Web"), *self.options,
        ]
        self.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
        until("the server is ready", self._is_ready, 180)
        return self

    def _is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError("the server ended at its start")
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, body=None, token=None):
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read()
        return json.loads(text) if text else None


class Account:
    """Somebody known to the server, as the HTTP interface has it."""

    count = 0

    def __init__(self, server, name):
        Account.count += 1
        self.server = server
        self.name = name
        self.email = f"person{Account.count}.{os.getpid()}@example.org"
        body = {"email": self.email, "password": PASSWORD, "display_name": name}
        answer = server.call("POST", "/auth/register", body)
        self.user = answer["user"]
        self.tokens = answer["tokens"]

    @property
    def id(self):
        return self.user["id"]

    def call(self, method, path, body=None):
        return self.server.call(method, path, body, self.tokens["access_token"])

    def say(self, chat, content, **fields):
        return self.call("POST", "/messages", {"chat_id": chat, "type": "text", "content": content, **fields})

    def group(self, title, *others):
        return self.call("POST", "/chats", {"title": title, "member_ids": [other.id for other in others]})["id"]

    def direct(self, other):
        return self.call("POST", "/chats/direct", {"user_id": other.id})["id"]

    def messages(self, chat, **query):
        terms = "".join(f"&{name}={value}" for name, value in query.items())
        return self.call("GET", f"/messages?chat_id={chat}{terms}")["messages"]


class Proxy:
    """Passes bytes on to the server, and can be cut."""

    def __init__(self, target):
        self.target = target
        self.is_cut = False
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _accept(self):
        while True:
            try:
                inner, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                inner.close()
                continue
            try:
                outer = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                inner.close()
                continue
            self.open |= {inner, outer}
            # Cut meanwhile, when it was not among those that are open.
            if self.is_cut:
                self._shut([inner, outer])
            for pair in [(inner, outer), (outer, inner)]:
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            self.open.discard(end)
            self._shut([end])
            end.close()

    @staticmethod
    def _shut(ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.is_cut = True
        self._shut(list(self.open))

    def restore(self):
        self.is_cut = False

    def close(self):
        self.cut()
        self.listener.close()


class Person:
    """Somebody at a browser window."""

    def __init__(self, test, url, **context):
        self.test = test
        self.complaints = []
        self.context = test.browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **context})
        self.context.add_init_script(
            "window.cspReports = []; document.addEventListener('securitypolicyviolation',"
            " (event) => window.cspReports.push(`${event.violatedDirective} ${event.blockedURI}`));")
        self.context.set_default_timeout(TIMEOUT_MS)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{error} {error.stack}"))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.goto(url)

    def _console(self, message):
        # A request that finds no server is the network's complaint, not the page's.
        is_network = message.text.startswith(("Failed to load resource", "WebSocket connection to"))
        if message.type in ("error", "warning") and not is_network:
            self.complaints.append(f"{message.type}: {message.text}")

    def sign_in(self, account):
        self.page.fill("[name=email]", account.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form button.primary")
        self.page.wait_for_selector(".app")
        return self

    def open(self, title):
        self.page.click(f".chat-item:has-text({json.dumps(title, ensure_ascii=False)})")
        self.page.wait_for_selector(".composer")
        expect(self.page.locator(".chat-head-title")).to_contain_text(title)
        return self

    def write(self, text):
        self.page.fill("#composer", text)
        self.page.press("#composer", "Enter")

    def bubble(self, text):
        return self.page.locator(f".row:has(.text:has-text({json.dumps(text, ensure_ascii=False)}))")

    def sees(self, text):
        expect(self.bubble(text).last).to_be_visible()

    def texts(self):
        """The messages in the page, without time and marks."""
        return self.page.evaluate(
            "[...document.querySelectorAll('.row .text')].map((text) => [...text.childNodes]"
            ".filter((node) => !node.classList?.contains('meta')).map((node) => node.textContent).join(''))")

    def act(self, text, action):
        """Uses a message's menu."""
        self.bubble(text).last.locator(".bubble").click(button="right")
        self.page.click(f".menu-item:has-text({json.dumps(action)})")

    def confirm(self):
        self.page.click("dialog .is-dangerous.primary")

    def check(self):
        """Nothing was complained about."""
        self.test.assertEqual(self.page.evaluate("window.cspReports"), [])
        self.test.assertEqual(self.complaints, [])


class BrowserTest(unittest.TestCase):
    """A test with a server and a browser; people are signed in with `person`."""

    options = []

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.options)
        # Also where what follows fails: it would hold our output, and whoever reads that.
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"], timeout=180_000)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.playwright.stop()

    def setUp(self):
        self.people = []
        self.addCleanup(self._finish)

    def _finish(self):
        for person in self.people:
            person.context.close()

    def account(self, name):
        return Account(self.server, name)

    def window(self, url=None, **context):
        person = Person(self, url or self.server.url, **context)
        self.people.append(person)
        return person

    def person(self, account, url=None, **context):
        return self.window(url, **context).sign_in(account)

    def check(self):
        for person in self.people:
            person.check()
