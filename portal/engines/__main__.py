"""`python -m portal.engines forget`: delete the private engines' data, unless somebody uses it."""

from __future__ import annotations

import sys

from portal.engines import forget, var_directory
from portal.engines.files import Files
from portal.engines.locks import is_held_alone
from portal.engines.servers import SERVERS


def main(arguments: list[str]) -> int:
    """Forget the engines; refuse while a keeper lives."""
    if arguments != ["forget"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    control = var_directory() / "engines"
    if control.exists() and any(is_held_alone(Files(control, name).keeper) for name in SERVERS):
        sys.stderr.write("The private engines are in use; end the demo or the tests first.\n")
        return 1
    forget(var_directory())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
