-- Requests to the webhook's target. `due` is when a delivery's next attempt may be made, or its lease ends; it is unset for
-- those that an earlier one of their session holds up, and for dead ones.

CREATE TABLE deliveries (
    key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL,
    session BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due BIGINT,
    dead_at BIGINT,
    problem TEXT
);
CREATE UNIQUE INDEX deliveries_by_id ON deliveries (id);
CREATE INDEX deliveries_of ON deliveries (session, dead_at, due, key);
CREATE INDEX deliveries_due ON deliveries (due, key) WHERE due IS NOT NULL;
CREATE INDEX deliveries_dead ON deliveries (dead_at, key) WHERE dead_at IS NOT NULL;
