"""Schema changes of a migration made together: the models of the whole product are drawn once for all of them, not once for each.

Django draws every related model anew after each operation. All models here are related through desk and person, so that
a first run spent four fifths of its time on it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    CreateModel,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

FITTING = (AddConstraint, AddField, AddIndex, AlterField, AlterModelOptions, CreateModel)


def together(operations: Iterable[Operation]) -> list[Operation]:
    """The operations in their order, each run of two or more plain schema changes as one."""
    found: list[Operation] = []
    run: list[Operation] = []
    for operation in [*operations, None]:
        if operation is not None and type(operation) in FITTING:
            run.append(operation)
            continue
        found += [Together(run)] if len(run) > 1 else run
        run = []
        found += [operation] if operation is not None else []
    return found


class Together(Operation):
    """Several operations, between which nobody looks at the models."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """As migrations are written."""
        return self.__class__.__name__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Changes the state without drawing any model; whoever asks next draws them all."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Each in its turn. A model made here is made as it is at the end: with the fields, indexes and constraints added to it."""
        for operation in self._on_their_own():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Each in its turn, from the last to the first. What was added to a model made here goes with its table."""
        for operation in reversed(self._on_their_own()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def _on_their_own(self) -> list[Operation]:
        made = {operation.name.lower() for operation in self.operations if isinstance(operation, CreateModel)}
        return [each for each in self.operations if str(getattr(each, "model_name", "")).lower() not in made]

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return "; ".join(operation.describe() for operation in self.operations)
