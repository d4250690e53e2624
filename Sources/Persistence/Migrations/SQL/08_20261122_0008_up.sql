-- Read pointers in place of a row for each message somebody has read, ids for which `integer` is
-- too small, and only the keys and indexes that Nodus needs. The answers stay what they were: each
-- unread count, and the status of each message, which is derived now.

LOCK TABLE users, chats, chat_members, messages, message_reads, message_reactions, attachments
    IN ACCESS EXCLUSIVE MODE;

-- 1. What Nodus has to know of the ids before its own.

CREATE TABLE nodus_state (
    "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
    legacy_message_id bigint NOT NULL,
    newest_user integer NOT NULL,
    newest_chat integer NOT NULL,
    newest_message bigint NOT NULL,
    newest_reaction bigint NOT NULL
);

-- A sequence that was never asked holds a 1 that nobody got.
INSERT INTO nodus_state (
    legacy_message_id, newest_user, newest_chat, newest_message, newest_reaction
)
SELECT
    coalesce((SELECT max(id) FROM messages), 0),
    greatest((SELECT max(id) FROM users), (SELECT last_value FROM users_id_seq WHERE is_called), 0),
    greatest((SELECT max(id) FROM chats), (SELECT last_value FROM chats_id_seq WHERE is_called), 0),
    greatest(
        (SELECT max(id) FROM messages),
        (SELECT last_value FROM messages_id_seq WHERE is_called),
        0
    ),
    greatest(
        (SELECT max(id) FROM message_reactions),
        (SELECT last_value FROM message_reactions_id_seq WHERE is_called),
        0
    );

-- 2. How far each person has read, those included who have left since.

CREATE TEMPORARY TABLE reading ON COMMIT DROP AS
SELECT
    messages.chat_id,
    message_reads.user_id,
    max(messages.id)::bigint AS read_through,
    min(message_reads.read_at) AS first_read_at,
    max(message_reads.read_at) AS read_at,
    count(*) FILTER (
        WHERE NOT messages.is_deleted AND messages.author_id IS DISTINCT FROM message_reads.user_id
    ) AS read_count
FROM message_reads
JOIN messages ON messages.id = message_reads.message_id
GROUP BY messages.chat_id, message_reads.user_id;
CREATE UNIQUE INDEX ON reading (chat_id, user_id);
ANALYZE reading;

-- Where something below the newest they have read is unread, the pointer moves back until as many
-- messages are unread as were.
WITH places AS (
    SELECT
        id,
        count(*) FILTER (WHERE NOT is_deleted) OVER (PARTITION BY chat_id ORDER BY id) AS place
    FROM messages
),
own AS (
    SELECT reading.chat_id, reading.user_id, count(*)
    FROM reading
    JOIN messages
        ON messages.chat_id = reading.chat_id
        AND messages.author_id = reading.user_id
        AND messages.id <= reading.read_through
    WHERE NOT messages.is_deleted
    GROUP BY reading.chat_id, reading.user_id
),
skipped AS (
    SELECT
        reading.chat_id,
        reading.user_id,
        places.place - coalesce(own.count, 0) - reading.read_count AS count
    FROM reading
    JOIN places ON places.id = reading.read_through
    LEFT JOIN own USING (chat_id, user_id)
)
UPDATE reading SET read_through = (
    SELECT messages.id - 1
    FROM messages
    WHERE messages.chat_id = reading.chat_id
    AND messages.id <= reading.read_through
    AND NOT messages.is_deleted
    AND messages.author_id IS DISTINCT FROM reading.user_id
    ORDER BY messages.id DESC
    OFFSET skipped.count - 1
    LIMIT 1
)
FROM skipped
WHERE skipped.count > 0
AND skipped.chat_id = reading.chat_id
AND skipped.user_id = reading.user_id;

ALTER TABLE chat_members
    DROP COLUMN id,
    DROP CONSTRAINT uq_chat_member,
    DROP CONSTRAINT chat_members_chat_id_fkey,
    DROP CONSTRAINT chat_members_user_id_fkey,
    ADD COLUMN is_present boolean NOT NULL DEFAULT true,
    ADD COLUMN joined_after bigint NOT NULL DEFAULT 0,
    ADD COLUMN read_through bigint NOT NULL DEFAULT 0,
    ADD COLUMN read_at timestamp,
    ADD PRIMARY KEY (chat_id, user_id);
DROP INDEX ix_chat_members_chat_id;
DROP INDEX ix_chat_members_user_id;

INSERT INTO chat_members (chat_id, user_id, joined_at, is_present, read_through, read_at)
SELECT chat_id, user_id, first_read_at, false, read_through, read_at
FROM reading
ON CONFLICT (chat_id, user_id) DO UPDATE SET
    read_through = excluded.read_through,
    read_at = excluded.read_at;

-- 3. The status of the messages. Whoever has not read one that is `read` joined after it: the
-- newest such message of others is what they joined after.

CREATE TEMPORARY TABLE settled ON COMMIT DROP AS
SELECT
    chat_id,
    author_id,
    max(id) AS id,
    row_number() OVER (PARTITION BY chat_id ORDER BY max(id) DESC) AS rank
FROM messages
WHERE status = 'read'
GROUP BY chat_id, author_id;

UPDATE chat_members SET joined_after = CASE
    WHEN chat_members.user_id = newest.author_id THEN newest.other_id
    ELSE newest.id
END
FROM (
    SELECT first.chat_id, first.id, first.author_id, coalesce(second.id, 0) AS other_id
    FROM settled AS first
    LEFT JOIN settled AS second ON second.chat_id = first.chat_id AND second.rank = 2
    WHERE first.rank = 1
) AS newest
WHERE newest.chat_id = chat_members.chat_id;

-- That makes everything `read` that was. What would be, and was not, is held back as if somebody
-- had left without reading it: somebody whose pointer is below it, present ones first. Where all
-- are beyond it, it stays as it is for good: held back by somebody who does not exist, 2147483647
-- (0 is the author of messages whose author is gone, and nobody holds back their own).

CREATE TABLE member_absences (
    chat_id integer NOT NULL,
    user_id integer NOT NULL,
    after_id bigint NOT NULL,
    through_id bigint NOT NULL,
    PRIMARY KEY (chat_id, user_id, through_id)
);

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

INSERT INTO member_absences (chat_id, user_id, after_id, through_id)
SELECT messages.chat_id, holder.user_id, min(messages.id) - 1, max(messages.id)
FROM (
    SELECT
        *,
        count(*) FILTER (WHERE status = 'read') OVER (PARTITION BY chat_id ORDER BY id) AS block
    FROM messages
) AS messages
LEFT JOIN bounds ON bounds.chat_id = messages.chat_id
CROSS JOIN LATERAL (
    SELECT coalesce(min(candidate.user_id), 2147483647) AS user_id
    FROM (
        SELECT chat_members.user_id
        FROM chat_members
        WHERE chat_members.chat_id = messages.chat_id
        AND chat_members.user_id IS DISTINCT FROM messages.author_id
        AND chat_members.read_through < messages.id
        AND NOT EXISTS (
            SELECT FROM message_reads
            WHERE message_reads.message_id = messages.id
            AND message_reads.user_id = chat_members.user_id
        )
        ORDER BY chat_members.is_present DESC, chat_members.user_id
        LIMIT 1
    ) AS candidate
) AS holder
WHERE messages.status <> 'read'
-- Where there is nobody (else), there is no bound, and nothing to wait for.
AND messages.id <= coalesce(
    CASE WHEN messages.author_id = bounds.lowest_user THEN bounds.second ELSE bounds.lowest END,
    9223372036854775807
)
GROUP BY messages.chat_id, holder.user_id, messages.block;

DROP TABLE message_reads;

-- 4. The messages. Nodus is the only one who writes, so no foreign keys: a row that is refused must
-- not take others with it. Payloads are kept byte for byte, which jsonb does not do.

ALTER TABLE attachments
    DROP CONSTRAINT attachments_message_id_fkey,
    ALTER COLUMN message_id TYPE bigint;

ALTER TABLE message_reactions
    DROP CONSTRAINT message_reactions_pkey,
    DROP CONSTRAINT message_reactions_message_id_fkey,
    DROP CONSTRAINT message_reactions_user_id_fkey,
    DROP CONSTRAINT uq_message_reaction;
DROP INDEX ix_message_reactions_message_id;
ALTER TABLE message_reactions
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN id TYPE bigint,
    ALTER COLUMN message_id TYPE bigint,
    ADD PRIMARY KEY (message_id, user_id, emoji);
DROP SEQUENCE message_reactions_id_seq;

DROP INDEX ix_messages_author_id;
DROP INDEX ix_messages_chat_id;
DROP INDEX ix_messages_chat_ts;
DROP INDEX ix_messages_is_deleted;
DROP INDEX ix_messages_reply_to_id;
DROP INDEX ix_messages_ts;
ALTER TABLE messages
    DROP CONSTRAINT fk_messages_reply_to_id,
    DROP CONSTRAINT messages_author_id_fkey,
    DROP CONSTRAINT messages_chat_id_fkey;
ALTER TABLE messages
    DROP COLUMN status,
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN id TYPE bigint,
    ALTER COLUMN reply_to_id TYPE bigint,
    ALTER COLUMN payload TYPE json USING nullif(payload, 'null')::json;
DROP SEQUENCE messages_id_seq;
CREATE INDEX ix_messages_chat_id_id ON messages (chat_id, id);

ALTER TABLE attachments
    ADD FOREIGN KEY (message_id) REFERENCES messages ON DELETE CASCADE;
