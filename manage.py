#!/usr/bin/env python3
"""Runs Django's commands for duty_desk: on the servers that are given, else on what `make run` has started here."""

import os
import sys

GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "DUTY_DESK_MODE")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from ops.machine import Trouble, var_dir
    from ops.services import joined

    try:
        if not any(name in os.environ for name in GIVEN):
            os.environ.update({name: value for name, value in joined(var_dir()).items() if name not in os.environ})
        execute_from_command_line(sys.argv)
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OperationalError as error:
        if not str(error).startswith("connection to server"):
            raise
        sys.exit(f"{error}The database cannot be reached: start duty_desk with `make run`, or give DATABASE_URL.")


if __name__ == "__main__":
    main()
