"""Who gets in, who does not, and that nobody is led or made to do anything by another's page."""
import urllib.parse

from browsing import Visit

# What a browser could take for another host, and what it could not.
ELSEWHERE = [
    "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "\\/evil.example", "///evil.example",
    "/%09/evil.example", "javascript:alert(1)", "/%5cevil.example", " //evil.example", "/\n/evil.example",
]


def run(world):
    yield from roles(world)
    yield from leading(world)
    yield from forging(world)
    yield from ending(world)
    yield from guessing(world)


def roles(world):
    for role in ("viewer", "responder", "editor"):
        with world.visit(role) as visit:
            if urllib.parse.urlsplit(visit.page.url).path != "/":
                yield f"a {role} who signed in is at {visit.page.url}"
            visit.open("/destinations")
            offered = visit.page.locator("summary", has_text="Pause…").count() > 0
            if offered != (role != "viewer"):
                yield f"a {role} is{'' if offered else ' not'} offered to pause"
            if role == "viewer":
                off = visit.page.get_by_role("button", name="Pause…")
                if off.count() == 0 or off.first.is_enabled():
                    yield "a viewer does not see what a responder could do, switched off"
                if visit.page.get_by_text("This needs the role responder").count() == 0:
                    yield "a viewer is not told why pausing is off"
            yield from visit.complaints
    with Visit(world.browser, world.service) as visit:
        visit.expects_refusals = True
        for token in (world.service.tokens["sender"], "wrong", "\u202e"):
            visit.open("/sign-in")
            visit.page.get_by_label("Token").fill(token)
            visit.page.get_by_role("button", name="Sign in").click()
            if visit.page.get_by_role("alert").count() != 1:
                yield f"signing in with {token!r} is not refused in words"
            if token in visit.page.content():
                yield f"the page repeats the token {token!r}"
        if any(cookie["name"].startswith(("noroshi", "__Host-noroshi")) for cookie in visit.context.cookies()):
            yield "a refused sign-in leaves a cookie"
        for path in world.pages.values():
            visit.open(path)
            if urllib.parse.urlsplit(visit.page.url).path != "/sign-in":
                yield f"{path} is shown to nobody in particular"


def leading(world):
    for next_path in ELSEWHERE:
        with Visit(world.browser, world.service) as visit:
            for form in (next_path, urllib.parse.quote(next_path)):
                visit.open("/sign-in?next=" + urllib.parse.quote(form))
                visit.page.get_by_label("Token").fill(world.service.tokens["viewer"])
                visit.page.get_by_role("button", name="Sign in").click()
                if not visit.page.url.startswith(world.service.address + "/"):
                    yield f"next={form!r} leads to {visit.page.url}"
                visit.open("/sign-in?next=" + urllib.parse.quote(form))
                if not visit.page.url.startswith(world.service.address + "/"):
                    yield f"next={form!r} leads somebody who is signed in to {visit.page.url}"
                visit.context.clear_cookies()
            yield from [c for c in visit.complaints if "asked another host" in c]
    with Visit(world.browser, world.service) as visit:
        visit.open("/findings?q=severity%3Ahigh")
        visit.page.get_by_label("Token").fill(world.service.tokens["viewer"])
        visit.page.get_by_role("button", name="Sign in").click()
        if not visit.page.url.endswith("/findings?q=severity%3Ahigh"):
            yield f"whoever came by a link is led to {visit.page.url}"


def forging(world):
    """Posts of pages that are not the console's, with the cookie that a browser would send along."""
    with world.visit("editor") as visit:
        visit.expects_refusals = True
        own = {"Origin": world.service.address, "Sec-Fetch-Site": "same-origin"}
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        for path, fields in posts(visit):
            right = fields["_csrf"]
            for words, headers, token in (
                ("no token", own, None), ("a wrong token", own, "0" * len(right)), ("another origin", foreign, right),
                ("no origin", {}, right), ("an origin of null", {"Origin": "null"}, right),
            ):
                form = {**fields, "_csrf": token} if token else {k: v for k, v in fields.items() if k != "_csrf"}
                answer = visit.context.request.post(path, form=form, headers=headers, max_redirects=0)
                # Signing out without proof does nothing and leads back.
                if answer.status != 403 and not (path == "/sign-out" and answer.headers.get("location") == "/"):
                    yield f"POST {path} with {words} answers {answer.status}"
        if visit.open("/") != 200 or "/sign-in" in visit.page.url:
            yield "a forged form signed somebody out"
        action = f"{world.service.address}/destinations/archive/pause"
        visit.page.goto(f"http://127.0.0.1:{world.service.receiver.port}/forge?{action}")
        visit.page.get_by_role("button", name="Win").click()
        visit.page.wait_for_url(action)
        if "does not come from a page of this console" not in visit.page.inner_text("main"):
            yield "a form of another port's page is not refused in words"
        visit.open("/destinations")
        if "paused" in visit.page.locator("tr[id=to-archive]").inner_text():
            yield "a form of another port's page paused a destination"


def posts(visit):
    """Every form of the console's pages that changes something, with its fields."""
    seen = set()
    for path in ("/", "/destinations", "/deliveries?q=state%3Adead"):
        visit.open(path)
        if path.startswith("/deliveries"):
            visit.page.locator("tbody a").first.click()
        for form in visit.page.locator("form[method=post]").all():
            action = form.get_attribute("action")
            if action in seen:
                continue
            seen.add(action)
            token = form.locator("input[name=_csrf]").first.get_attribute("value")
            yield action, {"_csrf": token, "reason": "forged"}


def ending(world):
    with world.visit("viewer") as visit:
        kept = visit.context.cookies()
        visit.page.get_by_role("button", name="Sign out").click()
        visit.context.add_cookies(kept)
        visit.open("/findings")
        if "/sign-in" not in visit.page.url:
            yield "the cookie of an ended session opens pages"
        if not all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in kept):
            yield f"scripts can read the session's cookie: {kept}"


def guessing(world):
    """The last check of all: nobody gets in from here for a minute afterwards."""
    with Visit(world.browser, world.service) as visit:
        own = {"Origin": world.service.address, "Sec-Fetch-Site": "same-origin"}
        statuses = [
            visit.context.request.post("/sign-in", form={"token": f"guess{i}"}, headers=own, max_redirects=0).status
            for i in range(8)
        ]
        if 429 not in statuses:
            yield f"guessing tokens is answered {statuses}"
