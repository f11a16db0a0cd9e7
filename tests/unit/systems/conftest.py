"""The tax bureau with software of its own, answering on this machine."""

from collections.abc import Iterator

import pytest

from tests.systems import Connected, Office, connect, running


@pytest.fixture
def office(settings) -> Iterator[Office]:
    """A department's machine, allowed to be sent to."""
    with running(Office()) as found:
        settings.SYSTEM_HOSTS = [found.host]
        yield found


@pytest.fixture
def tax(world, office) -> Connected:
    """The system of the tax bureau (SWJ), in use."""
    return connect(world.department("SWJ"), office.address)
