"""The addresses of the product, and the bare page that they are measured against: one query, one template."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from qms.urls import urlpatterns as product
from sops.models import Document

BARE = Template(
    "<!doctype html><html lang=en><title>Bare</title><table>{% for row in rows %}<tr><td>{{ row.number }}<td>"
    "{{ row.title }}<td>{{ row.facility_id }}<td>{{ row.review_due }}{% endfor %}</table></html>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """Fifty rows of one table in one plain template: what the framework alone costs, its middleware included."""
    return HttpResponse(BARE.render(Context({"rows": list(Document.objects.order_by("number")[:50])})))


urlpatterns = [path("bare/", bare, name="bare"), *product]
