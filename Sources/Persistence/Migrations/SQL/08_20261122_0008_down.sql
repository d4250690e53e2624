-- The way back: everything that the original can hold, in the tables it knows. They are built anew,
-- because a column that comes back would otherwise stand behind all others.

LOCK TABLE users, chats, chat_members, member_absences, messages, message_reactions, attachments
    IN ACCESS EXCLUSIVE MODE;

-- 1. Refuses what the original's tables cannot hold.
DO $$
DECLARE
    lines text[];
    own_count bigint;
    legacy bigint;
    payload_row record;
BEGIN
    SELECT count(*), max(nodus_state.legacy_message_id) INTO own_count, legacy
    FROM nodus_state
    JOIN messages ON messages.id > nodus_state.legacy_message_id;
    IF own_count > 2147483647 - legacy THEN
        lines := lines || format(
            '%s messages are newer than %s, and ids of the type integer end at 2147483647',
            own_count,
            legacy
        );
    END IF;

    SELECT lines || array_agg(line ORDER BY line) INTO lines
    FROM (
        SELECT format('message %s: there is no chat %s', id, chat_id) AS line
        FROM messages
        WHERE NOT EXISTS (SELECT FROM chats WHERE chats.id = chat_id)
        UNION ALL
        SELECT format('message %s: there is no user %s', id, author_id)
        FROM messages
        WHERE author_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM users WHERE users.id = author_id)
        UNION ALL
        SELECT format('message %s: there is no message %s to reply to', id, reply_to_id)
        FROM messages
        WHERE reply_to_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM messages AS parents WHERE parents.id = messages.reply_to_id)
        UNION ALL
        SELECT format('member %s of chat %s: there is no such chat', user_id, chat_id)
        FROM chat_members
        WHERE NOT EXISTS (SELECT FROM chats WHERE chats.id = chat_id)
        UNION ALL
        SELECT format('member %s of chat %s: there is no such user', user_id, chat_id)
        FROM chat_members
        WHERE NOT EXISTS (SELECT FROM users WHERE users.id = user_id)
        UNION ALL
        SELECT format('reaction %s: there is no message %s', id, message_id)
        FROM message_reactions
        WHERE NOT EXISTS (SELECT FROM messages WHERE messages.id = message_id)
        UNION ALL
        SELECT format('reaction %s: there is no user %s', id, user_id)
        FROM message_reactions
        WHERE NOT EXISTS (SELECT FROM users WHERE users.id = user_id)
    ) AS problems;

    -- \u0000, half a surrogate pair or a number of 200,000 digits is json, but not jsonb.
    FOR payload_row IN SELECT id, payload FROM messages WHERE payload IS NOT NULL LOOP
        BEGIN
            PERFORM payload_row.payload::jsonb;
        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
            lines := lines || format('message %s: its payload: %s', payload_row.id, SQLERRM);
        END;
    END LOOP;

    IF lines IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = concat(
            E'the original''s tables cannot hold these rows:\n  ',
            array_to_string(lines[:20], E'\n  '),
            CASE
                WHEN cardinality(lines) > 20
                THEN format(E'\n  and %s more', cardinality(lines) - 20)
            END
        );
    END IF;
END
$$;

-- 2. The ids since the original's, in order, from its newest on.

CREATE TEMPORARY TABLE renumbered ON COMMIT DROP AS
SELECT
    messages.id AS old_id,
    (nodus_state.legacy_message_id + row_number() OVER (ORDER BY messages.id))::integer AS new_id
FROM messages
CROSS JOIN nodus_state
WHERE messages.id > nodus_state.legacy_message_id;
CREATE UNIQUE INDEX ON renumbered (old_id);
ANALYZE renumbered;

-- 3. The two lowest marks of each chat: a message is `read` at or below the lowest, or, where that
-- is its author's own, the second.

CREATE TEMPORARY TABLE bounds ON COMMIT DROP AS
SELECT
    chat_id,
    max(settled_through) FILTER (WHERE rank = 1) AS lowest,
    max(user_id) FILTER (WHERE rank = 1) AS lowest_user,
    max(settled_through) FILTER (WHERE rank = 2) AS second
FROM (
    SELECT
        chat_id,
        user_id,
        greatest(joined_after, read_through) AS settled_through,
        row_number() OVER (PARTITION BY chat_id ORDER BY greatest(joined_after, read_through))
            AS rank
    FROM chat_members
    WHERE is_present
) AS present
GROUP BY chat_id;

-- 4. The tables.

ALTER TABLE attachments DROP CONSTRAINT attachments_message_id_fkey;
UPDATE attachments SET message_id = renumbered.new_id
FROM renumbered
WHERE renumbered.old_id = attachments.message_id;
ALTER TABLE attachments ALTER COLUMN message_id TYPE integer;

ALTER TABLE messages RENAME TO nodus_messages;
ALTER TABLE message_reactions RENAME TO nodus_reactions;
ALTER TABLE chat_members RENAME TO nodus_members;

CREATE TABLE chat_members (
    id serial,
    chat_id integer NOT NULL,
    user_id integer NOT NULL,
    role varchar(50) NOT NULL DEFAULT 'member',
    joined_at timestamp NOT NULL DEFAULT now()
);
INSERT INTO chat_members (chat_id, user_id, role, joined_at)
SELECT chat_id, user_id, role, joined_at
FROM nodus_members
WHERE is_present
ORDER BY chat_id, joined_at, user_id;

CREATE TABLE messages (
    id serial,
    chat_id integer NOT NULL,
    author_id integer,
    type varchar(50) NOT NULL,
    content text,
    payload jsonb,
    ts timestamp NOT NULL DEFAULT now(),
    status varchar(20) NOT NULL DEFAULT 'delivered',
    reply_to_id integer,
    is_deleted boolean NOT NULL DEFAULT false,
    deleted_at timestamp,
    updated_at timestamp
);
INSERT INTO messages
SELECT
    coalesce(own.new_id, messages.id),
    messages.chat_id,
    messages.author_id,
    messages.type,
    messages.content,
    messages.payload::jsonb,
    messages.ts,
    CASE
        WHEN messages.id > CASE
            WHEN messages.author_id = bounds.lowest_user THEN bounds.second
            ELSE bounds.lowest
        END
        OR EXISTS (
            SELECT FROM member_absences
            WHERE member_absences.chat_id = messages.chat_id
            AND member_absences.user_id IS DISTINCT FROM messages.author_id
            AND member_absences.after_id < messages.id
            AND member_absences.through_id >= messages.id
        )
        THEN 'delivered'
        ELSE 'read'
    END,
    coalesce(parent.new_id, messages.reply_to_id),
    messages.is_deleted,
    messages.deleted_at,
    messages.updated_at
FROM nodus_messages AS messages
LEFT JOIN renumbered AS own ON own.old_id = messages.id
LEFT JOIN renumbered AS parent ON parent.old_id = messages.reply_to_id
LEFT JOIN bounds ON bounds.chat_id = messages.chat_id
ORDER BY messages.id;

CREATE TABLE message_reactions (
    id serial,
    message_id integer NOT NULL,
    user_id integer NOT NULL,
    emoji varchar(10) NOT NULL,
    created_at timestamp NOT NULL DEFAULT now()
);
-- Nothing refers to the id of a reaction; they are numbered anew where one is too large.
INSERT INTO message_reactions
SELECT
    CASE
        WHEN max(reactions.id) OVER () <= 1073741823 THEN reactions.id
        ELSE row_number() OVER (ORDER BY reactions.id)
    END,
    coalesce(renumbered.new_id, reactions.message_id),
    reactions.user_id,
    reactions.emoji,
    reactions.created_at
FROM nodus_reactions AS reactions
LEFT JOIN renumbered ON renumbered.old_id = reactions.message_id;

CREATE TABLE message_reads (
    id serial,
    message_id integer NOT NULL,
    user_id integer NOT NULL,
    read_at timestamp NOT NULL DEFAULT now()
);
INSERT INTO message_reads (message_id, user_id, read_at)
SELECT
    coalesce(renumbered.new_id, messages.id),
    members.user_id,
    coalesce(members.read_at, messages.ts)
FROM nodus_members AS members
JOIN nodus_messages AS messages
    ON messages.chat_id = members.chat_id
    AND messages.id <= members.read_through
    AND messages.author_id IS DISTINCT FROM members.user_id
LEFT JOIN renumbered ON renumbered.old_id = messages.id
ORDER BY messages.id, members.user_id;

DROP TABLE nodus_messages;
DROP TABLE nodus_reactions;
DROP TABLE nodus_members;
DROP TABLE member_absences;

-- 5. The ids that come next, above all that were handed out.

SELECT
    setval(sequence, greatest(newest, 1), coalesce(newest, 0) > 0)
FROM (
    SELECT
        'users_id_seq'::regclass AS sequence,
        greatest((SELECT max(id) FROM users), newest_user) AS newest
    FROM nodus_state
    UNION ALL
    SELECT 'chats_id_seq', greatest((SELECT max(id) FROM chats), newest_chat)
    FROM nodus_state
    UNION ALL
    SELECT 'messages_id_seq', greatest((SELECT max(id) FROM messages), legacy_message_id)
    FROM nodus_state
    UNION ALL
    SELECT 'message_reactions_id_seq', (SELECT max(id) FROM message_reactions)
) AS sequences;

DROP TABLE nodus_state;

-- 6. The keys and indexes.

ALTER TABLE chat_members
    ADD PRIMARY KEY (id),
    ADD CONSTRAINT uq_chat_member UNIQUE (chat_id, user_id),
    ADD FOREIGN KEY (chat_id) REFERENCES chats ON DELETE CASCADE,
    ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
CREATE INDEX ix_chat_members_chat_id ON chat_members (chat_id);
CREATE INDEX ix_chat_members_user_id ON chat_members (user_id);

ALTER TABLE messages ADD PRIMARY KEY (id);
ALTER TABLE messages
    ADD FOREIGN KEY (chat_id) REFERENCES chats ON DELETE CASCADE,
    ADD FOREIGN KEY (author_id) REFERENCES users ON DELETE SET NULL,
    ADD CONSTRAINT fk_messages_reply_to_id
        FOREIGN KEY (reply_to_id) REFERENCES messages ON DELETE SET NULL;
CREATE INDEX ix_messages_author_id ON messages (author_id);
CREATE INDEX ix_messages_chat_id ON messages (chat_id);
CREATE INDEX ix_messages_chat_ts ON messages (chat_id, ts);
CREATE INDEX ix_messages_is_deleted ON messages (is_deleted);
CREATE INDEX ix_messages_reply_to_id ON messages (reply_to_id);
CREATE INDEX ix_messages_status ON messages (status);
CREATE INDEX ix_messages_ts ON messages (ts);

ALTER TABLE message_reactions
    ADD PRIMARY KEY (id),
    ADD CONSTRAINT uq_message_reaction UNIQUE (message_id, user_id, emoji),
    ADD FOREIGN KEY (message_id) REFERENCES messages ON DELETE CASCADE,
    ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
CREATE INDEX ix_message_reactions_message_id ON message_reactions (message_id);

ALTER TABLE message_reads
    ADD PRIMARY KEY (id),
    ADD CONSTRAINT uq_message_read UNIQUE (message_id, user_id),
    ADD FOREIGN KEY (message_id) REFERENCES messages ON DELETE CASCADE,
    ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
CREATE INDEX ix_message_reads_message_id ON message_reads (message_id);
CREATE INDEX ix_message_reads_user_id ON message_reads (user_id);

ALTER TABLE attachments
    ADD FOREIGN KEY (message_id) REFERENCES messages ON DELETE CASCADE;

ANALYZE chat_members, messages, message_reactions, message_reads;
