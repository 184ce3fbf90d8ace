"""With scripts switched off every page is there and every form does what it says."""
import json
import re

import findings


def run(world):
    for visit, pages in world.everybody(java_script_enabled=False):
        for path in pages.values():
            visit.expects_refusals = "nothing-is-called-this" in path
            status = visit.open(path)
            if (status >= 400) != visit.expects_refusals:
                yield f"{path} without scripts answers {status}"
            if (count := visit.page.locator("h1").count()) != 1:
                yield f"{path} without scripts has {count} headings of the first level"
        yield from visit.complaints
    with world.visit(java_script_enabled=False) as visit:
        yield from filters(visit)
        yield from pausing(visit)
        yield from testing(visit)
        retrying(visit)
        yield from going(visit)
        yield from silencing(visit)
        yield from trying(visit)
        yield from setting(visit)
        yield from visit.complaints


def filters(visit):
    visit.open("/findings")
    visit.page.get_by_label("Search findings").fill("severity:critical region:us-east-1")
    visit.page.get_by_role("button", name="Search").click()
    words = visit.page.locator("tbody .sev").all_inner_texts()
    if not words or any("CRITICAL" not in word.upper() for word in words):
        yield f"the filter of findings shows {words}"
    visit.page.get_by_label("Remove severity").click()
    if "severity" in visit.page.url or "region" not in visit.page.url:
        yield f"the chip of a filter leads to {visit.page.url}"


def pausing(visit):
    visit.open("/destinations")
    row = visit.page.locator("tr[id=to-archive]")
    row.get_by_text("Pause…").click()
    row.get_by_role("textbox").fill("moving the archive")
    row.get_by_role("button", name="Pause").click()
    main = visit.page.locator("main")
    if "moving the archive" not in main.inner_text():
        yield f"a destination was paused and its page says {main.inner_text()!r}"
    main.get_by_role("button", name="Resume").click()
    if "moving the archive" in visit.page.locator("main").inner_text():
        yield "a destination was resumed and still says why it was paused"


def testing(visit):
    visit.open("/destinations")
    visit.page.get_by_role("link", name="secops", exact=True).first.click()
    if visit.page.locator(".slack").count() != 1:
        yield "the page of a destination does not show its message"
    visit.page.get_by_role("link", name="digest", exact=True).click()
    if "form=digest" not in visit.page.url:
        yield f"the digest is shown at {visit.page.url}"
    visit.page.get_by_role("button", name="Send a test message").click()
    said = visit.page.get_by_role("status").inner_text()
    if "delivered" not in said:
        yield f"a test was sent and the page says {said!r}"


def retrying(visit):
    visit.open("/deliveries?q=state%3Adead")
    visit.page.locator("tbody a").first.click()
    before = visit.page.locator("table.attempts tbody tr").count()
    # A page that is still on its way cannot be read again.
    with visit.page.expect_navigation():
        visit.page.get_by_role("button", name="Try now").click()
    visit.service.wait("another attempt", lambda: attempts(visit) > before)


def attempts(visit):
    visit.page.reload()
    return visit.page.locator("table.attempts tbody tr").count()


def going(visit):
    for text, wanted in (
        ("archive", r"/destinations/archive"), ("111122223333", r"/findings\?q="), ("no such thing", r"/go\?q="),
    ):
        visit.open("/")
        box = visit.page.get_by_label("Go to a finding, rule, account or destination").first
        box.fill(text)
        box.press("Enter")
        visit.page.wait_for_load_state()
        if not re.search(wanted, visit.page.url):
            yield f"going to {text!r} leads to {visit.page.url}"


def silencing(visit):
    page = visit.page
    visit.open("/findings?q=severity%3Alow")
    page.locator("tbody tr a").first.click()
    page.get_by_role("link", name="Silence…").click()
    page.get_by_role("button", name="Preview").click()
    if page.locator("#reach h2").count() < 2:
        yield "the preview of a silence shows nothing"
    page.get_by_label("Owner").fill("Storage team")
    page.get_by_label("Reason").fill("being moved <b>")
    page.get_by_role("button", name="Silence", exact=True).click()
    if page.get_by_label("It is meant to hide that much").count():
        page.get_by_label("It is meant to hide that much").check()
        page.get_by_role("button", name="Silence", exact=True).click()
    if not re.search(r"/silences/s[0-9a-f]+$", page.url):
        yield f"a silence was filled in, and what follows is {page.url}"
        return
    page.get_by_role("button", name="7 d from now").click()
    page.get_by_role("button", name="End it now").click()
    if page.get_by_role("button", name="End it now").count():
        yield "a silence that was ended can be ended"


def trying(visit):
    page = visit.page
    visit.open("/try")
    page.locator("ul.pick input").first.check()
    page.get_by_role("button", name="Show the way").click()
    if page.get_by_label("The way").count() != 1:
        yield "a finding that was picked is not led through the rules"
    page.get_by_role("link", name="Paste an event").click()
    page.get_by_label("Event or finding").fill(json.dumps(findings.threat(1, "<i>pasted</i>")))
    page.get_by_label("If it came at").fill("2026-12-05 04:00")
    page.get_by_role("button", name="Show the way").click()
    if "<i>pasted</i>" not in page.get_by_label("The way").inner_text():
        yield "a pasted event is not led through the rules"
    page.get_by_role("link", name="By fields").click()
    page.get_by_label("severity").select_option("LOW")
    page.get_by_label("region").fill("us-east-1")
    page.get_by_role("button", name="Show the way").click()
    if "Reaches nobody" not in page.get_by_label("The way").inner_text():
        yield "fields that no rule wants reach somebody"


def setting(visit):
    page = visit.page
    visit.open("/settings")
    page.locator("#new-destinations").fill("a/b <i>")
    page.locator("#new-destinations + button").click()
    page.get_by_label("Type", exact=True).locator("select").select_option("email")
    page.get_by_role("button", name="Show its fields").click()
    page.get_by_role("textbox", name="To", exact=True).fill("soc@example.com\nlead@example.com")
    page.get_by_role("textbox", name="Server").fill("smtp.example.com")
    page.get_by_role("textbox", name="Sender").fill("noroshi@example")
    page.get_by_role("textbox", name="Rate").fill("often")
    # The browser says so itself, and not before the next page is there.
    visit.expects_refusals = True
    page.get_by_role("button", name="Keep in draft").click()
    if "a rate such as" not in page.locator("#error-rate").inner_text():
        yield "a rate that is none is not refused beside its field"
    if page.get_by_role("textbox", name="To", exact=True).input_value() != "soc@example.com\nlead@example.com":
        yield "what was typed is gone after a mistake"
    page.get_by_role("textbox", name="Rate").fill("30/m")
    page.get_by_role("button", name="Hold at times").click()
    page.get_by_role("checkbox", name="nights").check()
    page.get_by_role("button", name="Keep in draft").click()
    page.get_by_role("link", name="JSON", exact=True).click()
    text = page.locator("textarea[name=json]").input_value()
    wanted = {
        "type": "email", "to": ["soc@example.com", "lead@example.com"], "host": "smtp.example.com",
        "from": "noroshi@example", "rate": "30/m", "mute": [{"during": ["nights"]}],
    }
    if json.loads(text) != wanted:
        yield f"a destination was filled in, and its JSON is {text}"
    visit.open("/draft/discard")
    visit.expects_refusals = False
    page.get_by_role("button", name="Discard it").first.click()
