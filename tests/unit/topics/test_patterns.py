"""The little language rules are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.topics.patterns import PatternError, compile_patterns, expression, flatten


def finds(pattern: str, text: str) -> str | None:
    flat = flatten(text)
    compiled = compile_patterns([pattern])
    assert compiled
    match = compiled.search(flat.text)
    if not match:
        return None
    begin, end = flat.original(*match.span())
    return text[begin:end]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("factur*", "Ma FACTURATION est fausse", "FACTURATION"),
        ("factur*", "la manufacture", None),
        ("prelevement", "Le Prélèvement !", "Prélèvement"),
        ("(deux|2) fois", "prélevé 2 fois", "2 fois"),
        ("prelev* .. (deux|2) fois", "on m'a prélevé ce mois-ci deux fois !", "prélevé ce mois-ci deux fois"),
        ("prelev* .. (deux|2) fois", "On m'a prélevé. J'ai appelé deux fois", None),
        ("prelev* .. deux fois", "prélevé " + "un mot " * 6 + "deux fois", None),
        ("prelev* ... deux fois", "prélevé " + "un " * 9 + "deux fois", "prélevé " + "un " * 9 + "deux fois"),
        ("l'appli", "L’appli plante", "L’appli"),
        ("l'appli", "l appli plante", "l appli"),
        ("rendez-vous", "mon rendez vous", "rendez vous"),
        ("(mon )?abonnement", "Mon abonnement", "Mon abonnement"),
        ("(very)? slow", "slow", "slow"),
        ("appels?", "un appel", "appel"),
        ("unauthori[sz]ed", "unauthorized payment", "unauthorized"),
        ("no signal", "no   signal", "no   signal"),
        ("3.5 go", "3.5 Go", None),
        ("freebox", "@freebox nul https://freebox.fr freebox@free.fr", None),
    ],
)
def test_patterns(pattern: str, text: str, found: str | None) -> None:
    assert finds(pattern, text) == found


@pytest.mark.parametrize("pattern", ["", "  ", "(a", "a)", "(a||b)", ".. a", "a ..", "a [b", "(a|)", "x" * 2000, "? a"])
def test_a_wrong_pattern_says_so(pattern: str) -> None:
    with pytest.raises(PatternError):
        expression(pattern)


@given(st.text(max_size=300))
def test_every_word_of_the_flat_text_leads_back(text: str) -> None:
    flat = flatten(text)
    assert len(flat.starts) == len(flat.begins) == len(flat.ends)
    for start, begin, end in zip(flat.starts, flat.begins, flat.ends, strict=True):
        assert 0 <= begin < end <= len(text)
        assert flat.original(start, start + 1) == (begin, end)
