-- The shop's own facts, its counters, and the feed that tells the index and kept pages what changed.

-- One row per setting; values are JSON so that a list or a text is as easy as a flag.
CREATE TABLE settings (
    key        TEXT PRIMARY KEY,
    value      TEXT NOT NULL CHECK (json_valid(value)),
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Gapless series (order numbers, later invoices): bumped in the transaction that uses the number.
CREATE TABLE counters (
    series TEXT PRIMARY KEY,
    last   INTEGER NOT NULL CHECK (last >= 0)
) STRICT, WITHOUT ROWID;

-- The change feed. AUTOINCREMENT, because a sequence number must never be used twice:
-- the index stamps its commits with the last one it has applied.
CREATE TABLE changes (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT NOT NULL CHECK (kind IN ('work', 'edition', 'settings', 'everything')),
    subject BLOB CHECK (subject IS NULL OR length(subject) = 16),
    at      INTEGER NOT NULL,
    CHECK ((kind IN ('work', 'edition')) = (subject IS NOT NULL))
) STRICT;

-- The last change of each subject: what a kept page compares itself with.
CREATE TABLE versions (
    subject BLOB PRIMARY KEY CHECK (length(subject) = 16),
    seq     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who did what. Rows are only ever added.
CREATE TABLE audit_log (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16),
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_log_subject ON audit_log (subject, id);
CREATE TRIGGER audit_log_keeps_rows BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_keeps_words BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- Tax rates are dated rows: a law changes by adding one. rate is a decimal fraction as text ('0.07').
CREATE TABLE tax_rates (
    id            INTEGER PRIMARY KEY,
    country       TEXT NOT NULL CHECK (length(country) = 2),
    region        TEXT NOT NULL DEFAULT '',
    product_class TEXT NOT NULL CHECK (product_class IN ('print', 'ebook', 'audio', 'other', 'delivery')),
    rate          TEXT NOT NULL CHECK (rate GLOB '0*' OR rate GLOB '1*'),
    label         TEXT NOT NULL,
    valid_from    INTEGER NOT NULL,
    valid_to      INTEGER CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;
CREATE UNIQUE INDEX tax_rates_lookup ON tax_rates (country, region, product_class, valid_from);

-- Ways an order reaches its reader. A method serves the countries listed; '*' is everywhere not listed elsewhere.
CREATE TABLE delivery_methods (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('post', 'collection')),
    name        TEXT NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    currency    TEXT NOT NULL CHECK (length(currency) = 3),
    days_from   INTEGER NOT NULL CHECK (days_from >= 0),
    days_to     INTEGER NOT NULL CHECK (days_to >= days_from),
    hold_days   INTEGER NOT NULL DEFAULT 14 CHECK (hold_days > 0),
    position    INTEGER NOT NULL DEFAULT 0,
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;
CREATE TABLE delivery_countries (
    method_id INTEGER NOT NULL REFERENCES delivery_methods (id) ON DELETE CASCADE,
    country   TEXT NOT NULL CHECK (country = '*' OR length(country) = 2),
    PRIMARY KEY (method_id, country)
) STRICT, WITHOUT ROWID;
