-- ORA-01081 (already running) is what an automatic start leaves: state.sql decides whether the database is open.
WHENEVER OSERROR EXIT 9
STARTUP
EXIT 0
