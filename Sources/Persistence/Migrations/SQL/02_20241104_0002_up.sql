-- A tag for those who have none: letters and digits of the mail's local part, `_`, their id.
ALTER TABLE users ADD COLUMN tag varchar(32);
UPDATE users SET tag = concat(
    coalesce(
        nullif(
            left(regexp_replace(lower(split_part(email, '@', 1)), '[^a-z0-9]', '', 'g'), 20),
            ''
        ),
        'user'
    ),
    '_',
    id
);
ALTER TABLE users ALTER COLUMN tag SET NOT NULL;
CREATE UNIQUE INDEX ix_users_tag ON users (tag);
