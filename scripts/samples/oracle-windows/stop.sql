-- Sessions are ended and transactions rolled back; the files are consistent afterwards.
-- The exit code is the error's number, so that the script can tell ORA-01034 (down already) from a failure.
WHENEVER OSERROR EXIT 9
WHENEVER SQLERROR EXIT SQL.SQLCODE
SET HEADING OFF FEEDBACK OFF PAGESIZE 0
SHUTDOWN IMMEDIATE
EXIT 0
