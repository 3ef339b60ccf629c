-- The full-text index. It has terms that we make; a row without any, of an earlier version, gets its own at the next
-- start of a server.

ALTER TABLE messages ADD COLUMN terms TSVECTOR;
ALTER TABLE sessions ADD COLUMN terms TSVECTOR;
CREATE INDEX messages_by_terms ON messages USING GIN (terms);
CREATE INDEX sessions_by_terms ON sessions USING GIN (terms);
CREATE INDEX messages_without_terms ON messages (seq) WHERE terms IS NULL;
CREATE INDEX sessions_without_terms ON sessions (key) WHERE terms IS NULL;

-- The site's ids of persons, which are looked for as a whole; filled as the terms are. By hash, as they may be longer than
-- an entry of a B-tree.
ALTER TABLE profiles ADD COLUMN identity TEXT;
CREATE INDEX profiles_by_identity ON profiles USING HASH (identity) WHERE identity IS NOT NULL;
