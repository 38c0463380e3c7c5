"""What can be reconciled against and by what: types, properties, and how an entity is named.

An organisation of the register is named by its ten digits, an entry of a list as yente's clients name it (``un_sc-1``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from graph.model import ListedSchema
from graph.text import Text

IDENTIFIER_SPACE = "urn:genomlys:entity:"
SCHEMA_SPACE = "urn:genomlys:type:"


class Type(StrEnum):
    """What an entity is; the values are the API's type ids."""

    ORGANISATION = "organisation"
    LISTED_ORGANISATION = "listed_organisation"
    LISTED_PERSON = "listed_person"
    LISTED_VESSEL = "listed_vessel"
    LISTED_AIRCRAFT = "listed_aircraft"


class Property(StrEnum):
    """What is known of an entity; the values are the API's property ids."""

    NAME = "name"
    ORGANISATION_NUMBER = "organisation_number"
    LEGAL_FORM = "legal_form"
    DEREGISTERED_ON = "deregistered_on"
    ADDRESS = "address"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    BIRTH_DATE = "birth_date"
    COUNTRY = "country"
    LIST = "list"
    PROGRAMME = "programme"


TYPES: Mapping[Type, Text] = {
    Type.ORGANISATION: Text("Organisation i registret", "Organisation in the register"),
    Type.LISTED_ORGANISATION: Text("Organisation på en sanktionslista", "Organisation on a sanctions list"),
    Type.LISTED_PERSON: Text("Person på en sanktionslista", "Person on a sanctions list"),
    Type.LISTED_VESSEL: Text("Fartyg på en sanktionslista", "Vessel on a sanctions list"),
    Type.LISTED_AIRCRAFT: Text("Luftfartyg på en sanktionslista", "Aircraft on a sanctions list"),
}
PROPERTIES: Mapping[Property, Text] = {
    Property.NAME: Text("Namn", "Name"),
    Property.ORGANISATION_NUMBER: Text("Organisationsnummer", "Organisation number"),
    Property.LEGAL_FORM: Text("Organisationsform", "Legal form"),
    Property.DEREGISTERED_ON: Text("Avregistrerad", "Deregistered on"),
    Property.ADDRESS: Text("Adress", "Address"),
    Property.POSTAL_CODE: Text("Postnummer", "Postal code"),
    Property.CITY: Text("Postort", "City"),
    Property.BIRTH_DATE: Text("Födelsedatum", "Date of birth"),
    Property.COUNTRY: Text("Land (två bokstäver)", "Country (two letters)"),
    Property.LIST: Text("Lista", "List"),
    Property.PROGRAMME: Text("Sanktionsprogram", "Sanctions programme"),
}
ASKED_BY = (
    Property.NAME,
    Property.ORGANISATION_NUMBER,
    Property.ADDRESS,
    Property.POSTAL_CODE,
    Property.CITY,
    Property.BIRTH_DATE,
    Property.COUNTRY,
)
"""Properties that a query may be narrowed by; others are no reason to choose one candidate before another."""

LISTED: Mapping[Type, ListedSchema] = {
    Type.LISTED_ORGANISATION: ListedSchema.ORGANISATION,
    Type.LISTED_PERSON: ListedSchema.PERSON,
    Type.LISTED_VESSEL: ListedSchema.VESSEL,
    Type.LISTED_AIRCRAFT: ListedSchema.AIRCRAFT,
}
TYPE_OF: Mapping[ListedSchema, Type] = {schema: kind for kind, schema in LISTED.items()}

_OF_REGISTER = (
    Property.NAME,
    Property.ORGANISATION_NUMBER,
    Property.LEGAL_FORM,
    Property.DEREGISTERED_ON,
    Property.ADDRESS,
    Property.POSTAL_CODE,
    Property.CITY,
)
_OF_LISTS = (Property.NAME, Property.LIST, Property.PROGRAMME, Property.COUNTRY, Property.ADDRESS)


def properties_of(kind: Type) -> tuple[Property, ...]:
    """The properties that entities of a type have."""
    if kind is Type.ORGANISATION:
        return _OF_REGISTER
    if kind is Type.LISTED_PERSON:
        return (*_OF_LISTS, Property.BIRTH_DATE)
    if kind is Type.LISTED_ORGANISATION:
        return (*_OF_LISTS, Property.ORGANISATION_NUMBER)
    return _OF_LISTS
