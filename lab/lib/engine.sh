# The Docker engine: the one that answers; else the machine's service; else one of our own.

ENGINE_HOME=$SEARCHSTACK_CACHE/docker
ENGINE_RUN=/run/searchstack-lab

# engine ARGUMENT...  The docker client, as root where this user may not talk to the engine.
engine() {
    if [ "$(id -u)" -eq 0 ] || [ -w /var/run/docker.sock ] || [ -n "${DOCKER_HOST:-}" ]; then docker "$@"; else sudo docker "$@"; fi
}

engine_answers() {
    engine version --format '{{.Server.Version}}' >/dev/null 2>&1
}

wait_for_engine() {
    local i
    for ((i = 0; i < 150; i++)); do
        engine_answers && return
        sleep 0.2
    done
    return 1
}

# forget_stale_pid FILE PROGRAM  After a reboot a pid file may name another program's process, and the engine would take it for itself.
forget_stale_pid() {
    local pid
    pid=$(as_root cat "$1" 2>/dev/null) || return 0
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] || as_root rm -f "$1"
}

# forget_dead_networks  A host whose engine was killed leaves its network namespace mounted, whose kernel still answers (and refuses) under its
# address. The next engine clears away what it remembers; one with another $SEARCHSTACK_CACHE remembers nothing.
forget_dead_networks() {
    local namespace
    for namespace in $(as_root find $ENGINE_RUN/exec/netns -type f 2>/dev/null); do
        as_root umount --lazy "$namespace" 2>/dev/null || true
        as_root rm -f "$namespace"
    done
}

start_own_engine() {
    forget_stale_pid /var/run/docker.pid dockerd
    forget_stale_pid $ENGINE_RUN/docker.pid dockerd
    forget_stale_pid $ENGINE_RUN/exec/containerd/containerd.pid containerd
    forget_dead_networks
    as_root mkdir -p "$ENGINE_HOME" $ENGINE_RUN
    # shellcheck disable=SC2016 # the inner shell expands these
    as_root setsid --fork sh -c 'exec dockerd --data-root "$1" --exec-root "$2/exec" --pidfile "$2/docker.pid" --bridge=none >>"$1.log" 2>&1' \
        dockerd "$ENGINE_HOME" $ENGINE_RUN </dev/null >/dev/null 2>&1 9>&-
}

ensure_engine() {
    local what=running
    if ! engine_answers; then
        install_packages docker:docker.io dockerd:docker.io iptables:iptables
        if [ -d /run/systemd/system ] && systemctl cat docker.service >/dev/null 2>&1; then
            as_root systemctl start docker.service
        else
            start_own_engine
        fi
        wait_for_engine || fail "The Docker engine does not answer after 30 s: see $ENGINE_HOME.log"
        what=started
    fi
    step engine "$what"
}

# stop_own_engine  Ends the engine that start_own_engine started; leaves any other alone.
stop_own_engine() {
    local pid
    forget_stale_pid $ENGINE_RUN/docker.pid dockerd
    pid=$(as_root cat $ENGINE_RUN/docker.pid 2>/dev/null) || return 0
    as_root kill "$pid"
    while [ -d "/proc/$pid" ]; do sleep 0.2; done
    step engine stopped
}
