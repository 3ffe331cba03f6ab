-- Ends with exit code 0 only when the database is open.
WHENEVER OSERROR EXIT 9
WHENEVER SQLERROR EXIT 1
SET HEADING OFF FEEDBACK OFF PAGESIZE 0
SELECT status FROM v$instance;
SELECT 1 / COUNT(*) AS is_open FROM v$instance WHERE status = 'OPEN';
EXIT 0
