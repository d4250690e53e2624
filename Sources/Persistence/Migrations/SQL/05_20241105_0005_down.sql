-- Without the flag a deleted message would be there again for everybody to read.
DO $$
DECLARE
    deleted bigint;
    replies bigint;
    reactions bigint;
BEGIN
    DELETE FROM messages WHERE is_deleted;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    SELECT count(*) INTO replies FROM messages WHERE reply_to_id IS NOT NULL;
    SELECT count(*) INTO reactions FROM message_reactions;
    IF deleted + replies + reactions > 0 THEN
        RAISE NOTICE 'Gone: % deleted messages, % reactions, and what % replies answered.',
            deleted, reactions, replies;
    END IF;
END
$$;

DROP TABLE message_reactions;
ALTER TABLE messages
    DROP COLUMN reply_to_id,
    DROP COLUMN is_deleted,
    DROP COLUMN deleted_at,
    DROP COLUMN updated_at;
