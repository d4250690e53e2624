"""Databases of more people than can be registered, since each of those has a password to hash."""

import subprocess

from .processes import needed
from .settings import RELEASE

PASSWORD = "correct horse"

# Each is in as many chats as there are layers. The chats of a layer share out all people, each layer
# in another way, so that few meet in two chats. One can sign in; the others have hashes as long as
# real ones, no two alike.
PEOPLE = """
    CREATE EXTENSION pgcrypto;
    INSERT INTO users (id, email, password_hash, display_name, created_at, tag)
    SELECT n, 'person-' || n || '@users.example.com',
        '$argon2id$v=19$m=19456,t=2,p=1$' || left(encode(sha256(n::text::bytea), 'base64'), 22)
            || '$' || left(encode(sha256(('hash ' || n)::bytea), 'base64'), 43),
        'Person Number ' || n, '2026-01-01', 'person' || n || '_' || n
    FROM generate_series(1, {people}) AS n;
    UPDATE users SET password_hash = crypt('{password}', gen_salt('bf', 4)) WHERE id = 1;
    UPDATE nodus_state SET newest_user = {people}, newest_chat = {layers} * {width};
"""
CHATS = """
    INSERT INTO chats (id, title, created_at)
    SELECT n, 'chat ' || n, '2026-01-01' FROM generate_series(1, {layers} * {width}) AS n;
    ALTER TABLE chat_members DROP CONSTRAINT chat_members_pkey;
    INSERT INTO chat_members (chat_id, user_id, role, joined_at)
    SELECT layer * {width} + (n % {width} + layer * (n / {width})) % {width} + 1, n + 1,
        CASE WHEN n / {width} = 0 THEN 'admin' ELSE 'member' END, '2026-01-01'
    FROM generate_series(0, {layers} - 1) AS layer, generate_series(0, {people} - 1) AS n;
    SET maintenance_work_mem = '512MB';
    ALTER TABLE chat_members ADD PRIMARY KEY (chat_id, user_id);
"""


def psql(url, *commands):
    arguments = [argument for command in commands for argument in ("-c", command)]
    done = subprocess.run(
        [needed("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", url, *arguments],
        check=True, capture_output=True, text=True,
    )
    return done.stdout.strip()


def fresh_database(postgres, name):
    """With our tables in it, and nothing in those."""
    psql(f"{postgres}/postgres", f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    url = f"{postgres}/{name}"
    migrate = [RELEASE / "nodus", "migrate", "up", "--database-url", url]
    subprocess.run(migrate, check=True, stdout=subprocess.DEVNULL)
    return url


def database_of_people(postgres, name, people, chats, members):
    """As one of the original's is once `nodus migrate` has been at it: a server with an empty data
    folder takes it over. Everybody is in so many chats, each of so many members; nobody has sent
    anything."""
    if people % members:
        raise ValueError("people who fill their chats")
    url = fresh_database(postgres, name)
    values = {"people": people, "layers": chats, "width": people // members, "password": PASSWORD}
    commands = PEOPLE + (CHATS if chats else "")
    psql(url, *filter(str.strip, commands.format(**values).split(";")), "CHECKPOINT")
    return url
