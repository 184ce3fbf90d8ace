"""Reads the mails of a directory as Python's `email` package does and prints one line of JSON about them, in file order.

For each: `defects` of the message, of every header and of every part after it was decoded; `headers` as decoded text;
`parts`, each with its type and text.
"""

import email
import email.policy
import json
import pathlib
import sys


def check(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    defects = []
    parts = []
    for part in message.walk():
        if not part.is_multipart():
            # Decoding is what finds bad base64 and bad quoted-printable.
            parts.append({"type": part.get_content_type(), "text": part.get_content()})
        defects += [f"{part.get_content_type()}: {defect!r}" for defect in part.defects]
        for name, value in part.items():
            defects += [f"{name}: {defect!r}" for defect in value.defects]
    headers = {name.lower(): str(value) for name, value in message.items()}
    return {"defects": defects, "headers": headers, "parts": parts}


files = sorted(pathlib.Path(sys.argv[1]).iterdir())
print(json.dumps([check(path.read_bytes()) for path in files]), flush=True)
