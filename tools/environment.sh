# Makes .venv with the pinned packages of requirements/$1.txt and keryx itself.
# Sourced by ./demo and ./test. Does nothing when the environment is up to date.

environment_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "keryx needs Python 3.11 or newer on the PATH." >&2
    return 1
}

environment_make() {
    local list="requirements/$1.txt" stamp=".venv/.keryx-$1" python sum
    sum="$(cat requirements/*.txt pyproject.toml | cksum)"
    # What the tests need includes what the demo needs.
    for done in "$stamp" ".venv/.keryx-test"; do
        if [ -f "$done" ] && [ "$(cat "$done")" = "$sum" ]; then
            echo "Using .venv, which is up to date."
            return
        fi
    done
    python="$(environment_python)"
    echo "Making .venv with $("$python" --version) and the packages of $list (a minute or two) …"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$list"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
    echo "$sum" >"$stamp"
}

environment_make "$1"
