#!/bin/sh
# Applies what has changed since it was applied last, or is no longer in effect, and names it; with --check, only names it. What was applied is
# remembered once it has succeeded, so that the next run makes up for one that was interrupted.
set -eu
check=${1:-}
stamps=/var/lib/searchstack/hardening
verify=/etc/searchstack/hardening/verify
base_parameters=/etc/sysctl.d/60-searchstack.conf
parameters=/etc/sysctl.d/99-searchstack-hardening.conf
permissions=/etc/tmpfiles.d/searchstack-hardening.conf
jail=/etc/fail2ban/jail.d/searchstack.local
profile=/usr/share/pam-configs/searchstack-lockout
units=/etc/systemd/system
nothing=$(sha256sum </dev/null)

# hash_of PATH...  Of what is there.
hash_of() {
    for path in "$@"; do
        [ ! -e "$path" ] || cat "$path"
    done | sha256sum
}

mounts() {
    sed -n '/^# BEGIN searchstack/,/^# END searchstack/p' /etc/fstab
}

# apply NAME HASH COMMAND...
apply() {
    name=$1
    now=$2
    shift 2
    [ "$now" != "$(cat "$stamps/$name" 2>/dev/null || echo "$nothing")" ] || [ -n "$($verify "$name")" ] || return 0
    echo "$name"
    [ -z "$check" ] || return 0
    "$@" >&2
    mkdir -p "$stamps"
    echo "$now" >"$stamps/$name"
}

# The kernel of a container lacks some. A run that was killed may have left those of the role base in their file only.
parameters() {
    for file in $base_parameters $parameters; do
        [ ! -e "$file" ] || sysctl --ignore --quiet --load "$file"
    done
}

# A home that its owner has closed stays closed. Those of a file server may be nobody's to close.
permissions() {
    [ ! -e $permissions ] || {
        systemd-tmpfiles --create $permissions
        find /home -xdev -mindepth 1 -maxdepth 1 -type d -perm /027 -exec chmod g-w,o-rwx {} + || true
    }
}

# It leaves files alone that somebody has changed by hand, and says nothing of it.
pam() {
    pam-auth-update --package
    [ -z "$($verify pam)" ] || {
        echo "hardening_passwords: /etc/pam.d/common-auth was changed by hand, and lacks pam_faillock. Add its lines, or set hardening_passwords: false;" >&2
        echo "pam-auth-update --force writes the file anew, without what it has now (a directory, a second factor)." >&2
        return 1
    }
}

# What is not mounted yet is mounted at the next boot: what is in the folder now would be hidden.
remount() {
    twice=$(awk '/^# BEGIN searchstack/ { ours = 1 } /^# END searchstack/ { ours = 0 } /^#/ || NF < 4 { next }
                 ours { mine[$2] } !ours { others[$2] } END { for (point in mine) if (point in others) print point }' /etc/fstab | paste -sd' ' -)
    [ -z "$twice" ] || {
        echo "hardening_mount_points: /etc/fstab has $twice twice, and its first line counts. Give that line the options, and leave it out here." >&2
        return 1
    }
    systemctl daemon-reload
    mounts | grep -v '^#' | while read -r _ point _; do
        ! mountpoint --quiet "$point" || mount -o remount "$point"
    done
}

# Rules that are immutable change at the next boot.
audit() {
    auditctl -s | grep -q '^enabled 2' || augenrules --load
}

# Without our jail, Debian's own would go on.
fail2ban() {
    if [ -e $jail ]; then
        systemctl enable --quiet fail2ban
        systemctl restart fail2ban
    elif systemctl cat --no-pager fail2ban >/dev/null 2>&1; then
        systemctl disable --quiet --now fail2ban
    fi
}

apply parameters "$(hash_of $parameters)" parameters
apply permissions "$(hash_of $permissions)" permissions
apply units "$(hash_of $units/searchstack-ssh-revert.service $units/*.d/searchstack-ssh.conf $units/ufw.service.d/searchstack.conf)" systemctl daemon-reload
apply audit "$(hash_of /etc/audit/rules.d/60-searchstack.rules)" audit
apply fail2ban "$(hash_of $jail)" fail2ban
# Last: those that somebody's own changes can stop.
apply mounts "$(mounts | sha256sum)" remount
apply pam "$(hash_of $profile $profile-notice)" pam
# Not by this program: somebody must prove that he still gets in.
/etc/searchstack/hardening/ssh is-kept || echo ssh
