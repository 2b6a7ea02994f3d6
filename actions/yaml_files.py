"""YAML read strictly: every error of every file at once, each with file, line and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)
_SHAPES: dict[type, str] = {dict: "keys with their values ('key: value')", list: "a list ('- item')"}
_DAYS = yaml.constructor.SafeConstructor()
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser, where PyYAML was built with it


def load(text: str) -> Any:
    """Plain data of a trusted text, with the fast parser where there is one. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, in C


class Strict(BaseModel):
    """A record of a data file: immutable, and no key that is not in its schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class BrokenData(Exception):
    """One or more data files cannot be used. `errors` holds one sentence each, with file and line."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


@dataclass(slots=True)
class Errors:
    """Collects what is wrong, so that a person can mend everything in one go."""

    found: list[str] = field(default_factory=list)

    def add(self, path: Path, line: int, sentence: str) -> None:
        """Note one fault at a line (1 = first) of a file."""
        self.found.append(f"{path}:{line}: {sentence}")

    def raise_if_any(self) -> None:
        """Raise BrokenData with everything found so far; return quietly when there is nothing."""
        if self.found:
            raise BrokenData(self.found)


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file: its data, and the line of every key and item in it."""

    path: Path
    data: Any
    lines: Mapping[tuple[str | int, ...], int]

    def line(self, *where: str | int) -> int:
        """The line of the place `where` (keys and indices), or of its nearest parent."""
        for end in range(len(where), 0, -1):
            if (line := self.lines.get(where[:end])) is not None:
                return line
        return 1


def read(path: Path, errors: Errors, shape: type = dict) -> Document | None:
    """Parse one file that holds a mapping or, with shape=list, a list. What is wrong goes to `errors`; then None."""
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            errors.add(path, 1, "the file is empty; write at least one entry or remove the file")
            return None
        before = len(errors.found)
        lines = dict(_walk(node, (), path, errors))
        if len(errors.found) > before:
            return None
        data = loader.construct_document(node)
        if isinstance(data, shape):
            return Document(path, data, lines)
        errors.add(path, 1, f"the file must hold {_SHAPES[shape]}; write it so")
    except UnicodeDecodeError:
        errors.add(path, 1, "this is not UTF-8 text; save the file as UTF-8")
    except OSError as error:
        errors.add(path, 1, f"the file cannot be read ({error.strerror}); put it there")
    except (ValueError, RecursionError) as error:
        errors.add(path, 1, f"a value cannot be read ({error}); mend it")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read as YAML"
        errors.add(path, mark.line + 1 if mark else 1, f"{problem}; mend the YAML here")
    return None


def _walk(
    node: yaml.Node, where: tuple[str | int, ...], path: Path, errors: Errors
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    yield where, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            _check_day(key, path, errors)
            if name in seen:
                errors.add(path, key.start_mark.line + 1, f"'{name}' stands here twice; keep one")
            seen.add(name)
            yield (*where, name), key.start_mark.line + 1
            for place, line in _walk(value, (*where, name), path, errors):
                if place != (*where, name):
                    yield place, line
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*where, index), path, errors)
    else:
        _check_day(node, path, errors)


def _check_day(node: yaml.Node, path: Path, errors: Errors) -> None:
    """YAML takes anything written like a day for one, and then breaks on the thirteenth month."""
    if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:timestamp":
        try:
            _DAYS.construct_yaml_timestamp(node)
        except ValueError:
            errors.add(path, node.start_mark.line + 1, f"{node.value} is not a day; write one such as 2026-11-22")


def validate(
    model: type[Model], data: Any, document: Document, where: tuple[str | int, ...], errors: Errors
) -> Model | None:
    """One record as `model`; what does not fit goes to `errors` with its line, and the answer is None."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in (*where, *fault["loc"]))
            line = document.line(*where, *fault["loc"])
            errors.add(document.path, line, f"{place}: {_plain_words(fault['type'], fault['msg'], model)}")
        return None


def _plain_words(kind: str, message: str, model: type[BaseModel]) -> str:
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        return f"is not a key here; use one of {', '.join(model.model_fields)}"
    return message[0].lower() + message[1:]
