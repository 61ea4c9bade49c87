"""The constant content policy, and refusals as pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from qms.trail.errors import Invalid, NotAllowed, Refused, Stale
from qms.ui.refusals import refuse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
CODES: dict[type[Refused], int] = {NotAllowed: 403, Stale: 409, Invalid: 422}
FAR_TOO_LARGE = 5  # times the limit for uploads
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Set the policy on every answer. It is a constant: no page needs an exception."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return answer


def upload_limit(get_response: GetResponse) -> GetResponse:
    """Refuse a body of several times the limit before a byte of it is read.

    A file that is just too large is read whole, because a browser that is cut off in the middle shows no sentence.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > FAR_TOO_LARGE * settings.UPLOAD_MAX_BYTES:
            return refuse(request, 413)
        return get_response(request)

    return answer


class RefusalPages:
    """Turn a refusal into a page with its sentence and a way on; for htmx into the sentence alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            allowed = response["Allow"]
            response = refuse(request, 405)
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for our own refusals; everything else goes its way."""
        if isinstance(exception, RequestDataTooBig):
            return refuse(request, 413)
        for kind, code in CODES.items():
            if isinstance(exception, kind):
                return refuse(request, code, str(exception))
        return refuse(request, 403, str(exception)) if isinstance(exception, Refused) else None


refusals = RefusalPages
