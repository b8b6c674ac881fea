"""Statements written by hand, for what runs at every page: the columns of a model, and its object made of their values.

The ORM builds the same statement anew each time, and the database plans it anew; for a page's first questions both cost
more than to answer them (docs/decisions/0022).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.models import JSONField, Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


# What each kept connection has prepared, or None where that cannot be; it goes with the connection.
_prepared: WeakKeyDictionary[Any, set[str] | None] = WeakKeyDictionary()


# PostgreSQL's codes for a prepared statement that is not there, that is there already, and that reads other columns by now.
NOT_PREPARED = ("26000", "42P05", "0A000")


# What every field but one of JSON hands on unchanged: half of what an insert cost was to ask each of forty whether it does.
TAKEN_AS_THEY_ARE = {str, int, bool, datetime, type(None)}


class Statement:
    """A statement with named parameters that each connection prepares once, so that the database plans it once."""

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        self._sql = sql
        places = {name: f"${at}" for at, name in enumerate(types, start=1)}
        self._name = "page_" + hashlib.sha256(sql.encode()).hexdigest()[:24]
        self._prepare = f"PREPARE {self._name} ({', '.join(types.values())}) AS {sql % places}"
        self._execute = f"EXECUTE {self._name} ({', '.join(f'%({name})s' for name in types)})"

    def one(self, values: Mapping[str, Any]) -> Any:
        """The first row that the statement gives with these values, or None."""
        server = connections[DEFAULT_DB_ALIAS]
        with server.cursor() as cursor:
            self._ask(server, cursor, values)
            return cursor.fetchone()

    def all(self, values: Mapping[str, Any]) -> list[Any]:
        """All rows that the statement gives with these values."""
        server = connections[DEFAULT_DB_ALIAS]
        with server.cursor() as cursor:
            self._ask(server, cursor, values)
            return cursor.fetchall()

    def _ask(self, server: Any, cursor: Any, values: Mapping[str, Any]) -> None:
        # A refusal would spoil the caller's transaction: within one it is sent as it is.
        if server.in_atomic_block or not self._answered(server, cursor, values):
            cursor.execute(self._sql, values)

    def _answered(self, server: Any, cursor: Any, values: Mapping[str, Any]) -> bool:
        """Whether the prepared statement gave its row.

        Behind a pooler, which may hand us another connection each time, and after a migration that changes what is
        read, it cannot: then nothing is prepared on this connection any more.
        """
        names = _prepared.setdefault(server.connection, set())
        if names is None:
            return False
        try:
            if self._name not in names:
                cursor.execute(self._prepare)
                names.add(self._name)
            cursor.execute(self._execute, values)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) not in NOT_PREPARED:
                raise
            _prepared[server.connection] = None
            return False
        return True


class Columns(Generic[M]):
    """A model's columns in their order, and its objects read from them; what is left `out` is read when it is asked for."""

    def __init__(self, model: type[M], *, out: Sequence[str] = (), only: Sequence[str] = ()) -> None:
        self._model, self._out, self._only = model, frozenset(out), frozenset(only)

    @cached_property
    def _fields(self) -> list[Any]:
        fields = self._model._meta.concrete_fields
        return [each for each in fields if each.name not in self._out and (not self._only or each.name in self._only)]

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _converters(self) -> list[tuple[int, Any]]:
        return [(at, field.from_db_value) for at, field in enumerate(self._fields) if hasattr(field, "from_db_value")]

    def of(self, alias: str) -> str:
        """The columns for a SELECT, of the table by that alias."""
        return ", ".join(f'{alias}."{field.column}"' for field in self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def read(self, values: Sequence[Any]) -> M:
        """The object that these values of the columns say, as the ORM would have read it."""
        row = list(values)
        for at, convert in self._converters:
            row[at] = convert(row[at], None, connection)
        return self._made(row)

    def insertion(self, given_back: Sequence[str], usual: Sequence[str]) -> "Insertion[M]":
        """What adds such objects and gives some columns back; `usual` are those columns that most of them say anything in."""
        return Insertion(self._model, [field for field in self._fields if not field.primary_key], given_back, usual)

    def new(self, **values: Any) -> M:
        """An object that is not stored yet, of these values; what is not among them is as the model has it by default.

        The same as the model's own constructor makes, at a third of its cost. Raises TypeError for a value that the model does not have.
        """
        made = self._model.__new__(self._model)
        made._state = ModelState()
        held = made.__dict__
        fixed, fresh = self._defaults
        held.update(fixed)
        held.update((name, make()) for name, make in fresh)
        for name, value in values.items():
            if name in held:
                held[name] = value
            elif name in self._relations:
                # What the descriptor does, but for its checks of what stands there and for the other side of it, which is nobody's yet.
                held[self._relations[name]] = None if value is None else value.pk
                made._state.fields_cache[name] = value
            else:
                raise TypeError(f"{self._model.__name__} has no {name}.")
        return made

    @cached_property
    def _defaults(self) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
        """What every new object begins with, and what is made anew for each."""
        fields = self._model._meta.concrete_fields
        fresh = [(field.attname, field.get_default) for field in fields if field.has_default() and callable(field.default)]
        made_anew = {name for name, _make in fresh}
        return {field.attname: field.get_default() for field in fields if field.attname not in made_anew}, fresh

    @cached_property
    def _relations(self) -> dict[str, str]:
        return {field.name: field.attname for field in self._fields if field.is_relation}

    def read_json(self, row: dict[str, Any]) -> M:
        """The object of one row that the database sent as JSON (`row_to_json`, `json_agg`)."""
        return self._made([_plain(field, row[field.column]) for field in self._fields])

    def _made(self, values: Sequence[Any]) -> M:
        """What `from_db` makes, at a fifth of its cost: our models neither listen to their making nor have an `__init__` of their own."""
        made = self._model.__new__(self._model)
        made._state = ModelState()
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        made.__dict__.update(zip(self._names, values, strict=True))
        return made


class Insertion(Generic[M]):
    """Adds objects by prepared statements: one that names only the columns that most objects say anything in, and one for all.

    Each value is read, written and read again on its way: three dozen of them, most of which say nothing, were a tenth of an insert.
    """

    def __init__(self, model: type[M], fields: Sequence[Any], given_back: Sequence[str], usual: Sequence[str]) -> None:
        self._model, self._fields, self._back = model, fields, given_back
        self._usual = [field for field in fields if field.attname in usual]
        self._rest = [field for field in fields if field.attname not in usual]

    def of(self, row: M) -> Any:
        """Adds the object and gives the columns back that the database fills."""
        # A single column less would not be worth a statement of its own.
        short = len(self._rest) > 1 and self._said_in_the_rest(row) == self._nothing
        statement, told = self._short if short else self._whole
        return statement.one(_values(row, told))

    @cached_property
    def _said_in_the_rest(self) -> Any:
        return attrgetter(*[field.attname for field in self._rest])

    @cached_property
    def _nothing(self) -> tuple[Any, ...]:
        return tuple(field.get_default() for field in self._rest)

    @cached_property
    def _whole(self) -> tuple[Statement, list[tuple[str, Any, bool]]]:
        return self._telling(self._fields)

    @cached_property
    def _short(self) -> tuple[Statement, list[tuple[str, Any, bool]]]:
        return self._telling(self._usual)

    def _telling(self, told: Sequence[Any]) -> tuple[Statement, list[tuple[str, Any, bool]]]:
        """The statement that tells these columns, and what `_values` needs of each. Columns that are not told are named with what the model has by default: the database has none of its own."""
        places = [f"%({field.attname})s" if field in told else _literal(field) for field in self._fields]
        listed = ", ".join(f'"{field.column}"' for field in self._fields)
        back = ", ".join(f'"{self._model._meta.get_field(name).column}"' for name in self._back)
        sql = f'INSERT INTO "{self._model._meta.db_table}" ({listed}) VALUES ({", ".join(places)}) RETURNING {back}'
        types = {field.attname: field.db_type(connection).partition("(")[0] for field in told}
        return Statement(sql, types), [(field.attname, field, isinstance(field, JSONField)) for field in told]


def _values(row: Model, told: Sequence[tuple[str, Any, bool]]) -> dict[str, Any]:
    """The values of these columns of the object as the database takes them."""
    given = {}
    for name, field, is_json in told:
        value = getattr(row, name)
        given[name] = value if type(value) in TAKEN_AS_THEY_ARE and not is_json else field.get_db_prep_save(value, connection)
    return given


def _literal(field: Any) -> str:
    said = connection.ops.compose_sql("%s", [field.get_db_prep_save(field.get_default(), connection)])
    return str(said).replace("%", "%%")


def _plain(field: Any, value: Any) -> Any:
    return field.to_python(value) if isinstance(value, str) else value
