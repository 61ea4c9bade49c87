"""The part of verify_trail that reads every stored file again."""

from qms.files.models import StoredFile
from qms.files.store import verify
from qms.trail.verify.report import Part, Report


def check_files(report: Report, part: Part) -> None:
    """Hash the stored bytes again and compare them with their digests."""
    for batch in part.batches(StoredFile.objects.all(), "stored_at"):
        for row in batch:
            report.checked["files"] += 1
            wrong = verify(row.pk)
            if wrong:
                report.find("file altered", f"qms.storedfile {row.pk}", wrong)
