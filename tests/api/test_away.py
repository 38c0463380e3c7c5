"""What the API says when its database and queue are away: 503, and that it lives."""

import asyncio

import httpx
from service import problem

from api.app import create_app
from api.settings import ApiSettings
from connectors.settings import ConnectorSettings
from screening.store.database import Database
from screening.store.keys import Keyring
from workers.runtime import Runtime
from workers.settings import WorkerSettings


def test_without_a_database_it_lives_but_is_not_ready(keyring: Keyring) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", keyring)
    runtime = Runtime(nowhere, keyring, ConnectorSettings(), WorkerSettings(), "redis://127.0.0.1:1")
    app = create_app(runtime, ApiSettings())

    async def ask(path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            return await client.get(path, headers={"Authorization": "Bearer x"})

    assert asyncio.run(ask("/healthz")).status_code == 200
    state = asyncio.run(ask("/readyz"))
    assert state.status_code == 503
    assert state.json()["database"] != "ok"
    assert state.json()["queue"] != "ok"
    for path in ("/api/v1/cases", "/api/v1/cases/8c1f6f0e-9f0c-4b7e-8a55-0d9a1f2f7c11/verdict", "/metrics"):
        answer = asyncio.run(ask(path))
        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"]
    nowhere.close()
