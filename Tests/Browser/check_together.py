"""Two people edit at once: whoever publishes later is led to three columns, and nothing of either is lost."""
import json

from service import TOKENS, Service


def run(world):
    with Service(world.program, TOKENS, arguments=["--routes-writable"]) as service:
        with world.visit("editor", service) as first, world.visit("colleague", service) as second:
            for visit, additions in (
                (first, {"high": "archive", "medium": "secops"}), (second, {"high": "old pager", "critical": "archive"}),
            ):
                for rule, destination in additions.items():
                    added(visit, rule, destination)
            described(first, "high", "of the first")
            described(second, "high", "of the second")
            published(first, "of the first")
            first.page.get_by_text("v2 is in force").wait_for()
            yield from merged(second)
            yield from kept(service)
            yield from first.complaints
            yield from second.complaints


def added(visit, rule, destination):
    page = visit.page
    visit.open("/rules")
    page.get_by_role("link", name=rule, exact=True).click()
    page.get_by_label(destination, exact=True).check()
    keep(page)


def described(visit, rule, text):
    page = visit.page
    visit.open("/rules")
    page.get_by_role("link", name=rule, exact=True).click()
    page.get_by_label("Description").fill(text)
    keep(page)


def keep(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Keep in draft").click()


def published(visit, note):
    page = visit.page
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Why", exact=True).fill(note)
    if page.get_by_label("Not measured.").count():
        page.get_by_label("Not measured.").check()
    page.get_by_role("button", name="Publish", exact=True).click()


def merged(visit):
    page = visit.page
    visit.open("/rules")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("heading", name="Somebody published meanwhile").wait_for()
    text = page.locator("main").inner_text()
    for words in ("of the first", "Nothing of yours is lost", "2 things were changed by both", "critical"):
        if words not in text:
            yield f"whoever publishes later is not told {words!r}: {text[:1_000]!r}"
    columns = page.get_by_role("heading", level=3).all_inner_texts()
    if columns != ["Yours", "Base", "Theirs"] * 2:
        yield f"what both changed stands in the columns {columns}"
    for conflict in page.locator("form.stack-4 > section.card").all():
        words = "Both" if "send" in conflict.get_by_role("heading", level=2).inner_text() else "Mine"
        if words == "Mine" and conflict.get_by_label("Both").count():
            yield "two descriptions, which are no list, are offered joined"
        conflict.get_by_label(words).check()
        shown = conflict.inner_text()
        wanted = ("old pager", "archive") if words == "Both" else ("of the second", "of the first")
        if not all(side in shown for side in wanted):
            yield f"the columns do not show {wanted}: {shown!r}"
    page.get_by_role("button", name="Put my draft on v2").click()
    page.get_by_text("since v2").first.wait_for()
    visit.open("/rules")
    published(visit, "of the second")
    page.get_by_text("v3 is in force").wait_for()


def kept(service):
    """Everything of either is in the text that is in force at the end; of the description that both wrote, the chosen one."""
    rules = {rule["name"]: rule for rule in service.told("/api/v1/routes")["document"]["rules"]}
    for rule, wanted in (
        ("high", ["slow", "archive", "old pager"]), ("medium", ["archive", "secops"]), ("critical", ["secops", "retired", "archive"]),
    ):
        if sorted(rules[rule]["send"]) != sorted(wanted):
            yield f"after merging, {rule} is sent to {rules[rule]['send']} and not to {wanted}"
    if rules["high"].get("description") != "of the second":
        yield f"after merging, high is {json.dumps(rules['high'])}"
    notes = [version.get("note") for version in service.told("/api/v1/routes/versions")["items"]]
    if notes[:2] != ["of the second", "of the first"]:
        yield f"the versions have the notes {notes}"
