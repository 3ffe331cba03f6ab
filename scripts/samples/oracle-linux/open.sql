-- For an instance that came up half way. A mounted one is opened; one that is only started is mounted first.
WHENEVER OSERROR EXIT 9
WHENEVER SQLERROR CONTINUE
ALTER DATABASE MOUNT;
WHENEVER SQLERROR EXIT 1
ALTER DATABASE OPEN;
EXIT 0
