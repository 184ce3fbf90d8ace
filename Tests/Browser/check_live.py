"""With scripts, what a silence would hide follows the form while it is filled in."""


def run(world):
    with world.visit() as visit:
        page = visit.page
        visit.open("/silences/new")
        page.get_by_label("account", exact=True).fill("111122223333")
        page.get_by_label("region", exact=True).click()
        page.locator("#reach").get_by_text("open findings").wait_for()
        before = page.locator("#reach").inner_text()
        page.get_by_label("severity", exact=True).select_option("CRITICAL")
        page.wait_for_function("text => document.querySelector('#reach').innerText !== text", arg=before)
        if page.get_by_label("account", exact=True).input_value() != "111122223333":
            yield "the preview of a silence takes away what was typed"
        if page.url != visit.service.address + "/silences/new":
            yield f"the preview of a silence leads to {page.url}"
        yield from visit.complaints
