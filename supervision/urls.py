from django.urls import path

from supervision.views import pages

urlpatterns = [
    path("", pages.overview, name="supervision"),
    path("cards/", pages.cards, name="cards"),
    path("cards/<int:pk>/", pages.card, name="card"),
    path("cards/<int:pk>/<slug:key>/", pages.card, name="card-act"),
    path("rules/", pages.card_rules, name="card-rules"),
    path("rules/<slug:code>/", pages.card_rule, name="card-rule"),
]
