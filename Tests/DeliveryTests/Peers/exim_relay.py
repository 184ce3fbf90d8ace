"""A real mail server: Debian's exim4 with a configuration of its own, one process for each connection.

exim is started as inetd starts it, with the connection as its standard input and output, so that it needs no port of its
own choosing and ends with the connection. `starttls` is a submission port, `implicit` speaks TLS from the first byte. Both
take mail only after AUTH, which is offered only under TLS; user `noroshi`, password the one argument. Accepted mail ends
in a maildir, as it would on any machine.
"""

import asyncio
import os
import pathlib
import pwd
import shutil
import socket
import sys

import mail_peer


def configure(directory, password):
    template = pathlib.Path(__file__).with_name("exim.conf.in").read_text()
    is_root = os.getuid() == 0
    user = pwd.getpwnam("Debian-exim") if is_root else pwd.getpwuid(os.getuid())
    for name in ["spool", "log", "mail"]:
        os.mkdir(os.path.join(directory, name))
    conf = os.path.join(directory, "exim.conf")
    values = {"DIRECTORY": directory, "USER": str(user.pw_uid), "GROUP": str(user.pw_gid), "PASSWORD": password}
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    with open(conf, "w") as out:
        out.write(template)
    if is_root:
        for root, directories, files in os.walk(directory):
            for name in [".", *directories, *files]:
                os.chown(os.path.join(root, name), user.pw_uid, user.pw_gid)
        # exim reads a configuration only when nobody but root can have written it.
        os.chown(conf, 0, 0)
    os.chmod(conf, 0o644)
    return conf


def mails_for(directory, address):
    found = []
    for path in sorted(pathlib.Path(directory, "mail", "new").glob("*")):
        content = path.read_bytes()
        if f"\nEnvelope-to: {address}\n".encode() in content.split(b"\n\n", 1)[0]:
            found.append(content)
    return found


async def main(directory, until_closed):
    mail_peer.make_certificates(directory)
    conf = configure(directory, sys.argv[1])
    exim = shutil.which("exim4", path="/usr/sbin:/usr/bin:" + os.environ.get("PATH", ""))
    # -odi: mail is delivered before the next command is read.
    command = [exim, "-C", conf, "-odi", "-bs"]

    async def serve(listener, options):
        while True:
            connection, _ = await asyncio.get_running_loop().sock_accept(listener)
            # exim reads and writes the socket itself and waits for it.
            connection.setblocking(True)
            with connection:
                process = await asyncio.create_subprocess_exec(
                    *command, *options, stdin=connection, stdout=connection, stderr=asyncio.subprocess.DEVNULL
                )
                processes.append(process)

    def listen(*options):
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        tasks.append(asyncio.create_task(serve(listener, options)))
        return listener.getsockname()[1]

    tasks, processes = [], []
    starttls, implicit = listen(), listen("-tls-on-connect")
    page, page_port = await mail_peer.serve_page(lambda address: mails_for(directory, address), [])
    ca = os.path.join(directory, "ca.pem")
    mail_peer.greet(starttls=starttls, implicit=implicit, page=page_port, ca=ca, log=os.path.join(directory, "log"))
    await until_closed()
    for task in tasks:
        task.cancel()
    page.close()
    # One that ended later would write its log into a directory that is gone, and so make it anew.
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.wait()


if __name__ == "__main__":
    mail_peer.run(main)
