"""The health of the portal, for whoever watches over it."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.health import UNAVAILABLE, examine


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer with the state of every part: 503 when nobody can be served, else 200, also when degraded."""
    health = examine()
    return JsonResponse(health.as_json(), status=503 if health.status == UNAVAILABLE else 200)
