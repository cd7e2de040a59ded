-- Works that look the same to a reader: same title, same surname. Search shows them as one hit.
ALTER TABLE works ADD COLUMN alike INTEGER;
CREATE INDEX works_alike ON works (alike);
