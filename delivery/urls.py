"""Addresses of the outlet, the parcels and verification."""

from django.urls import path

from delivery.views import outlet, parcels, verify

urlpatterns = [
    path("outlet/", outlet.outlet, name="outlet"),
    path("outlet/<str:number>/", outlet.handover, name="handover"),
    path("outlet/<str:number>/results.pdf", outlet.results, name="handover-results"),
    path("parcels/", parcels.parcels, name="parcels"),
    path("parcels/send/", parcels.send_several, name="parcels-send"),
    path("parcels/<int:pk>/", parcels.parcel, name="parcel"),
    path("parcels/<int:pk>/label/", parcels.label, name="parcel-label"),
    path("parcels/<int:pk>/results.pdf", parcels.results, name="parcel-results"),
    path("parcels/<int:pk>/send/", parcels.send, name="parcel-send"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:token>/", verify.document, name="verify-document"),
]
