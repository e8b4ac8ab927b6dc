"""Several brands side by side: each document is drawn, judged and certified with the one its asset names."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest

from contentlib.domain.errors import DocumentRefusedError, NotFoundError


def families_of(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
        return {str(font.DescendantFonts[0].FontDescriptor.FontFamily) for font in fonts}


def test_a_document_is_drawn_with_the_brand_it_names(elsewhere, make_request, for_kestrel):
    request = make_request("one-sheeter", **for_kestrel, brand="lantern")
    made = elsewhere.printer.render(request)
    assert families_of(made.pdf) == {"IBM Plex Sans", "Literata"}
    certificate = made.certificate
    assert (certificate.brand, certificate.brand_slug, certificate.is_sample_brand) == ("Lantern", "lantern", False)
    assert certificate.brand_hash == elsewhere.printer.hash_of_brand("lantern") != elsewhere.printer.brand_hash
    own = elsewhere.printer.render(replace(request, brand=""))
    assert (own.certificate.brand, own.certificate.is_sample_brand) == ("Tarnwell", True)
    assert "Bricolage Grotesque" in families_of(own.pdf)
    assert own.content_key != made.content_key


def test_signs_that_only_another_brand_can_write_are_refused(elsewhere, make_request, for_kestrel):
    values = for_kestrel["values"] | {"prospect.name": "株式会社"}
    request = make_request("one-sheeter", **{**for_kestrel, "values": values}, brand="lantern")
    with pytest.raises(DocumentRefusedError) as refused:
        elsewhere.printer.render(request)
    assert [error.field for error in refused.value.fields] == ["prospect.name"]


def test_an_unknown_brand_is_refused_with_the_nearest(elsewhere, make_request, printer):
    assert elsewhere.printer.brands() == ("", "lantern")
    with pytest.raises(DocumentRefusedError, match="Did you mean “lantern”") as refused:
        elsewhere.printer.render(make_request("one-sheeter", brand="lanten"))
    (finding,) = refused.value.findings
    assert (finding.code, finding.nearest, finding.field) == ("unknown-brand", "lantern", "brand")
    with pytest.raises(NotFoundError, match="only the company's own"):
        printer.hash_of_brand("lantern")


def test_a_brand_that_is_gone_or_broken_is_told_in_a_sentence(elsewhere):
    printer, file = elsewhere.printer, elsewhere.folder / "brand" / "lantern" / "_brand.yml"
    assert (printer.find_trouble(""), printer.find_trouble("lantern")) == (None, None)
    assert printer.find_trouble("lanten").code == "unknown-brand"
    kept = file.read_text("utf-8")
    try:
        file.write_text(kept.replace("primary: plum", "primary: plumm"), encoding="utf-8")
        trouble = printer.find_trouble("lantern")
        assert (trouble.code, trouble.field) == ("broken-brand", "brand")
        assert str(elsewhere.folder) not in trouble.message
    finally:
        file.write_text(kept, encoding="utf-8")
    assert printer.find_trouble("lantern") is None


def test_another_brand_beside_it_changes_no_document_of_the_companys_own(elsewhere, printer):
    assert elsewhere.printer.brand_hash == printer.brand_hash


def test_every_brand_is_checked_logos_drawn_and_named_with_its_file(elsewhere):
    assert elsewhere.printer.lint_brands() == ()
    place = elsewhere.folder / "brand" / "lantern"
    logo, brand = place / "logos" / "lantern.svg", place / "_brand.yml"
    kept = logo.read_text("utf-8"), brand.read_text("utf-8")
    try:
        logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g/></svg>', encoding="utf-8")
        brand.write_text(kept[1].replace("primary: plum", "primary: plumm"), encoding="utf-8")
        (finding,) = elsewhere.printer.lint_brands()
        assert (finding.path, finding.code, finding.nearest) == ("brand/lantern/_brand.yml", "unknown-colour", "plum")
        assert finding.line == 1 + kept[1][: kept[1].index("primary: plum")].count("\n")
        brand.write_text(kept[1], encoding="utf-8")
        (finding,) = elsewhere.printer.lint_brands()
        assert (finding.path, finding.code, finding.evidence) == (
            "brand/lantern/_brand.yml", "logo-not-drawn", "logos/lantern.svg",
        )  # fmt: skip
        assert finding.line == 1 + kept[1][: kept[1].index("logos/lantern.svg")].count("\n")
    finally:
        logo.write_text(kept[0], encoding="utf-8")
        brand.write_text(kept[1], encoding="utf-8")


def test_an_email_is_certified_with_the_brand_it_names(elsewhere, make_request):
    certificate = elsewhere.printer.write_email(make_request("outreach-email", brand="lantern")).certificate
    assert (certificate.brand, certificate.brand_slug) == ("Lantern", "lantern")
    assert certificate.brand_hash == elsewhere.printer.hash_of_brand("lantern")
