-- What commands took in, and how far files of stock were added.

-- command is what was asked, so that a run that was killed can be run again; finished_at is empty until it ends.
CREATE TABLE import_runs (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    source      TEXT NOT NULL,
    command     TEXT NOT NULL CHECK (json_valid(command)),
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    report      TEXT CHECK (report IS NULL OR json_valid(report)),
    CHECK ((finished_at IS NULL) = (report IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX import_runs_finished ON import_runs (finished_at, id);

-- A file whose copies are added to the shelves, known by its feed and its bytes: so many of its rows are booked, in
-- the transactions of their movements. A row is never booked twice, whatever is killed or repeated.
CREATE TABLE stock_files (
    source      TEXT NOT NULL,
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    rows_booked INTEGER NOT NULL CHECK (rows_booked >= 0),
    finished_at INTEGER,
    PRIMARY KEY (source, hash)
) STRICT, WITHOUT ROWID;
