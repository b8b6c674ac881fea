"""How each table is guarded: the class that a model declares decides what the application's role may do (I1).

record: select and insert. history: the same. derived: select only, written by the record's triggers.
state: everything but truncate. sealed: nothing; only functions of the database read and write it.
"""

from django.apps import apps
from django.db import models

RIGHTS = {
    "record": ("SELECT", "INSERT"),
    "history": ("SELECT", "INSERT"),
    "derived": ("SELECT",),
    "state": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "sealed": (),
}
OTHERS = {"django_migrations": "derived", "django_admin_log": "record"}


def table_class_of(model: type[models.Model]) -> str:
    """The declared class of a model's table; history tables and the framework's own tables need no declaration."""
    if hasattr(model, "history_object") or hasattr(model, "instance_type"):
        return "history"
    table = model._meta.db_table
    if table in OTHERS:
        return OTHERS[table]
    declared = model.__dict__.get("table_class")
    if declared is None and (model._meta.auto_created or model.__module__.startswith("django.")):
        return "state"
    if declared is None:
        raise LookupError(f"{model._meta.label} does not declare its table_class.")
    return declared


def classes_by_table() -> dict[str, str]:
    """Every table of the installed models with its class."""
    return {
        model._meta.db_table: table_class_of(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    } | {"django_migrations": "derived"}
