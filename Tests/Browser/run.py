"""Starts the service and a browser, goes through the checks, and says what each of them found.

    run.py PROGRAM [NAME…]           the checks of these names, or all
    run.py PROGRAM --pictures FOLDER every page, in both themes and widths
"""
import contextlib
import os
import signal
import subprocess
import sys
import time
import traceback

import check_editing
import check_follow
import check_forms
import check_keyboard
import check_keys
import check_live
import check_looks
import check_posts
import check_secrets
import check_sign_in
import check_texts
import check_together
import check_two_minutes
import check_woken
import check_zoom
import findings
import pages
import pictures
import state
from browsing import Visit, chromium
from service import TOKENS, Service

CHECKS = {
    "looks": check_looks,
    "zoom": check_zoom,
    "forms": check_forms,
    "posts": check_posts,
    "keys": check_keys,
    "keyboard": check_keyboard,
    "live": check_live,
    "follow": check_follow,
    "editing": check_editing,
    "two minutes": check_two_minutes,
    "woken": check_woken,
    "together": check_together,
    "texts": check_texts,
    "secrets": check_secrets,
    # The last one, as it guesses tokens: nobody may try again for a minute.
    "sign-in": check_sign_in,
}


# What takes as long as all others together, and has a service and a browser of its own beside them.
APART = "looks"


class World:
    """What every check is handed."""

    def __init__(self, program, browser, service, filed):
        self.program, self.browser, self.service, self.filed = program, browser, service, filed
        self.is_long = os.environ.get("NOROSHI_BROWSER") == "long"
        drafted = state.prepare(service)
        with Visit(browser, service) as visit:
            visit.sign_in("editor")
            found, self.dead_links = pages.crawl(visit)
        self.pages = {**found, **drafted.pop("editor")}
        self.drafted, self.proposed = drafted, state.propose(filed)

    def visit(self, role="editor", service=None, **options):
        visit = Visit(self.browser, service or self.service, **options)
        return visit.sign_in(role) if role else visit

    def everybody(self, **options):
        """Visits of all who have pages, one after the other, each with those pages."""
        whose = [("editor", self.service, self.pages)]
        whose += [(role, self.service, shown) for role, shown in self.drafted.items()]
        whose += [(None, self.filed, self.proposed)]
        for role, service, shown in whose:
            with self.visit(role, service, **options) as visit:
                yield visit, shown


def gone_through(check, world):
    """What the check found; that it could not go on is a finding, too."""
    found = []
    try:
        for problem in check.run(world):
            found.append(problem)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)
        line = next((f"{f.name}, line {f.lineno}" for f in reversed(where) if "Tests/Browser" in f.filename), "")
        found.append(f"{check.__name__} could not go on ({line}): {str(error)[:1_000]}")
    return found


@contextlib.contextmanager
def beside(program, name):
    """The check in a process of its own, ended with this one; whether it was good is in the list afterwards."""
    good = []
    process = subprocess.Popen([sys.executable, __file__, program, name])
    try:
        yield good
        good.append(process.wait() == 0)
    finally:
        process.terminate()
        process.wait()


def everything(program):
    """All checks, half of the work beside the other half."""
    begun = time.monotonic()
    with beside(program, APART) as good:
        failed = main(program, [name for name in CHECKS if name != APART])
    failed = failed or not all(good)
    print(f"browser: all {'failed' if failed else 'good'}, {time.monotonic() - begun:.0f} s")
    return 1 if failed else 0


def main(program, words):
    begun = time.monotonic()
    names = [] if words[:1] == ["--pictures"] else words
    if unknown := [name for name in names if name not in CHECKS]:
        raise SystemExit(f"browser: {unknown[0]} is none of {', '.join(CHECKS)}")
    problems = []
    with Service(program, TOKENS, arguments=["--routes-writable"]) as service, Service(program) as filed, chromium() as browser:
        findings.post(service)
        world = World(program, browser, service, filed)
        count = sum(map(len, (world.pages, world.proposed, *world.drafted.values())))
        print(f"browser: {count} kinds of pages, {time.monotonic() - begun:.0f} s")
        if words[:1] == ["--pictures"]:
            return pictures.take(world, words[1])
        problems += world.dead_links
        for problem in problems:
            print(f"browser: {problem}", file=sys.stderr)
        for name, check in CHECKS.items():
            if names and name not in names:
                continue
            since = time.monotonic()
            found = gone_through(check, world)
            for problem in found:
                print(f"browser: {problem}", file=sys.stderr)
            problems += found
            print(f"browser: {name}: {len(found)} problems, {time.monotonic() - since:.0f} s")
    print(f"browser: {'failed' if problems else 'good'}, {time.monotonic() - begun:.0f} s")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    # Whoever ends this ends the service and the browser with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = sys.argv[2:]
    sys.exit(main(sys.argv[1], asked) if asked else everything(sys.argv[1]))
