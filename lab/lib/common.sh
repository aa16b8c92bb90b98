# Sourced by lab/create, lab/destroy and lab/archive: names that all of them share.

# shellcheck source=scripts/lib/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/environment.sh"

export PATH=$PATH:/usr/sbin:/sbin
LAB=$ROOT/lab
STATE=$ROOT/.lab
NETWORK=searchstack-lab
SUBNET=198.18.77.0/24
GATEWAY=198.18.77.1
ARCHIVES=$SEARCHSTACK_CACHE/archives
SHARED_ROOT=$SEARCHSTACK_CACHE/shared
mkdir -p "$STATE" "$ARCHIVES"

# step WHAT TEXT  One line of progress.
step() {
    printf 'lab: %-10s %s\n' "$1" "$2"
}

# take_lock  One create or destroy at a time on this machine; the others wait. Children that outlive the script must close descriptor 9.
take_lock() {
    exec 9>"$SEARCHSTACK_CACHE/lab.lock"
    flock --nonblock 9 && return
    step lock "another lab/create or lab/destroy is at work: waiting"
    flock --timeout 900 9 || fail "$SEARCHSTACK_CACHE/lab.lock was still held after 15 minutes."
}
