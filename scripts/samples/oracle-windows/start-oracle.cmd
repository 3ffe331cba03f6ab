@echo off
rem Starts the listener's service, then the database's, and opens the database.
rem Exit code 0: the database is open. Anything else: an operator is needed.
rem Change the three values for your installation; "sc query state= all" shows the services' names.
setlocal
set ORACLE_SID=ORCL
set DB_SERVICE=OracleServiceORCL
set LISTENER_SERVICE=OracleOraDb11g_home1TNSListener
set HERE=%~dp0
set RESULT=0

echo %DATE% %TIME% starting service %LISTENER_SERVICE%
net start %LISTENER_SERVICE%
call :is_running %LISTENER_SERVICE%
rem A listener that does not start must not keep the database down.
if errorlevel 1 set RESULT=1

echo %DATE% %TIME% starting service %DB_SERVICE%
net start %DB_SERVICE%
call :is_running %DB_SERVICE%
if errorlevel 1 (
  echo %DATE% %TIME% service %DB_SERVICE% did not start
  exit /b 1
)
rem The service opens the database itself where ORA_ORCL_AUTOSTART is TRUE; start.sql opens it where it is not.
sqlplus -S -L "/ as sysdba" @"%HERE%start.sql" < NUL
sqlplus -S -L "/ as sysdba" @"%HERE%state.sql" < NUL
if errorlevel 1 (
  echo %DATE% %TIME% %ORACLE_SID% is not open: see alert_%ORACLE_SID%.log
  exit /b 1
)
echo %DATE% %TIME% %ORACLE_SID% is open
exit /b %RESULT%

rem Exit code 0 when the service runs. The state's number decides, since texts are translated: 4 is running.
:is_running
sc query %1 | findstr /r /c:"STATE *: 4 " > NUL
if errorlevel 1 exit /b 1
exit /b 0
