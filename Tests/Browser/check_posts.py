"""With scripts switched off each form about rules is sent, from the first draft to the last way back, on a service of its own."""
import json

import findings
import state
from browsing import Visit
from service import TOKENS, Service


def run(world):
    with Service(world.program, TOKENS, arguments=["--routes-writable"]) as service:
        for number, severity in enumerate(findings.SEVERITIES[:4] * 2, start=1):
            service.told("/v1/events", findings.control(number, f"Bucket {number}", severity, "111122223333", "eu-central-1"), "sender")
        # Its receiver takes no such message, so that one is dead.
        service.told("/v1/events", findings.threat(1, "talks to a mining pool"), "sender")
        with world.visit("editor", service, java_script_enabled=False) as visit:
            for step in (
                making, editing, moving, switching, copying, deleting, writing, undoing, expecting, shadowing, measuring,
                publishing, taking_back, rolling_back, merging, taking_over, redriving, ending, appearing,
            ):
                yield from step(visit) or ()
            yield from visit.complaints
    with Service(world.program) as service, Visit(world.browser, service, java_script_enabled=False) as visit:
        yield from proposing(visit)
        yield from visit.complaints


def press(visit, name, within=None):
    with visit.page.expect_navigation():
        (within or visit.page).get_by_role("button", name=name, exact=True).first.click()


def names(visit):
    visit.open("/rules")
    return visit.page.locator("main .rule h3 a").all_inner_texts()


def row(visit, name):
    visit.open("/rules")
    return visit.page.locator(f"li[data-rule='{name}']")


def changed(visit, words):
    """Complains of rules that are not as they ought to be after something was done."""
    def compare(found, wanted):
        if found != wanted:
            yield f"after {words} there is {found!r} in the place of {wanted!r}"
    return compare


def making(visit):
    page = visit.page
    visit.open("/rules")
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Name", exact=True).fill("plain")
    page.get_by_label("Values of field 1").fill("high")
    press(visit, "Condition")
    page.get_by_label("Values of field 2").fill("@production")
    page.get_by_label("archive", exact=True).check()
    press(visit, "Check")
    if "gained" not in page.locator("#preview").inner_text():
        yield f"without scripts, “Check” shows {page.locator('#preview').inner_text()!r}"
    press(visit, "Keep in draft")
    yield from changed(visit, "a rule was made")(names(visit)[-1], "plain")


def editing(visit):
    visit.open("/rules/edit/plain")
    visit.page.get_by_label("Description").fill("as text")
    press(visit, "Keep in draft")
    visit.open("/rules/edit/plain")
    yield from changed(visit, "it was edited")(visit.page.get_by_label("Description").input_value(), "as text")


def moving(visit):
    first = names(visit)[0]
    menu = row(visit, "plain").locator("details.menu")
    menu.locator("summary").click()
    menu.get_by_role("link", name="Move to position…").click()
    visit.page.get_by_label("Position").select_option("1")
    press(visit, "Move in the draft")
    yield from changed(visit, "it was moved to the top")(names(visit)[:2], ["plain", first])
    press(visit, "Move plain down", row(visit, "plain"))
    yield from changed(visit, "it was moved down")(names(visit)[:2], [first, "plain"])
    press(visit, "Move plain up", row(visit, "plain"))
    yield from changed(visit, "it was moved up")(names(visit)[:2], ["plain", first])


def switching(visit):
    for wanted in ("false", "true"):
        with visit.page.expect_navigation():
            row(visit, "plain").get_by_role("switch").click()
        shown = row(visit, "plain").get_by_role("switch").get_attribute("aria-checked")
        yield from changed(visit, "it was switched")(shown, wanted)


def copying(visit):
    menu = row(visit, "plain").locator("details.menu")
    menu.locator("summary").click()
    press(visit, "Duplicate", menu)
    yield from changed(visit, "it was duplicated")(names(visit)[:2], ["plain", "plain copy"])


def deleting(visit):
    menu = row(visit, "plain copy").locator("details.menu")
    menu.locator("summary").click()
    press(visit, "Delete", menu)
    yield from changed(visit, "the copy was deleted")("plain copy" in names(visit), False)


def writing(visit):
    page = visit.page
    visit.open("/rules/json")
    box = page.locator("textarea[name=json]")
    text = box.input_value()
    visit.expects_refusals = True
    box.fill(text.replace('"as text"', '"as text",,'))
    press(visit, "Keep in draft")
    if page.locator("#errors").count() != 1:
        yield "JSON that cannot be read is not refused beside it"
    box.fill(text.replace("as text", "as JSON"))
    press(visit, "Keep in draft")
    visit.expects_refusals = False
    visit.open("/rules/edit/plain")
    yield from changed(visit, "its JSON was edited")(page.get_by_label("Description").input_value(), "as JSON")


def undoing(visit):
    visit.open("/rules")
    press(visit, "Undo last edit")
    visit.open("/rules/edit/plain")
    yield from changed(visit, "undoing")(visit.page.get_by_label("Description").input_value(), "as text")


def expecting(visit):
    page = visit.page
    visit.open("/expectations/new")
    page.get_by_label("Name", exact=True).fill("high ones are kept")
    page.get_by_label("Fields as JSON").fill('{"severity": "HIGH", "account": "111122223333"}')
    page.get_by_role("group", name="What must hold").get_by_label("archive", exact=True).check()
    press(visit, "Ask the rules")
    press(visit, "Keep in draft")
    visit.open("/expectations")
    text = page.locator("main table").inner_text()
    if "high ones are kept" not in text or "holds" not in text:
        yield f"an expectation was written, and the list says {text!r}"


def shadowing(visit):
    visit.open("/shadow")
    press(visit, "Run beside the rules in force")
    press(visit, "Stop", visit.page.locator("main"))
    text = visit.page.locator("main").inner_text()
    if "It has ended" not in text:
        yield f"a shadow was stopped, and its page says {text!r}"


def measuring(visit):
    page = visit.page
    visit.open("/rules")
    press(visit, "See effect")
    # A page that measures asks for itself again.
    page.get_by_role("button", name="Measure again").wait_for(timeout=60_000)
    if "told at more or other places" not in page.locator("main").inner_text():
        yield "without scripts, a draft is measured and no effect is shown"
    page.get_by_role("link", name="both ways").first.click()
    if "The draft decides otherwise" not in page.locator("main").inner_text():
        yield f"a finding whose decision is another is not said to be decided otherwise at {page.url}"


def publishing(visit):
    page = visit.page
    visit.open("/rules")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Why", exact=True).fill("without scripts")
    press(visit, "Publish")
    yield from in_force(visit, 2)


def in_force(visit, version):
    text = visit.page.locator("main").inner_text()
    if f"v{version} is in force" not in text:
        yield f"v{version} is not said to be in force at {visit.page.url}: {text[:400]!r}"


def taking_back(visit):
    press(visit, "Undo: back to v1")
    yield from in_force(visit, 3)


def rolling_back(visit):
    page = visit.page
    visit.open("/versions")
    page.locator(".vrow a").filter(has_text="without scripts").first.click()
    page.get_by_role("link", name="Roll back to v2…").click()
    press(visit, "Measure it")
    page.get_by_role("button", name="Measure again").wait_for(timeout=60_000)
    press(visit, "Roll back")
    yield from in_force(visit, 4)


def merging(visit):
    page, service = visit.page, visit.service
    visit.open("/rules/edit/medium")
    page.get_by_label("secops", exact=True).check()
    press(visit, "Keep in draft")
    other = state.edit(service, "colleague", [{"op": "set", "pointer": f"/rules/{place(service, 'medium')}/send", "value": ["archive", "slow"]}])
    state.publish(service, "colleague", other, "of a colleague")
    visit.open("/rules")
    page.get_by_role("link", name="put the draft onto it").click()
    page.get_by_label("Both").check()
    press(visit, "Put my draft on v5")
    draft = next(one for one in service.told("/api/v1/drafts")["items"] if one["owner"].endswith("editor"))
    text = json.loads(service.told(f"/api/v1/drafts/{draft['id']}")["text"])
    sent = text["rules"][place(service, "medium")]["send"]
    yield from changed(visit, "merging")((draft["base"], sorted(sent)), (5, ["archive", "secops", "slow"]))
    visit.open("/draft/discard")
    press(visit, "Discard it")
    if page.get_by_role("link", name="Publish…").count():
        yield "a draft is there after it was discarded"


def place(service, name):
    rules = service.told("/api/v1/routes")["document"]["rules"]
    return next(index for index, rule in enumerate(rules) if rule["name"] == name)


def taking_over(visit):
    draft = state.edit(visit.service, "colleague", [{"op": "remove", "pointer": "/rules/0"}])
    visit.open(f"/drafts/{draft['id']}")
    press(visit, "Take it over")
    text = visit.page.locator("main").inner_text()
    if "Your draft" not in text:
        yield f"a draft was taken over, and its page says {text[:400]!r}"


def redriving(visit):
    page = visit.page
    visit.service.wait("dead messages", lambda: visit.service.told("/api/v1/deliveries?state=dead")["items"])
    visit.open("/deliveries/redrive?q=to%3Anowhere")
    if page.locator("main form[method=post]").count():
        yield "nothing fits, and it can be sent again"
    page.get_by_role("searchbox", name="Dead deliveries").fill('to:"old pager"')
    page.get_by_role("searchbox", name="Dead deliveries").press("Enter")
    page.wait_for_load_state()
    dead = page.get_by_role("heading", name="dead deliver").first.inner_text()
    button = page.locator("main footer button")
    if dead.split()[0] not in button.inner_text():
        yield f"{dead!r} are to be sent again by {button.inner_text()!r}"
    with page.expect_navigation():
        button.click()
    if "/deliveries/redrive" in page.url:
        yield f"sending again leads to {page.url}: {page.locator('main').inner_text()[:400]!r}"


def ending(visit):
    with Visit(visit.context.browser, visit.service) as other:
        other.sign_in("editor")
        visit.open("/sessions")
        press(visit, "End all my other sessions")
        other.open("/findings")
        if "/sign-in" not in other.page.url:
            yield "a session that was ended opens pages"
    visit.open("/sessions")
    if "/sign-in" in visit.page.url:
        yield "ending the other sessions ends one's own"


def appearing(visit):
    page = visit.page
    visit.open("/keys")
    page.get_by_label("dark").check()
    press(visit, "Keep")
    if page.locator("html").get_attribute("data-theme") != "dark":
        yield "the theme that was chosen without scripts is not that of the page"


def proposing(visit):
    page = visit.page
    visit.open("/rules/edit/critical")
    page.get_by_label("archive", exact=True).check()
    press(visit, "Keep in draft")
    page.get_by_role("link", name="Propose…").click()
    page.get_by_label("Why", exact=True).fill("the archive keeps critical ones, too")
    press(visit, "Propose")
    text = page.locator("main").inner_text()
    if "Proposed." not in text or "proposed: the archive keeps" not in text:
        yield f"a draft was proposed, and its page says {text[:600]!r}"
