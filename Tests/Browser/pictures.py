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
                if (theme, width) == ("light", 1280) and "a measured effect" in pages:
                    readme(visit, pages["a measured effect"], folder)
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


def readme(visit, path, folder):
    """The one of README.md, which is kept as docs/console.png: what is seen of the effect without scrolling."""
    visit.page.set_viewport_size({"width": 1280, "height": 760})
    visit.open(path)
    visit.page.screenshot(path=folder / "console.png")
