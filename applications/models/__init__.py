from applications.models.absence import Absence
from applications.models.application import Application, ApplicationMaterial, Attachment, Visit
from applications.models.assigning import AssignmentRule
from applications.models.bulk import BulkAct, BulkItem
from applications.models.case import Case, CaseDependency
from applications.models.clocks import Clock, Extension, Suspension
from applications.models.consulting import Consultation
from applications.models.correction import Correction, CorrectionItem
from applications.models.decision import (
    Decision,
    DecisionDraft,
    Publication,
    Revocation,
    SimulatedDecision,
)
from applications.models.history import StatusChange
from applications.models.notes import Annotation, Note
from applications.models.opinions import OpinionTemplate
from applications.models.queues import QueueVisit, SavedFilter
from applications.models.supplies import MissingItem, Supply
from applications.models.tasks import RecordPhoto, ReviewTask, TaskRecord
from applications.models.urgings import Urging

__all__ = [
    "Absence",
    "Annotation",
    "Application",
    "ApplicationMaterial",
    "AssignmentRule",
    "Attachment",
    "BulkAct",
    "BulkItem",
    "Case",
    "CaseDependency",
    "Clock",
    "Consultation",
    "Correction",
    "CorrectionItem",
    "Decision",
    "DecisionDraft",
    "Extension",
    "MissingItem",
    "Note",
    "OpinionTemplate",
    "Publication",
    "QueueVisit",
    "RecordPhoto",
    "ReviewTask",
    "Revocation",
    "SavedFilter",
    "SimulatedDecision",
    "StatusChange",
    "Supply",
    "Suspension",
    "TaskRecord",
    "Urging",
    "Visit",
]
