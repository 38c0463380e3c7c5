"""``genomlys token`` and ``genomlys tenant``: who may ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from api.auth import TOKEN_ROLES
from api.cli.output import ACTOR, console, emit, refuse
from api.cli.session import default_tenant, opened
from screening.store import audit, tenants, tokens

app = typer.Typer(help="Make, list and revoke bearer tokens.", no_args_is_help=True)
tenant_app = typer.Typer(help="Make and list tenants: kommuner and municipal companies.", no_args_is_help=True)

TenantOption = Annotated[str | None, typer.Option(help="Tenant id; default the only one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose token it is, e.g. «upphandlingsenheten».")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(TOKEN_ROLES)}.")] = "officer",
    days: Annotated[int, typer.Option(min=1, help="Days until it expires.")] = 365,
    tenant: TenantOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token and print it once: only its hash is kept."""
    if role not in TOKEN_ROLES:
        refuse(f"there is no role {role!r}; the roles are {', '.join(TOKEN_ROLES)}")
    with opened() as runtime:
        chosen = default_tenant(runtime, tenant)
        with runtime.database.transaction(chosen, ACTOR) as session:
            expires = datetime.now(UTC) + timedelta(days=days)
            token = tokens.create(session, chosen, name, role, expires_at=expires)
            audit.append(session, ACTOR, "token.create", name, {"role": role})
    if as_json:
        emit({"token": token, "tenant": chosen, "name": name, "role": role, "expires_at": expires})
    else:
        console.print(token, highlight=False)


@app.command("list")
def list_tokens(tenant: TenantOption = None, as_json: JsonOption = False) -> None:
    """List tokens (never the tokens themselves)."""
    with opened() as runtime:
        chosen = default_tenant(runtime, tenant)
        with runtime.database.transaction(chosen, ACTOR) as session:
            found = tokens.list(session)
    if as_json:
        emit([{field: getattr(entry, field) for field in entry.__slots__} for entry in found])
        return
    table = Table("id", "name", "role", "made", "expires", "revoked", box=None, padding=(0, 2, 0, 0))
    for entry in found:
        moments = (entry.created_at, entry.expires_at, entry.revoked_at)
        table.add_row(
            entry.id, entry.name, entry.role, *(moment.date().isoformat() if moment else "–" for moment in moments)
        )
    console.print(table)


@app.command("revoke")
def revoke(identifier: Annotated[str, typer.Argument(help="The token's id.")], tenant: TenantOption = None) -> None:
    """Make a token invalid from now on."""
    try:
        UUID(identifier)
    except ValueError:
        refuse("that is not a token's id; see «genomlys token list»")
    with opened() as runtime:
        chosen = default_tenant(runtime, tenant)
        with runtime.database.transaction(chosen, ACTOR) as session:
            tokens.revoke(session, identifier)
            audit.append(session, ACTOR, "token.revoke", identifier, {})
    console.print(f"revoked {identifier}")


@tenant_app.command("create")
def create_tenant(
    identifier: Annotated[str, typer.Argument(help="Short id, e.g. «granby».")],
    name: Annotated[str, typer.Argument(help="Name, e.g. «Granby kommun».")],
    company: Annotated[
        bool, typer.Option("--company", help="A municipal company: not an authority, may hold no crime data.")
    ] = False,
) -> None:
    """Make a tenant."""
    with opened() as runtime, runtime.database.system(ACTOR) as session:
        made = tenants.create(session, identifier, name, is_authority=not company)
    console.print(f"{made.id}: {made.name}{'' if made.is_authority else ' (company)'}")


@tenant_app.command("list")
def list_tenants(as_json: JsonOption = False) -> None:
    """List tenants."""
    with opened() as runtime, runtime.database.system(ACTOR) as session:
        found = tenants.list(session)
    if as_json:
        emit([{"id": entry.id, "name": entry.name, "is_authority": entry.is_authority} for entry in found])
        return
    table = Table("id", "name", "authority", box=None, padding=(0, 2, 0, 0))
    for entry in found:
        table.add_row(entry.id, entry.name, "yes" if entry.is_authority else "no")
    console.print(table)
