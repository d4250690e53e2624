#!/usr/bin/python3
"""Prints every new message of a person's chats once, in order, also while the server restarts.

    Examples/follow.py http://127.0.0.1:8000 ann@example.org PASSWORD

Prints "following" when it has begun, then a line a message: chat, id, text.
"""

import asyncio
import json
import random
import sys

import aiohttp

INVALID_TOKEN = 1008
SESSION_REVOKED = 4001
PAUSE_MAX_SECONDS = 5


class Follower:
    def __init__(self, http, email, password):
        self.http = http
        self.credentials = {"email": email, "password": password}
        self.token = None
        # Where the stream goes on from; nothing before the first hello.
        self.cursor = {}
        # The newest message that was printed, by chat.
        self.newest = {}

    async def follow(self):
        pause = 0.1
        while True:
            try:
                if self.token is None:
                    await self.log_in()
                async for frame in self.frames():
                    pause = 0.1
                    await self.take(frame)
            except aiohttp.ClientResponseError as error:
                if error.status < 500 and error.status not in (401, 429):
                    raise
                if error.status == 401:
                    self.token = None
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                pass
            # Not all at once, when a server comes back to many.
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, PAUSE_MAX_SECONDS)

    async def log_in(self):
        async with self.http.post("/api/v1/auth/login", json=self.credentials) as answer:
            if answer.status == 401:
                sys.exit("Invalid credentials")
            answer.raise_for_status()
            self.token = (await answer.json())["access_token"]

    async def frames(self):
        """The frames of one socket, from where the last one was left."""
        query = {"token": self.token, **self.cursor}
        async with self.http.ws_connect("/ws", params=query, autoping=True) as socket:
            async for message in socket:
                if message.type == aiohttp.WSMsgType.TEXT:
                    yield json.loads(message.data)
            if socket.close_code in (INVALID_TOKEN, SESSION_REVOKED):
                self.token = None

    async def take(self, frame):
        event, data = frame["event"], frame["data"]
        if event == "hello":
            is_first = not self.cursor
            self.cursor = {"epoch": data["epoch"], "since": data["seq"]}
            for chat in data["chats"] if is_first else []:
                self.newest[chat] = await self.newest_of(chat)
            if is_first:
                print("following", flush=True)
        elif event == "resync":
            async with self.get("/chats") as answer:
                for chat in await answer.json():
                    await self.catch_up(chat["id"])
        elif event == "chat.resync":
            await self.catch_up(data["chat_id"])
        elif event == "message.created":
            self.show(data)
        # Only now: if this was cut off in the middle, the frame comes again.
        if "seq" in frame:
            self.cursor["since"] = frame["seq"]

    async def newest_of(self, chat):
        async with self.get("/messages", chat_id=chat, limit=1) as answer:
            messages = (await answer.json())["messages"]
            return messages[0]["id"] if messages else 0

    async def catch_up(self, chat):
        has_more = True
        while has_more:
            after = self.newest.get(chat, 0)
            async with self.get("/messages", chat_id=chat, limit=200, after_id=after) as answer:
                page = await answer.json()
            for message in sorted(page["messages"], key=lambda message: message["id"]):
                self.show(message)
            has_more = page["has_more"]

    def show(self, message):
        """What was shown already, by a page or before the socket was cut, is not shown again."""
        if message["id"] <= self.newest.get(message["chat_id"], 0):
            return
        self.newest[message["chat_id"]] = message["id"]
        print(message["chat_id"], message["id"], message["content"], flush=True)

    def get(self, path, **query):
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.get(
            f"/api/v1{path}", params=query, headers=headers, raise_for_status=True
        )


async def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    server, email, password = sys.argv[1:]
    timeout = aiohttp.ClientTimeout(total=None, connect=10)
    async with aiohttp.ClientSession(server, timeout=timeout) as http:
        await Follower(http, email, password).follow()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
