-- What a feed last said of a book as a whole: announced (early), sure (confirmed), or taken off sale by it (off).
-- An early record does not undo a confirmed one; a book that the feed took off sale comes back when it says so.
ALTER TABLE import_records ADD COLUMN state TEXT NOT NULL DEFAULT 'confirmed'
    CHECK (state IN ('early', 'confirmed', 'off'));
