"""Digital signatures of a PDF, verified by pyHanko without the network. Runs in the reading process only.

Trusted is whatever certificate the administrator put into the folder. Revocation is not asked (no OCSP, no CRL): the
advice says so. The chain is judged at the moment of signing, which is the signer's word unless a time stamp of a
trusted authority stands beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from chiso.evidence.reading.result import Signature, Trust

MOST = 30
_ENDINGS = frozenset({".pem", ".crt", ".cer", ".der"})
_USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)


def verify(path: Path, trust: Path | None) -> tuple[Signature, ...]:
    """Verify the signatures of a PDF; one that cannot even be parsed is told as not intact."""
    roots = trusted_certificates(trust)
    with path.open("rb") as file:
        try:
            found = PdfFileReader(file, strict=False).embedded_regular_signatures[:MOST]
        except Exception:  # noqa: BLE001 pyHanko meets anything in a broken file
            return (_broken(),)
        return tuple(_verified(signature, roots) for signature in found)


def trusted_certificates(folder: Path | None) -> list[x509.Certificate]:
    """Every certificate in the folder; a file that is none is passed over."""
    if folder is None or not folder.is_dir():
        return []
    roots: list[x509.Certificate] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _ENDINGS:
            try:
                roots += load_certs_from_pemder([str(path)])  # type: ignore[no-untyped-call]
            except (ValueError, OSError, TypeError):
                continue
    return roots


def _broken(signer: str = "") -> Signature:
    return Signature(
        signer=signer,
        signed_at=None,
        timestamped=False,
        intact=False,
        covers_whole=False,
        modified_after=False,
        trust=Trust.UNTRUSTED,
    )


def _verified(embedded: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> Signature:
    signer = ""
    try:
        signer = _name(embedded.signer_cert)
        claimed = embedded.self_reported_timestamp
        context = ValidationContext(
            trust_roots=roots, moment=_fit(claimed), allow_fetching=False, revocation_mode="soft-fail"
        )
        status = validate_pdf_signature(embedded, context, key_usage_settings=_USAGE)
    except Exception:  # noqa: BLE001 whatever it stumbles over, the signature is what is wrong
        return _broken(signer)
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.intact and stamp.trusted
    return Signature(
        signer=signer,
        signed_at=stamp.timestamp if stamp is not None and stamped else _fit(claimed),
        timestamped=bool(stamped),
        intact=status.intact and status.valid and status.coverage >= SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START,
        covers_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        modified_after=_was_modified(status),
        trust=_trust(status, roots, _fit(claimed)),
    )


def _fit(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _was_modified(status: PdfSignatureStatus) -> bool:
    """Another signature or a time stamp added later is no change of the text."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return False
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return True
    return not status.docmdp_ok or status.modification_level == ModificationLevel.OTHER


def _trust(status: PdfSignatureStatus, roots: list[x509.Certificate], claimed: datetime | None) -> Trust:
    if not roots:
        return Trust.NO_ROOTS
    if status.trusted:
        return Trust.TRUSTED
    certificate = status.signing_cert
    moment = claimed or status.validation_time
    in_force = moment is None or certificate.not_valid_before <= moment <= certificate.not_valid_after
    return Trust.UNTRUSTED if in_force else Trust.EXPIRED


def _name(certificate: x509.Certificate) -> str:
    """The common name as people know it, or the whole subject."""
    native = certificate.subject.native
    name = native.get("common_name") or native.get("organization_name") or certificate.subject.human_friendly
    return str(name if isinstance(name, str) else name[0])[:200]
