"""Pages that say no: what is wrong, what was not done, and the way on."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger("engraft.refusals")


def refuse(request: HttpRequest, code: int, sentence: str = "") -> HttpResponse:
    """Return the page of this status code with the sentence; to htmx the sentence alone, which app.js shows."""
    log.info("%s %s %s: %s", code, request.method, request.path, sentence)
    if request.headers.get("HX-Request") and sentence:
        return HttpResponse(sentence, status=code, content_type="text/plain; charset=utf-8")
    return render(request, f"{code}.html", {"sentence": sentence}, status=code)
