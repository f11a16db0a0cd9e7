"""Addresses of applications, area by area."""

urlpatterns: list = []
