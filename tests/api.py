"""A program that talks to the API."""

from __future__ import annotations

import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from rest_framework.authtoken.models import Token

from core.models import User

V1 = "/api/v1/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_addresses = itertools.count(1)


class Api:
    """A client of the API with a user's token, or anonymous; each comes from an address of its own."""

    def __init__(self, user: User | None = None, *, token: str = "") -> None:
        count = next(_addresses)
        address = f"10.{count >> 16 & 255}.{count >> 8 & 255}.{count & 255}"
        key = token or (Token.objects.get_or_create(user=user)[0].key if user else "")
        self.headers = {"Authorization": f"Token {key}"} if key else {}
        self.client = Client(raise_request_exception=False, REMOTE_ADDR=address)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(V1 + path, query, headers=self.headers)

    def post(self, path: str, body: Any = None) -> HttpResponse:
        return self._send("post", path, body)

    def put(self, path: str, body: Any = None) -> HttpResponse:
        return self._send("put", path, body)

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(V1 + path, headers=self.headers)

    def upload(self, path: str, content: bytes = PDF, name: str = "材料.pdf") -> HttpResponse:
        file = SimpleUploadedFile(name, content)
        return self.client.post(V1 + path, {"file": file}, headers=self.headers)

    def _send(self, method: str, path: str, body: Any) -> HttpResponse:
        send = getattr(self.client, method)
        return send(
            V1 + path, {} if body is None else body, content_type="application/json", headers=self.headers
        )


def problem(response: HttpResponse, status: int, code: str, field: str = "") -> dict[str, Any]:
    """Assert that an answer is the problem document expected, in Chinese, and return it."""
    assert response.status_code == status, response.content.decode()[:500]
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert any("一" <= char <= "鿿" for char in body["title"]), body
    assert all(any("一" <= char <= "鿿" for char in each["message"]) for each in body["errors"]), body
    if field:
        assert field in [each["field"] for each in body["errors"]], body
    return body
