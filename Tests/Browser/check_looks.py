"""Every page in both themes and on small screens: nothing that axe objects to, nothing wider than the window."""
from axe_playwright_python.sync_playwright import Axe

from browsing import WIDTHS

# What passes need not be told of, which is half of the work; of the rules, contrasts take most of the rest. No rule of those
# that are on by themselves needs the stylesheets' texts.
WITH_CONTRAST = {"resultTypes": ["violations"], "preload": False}
WITHOUT_CONTRAST = {**WITH_CONTRAST, "rules": {"color-contrast": {"enabled": False}}}


def look(axe, visit, path, words, contrast):
    visit.open(path)
    if (wider := visit.sideways()) > 0:
        yield f"{path} ({words}) is {wider} pixels wider than its window"
    if contrast is None:
        return
    for violation in violations(axe, visit.page, WITH_CONTRAST if contrast else WITHOUT_CONTRAST):
        for node in violation["nodes"][:3]:
            yield f"{path} ({words}): {violation['id']}: {' '.join(node['target'])}: {node['html'][:200]}"


def violations(axe, page, options):
    page.evaluate(axe.axe_script)
    return page.evaluate("options => axe.run(options).then(results => results.violations)", options)


def looks(world):
    """Ways to look: in words, whether axe measures contrasts, and options of the window; without axe where that is None.

    In the short form contrasts are measured once for each theme, and once on a small screen, which has a menu of its own;
    magnified and in the colours of the system they are those of before, or not ours. Where only colours differ that are not
    measured, axe has said before what it would say.
    """
    long = world.is_long
    for theme, width, contrast in (
        ("light", 1280, True), ("light", 390, True), ("dark", 1280, True), ("dark", 390, long or None),
    ):
        yield f"{theme}, {width}", contrast, {"viewport": sized(width), "color_scheme": theme}
    for width in WIDTHS:
        if width == 1280 or long:
            yield f"forced colours, {width}", long or None, {"viewport": sized(width), "forced_colors": "active"}
    # 200 % of a window has half of its pixels of CSS, each twice as large (WCAG 2.2, 1.4.4); 400 % is 320 wide (1.4.10).
    for zoom in (2, 4) if long else (2,):
        size = {"width": 1280 // zoom, "height": 1024 // zoom}
        yield f"{zoom}00 %", long, {"viewport": size, "device_scale_factor": zoom}


def sized(width):
    return {"width": width, "height": WIDTHS[width]}


def run(world):
    yield from all_pages(world, (look for look in looks(world) if look[1]))


def all_pages(world, ways):
    axe = Axe()
    for words, contrast, options in ways:
        if contrast:
            with world.visit(**options) as visit:
                yield from seen(axe, visit, words)
        for visit, pages in world.everybody(**options):
            for path in pages.values():
                visit.expects_refusals = "nothing-is-called-this" in path
                yield from look(axe, visit, path, words, contrast)
            yield from visit.complaints
        with world.visit(None, **options) as visit:
            yield from look(axe, visit, "/sign-in", words, contrast)
            yield from visit.complaints


def seen(axe, visit, words):
    """That a bad contrast would be found: axe says nothing of one where it cannot tell what is behind a text."""
    visit.open("/keys")
    visit.page.evaluate("document.querySelector('h1 + p').style.color = '#777'")
    found = [one["id"] for one in violations(axe, visit.page, WITH_CONTRAST)]
    if "color-contrast" not in found:
        yield f"a contrast that is too low is not found ({words})"
