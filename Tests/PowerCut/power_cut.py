"""Power cuts and failing disks, played on the real program: is everything that was answered 2xx stored and told?

    power_cut.py NOROSHI RECORDER [--cuts 100] [--seed 1]

A run under load is recorded by recorder.c. For each cut the disk is built as it may be when the power fails after some
operation: what was synced, and of the rest nothing, all, or any sectors. Noroshi is started on that. The control takes the
syncs of the log out of the record, as if commits were not waited for: then findings must be missing, for a test that
cannot fail proves nothing. At the end calls fail with EIO, ENOSPC, EROFS and EDQUOT while requests come in.
"""
import argparse, errno, http.client, http.server, json, mmap, os, random, re, shutil, signal, sqlite3, struct, subprocess
import sys, tempfile, threading, time

SECTOR = 512
CONCURRENCY = 8


class Receiver:
    """A webhook receiver that remembers which findings it was told of, and after which operation of the disk."""

    def __init__(self, clock=lambda: 0):
        told = self.told = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                for title in set(re.findall(rb"cut-[0-9]+-[0-9]+-end", body)):
                    told.append((title.decode(), clock()))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d/hook" % self.server.server_address[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Control:
    """The page that is shared with the recorder."""

    def __init__(self, path):
        with open(path, "wb") as file:
            file.truncate(4096)
        self.file = open(path, "r+b")
        self.page = mmap.mmap(self.file.fileno(), 4096)

    def __getitem__(self, word):
        return struct.unpack_from("<q", self.page, 8 * word)[0]

    def __setitem__(self, word, value):
        struct.pack_into("<q", self.page, 8 * word, value)


class Noroshi:
    def __init__(self, program, data, receiver, recorder=None, trace=None, control=None):
        self.log = data + ".log"
        rules = data + ".routes.json"
        with open(rules, "w") as file:
            json.dump({"version": 1, "rules": [{"name": "all", "when": {}, "send": ["hook"]}], "destinations": {"hook": {
                "type": "webhook", "url": {"env": "HOOK"}, "rate": "10000/s", "concurrency": CONCURRENCY,
                "allowPrivate": ["127.0.0.1"]}}}, file)
        environment = {"PATH": os.environ["PATH"], "HOOK": receiver.url}
        if recorder:
            environment.update(LD_PRELOAD=recorder, POWERCUT_DIRECTORY=data, POWERCUT_TRACE=trace, POWERCUT_CONTROL=control)
        output = open(self.log, "wb")
        self.process = subprocess.Popen(
            [program, "serve", "--routes", rules, "--data", data, "--listen", "127.0.0.1:0", "--log-format", "json"],
            env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        output.close()
        deadline = time.monotonic() + 30
        while True:
            found = re.search(r'"listening".*?127\.0\.0\.1:(\d+)|127\.0\.0\.1:(\d+).*?"listening"', self.text())
            if found:
                self.port = int(found.group(1) or found.group(2))
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError("does not start: " + self.text()[-600:])
            time.sleep(0.01)

    def text(self):
        with open(self.log) as file:
            return file.read()

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def drained(self, limit=30):
        deadline = time.monotonic() + limit
        while True:
            status, body = self.ask("GET", "/api/v1/status")
            if status != 200:
                return {"waiting": 0, "pending": 0, "balanced": False, "status": status}
            totals = json.loads(body)["totals"]
            if totals["waiting"] + totals["pending"] == 0 or time.monotonic() > deadline:
                return totals
            time.sleep(0.02)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def finding(title, size):
    return {"SchemaVersion": "2018-10-08", "Id": title, "ProductArn": "arn:aws:securityhub:eu-west-1::product/a/b",
            "GeneratorId": "g", "AwsAccountId": "111122223333", "Region": "eu-west-1", "Types": ["Effects/Data Exposure"],
            "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z", "Severity": {"Label": "HIGH"},
            "Title": title, "Description": "x" * size, "Resources": [{"Id": "arn:aws:s3:::" + title, "Type": "AwsS3Bucket"}]}


class Load:
    """Posts findings from some threads; knows which were answered 200, and after which operation that was read."""

    def __init__(self, noroshi, control, seed, threads=3):
        self.kept, self.codes, self.ended = {}, {}, False
        self.threads = [threading.Thread(target=self.run, args=(noroshi, control, n, random.Random(seed * 100 + n)))
                        for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, noroshi, control, worker, chance):
        number = 0
        while not self.ended:
            titles = []
            for _ in range(chance.choice([1, 1, 2, 10])):
                number += 1
                titles.append(f"cut-{worker}-{number}-end")
            body = json.dumps([finding(title, chance.choice([0, 300, 9000, 30000])) for title in titles])
            try:
                status, _ = noroshi.ask("POST", "/v1/events", body)
            except OSError:
                status = 0
            done = control[0]
            self.codes[status] = self.codes.get(status, 0) + 1
            if status == 200:
                self.kept.update((title, done) for title in titles)
            time.sleep(chance.random() * 0.01)

    def end(self):
        self.ended = True
        for thread in self.threads:
            thread.join()


def read_trace(path):
    """[(letter, number, name, offset, data)]"""
    with open(path, "rb") as file:
        trace = file.read()
    operations, at = [], 0
    while at + 40 <= len(trace):
        letter, number, name, offset, length = struct.unpack_from("<5q", trace, at)
        at += 40
        if at + name + length > len(trace):
            break
        operations.append((chr(letter), number, trace[at:at + name].decode(), offset, trace[at + name:at + name + length]))
        at += name + length
    return operations


def build(operations, cut, manner, chance, target):
    """The disk after a cut behind operation `cut`: `manner` says what becomes of what was not synced."""
    past = [operation for operation in operations if operation[1] <= cut]
    synced = {}
    for letter, number, name, offset, _ in past:
        if letter == "s":
            synced[name] = max(synced.get(name, 0), offset)
    files = {}
    for letter, number, name, offset, data in past:
        if letter == "s":
            continue
        # Names are made durable by a sync of the directory, or of the file itself on the file systems in use.
        limit = synced.get("", 0) if letter in "ur" else max(synced.get(name, 0), synced.get("", 0) if letter == "c" else 0)
        fate = "whole" if number <= limit else {
            "none": "lost", "all": "whole", "some": chance.choice(["whole", "lost", "torn"]), "torn": "torn"}[manner]
        if fate == "lost" and letter != "c":
            continue
        if letter == "c":
            files.setdefault(name, bytearray())
        elif letter == "u":
            files.pop(name, None)
        elif letter == "r":
            if name in files:
                files[data.decode()] = files.pop(name)
        else:
            file = files.setdefault(name, bytearray())
            if letter == "t":
                del file[offset:]
            if letter in "ta":
                file.extend(bytes(max(0, offset - len(file))))
            if letter == "w":
                end = offset + len(data)
                file.extend(bytes(max(0, end - len(file))))
                if fate == "whole":
                    file[offset:end] = data
                else:
                    for start in range(offset - offset % SECTOR, end, SECTOR):
                        a, b = max(start, offset), min(start + SECTOR, end)
                        if chance.random() < 0.5:
                            file[a:b] = data[a - offset:b - offset]
    os.makedirs(target, mode=0o700)
    for name, content in files.items():
        if "/" not in name and not name.endswith("-shm"):
            with open(os.path.join(target, name), "wb") as file:
                file.write(content)


def check(options, image, kept, told):
    """Starts Noroshi on a disk; returns what is wrong."""
    receiver = Receiver()
    try:
        noroshi = Noroshi(options.noroshi, image, receiver)
    except RuntimeError as error:
        receiver.close()
        return [str(error)]
    totals = noroshi.drained()
    noroshi.kill()
    receiver.close()
    problems = []
    if totals["waiting"] or totals["pending"] or not totals["balanced"]:
        problems.append(f"not drained or not balanced: {totals}")
    stored = set()
    database = sqlite3.connect(os.path.join(image, "noroshi.sqlite"))
    try:
        if (whole := database.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            problems.append(f"integrity: {whole}")
        stored = {row[0] for row in database.execute("SELECT title FROM findings")}
    except sqlite3.DatabaseError as error:
        problems.append(f"integrity: {error}")
    finally:
        database.close()
    again = {title for title, _ in receiver.told}
    lost = [title for title in kept if title not in stored]
    untold = [title for title in kept if title not in told and title not in again]
    if lost:
        problems.append(f"{len(lost)} findings that were answered 200 are not stored, such as {lost[0]}")
    if untold:
        problems.append(f"{len(untold)} findings that were answered 200 were told to nobody, such as {untold[0]}")
    if len(told & again) > CONCURRENCY:
        problems.append(f"{len(told & again)} findings were told twice")
    return problems


def record(options, work, seconds, seed):
    os.makedirs(work)
    control = Control(work + "/control")
    receiver = Receiver(lambda: control[0])
    data, trace = work + "/data", work + "/trace"
    noroshi = Noroshi(options.noroshi, data, receiver, options.recorder, trace, work + "/control")
    load = Load(noroshi, control, seed)
    time.sleep(seconds)
    noroshi.kill()
    load.end()
    receiver.close()
    return read_trace(trace), load.kept, list(receiver.told)


def explore(options, work, run, cuts, chance, log_syncs=True):
    operations, kept, told = run
    if not log_syncs:
        operations = [operation for operation in operations if not (operation[0] == "s" and operation[2].endswith("-wal"))]
    numbers = [operation[1] for operation in operations]
    near = [operation[1] for operation in operations if operation[0] == "s" or operation[2] == "noroshi.sqlite"]
    problems = []
    for number in range(cuts):
        cut = chance.choice(numbers) if chance.random() < 0.5 else chance.choice(near) + chance.randint(-2, 2)
        cut = min(max(cut, numbers[0]), numbers[-1])
        manner = chance.choice(["none", "some", "torn", "all"])
        image = f"{work}/image{number}"
        build(operations, cut, manner, chance, image)
        must = [title for title, done in kept.items() if done <= cut]
        found = check(options, image, must, {title for title, done in told if done <= cut})
        problems += [f"cut {cut} of {numbers[-1]}, {manner}: {problem}" for problem in found]
        shutil.rmtree(image)
    return problems


FAULTS = {"EIO": (errno.EIO, "ioError"), "ENOSPC": (errno.ENOSPC, "diskFull"), "EROFS": (errno.EROFS, "readOnly"),
          "EDQUOT": (errno.EDQUOT, "quotaExceeded")}


def fault(options, work, name, kinds):
    """Calls for the log fail for two seconds under load."""
    number, word = FAULTS[name]
    os.makedirs(work)
    control = Control(work + "/control")
    receiver = Receiver(lambda: control[0])
    trace = work + "/trace"
    noroshi = Noroshi(options.noroshi, work + "/data", receiver, options.recorder, trace, work + "/control")
    load = Load(noroshi, control, 1)
    time.sleep(0.5)
    control[2], control[3] = number, 1
    control[1] = kinds
    time.sleep(2)
    during, ready = dict(load.codes), noroshi.ask("GET", "/readyz")
    status = json.loads(noroshi.ask("GET", "/api/v1/status")[1])
    control[1] = 0
    deadline = time.monotonic() + 30
    while noroshi.ask("GET", "/readyz")[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)
    load.end()
    noroshi.drained()
    problems = []
    if control[4] == 0:
        problems.append("no call failed")
    if during.get(503, 0) == 0 or set(load.codes) - {200, 503}:
        problems.append(f"answers were {load.codes}")
    if ready[0] != 503:
        problems.append(f"/readyz said {ready[0]} {ready[1].decode()}")
    if (found := ((status.get("store") or {}).get("trouble") or {}).get("kind")) != word:
        problems.append(f"the status said {found} and not {word}")
    if load.codes.get(200, 0) == during.get(200, 0):
        problems.append("nothing was accepted afterwards")
    lines = [line for line in noroshi.text().splitlines() if '"requests are refused until' in line]
    if not lines or f'"{word}"' not in lines[0]:
        problems.append(f"the log does not say {word}: {lines[:1]}")
    noroshi.kill()
    receiver.close()
    told = {title for title, _ in receiver.told}
    if untold := [title for title in load.kept if title not in told]:
        problems.append(f"{len(untold)} findings that were answered 200 were told to nobody")
    build(read_trace(trace), control[0], "none", random.Random(1), work + "/image")
    problems += check(options, work + "/image", list(load.kept), told)
    return [f"{name}: {problem}" for problem in problems]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("noroshi")
    parser.add_argument("recorder")
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.noroshi, options.recorder = os.path.abspath(options.noroshi), os.path.abspath(options.recorder)
    chance = random.Random(options.seed)
    shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    problems = []
    with tempfile.TemporaryDirectory(dir=shared, ignore_cleanup_errors=True) as work:
        run = record(options, work + "/run", 3, options.seed)
        print(f"{len(run[0])} operations, {len(run[1])} findings answered 200, {len(run[2])} told", flush=True)
        problems += explore(options, work, run, options.cuts, chance)
        print(f"{options.cuts} cuts: {len(problems)} problems", flush=True)
        missed = explore(options, work, run, 12, chance, log_syncs=False)
        print(f"control: {len(missed)} problems in 12 cuts", flush=True)
        if not any("not stored" in problem or "told to nobody" in problem for problem in missed):
            problems.append("the control found nothing: these cuts prove nothing")
        for name in FAULTS:
            # A sync can fail with EIO as well; the others are answers to writes.
            found = fault(options, f"{work}/{name}", name, 3 if name == "EIO" else 1)
            print(f"{name}: {len(found)} problems", flush=True)
            problems += found
    for problem in problems:
        print("PROBLEM", problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
