"""The album that the pictures are put into, and a person of the demonstration at a browser of their own."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, Response

from tests.served import ROOT, Served

SHOTS = ROOT / "shots"
PICTURES = ROOT / "docs" / "handbook" / "pictures"
WIDTHS = {1440: 900, 390: 844}
SCHEMES = ("light", "dark")
WAIT = 20_000  # milliseconds for one page
HANDBOOK = {  # page -> width of its picture in the handbook
    "welcome": 1440, "login": 390, "my-work": 1440, "register": 1440, "document": 1440,
    "write": 1440, "import-check": 1440, "send": 1440, "review": 1440, "approve": 1440,
    "sign": 1440, "receipt": 1440, "document-trail": 1440, "programme-trail": 1440, "people": 1440, "person": 1440,
    "facilities": 1440, "pdf-last": 1440, "reading-phone": 390, "readers": 1440, "copies": 1440, "background": 1440,
    "my-work-reader-phone": 390, "kept": 1440, "type": 1440, "route": 1440, "ask-phone": 390, "questions": 1440,
    "deviate-phone": 390, "deviation": 1440, "periodic-review": 1440, "review-year": 1440, "copies-register": 1440,
    "scan-phone": 390, "topics": 1440, "document-map": 1440, "register-choose": 1440, "together": 1440, "as-of": 1440,
}  # fmt: skip
TALLEST = {  # what is below belongs to real people, says more of the same, or is empty
    "import-check": 690, "pdf-last": 620, "route": 640, "questions": 500, "deviation": 880, "periodic-review": 980,
    "review-year": 830, "copies-register": 760, "scan-phone": 780, "topics": 900, "document-map": 1020,
    "register-choose": 820, "as-of": 760, "background": 560, "copies": 560, "readers": 520, "person": 420,
    "facilities": 430, "kept": 680, "my-work": 800,
}  # fmt: skip


class Album:
    """Takes the pictures and remembers what went wrong."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}
        self.wrong: list[str] = []
        self.passwords: dict[str, str] = {}
        self.paths: dict[str, str] = {}  # of a document, by the name of its text
        self.newest: dict[str, str] = {}  # of its newest version

    def take(self, page: Page, name: str) -> None:
        """Write the four pictures of the page that is open; what was typed or opened in it stays."""
        place = f"{self._number(name):02}-{name}"
        for width, height in WIDTHS.items():
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.set_viewport_size({"width": width, "height": height})
                tall = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": width, "height": tall})  # what is fixed to an edge stays there
                page.screenshot(path=SHOTS / f"{place}-{width}-{scheme}.png")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.wrong.append(f"{name}: {wide} pixels wide on a screen of {width}")
        page.set_viewport_size({"width": 1440, "height": WIDTHS[1440]})
        page.emulate_media(color_scheme="light")

    def pdf(self, data: bytes) -> None:
        """Write the first and the last page of a PDF, where poppler is installed."""
        if shutil.which("pdftoppm") is None:
            self.wrong.append("PDF: install poppler-utils for its pictures")
            return
        with TemporaryDirectory() as folder:
            subprocess.run(["pdftoppm", "-r", "90", "-png", "-", f"{folder}/page"], input=data, check=True)
            pages = sorted(Path(folder).iterdir())
            for name, page in (("pdf-first", pages[0]), ("pdf-last", pages[-1])):
                shutil.copy(page, SHOTS / f"{self._number(name):02}-{name}-1440-light.png")

    def _number(self, name: str) -> int:
        return self.taken.setdefault(name, len(self.taken) + 1)

    def handbook(self) -> None:
        """Make the handbook's pictures from those just taken: light, at most 1000 pixels wide, few colours."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for name, width in HANDBOOK.items():
            page = name.removesuffix("-phone")
            found = next(SHOTS.glob(f"[0-9][0-9]-{page}-{width}-light.png"), None)
            if found is None:
                self.wrong.append(f"{name}: no picture for the handbook")
                continue
            with Image.open(found) as whole:
                tall = TALLEST.get(name, 1180 if width == 1440 else 844)
                part = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, tall)))
            part.thumbnail((1000, 1000), Image.Resampling.LANCZOS)
            small = part.quantize(128, kmeans=2, dither=Image.Dither.NONE)
            small.save(PICTURES / f"{name}.png", optimize=True)


class Somebody:
    """A person of the demonstration at a browser of their own."""

    def __init__(self, browser: Browser, site: Served, album: Album, key: str = "") -> None:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        self.page, self.site, self.album = context.new_page(), site, album
        self.email = next((email for email in album.passwords if email.startswith(f"{key}@")), "")
        self.password = album.passwords.get(self.email, "")
        self.page.set_default_timeout(WAIT)
        self.page.on("pageerror", lambda error: album.wrong.append(f"script at {self.page.url}: {error}"))
        self.page.on("response", self._heard)
        if key:
            self.open("/login/")
            self.page.fill("#id_email", self.email)
            self.page.fill("#id_password", self.password)
            self.press("Log in")

    def _heard(self, answer: Response) -> None:
        if answer.status >= 500:
            self.album.wrong.append(f"{answer.status} at {answer.url}")

    def open(self, path: str, name: str = "", *, expect: int = 200) -> None:
        """Open an address; with a `name`, take its pictures."""
        answer = self.page.goto(self.site.url + path, wait_until="networkidle")
        status = answer.status if answer else 0
        if status != expect:
            self.album.wrong.append(f"{path}: answered {status}, not {expect}")
        if name:
            self.album.take(self.page, name)

    def press(self, words: str, role: str = "button") -> None:
        """Press a button or follow a link by its words."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.get_by_role(role, name=words, exact=True).first.click()  # type: ignore[arg-type]

    def take(self, name: str) -> None:
        self.album.take(self.page, name)

    def sign(self) -> None:
        """Sign on the open page of signing; the e-mail is asked for where a series begins."""
        if self.page.locator("#id_email").count():
            self.page.fill("#id_email", self.email)
        self.page.fill("#id_password", self.password)
        self.press("Sign")
