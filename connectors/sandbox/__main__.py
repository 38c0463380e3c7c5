"""``python -m connectors.sandbox``: serve the sandbox registers until stopped."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import uvicorn

from connectors.sandbox.server import REQUESTS_PER_MINUTE, app_for


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and serve. The port is written to ``--port-file`` once the socket listens."""
    parser = argparse.ArgumentParser(prog="python -m connectors.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 = any free port")
    parser.add_argument("--port-file", type=Path, help="file to write the port to")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--organisations", type=int, default=2000)
    parser.add_argument("--as-of", type=date.fromisoformat, default=datetime.now(UTC).date())
    parser.add_argument("--clock-file", type=Path, help="file that keeps the training clock over a restart")
    parser.add_argument("--requests-per-minute", type=int, default=REQUESTS_PER_MINUTE, help="limit of the VDM API")
    given = parser.parse_args(arguments)

    listener = socket.create_server((given.host, given.port), reuse_port=False)
    port = listener.getsockname()[1]
    app = app_for(given.seed, given.organisations, given.as_of, requests_per_minute=given.requests_per_minute)
    app.state.sandbox.keep_clock_in(given.clock_file)
    if given.port_file:
        partial = given.port_file.with_name(given.port_file.name + ".partial")
        partial.write_text(f"{port}\n")
        partial.replace(given.port_file)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2, date_header=False)
    )
    # uvicorn gives a caught signal back when it has stopped: then leave by the front door and tidy up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    try:
        server.run(sockets=[listener])
    finally:
        app.state.sandbox.close()
        if given.port_file:
            given.port_file.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
