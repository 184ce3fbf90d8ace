"""No page says a secret, not even where a receiver's answer repeats it; and every page comes with what keeps it apart."""
import service as service_module


def run(world):
    deliveries = [
        f"/deliveries/{item['id']}"
        for state in ("dead", "pending", "delivered")
        for item in world.service.ask(f"/api/v1/deliveries?state={state}&limit=10")[1]["items"]
    ]
    repeated = False
    for visit, pages in world.everybody():
        paths = list(pages.values())
        if pages is world.pages:
            paths += deliveries
        for path in paths:
            visit.expects_refusals = "nothing-is-called-this" in path
            answer = visit.page.goto(path)
            text = answer.text()
            repeated = repeated or "cannot take " in text
            if service_module.CANARY in text:
                at = text.index(service_module.CANARY)
                yield f"{path} says a secret: …{text[max(0, at - 60):at + 40]}…"
            yield from headers(path, answer.headers)
        yield from visit.complaints
    if not repeated:
        yield "no page shows the answer of the receiver that repeats secrets, so that nothing was proved"


def headers(path, found):
    policy = found.get("content-security-policy", "")
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        if part not in policy:
            yield f"{path}: its policy lacks {part}"
    if "unsafe" in policy or "*" in policy:
        yield f"{path}: its policy is {policy}"
    for name, value in (
        ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"), ("cache-control", "no-store"),
    ):
        if found.get(name) != value:
            yield f"{path}: {name} is {found.get(name)}"
