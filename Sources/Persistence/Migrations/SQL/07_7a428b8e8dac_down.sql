DO $$
DECLARE
    lost bigint;
BEGIN
    SELECT count(*) INTO lost FROM attachments;
    IF lost > 0 THEN
        RAISE NOTICE 'Gone: % attachments (their files are still in the storage).', lost;
    END IF;
END
$$;

DROP TABLE attachments;
