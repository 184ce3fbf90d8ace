"""Rules are dragged to their place, and a text box with JSON leads to what is wrong in it."""


def run(world):
    with world.visit() as visit:
        try:
            yield from dragging(visit)
            yield from writing(visit)
        finally:
            discard(visit)
        yield from visit.complaints


def names(page):
    return page.locator("ol.rules li[data-rule]").evaluate_all("rows => rows.map(row => row.dataset.rule)")


def dragging(visit):
    page = visit.page
    visit.open("/rules")
    before = names(page)
    rows = page.locator("ol.rules li[data-rule]")
    box = rows.nth(3).bounding_box()
    with page.expect_navigation():
        rows.nth(0).locator(".grip").drag_to(rows.nth(3), target_position={"x": 100, "y": box["height"] - 3})
    wanted = before[1:4] + before[:1] + before[4:]
    if names(page) != wanted:
        yield f"the first rule was dropped below the fourth, and the rules are {names(page)}"
    with page.expect_navigation():
        rows.nth(3).locator(".grip").drag_to(rows.nth(0), target_position={"x": 100, "y": 3})
    if names(page) != before:
        yield f"the rule was dropped at the top again, and the rules are {names(page)}"
    visit.open("/rules?q=severity:high")
    if page.locator(".grip").count():
        yield "a list that leaves rules out lets them be dragged"


def writing(visit):
    page = visit.page
    visit.open("/rules/json")
    box = page.locator("textarea[name=json]")
    lines = box.input_value().count("\n") + 1
    if page.locator(".gutter div").count() != lines:
        yield f"{lines} lines have {page.locator('.gutter div').count()} numbers"
    box.evaluate("box => box.setSelectionRange(1, 1)")
    box.focus()
    page.get_by_text("is closed in line").wait_for()
    box.fill(box.input_value().replace('"severity": "critical"', '"sevrity": "critical"', 1))
    page.keyboard.press("Control+s")
    page.locator("#errors").wait_for()
    page.keyboard.press("F8")
    at = box.evaluate("box => box.value.slice(box.selectionStart, box.selectionStart + 9)")
    if at != '"sevrity"':
        yield f"F8 leads to {at!r}"
    wrong = page.locator(".gutter .wrong").all_inner_texts()
    shown = page.locator("#errors [data-at]").first.inner_text().split(":")[0]
    if wrong != [shown]:
        yield f"the error of line {shown} is marked at {wrong}"


def discard(visit):
    page = visit.page
    visit.open("/draft/discard")
    button = page.get_by_role("button", name="Discard it")
    if button.count():
        button.first.click()
