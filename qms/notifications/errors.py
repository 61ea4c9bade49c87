"""What an outbox row is about and why it failed, in plain words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.trail.models import Outbox
from qms.trail.outbox import task_words

PLAIN: dict[str, str | Promise] = {
    "ConnectionRefusedError": gettext_lazy("Nobody answers there: the server is down, or its address is wrong."),
    "TimeoutError": gettext_lazy("The server did not answer in time."),
    "gaierror": gettext_lazy("The name of the server is not known."),
    "SMTPServerDisconnected": gettext_lazy("The mail server ended the line before it had said yes."),
    "SMTPRecipientsRefused": gettext_lazy("The mail server does not take mails for this address."),
    "SMTPSenderRefused": gettext_lazy("The mail server does not take mails from our sender (ENGRAFT_FROM)."),
    "SMTPAuthenticationError": gettext_lazy("The mail server does not know our user or password (EMAIL_URL)."),
    "SMTPDataError": gettext_lazy("The mail server did not take the mail."),
    "LookupError": gettext_lazy("This release does not know that work."),
    "OperationalError": gettext_lazy("The database was away or locked."),
    "Stale": gettext_lazy("Another process is at it."),
}


def what(row: Outbox) -> str:
    """Return what a row does, e.g. Mail: asked to review."""
    word = str(task_words.get(row.task, row.task))
    template = str(row.args.get("template", "")).rpartition("/")[2].replace("_", " ")
    more = template or row.args.get("day")
    return _("%(what)s: %(more)s") % {"what": word, "more": more} if more else word


def to_whom(row: Outbox) -> int | None:
    """Return the id of the person that a mail goes to; None where it is no mail."""
    to = row.args.get("to")
    return to if isinstance(to, int) else None


def plain_error(error: str) -> str:
    """Return why work failed, in a sentence where the error is a known one, else as the program said it."""
    kind, _colon, said = error.partition(":")
    return str(PLAIN.get(kind, "")) or said.strip() or kind
