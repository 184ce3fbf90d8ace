"""Every page of the console, found by following its links: one of each kind, and some that no link leads to."""
import re
import urllib.parse

# Words in paths that say which page it is; every other part after the first names a thing.
WORDS = {"new", "edit", "json", "effect", "publish", "merge", "waiting"}
UNLINKED = {
    "not found": "/findings/nothing-is-called-this",
    "mistaken filter": "/findings?q=sevrity%3Ahigh%20%3Cscript%3E",
    "nothing fits": "/findings?q=region%3Anowhere",
    "tried": "/try?finding=f1",
    "not tried": "/try?as=fields&fields=%7B%22sevrity%22%3A%22%3Cb%3E%22%7D",
    "a silence about a finding": "/silences/new?from=f1",
    "a destination's form": "/settings/destinations/secops",
    "a webhook's form": "/settings/destinations/old%20pager",
    "a destination as JSON": "/settings/destinations/secops?as=json",
    "a window's form": "/settings/windows/nights",
    "an account group's form": "/settings/accounts/production",
    "the mail server's form": "/settings/email",
    "the fallback's form": "/settings/fallback",
    "a new destination's form": "/settings/destinations?name=new%20one",
    "a new expectation": "/expectations/new",
    "a new expectation as JSON": "/expectations/new?as=json",
    "mistaken deliveries": "/deliveries?q=words%20state%3Amany",
}
LINK = re.compile(r'href="(/[^"]*)"')
MOST = 400


def kind(path):
    parts = urllib.parse.urlsplit(path)
    segments = [part for part in parts.path.split("/") if part]
    shape = [part if place == 0 or part in WORDS else "*" for place, part in enumerate(segments)]
    names = sorted(name for name, _ in urllib.parse.parse_qsl(parts.query) if name not in ("cursor",))
    return "/" + "/".join(shape) + ("?" + "&".join(names) if names else "")


def crawl(visit):
    """Follows links as whoever is signed in.

    Returns the pages by their kinds, the most ordinary one of each, and every complaint about a link that leads nowhere.
    """
    found, complaints, waiting, seen, tried = {}, [], ["/"], set(), {}
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen or tried.get(kind(path), 0) >= 8:
            continue
        seen.add(path)
        answer = visit.context.request.get(path, max_redirects=5)
        page = kind(path)
        tried[page] = tried.get(page, 0) + 1
        if answer.status >= 400:
            complaints.append(f"{path} is linked and answers {answer.status}")
            continue
        if "html" not in answer.headers.get("content-type", ""):
            continue
        found.setdefault(page, path)
        for link in LINK.findall(answer.text()):
            target = link.split("#")[0].replace("&amp;", "&")
            if target and not target.startswith(("/assets/", "/favicon")):
                waiting.append(target)
    return {**found, **UNLINKED}, complaints
