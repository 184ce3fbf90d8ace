"""The real program with rules and tokens of its own, in a directory that is removed afterwards."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from receiver import Receiver

# What must stand on no page: each secret the service knows, in a form that is found by searching for it.
CANARY = "canary7Hq2"
# Editors beside the one of that name, each with a draft of their own.
EDITORS = ("reviewer", "colleague")
TOKENS = {name: f"{CANARY}-{name}-token" for name in ("sender", "viewer", "responder", "editor", *EDITORS)}
HOSTILE_RULE = 'the "rest" <b>&amp; more</b>'


def rules(port):
    """Rules that make every kind of row: delivered, dead, waiting, suppressed, in a digest, and what reaches nobody."""

    def hook(path, **more):
        return {"type": "webhook", "url": {"env": path.upper()}, "allowPrivate": True, **more}

    environment = {path.upper(): f"http://127.0.0.1:{port}/{path}/{CANARY}-url" for path in ("good", "gone", "repeats")}
    environment |= {"CHAT": f"http://127.0.0.1:{port}/good/{CANARY}-chat", "BUSY": f"http://127.0.0.1:{port}/busy"}
    environment |= {"SIGNATURE": f"whsec_{CANARY}MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"[:40], "BEARER": f"{CANARY}-bearer"}
    document = {
        "version": 1,
        "accounts": {"production": ["111122223333", "444455556666"], "sandbox": ["999999999999"]},
        "windows": {"nights": {"timeZone": "Europe/Berlin", "times": ["20:00-07:00"]}},
        "destinations": {
            "secops": {"type": "slack", "url": {"env": "CHAT"}, "allowPrivate": True, "fallback": "archive"},
            "archive": hook("good"),
            "retired": hook("gone"),
            "old pager": hook("repeats", headers={"Authorization": {"env": "BEARER"}}),
            "slow": hook("busy"),
        },
        "rules": [
            {"name": "sandbox noise", "when": {"account": ["@sandbox"], "severity": "<=medium"},
             "suppress": "sandbox accounts are reviewed weekly <img src=x>"},
            {"name": "critical", "when": {"severity": "critical"}, "send": ["secops", "retired"]},
            {"name": "threats", "when": {"product": ["GuardDuty"], "severity": "high"}, "send": ["secops", "old pager"],
             "group": {"by": ["account"], "wait": "0s", "interval": "5m"}},
            {"name": "high", "when": {"severity": "high"}, "send": ["slow"],
             "mute": [{"during": ["nights"], "severity": "<=high", "reason": "told in the morning"}]},
            {"name": "medium", "when": {"account": ["@production"], "severity": "medium"}, "send": ["archive"],
             "digest": {"at": ["09:00"], "timeZone": "Europe/Berlin"}},
            {"name": HOSTILE_RULE, "when": {"severity": "low", "region": ["eu-*"]}, "send": ["archive"]},
        ],
    }
    return document, environment


class Service:
    """Runs while it is used in `with`; without tokens nobody signs in, and with `linked` its messages lead to its pages."""

    def __init__(self, program, tokens=None, console="on", arguments=(), change=None, linked=False):
        self.program, self.tokens, self.console = os.path.abspath(program), tokens, console
        self.arguments, self.change, self.linked = list(arguments), change, linked

    def __enter__(self):
        self.receiver = Receiver()
        self.scratch = tempfile.mkdtemp()
        document, environment = rules(self.receiver.port)
        if self.change:
            self.change(document)
        self.routes = f"{self.scratch}/routes.json"
        with open(self.routes, "w") as file:
            json.dump(document, file, indent=2)
        for role, token in (self.tokens or {}).items():
            environment[f"NOROSHI_TOKEN_{role.upper()}"] = token
            environment[f"NOROSHI_ROLE_{role.upper()}"] = "editor" if role in EDITORS else role
        with socket.create_server(("127.0.0.1", 0)) as held:
            self.port = held.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        if self.linked:
            self.arguments += ["--public-url", self.address]
        self.log = open(f"{self.scratch}/log", "w+")
        self.process = subprocess.Popen(
            [self.program, "serve", "--routes", f"{self.scratch}/routes.json", "--data", f"{self.scratch}/data",
             "--listen", f"127.0.0.1:{self.port}", "--console", self.console, *self.arguments],
            env={"PATH": os.environ["PATH"], **environment}, cwd=self.scratch, stdout=self.log, stderr=self.log,
        )
        self.wait("an answer", lambda: self.ask("/readyz")[0] == 200)
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.receiver.close()
        if kind is not None or code != 0:
            self.log.seek(0)
            print(self.log.read()[-8_000:])
        self.log.close()
        shutil.rmtree(self.scratch)
        if kind is None and code != 0:
            raise RuntimeError(f"the service stopped with {code}")

    def ask(self, path, body=None, role="editor", method=None, match=None):
        """The API's answer: its status and what it holds."""
        headers = {"Content-Type": "application/json"}
        if self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        if match:
            headers["If-Match"] = match
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                self.tag = answer.headers.get("ETag")
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def told(self, path, body=None, role="editor", **options):
        """What the API answers to something that it has to take."""
        status, answer = self.ask(path, body, role, **options)
        if status >= 300:
            raise RuntimeError(f"{options.get('method') or 'a request'} to {path} was answered {status}: {answer}")
        return answer

    def wait(self, what, holds, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the service ended with {self.process.returncode} before there was {what}")
            try:
                if holds():
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"no {what} within {seconds} s")
