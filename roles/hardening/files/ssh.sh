#!/bin/sh
# Settings of sshd that stay only where somebody proves that they still let him in.
#   is-kept      whether the declared settings are in effect and confirmed
#   try SECONDS  sets the declared ones; they are taken back after so many seconds, or at the next boot
#   keep         confirms them
#   revert       takes them back
set -eu
declared=/etc/searchstack/hardening/sshd.conf
former=/etc/searchstack/hardening/sshd.former
live=/etc/ssh/sshd_config.d/00-searchstack.conf

fail() {
    echo "$*" >&2
    exit 1
}

settings() {
    grep -Ev '^(#|$)' "$1" 2>/dev/null || true
}

# Where a socket starts sshd, the folder that it wants may not be there.
check() {
    install -d -m 0755 /run/sshd
    sshd -t
}

reload() {
    check
    # Where a socket starts sshd (Ubuntu), it may not run at all.
    systemctl try-reload-or-restart ssh.service
}

revert() {
    [ -e $former ] || return 0
    if [ -s $former ]; then
        cp -p $former $live
    else
        rm -f $live
    fi
    # Whatever sshd says of other files: the settings that may lock out are gone, and it must know.
    systemctl try-reload-or-restart ssh.service || true
    rm -f $former
}

case $1 in
    is-kept)
        [ ! -e $former ] && [ "$(settings $declared)" = "$(settings $live)" ]
        ;;
    try)
        grep -Eqi '^\s*Include\s+/etc/ssh/sshd_config\.d/\*\.conf' /etc/ssh/sshd_config ||
            fail "/etc/ssh/sshd_config lacks the line: Include /etc/ssh/sshd_config.d/*.conf"
        # Of a trial that was interrupted, the former settings are still the former ones.
        if [ ! -e $former ]; then
            cp -p $live $former.new 2>/dev/null || : >$former.new
            mv $former.new $former
        fi
        systemctl stop searchstack-ssh-revert.timer 2>/dev/null || true
        systemd-run --quiet --unit=searchstack-ssh-revert.service --on-active="$2" --timer-property=AccuracySec=1s
        install -m 0600 $declared $live
        if ! said=$(reload 2>&1); then
            revert
            systemctl stop searchstack-ssh-revert.timer 2>/dev/null || true
            fail "sshd refuses the settings: $said"
        fi
        ;;
    keep)
        # Once it has gone off, there is none.
        systemctl stop searchstack-ssh-revert.timer 2>/dev/null || true
        [ -e $former ] || fail "The settings were taken back before they were confirmed."
        rm -f $former
        ;;
    revert)
        systemctl stop searchstack-ssh-revert.timer 2>/dev/null || true
        revert
        ;;
esac
