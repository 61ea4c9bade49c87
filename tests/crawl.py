"""Follows every link that each of some people is shown; prints how many pages they saw, and which were closed to them.

Run by itself on an installation, with LOG_INS={"role": "e-mail"} in the environment.
"""

import json
import logging
import os
import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
django.setup()

from django.test import Client  # noqa: E402 (after the settings)

from qms.people.models import User  # noqa: E402

OF_A_KIND = 2
OTHERWISE = re.compile(r"\b(sort|format|week|year|month)=")  # the same list in another order, form or stretch of time
NUMBERS = re.compile(r"[A-Z]+-[A-Z]+-\d+|[0-9a-f]{64}|\d+")


class Links(HTMLParser):
    """Collects what can be followed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


def kind_of(address: str) -> str:
    """Return an address without its numbers, and of its query the names alone."""
    path, _, query = address.partition("?")
    return NUMBERS.sub("n", path) + "?" + "&".join(re.findall(r"(\w+)=", query))


def closed_to(email: str) -> tuple[int, list[str]]:
    """Return how many pages somebody saw, and the links that did not open, each with the page that it stands on."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email=email))
    known, tried, closed, pages = {"/"}, Counter[str](), [], 0
    waiting = deque([("/", "")])
    while waiting:
        address, where = waiting.popleft()
        tried[kind_of(address)] += 1
        if tried[kind_of(address)] > OF_A_KIND:
            continue
        answer = client.get(address)
        pages += 1
        if answer.status_code >= 400:
            closed.append(f"{answer.status_code} {address} on {where}")
        parser = Links()
        if answer.status_code in (301, 302, 303):
            parser.found.append(answer["Location"])
        elif "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
            parser.feed(answer.content.decode())
        for link in parser.found:
            parts = urlsplit(urljoin(address, link))
            following = f"{parts.path}?{parts.query}" if parts.query else parts.path
            is_other = not parts.netloc and not parts.scheme and not parts.path.startswith("/static/")
            if is_other and following not in known and not OTHERWISE.search(parts.query):
                known.add(following)
                waiting.append((following, address))
    return pages, closed


def main() -> None:
    logging.disable()
    closed: list[str] = []
    pages: dict[str, int] = {}
    for role, email in json.loads(os.environ["LOG_INS"]).items():
        pages[role], wrong = closed_to(email)
        closed += [f"{role}: {line}" for line in wrong]
    print(json.dumps({"pages": pages, "closed": closed}))


if __name__ == "__main__":
    main()
