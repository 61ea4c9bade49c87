"""Somebody else saved meanwhile: who, what, and what was typed here, which is kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from qms.people.access import AuthenticatedRequest
from sops.bodies import read_body
from sops.compare import compare
from sops.models import Version
from sops.queries import texts_before
from sops.views.versions import frame

TYPED = ("text", "style", "level", "title", "summary")


def stale_page(request: AuthenticatedRequest, found: Version, seen: int) -> HttpResponse:
    """Show what changed since revision `seen`, and the way to save what was typed over it; 409."""
    former, since = texts_before(found, seen)
    now = read_body(found.body)
    do = request.POST.get("do", "")
    name = do.partition(":")[2]
    is_there = not name or any(block["id"] == name for block in now)
    kept = {key: value for key, value in request.POST.items() if key in TYPED or key.startswith("cell-")}
    context: dict[str, Any] = {
        **frame(found), "since": since, "redline": compare(read_body(former), now), "kept": kept,
        "is_there": is_there, "do": do if is_there else f"insert:{now[-1]['id']}" if now else "insert:",
        "can_repeat": do.partition(":")[0] in ("save", "insert", "cells", "facts"),
    }  # fmt: skip
    return render(request, "sops/stale.html", context, status=409)
