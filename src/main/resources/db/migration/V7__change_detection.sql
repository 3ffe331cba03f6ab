-- What tells whether an object is still the one that was backed up (D2); null where that can't be relied on or isn't known.
alter table object add column changed_s bigint;
alter table object add column changed_ns integer;
alter table object add column inode bigint;
