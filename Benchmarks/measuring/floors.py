"""Servers of others, and bare ones, that ours is measured beside."""

import getpass
import os
import pathlib
import shutil
import subprocess

from .processes import Missing, Server, compile_c, free_port, needed
from .settings import LOOPS, RELEASE, ROOT


def start_nio(stack, folder, page):
    server = Server(stack, folder, [
        RELEASE / "nodus-bench", "floor", "--loops", LOOPS, "--body-file", page,
    ])
    return server, server.announced_port()


def compiled(folder, name):
    """One of the floors in C, which are programs of one file each."""
    return compile_c(ROOT / "Benchmarks/floors" / f"{name}.c", folder / name, "-pthread")


def start_epoll(stack, folder, page):
    server = Server(stack, folder, [compiled(folder, "epoll"), LOOPS, page])
    return server, server.announced_port()


def start_nginx(stack, folder, page):
    """Serves the same bytes as a file, under the path that our server has them at."""
    site = folder / "site/api/v1"
    site.mkdir(parents=True)
    shutil.copy(page, site / "messages")
    port = free_port()
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(f"""
        daemon off; worker_processes {LOOPS}; pid {folder}/nginx.pid; {user}
        error_log {folder}/nginx-error.log;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; keepalive_requests 1000000000; sendfile on; tcp_nopush on;
            open_file_cache max=16; default_type application/json; {temporary}
            server {{ listen 127.0.0.1:{port}; root {folder}/site; }}
        }}
    """)
    server = Server(stack, folder, [needed("nginx"), "-e", "stderr", "-c", config])
    return server, server.wait_for(port)


def start_redis(stack, folder):
    needed("redis-benchmark")
    data = folder / "redis"
    data.mkdir()
    port = free_port()
    server = Server(stack, folder, [
        needed("redis-server"), "--bind", "127.0.0.1", "--port", port, "--dir", data,
        "--appendonly", "yes", "--appendfsync", "always", "--save", "",
        "--auto-aof-rewrite-percentage", 0, "--logfile", folder / "redis-server.log",
    ])
    return server, server.wait_for(port)


def start_postgres(stack, folder):
    """A throw-away cluster with the defaults but for its place: as durable as they come."""
    programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise Missing("postgresql is not installed")
    # It refuses to run as root.
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    user = user if os.geteuid() == 0 else []
    data = folder / "postgres"
    data.mkdir()
    if user:
        for path in (folder, folder.parent, folder.parent.parent):
            path.chmod(path.stat().st_mode | 0o011)
        shutil.chown(data, "postgres", "postgres")
    run = [*user, programs[-1] / "initdb", "-D", data / "db", "-A", "trust", "-U", "postgres"]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    server = Server(stack, folder, [
        *user, programs[-1] / "postgres", "-D", data / "db", "-k", data, "-p", port,
        "-c", "listen_addresses=127.0.0.1",
    ])
    server.wait_for(port)
    return f"postgresql://postgres@127.0.0.1:{port}"


def start_nats(stack, folder):
    port = free_port()
    config = folder / "nats.conf"
    config.write_text(f"""
        listen: "127.0.0.1:{free_port()}"
        websocket {{ listen: "127.0.0.1:{port}", no_tls: true }}
    """)
    server = Server(stack, folder, [needed("nats-server"), "-c", config])
    return server, server.wait_for(port)


def start_mosquitto(stack, folder):
    """It does not start with a WebSocket listener alone."""
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(
        "allow_anonymous true\npersistence false\n"
        f"listener {free_port()} 127.0.0.1\n"
        f"listener {port} 127.0.0.1\nprotocol websockets\n"
    )
    server = Server(stack, folder, [needed("mosquitto"), "-c", config])
    return server, server.wait_for(port)
