ALTER TABLE messages
    ADD COLUMN reply_to_id integer,
    ADD COLUMN is_deleted boolean NOT NULL DEFAULT false,
    ADD COLUMN deleted_at timestamp,
    ADD COLUMN updated_at timestamp,
    ADD CONSTRAINT fk_messages_reply_to_id
        FOREIGN KEY (reply_to_id) REFERENCES messages ON DELETE SET NULL;
CREATE INDEX ix_messages_reply_to_id ON messages (reply_to_id);
CREATE INDEX ix_messages_is_deleted ON messages (is_deleted);

CREATE TABLE message_reactions (
    id serial PRIMARY KEY,
    message_id integer NOT NULL REFERENCES messages ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    emoji varchar(10) NOT NULL,
    created_at timestamp NOT NULL DEFAULT now(),
    CONSTRAINT uq_message_reaction UNIQUE (message_id, user_id, emoji)
);
CREATE INDEX ix_message_reactions_message_id ON message_reactions (message_id);
