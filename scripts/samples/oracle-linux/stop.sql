-- Sessions are ended and transactions rolled back; the files are consistent afterwards.
-- ORA-01149 means that a data file is in backup mode: end the other backup first.
WHENEVER SQLERROR EXIT 1
WHENEVER OSERROR EXIT 9
SHUTDOWN IMMEDIATE
EXIT 0
