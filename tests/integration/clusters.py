"""Where the two clusters are that the tests talk to."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = "tests/integration/inventory.yml"
PKI = ROOT / ".lab" / "modules-pki"
# By their names in the inventory.
CLUSTERS = {"current": ["https://198.18.77.211:9200", "https://198.18.77.213:9200"], "previous": ["https://198.18.77.212:9200"]}
