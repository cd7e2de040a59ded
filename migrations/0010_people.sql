-- One record per person or body: the other spellings that mean somebody, and the addresses of records that were
-- joined to another. A feed that comes again with an old spelling finds who it is.
CREATE TABLE contributor_names (
    folded         TEXT PRIMARY KEY,
    contributor_id BLOB NOT NULL REFERENCES contributors (id) ON DELETE CASCADE,
    former_id      BLOB CHECK (former_id IS NULL OR length(former_id) = 16)
) STRICT, WITHOUT ROWID;
CREATE INDEX contributor_names_person ON contributor_names (contributor_id);
CREATE INDEX contributor_names_former ON contributor_names (former_id) WHERE former_id IS NOT NULL;

-- The office lists people as a library does.
CREATE INDEX contributors_sort ON contributors (sort_name COLLATE NOCASE);

-- A work that lost its last edition goes: what feeds called it moves along.
CREATE INDEX work_refs_work ON work_refs (work_id);
