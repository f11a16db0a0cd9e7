"""Addresses of the counter, and of looking at files."""

from django.urls import path

from applications.views import counter, counter_desk, counter_review, previews, supply

urlpatterns = [
    path("counter/", counter.queue, name="counter"),
    path("counter/next/", counter.open_next, name="counter-next"),
    path("counter/drafts/", counter.drafts, name="counter-drafts"),
    path("counter/find/", counter.find, name="counter-find"),
    path("counter/new/", counter_desk.new, name="counter-new"),
    path("counter/new/choices/", counter_desk.choices, name="counter-choices"),
    path("counter/new/person/", counter_desk.person, name="counter-person"),
    path("counter/drafts/<int:pk>/", counter_desk.draft, name="counter-draft"),
    path("counter/drafts/<int:pk>/reveal/", counter_desk.reveal, name="counter-draft-reveal"),
    path("counter/drafts/<int:pk>/discard/", counter_desk.discard, name="counter-draft-discard"),
    path("counter/applications/<str:number>/", counter_review.review, name="counter-application"),
    path("counter/applications/<str:number>/done/", counter_review.done, name="counter-done"),
    path("counter/applications/<str:number>/correction/", counter_review.correct, name="counter-correction"),
    path("counter/applications/<str:number>/answer/", counter_review.answer, name="counter-answer"),
    path("counter/applications/<str:number>/supply/<int:order>/", supply.at_counter, name="counter-supply"),
    path("counter/applications/<str:number>/refuse/", counter_review.refuse, name="counter-refuse"),
    path("counter/applications/<str:number>/withdraw/", counter_review.withdraw, name="counter-withdraw"),
    path("counter/applications/<str:number>/reveal/", counter_review.reveal, name="counter-reveal"),
    path("attachments/<int:pk>/preview/", previews.preview, name="attachment-preview"),
    path("attachments/<int:pk>/pages/<int:number>/", previews.page, name="attachment-page"),
]
