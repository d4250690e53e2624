CREATE TABLE users (
    id serial PRIMARY KEY,
    email varchar(255) NOT NULL,
    password_hash varchar(255) NOT NULL,
    display_name varchar(255) NOT NULL,
    avatar_url varchar(1024),
    created_at timestamp NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ix_users_email ON users (email);

CREATE TABLE chats (
    id serial PRIMARY KEY,
    title varchar(255) NOT NULL,
    is_group boolean NOT NULL DEFAULT true,
    created_at timestamp NOT NULL DEFAULT now()
);

CREATE TABLE chat_members (
    id serial PRIMARY KEY,
    chat_id integer NOT NULL REFERENCES chats ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    role varchar(50) NOT NULL DEFAULT 'member',
    joined_at timestamp NOT NULL DEFAULT now(),
    CONSTRAINT uq_chat_member UNIQUE (chat_id, user_id)
);
CREATE INDEX ix_chat_members_chat_id ON chat_members (chat_id);
CREATE INDEX ix_chat_members_user_id ON chat_members (user_id);

CREATE TABLE messages (
    id serial PRIMARY KEY,
    chat_id integer NOT NULL REFERENCES chats ON DELETE CASCADE,
    author_id integer REFERENCES users ON DELETE SET NULL,
    type varchar(50) NOT NULL,
    content text,
    payload jsonb,
    ts timestamp NOT NULL DEFAULT now()
);
CREATE INDEX ix_messages_author_id ON messages (author_id);
CREATE INDEX ix_messages_chat_id ON messages (chat_id);
CREATE INDEX ix_messages_chat_ts ON messages (chat_id, ts);
CREATE INDEX ix_messages_ts ON messages (ts);
