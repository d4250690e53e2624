CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.attachments (
    id character varying(36) NOT NULL,
    user_id integer NOT NULL,
    message_id bigint,
    filename character varying(255) NOT NULL,
    content_type character varying(100) NOT NULL,
    size_bytes integer NOT NULL,
    storage_key character varying(512) NOT NULL,
    metadata jsonb,
    created_at timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.chat_members (
    chat_id integer NOT NULL,
    user_id integer NOT NULL,
    role character varying(50) DEFAULT 'member'::character varying NOT NULL,
    joined_at timestamp without time zone DEFAULT now() NOT NULL,
    is_present boolean DEFAULT true NOT NULL,
    joined_after bigint DEFAULT 0 NOT NULL,
    read_through bigint DEFAULT 0 NOT NULL,
    read_at timestamp without time zone,
    "position" bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.chats (
    id integer NOT NULL,
    title character varying(255) NOT NULL,
    is_group boolean DEFAULT true NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.chats_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chats_id_seq OWNED BY public.chats.id;
CREATE TABLE public.friends (
    id integer NOT NULL,
    user_id integer NOT NULL,
    friend_id integer NOT NULL,
    status character varying(20) DEFAULT 'pending'::character varying NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone,
    CONSTRAINT check_not_self_friend CHECK ((user_id <> friend_id))
);
CREATE SEQUENCE public.friends_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.friends_id_seq OWNED BY public.friends.id;
CREATE TABLE public.member_absences (
    chat_id integer NOT NULL,
    user_id integer NOT NULL,
    after_id bigint NOT NULL,
    through_id bigint NOT NULL
);
CREATE TABLE public.message_reactions (
    id bigint NOT NULL,
    message_id bigint NOT NULL,
    user_id integer NOT NULL,
    emoji character varying(10) NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.messages (
    id bigint NOT NULL,
    chat_id integer NOT NULL,
    author_id integer,
    type character varying(50) NOT NULL,
    content text,
    payload json,
    ts timestamp without time zone DEFAULT now() NOT NULL,
    reply_to_id bigint,
    is_deleted boolean DEFAULT false NOT NULL,
    deleted_at timestamp without time zone,
    updated_at timestamp without time zone,
    "position" bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.nodus_dead_letters (
    id bigint NOT NULL,
    "position" bigint NOT NULL,
    table_name text NOT NULL,
    row_key text NOT NULL,
    events bytea NOT NULL,
    code text NOT NULL,
    error text NOT NULL,
    at timestamp without time zone DEFAULT (now() AT TIME ZONE 'utc'::text) NOT NULL
);
CREATE SEQUENCE public.nodus_dead_letters_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.nodus_dead_letters_id_seq OWNED BY public.nodus_dead_letters.id;
CREATE TABLE public.nodus_state (
    "only" boolean DEFAULT true NOT NULL,
    legacy_message_id bigint NOT NULL,
    newest_user integer NOT NULL,
    newest_chat integer NOT NULL,
    newest_message bigint NOT NULL,
    newest_reaction bigint NOT NULL,
    epoch character(32),
    applied_position bigint DEFAULT 0 NOT NULL,
    CONSTRAINT nodus_state_only_check CHECK ("only")
);
CREATE TABLE public.pinned_chats (
    id integer NOT NULL,
    user_id integer NOT NULL,
    chat_id integer NOT NULL,
    pin_order integer NOT NULL,
    pinned_at timestamp without time zone DEFAULT now() NOT NULL
);
CREATE SEQUENCE public.pinned_chats_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinned_chats_id_seq OWNED BY public.pinned_chats.id;
CREATE TABLE public.users (
    id integer NOT NULL,
    email character varying(255) NOT NULL,
    password_hash character varying(255) NOT NULL,
    display_name character varying(255) NOT NULL,
    avatar_url character varying(1024),
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    tag character varying(32) NOT NULL,
    legacy_password_hash character varying(255),
    last_seen timestamp without time zone,
    "position" bigint DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.users_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
ALTER TABLE ONLY public.chats ALTER COLUMN id SET DEFAULT nextval('public.chats_id_seq'::regclass);
ALTER TABLE ONLY public.friends ALTER COLUMN id SET DEFAULT nextval('public.friends_id_seq'::regclass);
ALTER TABLE ONLY public.nodus_dead_letters ALTER COLUMN id SET DEFAULT nextval('public.nodus_dead_letters_id_seq'::regclass);
ALTER TABLE ONLY public.pinned_chats ALTER COLUMN id SET DEFAULT nextval('public.pinned_chats_id_seq'::regclass);
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_members
    ADD CONSTRAINT chat_members_pkey PRIMARY KEY (chat_id, user_id);
ALTER TABLE ONLY public.chats
    ADD CONSTRAINT chats_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.friends
    ADD CONSTRAINT friends_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.member_absences
    ADD CONSTRAINT member_absences_pkey PRIMARY KEY (chat_id, user_id, through_id);
ALTER TABLE ONLY public.message_reactions
    ADD CONSTRAINT message_reactions_pkey PRIMARY KEY (message_id, user_id, emoji);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.nodus_dead_letters
    ADD CONSTRAINT nodus_dead_letters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.nodus_state
    ADD CONSTRAINT nodus_state_pkey PRIMARY KEY ("only");
ALTER TABLE ONLY public.pinned_chats
    ADD CONSTRAINT pinned_chats_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.friends
    ADD CONSTRAINT uq_friends UNIQUE (user_id, friend_id);
ALTER TABLE ONLY public.pinned_chats
    ADD CONSTRAINT uq_pinned_chat UNIQUE (user_id, chat_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX ix_attachments_message_id ON public.attachments USING btree (message_id);
CREATE INDEX ix_attachments_user_id ON public.attachments USING btree (user_id);
CREATE INDEX ix_friends_friend_id ON public.friends USING btree (friend_id);
CREATE INDEX ix_friends_status ON public.friends USING btree (status);
CREATE INDEX ix_friends_user_id ON public.friends USING btree (user_id);
CREATE INDEX ix_messages_chat_id_id ON public.messages USING btree (chat_id, id);
CREATE INDEX ix_pinned_chats_chat_id ON public.pinned_chats USING btree (chat_id);
CREATE INDEX ix_pinned_chats_user_id ON public.pinned_chats USING btree (user_id);
CREATE INDEX ix_pinned_chats_user_order ON public.pinned_chats USING btree (user_id, pin_order);
CREATE INDEX ix_users_email ON public.users USING btree (email);
CREATE INDEX ix_users_tag ON public.users USING btree (tag);
ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.friends
    ADD CONSTRAINT friends_friend_id_fkey FOREIGN KEY (friend_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.friends
    ADD CONSTRAINT friends_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.pinned_chats
    ADD CONSTRAINT pinned_chats_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.pinned_chats
    ADD CONSTRAINT pinned_chats_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
