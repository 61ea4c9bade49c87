"""Addresses of documents."""

from django.urls import path

from sops.views import (
    comments,
    copies,
    copy_acts,
    documents,
    editing,
    endings,
    importing,
    register,
    review,
    scans,
    signing,
    versions,
)

VERSION = "documents/<str:number>/v<int:n>/"
COPIES = "documents/<str:number>/copies/"

urlpatterns = [
    path("documents/", register.register, name="register"),
    path("documents/new/", documents.new, name="document-new"),
    path("documents/types/", documents.types, name="document-types"),
    path("documents/import/", importing.bring, name="import"),
    path("documents/import/<str:digest>/", importing.check, name="import-check"),
    path("documents/import/<str:digest>/pictures/<str:picture>/", importing.picture, name="import-picture"),
    path("documents/<str:number>/", documents.document, name="document"),
    path("documents/<str:number>/start/", documents.start, name="version-start"),
    path("documents/<str:number>/owner/", documents.owner, name="document-owner"),
    path("documents/<str:number>/import/", importing.bring_version, name="document-import"),
    path("documents/<str:number>/import/<str:digest>/", importing.check_version, name="document-import-check"),
    path("c/<str:token>", scans.check, name="copy-check"),
    path("copies/", copies.register, name="copies-register"),
    path(COPIES, copies.of_document, name="copies"),
    path(f"{COPIES}issue/", copies.issue, name="copies-issue"),
    path(f"{COPIES}pdf/", copies.all_pdfs, name="copies-pdf"),
    path(f"{COPIES}<int:copy>/pdf/", copies.pdf, name="copy-pdf"),
    path(f"{COPIES}<int:copy>/return/", copy_acts.came_back, name="copy-return"),
    path(f"{COPIES}<int:copy>/destroy/", copy_acts.destroyed, name="copy-destroy"),
    path(f"{COPIES}<int:copy>/missing/", copy_acts.missing, name="copy-missing"),
    path(f"{COPIES}<int:copy>/recall/", copy_acts.recall, name="copy-recall"),
    path(VERSION, versions.version, name="version"),
    path(f"{VERSION}pdf/", versions.pdf, name="version-pdf"),
    path(f"{VERSION}original/", versions.original, name="version-original"),
    path(f"{VERSION}pictures/<str:digest>/", versions.picture, name="version-picture"),
    path(f"{VERSION}redline/", versions.redline, name="version-redline"),
    path(f"{VERSION}edit/", editing.edit, name="version-edit"),
    path(f"{VERSION}send/", review.send, name="version-send"),
    path(f"{VERSION}review/", review.review, name="version-review"),
    path(f"{VERSION}approve/", review.approve, name="version-approve"),
    path(f"{VERSION}send-back/", review.send_back, name="version-send-back"),
    path(f"{VERSION}take-back/", review.take_back, name="version-take-back"),
    path(f"{VERSION}comments/add/", comments.add, name="comment-add"),
    path(f"{VERSION}comments/<int:comment>/reply/", comments.reply, name="comment-reply"),
    path(f"{VERSION}comments/<int:comment>/resolve/", comments.resolve, name="comment-resolve"),
    path(f"{VERSION}cancel/", endings.cancel, name="version-cancel"),
    path(f"{VERSION}withdraw/", endings.withdraw, name="version-withdraw"),
    path(f"{VERSION}discard/", endings.discard, name="version-discard"),
    path(f"{VERSION}sign/<str:step>/", signing.sign, name="version-sign"),
]
