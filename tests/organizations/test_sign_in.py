"""Signing in, in Vietnamese: every page and mail of django-allauth, with not one of its English words left."""

import re
from functools import cache
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.urls import urlpatterns
from django.core import mail
from django.core.cache import cache as django_cache
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import translation

from chiso.config.settings import PACKAGE
from chiso.organizations.models import User
from tests.cast import PASSWORD
from tests.catalogues import Entry, placeholders, read_catalogue, text_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ALLAUTH = Path(allauth.__file__).parent
OURS = re.compile(r"(^| )(account|mfa|core|templates/(account|mfa|allauth))/")
# Names that stay as they are, and words that are Vietnamese syllables as well.
SAME_IN_BOTH = {"totp", "webauthn", "javascript", "chiso"}


@cache
def allauth_messages() -> tuple[Entry, ...]:
    entries = read_catalogue(ALLAUTH / "locale/en/LC_MESSAGES/django.po")
    return tuple(entry for entry in entries if OURS.search(entry.references))


@cache
def vietnamese() -> dict[tuple[str, str], Entry]:
    return {entry.key: entry for entry in read_catalogue(PACKAGE / "locale/vi/LC_MESSAGES/django.po")}


@cache
def english_words() -> frozenset[str]:
    """The words of allauth's messages that no Vietnamese translation uses."""

    def words(text: str) -> set[str]:
        text = re.sub(r"%\(\w+\)[sd]|\{\w+\}|<[^>]*>|&\w+;", " ", text)
        return {word.lower() for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2}

    english = set().union(*(words(f"{entry.message} {entry.plural}") for entry in allauth_messages()))
    ours = set().union(*(words(" ".join(entry.translations)) for entry in vietnamese().values()))
    return frozenset(english - ours - SAME_IN_BOTH)


def english_in(text: str) -> set[str]:
    shown = re.sub(r"\S+@\S+|https?://\S+", " ", text)
    return {word for word in re.findall(r"[^\W\d_]+", shown) if word.lower() in english_words()}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    django_cache.clear()


@pytest.fixture
def person() -> User:
    user = UserFactory(email="an@xa-bac.vn", full_name="Nông Thị An")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def two_factors(person: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return str(secret)


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        found |= names(pattern.url_patterns) if isinstance(pattern, URLResolver) else {str(pattern.name)}
    return found


def test_every_message_of_allauth_is_translated_with_its_placeholders() -> None:
    messages = allauth_messages()
    assert len(messages) > 200
    for entry in messages:
        ours = vietnamese().get(entry.key)
        assert ours is not None, entry.message
        assert all(ours.translations), entry.message
        assert placeholders(ours.translations[0]) == placeholders(entry.message), entry.message
        assert "!" not in ours.translations[0]


def test_the_word_list_would_notice_english() -> None:
    assert {"Sign", "password"} <= english_in("Sign in with your password")
    assert english_in("Đăng nhập bằng mật khẩu") == set()


ANONYMOUS = {
    "account_login": [],
    "account_signup": [],
    "account_reset_password": [],
    "account_reset_password_done": [],
    "account_reset_password_from_key": ["1", "bad-key"],
    "account_reset_password_from_key_done": [],
    "account_inactive": [],
    "account_confirm_email": ["bad-key"],
    "account_email_verification_sent": [],
}
SIGNED_IN = {
    "account_logout": [],
    "account_email": [],
    "account_change_password": [],
    "account_reauthenticate": [],
    "mfa_index": [],
    "mfa_reauthenticate": [],
    "mfa_activate_totp": [],
    "mfa_deactivate_totp": [],
    "mfa_view_recovery_codes": [],
    "mfa_generate_recovery_codes": [],
    "mfa_download_recovery_codes": [],
}
OTHERWISE = {
    "mfa_authenticate",  # test_the_second_factor_is_asked_in_vietnamese
    "account_set_password",  # only for accounts without a password, which sends them on
    "account_confirm_login_code",  # sign-in by code is off
}


def test_no_page_of_allauth_is_forgotten() -> None:
    assert names(list(urlpatterns)) == ANONYMOUS.keys() | SIGNED_IN.keys() | OTHERWISE


def page(client: Client, route: str, arguments: list[str] | None = None) -> str:
    answer = client.get(reverse(route, args=arguments), follow=True)
    assert answer.status_code == 200, route
    return answer.content.decode()


@pytest.mark.parametrize("route", ANONYMOUS)
def test_anonymous_pages_speak_vietnamese_in_our_frame(client: Client, route: str) -> None:
    html = page(client, route, ANONYMOUS[route])
    assert english_in(text_of(html)) == set()
    assert 'class="topbar"' in html
    assert html.count("button-primary") <= 1


@pytest.mark.parametrize("has_two_factors", [False, True])
@pytest.mark.parametrize("route", SIGNED_IN)
def test_account_pages_speak_vietnamese_in_our_frame(
    signed_in: Client, person: User, route: str, has_two_factors: bool
) -> None:
    if has_two_factors:
        two_factors(person)
    answer = signed_in.get(reverse(route), follow=True)
    assert answer.status_code in (200, 404)
    if answer.headers["Content-Type"].startswith("text/html"):
        assert english_in(text_of(answer.content.decode())) == set()
        assert 'class="topbar"' in answer.content.decode()


def test_the_sign_in_page_offers_no_sign_up(client: Client) -> None:
    html = page(client, "account_login")
    assert reverse("account_signup") not in html
    assert reverse("account_reset_password") in html


def test_a_person_signs_in_and_lands_where_they_were_going(client: Client, person: User) -> None:
    wanted = reverse("mfa_index")
    answer = client.post(
        f"{reverse('account_login')}?next={wanted}", {"login": person.email, "password": PASSWORD, "next": wanted}
    )
    assert answer.headers["Location"] == wanted


@pytest.mark.parametrize(
    "given",
    [
        {"login": "an@xa-bac.vn", "password": "sai-mat-khau"},
        {"login": "khong-co@xa-bac.vn", "password": "sai-mat-khau"},
        {"login": "an", "password": ""},
        {},
    ],
)
def test_refused_sign_ins_are_told_in_vietnamese(client: Client, person: User, given: dict[str, str]) -> None:
    answer = client.post(reverse("account_login"), given)
    text = text_of(answer.content.decode())
    assert english_in(text) == set()
    assert 'class="error"' in answer.content.decode() or 'class="refusal"' in answer.content.decode()


def test_too_many_failures_are_told_in_vietnamese(client: Client, person: User) -> None:
    for _attempt in range(12):
        answer = client.post(reverse("account_login"), {"login": person.email, "password": "sai-mat-khau"})
    assert english_in(text_of(answer.content.decode())) == set()


def test_an_inactive_account_cannot_sign_in(client: Client, person: User) -> None:
    person.is_active = False
    person.save()
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, follow=True)
    assert english_in(text_of(answer.content.decode())) == set()
    assert not answer.context["user"].is_authenticated


@pytest.mark.parametrize("new", ["ngan", "1234567890", "password123", "nongthian-x", ""])
def test_weak_passwords_are_refused_in_vietnamese(signed_in: Client, new: str) -> None:
    answer = signed_in.post(
        reverse("account_change_password"), {"oldpassword": "sai", "password1": new, "password2": "khac"}
    )
    assert answer.status_code == 200
    text = text_of(answer.content.decode())
    assert english_in(text) == set()
    assert "This" not in text


def test_a_password_is_changed(signed_in: Client, person: User) -> None:
    answer = signed_in.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "mua-he-ha-lang", "password2": "mua-he-ha-lang"},
        follow=True,
    )
    assert "Đã đổi mật khẩu." in text_of(answer.content.decode())
    person.refresh_from_db()
    assert person.check_password("mua-he-ha-lang")


def test_a_forgotten_password_is_reset_by_mail(client: Client, person: User) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": person.email}, follow=True)
    assert english_in(text_of(answer.content.decode())) == set()
    message = mail.outbox[0]
    assert english_in(f"{message.subject} {message.body}") == set()
    link = re.search(r"https?://[^/]+(/\S+)", message.body)
    assert link
    page_ = client.get(link.group(1), follow=True)
    assert english_in(text_of(page_.content.decode())) == set()
    done = client.post(
        page_.request["PATH_INFO"], {"password1": "mua-he-ha-lang", "password2": "mua-he-ha-lang"}, follow=True
    )
    assert english_in(text_of(done.content.decode())) == set()
    person.refresh_from_db()
    assert person.check_password("mua-he-ha-lang")


def test_an_unknown_address_gets_the_same_page_and_a_vietnamese_mail(client: Client) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "khong-co@xa-bac.vn"}, follow=True)
    assert english_in(text_of(answer.content.decode())) == set()
    assert english_in(f"{mail.outbox[0].subject} {mail.outbox[0].body}") == set()


def test_the_second_factor_is_asked_in_vietnamese(client: Client, person: User) -> None:
    two_factors(person)
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("mfa_authenticate")
    html = answer.content.decode()
    assert english_in(text_of(html)) == set()
    assert html.count("button-primary") == 1
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Mã không đúng." in text_of(wrong.content.decode())
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).headers["Location"] == reverse("home")


MAILS = sorted(
    str(path.relative_to(ALLAUTH / "templates"))
    for app in ("account", "mfa")
    for path in (ALLAUTH / "templates" / app / "email").glob("*.txt")
)


@pytest.mark.parametrize("template", MAILS)
def test_every_mail_speaks_vietnamese(template: str) -> None:
    context = {
        "code": "123456",
        "email": "an@xa-bac.vn",
        "from_email": "an@xa-bac.vn",
        "to_email": "em@xa-nam.vn",
        "deleted_email": "an@xa-bac.vn",
        "ip": "127.0.0.1",
        "timestamp": "01/12/2022",
        "user_agent": "Firefox",
        "activate_url": "https://x.vn/1/",
        "password_reset_url": "https://x.vn/2/",
        "signup_url": "https://x.vn/3/",
        "username": "an",
        "user": User(email="an@xa-bac.vn", full_name="Nông Thị An"),
        "current_site": {"name": "chi-so.vn", "domain": "chi-so.vn"},
        "request": None,
    }
    with translation.override("vi"):
        text = render_to_string(template, context)
    assert english_in(text) == set()


def test_english_readers_get_allauth_as_it_is(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert "Password Reset" in text_of(page(client, "account_reset_password"))
