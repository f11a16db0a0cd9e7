"""Run uv with the package sources and certificates that the user's pip is configured to use.

uv reads its own configuration only. A machine that reaches packages through a mirror usually says so to
pip, so what pip knows is passed on; a UV_* variable that the user has set already wins.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys

LIST_VALUED = {"extra-index-url", "find-links", "trusted-host"}
UV_VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
}


def pip_settings() -> dict[str, list[str]]:
    """Read pip's merged configuration; environment variables come last and therefore win."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    settings: dict[str, list[str]] = {}
    for line in sorted(listing.splitlines(), key=_precedence):
        name, separator, quoted = line.partition("=")
        option = name.rpartition(".")[2]
        if separator and option in UV_VARIABLES:
            text = str(ast.literal_eval(quoted))
            settings[option] = text.split() if option in LIST_VALUED else [text]
    return settings


def _precedence(line: str) -> int:
    return 2 if line.startswith(":env:") else 1 if line.startswith("install.") else 0


def uv_environment() -> dict[str, str]:
    """Translate pip's configuration into uv's variables, and pip's rule that the best of all sources wins."""
    environment = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1"}
    for option, values in pip_settings().items():
        variable, separator = UV_VARIABLES[option]
        environment[variable] = separator.join(values)
    return {**environment, **os.environ}


if __name__ == "__main__":
    command = [os.path.join(os.path.dirname(sys.executable), "uv"), *sys.argv[1:]]
    os.execve(command[0], command, uv_environment())
