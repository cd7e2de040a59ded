-- What else there is to know of a book, who decided it, and where it stands in the shop.

-- gtin: what the scanner reads on things that are no books. embargo: the day before which nobody may sell it.
ALTER TABLE editions ADD COLUMN gtin TEXT CHECK (gtin IS NULL OR length(gtin) IN (8, 12, 13, 14));
ALTER TABLE editions ADD COLUMN title_prefix TEXT;
ALTER TABLE editions ADD COLUMN embargo TEXT CHECK (embargo IS NULL OR length(embargo) = 10);
CREATE INDEX editions_gtin ON editions (gtin) WHERE gtin IS NOT NULL;

-- What few books have and no list shows; a book without any of it has no row. Lists are codes with spaces between.
CREATE TABLE edition_details (
    edition_id        BLOB PRIMARY KEY REFERENCES editions (id) ON DELETE CASCADE,
    edition_statement TEXT,
    more_languages    TEXT NOT NULL DEFAULT '',
    height_mm         INTEGER CHECK (height_mm > 0),
    width_mm          INTEGER CHECK (width_mm > 0),
    thickness_mm      INTEGER CHECK (thickness_mm > 0),
    minutes           INTEGER CHECK (minutes > 0),
    age_from          INTEGER CHECK (age_from BETWEEN 0 AND 120),
    age_to            INTEGER CHECK (age_to BETWEEN 0 AND 120 AND age_to >= coalesce(age_from, 0)),
    safety_contact    TEXT,
    accessibility     TEXT NOT NULL DEFAULT '',
    protection        TEXT
) STRICT, WITHOUT ROWID;

-- What others wrote about it; source says who and where.
CREATE TABLE edition_quotes (
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    text       TEXT NOT NULL,
    source     TEXT,
    PRIMARY KEY (edition_id, position)
) STRICT, WITHOUT ROWID;

-- code: ONIX List 51 (06 other format, 03 replaces, 05 replaced by). By ISBN, because the other book may come later.
CREATE TABLE edition_relations (
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    code       TEXT NOT NULL CHECK (length(code) = 2),
    isbn       TEXT NOT NULL CHECK (length(isbn) = 13),
    PRIMARY KEY (edition_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX edition_relations_isbn ON edition_relations (isbn);

-- A university, a museum, an orchestra: its name is not turned round for sorting.
ALTER TABLE contributors ADD COLUMN body INTEGER NOT NULL DEFAULT 0 CHECK (body IN (0, 1));

-- Fields that a person decided. subject is an edition or a work; a feed leaves these alone.
CREATE TABLE owned_fields (
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    field   TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (subject, field)
) STRICT, WITHOUT ROWID;

-- Which shelf a subject code leads to: the longest prefix decides. An empty path leads nowhere, on purpose.
CREATE TABLE category_rules (
    scheme TEXT NOT NULL,
    prefix TEXT NOT NULL,
    path   TEXT NOT NULL,
    PRIMARY KEY (scheme, prefix)
) STRICT, WITHOUT ROWID;

-- The words of Thema as EDItEUR publishes them, when the shop has loaded the list.
CREATE TABLE thema_labels (
    code   TEXT PRIMARY KEY,
    parent TEXT,
    label  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
