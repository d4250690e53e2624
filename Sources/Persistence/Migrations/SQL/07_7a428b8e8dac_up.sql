CREATE TABLE attachments (
    id varchar(36) PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    message_id integer REFERENCES messages ON DELETE CASCADE,
    filename varchar(255) NOT NULL,
    content_type varchar(100) NOT NULL,
    size_bytes integer NOT NULL,
    storage_key varchar(512) NOT NULL,
    metadata jsonb,
    created_at timestamp NOT NULL DEFAULT now()
);
CREATE INDEX ix_attachments_user_id ON attachments (user_id);
CREATE INDEX ix_attachments_message_id ON attachments (message_id);
