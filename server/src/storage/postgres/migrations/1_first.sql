-- As SQLite's tables, and `head`: its one row is locked by each transaction that writes, so that numbers are committed
-- in their order.

CREATE TABLE head (
    one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    -- The newest number that was given out.
    seq BIGINT NOT NULL,
    -- How many transactions have written: whoever finds its own count knows that nobody else has.
    commits BIGINT NOT NULL
);
INSERT INTO head (seq, commits) VALUES (0, 0);

CREATE TABLE projects (
    key BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
);
INSERT INTO projects (key, id) VALUES (1, 'default');

CREATE TABLE sessions (
    key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project BIGINT NOT NULL DEFAULT 1 REFERENCES projects (key),
    id TEXT NOT NULL,
    visitor TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_activity BIGINT NOT NULL,
    last_stamp BIGINT NOT NULL,
    operator_activity BIGINT,
    operator_online BOOLEAN NOT NULL,
    ai_active BOOLEAN NOT NULL,
    state SMALLINT NOT NULL,
    unread BIGINT NOT NULL,
    last_message BIGINT,
    log_floor BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_by_visitor ON sessions (visitor);
CREATE INDEX sessions_by_activity ON sessions (last_activity, key);

-- What seldom changes: apart, so that a message does not rewrite it. JSON as text: jsonb has no U+0000.
CREATE TABLE profiles (
    session BIGINT PRIMARY KEY,
    data TEXT NOT NULL
);

CREATE TABLE messages (
    seq BIGINT PRIMARY KEY,
    session BIGINT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT,
    sender SMALLINT NOT NULL,
    private BOOLEAN NOT NULL,
    content TEXT NOT NULL,
    at BIGINT NOT NULL,
    status SMALLINT,
    delivered_at BIGINT,
    read_at BIGINT,
    edited_at BIGINT,
    deleted_at BIGINT,
    -- The newest of the four; unset until one is.
    changed_at BIGINT,
    -- replyTo, metadata, attachments and operator as JSON; unset when there are none.
    extra TEXT
);
CREATE UNIQUE INDEX messages_by_id ON messages (id);
CREATE UNIQUE INDEX messages_by_client_id ON messages (client_id, session) WHERE client_id IS NOT NULL;
CREATE INDEX messages_by_session ON messages (session, seq);
CREATE INDEX messages_by_time ON messages (session, at);
CREATE INDEX messages_by_change ON messages (session, changed_at) WHERE changed_at IS NOT NULL;

-- The log besides messages. session 0: announcements, which belong to all.
CREATE TABLE events (
    seq BIGINT PRIMARY KEY,
    project BIGINT NOT NULL DEFAULT 1 REFERENCES projects (key),
    session BIGINT NOT NULL,
    at BIGINT NOT NULL,
    operators_only BOOLEAN NOT NULL,
    event_id TEXT,
    kind TEXT NOT NULL,
    data TEXT
);
CREATE INDEX events_by_session ON events (session, seq);
CREATE UNIQUE INDEX events_by_id ON events (event_id, session) WHERE event_id IS NOT NULL;

-- announce_floor: newest dropped announcement; full_floor: newest dropped event of any kind.
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- Stage 4 is 'a message carries it': the others are few, and looked for.
CREATE TABLE attachments (
    key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL,
    session BIGINT NOT NULL,
    message TEXT,
    filename TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    source SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    stage SMALLINT NOT NULL,
    file TEXT
);
CREATE UNIQUE INDEX attachments_by_id ON attachments (id);
CREATE INDEX attachments_loose ON attachments (created_at) WHERE stage <> 4;
CREATE INDEX attachments_of ON attachments (session);
