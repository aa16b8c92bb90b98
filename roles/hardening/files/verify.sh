#!/bin/sh
# Says, a line each, where the host is not what was declared: somebody has changed it since, or a file of somebody else's wins.
set -eu
parameters=/etc/sysctl.d/61-searchstack-hardening.conf
declared=/etc/searchstack/hardening/sshd.conf
profile=/usr/share/pam-configs/searchstack-lockout

# The kernel of a container lacks some.
parameters() {
    [ ! -e $parameters ] || sed -n 's/^-\(.*\) = /\1 /p' $parameters | while read -r name wanted; do
        now=$(sysctl -n "$name" 2>/dev/null) || continue
        [ "$now" = "$wanted" ] || echo "$name is $now, and must be $wanted"
    done
}

# sshd itself says what a file, and what all of its files together, come to.
ssh_settings() {
    names=$(awk '!/^#/ && NF { print "^" tolower($1) " " }' $declared)
    [ -n "$names" ] || return 0
    wanted=$(sshd -T -f $declared | grep "$names")
    now=$(sshd -T | grep "$names")
    echo "$now" | grep -Fxv "$wanted" | sed 's/^/sshd has, against what is declared: /'
    echo "$wanted" | grep -Fxv "$now" | sed 's/^/sshd lacks: /'
}

# What is not mounted yet comes at the next boot.
mounts() {
    sed -n '/^# BEGIN searchstack/,/^# END searchstack/{/^#/d;p}' /etc/fstab | while read -r _ point _ wanted _; do
        now=$(findmnt --noheadings --output OPTIONS --mountpoint "$point") || continue
        for option in nosuid nodev noexec; do
            case ",$wanted,/,$now," in
                *",$option,"*/*",$option,"*) ;;
                *",$option,"*/*) echo "$point is mounted without $option" ;;
            esac
        done
    done
}

pam() {
    [ ! -e $profile ] || grep -q pam_faillock /etc/pam.d/common-auth || echo "/etc/pam.d/common-auth lacks pam_faillock"
}

parameters
ssh_settings || true
mounts
pam
