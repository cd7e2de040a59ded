-- What finding books asks of the catalogue and of the ledger.

-- Works that look the same: same title, same surname. Search shows them as one book.
ALTER TABLE works ADD COLUMN alike INTEGER;
CREATE INDEX works_alike ON works (alike);

-- Titles by their beginning, for whoever searches while there is no index.
CREATE INDEX editions_slug ON editions (slug);

-- What was sold of an edition, and what was sold lately: rows of orders only, what came back counted against it.
CREATE INDEX stock_movements_sold ON stock_movements (edition_id, quantity) WHERE order_line_id IS NOT NULL;
CREATE INDEX stock_movements_sold_at ON stock_movements (at, edition_id, quantity) WHERE order_line_id IS NOT NULL;

-- Which feed knew an edition first: 0, then 1, 2 and so on. Of references from before nobody knows; all of them are 0.
ALTER TABLE edition_refs ADD COLUMN place INTEGER NOT NULL DEFAULT 0;

-- Publishing houses: spellings that come to the same address are one.
CREATE TABLE publishers (
    id   BLOB PRIMARY KEY CHECK (length(id) = 16),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;
-- The house of the publisher, or of the imprint where only that is known.
ALTER TABLE editions ADD COLUMN publisher_id BLOB REFERENCES publishers (id);
-- A house's books, the newest first; and those of an older shop whose house was not looked up yet.
CREATE INDEX editions_publisher ON editions (publisher_id, published DESC, id DESC, work_id)
 WHERE listed = 1 AND publisher_id IS NOT NULL;
CREATE INDEX editions_no_house ON editions (id) WHERE publisher_id IS NULL AND coalesce(publisher, imprint) IS NOT NULL;

-- What came out lately, and what is to come.
CREATE INDEX editions_published ON editions (published, id, work_id) WHERE listed = 1 AND published IS NOT NULL;
