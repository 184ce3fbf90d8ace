"""Where the service's messages go: takes them, is out of order, or repeats what it got; and a page that forges forms."""
import http.server
import threading

HOSTILE_REPLY = '<script>alert("reply")</script>"><img src=x onerror=alert(1)>'


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.received.append((self.path, body.decode(errors="replace")))
        if self.path.startswith("/gone"):
            status, reply = 410, HOSTILE_REPLY
        elif self.path.startswith("/repeats"):
            # Receivers do that: the answer holds the address and the headers of the request.
            status, reply = 400, f"cannot take {self.path} with {dict(self.headers)} {HOSTILE_REPLY}"
        elif self.path.startswith("/busy"):
            status, reply = 503, "try later"
        else:
            status, reply = 200, "ok"
        body = reply.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        """A page of another port of the same machine, which browsers send the console's cookie along for."""
        action = self.path.partition("?")[2]
        body = f"<!doctype html><title>x</title><form method=post action='{action}'><input name=reason value=x>" \
               "<button>Win</button></form>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


class Receiver:
    """Answers on a free loopback port until it is closed."""

    def __init__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        # The path and the text of everything that was posted, in the order in which it came.
        self.received = self.server.received = []
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
