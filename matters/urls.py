"""Addresses of the catalogue: search, guides, bundles, themes."""

from django.urls import include, path

from matters.views import (
    bundles,
    catalogue,
    findings,
    guides,
    keeping,
    search,
)

urlpatterns = [
    path("search/", search.results, name="search"),
    path("search/suggest/", search.suggestions, name="search-suggestions"),
    path("themes/<str:audience>/", search.themes, name="themes"),
    path("matters/<str:code>/", guides.guide, name="matter"),
    path("desk/catalogue/", catalogue.catalogue, name="catalogue"),
    path("desk/catalogue/findings/", findings.findings, name="catalogue-findings"),
    path("desk/catalogue/bundles/", catalogue.kept_bundles, name="kept-bundles"),
    path("desk/catalogue/state/<str:code>/", keeping.matter_state, name="matter-state"),
    path("desk/departments/", keeping.departments, name="department-changes"),
    path("", include("matters.publishing_urls")),
    path("bundles/", bundles.bundle_list, name="bundles"),
    path("bundles/<str:code>/", bundles.guide, name="bundle"),
]
