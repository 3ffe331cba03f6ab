SELECT VERSION();
SELECT COUNT(*) AS tables_seen FROM information_schema.tables;
