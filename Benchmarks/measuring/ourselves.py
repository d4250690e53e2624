"""Our own server."""

import http.client
import json
import sys
import time

from .processes import Server
from .settings import RELEASE


def serve(folder, port=0, log_level="error", database=None):
    arguments = [
        RELEASE / "nodus", "serve", "--no-limits", "--port", port, "--log-level", log_level,
        "--data-dir", folder / "data", "--snapshot-dir", folder / "snapshots",
    ]
    return arguments + (["--database-url", database] if database else [])


def start_nodus(stack, folder, log_level="error", environment=None, database=None):
    server = Server(stack, folder, serve(folder, 0, log_level, database), environment)
    return server, server.announced_port()


def filled_chats(port, count):
    """Registers someone with chats of 60 messages; the paths of their pages, and the header."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Content-Type": "application/json"}

    def ask(method, path, body=None):
        connection.request(method, "/api/v1" + path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            sys.exit(f"{method} {path}: {answer.status} {text[:200]}")
        return text

    person = {"email": "bench@example.org", "password": "correct horse", "display_name": "Bench"}
    token = json.loads(ask("POST", "/auth/register", person))["tokens"]["access_token"]
    headers["Authorization"] = f"Bearer {token}"
    paths = []
    for index in range(count):
        chat = json.loads(ask("POST", "/chats", {"title": f"{index}", "member_ids": []}))["id"]
        message = {"chat_id": chat, "type": "text", "content": "a line of some words, " * 3}
        for _ in range(60):
            ask("POST", "/messages", message)
        paths.append(f"/messages?chat_id={chat}&limit=50")
    page = ask("GET", paths[0])
    return page, ["/api/v1" + path for path in paths], f"Authorization: Bearer {token}"


def backlog(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/health/ready")
    report = json.loads(connection.getresponse().read())
    connection.close()
    return report["backlog_events"] if report["database"] == "up" else 1


def wait_for_store(port):
    while backlog(port) > 0:
        time.sleep(0.05)
