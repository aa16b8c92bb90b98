"""What a stranger, auditors (ssh-audit, lynis) and mistakes find on a hardened host. Tests stand in the order in which they are cheap."""

from __future__ import annotations

import json
import time

from conftest import ADDRESS
from controller import changed_hosts
from lynis import Audit

# Settings of sshd under which nobody gets in.
NOBODY = {"hardening_ssh_extra": ["AllowUsers nobody"]}
CONTROLLER = "198.18.77.1"
LOCKED_OUT = "no new connection could be made"


def release(hardened):
    return hardened.inside(". /etc/os-release; echo $VERSION_ID").strip()


def extra(variables):
    return ("-e", json.dumps(variables))


def test_a_second_run_changes_nothing(hardened):
    assert changed_hosts(hardened.play("hosts.yml").stdout) == []
    assert changed_hosts(hardened.play("hosts.yml", "--check", "--diff").stdout) == []


def test_auditors_of_ssh_find_nothing(hardened):
    # One run alone: sshd turns away for a while who makes many connections without logging in.
    ask = ["--policy=Hardened Debian 13 (version 1)"] if release(hardened) == "13" else ["--level=fail"]
    hardened.lets_in()
    found = hardened.run("ssh-audit", *ask, ADDRESS, check=False)
    # Without a policy, 2 is for warnings and 3 for failures.
    assert found.returncode in ((0,) if release(hardened) == "13" else (0, 2)), found.stdout


def test_only_keys_let_in_and_never_root(hardened):
    offered = hardened.ssh("-o", "PreferredAuthentications=password,keyboard-interactive", "-o", "PubkeyAuthentication=no").stderr
    assert "Permission denied (publickey)" in offered
    hardened.inside("install -d -m 0700 /root/.ssh && cp /home/admin/.ssh/authorized_keys /root/.ssh/")
    try:
        assert "Permission denied" in hardened.ssh(user="root").stderr
    finally:
        hardened.inside("rm -r /root/.ssh")
    hardened.wait_until_it_lets_in(60)


def test_a_stranger_is_warned(hardened):
    assert "authorized users only" in hardened.ssh().stderr


def test_a_tunnel_is_refused(hardened):
    assert "administratively prohibited" in hardened.ssh("-W", "127.0.0.1:22").stderr


def test_wrong_passwords_lock_a_user(hardened):
    attempt = "echo '{}' | runuser -u admin -- su tester -c 'id -un'"
    right, wrong = attempt.format("Right-Horse-42-Battery"), attempt.format("wrong")
    hardened.inside("useradd --create-home tester && echo 'tester:Right-Horse-42-Battery' | chpasswd")
    try:
        assert hardened.inside(right, check=False).strip() == "tester"
        for _number in range(5):
            assert hardened.inside(wrong, check=False).strip() == ""
        assert hardened.inside(right, check=False).strip() == ""
        hardened.inside("faillock --user tester --reset")
        assert hardened.inside(right, check=False).strip() == "tester"
    finally:
        hardened.inside("userdel --force --remove tester 2>/dev/null; ! id tester 2>/dev/null")


def test_bad_passwords_are_refused(hardened):
    hardened.inside("useradd tester")
    try:
        assert "BAD PASSWORD" in hardened.inside("echo 'tester:aB3-short' | chpasswd 2>&1", check=False)
    finally:
        hardened.inside("userdel --force tester")


def test_what_sudo_runs_is_written_down(hardened):
    hardened.inside("runuser -u admin -- sudo -n echo proof-of-log")
    assert "COMMAND=/usr/bin/echo proof-of-log" in hardened.inside("tr -d '\\n' </var/log/sudo.log | tr -s ' '")
    assert hardened.inside("stat -c '%U %a' /var/log/sudo.log").split() == ["root", "600"]


def test_only_root_has_jobs(hardened):
    assert hardened.inside("stat -c %a /etc/crontab /etc/cron.d 2>/dev/null; cat /etc/cron.allow", check=False).split()[-1] == "root"


def test_who_is_banned_is_shut_out_beside_the_declared_rules(hardened):
    hardened.inside("fail2ban-client set sshd banip 198.18.77.200")
    try:
        assert "198.18.77.200" in hardened.inside("nft list ruleset")
        assert changed_hosts(hardened.play("hosts.yml", "--check").stdout) == []
    finally:
        hardened.inside("fail2ban-client set sshd unbanip 198.18.77.200")


def test_who_tries_names_is_shut_out(hardened):
    """The controller itself, for once, and for seconds. What is asked is fail2ban: sshd would turn it away, too."""
    for change in (f"delignoreip {CONTROLLER}", "maxretry 2", "bantime 20"):
        hardened.inside(f"fail2ban-client set sshd {change}")
    try:
        for _ in range(3):
            hardened.ssh(user="guessed")
        end = time.monotonic() + 15
        while CONTROLLER not in hardened.inside("nft list table inet f2b-table", check=False):
            assert time.monotonic() < end, hardened.inside("fail2ban-client status sshd")
            time.sleep(0.5)
    finally:
        hardened.inside("systemctl restart fail2ban")
        hardened.wait_until_it_lets_in(90)
    assert CONTROLLER not in hardened.inside("fail2ban-client status sshd")


def forget(hardened, concern):
    """As if it had not been applied yet."""
    hardened.inside(f"rm /var/lib/searchstack/hardening/{concern}")


def test_homes_are_closed_and_those_that_are_closed_stay_so(hardened):
    hardened.inside("install -d -m 0700 /home/closed; install -d -m 0775 /home/open; touch /home/file; chmod 0600 /home/file")
    forget(hardened, "permissions")
    try:
        hardened.play("hosts.yml")
        hardened.inside("systemd-tmpfiles --create")
        assert hardened.inside("stat -c %a /home/closed /home/open /home/file").split() == ["700", "750", "600"]
    finally:
        hardened.inside("rm -r /home/closed /home/open /home/file")


def test_the_firewall_undoes_no_parameter_at_boot(hardened):
    hardened.inside("systemctl restart ufw")
    assert hardened.inside("sysctl -n net.ipv4.conf.all.log_martians").strip() == "1"


def test_what_was_changed_by_hand_is_put_right(hardened):
    hardened.inside("sysctl -qw net.ipv4.conf.all.log_martians=0 net.core.somaxconn=100; mount -o remount,suid /dev/shm")
    hardened.inside("sed -i '/pam_faillock/s/^/# /' /etc/pam.d/common-auth")
    assert len(hardened.inside("/etc/searchstack/hardening/verify").splitlines()) == 4
    try:
        assert changed_hosts(hardened.play("hosts.yml", "--check").stdout) == ["hardened1"]
        # It is asked to, but may not write over what somebody has written.
        assert "/etc/pam.d/common-auth was changed by hand" in hardened.refused("hosts.yml")
        assert hardened.inside("/etc/searchstack/hardening/verify").strip() == "/etc/pam.d/common-auth lacks pam_faillock"
    finally:
        hardened.inside("sed -i '/pam_faillock/s/^# //' /etc/pam.d/common-auth")
    hardened.play("hosts.yml")
    assert hardened.inside("/etc/searchstack/hardening/verify") == ""
    assert changed_hosts(hardened.play("hosts.yml").stdout) == []


def test_a_mount_that_has_a_line_of_its_own_is_refused(hardened):
    hardened.inside("echo 'tmpfs /tmp tmpfs defaults 0 0 # own' >>/etc/fstab")
    forget(hardened, "mounts")
    try:
        assert "/etc/fstab has /tmp twice" in hardened.refused("hosts.yml")
    finally:
        # A new file in place of the old one cannot be: fstab may be the engine's.
        hardened.inside("grep -v '# own$' /etc/fstab >/tmp/fstab; cat /tmp/fstab >/etc/fstab; rm /tmp/fstab")
    hardened.play("hosts.yml")
    assert changed_hosts(hardened.play("hosts.yml").stdout) == []


def test_settings_that_lock_out_are_taken_back_with_the_reason(hardened):
    said = hardened.refused("hosts.yml", *extra(NOBODY))
    assert LOCKED_OUT in said
    assert "Permission denied" in said
    hardened.wait_until_it_lets_in(60)
    assert "allowusers" not in hardened.inside("sshd -T")
    assert hardened.inside("systemctl list-timers --all --no-legend searchstack-ssh-revert.timer").strip() == ""


def test_settings_that_lock_out_are_taken_back_when_the_controller_dies(hardened):
    assert hardened.kill_at("Connect anew", 0, "hosts.yml", *extra({**NOBODY, "hardening_ssh_confirm_seconds": 15}))
    assert not hardened.lets_in()
    assert hardened.wait_until_it_lets_in(60) > 0
    # And good ones come through.
    hardened.play("hosts.yml")
    assert changed_hosts(hardened.play("hosts.yml").stdout) == []


def test_settings_that_sshd_refuses_change_nothing(hardened):
    said = hardened.refused("hosts.yml", *extra({"hardening_ssh_extra": ["NoSuchOption yes"]}))
    assert "NoSuchOption" in said
    hardened.wait_until_it_lets_in(60)
    assert changed_hosts(hardened.play("hosts.yml").stdout) == []


def test_what_is_switched_off_goes_and_comes_back(hardened):
    looks = {
        "passwords": "grep -c pam_faillock /etc/pam.d/common-auth",
        "sudo": "ls /etc/sudoers.d | grep -c searchstack",
        "fail2ban": "systemctl is-active fail2ban | grep -cx active",
        "ssh": "sshd -T | grep -c 'maxauthtries 3'",
    }

    def found():
        return {concern: hardened.inside(look, check=False).strip() != "0" for concern, look in looks.items()}

    hardened.play("hosts.yml", *extra({f"hardening_{concern}": False for concern in looks}))
    assert found() == dict.fromkeys(looks, False)
    hardened.play("hosts.yml")
    assert found() == dict.fromkeys(looks, True)


def test_lynis_has_no_warning_and_suggests_only_what_is_explained(hardened):
    audit = Audit(hardened, "hardened1")
    assert audit.warnings == []
    assert audit.index >= 78, audit.suggestions
    assert audit.unexplained == []
