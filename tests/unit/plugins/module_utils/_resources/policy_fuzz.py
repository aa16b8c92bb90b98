# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random ISM and snapshot policies, as people could write them. The same seed gives the same ones."""

from __future__ import annotations

import random

DURATIONS = ("30s", "1m", "60m", "1h", "24h", "1d", "48h", "7d", "30d")
SIZES = ("1gb", "50GB", "1024mb", "1TB")


class PolicyFuzz:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *values):
        return self.random.choice(values)

    def maybe(self, **values):
        return {key: value for key, value in values.items() if self.random.random() < 0.5}

    def spelled(self, number):
        return self.one(number, str(number))

    def ism_policies(self, name):
        names = ["hot", "warm", "gone"][: self.random.randint(1, 3)]
        template = {"index_patterns": self.random.sample([f"{name}-b*", f"{name}-a*", "-x"], 2), **self.maybe(priority=self.spelled(7))}
        return {
            "name": name,
            "default_state": "hot",
            "states": [self.state(state, names[at + 1 : at + 2]) for at, state in enumerate(names)],
            **self.maybe(
                description=self.one("", "kept", "a: b"), ism_template=self.one([template], [template, {"index_patterns": [f"{name}-z*"]}])
            ),
        }

    def state(self, name, following):
        conditions = self.one({"min_index_age": self.one(*DURATIONS)}, {"min_size": self.one(*SIZES)}, {"min_doc_count": 5})
        transitions = [{"state_name": state, **self.maybe(conditions=conditions)} for state in following]
        actions = [{**self.action(), **self.around()} for _action in range(self.random.randint(0, 3))]
        return {
            "name": name,
            **self.maybe(actions=actions),
            **({"transitions": transitions} if transitions else self.maybe(transitions=[])),
        }

    def action(self):
        return self.one(
            {"rollover": self.maybe(min_doc_count=self.spelled(5), min_size=self.one(*SIZES), min_index_age=self.one(*DURATIONS))},
            {"replica_count": {"number_of_replicas": self.spelled(0)}},
            {"force_merge": {"max_num_segments": self.spelled(1)}},
            {"allocation": {"require": {"temp": self.one("warm", "10gb")}, **self.maybe(wait_for=False)}},
            {"index_priority": {"priority": self.spelled(50)}},
            {"read_only": {}},
            {"delete": {}},
        )

    def around(self):
        retry = {"count": self.spelled(3), **self.maybe(backoff=self.one("exponential", "linear"), delay=self.one("1m", "60s", "2m"))}
        return self.maybe(timeout=self.one(*DURATIONS), retry=retry)

    def snapshot_policies(self, name):
        creation = {"schedule": self.schedule(), **self.maybe(time_limit=self.one(*DURATIONS))}
        counts = self.one({"max_count": self.spelled(30)}, {"max_age": self.one(*DURATIONS)}, {"max_age": "7d", "max_count": 21})
        deletion = {
            "condition": {**counts, **self.maybe(min_count=self.spelled(2))},
            **self.maybe(schedule=self.schedule(), time_limit=self.one(*DURATIONS)),
        }
        config = self.maybe(
            indices=self.one(["*"], ["a", "-b"], "a,b"),
            ignore_unavailable=self.one(True, "yes", False),
            partial=self.one(True, "false"),
            metadata={"by": self.one("hand", 1, True)},
            date_format="yyyy-MM-dd-HH:mm",
        )
        conditions = self.maybe(failure=self.one(True, "no"), deletion=True)
        return {
            "name": name,
            "creation": creation,
            "snapshot_config": {"repository": "backup", **config},
            **self.maybe(
                deletion=deletion,
                description=self.one("nightly", "ünïcödé"),
                enabled=self.one(True, False, "no"),
                notification={"channel": {"id": "abc"}, **self.maybe(conditions=conditions)},
            ),
        }

    def schedule(self):
        return {"cron": {"expression": self.one("0 2 * * *", "*/30 * * * 1-5"), **self.maybe(timezone=self.one("UTC", "Europe/Berlin"))}}
