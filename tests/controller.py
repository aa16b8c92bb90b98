"""What an operator does at the controller: run a playbook, read what it says, or die in the middle of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Molecule asks for colours, among which nothing is found.
ENVIRONMENT = {**os.environ, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_NOCOLOR": "1"}


def changed_hosts(output):
    """The hosts on which a run of a playbook changed something, by its recap."""
    recap = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) ", output, re.MULTILINE)
    assert recap, f"no recap in what the run said:\n{output[-2000:]}"
    # Shown where a test fails.
    for task in re.split(r"^(?:TASK|RUNNING HANDLER) \[", output, flags=re.MULTILINE):
        if hosts := set(re.findall(r"^changed: \[([^\]]+)\]", task, re.MULTILINE)):
            print("changed by", task.partition("]")[0], "on", *sorted(hosts))
    return [host for host, count in recap if count != "0"]


class Controller:
    """Runs commands in the checkout."""

    root = ROOT
    # Arguments of every playbook.
    inventory: tuple = ()

    @staticmethod
    def run(*argv, timeout=600, check=True, stdin=None):
        """Run a command and return what it did. It never sees our own standard input: Ansible refuses one that does not block."""
        done = subprocess.run(
            argv, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=timeout, check=False, input=stdin or ""
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stdout[-6000:]}{done.stderr[-3000:]}")
        return done

    def on(self, host, command, check=True):
        """The output of a shell command as root on a host of the lab, whatever its SSH does."""
        return self.run("docker", "exec", f"searchstack-lab-{host}", "sh", "-c", command, timeout=120, check=check).stdout

    def command(self, playbook, *arguments):
        """The command that runs one of the playbooks."""
        return ["ansible-playbook", *self.inventory, f"playbooks/{playbook}", *arguments]

    def play(self, playbook, *arguments, check=True):
        """Run one of the playbooks."""
        return self.run(*self.command(playbook, *arguments), check=check, timeout=2400)

    def refused(self, playbook, *arguments):
        """What a playbook that fails says, in one line: Ansible breaks long messages anywhere."""
        done = self.play(playbook, *arguments, check=False)
        assert done.returncode != 0
        return " ".join((done.stdout + done.stderr).split())

    def kill_at(self, task, delay, playbook, *arguments):
        """Run a playbook and kill the controller `delay` seconds after the task begins. False if it ended without coming there."""
        controller = self._begin(playbook, *arguments)
        try:
            for line in controller.stdout:
                if line.startswith("TASK [") and task in line:
                    time.sleep(delay)
                    return True
            assert controller.wait(timeout=60) == 0
            return False
        finally:
            if controller.poll() is None:
                os.killpg(controller.pid, signal.SIGKILL)
            controller.wait()
            controller.stdout.close()

    def refused_when(self, task, action, playbook, *arguments):
        """As refused(), where `action` is done when the task begins."""
        said, waiting = [], True
        with self._begin(playbook, *arguments) as controller:
            for line in controller.stdout:
                said.append(line)
                if waiting and line.startswith("TASK [") and task in line:
                    waiting = False
                    action()
        assert not waiting
        assert controller.returncode != 0
        return " ".join("".join(said).split())

    def _begin(self, playbook, *arguments):
        return subprocess.Popen(
            self.command(playbook, *arguments),
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
