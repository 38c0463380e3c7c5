"""A list's entry as the record that ``graph.matching.pairs`` compares: FollowTheMoney properties, by name."""

from __future__ import annotations

from graph.model import ListedSchema, ListEntry

_NAME_PROPERTY = {"former": "previousName", "alias": "alias", "original_script": "alias"}


def entry_properties(entry: ListEntry) -> dict[str, list[str]]:
    """Everything that ``entry`` states, each value once, in the list's order; without values, no property."""
    properties: dict[str, list[str]] = {}

    def add(name: str, *values: str | None) -> None:
        properties.setdefault(name, []).extend(value for value in values if value)

    for listed in entry.names:
        add("weakAlias" if listed.weak else _NAME_PROPERTY.get(listed.kind, "name"), listed.name)
    for date in entry.birth_dates:
        add("birthDate", *date.split("/"))
    add("nationality" if entry.schema is ListedSchema.PERSON else "country", *entry.countries)
    add("address", *entry.addresses)
    add("registrationNumber", *entry.swedish_numbers)
    add("idNumber", *(number for _, number in entry.identifiers))
    add("programId", *entry.programmes)
    add("notes", entry.remarks)
    add("topics", "sanction")
    return {name: list(dict.fromkeys(values)) for name, values in properties.items() if values}


def entry_name(entry: ListEntry) -> str:
    """What ``entry`` is called first, or its id where the list names nobody."""
    return entry.names[0].name if entry.names else entry.entry
