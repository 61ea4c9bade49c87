"""Fills an empty installation with the fictional Northmere programme, by the verbs that people use."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audits.demo.cast import CAST, PASSWORD, PROGRAMME
from audits.demo.story import tell
from qms.people.models import Programme, User
from qms.people.passwords import PasswordHasher
from qms.people.roles import ROLES
from qms.trail.models import Heartbeat


class Command(BaseCommand):
    help = "Makes the demonstration programme on an empty installation and prints its log-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="say nothing against an installation in use")
        parser.add_argument("--small", action="store_true", help="a dozen documents, for a first look")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, if_empty: bool, small: bool, as_json: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration has known passwords and is refused in production.")
        there = Programme.objects.first()
        if there is None:
            if Heartbeat.objects.filter(at__gt=timezone.now() - timedelta(seconds=30)).exists():
                raise CommandError("A worker is running. Stop it while the demonstration is made: it lives in today.")
            self._make(as_json, small)
        elif there.name != PROGRAMME:
            if if_empty:
                return
            raise CommandError(f"This installation serves {there.name}. The demonstration needs an empty one.")
        self._print_log_ins(as_json)

    def _make(self, as_json: bool, small: bool) -> None:
        if not as_json:
            self.stdout.write("Making the demonstration programme: six years in a minute …")
        # Everybody's password is printed below: there is nothing to guess, and a thousand signatures to make.
        PasswordHasher.memory_cost, PasswordHasher.time_cost = 1024, 1
        tell(small=small)

    def _print_log_ins(self, as_json: bool) -> None:
        there = set(User.objects.filter(is_active=True).values_list("email", flat=True))
        log_ins = [
            {"email": somebody.email, "password": PASSWORD, "role": str(ROLES[somebody.role].word)}
            for somebody in CAST
            if somebody.email in there
        ]
        if as_json:
            self.stdout.write(json.dumps({"logins": log_ins}))
            return
        self.stdout.write(f"\nLog in to {PROGRAMME} (password of all: {PASSWORD})\n")
        by_role = {row["role"]: row for row in reversed(log_ins)}  # one of each role, the first of the cast
        first = [row for row in log_ins if by_role[row["role"]] is row]
        for row in first:
            self.stdout.write(f"    {row['email']:<38} {row['role']}")
        self.stdout.write(f"    and {len(log_ins) - len(first)} more: manage.py demo --json")
