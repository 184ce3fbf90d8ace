"""A picture of every page, to be looked at by a person."""
import pathlib
import re

from browsing import THEMES, WIDTHS


def take(world, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for theme in THEMES:
        for width, height in WIDTHS.items():
            options = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
            for visit, pages in world.everybody(**options):
                count += shoot(visit, pages, folder, f"{width}-{theme}")
            with world.visit(None, **options) as visit:
                count += shoot(visit, {"/sign-in": "/sign-in"}, folder, f"{width}-{theme}")
    print(f"browser: {count} pictures in {folder}")
    return 0


def shoot(visit, pages, folder, words):
    for kind, path in pages.items():
        visit.open(path)
        name = re.sub(r"[^a-z0-9]+", "-", kind.replace("*", "one")).strip("-") or "overview"
        visit.page.screenshot(path=folder / f"{name}-{words}.png", full_page=True)
    return len(pages)
