"""The page of the work in the background, and its buttons."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qms.notifications import background as work
from qms.notifications.presenters import next_night, row_lines, shown_nights
from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May


@needs(May.KEEP_RUNNING)
@require_safe
def background(request: AuthenticatedRequest) -> HttpResponse:
    """/background/: is the worker alive, what waits, what fails, what the nights did."""
    work.forget_trouble()
    rows = list(work.waiting().order_by("-tries", "due_at")[: work.SHOWN_ROWS + 1])
    nights = shown_nights(work.last_nights(today()))
    context = {
        "pulse": work.pulse(), "nights": nights, "next_night": next_night(timezone.now(), nights),
        "done_today": bool(nights) and nights[0].day == today() and nights[0].at is not None,
        "rows": row_lines(rows[: work.SHOWN_ROWS], timezone.now()), "more": len(rows) > work.SHOWN_ROWS,
        "shown": work.SHOWN_ROWS,
        "waiting": work.waiting().count(), "failed": work.failed().count(), "stuck_after": work.STUCK_AFTER,
    }  # fmt: skip
    return render(request, "notifications/background.html", context)


@needs(May.KEEP_RUNNING)
@require_POST
def background_retry(request: AuthenticatedRequest) -> HttpResponse:
    """/background/retry/: failed work is tried again at once; `row` names one, without it all."""
    given = request.POST.get("row", "")
    one = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
    count = work.retry(by=request.user.person, pk=one)
    if count:
        said = ngettext(
            "It is tried again at once. Load the page again in a moment.",
            "%(n)d pieces of work are tried again at once. Load the page again in a moment.",
            count,
        )
        messages.success(request, said % {"n": count})
    else:
        messages.info(request, _("Nothing was left to try again: it is done, or just being tried."))
    return redirect("background")


@needs(May.KEEP_RUNNING)
@require_POST
def background_night(request: AuthenticatedRequest) -> HttpResponse:
    """/background/night/: the worker carries out the night of today now."""
    work.run_night(by=request.user.person)
    messages.success(request, _("The worker carries out the night now. Load the page again in a moment."))
    return redirect("background")
