"""The form of a key, and what is kept of it."""

from hypothesis import given
from hypothesis import strategies as st
from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey

ID = "01JB2C3D4E5F6G7H8J9KMNPQRS"
PEPPER = b"p" * 32


def test_a_key_is_recognised_and_says_whose_it_is():
    key = ApiKey(ID, api_key.new_secret())

    assert key.text.startswith(f"pcfb_{ID}_")
    assert key == api_key.parse(key.text)


def test_secrets_differ_and_have_43_characters_for_their_256_bits():
    made = {api_key.new_secret() for _ in range(200)}

    assert (200, {43}) == (len(made), {len(secret) for secret in made})


@given(st.integers(0, 80), st.sampled_from("0aZ_-ü"))
def test_a_key_with_another_character_somewhere_is_none(at: int, other: str):
    text = ApiKey(ID, "s" * 43).text
    changed = text[:at] + other + text[at + 1 :]

    assert (api_key.parse(changed) is None) == (changed != text)


@given(st.text(max_size=100))
def test_other_texts_are_no_keys(text: str):
    assert api_key.parse(text) is None


def test_a_key_fits_its_hash_under_the_new_and_the_old_pepper_only():
    key, other = ApiKey(ID, "s" * 43), ApiKey(ID, "t" * 43)
    stored = api_key.digest(key, PEPPER)

    assert api_key.fits(key, stored, [b"new" * 11, PEPPER])
    assert not api_key.fits(key, stored, [b"new" * 11])
    assert not api_key.fits(other, stored, [PEPPER])
    assert not api_key.fits(ApiKey(ID.replace("S", "T"), key.secret), stored, [PEPPER])


def test_a_key_that_is_printed_shows_no_secret():
    assert f"ApiKey({ID})" == repr(ApiKey(ID, "s" * 43))
