@echo off
rem Double-click me: sets up the course the first time, then opens your workbook. Options of `learn` may follow.
setlocal
chcp 65001 > nul
cd /d "%~dp0"
py -3 --version > nul 2> nul && set "PYTHON=py -3" && goto run
python --version > nul 2> nul && set "PYTHON=python" && goto run
uv --version > nul 2> nul && set "PYTHON=uv run --no-project --python 3.13 python" && goto run
echo Python is missing. Open a terminal (Windows key, type: terminal) and run
echo Python이 없습니다. 터미널을 열고(Windows 키를 누르고 terminal 입력) 다음을 실행하세요.
echo     winget install --exact --id Python.Python.3.13
echo Then double-click this file again. 그런 다음 이 파일을 다시 두 번 클릭하세요.
goto end
:run
%PYTHON% -m course_lib learn %*
if not errorlevel 1 exit /b 0
:end
pause
exit /b 1
