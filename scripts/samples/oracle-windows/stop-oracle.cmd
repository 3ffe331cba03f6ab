@echo off
rem Stops an Oracle database (shutdown immediate), its service, then the listener's service.
rem Exit code 0: all are down. Anything else: no backup is made.
rem Change the three values for your installation; "sc query state= all" shows the services' names.
setlocal
set ORACLE_SID=ORCL
set DB_SERVICE=OracleServiceORCL
set LISTENER_SERVICE=OracleOraDb11g_home1TNSListener
set HERE=%~dp0

call :is_running %DB_SERVICE%
if errorlevel 1 (
  echo %DATE% %TIME% service %DB_SERVICE% is stopped already
  goto listener
)
echo %DATE% %TIME% shutting down %ORACLE_SID%
rem "/ as sysdba" is authentication by Windows (group ORA_DBA): no password is kept here.
sqlplus -S -L "/ as sysdba" @"%HERE%stop.sql" < NUL
set CODE=%ERRORLEVEL%
rem 1034 is ORA-01034: the instance is down while its service still runs, as after a stop that was interrupted.
if "%CODE%"=="1034" set CODE=0
if not "%CODE%"=="0" (
  echo %DATE% %TIME% shutdown of %ORACLE_SID% failed with exit code %CODE%
  exit /b 1
)
echo %DATE% %TIME% stopping service %DB_SERVICE%
net stop %DB_SERVICE%
call :is_running %DB_SERVICE%
if not errorlevel 1 (
  echo %DATE% %TIME% service %DB_SERVICE% still runs
  exit /b 1
)

:listener
call :is_running %LISTENER_SERVICE%
if errorlevel 1 (
  echo %DATE% %TIME% service %LISTENER_SERVICE% is stopped already
  exit /b 0
)
echo %DATE% %TIME% stopping service %LISTENER_SERVICE%
net stop %LISTENER_SERVICE%
call :is_running %LISTENER_SERVICE%
if not errorlevel 1 exit /b 1
exit /b 0

rem Exit code 0 unless the service is stopped. The state's number decides, since texts are translated: 1 is stopped.
:is_running
sc query %1 | findstr /r /c:"STATE *: 1 " > NUL
if errorlevel 1 exit /b 0
exit /b 1
