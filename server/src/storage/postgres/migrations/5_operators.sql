-- Who may sign in; of a token there is only the hash (SHA-256). Rows stay when somebody is removed.
CREATE TABLE operators (
    key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project BIGINT NOT NULL DEFAULT 1 REFERENCES projects (key),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    avatar TEXT,
    -- owner, admin or agent
    role TEXT NOT NULL,
    token BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT,
    last_seen BIGINT,
    away BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX operators_by_id ON operators (id);
CREATE UNIQUE INDEX operators_by_token ON operators (token);
