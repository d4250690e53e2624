LOCK TABLE users IN ACCESS EXCLUSIVE MODE;

-- Refuses what the unique indexes would refuse, and what would be lost.
DO $$
DECLARE
    lines text[];
BEGIN
    SELECT array_agg(line ORDER BY line) INTO lines
    FROM (
        SELECT format('dead letter %s: %s %s: %s', id, table_name, row_key, error) AS line
        FROM nodus_dead_letters
        UNION ALL
        SELECT format('users %s: all have %s', string_agg(id::text, ', ' ORDER BY id), email)
        FROM users
        GROUP BY email
        HAVING count(*) > 1
        UNION ALL
        SELECT format('users %s: all have @%s', string_agg(id::text, ', ' ORDER BY id), tag)
        FROM users
        GROUP BY tag
        HAVING count(*) > 1
    ) AS problems;
    IF lines IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = concat(
            E'the database before this revision cannot hold these rows:\n  ',
            array_to_string(lines[:20], E'\n  '),
            CASE
                WHEN cardinality(lines) > 20
                THEN format(E'\n  and %s more', cardinality(lines) - 20)
            END
        );
    END IF;
END
$$;

UPDATE users SET password_hash = legacy_password_hash WHERE legacy_password_hash IS NOT NULL;

DO $$
DECLARE
    lines text[];
BEGIN
    SELECT array_agg(format('%s %s', id, email) ORDER BY id) INTO lines
    FROM users
    WHERE password_hash NOT LIKE '$2%';
    IF lines IS NOT NULL THEN
        RAISE NOTICE USING MESSAGE = concat(
            E'These users need a new password, because the original cannot check theirs:\n  ',
            array_to_string(lines, E'\n  ')
        );
    END IF;
END
$$;

ALTER TABLE users
    DROP COLUMN legacy_password_hash,
    DROP COLUMN last_seen,
    DROP COLUMN position;
DROP INDEX ix_users_email;
DROP INDEX ix_users_tag;
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE UNIQUE INDEX ix_users_tag ON users (tag);

ALTER TABLE chats DROP COLUMN position;
ALTER TABLE chat_members DROP COLUMN position;
ALTER TABLE messages DROP COLUMN position;
ALTER TABLE message_reactions DROP COLUMN position;

ALTER TABLE nodus_state DROP COLUMN epoch, DROP COLUMN applied_position;
DROP TABLE nodus_dead_letters;
