"""Addresses of the citizen's and company's road."""

from django.urls import path

from applications.views import drafts, files, mine, progress, publicity, supply

urlpatterns = [
    path("apply/matter/<slug:code>/", drafts.apply_matter, name="apply-matter"),
    path("apply/bundle/<slug:code>/", drafts.apply_bundle, name="apply-bundle"),
    path("drafts/<int:pk>/", drafts.overview, name="draft"),
    path("drafts/<int:pk>/members/", drafts.members, name="draft-members"),
    path("drafts/<int:pk>/bundle/", drafts.widen, name="draft-widen"),
    path("drafts/<int:pk>/situations/", drafts.situations, name="draft-situations"),
    path("drafts/<int:pk>/fill/", drafts.fill, name="draft-fill"),
    path("drafts/<int:pk>/materials/", drafts.materials, name="draft-materials"),
    path("drafts/<int:pk>/delivery/", drafts.delivery, name="draft-delivery"),
    path("drafts/<int:pk>/check/", drafts.check, name="draft-check"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="draft-discard"),
    path("applications/", mine.my_applications, name="my-applications"),
    path("applications/<slug:number>/", mine.application, name="application"),
    path("applications/<slug:number>/submitted/", mine.submitted, name="application-submitted"),
    path("applications/<slug:number>/correction/", mine.correction, name="correction"),
    path("applications/<slug:number>/supply/<int:order>/", supply.supply, name="supply"),
    path("applications/<slug:number>/withdraw/", mine.withdraw, name="withdraw"),
    path("documents/<int:pk>/", files.document, name="document"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("progress/", progress.progress, name="progress"),
    path("decisions/", publicity.decisions, name="decisions"),
]
