from datetime import timedelta
from pathlib import Path

import pytest

from chiso.evidence.reading import Signature, Trust
from chiso.evidence.reading.signatures import trusted_certificates, verify
from tests.evidence import papers, signing
from tests.evidence.signing import NOW, SIGNER, chain, issue, sign, trust


def verified(content: bytes, folder: Path, *roots: signing.Holder) -> list[Signature]:
    path = folder / "signed.pdf"
    path.write_bytes(content)
    return list(verify(path, trust(folder / "trust", *roots)))


def test_valid_signature_of_a_trusted_chain(tmp_path: Path) -> None:
    root, _middle, signer = chain()
    [signature] = verified(sign(papers.plan(), signer), tmp_path, root)
    assert signature.signed_at is not None
    assert abs(signature.signed_at - NOW) < timedelta(hours=1)
    assert signature == Signature(
        signer=SIGNER,
        signed_at=signature.signed_at,
        timestamped=False,
        intact=True,
        covers_whole=True,
        modified_after=False,
        trust=Trust.TRUSTED,
    )


def test_time_stamp_of_the_trusted_chain_says_when(tmp_path: Path) -> None:
    root, _middle, signer = chain()
    stamped_at = (NOW - timedelta(days=30)).replace(microsecond=0)
    [signature] = verified(sign(papers.plan(), signer, stamped_at=stamped_at), tmp_path, root)
    assert (signature.timestamped, signature.signed_at) == (True, stamped_at)


def test_time_stamp_that_nobody_trusts_is_the_signers_word(tmp_path: Path) -> None:
    _root, _middle, signer = chain()
    stamped_at = NOW - timedelta(days=30)
    [signature] = verified(sign(papers.plan(), signer, stamped_at=stamped_at), tmp_path)
    assert not signature.timestamped
    assert signature.signed_at is not None
    assert signature.signed_at > stamped_at + timedelta(days=29)


def test_without_roots_nothing_is_verified_but_the_content(tmp_path: Path) -> None:
    [signature] = verified(sign(papers.plan(), chain()[2]), tmp_path)
    assert (signature.intact, signature.trust) == (True, Trust.NO_ROOTS)


def test_chain_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    stranger = issue("Tự xưng", use="issue")
    [signature] = verified(sign(papers.plan(), chain()[2]), tmp_path, stranger)
    assert (signature.intact, signature.trust) == (True, Trust.UNTRUSTED)


def test_self_signed_certificate_is_not_trusted(tmp_path: Path) -> None:
    [signature] = verified(sign(papers.plan(), issue("Tự ký")), tmp_path, chain()[0])
    assert (signature.intact, signature.trust) == (True, Trust.UNTRUSTED)


@pytest.mark.parametrize("days", [(-1000, -10), (10, 1000)], ids=["expired", "not yet valid"])
def test_certificate_outside_its_validity_when_it_signed(tmp_path: Path, days: tuple[int, int]) -> None:
    root, middle, _signer = chain()
    [signature] = verified(sign(papers.plan(), issue("Hết hạn", middle, days=days)), tmp_path, root)
    assert (signature.intact, signature.trust) == (True, Trust.EXPIRED)


def test_changed_bytes_break_the_signature(tmp_path: Path) -> None:
    root, _middle, signer = chain()
    content = bytearray(sign(papers.plan(), signer))
    at = content.index(b"/MediaBox")
    content[at : at + 9] = b"/mediaBox"
    [signature] = verified(bytes(content), tmp_path, root)
    assert not signature.intact


def test_text_added_after_signing_is_told(tmp_path: Path) -> None:
    root, _middle, signer = chain()
    [signature] = verified(added_to(sign(papers.plan(), signer)), tmp_path, root)
    assert (signature.intact, signature.covers_whole, signature.modified_after) == (True, False, True)


def added_to(content: bytes) -> bytes:
    """An incremental update that draws something else on the first page."""
    import io

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    drawing = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
    page["/Contents"] = drawing
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_second_signature_is_no_modification(tmp_path: Path) -> None:
    root, middle, signer = chain()
    twice = sign(sign(papers.plan(), signer), issue("Văn thư", middle), field="thu-hai")
    first, second = verified(twice, tmp_path, root)
    assert (first.covers_whole, first.modified_after, first.trust) == (False, False, Trust.TRUSTED)
    assert (second.signer, second.covers_whole) == ("Văn thư", True)


def test_signature_that_cannot_be_parsed_is_not_intact(tmp_path: Path) -> None:
    root, _middle, signer = chain()
    content = sign(papers.plan(), signer)
    at = content.index(b"/Contents <") + 11
    broken = content[:at] + b"0" * 400 + content[at + 400 :]
    assert [signature.intact for signature in verified(broken, tmp_path, root)] == [False]


def test_folder_of_roots_may_hold_other_files(tmp_path: Path) -> None:
    folder = trust(tmp_path / "trust", chain()[0])
    (folder / "broken.crt").write_text("không phải chứng thư")
    (folder / "ghi-chu.txt").write_text("đọc trước")
    assert len(trusted_certificates(folder)) == 1
    assert trusted_certificates(tmp_path / "none") == []
