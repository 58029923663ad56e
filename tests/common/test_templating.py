from django.template.loader import get_template
from django.utils import translation

from chiso.common import templating


def test_each_language_has_its_own_copy_of_a_template() -> None:
    drawn = {}
    for language in ("vi", "en", "vi"):
        with translation.override(language):
            drawn[language] = get_template("components/dot_legend.html").render()
    assert "chưa nhập" in drawn["vi"]
    assert "chưa nhập" not in drawn["en"]


def test_sentences_are_spoken_as_the_tag_would(monkeypatch) -> None:
    said = {"Đạt 100%%": "100%% reached", "Xong": "{{ done }}"}
    monkeypatch.setattr(templating, "gettext", lambda text: said.get(text, text))
    spoken = templating._SENTENCE.sub(
        templating._spoken, '{% translate "Đạt 100%" %} {% translate "Xong" %} {% translate "Lưu" as save %}'
    )
    assert spoken == '100% reached {% translate "Xong" %} {% translate "Lưu" as save %}'
