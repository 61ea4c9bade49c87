"""A very small browser: cookies, forms, no redirects followed. Enough to sign as a person does, from many threads."""

import http.client
import re
from html import unescape
from urllib.parse import urlencode

INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def multipart(fields: dict[str, str], field: str, name: str, data: bytes) -> tuple[str, bytes]:
    """Return (type, body) of a form with one file, as a browser sends it."""
    edge = "----a-line-that-is-in-no-file"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}\r\n' for key in fields]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n')
    return f"multipart/form-data; boundary={edge}", "".join(parts).encode() + data + f"\r\n--{edge}--\r\n".encode()


class Visitor:
    """One browser of one person, speaking to 127.0.0.1:`port`. A dead server raises OSError or HTTPException."""

    def __init__(self, port: int, timeout: float = 20) -> None:
        self.port, self.timeout = port, timeout
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, url: str, fields: dict[str, str] | None = None, *, file: tuple[str, str, bytes] | None = None
    ) -> tuple[int, str, str]:
        """Return (status, where it leads, page). `file` is (field, name, bytes) and goes with the fields."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": "localhost"}
        body = urlencode(fields).encode() if fields is not None else None
        kind = "application/x-www-form-urlencoded"
        if file is not None:
            kind, body = multipart(fields or {}, *file)
        if body is not None:
            headers |= {"Content-Type": kind, "Origin": f"http://localhost:{self.port}"}
        try:
            connection.request(method, url, body=body, headers=headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def hidden(self, page: str) -> dict[str, str]:
        """Return the hidden fields of a page's forms."""
        found = (dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(page))
        return {
            one["name"]: unescape(one.get("value", ""))
            for one in found
            if one.get("type") == "hidden" and "name" in one
        }

    def log_in(self, email: str, password: str) -> None:
        """Log in, or raise RuntimeError."""
        _status, _to, page = self.ask("GET", "/login/")
        fields = {**self.hidden(page), "email": email, "password": password}
        status, _to, _page = self.ask("POST", "/login/", fields)
        if status not in (302, 303):
            raise RuntimeError(f"Could not log in as {email}: {status}")
