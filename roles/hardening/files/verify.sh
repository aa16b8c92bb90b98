#!/bin/sh
# Says, a line each, where the host is not what was declared: somebody has changed it since, or a file of somebody else's wins.
#   verify [CONCERN...]   parameters, ssh, mounts, pam; all of them where none is named. Of other concerns it knows nothing.
set -eu
# Those of the role base first: of two values of one parameter, the last one counts.
parameters="/etc/sysctl.d/60-searchstack.conf /etc/sysctl.d/99-searchstack-hardening.conf"
declared=/etc/searchstack/hardening/sshd.conf
profile=/usr/share/pam-configs/searchstack-lockout

# The kernel of a container lacks some. Several values stand apart by tabs.
verify_parameters() {
    # shellcheck disable=SC2086
    sed -n 's/^-\{0,1\}\([^# ][^ ]*\) = /\1 /p' $parameters 2>/dev/null | tac | awk '!seen[$1]++' | while read -r name wanted; do
        now=$(sysctl -n "$name" 2>/dev/null | tr '\t' ' ') || continue
        [ -z "$now" ] || [ "$now" = "$wanted" ] || echo "$name is $now, and must be $wanted"
    done
}

# sshd itself says what a file, and what all of its files together, come to. Other files may add to what is accepted of the environment.
verify_ssh() {
    names=$(awk '!/^#/ && NF { print "^" tolower($1) " " }' $declared)
    [ -n "$names" ] || return 0
    wanted=$(sshd -T -f $declared 2>&1) || { echo "sshd refuses what is declared: $wanted" && return 0; }
    now=$(sshd -T 2>&1) || { echo "sshd would not start again: $now" && return 0; }
    wanted=$(echo "$wanted" | grep "$names")
    now=$(echo "$now" | grep "$names")
    echo "$now" | grep -Fxv "$wanted" | grep -v '^acceptenv \|^setenv ' | sed 's/^/sshd has, against what is declared: /' || true
    echo "$wanted" | grep -Fxv "$now" | sed 's/^/sshd lacks: /' || true
}

# What is not mounted yet comes at the next boot.
verify_mounts() {
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

verify_pam() {
    [ ! -e $profile ] || grep -q '^[^#]*pam_faillock' /etc/pam.d/common-auth || echo "/etc/pam.d/common-auth lacks pam_faillock"
}

[ $# -gt 0 ] || set -- parameters ssh mounts pam
for concern; do
    case $concern in
        parameters | ssh | mounts | pam) "verify_$concern" ;;
    esac
done
