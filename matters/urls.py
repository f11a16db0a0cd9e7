"""Addresses of the catalogue: search, guides, bundles, themes."""

from django.urls import include, path

from matters.views import (
    bundles,
    catalogue,
    findings,
    guide_books,
    guide_files,
    guides,
    keeping,
    papers,
    search,
    situations,
)

urlpatterns = [
    path("search/", search.results, name="search"),
    path("search/suggest/", search.suggestions, name="search-suggestions"),
    path("themes/<str:audience>/", search.themes, name="themes"),
    path("matters/<str:code>/", guides.guide, name="matter"),
    path("matters/<str:code>/situations/", situations.matter, name="matter-situations"),
    path("matters/<str:code>/notice/", situations.matter_notice, name="matter-notice"),
    path("matters/<str:code>/qr.<str:kind>", papers.matter_qr, name="matter-qr"),
    path("matters/<str:code>/leaflet.pdf", papers.leaflet, name="matter-leaflet"),
    path("matters/<str:code>/forms/<int:order>.pdf", papers.blank_form, name="matter-blank-form"),
    path("matters/<str:code>/files/<str:digest>/", papers.guide_file, name="matter-file"),
    path("desk/catalogue/", catalogue.catalogue, name="catalogue"),
    path("desk/catalogue/findings/", findings.findings, name="catalogue-findings"),
    path("desk/catalogue/bundles/", catalogue.kept_bundles, name="kept-bundles"),
    path("desk/catalogue/state/<str:code>/", keeping.matter_state, name="matter-state"),
    path("desk/departments/", keeping.departments, name="department-changes"),
    path("", include("matters.publishing_urls")),
    path("bundles/", bundles.bundle_list, name="bundles"),
    path("bundles/<str:code>/", bundles.guide, name="bundle"),
    path("bundles/<str:code>/situations/", situations.bundle, name="bundle-situations"),
    path("bundles/<str:code>/notice/", situations.bundle_notice, name="bundle-notice"),
    path("bundles/<str:code>/qr.<str:kind>", papers.bundle_qr, name="bundle-qr"),
    path("guide-books/", guide_books.books, name="guide-books"),
    path("guide-books/new/", guide_books.ask, name="guide-book-ask"),
    path("guide-books/<str:digest>/", guide_books.book, name="guide-book"),
    path("guide-books/<str:digest>.pdf", guide_books.file, name="guide-book-file"),
    path("desk/guide-files/", guide_files.files, name="guide-files"),
    path("desk/guide-files/<str:digest>/", papers.own_file, name="guide-file"),
]
