# Sourced by the stages. RESULTS is the folder that tests/stages/count.py adds up; a stage's exit status is whether all its checks passed.
RESULTS=${1:?the folder for results}
status=0

# check NAME COMMAND...  One check that is not a pytest run.
check() {
    local name=$1
    shift
    if "$@"; then
        touch "$RESULTS/$name.passed"
    else
        echo "FAILED: $name"
        touch "$RESULTS/$name.failed"
    fi
}

# tests NAME ARGUMENT...  One pytest run.
tests() {
    local name=$1
    shift
    python -m pytest -q --no-header -p no:cacheprovider --junitxml "$RESULTS/$name.xml" "$@" ||
        [ -s "$RESULTS/$name.xml" ] || status=1
}
