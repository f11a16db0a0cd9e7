"""Addresses of the outlet, the parcels and verification."""

urlpatterns: list = []
