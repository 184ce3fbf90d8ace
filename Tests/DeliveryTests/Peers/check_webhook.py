"""Verifies signed webhooks with the reference library of Standard Webhooks.

Reads lines of JSON {"secret": …, "headers": {…}, "body": base64} and prints one line for each: "ok", or what is wrong.
"""
import base64
import json
import sys

from standardwebhooks.webhooks import Webhook

for line in sys.stdin:
    case = json.loads(line)
    try:
        body = base64.b64decode(case["body"]).decode()
        Webhook(case["secret"]).verify(body, case["headers"])
        print("ok")
    except Exception as error:
        print("%s: %s" % (type(error).__name__, error))
