CREATE TABLE message_reads (
    id serial PRIMARY KEY,
    message_id integer NOT NULL REFERENCES messages ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    read_at timestamp NOT NULL DEFAULT now(),
    CONSTRAINT uq_message_read UNIQUE (message_id, user_id)
);
CREATE INDEX ix_message_reads_message_id ON message_reads (message_id);
CREATE INDEX ix_message_reads_user_id ON message_reads (user_id);
