"""What English mail programs and people write around the words of an e-mail."""

from __future__ import annotations

from voc.language.mail_words import MailWords

_PLATFORMS = r"(?:android|ios|iphone|windows|mac)"

MAIL = MailWords(
    on="on",
    wrote="wrote",
    quoting="quoting",
    original=(
        r"original message|reply message"
        r"|(?:please )?(?:type |write |enter )?(?:your )?reply above this line"
    ),
    forwarded="forwarded by|forwarded message|begin forwarded message",
    forward_prefix="fwd?",
    reply_prefix="re",
    header_from="from",
    header_sent="sent",
    header_date="date",
    header_to="to",
    header_subject="subject",
    header_other="reply-to|importance|organization",
    attached=r"see attached\s+file|embedded image moved to\s+file",
    program=(
        r"sent (?:from|via|with) .{2,60}|sent (?:from|via|with) .{2,60}\( ?https?://.{0,120}"
        rf"|(?:get|download) (?:outlook|[\w ]{{2,30}}? (?:pour|for) {_PLATFORMS})\b.{{0,120}}|virus-free.{{0,60}}"
    ),
    disclaimer=(
        r"this (?:e-?mail|message|communication)\b.{0,80}(?:confidential|intended|attach|privileged|any files)"
        r"|the information (?:contained )?in this|confidentiality notice|disclaimer ?:|caution ?:"
        r"|if you are not the intended|please consider the environment|think before you print"
    ),
    thanks_before=r"thank(?:s| you)[\w ]{0,20},? ",
    closing=(
        r"(?:kind(?:est)?|best|warm|with kind|with best|many)? ?regards|(?:yours )?(?:sincerely|faithfully|truly)"
        r"|(?:sincerely|faithfully|truly) yours|yours|best wishes|(?:all the )?best|cheers|respectfully|cordially"
        r"|take care|rgds|br|many thanks|thanks(?: again)?(?: in advance)?|thank you(?: again)?(?: in advance)?"
    ),
    all_the_same=r" (?:all the same|anyway)",
    closing_at_end="kind regards|best regards|regards",
    greeting=(r"hello|hi(?: there)?|hey|dear|good (?:morning|afternoon|evening)|mr|to whom it may concern"),
    greeting_inline="hello|hi|hey",
    greeted="mr|team|there|all|everyone",
    contact_labels=r"tel|phone|mobile|mob|fax|e-?mail|mail",
    street_first="street|road|lane",
    street_last="street|road|lane|avenue",
    form_fields=(
        r"phone|mobile|e-?mail|mail|name|first name|last name|address|city|postcode|company|client|subject|reason|date"
    ),
    dated="(?:on )?",
    wish=(r"(?:wish(?:ing)? you|have) a (?:good|nice|great|lovely) (?:day|evening|week(?:end)?)[ ,.!]{0,3}"),
    no_reply=r"(?:do[-_.]?)?no?t?[-_.]?reply",
    machine_subject=(
        r"automatic reply|auto[- ]?reply|out of (?:the )?office|undeliver(?:able|ed)"
        r"|mail delivery (?:failed|failure|subsystem|system)|delivery (?:status notification|failure|has failed)"
        r"|returned mail|failure notice|delivery delayed"
    ),
    receipt="read|not read|delivered",
    own_folders="sent|sent mail|sent messages|drafts|draft",
    junk_folders="spam|junk|junk e-mail|category promotions|category_promotions|promotions",
    deleted_folders="trash|deleted|chat|chats",
    references={"customer": "client|customer", "contract": "contract|policy", "order": "order"},
    number_after=r"id|number|no\.?",
)
