"""Addresses of the publishing workflow: entries, batches, public comment."""

from django.urls import path

from matters.views import batches, comments, editing, entries, starting, templates

urlpatterns = [
    path("desk/catalogue/entries/", entries.entry_list, name="entries"),
    path("desk/catalogue/entries/new/", starting.start, name="entry-start"),
    path("desk/catalogue/entries/<int:pk>/", entries.entry, name="entry"),
    path("desk/catalogue/entries/<int:pk>/do/<slug:act>/", entries.act, name="entry-act"),
    path("desk/catalogue/entries/<int:pk>/edit/", editing.first, name="entry-edit-first"),
    path("desk/catalogue/entries/<int:pk>/edit/<slug:section>/", editing.edit, name="entry-edit"),
    path("desk/catalogue/entries/<int:pk>/preview/", editing.preview, name="entry-preview"),
    path("desk/catalogue/entries/<int:pk>/history/", editing.history, name="entry-history"),
    path("desk/catalogue/entries/<int:pk>/history/<int:number>/", editing.revision, name="entry-revision"),
    path("desk/catalogue/entries/<int:pk>/adopt/", templates.adopt, name="entry-adopt"),
    path("desk/catalogue/templates/", templates.template_list, name="templates"),
    path("desk/catalogue/templates/<slug:code>/", templates.template, name="template"),
    path("desk/catalogue/batches/", batches.batch_list, name="batches"),
    path("desk/catalogue/batches/<int:number>/", batches.batch, name="batch"),
    path("desk/catalogue/batches/<int:number>/publish/", batches.publish, name="batch-publish"),
    path("desk/catalogue/batches/<int:number>/comments/<int:pk>/", batches.answer, name="comment-answer"),
    path("catalogue/comments/", comments.public_comments, name="public-comments"),
    path("catalogue/comments/<int:number>/", comments.public_batch, name="public-batch"),
]
