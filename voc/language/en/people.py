"""What stands around names of people in English."""

from __future__ import annotations

from pathlib import Path

from voc.language.folding import word_set
from voc.language.name_words import NameWords

_ROLE = r"advis[eo]r|agent|colleague|technician|manager|driver|rep(?:resentative)?"

PEOPLE = NameWords(
    titles=r"miss",
    short_titles=r"mr|mrs|ms|dr",
    ranks=r"prof|sir",
    before=(
        r"\bmy name(?:['’]s|\sis)|\b(?:(?:first|last|full|family|middle) ?name|surname)(?:['’]s|\sis)|\bname is|"
        rf"\baccount holder|\bsigned\s?:|\bon behalf of|\b(?:{_ROLE})|\bnamed|\bthanks to|\bhelp(?:ed)? (?:from|by)|"
        r"\bthis is|\bspoke (?:to|with)|\bhello|\bhi|\bdear|\bask(?:ed)? for|\bcall(?:ed)?|\bcontact(?:ed)?|"
        r"\b(?:in|to|under) the name(?: of)?|\bwho is|\bbelongs to|"
        r"\b(?:my|his|her|our) (?:husband|wife|son|daughter|mother|father|brother|sister|friend|neighbou?r|boss|"
        r"partner)"
    ),
    closings=r"regards|sincerely|best wishes|best|yours(?: truly| faithfully)?|many thanks|cheers",
    after=r"speaking\b|here (?:about|calling)\b",
    introductions=r"names?(?:['’]s|\sis)?|surname is",
    greetings=r"hello|hi|dear",
    done_by=r"by",
    places=r"shops?|stores?|branch(?:es)?|districts?",
    wishes=r"happy|merry",
    said_titles=r"mister|miss|mrs",
    said_before=(
        r"my name is|my name's|(?:(?:first|last|full|family|middle) ?name|surname)(?: is|'s)|(?:mister|mrs|miss)|"
        r"your colleague"
    ),
    said_weakly=r"this is",
    never=word_set(
        "hello hi hey thanks thank client service services box internet mobile mail lol wtf omg help please sir team "
        "all everyone guys there subject re fwd signed regards attention top bonus auto credit monday tuesday "
        "wednesday thursday friday saturday sunday january february march may june july august september october "
        "november december dm dms app simple excellent impossible calls call texts data roaming one two three four "
        "five six seven eight nine ten anyway bug bugs anything something nothing everything huge news song ref "
        "madam sirs madams messrs lady gentleman "
        "question urgent courage mister mr mrs ms dr agent customer advisor many each"
    ),
    saints=word_set("saint st"),
    companies=word_set(
        "inc llc ltd corp corporation company group plc bank airlines hotel hotels restaurant university college "
        "school hospital clinic street road avenue lane drive square park plaza station airport stadium center centre "
        "mall church museum foundation times telecom mobile county city beach island lake river valley mountain"
    ),
    ends=word_set(
        "the an and but so because i i'm i've i'd you he she it we they is are was were be been to of in at for from "
        "with by about my your his her our their not no yes just really very calling speaking here there this that "
        "what when how why who hello hi thanks please has had have do does did will would can could should if then "
        "than too also told said gave asked got going ridiculous unacceptable terrible awful great good bad horrible "
        "annoying crazy first second last only third time one two three new am as all getting regarding concerning "
        "still a on me"
    ),
    first_names=Path(__file__).with_name("first_names.txt"),
    surnames=Path(__file__).with_name("surnames.txt"),
)
