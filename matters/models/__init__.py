from matters.models.bundles import Bundle, BundleDependency, BundleMember
from matters.models.catalogue import MainItem, Material, Matter, MatterVersion, Step
from matters.models.organisation import Department, ServicePoint, StaffPost

__all__ = [
    "Bundle",
    "BundleDependency",
    "BundleMember",
    "Department",
    "MainItem",
    "Material",
    "Matter",
    "MatterVersion",
    "ServicePoint",
    "StaffPost",
    "Step",
]
