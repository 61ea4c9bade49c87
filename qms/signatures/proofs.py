"""Proving who one is, right before signing. Passwords today; a passkey would end in the same `Proof`."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from qms.people.lockout import check_not_locked
from qms.people.models import Person, User
from qms.people.programme import day_of
from qms.people.signing_in import WrongPassword, authenticate_person, count_wrong
from qms.signatures.models import Proof
from qms.trail import clock
from qms.trail.canonical import sha256
from qms.trail.door import change
from qms.trail.errors import NotAllowed


@dataclass(frozen=True)
class Given:
    """A proof in the hand of the one who gave it: the secret token and the session it was given in."""

    token: str
    session: str


def reauthenticate(
    user: User, *, session: str, digest: str, password: str, email: str | None, address: str = ""
) -> Given:
    """Check the password (and on the first signing of a series the e-mail) and return a proof for this content.

    `session` is the session key, `digest` that of the Content. `email` None says that a series is running (21 CFR
    11.200(a)(1)(i)). Slow, so it stays outside the door. A failure is an event and counts towards the lock-out.
    Raises NotAllowed with a sentence.
    """
    if email is not None and email.strip().lower() != user.email.lower():
        count_wrong(user.email, address)
        _record_failed(user, digest)
        raise NotAllowed(_("This is not the e-mail of %(person)s. Nothing was signed.") % {"person": user.person})
    try:
        fresh = authenticate_person(user.email, password, address)
    except WrongPassword as wrong:
        _record_failed(user, digest)
        raise NotAllowed(_("That password is not right. Nothing was signed.")) from wrong
    given = Given(token=secrets.token_urlsafe(32), session=session)
    Proof.objects.create(
        token_hash=sha256(given.token), user=fresh, session_hash=_bound(session, fresh), content_digest=digest,
        method="password" if email is None else "e-mail and password", made_at=clock.now(),
    )  # fmt: skip
    return given


def _bound(session: str, account: User) -> str:
    """Return what a proof is bound to: the session, and the password and e-mail that were right when it was given."""
    return sha256(f"{session}:{account.get_session_auth_hash()}")


def _record_failed(user: User, digest: str) -> None:
    """Keep a failed signing, in a change of its own: it must outlive the refusal."""
    with change(by=user.person, on=[user.person]) as c:
        c.event("signature.failed", user.person, content=digest)


def use_proof(given: Given, *, by: Person, digest: str, now: datetime) -> Proof:
    """Spend a proof inside the door: once, within its two minutes, for this person, session and content only."""
    oldest = now - timedelta(seconds=settings.PROOF_SECONDS)
    mine = Proof.objects.filter(
        token_hash=sha256(given.token), content_digest=digest, user__person_id=by.pk, used_at=None,
        made_at__gt=oldest, made_at__lte=now,
    )  # fmt: skip
    if mine.update(used_at=now) != 1:
        raise NotAllowed(_("Your confirmation does not hold for this any more. Enter your password again."))
    proof = Proof.objects.get(token_hash=sha256(given.token))
    account = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=proof.user_id)
    if not account.is_active or not account.person.is_active_on(day_of(now)):
        raise NotAllowed(_("This account is closed. Ask your quality manager."))
    if account.security_changed_at and account.security_changed_at > proof.made_at:
        raise NotAllowed(_("Your password or e-mail changed a moment ago. Log in again before you sign."))
    if proof.session_hash != _bound(given.session, account):
        raise NotAllowed(_("Your log-in or password is not that of a moment ago. Enter your password again."))
    check_not_locked(account.email, "")
    proof.user = account
    return proof


def forget_old_proofs(now: datetime) -> int:
    """Remove proofs that can serve no more; return how many. They are means, not records."""
    count, _by_model = Proof.objects.filter(made_at__lt=now - timedelta(days=1)).delete()
    return count
