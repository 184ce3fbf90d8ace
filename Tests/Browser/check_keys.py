"""Keys lead through the pages, never out of a field, and not at all once they are switched off; and so does the theme."""


def run(world):
    with world.visit() as visit:
        page = visit.page
        yield from leading(visit)
        yield from ruling(visit)
        page.locator("h1").click()
        page.keyboard.press("?")
        page.wait_for_url("**/keys")
        yield from appearance(visit)
        page.keyboard.press("g")
        page.keyboard.press("f")
        page.wait_for_timeout(300)
        if not page.url.endswith("/keys"):
            yield "keys lead somewhere although they are switched off"
        yield from visit.complaints


def leading(visit):
    page = visit.page
    links = page.locator(".side nav a[data-key]")
    for key, path in [(link.get_attribute("data-key"), link.get_attribute("href")) for link in links.all()]:
        visit.open("/keys")
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(visit.service.address + path)
    visit.open("/findings")
    for _ in range(2):
        page.keyboard.press("j")
    wanted = page.locator("main tbody tr").nth(1).locator("a").first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(visit.service.address + wanted)
    page.keyboard.press("/")
    page.keyboard.type("gf?j")
    if page.evaluate("document.activeElement.value") != "gf?j":
        yield "keys typed into a field are not text there"


def ruling(visit):
    """Rules are edited, moved and switched by keys, and the focus stays on the rule."""
    page = visit.page
    names = lambda: page.locator("main .rule h3 a").all_inner_texts()
    visit.open("/rules")
    first, second = names()[:2]
    page.keyboard.press("j")
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_url("**/rules#rule-*")
    if names()[:2] != [second, first]:
        yield f"Alt+↓ leaves the rules as {names()[:2]}"
    page.wait_for_load_state()
    if page.evaluate("document.activeElement.closest('.rule')?.querySelector('h3 a').innerText") != first:
        yield "a rule that was moved by keys has lost the focus"
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_function("name => document.querySelector('main .rule h3 a').innerText === name", arg=first)
    switch = page.locator("main .rule .flip").first
    was = switch.get_attribute("aria-checked")
    for wanted in ["false" if was == "true" else "true", was]:
        page.keyboard.press("x")
        page.wait_for_selector(f"main .rule:first-child .flip[aria-checked={wanted}]")
    page.keyboard.press("e")
    page.wait_for_url("**/rules/edit/*")
    page.locator("h1").click()
    page.keyboard.press("Escape")
    page.wait_for_url("**/rules")
    # Other checks begin drafts of their own.
    visit.open("/draft/discard")
    page.get_by_role("button", name="Discard it").first.click()
    page.wait_for_url("**/rules")


def appearance(visit):
    page = visit.page
    page.get_by_label("dark").check()
    page.get_by_label("Compact rows").check()
    page.get_by_label("Keys lead").uncheck()
    page.get_by_role("button", name="Keep").click()
    shown = page.evaluate("[document.documentElement.dataset.theme, document.documentElement.dataset.rows]")
    if shown != ["dark", "compact"]:
        yield f"the page looks like {shown} after dark and compact were chosen"
    if page.evaluate("getComputedStyle(document.body).colorScheme") != "dark":
        yield "the chosen theme is not that of the page"
    if page.locator("script[src*=keys]").count():
        yield "the keys are still loaded after they were switched off"
