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
    python -m pytest -q --no-header -p no:cacheprovider --durations 8 --durations-min 10 --junitxml "$RESULTS/$name.xml" "$@" ||
        [ -s "$RESULTS/$name.xml" ] || status=1
}

# scenario NAME  A molecule scenario whose verifier is pytest: its tests count one by one.
scenario() {
    RESULTS=$RESULTS check "molecule_$1" molecule test --scenario-name "$1"
}
