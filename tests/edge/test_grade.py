"""What testssl.sh says of the site, asked from a host that trusts the platform's authority."""

from __future__ import annotations

import json

CLIENT = "edge-client1"


def test_the_site_is_graded_a_plus(edge):
    edge.on(CLIENT, "command -v testssl >/dev/null || apt-get install -y -qq testssl.sh >/dev/null")
    edge.run("docker", "exec", "-i", f"searchstack-lab-{CLIENT}", "sh", "-c", "cat >/tmp/ca.pem", stdin=edge.ca.read_text())
    edge.on(CLIENT, "rm -f /tmp/grade.json")
    ask = "testssl --quiet --color 0 --add-ca /tmp/ca.pem --jsonfile /tmp/grade.json --ip"
    edge.run("docker", "exec", f"searchstack-lab-{CLIENT}", "sh", "-c", f"{ask} {edge.vip} https://edge.lab.test/ >/dev/null", check=False)
    found = json.loads(edge.on(CLIENT, "cat /tmp/grade.json"))
    told = {entry["id"]: entry["finding"] for entry in found}
    # The lab's authority publishes no revocations.
    wrong = [entry for entry in found if entry["severity"] in ("MEDIUM", "HIGH", "CRITICAL") and entry["id"] != "cert_revocation"]
    assert wrong == []
    assert [told[name] for name in told if name.startswith("grade_cap_reason")] == []
    assert told["overall_grade"] == "A+"
    assert int(told["final_score"]) >= 95
