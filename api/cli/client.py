"""A small client of our own API, patient with an API that is being restarted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx


class Refused(Exception):
    """The API refused a request; the message is its own."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail", f"status {status}"))
        self.status = status
        self.problem = problem


class ApiClient:
    """Speaks ``/api/v1``. Every request that changes something is idempotent, so that it can be sent again."""

    def __init__(self, base_url: str, token: str, patience_seconds: float = 60.0) -> None:
        self._client = httpx.Client(
            base_url=base_url + "/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30.0,
            trust_env=False,
        )
        self._patience = patience_seconds

    def request(self, method: str, path: str, **arguments: Any) -> Any:
        """The JSON answer; waits out a server that is away or says 503.

        Raises:
            Refused: the API said no.
            TimeoutError: it stayed away longer than the client's patience.
        """
        deadline = time.monotonic() + self._patience
        while True:
            problem = ""
            try:
                response = self._client.request(method, path, **arguments)
                if response.status_code < 400:
                    return response.json() if response.content else None
                if response.status_code not in (502, 503, 500):
                    raise Refused(response.status_code, _json(response))
                problem = f"status {response.status_code}"
            except httpx.TransportError as error:
                problem = type(error).__name__
            if time.monotonic() > deadline:
                raise TimeoutError(f"the API did not answer {method} {path}: {problem}")
            time.sleep(0.2)

    def open_case(self, case: dict[str, Any], key: str) -> dict[str, Any]:
        """Open a case; the same ``key`` again gives the same case."""
        opened: dict[str, Any] = self.request("POST", "/cases", json=case, headers={"Idempotency-Key": key})
        return opened

    def hand_in(self, case: str, filename: str, content: bytes, party: str | None = None) -> dict[str, Any]:
        """Hand in an ownership file (BODS 0.4)."""
        answer: dict[str, Any] = self.request(
            "POST",
            f"/cases/{case}/evidence",
            files={"file": (filename, content, "application/json")},
            params={"party": party} if party else None,
        )
        return answer

    def hand_in_record(self, case: str, filename: str, content: bytes) -> dict[str, Any]:
        """Hand in a record of the municipality's own (CSV or XLSX)."""
        answer: dict[str, Any] = self.request(
            "POST", f"/cases/{case}/records", files={"file": (filename, content, "text/csv")}
        )
        return answer

    def start_screening(self, case: str) -> str:
        """Start a screening (or join the one under way) and give the run's id."""
        run: dict[str, Any] = self.request("POST", f"/cases/{case}/screenings")
        return str(run["id"])

    def wait(self, runs: list[tuple[str, str]], seen: Callable[[int, int | None], None], timeout: float) -> None:
        """Wait until every ``(case, run)`` is done.

        Raises:
            TimeoutError: some were not, within ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            states = [self.request("GET", f"/cases/{case}/runs/{run}") for case, run in runs]
            done = sum(state["done"] + state["failed"] for state in states)
            total = done + sum(state["pending"] for state in states)
            finished = all(state["state"] in ("done", "failed") for state in states)
            seen(done, total if finished else total + 1)
            if finished:
                return
            if time.monotonic() > deadline:
                waiting = [state["id"] for state in states if state["state"] not in ("done", "failed")]
                raise TimeoutError(f"{len(waiting)} of {len(runs)} screenings were not done within {timeout:.0f} s")
            time.sleep(0.15)

    def verdict(self, case: str) -> dict[str, Any]:
        """The newest screening of a case."""
        answer: dict[str, Any] = self.request("GET", f"/cases/{case}/verdict")
        return answer


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {"detail": f"status {response.status_code}"}
    return body if isinstance(body, dict) else {"detail": str(body)}
