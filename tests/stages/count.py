"""Adds up what the stages left in a folder and prints `N passed, N failed`; exits 1 if anything failed.

A stage leaves JUnit files of its pytest runs, a file NAME.passed for each check that is no pytest run, and NAME.failed where it failed.
A failed stage counts even where none of its own tests did: it may have died before them.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree

folder = Path(sys.argv[1])
passed = failed = skipped = 0
for report in folder.glob("*.xml"):
    suite = ElementTree.parse(report).getroot().find("testsuite")
    bad = int(suite.get("failures")) + int(suite.get("errors"))
    passed += int(suite.get("tests")) - bad - int(suite.get("skipped"))
    failed += bad
    skipped += int(suite.get("skipped"))
passed += len(list(folder.glob("*.passed")))
for mark in sorted(folder.glob("*.failed")):
    print(f"failed: {mark.stem}")
    failed += 1
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(failed > 0 or passed == 0)
