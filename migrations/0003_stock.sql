-- Stock. on_hand is kept beside the ledger for speed and equals the ledger's sum (doctor proves it).

CREATE TABLE stock (
    edition_id BLOB PRIMARY KEY CHECK (length(edition_id) = 16) REFERENCES editions (id),
    on_hand    INTEGER NOT NULL CHECK (on_hand >= 0),
    shelf      TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- quantity is signed: what the shelf gained or lost. Rows are only ever added.
CREATE TABLE stock_movements (
    id            BLOB PRIMARY KEY CHECK (length(id) = 16),
    edition_id    BLOB NOT NULL REFERENCES editions (id),
    kind          TEXT NOT NULL CHECK (kind IN ('received', 'sold', 'released', 'returned', 'corrected')),
    quantity      INTEGER NOT NULL CHECK (quantity <> 0),
    order_line_id BLOB,
    unit          INTEGER,
    actor         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    at            INTEGER NOT NULL,
    CHECK (kind NOT IN ('received', 'returned') OR quantity > 0),
    CHECK (kind <> 'sold' OR (quantity < 0 AND order_line_id IS NOT NULL)),
    CHECK ((order_line_id IS NULL) = (unit IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_movements_edition ON stock_movements (edition_id, id);
-- One unit of one order line is sold once and comes back once.
CREATE UNIQUE INDEX stock_movements_once ON stock_movements (order_line_id, kind, unit) WHERE order_line_id IS NOT NULL;
CREATE TRIGGER stock_movements_keep_rows BEFORE DELETE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'the stock ledger is append-only'); END;
CREATE TRIGGER stock_movements_keep_words BEFORE UPDATE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'the stock ledger is append-only'); END;

-- A promise of copies to an order until expires_at. Truth needs no sweep: an expired hold counts for nothing.
CREATE TABLE holds (
    order_id   BLOB NOT NULL,
    edition_id BLOB NOT NULL REFERENCES editions (id),
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (order_id, edition_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_edition ON holds (edition_id, expires_at, quantity);
-- For the sweep of holds that have ended.
CREATE INDEX holds_expiry ON holds (expires_at);
