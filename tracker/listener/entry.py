"""The mail entry as a process: listens where MAIL_LISTEN says until it is asked to end. What is not answered by then, its sender keeps."""
from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

from flask import Flask

from tracker.listener.intake import Intake
from tracker.listener.protocol import Door, conversation


def run(app: Flask, listening: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT; tells its address once it listens. Raises OSError where the address cannot be taken."""
    # aiosmtpd tells of every command.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(_serve(app, listening))


async def _serve(app: Flask, listening: Callable[[str], None]) -> None:
    settings = app.extensions["settings"]
    url, loop, end = urlsplit(settings.mail_listen), asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    spool = settings.files_dir / "incoming"
    spool.mkdir(parents=True, exist_ok=True)
    peers = tuple(ip_network(peer) for peer in parse_qs(url.query).get("from", [""])[0].split(",") if peer)
    door = Door(Intake(app), str(spool), peers)
    server = await loop.create_server(conversation(url.scheme, door, socket.gethostname()), url.hostname, url.port)
    listening(f"{url.scheme}://{url.hostname}:{url.port}")
    try:
        await end.wait()
    finally:
        server.close()
