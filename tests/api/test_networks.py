"""The network of a case over the API: formats, days, paths."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any, get_args

import httpx
import pytest
from service import World

from api.routers.networks import FormatName
from graph.export import FORMATS

V1 = "/api/v1"


def path_of(world: World) -> str:
    return f"{V1}/cases/{world.cases['procurement']['id']}"


def some_link(world: World) -> tuple[str, str]:
    edges = world.officer.get(f"{path_of(world)}/graph").json()["elements"]["edges"]
    assert edges
    return edges[0]["data"]["source"], edges[0]["data"]["target"]


def test_every_format_can_be_asked_for() -> None:
    assert set(get_args(FormatName)) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_hold_the_same_links(world: World, name: str) -> None:
    answer = world.officer.get(f"{path_of(world)}/graph", params={"format": name})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == FORMATS[name].media_type.split(";")[0]
    assert answer.content


def test_a_day_before_anything_was_known_shows_the_parties_alone(world: World) -> None:
    elements = world.officer.get(f"{path_of(world)}/graph", params={"as_of": "1901-01-01"}).json()["elements"]
    assert elements["edges"] == []
    assert {node["data"]["id"] for node in elements["nodes"]} == {
        party["key"] for party in world.cases["procurement"]["parties"]
    }
    later = (date.today() + timedelta(days=400)).isoformat()
    assert world.officer.get(f"{path_of(world)}/graph", params={"as_of": later}).json()["as_of"] == later


def test_paths_are_told_in_both_languages_with_documents(world: World) -> None:
    start, end = some_link(world)
    found = world.officer.get(f"{path_of(world)}/paths", params={"from": start, "to": end}).json()
    first = found["paths"][0]
    assert len(first["hops"]) == 1
    assert first["text"]["sv"].startswith(found["from"]["name"])
    documents = {document["sha256"] for document in world.officer.get(f"{path_of(world)}/documents").json()}
    assert {evidence["document"] for hop in first["hops"] for evidence in hop["evidence"]} <= documents
    assert json.dumps(found).find("19900101") == -1


def test_organisation_numbers_are_taken_with_and_without_hyphen(world: World) -> None:
    keys = [party["key"] for party in world.cases["procurement"]["parties"]][:2]
    numbers = [key.removeprefix("SE:ORG:") for key in keys]
    asked = {"from": f"{numbers[0][:6]}-{numbers[0][6:]}", "to": numbers[1]}
    answer = world.officer.get(f"{path_of(world)}/paths", params=asked)
    assert answer.status_code == 200
    assert [answer.json()[end]["key"] for end in ("from", "to")] == keys


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"from": "199001019802", "to": "5580000015"}, 422),
        ({"from": "nobody", "to": "5580000015"}, 422),
        ({"from": "5590000005", "to": "5590000005"}, 404),
        ({"from": "5580000015"}, 422),
    ],
)
def test_ends_that_cannot_be_used(world: World, asked: dict[str, str], status: int) -> None:
    answer: httpx.Response = world.officer.get(f"{path_of(world)}/paths", params=asked)
    assert answer.status_code == status
    body: dict[str, Any] = answer.json()
    assert "9802" not in json.dumps(body)
