"""A picture of every page, to be looked at by a person."""
import pathlib
import re

import check_two_minutes
import findings
import state
from browsing import THEMES, WIDTHS
from service import Service


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
    readme(world, folder)
    print(f"browser: {count + 1} pictures in {folder}")
    return 0


def shoot(visit, pages, folder, words):
    for kind, path in pages.items():
        visit.open(path)
        name = re.sub(r"[^a-z0-9]+", "-", kind.replace("*", "one")).strip("-") or "overview"
        visit.page.screenshot(path=folder / f"{name}-{words}.png", full_page=True)
    return len(pages)


def readme(world, folder):
    """The one of README.md, kept as docs/console.png: what is seen without scrolling of an effect that was measured."""
    with Service(world.program, arguments=("--routes-writable",), change=check_two_minutes.paying) as service:
        accounts = list(findings.ACCOUNTS)
        for number in range(1, 121):
            event = findings.control(
                number, f"S3 bucket {number} should block public read access", findings.SEVERITIES[number % 4],
                accounts[number * number % 3 if number % 7 else 2], findings.REGIONS[number % 3],
            )
            service.told("/v1/events", event)
        service.wait("applied findings", lambda: service.told("/api/v1/status")["totals"]["waiting"] == 0)
        draft = state.edit(service, None, [
            state.setting("/rules/2/when/account", "!@payments"),
            state.setting("/rules/3/when/account", ["@production"]),
            state.setting("/rules/1/group", {"by": ["account"], "wait": "30s", "interval": "5m"}),
        ])
        state.measure(service, None, draft)
        with world.visit(None, service, viewport={"width": 1280, "height": 760}, color_scheme="light") as visit:
            visit.open("/draft/effect")
            visit.page.screenshot(path=folder / "console.png")
