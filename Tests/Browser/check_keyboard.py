"""With keys alone a rule is made, moved, published and rolled back, and whatever a page exchanges, the focus stays."""
import findings
from browsing import Visit
from service import Service

MOST_TABS = 250
NAMED = "element => (element.getAttribute('aria-label') ?? element.innerText ?? '').trim()"


def run(world):
    with Service(world.program, arguments=("--routes-writable",)) as service, Visit(world.browser, service) as visit:
        page = visit.page
        service.told("/v1/events", findings.control(1, "Bucket 1 is open", "HIGH", "111122223333", "eu-central-1"))
        before = open(service.routes).read()
        visit.open("/")
        yield from begun(page)
        yield from made(page)
        yield from lines(page)
        yield from moved(page)
        yield from published(page)
        rolled_back(page)
        if open(service.routes).read() != before:
            yield "after rolling back by keys the file is not what it was"
        yield from visit.complaints


def here(page):
    """What has the focus, in words; `body` when nothing has."""
    return page.evaluate(
        "() => { const one = document.activeElement; return one === document.body ? 'body' : "
        f"one.tagName + ' ' + (one.name || '') + ' ' + ({NAMED})(one).slice(0, 60); }}"
    )


def to(page, selector, text=None):
    """Tab until an element has the focus that the selector fits, and whose name begins with the text."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(
            f"([selector, text]) => {{ const one = document.activeElement; return one.matches(selector) && "
            f"(text === null || ({NAMED})(one).startsWith(text)); }}", [selector, text],
        )
        if found:
            return
    raise RuntimeError(f"Tab does not lead to {selector} {text or ''}, but to {here(page)}")


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def stays(page, what, selector):
    """Nothing that a page exchanges takes the focus."""
    page.wait_for_timeout(100)
    if not page.evaluate("selector => document.activeElement.matches(selector)", selector):
        yield f"after {what} the focus is with {here(page)}"


def begun(page):
    page.keyboard.press("Tab")
    if "Skip to content" not in here(page):
        yield f"the first thing that Tab leads to is {here(page)}"
    page.keyboard.press("Enter")
    yield from stays(page, "the content was skipped to", "main")
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("r")
    to(page, "a", "New rule")
    enter(page)


def made(page):
    to(page, "input[name=name]")
    page.keyboard.type("by keys")
    to(page, "input[name='w.0.v']")
    page.keyboard.type("high")
    to(page, "input[name=send][value=archive]")
    page.keyboard.press("Space")
    page.locator("#sentence").get_by_text("archive").wait_for()
    page.locator("#preview").get_by_text("1 gained").wait_for()
    yield from stays(page, "the sentence and the preview were exchanged", "input[name=send][value=archive]")


def lines(page):
    """The focus goes on with the line that was added, and where one was taken out."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.value === 'field w'"):
            break
    enter(page)
    yield from stays(page, "a condition was added", "select[name='w.1.f']")
    to(page, "button", "Remove condition 2")
    enter(page)
    yield from stays(page, "a condition was taken out", "button[value='field w']")
    to(page, "button", "Keep in draft")
    enter(page)
    if not page.url.endswith("/rules/edit/by%20keys"):
        yield f"a rule that was kept by keys leads to {page.url}"
    page.locator("#preview").get_by_text("1 gained").wait_for()


def moved(page):
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("r")
    names = page.locator("main .rule h3 a")
    before = names.all_inner_texts()
    page.keyboard.press("k")
    if before[-1] != "by keys" or "by keys" not in here(page):
        # The row of what no rule matches is no rule.
        to(page, ".rule h3 a", "by keys")
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_function("name => [...document.querySelectorAll('main .rule h3 a')].at(-2).innerText === name", arg="by keys")
    page.wait_for_load_state()
    yield from stays(page, "a rule was moved", ".rule[data-rule='by keys'], .rule[data-rule='by keys'] *")
    page.keyboard.press("x")
    page.wait_for_selector(".rule[data-rule='by keys'] .flip[aria-checked=false]")
    page.wait_for_load_state()
    yield from stays(page, "a rule was switched off", ".rule[data-rule='by keys'], .rule[data-rule='by keys'] *")
    page.keyboard.press("x")
    page.wait_for_selector(".rule[data-rule='by keys'] .flip[aria-checked=true]")
    page.wait_for_load_state()
    yield from stays(page, "a rule was switched on", ".rule[data-rule='by keys'], .rule[data-rule='by keys'] *")


def published(page):
    # The bar of the draft stands above the rule that has the focus.
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("r")
    to(page, "button", "See effect")
    enter(page)
    page.get_by_role("button", name="Measure again").wait_for()
    to(page, "button", "Measure again")
    yield from stays(page, "the effect was exchanged", "button")
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab")
        if "Publish…" in here(page):
            break
    enter(page)
    to(page, "textarea[name=note]")
    page.keyboard.type("made by keys")
    to(page, "button", "Publish")
    enter(page)
    page.get_by_text("v2 is in force").wait_for()


def rolled_back(page):
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("v")
    to(page, ".vrow a", "v1")
    enter(page)
    to(page, "a", "Roll back to v1")
    enter(page)
    to(page, "textarea[name=note]")
    page.keyboard.type("taken back by keys")
    if page.locator("input[name=unmeasured]").count():
        to(page, "input[name=unmeasured]")
        page.keyboard.press("Space")
    to(page, "button", "Roll back")
    enter(page)
    page.get_by_text("v3 is in force").wait_for()
