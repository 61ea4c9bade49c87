"""Makes the index of the search anew from the texts: it is a copy, and can be made again at any time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from sops.bodies import read_body
from sops.models import Version
from sops.services.documents import put_into_search


class Command(BaseCommand):
    help = "Makes the index of the search anew: after an update that asks for it, or when something is not found."

    def handle(self, **options: Any) -> None:
        count = 0
        for version in Version.objects.select_related("document").order_by("pk").iterator(chunk_size=200):
            with transaction.atomic():
                put_into_search(version, read_body(version.body))
            count += 1
        self.stdout.write(f"The texts of {count} versions can be searched.")
