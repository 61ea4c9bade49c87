"""A controlled document as printed, with fictional people, for tests and for looking at."""

from pathlib import Path

from qms.pdf.document import PrintedDocument, PrintedSignature

DIGEST = "51d09be4c2a8117f" * 3 + "3e9077a20c1f0000"
TEXT = (Path(__file__).parent / "data" / "print_text.html").read_text(encoding="utf-8")
AT = "18 February 2026, 08:12 (Europe/London, UTC+0000)"

SIGNATURES = (
    PrintedSignature("Fenn Mossgrove", "Author", "Wrote this version", "", AT, "SIG-2026-003102", DIGEST),
    PrintedSignature("Bea Thistledown", "Reviewer", "Fit for the ward", "", AT, "SIG-2026-003190", DIGEST),
    PrintedSignature(
        "Dr Thessaly Quince", "Laboratory director", "Approved", "Dr Alder Fennimore", AT, "SIG-2026-003204", DIGEST
    ),
)
THAWING = PrintedDocument(
    number="PROC-SOP-014",
    title="Thawing and infusion of cryopreserved HPC-A",
    version="7",
    status="Effective",
    programme="Northmere Cell Therapy Programme",
    body_html=TEXT,
    language="en-gb",
    kind="Standard operating procedure",
    facility="Processing laboratory",
    owner="Fenn Mossgrove",
    effective_on="3 March 2026",
    replaces="version 6",
    review_by="3 March 2028",
    summary="DMSO limit stated per day.",
    digest=DIGEST,
    signatures=SIGNATURES,
)
