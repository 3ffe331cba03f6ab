-- 1 (the default) flushes all pages; 2 would leave a crash recovery to the next start.
SET GLOBAL innodb_fast_shutdown = 1;
-- Writes most of what is dirty while users still work.
SET GLOBAL innodb_max_dirty_pages_pct = 0;
