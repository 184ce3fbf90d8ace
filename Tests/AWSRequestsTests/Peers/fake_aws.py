"""A scripted AWS on loopback: SQS, STS, the instance metadata service and a container's credential endpoint.

Prints {"port": …} and ends when standard input closes. Whoever drives it posts JSON to /_control and reads /_state:

  {"script": {"ReceiveMessage": [[status, body, headers?] …]}}   answers, one each, before the queue is asked; a body is
                            JSON, or text as it is; the words "reset" and "hang" in place of the status break the connection
  {"clear": true}           forgets those that were not given yet
  {"put": [{"Body": …, "MessageId"?, "group"?, "count"?} …]}     messages
  {"keys": {"ID": ["SECRET", "TOKEN" or null]}}                  who may sign; signatures are checked by botocore's own code
  {"token": "…"}                                                 the web identity or container token that is taken
  {"visibility": seconds}                                        overrides what receivers ask for
  {"skew": seconds}                                              how far this clock is ahead
  {"life": seconds}                                              of the credentials that are handed out
  {"big": bytes}            the length of each answer to whoever asks for more than one message
  {"down": ["imds", "container", "sts"]}                         what answers 503

It is not a simulator of SQS: visibility, receive counts and deletion by the last handle are kept, nothing else.
"""
import base64
import datetime
import hashlib
import json
import socket
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import Session
from botocore.validate import ParamValidator

lock = threading.Condition()
state = {
    "script": {}, "keys": {}, "token": None, "visibility": None, "skew": 0, "life": 3600, "down": [], "issued": 0,
    "calls": [], "messages": [], "deleted": [], "problems": [], "tokens": [],
}
model = Session().get_service_model("sqs")


def now():
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=state["skew"])


class Refusal(Exception):
    def __init__(self, code, message="refused", status=400):
        self.code, self.message, self.status = code, message, status


def check_signature(handler, body, service):
    """Judges a signature as AWS does, with botocore's code over the headers that were signed."""
    given = handler.headers.get("Authorization", "")
    if not given.startswith("AWS4-HMAC-SHA256 "):
        raise Refusal("MissingAuthenticationToken", status=403)
    parts = dict(part.strip().split("=", 1) for part in given[len("AWS4-HMAC-SHA256 "):].split(","))
    key, day, region, signed_service, _ = parts["Credential"].split("/")
    signed = parts["SignedHeaders"].split(";")
    for name in ("host", "x-amz-date") + (("x-amz-target", "content-type") if service == "sqs" else ()):
        if name not in signed:
            raise Refusal("IncompleteSignature", "%s is not signed" % name, 403)
    if signed_service != service:
        raise Refusal("SignatureDoesNotMatch", "Credential should be scoped to correct service: '%s'." % service, 403)
    if key not in state["keys"]:
        raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    secret, token = state["keys"][key][:2]
    ends = state["keys"][key][2] if len(state["keys"][key]) > 2 else None
    if ends is not None and now().timestamp() > ends:
        raise Refusal("ExpiredToken", "The security token included in the request is expired", 403)
    if token is not None:
        if handler.headers.get("X-Amz-Security-Token") != token or "x-amz-security-token" not in signed:
            raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    date = handler.headers["X-Amz-Date"]
    age = (now() - datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc))
    if abs(age.total_seconds()) > 300:
        word = "Signature expired" if age.total_seconds() > 0 else "Signature not yet current"
        raise Refusal("InvalidSignatureException", "%s: %s is now earlier than …" % (word, date), 403)
    request = AWSRequest(method=handler.command, url="http://%s%s" % (handler.headers["Host"], handler.path), data=body)
    for name in signed:
        if name != "host":
            request.headers[name] = handler.headers[name]
    request.context["timestamp"] = date
    auth = SigV4Auth(Credentials(key, secret, token), service, region)
    string = auth.string_to_sign(request, auth.canonical_request(request))
    if auth.signature(string, request) != parts["Signature"]:
        raise Refusal("SignatureDoesNotMatch", "The request signature we calculated does not match; secret %s" % secret, 403)
    return region


def issue(kind):
    state["issued"] += 1
    key, secret, token = "%s%d" % (kind, state["issued"]), "secret-%d" % state["issued"], "session-%d" % state["issued"]
    ends = now().timestamp() + state["life"]
    state["keys"][key] = [secret, token, ends]
    expiration = datetime.datetime.fromtimestamp(ends, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return key, secret, token, expiration


def documented(kind):
    key, secret, token, expiration = issue(kind)
    return {"Code": "Success", "AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": expiration}


def visible(message):
    return message["until"] <= time.monotonic()


def is_gone(connection):
    """Whether who asked has closed the connection; then nothing is handed out to it."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def receive(call, connection):
    ends = time.monotonic() + call.get("WaitTimeSeconds", 0)
    while True:
        found = [m for m in state["messages"] if visible(m)][:call.get("MaxNumberOfMessages", 1)]
        left = ends - time.monotonic()
        if is_gone(connection):
            return {}
        if found or left <= 0:
            break
        lock.wait(min(left, 0.05))
    wait = state["visibility"]
    wait = call.get("VisibilityTimeout", 30) if wait is None else wait
    out = []
    for message in found:
        message["until"] = time.monotonic() + wait
        message["count"] += 1
        message["handle"] = "%s-%d" % (message["MessageId"], message["count"])
        entry = {
            "MessageId": message["MessageId"], "ReceiptHandle": message["handle"], "Body": message["Body"],
            "MD5OfBody": message.get("md5") or hashlib.md5(message["Body"].encode()).hexdigest(),
            "Attributes": {"ApproximateReceiveCount": str(message["count"]), "SentTimestamp": str(message["sent"])},
        }
        if message.get("group"):
            entry["Attributes"]["MessageGroupId"] = message["group"]
        out.append(entry)
    return {"Messages": out} if out else {}


def delete(call, _=None):
    done, failed = [], []
    for entry in call["Entries"]:
        for message in list(state["messages"]):
            if message.get("handle") == entry["ReceiptHandle"]:
                state["messages"].remove(message)
                state["deleted"].append(message["MessageId"])
        done.append({"Id": entry["Id"]})
    return {"Successful": done, "Failed": failed}


def extend(call, _=None):
    for entry in call["Entries"]:
        for message in state["messages"]:
            if message.get("handle") == entry["ReceiptHandle"]:
                message["until"] = time.monotonic() + entry["VisibilityTimeout"]
    return {"Successful": [{"Id": entry["Id"]} for entry in call["Entries"]]}


def attributes(call, _=None):
    return {"Attributes": state.get("attributes") or {"VisibilityTimeout": "30", "MessageRetentionPeriod": "345600"}}


operations = {
    "ReceiveMessage": receive, "DeleteMessageBatch": delete, "ChangeMessageVisibilityBatch": extend,
    "GetQueueAttributes": attributes,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return now().strftime("%a, %d %b %Y %H:%M:%S GMT")

    def answer(self, status, body, headers=None):
        if status == "hang":
            time.sleep(60)
            status = "reset"
        if status == "reset":
            self.close_connection = True
            self.connection.close()
            return
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        try:
            self.send_response(status)
            for name, value in (headers or {"Content-Type": "application/x-amz-json-1.0"}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def do_GET(self):
        self.do()

    def do_PUT(self):
        self.do()

    def do_POST(self):
        self.do()

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            with lock:
                status, reply, *headers = self.route(body)
        except Refusal as refusal:
            status, headers = refusal.status, []
            if "X-Amz-Target" in self.headers:
                reply = {"__type": "com.amazonaws.sqs#%s" % refusal.code, "message": refusal.message}
            else:
                reply = "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>" % (
                    refusal.code, refusal.message)
        self.answer(status, reply, *headers)

    def route(self, body):
        if self.path == "/_control":
            return self.control(json.loads(body))
        if self.path == "/_state":
            return 200, {name: value for name, value in state.items()
                         if name in ("calls", "deleted", "problems", "issued", "tokens")} | {
                "messages": [{"id": m["MessageId"], "count": m["count"], "visible": visible(m)} for m in state["messages"]]}
        if self.path.startswith("/latest/"):
            return self.metadata()
        if self.path.startswith("/container"):
            return self.container()
        target = self.headers.get("X-Amz-Target")
        if target:
            return self.sqs(target.split(".")[-1], body)
        return self.sts(dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)), body)

    def control(self, order):
        for name, value in order.items():
            if name == "clear":
                state["script"] = {}
            elif name == "put":
                for message in value:
                    state["messages"].append({
                        "MessageId": message.get("MessageId") or "m-%d" % (len(state["messages"]) + len(state["deleted"])),
                        "Body": message["Body"], "count": message.get("count", 0), "until": 0,
                        "group": message.get("group"), "md5": message.get("md5"),
                        "sent": message.get("sent") or int(time.time() * 1000)})
            elif name == "script":
                for operation, answers in value.items():
                    state["script"].setdefault(operation, []).extend(answers)
            else:
                state[name] = value
        lock.notify_all()
        return 200, {}

    def scripted(self, operation):
        answers = state["script"].get(operation)
        return answers.pop(0) if answers else None

    def sqs(self, operation, body):
        call = json.loads(body)
        state["calls"].append([operation, len(call.get("Entries", [])) or call.get("MaxNumberOfMessages", 0),
                               call.get("ReceiveRequestAttemptId")])
        report = ParamValidator().validate(call, model.operation_model(operation).input_shape)
        if report.has_errors():
            state["problems"].append(report.generate_report())
        if self.headers.get("Content-Type") != "application/x-amz-json-1.0" or self.path != "/":
            state["problems"].append("%s %s" % (self.path, self.headers.get("Content-Type")))
        check_signature(self, body, "sqs")
        answer = self.scripted(operation)
        if answer:
            if answer[0] == "fail":
                # The call is done, and answered with a failure of these entries.
                done = operations[operation]({"Entries": [e for e in call["Entries"] if e["Id"] not in answer[1]]})
                done["Failed"] = [{"Id": i, "SenderFault": answer[2], "Code": "InternalError"} for i in answer[1]]
                return 200, done
            if answer[0] == "after":
                operations[operation](call, self.connection)
                return "reset", ""
            return tuple(answer)
        if state.get("big") and operation == "ReceiveMessage" and call["MaxNumberOfMessages"] > 1:
            return 200, " " * state["big"]
        return 200, operations[operation](call, self.connection)

    def metadata(self):
        state["calls"].append([self.path.split("/")[-1] or "roles", 0, None])
        if "imds" in state["down"]:
            return 503, "down", {}
        if self.command == "PUT":
            if not self.headers.get("X-aws-ec2-metadata-token-ttl-seconds"):
                return 400, "", {}
            return 200, "imds-session", {}
        if self.headers.get("X-aws-ec2-metadata-token") != "imds-session":
            return 401, "", {}
        if self.path.endswith("/"):
            return (200, "node-role", {}) if not state.get("norole") else (404, "", {})
        return 200, documented("IMDS")

    def container(self):
        state["calls"].append(["container", 0, None])
        state["tokens"].append(self.headers.get("Authorization"))
        if "container" in state["down"]:
            return 503, "down", {}
        if state["token"] is not None and self.headers.get("Authorization") != state["token"]:
            return 401, {"message": "wrong token"}
        return 200, documented("POD")

    def sts(self, call, body):
        action = call.get("Action")
        state["calls"].append([action, 0, call.get("RoleArn")])
        if "sts" in state["down"]:
            return 503, "down", {}
        answer = self.scripted(action)
        if answer:
            return tuple(answer)
        xml = {"Content-Type": "text/xml"}
        if action == "AssumeRoleWithWebIdentity":
            state["tokens"].append(call.get("WebIdentityToken"))
            if "Authorization" in self.headers:
                state["problems"].append("a web identity was signed")
            if state["token"] is not None and call.get("WebIdentityToken") != state["token"]:
                raise Refusal("InvalidIdentityToken", "the token is not taken")
            return 200, self.credentials(action, "WEB"), xml
        check_signature(self, body, "sts")
        if action == "AssumeRole":
            if state.get("external") and call.get("ExternalId") != state["external"]:
                raise Refusal("AccessDenied", "is not authorized to perform: sts:AssumeRole", 403)
            return 200, self.credentials(action, "ROLE"), xml
        return 200, ("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/a&amp;b/c"
                     "</Arn><UserId>U</UserId><Account>111122223333</Account></GetCallerIdentityResult>"
                     "</GetCallerIdentityResponse>"), xml

    def credentials(self, action, kind):
        key, secret, token, expiration = issue(kind)
        return ("<{0}Response><{0}Result><Credentials><AccessKeyId>{1}</AccessKeyId><SecretAccessKey>{2}</SecretAccessKey>"
                "<SessionToken>{3}</SessionToken><Expiration>{4}</Expiration></Credentials></{0}Result></{0}Response>"
                ).format(action, key, secret, token, expiration)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_address[1]}), flush=True)
sys.stdin.read()
