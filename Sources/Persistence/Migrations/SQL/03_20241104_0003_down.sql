DO $$
DECLARE
    lost bigint;
BEGIN
    SELECT count(*) INTO lost FROM message_reads;
    IF lost > 0 THEN
        RAISE NOTICE 'Gone: who has read what (% reads). Everything is unread.', lost;
    END IF;
END
$$;

DROP TABLE message_reads;
