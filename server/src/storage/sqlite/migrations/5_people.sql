-- People, and figures. What is looked for of a profile stands beside it; where `facts` is 0 that is still missing, and is
-- added at the next start of the program.

ALTER TABLE profiles ADD COLUMN person TEXT;
-- The rating, and when it was given, in microseconds.
ALTER TABLE profiles ADD COLUMN score INTEGER;
ALTER TABLE profiles ADD COLUMN rated_at INTEGER;
ALTER TABLE profiles ADD COLUMN facts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX profiles_by_person ON profiles (person) WHERE person IS NOT NULL;
CREATE INDEX profiles_by_rating ON profiles (rated_at) WHERE rated_at IS NOT NULL;
CREATE INDEX profiles_without_facts ON profiles (session) WHERE facts = 0;

-- Whom sessions name; a row is there as long as one does.
CREATE TABLE people (
    key INTEGER PRIMARY KEY,
    project INTEGER NOT NULL DEFAULT 1 REFERENCES projects (key),
    id TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    -- A JSON object; unset until something is noted.
    attributes TEXT
);
CREATE UNIQUE INDEX people_by_id ON people (id);

CREATE INDEX sessions_by_beginning ON sessions (created_at);
