"""What the mail peers share: certificates made for the run, and a page that tells what arrived.

A peer prints one line of JSON once it listens and ends when its standard input closes, so that none outlives the tests.
Its page answers `GET /?to=ADDRESS&count=N` as soon as N mails for the address have arrived (or 20 seconds are over) with
a JSON array of {"to", "bytes" (base64)}, and `GET /_log` with the lines that it noted.
"""

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.parse


def make_certificates(directory):
    """A certificate authority and a certificate for 127.0.0.1 alone, so that any other name does not fit it."""

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=directory)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority")
    openssl("req", *key, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=Test relay")
    with open(os.path.join(directory, "names"), "w") as names:
        names.write("subjectAltName=IP:127.0.0.1\n")
    openssl(
        "x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "2", "-extfile", "names", "-out", "cert.pem",
    )  # fmt: skip


async def serve_page(mails_for, log):
    """Starts the page; `mails_for(address)` returns the mails so far as a list of bytes."""

    async def answer(reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        url = urllib.parse.urlsplit(request)
        if url.path == "/_log":
            body = list(log)
        else:
            query = urllib.parse.parse_qs(url.query)
            address, count = query["to"][0], int(query["count"][0])
            mails = mails_for(address)
            for _ in range(1000):
                if len(mails) >= count:
                    break
                await asyncio.sleep(0.02)
                mails = mails_for(address)
            body = [{"to": address, "bytes": base64.b64encode(mail).decode()} for mail in mails]
        text = json.dumps(body).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(text) + text)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


def run(main):
    """Runs `main(directory, until_closed)` with a directory of its own that is removed at the end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    async def until_closed():
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)

    with tempfile.TemporaryDirectory(prefix="noroshi-mail-") as directory:
        asyncio.run(main(directory, until_closed))


def greet(**values):
    print(json.dumps(values), flush=True)
