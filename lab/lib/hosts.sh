# The lab's hosts: containers named after their inventory name, labelled with their address and the checkout that owns them.

declare -A WANTED        # name -> address, from the inventory
declare -A STATE_OF ADDRESS_OF CHECKOUT_OF # of the containers that exist

# read_inventory PATH
read_inventory() {
    local list name address
    command -v ansible-inventory >/dev/null || use_venv requirements.txt
    list=$(ansible-inventory --inventory "$1" --list) || fail "ansible-inventory cannot read $1"
    while read -r name address; do
        WANTED[$name]=$address
    done < <(python3 "$LAB/lib/inventory.py" "$SUBNET" <<<"$list")
    # What VMs would share over NFS: a folder of the inventory's hosts, as old as they are.
    SHARED=$SHARED_ROOT/$(realpath "$1" | sha256sum | cut -c1-12)
    [ ${#WANTED[@]} -gt 0 ] || fail "$1 has no host whose ansible_host is inside $SUBNET."
}

read_containers() {
    local name state address checkout
    while read -r name state address checkout; do
        name=${name#"$NETWORK-"}
        STATE_OF[$name]=$state ADDRESS_OF[$name]=$address CHECKOUT_OF[$name]=$checkout
    done < <(engine ps --all --filter label=searchstack.lab \
        --format '{{.Names}} {{.State}} {{.Label "searchstack.address"}} {{.Label "searchstack.checkout"}}')
}

# forget_host NAME ADDRESS  The key and the facts of a host that is gone must not be believed of its successor.
forget_host() {
    forget_host_key "$2"
    rm -f "$ROOT/.ansible/facts/$1" "$ROOT/.ansible/facts/s1_$1"
}

# remove_hosts NAME...
remove_hosts() {
    local name
    [ $# -gt 0 ] || return 0
    engine rm --force --volumes "${@/#/$NETWORK-}" >/dev/null
    for name in "$@"; do
        forget_host "$name" "${ADDRESS_OF[$name]}"
        unset "STATE_OF[$name]" "ADDRESS_OF[$name]" "CHECKOUT_OF[$name]"
    done
}

# has_keys NAME  Whether the checkout that owns the host still has the key to it.
has_keys() {
    [ -e "${CHECKOUT_OF[$1]}/.lab/ssh/id_ed25519" ]
}

# conflict_of NAME  Why the container that holds this name or its address cannot serve as the wanted host; empty when nothing is in the way.
# Sets `obstacle` to the host that is in the way.
conflict_of() {
    local name=$1 address=${WANTED[$1]} other
    obstacle='' conflict=''
    for other in "${!STATE_OF[@]}"; do
        [ "$other" = "$name" ] || [ "${ADDRESS_OF[$other]}" = "$address" ] || continue
        if [ "${CHECKOUT_OF[$other]}" != "$ROOT" ]; then
            conflict="$other (${ADDRESS_OF[$other]}) belongs to the checkout ${CHECKOUT_OF[$other]}, whose keys and certificates differ: remove it there with lab/destroy"
        elif [ "$other" != "$name" ]; then
            conflict="$name should get $address, which $other has"
        elif [ "${ADDRESS_OF[$other]}" != "$address" ]; then
            conflict="$name exists with the address ${ADDRESS_OF[$other]} instead of $address"
        elif ! has_keys "$other"; then
            conflict="$name knows only keys and passwords of a .lab/ that is gone"
        else
            continue
        fi
        obstacle=$other
        return
    done
}

# clear_the_way REPLACE  Removes what is in the way when told to, or when its checkout is gone; refuses otherwise, before any change.
clear_the_way() {
    local replace=$1 name conflict obstacle problems=() condemned=()
    for name in "${!WANTED[@]}"; do
        conflict_of "$name"
        [ -n "$conflict" ] || continue
        if [ "$replace" = yes ] || ! has_keys "$obstacle"; then
            condemned+=("$obstacle")
        else
            problems+=("$conflict.")
        fi
    done
    if [ ${#problems[@]} -gt 0 ]; then
        printf '%s\n' "${problems[@]}" >&2
        fail "Or remove what is in the way, with all that it holds: lab/create --replace"
    fi
    [ ${#condemned[@]} -eq 0 ] || step hosts "replacing ${condemned[*]}"
    remove_hosts "${condemned[@]}"
}

# name_servers  Those of this machine that another host can reach too.
name_servers() {
    cat /etc/resolv.conf /run/systemd/resolve/resolv.conf 2>/dev/null | awk '$1 == "nameserver" && $2 !~ /^127\.|:/ && !seen[$2]++ {print $2}' | head -n 3 | paste -sd' '
}

# The control group of hosts with LAB_CPU_SHARES.
ASIDE=$NETWORK-aside

# run_host NAME ADDRESS
run_host() {
    local legacy=() devices=() device weight=()
    if [ -n "${LAB_CPU_SHARES:-}" ]; then
        weight=(--cgroup-parent "/$ASIDE")
        # An engine that systemd keeps wants another kind of name, and has no group of its own beside which they could be.
        [ "$(engine info --format '{{.CgroupDriver}}')" = cgroupfs ] || weight=(--cpu-shares "$LAB_CPU_SHARES")
    fi
    # systemd 257 boots on a version 1 control group hierarchy only when told to.
    [ -e /sys/fs/cgroup/cgroup.controllers ] || legacy=(--env SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1)
    # File systems that are programs, such as s3fs, and mounts that wait for their first use.
    for device in /dev/fuse /dev/autofs; do
        [ ! -e "$device" ] || devices+=(--device "$device")
    done
    engine run --detach --name "$NETWORK-$1" --hostname "$1" --network "$NETWORK" --ip "$2" "${weight[@]}" \
        --label searchstack.lab=1 --label searchstack.address="$2" --label searchstack.checkout="$ROOT" \
        --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE --cap-add SYSLOG \
        --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
        --tmpfs /run --tmpfs /run/lock --cgroupns=private --stop-signal SIGRTMIN+3 --volume "$ARCHIVES:/srv/archives:ro" --volume "$SHARED:/srv/shared" \
        --env container=docker "${legacy[@]}" "${devices[@]}" \
        --env LAB_NAMESERVERS="$(name_servers)" --env LAB_AUTHORIZED_KEY="$(cat "$STATE/ssh/id_ed25519.pub")" \
        "$IMAGE" >/dev/null
}

# wait_for_host NAME  Until its services are up; says so when one of them failed.
wait_for_host() {
    local i state
    for ((i = 0; i < 300; i++)); do
        # At first the question itself fails: process 1 is not yet systemd, or systemd does not listen yet.
        state=$(engine exec "$NETWORK-$1" systemctl is-system-running 2>/dev/null) || true
        case $state in
            running) return ;;
            degraded) break ;;
        esac
        sleep 0.2
    done
    step hosts "$1 is ${state:-not up}: $(engine exec "$NETWORK-$1" systemctl list-units --failed --plain --no-legend | awk '{print $1}' | paste -sd' ')"
    [ "$state" = degraded ]
}

# boot_host NAME  Creates or starts one host.
boot_host() {
    if [ -n "${STATE_OF[$1]:-}" ]; then
        engine start "$NETWORK-$1" >/dev/null
    else
        run_host "$1" "${WANTED[$1]}"
    fi && wait_for_host "$1"
}

# share_processors  Hosts have processors of their own. Here the kernel would give all of them together, the group of the engine's containers, as much as
# one of the controller's sessions: while Ansible works, what they serve would wait for half of the machine. Sixteen times that leaves Ansible what they do
# not need. Hosts with LAB_CPU_SHARES have a group beside it: within, they would still take what is the others' from the controller, and its clients.
share_processors() {
    weigh docker $((16 * 1024))
    [ -z "${LAB_CPU_SHARES:-}" ] || weigh "$ASIDE" "$LAB_CPU_SHARES"
}

# weigh GROUP SHARES  Of which a session has 1024. An engine that systemd keeps has no such groups.
weigh() {
    [ ! -e "/sys/fs/cgroup/cpu/$1" ] || as_root tee "/sys/fs/cgroup/cpu/$1/cpu.shares" <<<"$2" >/dev/null
    [ ! -e "/sys/fs/cgroup/$1" ] || as_root tee "/sys/fs/cgroup/$1/cpu.weight" <<<$((($2 * 100 + 1023) / 1024)) >/dev/null
}

# ensure_hosts  Boots what is missing or stopped, all at once.
ensure_hosts() {
    local name started=$SECONDS failed=''
    local -A booting=()
    as_root install -d -m 1777 "$SHARED"
    for name in "${!WANTED[@]}"; do
        [ "${STATE_OF[$name]:-}" = running ] && continue
        [ -n "${STATE_OF[$name]:-}" ] || forget_host "$name" "${WANTED[$name]}"
        boot_host "$name" 9>&- &
        booting[$name]=$!
    done
    for name in "${!booting[@]}"; do
        wait "${booting[$name]}" || failed+=" $name"
    done
    [ -z "$failed" ] || fail "Not started:$failed"
    share_processors
    remember_host_keys
    if [ ${#booting[@]} -eq 0 ]; then
        step hosts "${#WANTED[@]} running"
    else
        step hosts "${#WANTED[@]} running, ${#booting[@]} of them started in $((SECONDS - started)) s"
    fi
}
