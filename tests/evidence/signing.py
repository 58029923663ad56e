"""A chain of certificates made for the tests, root → intermediate → signer, and PDF files signed with it."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as plain_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.now(UTC)  # noqa: TID251 pyHanko signs by the machine's clock
SIGNER = "Ủy ban nhân dân xã Bắc"


@dataclass(frozen=True)
class Holder:
    """A key and its certificate."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def plain_certificate(self) -> plain_x509.Certificate:
        return plain_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    @property
    def plain_key(self) -> keys.PrivateKeyInfo:
        kinds = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return keys.PrivateKeyInfo.load(self.key.private_bytes(*kinds))


def issue(name: str, by: Holder | None = None, *, days: tuple[int, int] = (-1000, 1000), use: str = "sign") -> Holder:
    """A certificate valid from and until so many days from now; without `by` it signs itself."""
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = ec.generate_private_key(ec.SECP256R1())
    if use == "stamp":
        key = rsa.generate_private_key(65537, 2048)  # The time stamper of pyHanko's tests knows no other.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_authority = use == "issue"
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if use == "stamp":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    signed = builder.sign(by.key if by else key, hashes.SHA256())
    return Holder(key, signed)


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def chain() -> tuple[Holder, Holder, Holder]:
    root = issue("Cơ quan chứng thực gốc", use="issue")
    middle = issue("Cơ quan chứng thực số chuyên dùng", root, use="issue")
    return root, middle, issue(SIGNER, middle)


def sign(
    content: bytes, signer: Holder, *others: Holder, stamped_at: datetime | None = None, field: str = "ky"
) -> bytes:
    """Sign a PDF now; with `stamped_at`, a time stamp of the same chain says that it was then."""
    middle = chain()[1]
    store = SimpleCertificateStore()
    store.register_multiple([holder.plain_certificate for holder in (middle, *others)])
    stamper = None
    if stamped_at:
        authority = issue("Cấp dấu thời gian", middle, use="stamp")
        stamper = DummyTimeStamper(
            authority.plain_certificate, authority.plain_key, certs_to_embed=store, fixed_dt=stamped_at
        )
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    signed = signers.sign_pdf(
        writer,
        signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256"),
        signer=signers.SimpleSigner(signer.plain_certificate, signer.plain_key, store),
        timestamper=stamper,
    )
    return bytes(signed.getvalue())


def trust(folder: Path, *holders: Holder) -> Path:
    """Put certificates where the administrator puts them."""
    folder.mkdir(exist_ok=True)
    for number, holder in enumerate(holders):
        pem = holder.certificate.public_bytes(serialization.Encoding.PEM)
        (folder / f"{number}.pem").write_bytes(pem)
    return folder
