"""With scripts a page stays as it is now, disturbs nobody, says when it cannot, and is let go with its session."""
import itertools
import urllib.request

import findings
from browsing import Visit
from service import TOKENS, Service

NUMBERS = itertools.count(5_000)


def run(world):
    yield from overview(world)
    yield from rows(world)
    yield from following(world)
    yield from elsewhere(world)
    yield from measuring(world)
    yield from signed_out(world)
    yield from lost(world)
    yield from proxied(world)


def happen(world, title="something new"):
    """A finding that is told at once."""
    status, answer = world.service.ask("/v1/events", findings.threat(next(NUMBERS), title, 9), role="sender")
    if status >= 300:
        raise RuntimeError(f"the service took no event: {status} {answer}")


def listens(visit, path="/"):
    """Opens a page that is told of what happens from now on."""
    with visit.page.expect_response(lambda answer: "/stream?" in answer.url):
        visit.open(path)


def overview(world):
    with world.visit("viewer") as visit:
        page = visit.page
        listens(visit)
        page.evaluate("window.stays = true")
        before = page.locator("#live-equation").inner_text(), page.locator("#live-foot").inner_text()
        happen(world)
        page.wait_for_function("text => document.querySelector('#live-equation').innerText !== text", arg=before[0])
        page.wait_for_function("text => document.querySelector('#live-foot').innerText !== text", arg=before[1])
        page.wait_for_timeout(500)
        if page.locator(".side nav a[data-key]").count() < 9 or page.locator("#live-needs h2").count() != 1:
            yield "what has not changed is gone from a page that follows"
        if page.evaluate("window.stays") is not True:
            yield "the overview reloads itself in place of following"
        yield from visit.complaints


def rows(world):
    with world.visit("viewer") as visit:
        page = visit.page
        listens(visit, "/findings")
        first = page.locator("tr[data-row]").first.get_attribute("data-row")
        box = page.locator("form.filters input[name=q]")
        box.fill("severity:high")
        happen(world, "counted first")
        bar = page.locator("#fresh button")
        bar.wait_for()
        if page.locator("tr[data-row]").first.get_attribute("data-row") != first:
            yield "a new finding moves the rows under somebody's eyes"
        if box.input_value() != "severity:high" or page.evaluate("document.activeElement.name") != "q":
            yield "a new finding takes the focus, or what was typed"
        if bar.inner_text() != "1 new – show":
            yield f"the bar says {bar.inner_text()!r}"
        bar.click()
        page.get_by_text("counted first").first.wait_for()
        if bar.count() != 0:
            yield "the bar stays when all is shown"
        yield from visit.complaints


def following(world):
    with world.visit("viewer") as visit:
        page = visit.page
        visit.open("/deliveries")
        page.get_by_role("link", name="Follow", exact=True).click()
        page.wait_for_url("**/deliveries?follow=1")
        first = page.locator("tr[data-row]").first.get_attribute("data-row")
        happen(world, "put in at once")
        page.wait_for_function("row => document.querySelector('tr[data-row]').dataset.row !== row", arg=first)
        # Whoever has a row is left alone until they leave it.
        page.locator("tr[data-row] a").first.focus()
        held = page.locator("tr[data-row]").first.get_attribute("data-row")
        happen(world, "held back")
        page.wait_for_timeout(4_000)
        if page.evaluate("document.activeElement.closest('tr')?.dataset.row") != held:
            yield "following takes the row away that has the focus"
        page.locator("h1").click()
        page.evaluate("document.activeElement.blur()")
        page.wait_for_function("row => document.querySelector('tr[data-row]').dataset.row !== row", arg=held)
        yield from visit.complaints


def elsewhere(world):
    """Somebody edits in one window and sees it in the other, where rules can be dragged as before."""
    with world.visit("editor") as visit:
        page = visit.page
        listens(visit, "/rules")
        page.locator("ol.rules .grip").first.wait_for()
        grips = page.locator("ol.rules .grip").count()
        status, answer = world.service.ask("/api/v1/drafts", {})
        if status != 201:
            raise RuntimeError(f"no draft was begun: {status} {answer}")
        page.locator("#live-draft").get_by_text("Your draft").wait_for()
        if page.locator("ol.rules .grip").count() != grips:
            yield "rules that were exchanged cannot be dragged"
        yield from discarding(visit)
        yield from visit.complaints


def discarding(visit):
    visit.open("/draft/discard")
    visit.page.locator("main").get_by_role("button", name="Discard").last.click()
    visit.page.wait_for_url("**/rules")
    if "Your draft" in visit.page.inner_text("main"):
        yield "a draft is there after it was discarded"


def measuring(world):
    with world.visit("editor") as visit:
        page = visit.page
        visit.open("/rules/new?from=critical")
        page.get_by_label("Name", exact=True).first.fill("measured here")
        page.get_by_role("button", name="Keep in draft").click()
        visit.open("/draft/effect")
        page.get_by_role("button", name="Measure it").click()
        page.wait_for_url("**/draft/effect")
        page.get_by_role("button", name="Measure again").wait_for()
        if "decided again" not in page.locator("#live-effect-state").inner_text():
            yield "what is measured is not put in when it is done"
        yield from discarding(visit)
        yield from visit.complaints


def signed_out(world):
    with world.visit("responder") as visit, world.visit("editor") as other:
        page = visit.page
        listens(visit)
        other.open("/sessions")
        row = other.page.locator("main tr", has_text="responder").first
        row.get_by_role("button").click()
        page.get_by_text("You are not signed in any more").wait_for()
        if "Not live since" not in page.locator("#live").inner_text():
            yield "a page whose session was ended does not say since when it is not live"
        visit.open("/")
        if "/sign-in" not in page.url:
            yield "an ended session still opens pages"
        other.open("/audit")
        if "session.end" not in other.page.inner_text("main"):
            yield "the audit does not say that a session was ended"
        yield from other.complaints


def lost(world):
    with Service(world.service.program, TOKENS) as service, Visit(world.browser, service) as visit:
        visit.sign_in("viewer")
        listens(visit)
        service.process.terminate()
        service.process.wait(timeout=30)
        page = visit.page
        page.wait_for_function("() => document.querySelector('#live').innerText.startsWith('Not live since')")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(4_000)
        if polled := [url for url in asked if "/stream" not in url]:
            yield f"a page that is not live asks for {polled[0]}"


def redriving(visit):
    page = visit.page
    visit.open("/deliveries")
    page.get_by_role("link", name="Send dead ones again…").click()
    page.wait_for_url("**/deliveries/redrive")
    page.locator("footer button").click()
    page.wait_for_url("**/deliveries")


def proxied(world):
    """The browser's own headers stand for those of a proxy, as it comes from an address of the list."""
    arguments = ["--user-header", "X-Forwarded-User", "--proxy", "127.0.0.1", "--proxy-role", "user:ana=responder"]
    with Service(world.service.program, TOKENS, arguments=arguments) as service:
        findings.post(service)
        with Visit(world.browser, service, extra_http_headers={"X-Forwarded-User": "ana"}) as visit:
            page = visit.page
            visit.open("/destinations")
            if "ana" not in page.locator("#live-foot").inner_text():
                yield "a page does not say whom the proxy has signed in"
            page.get_by_text("Pause…").first.click()
            page.locator("details[open] input[name=reason]").fill("tried by ana")
            page.locator("details[open] button").click()
            page.get_by_text("tried by ana").first.wait_for()
            redriving(visit)
            visit.open("/audit")
            if "console:ana@proxy" not in page.inner_text("main"):
                yield "the audit does not name whom the proxy has signed in"
            yield from visit.complaints
        request = urllib.request.Request(service.address + "/", headers={"X-Forwarded-User": "bo"})
        with urllib.request.urlopen(request) as answer:
            if b"<b>bo</b>" not in answer.read():
                yield "the next request is not for whom its own header names"
