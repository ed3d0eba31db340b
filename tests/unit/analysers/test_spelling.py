"""What was read in one spelling is given back in the words that came, every place with it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from makers import an_interaction

from voc.analysis.spelling import opened, restored
from voc.records import Analysis, Aspect, Clause, Expectation, Identifier, Redaction, Sentence, Sentiment, Turn, Word

NEUTRAL = Sentiment(label="neutral", score=0.0)
LETTERS = st.text(st.sampled_from("aé œŒæßx\u0301\u00ad.,"), max_size=40)


def test_a_text_without_joined_letters_is_left_as_it_is() -> None:
    plain = an_interaction(text="Très déçue, l'été dernier.")
    assert opened(plain) is plain


def test_words_and_places_are_those_that_came() -> None:
    source = an_interaction(text="Ma sœur a des œufs cassés, appelez Lebœuf.")
    read = opened(source)
    assert read.text == "Ma soeur a des oeufs cassés, appelez Leboeuf."
    analysis = Analysis(
        id=source.id,
        channel=source.channel,
        source=source.source,
        text=read.text,
        redacted=(Redaction(type="PERSON", begin=37, end=44),),
        redacted_text="Ma soeur a des oeufs cassés, appelez [PERSON].",
        sentences=(
            Sentence(begin=0, end=45, sentiment=NEUTRAL, clauses=(Clause(begin=9, end=27, sentiment=NEUTRAL),)),
        ),
        aspects=(Aspect(topic="delivery.damaged", sentiment=-0.5, begin=15, end=27, text="oeufs cassés"),),
        expectations=(Expectation(text="appelez Leboeuf", begin=29, end=44),),
        identifiers=(Identifier(type="name", value="Alice"),),
    )
    back = restored(analysis, source)
    assert back.text == source.text
    assert back.redacted_text == "Ma sœur a des œufs cassés, appelez [PERSON]."
    assert back.aspects[0].text == back.text[back.aspects[0].begin : back.aspects[0].end] == "œufs cassés"
    assert back.expectations[0].text == "appelez Lebœuf"
    assert (back.sentences[0].begin, back.sentences[0].end) == (0, len(back.text))
    clause = back.sentences[0].clauses[0]
    assert back.text[clause.begin : clause.end] == "a des œufs cassés"
    assert back.identifiers == analysis.identifiers


def test_turns_keep_their_words_and_their_times() -> None:
    words = (Word(text="Ma", begin_ms=0, end_ms=100), Word(text="sœur", begin_ms=100, end_ms=400))
    source = an_interaction(turns=(Turn(index=0, text="Ma sœur", words=words), Turn(index=1, text="Oui")))
    read = opened(source)
    assert [word.text for word in read.turns[0].words] == ["Ma", "soeur"]
    placed = tuple(
        turn.model_copy(update={"begin": begin, "end": end, "sentiment": NEUTRAL})
        for turn, begin, end in zip(read.turns, (0, 9), (8, 12), strict=True)
    )
    analysis = Analysis(id=source.id, channel=source.channel, source=source.source, text="Ma soeur\nOui", turns=placed)
    back = restored(analysis, source)
    assert back.text == "Ma sœur\nOui"
    assert [(turn.begin, turn.end, turn.text) for turn in back.turns] == [(0, 7, "Ma sœur"), (8, 11, "Oui")]
    assert back.turns[0].words == words
    assert back.turns[0].sentiment == NEUTRAL


@given(LETTERS, st.data())
def test_masks_cover_the_same_letters_in_either_spelling(text: str, data: st.DataObject) -> None:
    source = an_interaction(text=text)
    read = opened(source)
    length = len(read.text or "")
    begin, end = sorted(data.draw(st.integers(0, length)) for _ in range(2))
    spans = (Redaction(type="PERSON", begin=begin, end=end),) if begin < end else ()
    analysis = Analysis(
        id="i", channel=source.channel, source="s", text=read.text or "", redacted=spans, redacted_text=""
    )
    back = restored(analysis, source)
    assert back.text == text
    for was, now in zip(analysis.redacted, back.redacted, strict=True):
        assert (
            opened(an_interaction(text=text[now.begin : now.end])).text.find((read.text or "")[was.begin : was.end])
            >= 0
        )
