DO $$
DECLARE
    lost text;
BEGIN
    SELECT format('%s users, %s chats and %s messages', u.count, c.count, m.count) INTO lost
    FROM (SELECT count(*) FROM users) AS u,
        (SELECT count(*) FROM chats) AS c,
        (SELECT count(*) FROM messages) AS m
    WHERE u.count + c.count + m.count > 0;
    IF lost IS NOT NULL THEN
        RAISE NOTICE 'Gone: %.', lost;
    END IF;
END
$$;

DROP TABLE messages;
DROP TABLE chat_members;
DROP TABLE chats;
DROP TABLE users;
