@echo off
set SBG_ > "%~dp0ids.txt.part"
set VSS_SHADOW_SET >> "%~dp0ids.txt.part"
move /y "%~dp0ids.txt.part" "%~dp0ids.txt" > nul
for /l %%i in (1,1,3600) do (
  if exist "%~dp0abort" exit 1
  if exist "%~dp0confirm" exit 0
  ping -n 2 127.0.0.1 > nul
)
exit 2
