"""The runtime a command works with: the services already running on this state directory, or those that it starts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from api.cli.output import ACTOR, Exit, refuse
from api.machine import Machine, state_directory
from api.settings import ApiSettings
from screening.store import tenants
from screening.store.database import DatabaseProblem
from screening.store.embedded import EmbeddedPostgresError
from screening.store.errors import StoreError
from screening.store.keys import KeyProblem
from workers.runtime import Runtime, open_runtime
from workers.supervisor import AlreadyRunningError

DEFAULT_TENANT = "kommun"


@contextmanager
def opened(directory: Path | None = None, *, keep_engines: bool = True) -> Iterator[Runtime]:
    """A runtime on the embedded engines (started if need be) or on those that the environment names.

    The engines are left running: starting them costs a second, and another command may be using them.
    """
    settings = ApiSettings()
    where = directory or state_directory(settings)
    try:
        machine = Machine(where, settings)
        engines = machine.engines()
        os.environ.update(machine.environment)
        runtime = open_runtime(where)
        runtime.database.upgrade()
        try:
            yield runtime
        finally:
            runtime.database.close()
            if not keep_engines:
                for engine in reversed(engines):
                    engine.stop()
    except typer.Exit:  # a RuntimeError too: the command has said what it had to say
        raise
    except (EmbeddedPostgresError, DatabaseProblem, KeyProblem, AlreadyRunningError, RuntimeError) as problem:
        refuse(str(problem), Exit.FAILED)
    except StoreError as problem:
        refuse(str(problem))


def default_tenant(runtime: Runtime, given: str | None = None) -> str:
    """The tenant that was given; else the only one, or one made for a first use on one's own machine.

    ``GENOMLYS_TENANT`` chooses among several.
    """
    with runtime.database.system(ACTOR) as session:
        known = [tenant.id for tenant in tenants.list(session)]
        chosen = given or os.environ.get("GENOMLYS_TENANT")
        if chosen:
            if chosen not in known:
                refuse(f"there is no tenant {chosen}; make it with «genomlys tenant create»")
            return chosen
        if len(known) > 1:
            refuse(f"there are several tenants ({', '.join(sorted(known))}); choose one with GENOMLYS_TENANT")
        if known:
            return known[0]
        return tenants.create(session, DEFAULT_TENANT, "Kommunen", is_authority=True).id
