"""Somebody who sees the console for the first time is told:

"The payments team handles its own HIGH findings now. Make sure that secops no longer gets those. See what that would have changed
in the last week. If it is all right, put it in force, then take it back."

Only what can be read on the pages leads from step to step.
"""
import json
import re
import time

import findings
from browsing import Visit
from service import Service

# Of the account of the group @payments.
PAYMENTS = 7


def run(world):
    # As on somebody's own machine: no tokens, and the console may write the file.
    with Service(world.program, arguments=("--routes-writable",), change=paying) as service:
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


def paying(document):
    """secops is told of what is HIGH anywhere, and payments have somebody of their own."""
    document["accounts"]["payments"] = ["111122223333"]
    document["destinations"]["payments-oncall"] = document["destinations"]["archive"]
    document["rules"] = [
        {"name": "payments", "when": {"account": ["@payments"], "severity": ">=high"}, "send": ["payments-oncall"]},
        {"name": "critical", "when": {"severity": "critical"}, "send": ["secops", "archive"]},
        {"name": "high", "when": {"severity": "high"}, "send": ["secops"]},
        {"name": "medium", "when": {"severity": "medium"}, "send": ["archive"]},
    ]


def observed(service):
    for number in range(1, 3 * PAYMENTS + 1):
        account = list(findings.ACCOUNTS)[number % 3]
        service.told("/v1/events", findings.control(number, f"Bucket {number} is open", "HIGH", account, "eu-central-1"))
    service.wait("applied findings", lambda: service.told("/api/v1/status")["totals"]["waiting"] == 0)


def edited(visit):
    page = visit.page
    visit.open("/")
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="high", exact=True).click()
    page.get_by_role("heading", name="high", exact=True).wait_for()
    when = page.get_by_role("group", name="When")
    when.get_by_role("button", name="Condition", exact=True).click()
    # The fields of a line have no labels that can be seen: they follow each other in the group that says "When".
    line = when.get_by_role("combobox").filter(has=page.get_by_role("option", name="is none of", exact=True)).last
    field = when.get_by_role("combobox").filter(has=page.get_by_role("option", name="account", exact=True)).last
    field.select_option(label="account")
    line.select_option(label="is none of")
    when.locator("input:visible").last.fill("@payments")
    page.get_by_text("in no account of @payments").first.wait_for()
    beside = page.get_by_role("complementary", name="About this rule")
    beside.get_by_text(f"−{PAYMENTS} lost").wait_for()
    text = beside.inner_text()
    if f"payments-oncall: {PAYMENTS}" not in text:
        yield f"who is still told of what the rule loses is not said: {text!r}"
    page.get_by_role("button", name="Keep in draft").click()
    page.get_by_role("link", name="1 change").wait_for()


def measured(visit):
    page = visit.page
    page.get_by_role("button", name="See effect").click()
    page.get_by_role("heading", name="What your draft changes").wait_for()
    page.get_by_role("button", name="Measure again").wait_for(timeout=60_000)
    page.get_by_role("link", name=re.compile(r"^\s*0\s*reach nobody")).wait_for()
    page.get_by_role("link", name=re.compile(rf"^\s*{PAYMENTS}\s*told at fewer places\s*not told any more: secops")).wait_for()
    fewer = page.get_by_role("table", name="Findings: told at fewer places").inner_text()
    if fewer.count("payments-oncall") < PAYMENTS:
        yield f"the effect does not name who is told still: {fewer!r}"


def published(visit):
    page, service = visit.page, visit.service
    before = open(service.routes).read()
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Why", exact=True).fill("payments handles its own HIGH findings")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("v2 is in force").wait_for()
    rule = next(rule for rule in json.load(open(service.routes))["rules"] if rule["name"] == "high")
    if rule["when"] != {"severity": "high", "account": "!@payments"} or rule["send"] != ["secops"]:
        yield f"after publishing, the file has the rule {rule}"
    page.get_by_role("button", name="Undo: back to v1").click()
    page.get_by_text("v3 is in force").wait_for()
    if open(service.routes).read() != before:
        yield "after taking it back the file is not what it was"
