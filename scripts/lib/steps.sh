# Sourced by scripts/demo: steps with a title, their time, and a log of everything they say ($LOG).

# step TITLE COMMAND...  Runs a command; shows its title and how long it took, and the end of the log if it failed.
step() {
    local title=$1 start=$SECONDS
    shift
    printf '%-36s\n' "• $title"
    if "$@"; then
        printf '  done in %d s\n' $((SECONDS - start))
    else
        printf '  FAILED after %d s. The end of %s:\n' $((SECONDS - start)) "$LOG" >&2
        tail -n 30 "$LOG" >&2
        exit 1
    fi
}

install_tools() {
    install_packages curl:curl git:git ssh:openssh-client >>"$LOG" 2>&1
    use_venv "$1" >>"$LOG" 2>&1
    link_collection
}

# plays PLAYBOOK...  Runs playbooks; shows the plays as they begin. Needs pipefail to tell that one failed.
plays() {
    ansible-playbook "$@" 2>&1 | tee -a "$LOG" | sed --unbuffered -n 's/^PLAY \[\(.*\)\].*/    \1/p'
}
