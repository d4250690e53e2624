CREATE TABLE friends (
    id serial PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    friend_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    status varchar(20) NOT NULL DEFAULT 'pending',
    created_at timestamp NOT NULL DEFAULT now(),
    updated_at timestamp,
    CONSTRAINT uq_friends UNIQUE (user_id, friend_id),
    CONSTRAINT check_not_self_friend CHECK (user_id <> friend_id)
);
CREATE INDEX ix_friends_user_id ON friends (user_id);
CREATE INDEX ix_friends_friend_id ON friends (friend_id);
CREATE INDEX ix_friends_status ON friends (status);

CREATE TABLE pinned_chats (
    id serial PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    chat_id integer NOT NULL REFERENCES chats ON DELETE CASCADE,
    pin_order integer NOT NULL,
    pinned_at timestamp NOT NULL DEFAULT now(),
    CONSTRAINT uq_pinned_chat UNIQUE (user_id, chat_id)
);
CREATE INDEX ix_pinned_chats_user_id ON pinned_chats (user_id);
CREATE INDEX ix_pinned_chats_chat_id ON pinned_chats (chat_id);
CREATE INDEX ix_pinned_chats_user_order ON pinned_chats (user_id, pin_order);
