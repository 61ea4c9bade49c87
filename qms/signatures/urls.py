"""Addresses of signatures and deputations."""

from django.urls import path

from qms.signatures.views import deputations, receipts

urlpatterns = [
    path("signatures/pledge/", receipts.pledge, name="pledge"),
    path("signatures/review/", receipts.review, name="signatures-review"),
    path("signatures/<int:pk>/", receipts.signature, name="signature"),
    path("signatures/<int:pk>/content/", receipts.content, name="signature-content"),
    path("signatures/<int:pk>/content.json", receipts.content_bytes, name="signature-bytes"),
    path("signatures/<int:pk>/mark/", receipts.mark, name="signature-mark"),
    path("signatures/<int:pk>/accept/", receipts.accept, name="signature-accept"),
    path("account/deputations/", deputations.deputations, name="deputations"),
    path("account/deputations/give/", deputations.depute, name="depute"),
    path("account/deputations/sign/", deputations.sign, name="deputation-sign"),
    path("account/deputations/<int:pk>/end/", deputations.end, name="deputation-end"),
]
