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
            for role in ("editor", None):
                with world.visit(role, **options) as visit:
                    pages = world.pages if role else {"/sign-in": "/sign-in"}
                    for kind, path in pages.items():
                        visit.open(path)
                        name = re.sub(r"[^a-z0-9]+", "-", kind.replace("*", "one")).strip("-") or "overview"
                        visit.page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
                        count += 1
    print(f"browser: {count} pictures in {folder}")
    return 0
