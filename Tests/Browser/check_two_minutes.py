"""Somebody who sees the console for the first time changes who is told, sees what that does, publishes, and takes it back.

Only what can be read on the pages leads from step to step.
"""
import json
import time

import findings
from browsing import Visit
from service import Service


def run(world):
    # As on somebody's own machine: no tokens, and the console may write the file.
    with Service(world.program, arguments=("--routes-writable",)) as service:
        observed(service)
        with Visit(world.browser, service) as visit:
            begun = time.monotonic()
            yield from edited(visit)
            yield from measured(visit)
            yield from published(visit)
            seconds = time.monotonic() - begun
            if seconds > 120:
                yield f"it took {seconds:.0f} s"
            yield from visit.complaints


def observed(service):
    for number in range(1, 13):
        account = list(findings.ACCOUNTS)[number % 3]
        event = findings.control(number, f"Bucket {number} is open", "HIGH", account, "eu-central-1")
        status, answer = service.ask("/v1/events", event)
        if status != 200:
            raise RuntimeError(f"a finding was answered {status}: {answer}")
    service.wait("applied findings", lambda: service.ask("/api/v1/status")[1]["totals"]["waiting"] == 0)


def edited(visit):
    page = visit.page
    visit.open("/")
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Name", exact=True).fill("production, high")
    page.get_by_label("Values of field 1").fill("high")
    page.get_by_role("button", name="Condition", exact=True).click()
    if page.get_by_label("Field 2", exact=True).input_value() != "account":
        yield "a second condition does not begin with the account"
    page.get_by_label("Values of field 2").fill("@production")
    page.get_by_label("archive", exact=True).check()
    # What the form says stands above it in words.
    page.get_by_text("HIGH in an account of @production").wait_for()
    page.get_by_role("button", name="Keep in draft").click()
    page.get_by_role("link", name="1 change").wait_for()


def measured(visit):
    page = visit.page
    page.get_by_role("button", name="See effect").click()
    main = page.locator("main")
    deadline = time.monotonic() + 60
    while "Told at more places" not in main.inner_text() and time.monotonic() < deadline:
        page.wait_for_timeout(500)
    text = main.inner_text()
    if "8 findings" not in text or "archive" not in text:
        yield f"the effect of a rule that tells the archive says {text[:1_500]!r}"
    # What it says of one of them, rule by rule on both sides.
    main.get_by_role("link", name="both ways").first.click()
    page.get_by_text("The draft decides otherwise").wait_for()
    page.go_back()


def published(visit):
    page, service = visit.page, visit.service
    before = open(service.routes).read()
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Why").fill("production is told to the archive, too")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("v2 is in force").wait_for()
    names = [rule["name"] for rule in json.load(open(service.routes))["rules"]]
    if names[-1:] != ["production, high"]:
        yield f"after publishing, the file has the rules {names}"
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("v3 is in force").wait_for()
    if open(service.routes).read() != before:
        yield "after taking it back the file is not what it was"
