"""Pictures of the main pages from a real journey: a fresh installation with the demonstration, in Chromium.

python -m benchmarks.shots [--handbook]

Writes shots/<nn>-<page>-<width>-<light|dark>.png, whole pages at 1440 and 390 pixels. With --handbook it also makes
the small pictures of docs/handbook/pictures/ anew. Ends with 1 and a list when a page failed or a script complained.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from audits.demo.scripts import scripts
from benchmarks.album import SHOTS, Album, Somebody
from tests.browser import chromium
from tests.corpus import DATA
from tests.served import Served, served

Walk = Callable[[Browser, Served, "Album"], None]
WORD_FILE = DATA / "word" / "protocol-casecontrol-v1.docx"
AT_MOST = 20 * 60  # seconds, after which this ends by itself

TOKEN = (
    "from sops.models import Copy; from tests.scanned import token_of; "
    "print(token_of(Copy.objects.filter(status='issued').earliest('document__number', 'n')))"
)
NUMBERS = (
    "import json; from sops.models import Document; "
    "print(json.dumps(dict(Document.objects.values_list('title', 'number'))))"
)


def strangers(browser: Browser, site: Served, album: Album) -> None:
    """An empty installation."""
    Somebody(browser, site, album).open("/", "welcome")


def demonstration(site: Served, album: Album) -> None:
    """Make the demonstration by its real command, while nothing is served."""
    ran = site.manage("demo", "--json")
    if ran.returncode:
        sys.exit(f"manage.py demo failed:\n{ran.stderr}")
    album.passwords = {row["email"]: row["password"] for row in json.loads(ran.stdout)["logins"]}
    print(f"Demonstration made, {len(album.passwords)} log-ins", flush=True)
    numbers = json.loads(site.manage("shell", "--verbosity", "0", "-c", NUMBERS).stdout)
    for script in scripts():
        path = f"/documents/{numbers[script.facts['title']]}/"
        album.paths[script.name] = path
        album.newest[script.name] = f"{path}v{len(script.issues)}/"


def paper(browser: Browser, site: Served, album: Album) -> None:
    """Somebody with a controlled copy in the hand scans its code."""
    token = site.manage("shell", "--verbosity", "0", "-c", TOKEN).stdout.strip()
    Somebody(browser, site, album).open(f"/c/{token}", "scan")


def forgetful(browser: Browser, site: Served, album: Album) -> None:
    """Somebody who is not logged in."""
    visitor = Somebody(browser, site, album)
    visitor.open("/login/", "login")
    visitor.open("/password/forgot/", "forgot")


def reader(browser: Browser, site: Served, album: Album) -> None:
    """A nurse reads what changed, signs, and meets a refusal."""
    nurse = Somebody(browser, site, album, "jory.pennyroyal")
    nurse.open("/", "my-work-reader")
    nurse.page.locator("main a[href*='/reading/']").first.click()
    nurse.page.wait_for_load_state("networkidle")
    nurse.take("reading")
    nurse.press("Sign", "link")
    nurse.take("reading-sign")
    nurse.sign()
    nurse.take("reading-signed")
    nurse.open("/reading/", "my-reading")
    nurse.open(album.paths["crs"], "document-reader")
    nurse.open(f"{album.newest['crs']}ask/", "ask")
    nurse.open(f"{album.newest['crs']}deviate/", "deviate")
    nurse.open("/people/", "refusal", expect=403)
    nurse.open("/documents/NOT-HERE-1/", "not-found", expect=404)
    nurse.open("/help/", "help")
    nurse.open("/account/", "account")


def author(browser: Browser, site: Served, album: Album) -> None:
    """A senior technician finds documents, writes, and brings a Word file."""
    hal = Somebody(browser, site, album, "hal.underbough")
    thawing = album.paths["thawing"]
    hal.open("/", "my-work")
    hal.open("/documents/", "register")
    hal.open("/documents/?q=thaw", "register-filtered")
    hal.open(thawing, "document")
    hal.open(f"{thawing}v3/", "version")
    hal.open(f"{album.newest['thawing']}redline/", "redline")
    hal.open(f"{thawing}redline/?old=1&new=3", "redline-two")
    hal.open("/documents/new/", "new")
    kinds(hal, album)
    draft = next(album.newest[s.name] for s in scripts() if s.state == "draft" and s.facts["place"] == "PROC")
    hal.open(draft, "draft")
    hal.open(f"{draft}write/", "write")
    hal.open(f"{draft}edit/", "edit")
    hal.open(f"{draft}edit/?block=b3", "edit-passage")
    hal.open(f"{draft}send/", "send")
    hal.open("/documents/import/", "import")
    hal.page.set_input_files("input[type=file]", WORD_FILE)
    hal.press("Read the file")
    hal.take("import-check")


def periodic(browser: Browser, site: Served, album: Album) -> None:
    """The owner of a document does its periodic review, which is late."""
    ursa = Somebody(browser, site, album, "ursa.wintle")
    ursa.open(f"{album.paths['cd34']}periodic-review/", "periodic-review")
    ursa.open(f"{album.paths['thawing']}periodic-review/", "periodic-review-seen")


def kinds(hal: Somebody, album: Album) -> None:
    """Files kept as they are, and a publication of others."""
    hal.open(album.newest["freezer-manual"], "kept")
    hal.open(f"{album.newest['freezer-manual']}redline/", "kept-redline")
    hal.open(album.paths["bag-label"], "label")
    hal.open(album.paths["guild-standard"], "outside")
    hal.open(f"{album.paths['guild-standard']}check/", "outside-check")
    hal.open("/documents/new/outside/", "new-outside")
    hal.open("/documents/new/file/", "new-file")
    hal.page.set_input_files("input[type=file]", WORD_FILE)
    hal.page.fill("#id_title", "Case report form")
    hal.page.select_option("#id_type", label="Form")
    hal.press("Create the draft")
    hal.take("kept-word")
    hal.open("/documents/types/SOP/", "type")


def review(browser: Browser, site: Served, album: Album) -> None:
    """The reviewer's must fix stands in the way, is resolved, and the review is signed."""
    version = album.newest["thawing"]
    reviewers = next(script for script in scripts() if script.name == "thawing").reviewers
    hal = Somebody(browser, site, album, reviewers[0])
    hal.open(f"{version}review/", "review")
    hal.open(f"{version}route/", "route")
    thessaly = Somebody(browser, site, album, "thessaly.quince")
    thessaly.open(f"{version}approve/", "approve-blocked")
    hal.open(f"{version}review/")
    while hal.page.get_by_role("button", name="Resolve").count():
        hal.press("Resolve")
    for place, key in enumerate(reviewers):
        somebody = hal if place == 0 else Somebody(browser, site, album, key)
        somebody.open(f"{version}review/")
        somebody.press("Sign the review", "link")
        somebody.sign()
    thessaly.open("/", "my-work-approver")
    thessaly.open(f"{version}approve/", "approve")
    thessaly.page.fill("#id_effective_on", time.strftime("%Y-%m-%d"))
    thessaly.press("Approve and sign")
    thessaly.take("sign")
    thessaly.page.fill("#id_password", "not-the-password")
    if thessaly.page.locator("#id_email").count():
        thessaly.page.fill("#id_email", thessaly.email)
    thessaly.press("Sign")
    thessaly.take("sign-wrong-password")
    thessaly.sign()
    thessaly.take("receipt")
    _wait_for_force(thessaly, version)


def _wait_for_force(approver: Somebody, version: str) -> None:
    for _try in range(60):
        if "Effective" in approver.page.request.get(approver.site.url + version).text():
            break
        time.sleep(2)
    else:
        approver.album.wrong.append("The worker did not put the version into force within two minutes")
    approver.open(approver.album.paths["thawing"], "document-after")
    approver.open(f"{approver.album.paths['thawing']}v1/", "version-obsolete")
    approver.album.pdf(approver.page.request.get(f"{approver.site.url}{version}pdf/stored/").body())


def quality(browser: Browser, site: Served, album: Album) -> None:
    """The quality manager looks at trails, people, places, copies, readers and the work in the background."""
    marit = Somebody(browser, site, album, "marit.oakenshaw")
    marit.open("/", "my-work-quality")
    marit.open(album.paths["thawing"])
    marit.press("All entries", "link")
    marit.take("document-trail")
    marit.open("/trail/", "programme-trail")
    marit.open("/documents/as-of/?on=2024-05-03", "as-of")
    marit.open(f"{album.paths['thawing']}as-of/?on=2024-05-03", "document-as-of")
    marit.open(f"{album.newest['crs']}readers/", "readers")
    marit.open(f"{album.paths['crs']}must-read/", "must-read")
    marit.open("/copies/", "copies-register")
    marit.open("/questions/", "questions")
    marit.open("/reviews/", "review-year")
    marit.open("/reviews/?week=late", "reviews-late")
    marit.open("/reviews/done/", "reviews-done")
    marit.page.locator("main th a").first.click()
    marit.page.wait_for_load_state("networkidle")
    marit.take("review-record")
    marit.open(f"{album.paths['worksheet']}copies/", "copies")
    marit.open(f"{album.paths['worksheet']}copies/issue/", "copies-issue")
    marit.open("/deviations/", "deviations")
    marit.open("/deviations/1/", "deviation")
    marit.open("/documents/imports/", "imports")
    marit.open("/background/", "background")
    marit.open("/people/", "people")
    marit.press("Fenn Mossgrove", "link")
    marit.take("person")
    marit.open("/people/add/", "person-add")
    marit.open("/facilities/", "facilities")
    marit.open("/documents/types/", "types")
    marit.open("/documents/topics/", "topics")
    marit.open("/documents/topics/CRYO/", "topic")
    marit.open("/documents/references/", "references")
    marit.open("/documents/views/", "views")
    marit.open("/documents/?choose=1&review=late&review=soon", "register-choose")
    marit.open("/documents/together/?all=1&review=late&act=day&to_day=2030-01-15", "together")
    marit.open(f"{album.paths['thawing']}map/", "document-map")
    marit.open("/documents/types/SOP/route/", "type-route")
    marit.open(f"{album.newest['nitrogen']}notice/", "notice")
    marit.open("/account/deputations/give/", "depute")
    marit.open("/signatures/review/", "signatures-review")
    marit.open("/ui/", "gallery")


def _walk(walks: tuple[Walk, ...], browser: Browser, site: Served, album: Album) -> None:
    for walk in walks:
        try:
            walk(browser, site, album)
        except (BrowserError, TimeoutError) as error:
            album.wrong.append(f"{walk.__name__}: {str(error).splitlines()[0]}")
        print(f"{walk.__name__}: {len(album.taken)} pages so far", flush=True)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"This took more than {AT_MOST // 60} minutes")


def main() -> int:
    """Walk, take the pictures, say what went wrong; 0 when nothing did."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(AT_MOST)
    os.environ["DATABASE_URL"] = ""
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir()
    album = Album()
    with TemporaryDirectory() as folder, chromium() as browser:
        with served(Path(folder), "", world=False) as site:
            _walk((strangers,), browser, site, album)
        time.sleep(31)  # the worker of before is known to be gone
        demonstration(site, album)
        with served(Path(folder), "", world=False) as site:
            _walk((forgetful, paper, reader, author, periodic, review, quality), browser, site, album)
    if "--handbook" in sys.argv[1:]:
        album.handbook()
    for line in album.wrong:
        print(f"WRONG  {line}", file=sys.stderr)
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.name}/")
    return 1 if album.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
