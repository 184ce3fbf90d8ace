"""Every page in both themes and on small screens: nothing that axe objects to, nothing wider than the window."""
from axe_playwright_python.sync_playwright import Axe

from browsing import THEMES, WIDTHS


def look(axe, visit, path, words):
    visit.open(path)
    if (wider := visit.sideways()) > 0:
        yield f"{path} ({words}) is {wider} pixels wider than its window"
    for violation in axe.run(visit.page).response["violations"]:
        for node in violation["nodes"][:3]:
            yield f"{path} ({words}): {violation['id']}: {' '.join(node['target'])}: {node['html'][:200]}"


def looks(world):
    """Ways to look, each with whether it is used for every page always or only in the long form."""
    for theme in THEMES:
        for width, height in WIDTHS.items():
            yield f"{theme}, {width}", True, {"viewport": {"width": width, "height": height}, "color_scheme": theme}
    for width, height in WIDTHS.items():
        size = {"width": width, "height": height}
        yield f"forced colours, {width}", width == 1280, {"viewport": size, "forced_colors": "active"}
    # 200 % of a window has half of its pixels of CSS, each twice as large (WCAG 2.2, 1.4.4); 400 % is 320 wide (1.4.10).
    for zoom, always in ((2, True), (4, False)):
        yield f"{zoom}00 %", always, {
            "viewport": {"width": 1280 // zoom, "height": 1024 // zoom}, "device_scale_factor": zoom,
        }


def run(world):
    axe = Axe()
    for words, always, options in looks(world):
        if not (always or world.is_long):
            continue
        for visit, pages in world.everybody(**options):
            for path in pages.values():
                visit.expects_refusals = "nothing-is-called-this" in path
                yield from look(axe, visit, path, words)
            yield from visit.complaints
        with world.visit(None, **options) as visit:
            yield from look(axe, visit, "/sign-in", words)
            yield from visit.complaints
