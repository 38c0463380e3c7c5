"""The sandbox's SSBT answers validate against Bolagsverket's published schemas."""

import importlib.util
import os
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from connectors.sandbox import ssbt
from connectors.sandbox.generator import Municipality, generate

pytestmark = pytest.mark.real

SHARED = Path(os.environ.get("GENOMLYS_SHARED", Path(__file__).parents[5] / "shared"))
SCHEMAS = SHARED / "samples" / "bolagsverket-ssbt" / "wsdl-xsd" / "schema"
if not SCHEMAS.is_dir():
    pytest.skip(f"{SCHEMAS} is absent: SSBT's schemas are not part of the product", allow_module_level=True)

_SPEC = importlib.util.spec_from_file_location(
    "asking", Path(__file__).parents[3] / "connectors" / "sandbox" / "asking.py"
)
assert _SPEC and _SPEC.loader
asking = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(asking)

AS_OF = date(2026, 11, 22)
STAMP = "2026-11-22T00:05:00.000+01:00"


def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name))


COMPANY = _schema("ssbtgu/GrundlaggandeUppgifter.xsd")
PERSON = _schema("ssbten/Engagemang.xsd")


@pytest.fixture(scope="module")
def municipality() -> Municipality:
    return generate(7, 2_000, AS_OF)


def _message(envelope: bytes) -> etree._Element:
    message = etree.fromstring(envelope)[0][0]
    return etree.fromstring(etree.tostring(message))


def test_the_requests_of_the_tests_are_valid() -> None:
    COMPANY.assertValid(_message(asking.company("5580072691")))
    PERSON.assertValid(_message(asking.person("196001019983")))


@pytest.mark.parametrize("moment", ["baseline", "as_of"])
def test_answers_about_companies(municipality: Municipality, moment: str) -> None:
    register = municipality.at(getattr(municipality, moment))
    ordinary = [each for index in range(250) if (each := register.ordinary.organisation(index))]
    for organisation in [*register.planted.values(), *ordinary]:
        asked = ssbt.parse(asking.company(organisation.number), "ssbtgu")
        COMPANY.assertValid(_message(ssbt.ssbtgu_answer(asked, organisation, STAMP)))


def test_answers_with_faults_inside() -> None:
    asked = ssbt.parse(asking.company("5560360793"), "ssbtgu")

    COMPANY.assertValid(_message(ssbt.ssbtgu_answer(asked, None, STAMP)))
    for kind in ("EjBehorig", "EjKomplettSvar", "OtillgangligUppgiftskalla", "Timeout", "Odefinierad"):
        failing = {"Bolagsverket": kind, "SCB": kind, "Skatteverket": kind}
        COMPANY.assertValid(_message(ssbt.ssbtgu_answer(asked, None, STAMP, failing)))


def test_answers_about_persons(municipality: Municipality) -> None:
    register = municipality.at(AS_OF)
    people = {number for each in register.planted.values() for number in each.board if len(number) == 12}
    traders = [number for number in register.ordinary.columns(0, 600).number if len(number) == 12]
    for number in [*sorted(people), *traders, "194001019993"]:
        asked = ssbt.parse(asking.person(number), "ssbten")
        PERSON.assertValid(_message(ssbt.ssbten_answer(asked, register.engagements(number), STAMP)))
        failing = {"Skatteverket": "OtillgangligUppgiftskalla"}
        PERSON.assertValid(_message(ssbt.ssbten_answer(asked, register.engagements(number), STAMP, failing)))


@pytest.mark.parametrize("service", ["ssbtgu", "ssbten"])
def test_faults_of_the_whole_call(service: str) -> None:
    schema = _schema(f"{service}/Servicefel.xsd")
    fault = _message(ssbt.service_fault(service, "OgiltigBegaran", "Begäran är ogiltig.", STAMP))

    schema.assertValid(etree.fromstring(etree.tostring(fault.find("detail")[0])))  # type: ignore[index]
