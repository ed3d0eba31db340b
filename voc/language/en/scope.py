"""What turns a find round in English."""

from __future__ import annotations

from voc.language.description import ScopeWords

SCOPE = ScopeWords(
    negations=(r"not|never|nor|cannot|(?:do|did|does|is|was|wo|would|ca|could|have|has|had|are|were|ai|should)n ?t"),
    without=r"without",
    no_negations=r"not only|why not",
    suppositions=r"(?:even |what |as )?if(?: it| this| that| they)?|unless",
    reports=r"told|said|says|saying|suggest\w*|advised|asked|claim\w*|promised",
    that=r"that",
    own_subjects=r"i|we",
    own_between=r"have|ve|already|just",
)
