"""Prints what was in force on days: for an inspector's question on the shell, and for checking it against the trail."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sops.as_of import approvals_of, in_force_on
from sops.models import Version


class Command(BaseCommand):
    help = "Prints which version of each document was in force when a day of the programme ended, and who approved it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", nargs="+", help="like 2023-05-03")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, day: list[str], as_json: bool, **options: Any) -> None:
        try:
            days = [date.fromisoformat(one) for one in day]
        except ValueError as wrong:
            raise CommandError(f"{wrong}. Write a day like 2023-05-03.") from wrong
        told = {one.isoformat(): self._of(one) for one in days}
        if as_json:
            self.stdout.write(json.dumps(told))
            return
        for one, documents in told.items():
            self.stdout.write(f"In force when {one} ended: {len(documents)}")
            for number, facts in documents.items():
                self.stdout.write(f"  {number} version {facts['n']}, approved by {', '.join(facts['approved_by'])}")

    def _of(self, day: date) -> dict[str, dict[str, Any]]:
        """Return {number: {"n", "title", "approved_by"}}."""
        versions = list(in_force_on(Version.objects.select_related("document"), day).order_by("document__number"))
        approvals = approvals_of(versions)
        return {
            version.document.number: {
                "n": version.n, "title": version.title,
                "approved_by": [one.printed_name for one in approvals.get(version.pk, [])],
            }
            for version in versions
        }  # fmt: skip
