"""Where the clusters are that the tests talk to."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = "tests/integration/inventory.yml"
PKI = ROOT / ".lab" / "modules-pki"
# By their names in the inventory: of 3.4.0 and of 2.19.4. One is what CI has the time for; scripts/test --all asks for both.
URLS = {"current": ["https://198.18.77.211:9200", "https://198.18.77.213:9200"], "previous": ["https://198.18.77.212:9200"]}
CLUSTERS = {name: URLS[name] for name in os.environ.get("SEARCHSTACK_CLUSTERS", "current").split()}
