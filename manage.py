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
        if sys.argv[1:2] == ["demo"]:
            environment.prepare_demo(private, sys.argv[2:])
        elif private.database_is_private:
            environment.set_defaults(private)
    except (engines.EngineError, OSError) as error:
        sys.exit(f"{error}")

    from django.core.management import execute_from_command_line  # after the settings' variables are set

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
