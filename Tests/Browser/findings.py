"""What the service is told, so that every page has something to show, and some of it means no good."""
import datetime
import json
import pathlib

TOP = pathlib.Path(__file__).resolve().parents[2]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe \u2066\u200f\u061c reversed",
    "<b>" + "long " * 1_000,
    "W" * 5_000,
    "';--<!-- ]]> ${7*7} {{7*7}} \u0000\u0001\u001b[31m",
    "狼煙 🔥 é " * 20,
]
ACCOUNTS = {"111122223333": "payments-production", "444455556666": "shop-production", "999999999999": "sandbox-7"}
REGIONS = ["eu-central-1", "us-east-1", "ap-northeast-1"]
SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]


def moment(minutes_ago):
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes_ago)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def threat(number, title, severity=8, account="111122223333"):
    event = json.loads((TOP / "deploy/examples/guardduty-high.json").read_text())
    detail = event["detail"]
    event["account"] = detail["accountId"] = account
    event["id"] = f"3cc9f1a2-3b0e-4b51-9c1a-{number:012x}"
    detail["id"] = f"{number:032x}"
    detail["arn"] = f"arn:aws:guardduty:ap-northeast-1:{account}:detector/12abc/finding/{number:032x}"
    detail["title"], detail["description"], detail["severity"] = title, title, severity
    event["time"] = detail["updatedAt"] = detail["createdAt"] = moment(number)
    return event


def control(number, title, severity, account, region, name=None):
    event = json.loads((TOP / "deploy/examples/securityhub-failed-control.json").read_text())
    finding = event["detail"]["findings"][0]
    event["account"] = finding["AwsAccountId"] = account
    event["region"] = finding["Region"] = region
    event["id"] = f"5a0f7c3e-4d13-4f0f-8f43-{number:012x}"
    finding["Id"] = f"arn:aws:securityhub:{region}:{account}:security-control/S3.2/finding/{number:012x}"
    finding["AwsAccountName"] = name or ACCOUNTS[account]
    finding["Severity"] = {"Label": severity}
    finding["Title"] = finding["Description"] = title
    finding["Resources"][0]["Id"] = f"arn:aws:s3:::bucket-{number}-{title[:40]}"
    for key in ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"):
        finding[key] = moment(number)
    event["time"] = moment(number)
    return event


def events():
    """One after the other; numbers tell them apart."""
    accounts = list(ACCOUNTS)
    for number in range(1, 61):
        yield control(
            number, f"S3 bucket {number} should block public read access", SEVERITIES[number % 5],
            accounts[number % 3], REGIONS[number % 3],
        )
    for number, text in enumerate(HOSTILE, start=100):
        yield threat(number, text)
        yield control(number, text, SEVERITIES[number % 3], accounts[number % 3], "eu-central-1", name=text)
    for number in range(200, 206):
        yield threat(number, f"i-0a1b2c3d4e5f{number} talks to a mining pool", [8, 9, 5][number % 3])
    # The same one again.
    yield threat(200, "i-0a1b2c3d4e5f200 talks to a mining pool", 8)


def post(service):
    """Posts all of it and waits until it was decided and sent where it can be sent."""
    posted = 0
    for event in events():
        status, answer = service.ask("/v1/events", event, role="sender")
        if status >= 300:
            raise RuntimeError(f"the service took no event: {status} {answer}")
        posted += 1

    def settled():
        found = {state: service.ask(f"/api/v1/deliveries?state={state}&limit=500")[1]["items"]
                 for state in ("dead", "delivered", "pending")}
        return found["dead"] and found["pending"] and len(found["delivered"]) >= 8

    service.wait("delivered and dead messages", settled)
    service.ask("/api/v1/destinations/slow/pause", {"reason": HOSTILE[0] + HOSTILE[2].replace("\u202e", "")})
    end = moment(-240)
    for account, reason in (("999999999999", HOSTILE[0]), ("111122223333", "the buckets are being moved")):
        status, answer = service.ask("/api/v1/silences", {
            "when": {"account": account, "severity": "<=low"}, "owner": "Storage team", "reason": reason, "endsAt": end,
        })
        if status != 201:
            raise RuntimeError(f"the service took no silence: {status} {answer}")
    return posted
