"""SQS, SNS, EventBridge, IAM and STS of moto on loopback, with signatures and policies checked.

Prints {"port", "control", "key", "secret", "role", "denied_key", "denied_secret"} and ends when standard input closes.
The queue `findings` of account 123456789012 in eu-west-1 has a dead-letter queue; `key` may take on `role` and nothing
else, `role` may read the queue, `denied_key` may do nothing. On the port `control`:

  POST /send     JSON lines, each an event that goes {"by": "queue" | "sns" | "raw", "event": …}
  GET /depth     {"visible": …, "hidden": …, "dead": …}
"""
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# So many calls make the administrator; from then on every one is checked.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1",
                  AWS_CONFIG_FILE="/nonexistent", AWS_SHARED_CREDENTIALS_FILE="/nonexistent",
                  AWS_EC2_METADATA_DISABLED="true")

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import logging  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
port = server.get_host_and_port()[1]
url = "http://127.0.0.1:%d" % port


def client(service, key="x", secret="x"):
    return boto3.client(service, endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret,
                        region_name="eu-west-1")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in statements]})


open_iam = client("iam")
open_iam.create_user(UserName="admin")
open_iam.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=policy(("*", "*")))
admin = open_iam.create_access_key(UserName="admin")["AccessKey"]
admin = (admin["AccessKeyId"], admin["SecretAccessKey"])
iam, sqs, sns = client("iam", *admin), client("sqs", *admin), client("sns", *admin)

queue_arn = "arn:aws:sqs:eu-west-1:123456789012:findings"
dead = sqs.create_queue(QueueName="dead", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
queue = sqs.create_queue(QueueName="findings", Attributes={
    "VisibilityTimeout": "60", "MessageRetentionPeriod": "604800",
    "RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead",
                                 "maxReceiveCount": 3})})["QueueUrl"]
topics = {}
for name, raw in (("sns", "false"), ("raw", "true")):
    topics[name] = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topics[name], Protocol="sqs", Endpoint=queue_arn,
                  Attributes={"RawMessageDelivery": raw})

role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps({
    "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]}))
role = role["Role"]["Arn"]
iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=policy(
    # AWS asks for no right of their own for batches, and moto does.
    (["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:DeleteMessageBatch", "sqs:ChangeMessageVisibility",
      "sqs:GetQueueAttributes", "sts:GetCallerIdentity"], "*")))
users = {}
for name, action in (("caller", "sts:AssumeRole"), ("denied", "s3:ListBuckets")):
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="one", PolicyDocument=policy((action, "*")))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    users[name] = (key["AccessKeyId"], key["SecretAccessKey"])


class Control(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value):
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=list(names))["Attributes"]
        behind = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=[names[0]])["Attributes"]
        self.answer({"visible": int(found[names[0]]), "hidden": int(found[names[1]]), "dead": int(behind[names[0]])})

    def do_POST(self):
        for line in self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines():
            order = json.loads(line)
            text = json.dumps(order["event"])
            if order["by"] == "queue":
                sqs.send_message(QueueUrl=queue, MessageBody=text)
            else:
                sns.publish(TopicArn=topics[order["by"]], Message=text)
        self.answer({})


control = ThreadingHTTPServer(("127.0.0.1", 0), Control)
control.daemon_threads = True
threading.Thread(target=control.serve_forever, daemon=True).start()
print(json.dumps({
    "port": port, "control": control.server_address[1], "key": users["caller"][0], "secret": users["caller"][1],
    "role": role, "denied_key": users["denied"][0], "denied_secret": users["denied"][1]}), flush=True)
sys.stdin.read()
os._exit(0)
