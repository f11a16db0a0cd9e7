"""Whatever a program sends, the API answers as its schema says, and never breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from rest_framework.authtoken.models import Token
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.models import Message, OfficialDocument

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 2}


@pytest.fixture(autouse=True)
def _keep_the_connection() -> Iterator[None]:
    """Have the WSGI application leave the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def portal() -> Callable[[dict, Callable], list[bytes]]:
    """Return the portal as a WSGI application that closes every file behind it."""
    application = get_wsgi_application()

    def answered(environ: dict, start_response: Callable) -> list[bytes]:
        answer = application(environ, start_response)
        try:
            return list(answer)
        finally:
            answer.close()

    return answered


def operations():
    schema = schemathesis.openapi.from_wsgi("/api/schema/", portal())
    return [result.ok() for result in schema.get_all_operations()]


def records(world) -> dict[str, list[int]]:
    """Return real ids to ask for, of applications at every point of the road and what belongs to them."""
    applications = [
        world.draft("B01"),
        world.submitted(),
        world.accepted("SCJG-007"),
        world.ready("SCJG-001", by_courier=True),
        world.closed("SCJG-001"),
    ]
    materials = [row for each in applications for row in each.materials.all()]
    waiting = applications[3].delivery
    return {
        "applications": [each.pk for each in applications],
        "materials": [row.pk for row in materials],
        "attachments": [file.pk for row in materials for file in row.attachments.all()],
        "documents": list(OfficialDocument.objects.values_list("pk", flat=True)),
        "messages": list(Message.objects.values_list("pk", flat=True)),
        "tasks": [world.task(applications[2]).pk],
        "decisions": [applications[3].cases.get().decision.pk],
        "deliveries": [waiting.pk],
        "shipments": [waiting.shipment.pk],
        "handovers": [applications[4].delivery.handover.pk],
    }


def aimed(case: Case, known: dict[str, list[int]]) -> Case:
    """Aim two requests of three at a record that exists."""
    resource = case.path.split("/")[3]
    parameters = case.path_parameters or {}
    name = next((name for name in ("id", "pk") if isinstance(parameters.get(name), int)), None)
    if name and known.get(resource) and parameters[name] % 3:
        parameters[name] = known[resource][parameters[name] % len(known[resource])]
    return case


@pytest.mark.parametrize(("who", "under"), [("citizen", "/"), ("clerk", "/"), ("reviewer", "/tasks/")])
def test_operations_answer_as_the_schema_says(world, who, under):
    people = {"citizen": world.citizen.user, "clerk": world.clerk, "reviewer": world.reviewer("SCJG")}
    token, _ = Token.objects.get_or_create(user=people[who])
    known = records(world)
    asked = [operation for operation in operations() if under in operation.path]
    answered: set[int] = set()

    def ask(case: Case) -> None:
        headers = {"Authorization": f"Token {token.key}"}
        response = aimed(case, known).call(headers=headers)
        answered.add(response.status_code)
        if response.status_code == 401:  # the token was given back: the schema says how
            Token.objects.get_or_create(user=people[who], key=token.key)
        case.validate_response(response, checks=CHECKS, headers=headers)

    for operation in asked:
        _try(operation, GenerationMode.POSITIVE, ask)
        with suppress(Unsatisfiable):  # where nothing is asked, nothing can be wrong
            _try(operation, GenerationMode.NEGATIVE, ask)

    assert len(asked) > (40 if under == "/" else 6)
    assert {200, 404, 422} <= answered


def _try(operation, mode: GenerationMode, ask: Callable[[Case], None]) -> None:
    @settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def every(case: Case) -> None:
        ask(case)

    every()


def test_schema_is_valid_and_the_document_is_its_copy():
    call_command("api_schema", check=True)
