-- Books. A work is what the author wrote; an edition is what the shop sells.

CREATE TABLE series (
    id     BLOB PRIMARY KEY CHECK (length(id) = 16),
    name   TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE works (
    id                BLOB PRIMARY KEY CHECK (length(id) = 16),
    original_title    TEXT,
    original_language TEXT,
    first_published   INTEGER CHECK (first_published BETWEEN -5000 AND 9999),
    series_id         BLOB REFERENCES series (id),
    series_number     TEXT,
    popularity        INTEGER NOT NULL DEFAULT 0 CHECK (popularity >= 0),
    created_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX works_series ON works (series_id) WHERE series_id IS NOT NULL;
CREATE INDEX works_popularity ON works (popularity DESC, id);

-- isbn is an attribute, not a key: a book may have none, and a careless publisher may use one twice.
-- byline and slug are kept beside the title so that a list needs one row per book.
CREATE TABLE editions (
    id                BLOB PRIMARY KEY CHECK (length(id) = 16),
    work_id           BLOB NOT NULL REFERENCES works (id),
    isbn              TEXT CHECK (isbn IS NULL OR length(isbn) = 13),
    title             TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    subtitle          TEXT,
    byline            TEXT NOT NULL DEFAULT '',
    slug              TEXT NOT NULL,
    language          TEXT,
    format            TEXT NOT NULL CHECK (length(format) = 2),
    format_note       TEXT,
    publisher         TEXT,
    imprint           TEXT,
    published         TEXT CHECK (published IS NULL OR length(published) IN (4, 7, 10)),
    pages             INTEGER CHECK (pages IS NULL OR pages > 0),
    weight_g          INTEGER CHECK (weight_g IS NULL OR weight_g > 0),
    -- ONIX List 64 and List 65, as text; supply is not stock.
    publishing_status TEXT NOT NULL DEFAULT '04',
    availability      TEXT NOT NULL DEFAULT '99',
    lead_days_from    INTEGER,
    lead_days_to      INTEGER CHECK (lead_days_to IS NULL OR lead_days_to >= lead_days_from),
    signed            INTEGER NOT NULL DEFAULT 0 CHECK (signed IN (0, 1)),
    listed            INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1)),
    image_url         TEXT,
    version           INTEGER NOT NULL DEFAULT 1,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX editions_work ON editions (work_id);
CREATE INDEX editions_isbn ON editions (isbn) WHERE isbn IS NOT NULL;
CREATE INDEX editions_hidden ON editions (id) WHERE listed = 0;

-- Long texts live apart so that listing rows stay narrow. html is sanitised before it is stored.
CREATE TABLE edition_texts (
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('description', 'author_note', 'contents', 'review')),
    html       TEXT NOT NULL,
    PRIMARY KEY (edition_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE contributors (
    id        BLOB PRIMARY KEY CHECK (length(id) = 16),
    name      TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    folded    TEXT NOT NULL UNIQUE
) STRICT;
-- role: ONIX List 17 (A01 author, B06 translator ...); translators belong to an edition, so all roles do.
CREATE TABLE edition_contributors (
    edition_id     BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position       INTEGER NOT NULL,
    contributor_id BLOB NOT NULL REFERENCES contributors (id),
    role           TEXT NOT NULL CHECK (length(role) = 3),
    PRIMARY KEY (edition_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX edition_contributors_person ON edition_contributors (contributor_id);

-- Codes as they came, with their scheme (ONIX List 27: 93 Thema, 10 BISAC ...).
CREATE TABLE edition_subjects (
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    scheme     TEXT NOT NULL,
    code       TEXT NOT NULL,
    main       INTEGER NOT NULL DEFAULT 0 CHECK (main IN (0, 1)),
    PRIMARY KEY (edition_id, scheme, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE categories (
    id        BLOB PRIMARY KEY CHECK (length(id) = 16),
    parent_id BLOB REFERENCES categories (id),
    path      TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    palette   TEXT NOT NULL DEFAULT 'other',
    position  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX categories_parent ON categories (parent_id);
CREATE TABLE work_categories (
    work_id     BLOB NOT NULL REFERENCES works (id) ON DELETE CASCADE,
    category_id BLOB NOT NULL REFERENCES categories (id),
    PRIMARY KEY (work_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_categories_category ON work_categories (category_id);

-- Every price the shop ever knew. A price that is replaced gets replaced_at and stays: that is the history.
-- source 'owner' was set by hand and wins over any feed.
CREATE TABLE prices (
    id           INTEGER PRIMARY KEY,
    edition_id   BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    tax_included INTEGER NOT NULL CHECK (tax_included IN (0, 1)),
    kind         TEXT NOT NULL CHECK (kind IN ('selling', 'rrp', 'fixed')),
    source       TEXT NOT NULL,
    valid_from   INTEGER NOT NULL,
    valid_to     INTEGER CHECK (valid_to IS NULL OR valid_to > valid_from),
    created_at   INTEGER NOT NULL,
    replaced_at  INTEGER
) STRICT;
CREATE INDEX prices_edition ON prices (edition_id, currency, kind);

CREATE TABLE staff_picks (
    work_id BLOB PRIMARY KEY REFERENCES works (id) ON DELETE CASCADE,
    by_name TEXT NOT NULL,
    text    TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every (source, reference) that ever fed an edition, and the records already taken in.
CREATE TABLE edition_refs (
    source     TEXT NOT NULL,
    ref        TEXT NOT NULL,
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    PRIMARY KEY (source, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX edition_refs_edition ON edition_refs (edition_id);
CREATE TABLE work_refs (
    source  TEXT NOT NULL,
    ref     TEXT NOT NULL,
    work_id BLOB NOT NULL REFERENCES works (id) ON DELETE CASCADE,
    PRIMARY KEY (source, ref)
) STRICT, WITHOUT ROWID;
-- hash is over one record of a feed as it was read: a second run of the same file finds every one of them here.
-- identity is what makes two records the same book (see imports); repeats within a file differ only in hash.
-- stock is what the record said of copies: a feed moves the shelf's count only when its own number changed.
CREATE TABLE import_records (
    source     TEXT NOT NULL,
    identity   BLOB NOT NULL CHECK (length(identity) = 16),
    hash       BLOB NOT NULL CHECK (length(hash) = 16),
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    stock      INTEGER CHECK (stock >= 0),
    PRIMARY KEY (source, identity, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_records_edition ON import_records (edition_id);
CREATE INDEX import_records_identity ON import_records (identity);
