"""A person with a browser that trusts the lab's CA searches, and sees papers."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_link_opens_with_its_search_done(page, lab):
    page.goto(f"https://{lab.vip}/?q=attention+is+all+you+need")
    expect(page.locator("ol.papers")).to_contain_text("Attention Is All You Need", timeout=30_000)
    page.screenshot(path=lab.root / ".lab/page.png")


def test_a_search_shows_papers_even_before_the_page_had_its_first_answer(page, lab):
    page.goto(f"https://{lab.vip}/")
    page.get_by_placeholder("Search papers").fill("black holes")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("ol.papers")).to_contain_text("Black", timeout=30_000)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_placeholder("Search papers")).to_have_value("black holes")


def test_the_last_search_is_shown_even_when_the_link_is_answered_later(page, lab):
    held = []
    page.route("**/gradio_api/**", lambda route: held.append(route) if route.request.method == "POST" and not held else route.continue_())
    page.goto(f"https://{lab.vip}/?q=attention+is+all+you+need")
    while not held:
        page.wait_for_timeout(100)
    page.get_by_placeholder("Search papers").fill("black holes")
    page.get_by_role("button", name="Search").click()
    page.wait_for_timeout(2_000)
    held[0].continue_()
    page.wait_for_timeout(2_000)
    expect(page.locator("ol.papers")).to_contain_text("Black")
    expect(page.get_by_placeholder("Search papers")).to_have_value("black holes")
