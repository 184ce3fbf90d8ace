"""A scripted HTTP receiver: what it does is said by the path of each request.

Prints one JSON line {"port": …, "ca": …} when it listens, and ends when its standard input closes.
Every request is recorded under the `key` of its query; GET /_requests?key=K gives the list,
and with &at=N only the one of that number, counted from 0.

  /ok                    200 "ok"
  /reply/CODE/TEXT       CODE with TEXT (percent-encoded) as body
  /retry-after/VALUE     429 with this Retry-After
  /retry-date/SECONDS    429 with Retry-After as a date so far ahead
  /sequence/A,B,C        answers with these status codes in turn per key, the last one again and again
  /reset-mid-reply       half a 200 reply, then a reset
  /lost                  reads the request, acts, and hangs up without a reply
  /die-on-reuse          200 on a new connection; hangs up without a reply on a used one
  /slow/SECONDS          answers late
  /redirect              302 to /ok
  /huge                  200 with 10 MB
  /many-headers          200 with 200 KB of headers
  /echo                  400 with the request's own path and headers as body; /echo-upper in capitals, /echo-lower in small
                         letters, /echo-long again and again
  /garbage               reads the request and answers with bytes that are no HTTP
  /half-line             reads the request and answers with one letter
  /endless-headers       reads the request and answers with headers for as long as somebody reads
  /slack/KEY/A,B,C/METHOD  Slack's Web API with messages of its own for each KEY: acts on chat.postMessage and
                         chat.update. Each call is answered by the next word: "ok"; "lost" acts and hangs up; "429:S" with
                         Retry-After S; "drop" hangs up without acting; "html" a page; anything else is an error word.
                         After the last word all is "ok".
"""
import base64
import collections
import email.utils
import json
import os
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

lock = threading.Lock()
records = collections.defaultdict(list)
turns = collections.Counter()
channels = collections.defaultdict(dict)
connections = 0
under_way = 0
peak = collections.Counter()


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        global connections
        with lock:
            connections += 1
            self.number = connections
        served = 0
        try:
            while self.one(served):
                served += 1
        except (ConnectionError, ssl.SSLError, socket.timeout):
            pass

    def one(self, served):
        global under_way
        if self.rfile.peek(1)[:1] == b"\x16":  # a TLS handshake to a server that speaks none
            self.wfile.write(b"HTTP/1.1 400 X\r\n\r\n")
            return False
        line = self.rfile.readline(65537)
        if not line.strip():
            return False
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = []
        while True:
            line = self.rfile.readline(65537)
            if line in (b"\r\n", b"\n", b""):
                break
            name, _, value = line.decode("latin-1").rstrip("\r\n").partition(":")
            headers.append([name.lower(), value.strip()])
        length = int(dict(headers).get("content-length", 0))
        body = self.rfile.read(length)
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query))
        key = query.get("key", "")
        if url.path.startswith("/slack/"):
            key = url.path.split("/")[2]
        if url.path == "/_requests":
            with lock:
                at = int(query.get("at", -1))
                found = json.dumps(records[key] if at < 0 else records[key][at : at + 1]).encode()
            return self.reply(200, found)
        if url.path == "/_peak":
            with lock:
                found = str(peak[key]).encode()
            return self.reply(200, found)
        with lock:
            under_way += 1
            peak[key] = max(peak[key], under_way)
            turn = turns[key]
            turns[key] += 1
            records[key].append(
                {
                    "method": method,
                    "path": url.path,
                    "headers": headers,
                    "body": base64.b64encode(body).decode(),
                    "connection": self.number,
                    "at": time.time(),
                }
            )
        try:
            words = url.path.strip("/").split("/")
            if words[0] == "slack":
                return self.slack(words, turn, dict(headers), body)
            return self.act(words, turn, served, target, headers)
        finally:
            with lock:
                under_way -= 1

    def act(self, words, turn, served, target, headers):
        word = words[0]
        argument = urllib.parse.unquote(words[1]) if len(words) > 1 else ""
        if word == "ok":
            return self.reply(200, b"ok")
        if word == "reply":
            text = urllib.parse.unquote("/".join(words[2:])).encode()
            return self.reply(int(argument), text)
        if word == "retry-after":
            body = b'{"retry_after":1,"ok":false,"error":"rate_limited"}'
            return self.reply(429, body, [("Retry-After", argument)])
        if word == "retry-date":
            date = email.utils.formatdate(time.time() + float(argument), usegmt=True)
            return self.reply(429, b"", [("Retry-After", date)])
        if word == "sequence":
            codes = argument.split(",")
            code = int(codes[min(turn, len(codes) - 1)])
            return self.reply(code, b"ok" if code == 200 else b"no")
        if word == "reset-mid-reply":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.wfile.flush()
            time.sleep(0.05)
            return self.reset()
        if word == "lost":
            return False
        if word == "die-on-reuse":
            return self.reply(200, b"ok") if served == 0 else False
        if word == "slow":
            time.sleep(float(argument))
            return self.reply(200, b"ok")
        if word == "redirect":
            return self.reply(302, b"", [("Location", "/ok")])
        if word == "huge":
            return self.reply(200, b"x" * 10_000_000)
        if word == "many-headers":
            return self.reply(200, b"ok", [("X-%d" % i, "y" * 1000) for i in range(200)])
        if word == "echo":
            return self.reply(400, (target + "\n" + json.dumps(headers)).encode())
        if word in ("echo-upper", "echo-lower", "echo-long"):
            text = target + "\n" + json.dumps(headers)
            text = {"echo-upper": text.upper(), "echo-lower": text.lower(), "echo-long": target * 400}[word]
            return self.reply(400, text.encode())
        if word == "garbage":
            self.wfile.write(b"SSH-2.0-OpenSSH_9\r\n" + bytes(range(256)) * 8)
            return False
        if word == "half-line":
            self.wfile.write(b"H")
            return False
        if word == "endless-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.wfile.write((b"X-A: " + b"h" * 1000 + b"\r\n") * 64)
        return self.reply(404, b"no_service")

    def slack(self, words, turn, headers, body):
        script = urllib.parse.unquote(words[2]).split(",")
        word = script[turn] if turn < len(script) else "ok"
        if word.startswith("429:"):
            return self.reply(429, b'{"ok":false,"error":"ratelimited"}', [("Retry-After", word[4:])])
        if word == "drop":
            return False
        if word == "html":
            return self.reply(200, b"<html>sign in</html>")
        if word not in ("ok", "lost"):
            return self.reply(200, json.dumps({"ok": False, "error": word}).encode())
        answer = self.slack_method(words[1], words[3], headers, json.loads(body))
        return False if word == "lost" else self.reply(200, json.dumps(answer).encode())

    def slack_method(self, key, method, headers, call):
        if not headers.get("authorization", "").startswith("Bearer xoxb-"):
            return {"ok": False, "error": "not_authed" if "authorization" not in headers else "invalid_auth"}
        if not call.get("text") and not call.get("blocks") and not call.get("attachments"):
            return {"ok": False, "error": "no_text"}
        with lock:
            messages = channels[key]
            if method == "chat.postMessage":
                ts = "1795000000.%06d" % (len(messages) + 1)
                if "thread_ts" in call and call["thread_ts"] not in messages:
                    return {"ok": False, "error": "thread_not_found"}
            elif method == "chat.update":
                ts = call["ts"]
                if ts not in messages:
                    return {"ok": False, "error": "message_not_found"}
            else:
                return {"ok": False, "error": "unknown_method"}
            messages[ts] = call
        return {"ok": True, "channel": call["channel"], "ts": ts, "message": {"text": call.get("text", "")}}

    def reply(self, code, body, headers=()):
        lines = ["HTTP/1.1 %d X" % code, "Content-Length: %d" % len(body)]
        lines += ["%s: %s" % header for header in headers]
        self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        self.wfile.flush()
        return True

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        return False


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    ca = None
    if "--tls" in sys.argv:
        folder = tempfile.mkdtemp()
        ca, key = folder + "/cert.pem", folder + "/key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", key, "-out", ca, "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ca, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1], "ca": ca}), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
