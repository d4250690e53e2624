-- What the write-behind keeps beside the rows: how far it has come, at which position each row was
-- written, and what the database refused.

LOCK TABLE users IN ACCESS EXCLUSIVE MODE;

ALTER TABLE users
    ADD COLUMN legacy_password_hash varchar(255),
    ADD COLUMN last_seen timestamp,
    ADD COLUMN position bigint NOT NULL DEFAULT 0;
-- A login replaces the old hash, and the way back wants it again.
UPDATE users SET legacy_password_hash = password_hash WHERE password_hash LIKE '$2%';
-- A mail or tag may go from one person to another within one batch, in any order.
DROP INDEX ix_users_email;
DROP INDEX ix_users_tag;
CREATE INDEX ix_users_email ON users (email);
CREATE INDEX ix_users_tag ON users (tag);

ALTER TABLE chats ADD COLUMN position bigint NOT NULL DEFAULT 0;
ALTER TABLE chat_members ADD COLUMN position bigint NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN position bigint NOT NULL DEFAULT 0;
ALTER TABLE message_reactions ADD COLUMN position bigint NOT NULL DEFAULT 0;

ALTER TABLE nodus_state
    ADD COLUMN epoch char(32),
    ADD COLUMN applied_position bigint NOT NULL DEFAULT 0;

CREATE TABLE nodus_dead_letters (
    id bigserial PRIMARY KEY,
    position bigint NOT NULL,
    table_name text NOT NULL,
    row_key text NOT NULL,
    events bytea NOT NULL,
    code text NOT NULL,
    error text NOT NULL,
    at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc')
);
