"""``python -m api.server``: the API on uvicorn with uvloop and httptools."""

from __future__ import annotations

import argparse

import uvicorn

from api.app import create_app
from api.settings import ApiSettings
from workers.logs import configure
from workers.runtime import open_runtime


def main(arguments: list[str] | None = None) -> None:
    """Serve until told to stop."""
    settings = ApiSettings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    options = parser.parse_args(arguments)
    configure()
    uvicorn.run(
        create_app(open_runtime(), settings),
        host=options.host,
        port=options.port,
        loop="uvloop",
        http="httptools",
        access_log=False,  # a log line a request would hold addresses; /metrics counts them instead
        log_config=None,
    )


if __name__ == "__main__":
    main()
