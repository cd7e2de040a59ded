-- Pictures of books. The files lie in media/ under the data folder, named by their hash; sizes made of them lie in
-- sizes/ and are not worth a row: their names follow from hash and width.
CREATE TABLE images (
    -- SHA-256 of the stored file.
    hash       BLOB PRIMARY KEY CHECK (length(hash) = 32),
    kind       TEXT NOT NULL CHECK (kind IN ('jpg', 'png')),
    width      INTEGER NOT NULL CHECK (width > 0),
    height     INTEGER NOT NULL CHECK (height > 0),
    bytes      INTEGER NOT NULL CHECK (bytes > 0),
    created_at INTEGER NOT NULL,
    -- When all its sizes lay there; NULL: still to be made.
    sized_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX images_unsized ON images (hash) WHERE sized_at IS NULL;

-- A book's pictures in order; the first is its cover.
CREATE TABLE edition_images (
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL CHECK (position >= 0),
    hash       BLOB NOT NULL REFERENCES images (hash),
    origin     TEXT NOT NULL CHECK (origin IN ('upload', 'import', 'link')),
    -- The link, or the file's name; what was uploaded has none.
    source     TEXT NOT NULL DEFAULT '',
    added_at   INTEGER NOT NULL,
    PRIMARY KEY (edition_id, position),
    UNIQUE (edition_id, hash)
) STRICT, WITHOUT ROWID;

-- Where feeds say that pictures are. Nothing is fetched unless somebody asks for it.
CREATE TABLE image_links (
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL CHECK (position >= 0),
    link       TEXT NOT NULL,
    fetched_at INTEGER,
    attempts   INTEGER NOT NULL DEFAULT 0,
    -- Not before this moment; NULL: fetched, or given up.
    due_at     INTEGER,
    problem    TEXT,
    PRIMARY KEY (edition_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_links_due ON image_links (due_at) WHERE due_at IS NOT NULL;

INSERT INTO image_links (edition_id, position, link, due_at)
    SELECT id, 0, image_url, updated_at FROM editions
     WHERE image_url LIKE 'https://%' OR image_url LIKE 'http://%';
ALTER TABLE editions DROP COLUMN image_url;
