#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL or REDIS_URL it uses private engines of this checkout."""

import os
import sys

from portal import engines
from portal.demo import environment


def main() -> None:
    """Start or attach to the private engines, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        private = engines.ensure()
    except engines.EngineError as error:
        sys.exit(f"{error}")
    if sys.argv[1:2] == ["demo"]:
        environment.open_door(sys.argv[2:])
    if private.database_is_private or sys.argv[1:2] == ["demo"]:
        environment.set_defaults(private)

    from django.core.management import execute_from_command_line  # after the settings' variables are set

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
