DO $$
DECLARE
    friends bigint;
    pins bigint;
BEGIN
    SELECT count(*) INTO friends FROM friends;
    SELECT count(*) INTO pins FROM pinned_chats;
    IF friends + pins > 0 THEN
        RAISE NOTICE 'Gone: % friendships and % pinned chats.', friends, pins;
    END IF;
END
$$;

DROP TABLE pinned_chats;
DROP TABLE friends;
