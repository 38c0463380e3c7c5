"""Rules kept as data: YAML files inside the packages, read strictly.

Reading is the same everywhere so that a mistake in a rule file fails at once, with file and line, and never at the
moment a screening needs the rule.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml


class RuleDataError(ValueError):
    """A rule file that does not hold together: ``file``, ``what`` is wrong and, where known, the entry."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}")
        self.file = file
        self.what = what


try:
    from yaml import CSafeLoader as _SafeLoader  # ten times as fast, and every process reads these files
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]


class _StrictLoader(_SafeLoader):
    """YAML without doubled keys, which the standard would let silently overwrite each other."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(package: str, name: str) -> dict[str, Any]:
    """The mapping in ``name`` of ``package``; raises ``RuleDataError`` for anything that is not one."""
    try:
        content = yaml.load(files(package).joinpath(name).read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise RuleDataError(name, str(error)) from error
    if not isinstance(content, dict):
        raise RuleDataError(name, "the file must hold a mapping")
    return content
