from matters.models.bundles import Bundle, BundleDependency, BundleMember
from matters.models.catalogue import MainItem, Material, Matter, MatterVersion, Step
from matters.models.organisation import Department, ServicePoint, StaffPost
from matters.models.publishing import (
    CatalogueBatch,
    CatalogueEntry,
    Deliberation,
    EntryReview,
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
    "Deliberation",
    "Department",
    "EntryReview",
    "MainItem",
    "Material",
    "Matter",
    "MatterVersion",
    "PublicComment",
    "ReverseAnalysis",
    "ReverseMeasure",
    "SearchEntry",
    "ServicePoint",
    "StaffPost",
    "Step",
]
