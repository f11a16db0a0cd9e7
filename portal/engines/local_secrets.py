"""Secrets of a machine that runs private engines: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from portal.engines.files import write_privately
from portal.engines.locks import alone


def _field_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": _field_key,  # a Fernet key; several, separated by commas, when keys are rotated
}


def provide(var: Path) -> None:
    """Put SECRET_KEY and FIELD_KEYS into the environment unless they are there, from `var`/secrets.env."""
    missing = [name for name in MAKERS if not os.environ.get(name)]
    if not missing:
        return
    path = var / "secrets.env"
    with alone(var / "engines" / "secrets.lock", seconds=20):
        kept = _read(path)
        new = {name: MAKERS[name]() for name in missing if name not in kept}
        if new:
            kept.update(new)
            write_privately(path, "".join(f"{name}={value}\n" for name, value in kept.items()))
    os.environ.update({name: kept[name] for name in missing})


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return dict(pairs)  # type: ignore[arg-type]
