-- Records of feeds in one tree instead of three, and changes that tell of many new books in one row.

-- A feed's name stands here once.
CREATE TABLE import_sources (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO import_sources (name) SELECT DISTINCT source FROM import_records;

-- One tree serves every question: this book in any feed, this book in this feed, this very record. No reference to
-- editions: they are never deleted, the doctor looks, and every new record would pay for it.
-- identity, hash and stock are what they were (0002).
CREATE TABLE import_records_new (
    identity   BLOB NOT NULL CHECK (length(identity) = 16),
    source     INTEGER NOT NULL REFERENCES import_sources (id),
    hash       BLOB NOT NULL CHECK (length(hash) = 16),
    edition_id BLOB NOT NULL CHECK (length(edition_id) = 16),
    stock      INTEGER CHECK (stock >= 0),
    state      TEXT NOT NULL DEFAULT 'confirmed' CHECK (state IN ('early', 'confirmed', 'off')),
    PRIMARY KEY (identity, source, hash)
) STRICT, WITHOUT ROWID;
INSERT INTO import_records_new (identity, source, hash, edition_id, stock, state)
    SELECT r.identity, s.id, r.hash, r.edition_id, r.stock, r.state
      FROM import_records r JOIN import_sources s ON s.name = r.source ORDER BY r.identity, s.id, r.hash;
DROP TABLE import_records;
ALTER TABLE import_records_new RENAME TO import_records;

-- Of many editions made together one row tells: subject is the first of them, until the last. Their ids follow
-- each other, because they begin with the time.
ALTER TABLE changes ADD COLUMN until BLOB CHECK (until IS NULL OR (kind = 'edition' AND length(until) = 16 AND until >= subject));
