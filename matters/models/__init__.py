from matters.models.bundles import Bundle, BundleDependency, BundleMember
from matters.models.catalogue import MainItem, Material, Matter, MatterTemplate, MatterVersion, Step
from matters.models.exchange import CatalogueUpload
from matters.models.figures import StepFigures
from matters.models.files import GuideBook, GuideFile
from matters.models.organisation import Department, DepartmentChange, ServicePoint, StaffPost
from matters.models.publishing import (
    CatalogueBatch,
    CatalogueEntry,
    Deliberation,
    EntryReview,
    EntryRevision,
    PublicComment,
    ReverseAnalysis,
    ReverseMeasure,
)
from matters.models.search import SearchEntry

__all__ = [
    "Bundle",
    "BundleDependency",
    "BundleMember",
    "CatalogueBatch",
    "CatalogueEntry",
    "CatalogueUpload",
    "Deliberation",
    "Department",
    "DepartmentChange",
    "EntryReview",
    "EntryRevision",
    "GuideBook",
    "GuideFile",
    "MainItem",
    "Material",
    "Matter",
    "MatterTemplate",
    "MatterVersion",
    "PublicComment",
    "ReverseAnalysis",
    "ReverseMeasure",
    "SearchEntry",
    "ServicePoint",
    "StaffPost",
    "Step",
    "StepFigures",
]
