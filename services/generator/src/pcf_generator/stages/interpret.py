"""Stage 1 of 7, interpret: turns a prompt into an intent.

Takes:  Brief                      Gives:  Interpretation
Asks:   the brain, the model       Fails:  PCF-INT-001 (not a prompt), PCF-LLM-… (only a language model could read it,
                                           and none answers); asks PCF-INT-002, PCF-INT-003
"""

from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.refusal import Clarification, Problem, Question, Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import Knowledge, LanguageUnknown, LanguageUnread
from pcf_generator.ports.model import Brief, Model

MAX_PROMPT = 5000


async def run(brief: Brief, *, knowledge: Knowledge, model: Model) -> Interpretation:
    """Read the prompt, or ask instead of guessing."""
    if not brief.prompt.strip():
        raise Refusal(_invalid("The prompt is empty.", "Say in a sentence what the control should do."))
    if "\x00" in brief.prompt:
        raise Refusal(_invalid("The prompt is no text: it holds a NUL character.", "Send the prompt as plain text."))
    if len(brief.prompt) > MAX_PROMPT:
        raise Refusal(_invalid("The prompt is too long.", f"Say it in at most {MAX_PROMPT} characters."))
    try:
        reply = await model.interpret(brief, knowledge=knowledge)
    except LanguageUnread as error:
        raise Refusal(_unread(error.consulted)) from error
    except LanguageUnknown as error:
        raise Refusal(
            _invalid("Prompts in this language cannot be read yet.", "Write the prompt in English (language `en`).")
        ) from error
    if isinstance(reply, Question):
        raise Clarification(reply)
    return reply


def _unread(consulted: Consulted) -> Problem:
    return Problem(
        code=consulted.code,
        stage=Stage.INTERPRET,
        message="no language model answered, and the prompt's language has no lexicon",
        user_message=f"{consulted.note} Without it, prompts in this language cannot be read.",
        suggestion="Try again later, or write the prompt in English (language `en`).",
    )


def _invalid(what: str, suggestion: str) -> Problem:
    return Problem(
        code="PCF-INT-001",
        stage=Stage.INTERPRET,
        message="the prompt cannot be read",
        user_message=what,
        suggestion=suggestion,
    )
