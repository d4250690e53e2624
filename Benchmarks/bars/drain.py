"""P5: the way behind."""

import contextlib
import os
import pathlib
import shutil
import tempfile
import time

from measuring.database import fresh_database, psql
from measuring.floors import start_postgres
from measuring.ourselves import backlog, start_nodus
from measuring.processes import Server
from measuring.samples import load, server_seconds
from measuring.settings import RELEASE
from measuring.table import Row

TABLES = {
    "users": "id, email, password_hash, display_name, avatar_url, created_at, tag, position",
    "chats": "id, title, is_group, created_at, position",
    "chat_members": "chat_id, user_id, role, joined_at, is_present, joined_after, read_through, "
                    "position",
    "messages": "id, chat_id, author_id, type, content, payload, ts, reply_to_id, is_deleted, "
                "deleted_at, updated_at, position",
}


def drain_bar(stack, folder):
    """P5. A journal that no database has seen is brought into an empty one, over and over; and the
    same rows by psql, in the same tables, with all their indexes and keys."""
    postgres = start_postgres(stack, folder)
    folder.joinpath("sent").mkdir()
    nodus, port = start_nodus(stack, folder / "sent")
    load(nodus, port, 64, "--kind", "send")
    nodus.stop()
    count = 0

    def fresh():
        url = fresh_database(postgres, "bench")
        psql(url, "CHECKPOINT")
        return url

    def drain():
        url = fresh()
        with contextlib.ExitStack() as sample_stack:
            copy = pathlib.Path(tempfile.mkdtemp(dir=folder))
            sample_stack.callback(shutil.rmtree, copy)
            shutil.copytree(folder / "sent/data/journal", copy / "data/journal")
            shutil.copy(folder / "sent/data/token-secret", copy / "data")
            os.sync()
            server = Server(sample_stack, copy, [
                RELEASE / "nodus", "serve", "--port", 0, "--log-level", "error", "--data-dir",
                copy / "data", "--snapshot-dir", copy / "snapshots", "--database-url", url,
            ])
            port = server.announced_port()
            start, used = time.monotonic(), server_seconds(server.pids)
            while backlog(port) > 0:
                time.sleep(0.01)
            elapsed = time.monotonic() - start
            used = server_seconds(server.pids) - used
        return {
            "value": count / elapsed, "server_cpu": used / elapsed, "client_cpu": 0, "other_cpu": 0,
        }

    def copy_in():
        url = fresh()
        os.sync()
        loads = [
            f"\\copy {table} ({columns}) FROM '{folder}/{table}.copy'"
            for table, columns in TABLES.items()
        ]
        start = time.monotonic()
        psql(url, *loads)
        elapsed = time.monotonic() - start
        return {"value": count / elapsed, "server_cpu": 0, "client_cpu": 0, "other_cpu": 0}

    drain()
    url = f"{postgres}/bench"
    for table, columns in TABLES.items():
        psql(url, f"\\copy {table} ({columns}) TO '{folder}/{table}.copy'")
        count += int(psql(url, f"SELECT count(*) FROM {table}"))
    contestants = {"\\copy": copy_in, "nodus": drain}
    rows = [Row(f"P5 {count:,} rows into Postgres", "nodus", "\\copy", "/s", 0.5, 0.9)]
    return contestants, rows, {}
