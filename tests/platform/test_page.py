"""A person with a browser that trusts the lab's CA searches, and sees papers."""

from __future__ import annotations

import subprocess

from playwright.sync_api import expect, sync_playwright


def test_a_search_in_the_browser_shows_papers(lab, tmp_path):
    certificates = tmp_path / ".pki/nssdb"
    certificates.mkdir(parents=True)
    store = ["certutil", "-d", f"sql:{certificates}"]
    subprocess.run([*store, "-N", "--empty-password"], check=True)
    subprocess.run([*store, "-A", "-n", "lab", "-t", "C,,", "-i", str(lab.ca)], check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"], env={"HOME": str(tmp_path)})
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        papers = page.locator("ol.papers")
        page.goto(f"https://{lab.vip}/?q=attention+is+all+you+need")
        expect(papers).to_contain_text("Attention Is All You Need", timeout=30_000)
        page.screenshot(path=lab.root / ".lab/page.png")
        page.get_by_placeholder("Search papers").fill("black holes")
        page.get_by_role("button", name="Search").click()
        expect(papers).to_contain_text("Black", timeout=30_000)
        browser.close()
