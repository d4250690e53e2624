-- Chats as the original leaves them at 7a428b8e8dac, each with one thing that pointers hold
-- differently from rows of reads.
INSERT INTO users (id, email, password_hash, display_name, tag, created_at) VALUES
    (1, 'anna@example.com', '$2b$12$anna', 'Anna', 'anna_1', '2026-01-01 00:00:01'),
    (2, 'boris@example.com', '$2b$12$boris', 'Boris', 'boris_2', '2026-01-01 00:00:02'),
    (3, 'vera@example.com', '$2b$12$vera', 'Vera', 'vera_3', '2026-01-01 00:00:03'),
    (4, 'gleb@example.com', '$2b$12$gleb', 'Gleb', 'gleb_4', '2026-01-01 00:00:04'),
    (5, 'dasha@example.com', '$2b$12$dasha', 'Dasha', 'dasha_5', '2026-01-01 00:00:05');

INSERT INTO chats (id, title, is_group, created_at) VALUES
    (1, 'Vera is behind', true, '2026-01-02 00:00:01'),
    (2, 'Anna & Boris', false, '2026-01-02 00:00:02'),
    (3, 'Dasha joined late', true, '2026-01-02 00:00:03'),
    (4, 'Gleb left with two messages unread', true, '2026-01-02 00:00:04'),
    (5, 'Boris has skipped a message', true, '2026-01-02 00:00:05'),
    (6, 'Vera is alone', true, '2026-01-02 00:00:06'),
    (7, 'An account is gone', true, '2026-01-02 00:00:07'),
    (8, 'Read before there was a status', true, '2026-01-02 00:00:08');

INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES
    (1, 1, 'admin', '2026-01-02 00:00:01'), (1, 2, 'member', '2026-01-02 00:00:01'),
    (1, 3, 'member', '2026-01-02 00:00:01'),
    (2, 1, 'member', '2026-01-02 00:00:02'), (2, 2, 'member', '2026-01-02 00:00:02'),
    (3, 1, 'admin', '2026-01-02 00:00:03'), (3, 2, 'member', '2026-01-02 00:00:03'),
    (3, 5, 'member', '2026-01-04 00:00:00'),
    (4, 1, 'admin', '2026-01-02 00:00:04'), (4, 2, 'member', '2026-01-02 00:00:04'),
    (5, 1, 'admin', '2026-01-02 00:00:05'), (5, 2, 'member', '2026-01-02 00:00:05'),
    (6, 3, 'admin', '2026-01-02 00:00:06'),
    (7, 1, 'admin', '2026-01-02 00:00:07'), (7, 2, 'member', '2026-01-02 00:00:07'),
    (8, 1, 'admin', '2026-01-02 00:00:08'), (8, 2, 'member', '2026-01-02 00:00:08');

INSERT INTO messages (id, chat_id, author_id, type, content, payload, status, ts) VALUES
    (1, 1, 1, 'text', 'one', 'null', 'read', '2026-01-03 00:00:01'),
    (2, 1, 2, 'text', 'two', 'null', 'read', '2026-01-03 00:00:02'),
    (3, 1, 3, 'text', 'three', NULL, 'read', '2026-01-03 00:00:03'),
    (4, 1, 1, 'text', 'four', 'null', 'delivered', '2026-01-03 00:00:04'),
    (5, 1, 2, 'text', 'five', 'null', 'delivered', '2026-01-03 00:00:05'),
    (6, 1, 3, 'text', 'six', 'null', 'read', '2026-01-03 00:00:06'),
    (7, 2, 1, 'text', 'привет 👋', 'null', 'read', '2026-01-03 00:00:07'),
    (8, 2, 2, 'voice', NULL, '{"codec": "opus", "ms": 1200}', 'delivered', '2026-01-03 00:00:08'),
    (9, 2, 1, 'text', 'a mistake', 'null', 'delivered', '2026-01-03 00:00:09'),
    (10, 3, 1, 'text', 'early', 'null', 'read', '2026-01-03 00:00:10'),
    (11, 3, 2, 'text', 'early, too', 'null', 'read', '2026-01-03 00:00:11'),
    (12, 3, 1, 'text', 'not yet', 'null', 'delivered', '2026-01-03 00:00:12'),
    (13, 4, 1, 'text', 'Gleb has read this', 'null', 'read', '2026-01-03 00:00:13'),
    (14, 4, 1, 'text', 'but not this', 'null', 'delivered', '2026-01-03 00:00:14'),
    (15, 4, 2, 'text', 'nor this', 'null', 'delivered', '2026-01-03 00:00:15'),
    (16, 5, 1, 'text', 'read', 'null', 'read', '2026-01-03 00:00:16'),
    (17, 5, 1, 'text', 'skipped', 'null', 'delivered', '2026-01-03 00:00:17'),
    (18, 5, 1, 'text', 'read again', 'null', 'read', '2026-01-03 00:00:18'),
    (19, 6, 3, 'text', 'hello?', 'null', 'delivered', '2026-01-03 00:00:19'),
    (20, 7, NULL, 'text', 'read by both', 'null', 'read', '2026-01-03 00:00:20'),
    (21, 7, NULL, 'text', 'read by Anna', 'null', 'delivered', '2026-01-03 00:00:21'),
    (22, 8, 1, 'text', 'read long ago', 'null', 'delivered', '2026-01-03 00:00:22'),
    (23, 8, 1, 'text', 'unread', 'null', 'delivered', '2026-01-03 00:00:23');
UPDATE messages SET reply_to_id = 7, updated_at = '2026-01-03 01:00:00' WHERE id = 8;
UPDATE messages SET is_deleted = true, deleted_at = '2026-01-03 02:00:00' WHERE id = 9;

INSERT INTO message_reads (message_id, user_id, read_at) VALUES
    (2, 1, '2026-01-05 00:00:01'), (3, 1, '2026-01-05 00:00:01'),
    (5, 1, '2026-01-05 00:00:01'), (6, 1, '2026-01-05 00:00:01'),
    (1, 2, '2026-01-05 00:00:02'), (3, 2, '2026-01-05 00:00:02'),
    (4, 2, '2026-01-05 00:00:02'), (6, 2, '2026-01-05 00:00:02'),
    (1, 3, '2026-01-05 00:00:03'), (2, 3, '2026-01-05 00:00:03'),
    (7, 2, '2026-01-05 00:00:04'),
    (10, 2, '2026-01-05 00:00:05'), (11, 1, '2026-01-05 00:00:05'),
    (13, 4, '2026-01-05 00:00:06'), (13, 2, '2026-01-05 00:00:07'),
    (14, 2, '2026-01-05 00:00:07'), (15, 1, '2026-01-05 00:00:07'),
    (16, 2, '2026-01-05 00:00:08'), (18, 2, '2026-01-05 00:00:08'),
    (20, 1, '2026-01-05 00:00:09'), (21, 1, '2026-01-05 00:00:09'),
    (20, 2, '2026-01-05 00:00:10'),
    (22, 2, '2026-01-05 00:00:11');

INSERT INTO message_reactions (id, message_id, user_id, emoji, created_at) VALUES
    (3, 7, 2, '👍', '2026-01-05 01:00:00'),
    (4, 9, 2, '😂', '2026-01-05 01:00:01');

INSERT INTO attachments (
    id, user_id, message_id, filename, content_type, size_bytes, storage_key, created_at
) VALUES ('a1', 2, 8, 'voice.opus', 'audio/opus', 9000, 'a1', '2026-01-03 00:00:08');
INSERT INTO friends (user_id, friend_id, created_at) VALUES (1, 2, '2026-01-05 02:00:00');
INSERT INTO pinned_chats (user_id, chat_id, pin_order, pinned_at)
VALUES (1, 1, 1, '2026-01-05 02:00:00');

-- The ninth chat was deleted, with its messages; so was the sixth account.
SELECT setval('users_id_seq', 6), setval('chats_id_seq', 9), setval('messages_id_seq', 30),
    setval('message_reactions_id_seq', 7);
