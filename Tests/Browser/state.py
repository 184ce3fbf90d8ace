"""What people have under way, so that the pages about it have something to show: versions, drafts, a shadow.

The editor has published a second version and has no draft. The reviewer's draft stands on it, was measured, changes something
of every kind, and runs beside what is in force. The colleague's draft was begun before, and contradicts what was published.
"""
import findings

HOSTILE_NOTE = findings.HOSTILE[0] + findings.HOSTILE[1] + "\u202e of a note"
HELD, BROKEN = "critical is told", "low ones in Europe are kept <b>"


def edit(service, role, ops, draft=None):
    """The draft after the edits; without one it is begun."""
    draft = draft or service.told("/api/v1/drafts", {}, role)
    return service.told(f"/api/v1/drafts/{draft['id']}", {"ops": ops}, role, method="PATCH", match=draft["etag"])


def publish(service, role, draft, note):
    service.told("/api/v1/routes", role=role)
    service.told(
        f"/api/v1/drafts/{draft['id']}/publish",
        {"note": note, "draftETag": draft["etag"], "acknowledge": {"unmeasured": True}}, role, match=service.tag,
    )


def setting(pointer, value):
    return {"op": "set", "pointer": pointer, "value": value}


def prepare(service):
    """Returns the pages that there are by it, by whose they are."""
    behind = edit(service, "colleague", [
        setting("/rules/3/send", ["slow", "archive"]),
        setting("/rules/0/suppress", "reviewed " + findings.HOSTILE[2]),
        setting("/rules/4/digest", {"at": ["08:00"], "timeZone": "Europe/Berlin"}),
        setting("/rules/5/description", "stands by itself"),
    ])
    published = edit(service, "editor", [
        setting("/rules/3/send", ["slow", "secops"]),
        setting("/rules/0/suppress", "reviewed monthly " + findings.HOSTILE[1]),
        {"op": "remove", "pointer": "/rules/4/digest"},
        setting("/expectations", [
            {"name": HELD, "finding": {"severity": "CRITICAL"}, "to": ["secops"]},
            {"name": BROKEN, "finding": {"severity": "LOW", "region": "eu-central-1"}, "to": ["archive"]},
        ]),
    ])
    publish(service, "editor", published, HOSTILE_NOTE)
    draft = edit(service, "reviewer", [
        setting("/rules/1/send", ["secops", "retired", "archive"]),
        setting("/rules/2/send", ["secops"]),
        setting("/rules/4/group", {"by": ["account"], "wait": "30s", "interval": "5m"}),
        setting("/rules/5/enabled", False),
        {"op": "insert", "pointer": "/rules", "before": 0, "value": {
            "name": "not wanted " + findings.HOSTILE[1], "when": {"severity": "high", "region": ["us-east-1"]},
            "suppress": findings.HOSTILE[0] + findings.HOSTILE[2],
        }},
    ])
    draft = edit(service, "reviewer", [{"op": "move", "pointer": "/rules/3", "before": 1}], draft)
    service.ask("/api/v1/shadow")
    service.told("/api/v1/shadow", {"draft": draft["id"]}, "reviewer", method="PUT", match=service.tag)
    for number in range(300, 312):
        account, region = list(findings.ACCOUNTS)[number % 3], findings.REGIONS[number % 2]
        event = findings.control(number, f"Bucket {number} lets anybody in", findings.SEVERITIES[number % 4], account, region)
        service.told("/v1/events", event, "sender")
    measure(service, "reviewer", draft)
    service.wait("decisions beside", lambda: service.ask("/api/v1/shadow")[1]["observations"] >= 12)
    return {"editor": published_pages(behind), "reviewer": drafted_pages(), "colleague": behind_pages()}


def measure(service, role, draft):
    asked = [service.told("/api/v1/replays", {"draft": draft["id"], "depth": depth}, role) for depth in ("decisions", "messages")]
    service.wait("a draft that was measured", lambda: all(
        service.told(f"/api/v1/replays/{one['id']}")["state"] == "done" for one in asked
    ))


def published_pages(draft):
    return {
        "what a version changed": "/versions/1..2",
        "rolling back": "/versions/1/rollback",
        "the rules of a version": "/rules?at=v1",
        "the rules file": "/versions/file",
        "another's draft": f"/drafts/{draft['id']}",
        "an expectation": "/expectations/edit/critical%20is%20told",
        "an expectation as JSON": "/expectations/edit/critical%20is%20told?as=json",
        "sending again": "/deliveries/redrive",
        "a shadow": "/shadow",
    }


def drafted_pages():
    return {
        "a measured effect": "/draft/effect",
        "publishing": "/draft/publish",
        "changes of a draft": "/draft/changes",
        "discarding": "/draft/discard",
        "rules with a draft": "/rules",
        "a rule with a draft": "/rules/edit/critical",
        "expectations of a draft": "/expectations",
        "versions with a draft": "/versions",
        "both ways": "/try?finding=f1&by=both",
        "decided by a draft": "/findings/f1?by=draft",
        "a shadow of one's own": "/shadow",
    }


def behind_pages():
    return {"three columns": "/draft/merge", "rules with a draft that is behind": "/rules"}


def propose(service):
    """Where the file is kept elsewhere and nobody signs in; returns the pages."""
    draft = edit(service, None, [setting("/rules/1/send", ["secops"])])
    service.told(f"/api/v1/drafts/{draft['id']}/propose", {"note": HOSTILE_NOTE}, None, match=draft["etag"])
    return {"proposing": "/draft/publish", "rules with a proposal": "/rules"}
