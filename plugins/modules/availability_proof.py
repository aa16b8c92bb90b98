#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: availability_proof
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Prove from outside that nobody noticed an operation
description:
  - Starts a process on the controller that behaves like the platform's users while other tasks change the platform. It reads pages at a
    fixed rate, one attempt each, half of them on new connections and half on kept ones. As browsers do, it asks again on a new
    connection where a kept one closes before any byte of the answer. It writes documents into an index of its own and reads them, as a
    client does that asks the next node where one does not answer.
  - Requests are sent at their moments, whether or not earlier ones have been answered, and latency is measured from these moments.
    When the platform stands still for a while, it is slow for all who would have asked it then.
  - In the end, all documents that the cluster has acknowledged are read back, the index is removed, and C(report.json) and
    C(report.html) are written.
  - The process ends when told to, when its time is over, or when C(ansible-playbook) is no more. There is a report in each case.
  - Nothing on the platform remains changed, hence C(changed) is never true.
options:
  state:
    description:
      - V(started) starts the proof and returns when its first document is acknowledged. Where this run of Ansible has one already, that
        one goes on.
      - V(phase) notes that something begins, for the report's timeline. It does nothing where no proof runs.
      - V(stopped) ends the proof, waits for its report, and fails when a user would have noticed something. Each V(started) needs its own;
        the last one counts.
    type: str
    choices: [started, phase, stopped]
    default: started
  name:
    description:
      - What begins, for O(state=phase); needed there.
      - The title of the report, for O(state=started). The name of the playbook if not set.
    type: str
  url_ca_path:
    description:
      - File with the certificates of the authorities that may sign those of O(url). V(system) stands for the system's.
      - Defaults to O(ca_path).
    type: str
  url:
    description:
      - URLs to read, in turn. Only an answer of status 2xx is a good one; redirects are not followed.
      - C({number}) in a URL becomes another number each time, for an answer that no cache has.
    type: list
    elements: str
    default: []
  rate:
    description: Reads of O(url), writes into the cluster, and reads from it, a second each. At most V(50).
    type: int
    default: 5
  duration:
    description:
      - Seconds after which the proof ends by itself, at most V(14400).
      - O(state=stopped) fails when this was before the operation's end.
    type: int
    default: 3600
  directory:
    description:
      - Folder on the controller. Each proof makes a folder of its own in it.
      - V(.searchstack/availability) below the working directory of C(ansible-playbook) if not set.
    type: path
  max_failures:
    description:
      - How many failed requests O(state=stopped) takes. A lost document, or one that is there twice, is never taken.
    type: int
    default: 0
  hosts:
    description:
      - URLs of one or more nodes of the cluster. The next one is asked when one does not answer.
      - A URL without a port means 443 (V(https)) or 80 (V(http)).
      - If empty, only O(url) is read.
      - If not set, the environment variable E(OPENSEARCH_HOSTS) is used (a list separated by commas).
    type: list
    elements: str
    required: false
    default: []
    aliases: [urls]
  timeout:
    description: Seconds to wait for the answer to one request, at most V(60).
    type: int
    default: 10
  retries:
    description: Has no effect. Reads of O(url) are never sent again; the cluster is asked again, of another node, for 30 seconds.
    type: int
    default: 3
attributes:
  check_mode:
    support: partial
    details: The task is skipped, since there is no operation to prove.
  diff_mode:
    support: none
    details: The module changes nothing.
notes:
  - The module runs on the controller, whatever the task's host, and does not connect to it.
  - O(ca_path) and the client certificate are read again when they change.
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Prove an operation
  hosts: localhost
  module_defaults:
    searchstack.platform.availability_proof:
      hosts: [https://os1.example.com:9200, https://os2.example.com:9200]
      ca_path: /etc/searchstack/pki/ca.pem
      client_cert: /etc/searchstack/pki/admin.pem
      client_key: /etc/searchstack/pki/admin.key
  tasks:
    - name: Start to ask
      searchstack.platform.availability_proof:
        state: started
        url: [https://search.example.com/health]

    - name: Note what begins
      searchstack.platform.availability_proof:
        state: phase
        name: restart of os1

    - name: Do what nobody should notice
      ansible.builtin.command: /usr/local/sbin/restart-os1
      changed_when: true

    - name: Nobody noticed
      searchstack.platform.availability_proof:
        state: stopped
"""

RETURN = r"""
directory:
  description: The folder of this proof.
  returned: when O(state) is V(started) or V(stopped)
  type: str
  sample: /srv/platform/.searchstack/availability/20260314T150926Z-4711
noted:
  description: Whether a proof runs that notes the phase.
  returned: when O(state=phase)
  type: bool
report:
  description: What C(report.json) holds.
  returned: when the proof has ended
  type: dict
  sample:
    ended_by: stopped
    seconds: 412.6
    requests: 6189
    failures: 0
    documents: {acknowledged: 2064, lost: 0, duplicated: 0}
summary:
  description: The report in a few lines.
  returned: when the proof has ended
  type: list
  elements: str
"""
