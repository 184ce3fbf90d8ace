"""Somebody whom a message has woken opens its link and knows why it came and who else has it; and what is open where."""
import re
import time

import findings
from browsing import Visit
from service import CANARY, TOKENS, Service

# CRITICAL ones are open in these, and in no other.
STRUCK = ["111122223333", "444455556666"]
TITLE = "Bucket 1 is open to the world"


def run(world):
    with Service(world.program, TOKENS, linked=True) as service:
        planted(service)
        with Visit(world.browser, service) as visit:
            link = yield from received(service)
            begun = time.monotonic()
            yield from opened(visit, link)
            yield from asked(visit)
            if (seconds := time.monotonic() - begun) > 15:
                yield f"to know why a message came took {seconds:.0f} s"
            yield from visit.complaints
        with Visit(world.browser, service) as visit:
            begun = time.monotonic()
            yield from open_where(visit)
            if (seconds := time.monotonic() - begun) > 10:
                yield f"to know which accounts have open CRITICAL findings took {seconds:.0f} s"
            yield from visit.complaints


def planted(service):
    for number, (severity, account) in enumerate((
        ("CRITICAL", STRUCK[0]), ("CRITICAL", STRUCK[1]), ("CRITICAL", STRUCK[1]), ("HIGH", "999999999999"), ("MEDIUM", STRUCK[0]),
    ), start=1):
        event = findings.control(number, f"Bucket {number} is open to the world", severity, account, "eu-central-1")
        service.told("/v1/events", event, "sender")


def received(service):
    """The link of the message that Slack got."""
    def messages():
        return [text for path, text in service.receiver.received if path.endswith("-chat") and TITLE in text]

    service.wait("a message in the chat", messages)
    links = set(re.findall(re.escape(service.address) + r"/findings/[\w-]+", messages()[0]))
    if len(links) != 1:
        yield f"the message leads to {sorted(links)}: {messages()[0]}"
    if CANARY in messages()[0]:
        yield f"the message says a secret: {messages()[0]}"
    return links.pop()


def opened(visit, link):
    page = visit.page
    page.goto(link)
    # Whoever is not signed in is asked to, and led on to where the link leads.
    page.get_by_label("Token").fill(visit.service.tokens["viewer"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name=TITLE).wait_for()
    if page.url != link:
        yield f"the link {link} leads to {page.url}"
    told = page.get_by_role("region", name="Who was told")
    text = told.inner_text()
    for words in (r"secops, told at \d", r"retired, (not yet|could not be told|handed on)", r"archive, not told"):
        if not re.search(words, text):
            yield f"who has it is not said by {words!r}: {text!r}"
    if "critical" not in text:
        yield f"the rule that told secops is not named: {text!r}"
    if not re.search(r"critical", page.locator("#decision").inner_text()):
        yield "the decision does not name the rule that took it"


def asked(visit):
    page = visit.page
    told = page.get_by_role("region", name="Who was told")
    # "Why not", a choice, and "Ask" stand in one line.
    told.get_by_role("combobox").select_option(label="slow")
    told.get_by_role("button", name="Ask", exact=True).click()
    answer = page.get_by_role("status").filter(has_text="slow")
    answer.wait_for()
    text = answer.inner_text()
    # Rule "high" names slow, and asks for another severity.
    if "high" not in text or not re.search(r"severity", text, re.IGNORECASE):
        yield f"why slow was not told is answered with {text!r}"


def open_where(visit):
    page = visit.page
    visit.open("/")
    page.get_by_label("Token").fill(visit.service.tokens["viewer"])
    page.get_by_role("button", name="Sign in").click()
    table = page.get_by_role("table", name="Open findings by account and severity")
    table.wait_for()
    heads = table.get_by_role("columnheader").all_inner_texts()
    column = next((place for place, head in enumerate(heads) if "CRITICAL" in head.upper()), None)
    if column is None:
        yield f"no column says CRITICAL: {heads}"
        return
    struck = {}
    for row in table.get_by_role("row").all()[1:]:
        cells = row.get_by_role("cell")
        if (count := cells.nth(column).inner_text().strip()) != "0":
            struck[cells.nth(0).inner_text()] = count
    accounts = sorted(re.search(r"\d{12}", name)[0] for name in struck)
    if accounts != STRUCK or sorted(struck.values()) != ["1", "2"]:
        yield f"open CRITICAL findings are said to be in {struck}"
    if not all(any(name in text for text in struck) for name in (findings.ACCOUNTS[id] for id in STRUCK)):
        yield f"the accounts have no names: {struck}"
    table.get_by_role("row").filter(has_text=STRUCK[1]).get_by_role("link", name="2", exact=True).first.click()
    page.wait_for_url("**/findings?q=*")
    titles = page.locator("tbody tr").all_inner_texts()
    if len(titles) != 2 or not all("CRITICAL" in text.upper() for text in titles):
        yield f"the 2 CRITICAL findings of an account lead to {titles}"
