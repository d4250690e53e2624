ALTER TABLE messages ADD COLUMN status varchar(20) NOT NULL DEFAULT 'delivered';
CREATE INDEX ix_messages_status ON messages (status);

-- Read is what all other members have read, where there are any.
UPDATE messages SET status = 'read'
FROM (
    SELECT message_reads.message_id, count(*)
    FROM message_reads
    JOIN messages ON messages.id = message_reads.message_id
    JOIN chat_members
        ON chat_members.chat_id = messages.chat_id
        AND chat_members.user_id = message_reads.user_id
    WHERE messages.author_id IS DISTINCT FROM message_reads.user_id
    GROUP BY message_reads.message_id
) AS readers
WHERE readers.message_id = messages.id
AND readers.count = (
    SELECT count(*)
    FROM chat_members
    WHERE chat_members.chat_id = messages.chat_id
    AND chat_members.user_id IS DISTINCT FROM messages.author_id
);
