"""The one application form of an application: written by the system from what was typed, for all matters that ask a form."""

from datetime import datetime

from applications import papers
from applications.models import Application, ApplicationMaterial, Attachment
from applications.services.uploads import keep
from core.documents.typesetting import typeset
from core.models import User
from core.uploads import PDF, SUFFIXES
from matters.enums import Disposition

KEY = "~application-form"  # no material of a guide is called so
NAME = "申请表（系统生成）"


def attach_form(*, application: Application, by: User, now: datetime) -> Attachment | None:
    """Write the application form in the place of every form that the system can write, and attach it for reviewers.

    Returns None where no matter asks for such a form. The caller has locked and numbered the application.
    """
    instead = list(application.materials.filter(disposition=Disposition.GENERATED).exclude(needed_by=[]))
    if not instead:
        return None
    cases = list(application.cases.select_related("version__matter__department").order_by("order"))
    said = papers.application_form(
        application=application, cases=cases, instead=[material.name for material in instead], now=now
    )
    pdf = typeset("application_form", said, at=now, number=application.number or "")
    material = ApplicationMaterial.objects.create(
        application=application,
        order=0,
        key=KEY,
        name=NAME,
        needed_by=[case.version.name for case in cases],
        disposition=Disposition.GENERATED,
    )
    return keep(material, f"{NAME}{SUFFIXES[PDF]}", PDF, pdf, act="attachment.generate", by=by, now=now)
