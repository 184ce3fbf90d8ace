"""Signs requests with botocore, for comparison.

Reads lines of JSON {"method", "url", "headers": [[name, value]…], "body": base64, "key", "secret", "token", "region",
"service", "date"} and prints one line for each: {"canonical", "string", "authorization"}.
"""
import base64
import json
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

for line in sys.stdin:
    case = json.loads(line)
    request = AWSRequest(method=case["method"], url=case["url"], data=base64.b64decode(case["body"]))
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    request.headers["X-Amz-Date"] = case["date"]
    if case["token"]:
        request.headers["X-Amz-Security-Token"] = case["token"]
    request.context["timestamp"] = case["date"]
    credentials = Credentials(case["key"], case["secret"], case["token"])
    auth = SigV4Auth(credentials, case["service"], case["region"])
    canonical = auth.canonical_request(request)
    string = auth.string_to_sign(request, canonical)
    signed = auth.signed_headers(auth.headers_to_sign(request))
    authorization = "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s" % (
        auth.scope(request), signed, auth.signature(string, request))
    print(json.dumps({"canonical": canonical, "string": string, "authorization": authorization}))
