from applications.models.application import Application, ApplicationMaterial, Attachment, Visit
from applications.models.case import Case, CaseDependency, Decision, ReviewTask, StatusChange, TaskRecord
from applications.models.correction import Correction, CorrectionItem

__all__ = [
    "Application",
    "ApplicationMaterial",
    "Attachment",
    "Case",
    "CaseDependency",
    "Correction",
    "CorrectionItem",
    "Decision",
    "ReviewTask",
    "StatusChange",
    "TaskRecord",
    "Visit",
]
