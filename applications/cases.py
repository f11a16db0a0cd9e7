"""The cases of one application as acts on it read them."""

from django.db.models import Exists, OuterRef

from applications.models import Application, Case, CaseDependency
from core.prepared import Prepared
from matters.models import MatterVersion
from matters.selectors import version_filed

_OF_APPLICATION = Prepared(
    lambda application: (
        Case.objects.filter(application=application)
        .select_related("version__matter__department")
        .annotate(follows=Exists(CaseDependency.objects.filter(case=OuterRef("pk"))))
        .order_by("order")
    )
)


_PLAIN = Prepared(lambda application: Case.objects.filter(application=application).order_by("order"))


def versions_of(application: Application) -> list[MatterVersion]:
    """Return under which versions a submitted application was filed, in the order of its cases; read once in an act."""
    if "versions_read" not in vars(application):
        vars(application)["versions_read"] = [
            version_filed(case.version_id) for case in _PLAIN.ask(application.pk)
        ]
    return vars(application)["versions_read"]


def cases_of(application: Application) -> list[Case]:
    """Return the cases of an application the caller has locked or read for a viewer, in their order.

    Each with its version, matter and department; `follows` says whether it waits for another one.
    """
    cases = _OF_APPLICATION.ask(application.pk)
    for case in cases:
        case.application = application
    vars(application)["versions_read"] = [case.version for case in cases]
    return cases
