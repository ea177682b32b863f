#!/bin/sh
# Double-click me on a Mac: sets up the course the first time, then opens your workbook. Options of `learn` may follow.
cd "$(dirname "$0")" || exit 1
if command -v python3 > /dev/null && python3 --version > /dev/null 2>&1; then
    exec python3 -m course_lib learn "$@"
elif command -v uv > /dev/null; then
    exec uv run --no-project --python 3.13 python -m course_lib learn "$@"
fi
echo "Python is missing: get it from https://www.python.org/downloads/ or with \`brew install python@3.13\`, and try again."
exit 1
