"""An SMTP receiver with faults on order, by aiosmtpd.

What happens is told by the recipient's local part up to the first `+` (see `Handler`), or, before there is a recipient,
by the port: `plain`, `busy` (421 to the connection), `closed` (554 to it), `mute` (no word at all), `lowercase`
(announces starttls in small letters), `login` (AUTH without TLS, refuses every password and repeats it).
"""

import asyncio
import functools
import sys

from aiosmtpd.smtp import SMTP, AuthResult

import mail_peer

mails = []
log = []


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        log.append(f"MAIL {address}")
        if getattr(session, "is_stale", False):
            asyncio.get_running_loop().call_soon(server.transport.close)
            return "421 4.4.2 you have been idle for too long"
        if address.startswith("unwelcome"):
            return "550 5.7.1 this sender is not welcome"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        replies = {
            "rcpt450": "450 4.2.0 greylisted, come back later",
            "rcpt421": "421 4.3.2 shutting down",
            "rcpt451": "451 4.3.0 local error",
            "rcpt550": "550 5.1.1 no such mailbox",
            "rcpt550long": "550-5.1.1 no such mailbox\r\n550-5.1.1 \x1b[31mask the postmaster\r\n550 5.1.1 about it",
            "rcpt530": "530 5.7.0 authentication required",
        }
        if reply := replies.get(address.split("@")[0].split("+")[0]):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        scenario = envelope.rcpt_tos[0].split("@")[0].split("+")[0]
        log.append(f"DATA {envelope.rcpt_tos[0]}")
        replies = {
            "data421": "421 4.3.2 shutting down",
            "data451": "451 4.7.1 greylisted, come back later",
            "data452": "452 4.2.2 the mailbox is full",
            "data454": "454 Throttling failure: Maximum sending rate exceeded.",
            "data554": "554 5.7.1 this looks like something else",
            "data552": "552 5.3.4 too big",
        }
        if reply := replies.get(scenario):
            return reply
        if scenario == "silent":
            await asyncio.Event().wait()
        mails.append((envelope.rcpt_tos[0], envelope.original_content))
        if scenario == "drop":
            server.transport.abort()
        if scenario == "stale":
            session.is_stale = True
        if scenario == "halfreply":
            server.transport.write(b"250-taken\r\n")
            server.transport.close()
        return "250-taken\r\n250 as number 1" if scenario == "long" else "250 taken"

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        log.append(f"EHLO {hostname}")
        session.host_name = hostname
        if server.announces_lowercase:
            responses.insert(1, "250-starttls")
        return responses


class Receiver(SMTP):
    def __init__(self, port_name):
        is_login = port_name == "login"
        super().__init__(
            Handler(),
            enable_SMTPUTF8=False,
            # It hangs up on its own only when a test asks for it, however slow the machine is.
            timeout=86_400,
            auth_require_tls=False,
            authenticator=self.refuse if is_login else None,
            auth_exclude_mechanism=[] if is_login else ["LOGIN", "PLAIN"],
        )
        self.announces_lowercase = port_name == "lowercase"
        self.greeting = {"busy": "421 4.3.2 too busy", "closed": "554 5.3.2 no mail here"}.get(port_name)

    async def smtp_DATA(self, arg):
        scenario = self.envelope.rcpt_tos[0].split("@")[0] if self.envelope.rcpt_tos else ""
        if scenario.startswith("predata"):
            return await self.push(f"{scenario.removeprefix('predata')} 4.3.0 not now")
        return await super().smtp_DATA(arg)

    def refuse(self, server, session, envelope, mechanism, data):
        said = f"{data.login.decode()} {data.password.decode()}"
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 wrong: {said}")

    async def _handle_client(self):
        if self.greeting is None:
            return await super()._handle_client()
        await self.push(self.greeting)
        self.transport.close()


def mails_for(address):
    return [content for recipient, content in mails if recipient == address]


async def main(directory, until_closed):
    loop = asyncio.get_running_loop()
    ports = {}
    servers = []
    for name in ["plain", "busy", "closed", "lowercase", "login"]:
        server = await loop.create_server(functools.partial(Receiver, name), "127.0.0.1", 0)
        servers.append(server)
        ports[name] = server.sockets[0].getsockname()[1]
    mute = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    ports["mute"] = mute.sockets[0].getsockname()[1]
    page, page_port = await mail_peer.serve_page(mails_for, log)
    mail_peer.greet(page=page_port, **ports)
    await until_closed()
    for server in [*servers, mute, page]:
        server.close()


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    mail_peer.run(main)
    sys.exit(0)
