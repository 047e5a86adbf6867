"""Makes test/fixtures/data/filters.json: what datatrove's Gopher filters say of texts written for the purpose, and their words.

    $(node test/rig/python-environment.mjs test/reference/datatrove.lock | tail -1) test/reference/make_filters.py [OUTPUT_FOLDER]

Every text is written here, none is from a data set. For each: the verdicts of GopherQualityFilter and GopherRepetitionFilter
with their defaults (null: kept), and, for the quality filter, with the limit of words lowered to 5.
"""
import json
import pathlib
import random
import sys

from datatrove.data import Document
from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter
from datatrove.utils.text import split_into_words

PROSE = (
    "The patient was admitted to the ward with a fever that had lasted for three days. On examination the chest was clear and the "
    "heart sounds were normal. Blood was taken to look for an infection, and a course of antibiotics was started in the evening. "
    "By the second morning the temperature had fallen, and the family were told that they could expect a discharge soon. "
    "Nobody else in the house had been ill, which made a common source of the infection less likely."
)
SHORT = "The child has a rash and was seen with her mother."
LAB = "Na 138 mmol/L; K 4.1; Cl 102; HCO3 24; urea 5.2; creatinine 78; WBC 7.4 x10^9/L; Hb 13.2; plt 250; CRP < 5. " * 3
rng = random.Random(5)
WORDS = "artery biopsy clinic dosage embolus fracture glucose hormone insulin jaundice kidney lesion muscle nausea oedema plasma renal sepsis tumour ulcer".split()
salad = lambda count: " ".join(rng.choice(WORDS) for _ in range(count))
LINES = ["the %s of the %s was compared with a %s and with that of the %s" % tuple(rng.sample(WORDS, 4)) for _ in range(40)]

TEXTS = {
    "prose": PROSE,
    "short": SHORT,
    "dosages": "Start amoxicillin 500mg/day (b.i.d.) for 7-10 days, then 250 mg. Don't exceed 1.5 g; she'll be reviewed at 10am. It's Dr. O'Neill's plan, i.e. the U.S. protocol, and/or Mr. Hale's.",
    "laboratory": LAB,
    "salad": salad(120),
    "hashes": PROSE + " " + "#tag " * 30,
    "ellipses": PROSE.replace(".", "...").replace(",", "..."),
    "an ellipsis after every fourth word": " ".join(word + ("..." if i % 4 == 0 else "") for i, word in enumerate(PROSE.split())) + " end",
    "ellipsis lines": "\n".join(line + ("..." if i % 2 else "") for i, line in enumerate(LINES)),
    "bullets": "\n".join("- " + line for line in LINES),
    "bullets with a heading in eight": "\n".join(("- " if i % 8 else "") + line for i, line in enumerate(LINES)),
    "dots as bullets": "\n".join("• " + line for line in LINES),
    "long words": " ".join("electroencephalographically and immunohistochemistry of the " for _ in range(20)),
    "short words": " ".join("a b to of be c d e" for _ in range(20)),
    "numbers": " ".join("the value of %d and %d" % (i * 37 % 911, i * 53 % 977) for i in range(40)) + " 1 2 3 4 5 6 7 8 9" * 12,
    "no stop words": salad(40) + "\n" + " ".join(w + "s" for w in WORDS * 2),
    "one stop word": "the " + salad(60),
    "repeated lines": "\n".join(LINES[:6] * 3),
    "repeated paragraphs": "\n\n".join([LINES[0], LINES[1], LINES[0], LINES[2], LINES[0], LINES[0]]),
    "one long repeated paragraph": "\n\n".join([PROSE] + LINES[:10] + [PROSE]),
    "one long repeated line": "\n".join([PROSE] + LINES[:10] + [PROSE]),
    "a phrase again and again": " ".join("%s heart failure" % w for w in WORDS * 2),
    "three words again and again": " ".join("%s chronic heart failure" % w for w in rng.sample(WORDS * 3, 60)),
    "a sentence four times": " ".join([LINES[0]] + LINES[1:8] + [LINES[0]] + LINES[8:12] + [LINES[0], LINES[0]]),
    "a tail twice": PROSE + " " + PROSE[-180:],
    "a tail of a longer text twice": PROSE + " " + " ".join(LINES[:4]) + " " + PROSE[-150:],
    "lines": "\n".join(LINES),
    "quotes and dashes": "\"Well,\" she said—quietly—\"that's the well-known 12-year-old question of the and/or kind: can't we've to be told?\" (See p. 5, fig. 2.) Visit https://example.org/a?b=c or write to a.b@example.org, please.",
    "not ascii": "Die Würde des Menschen ist unantastbar; naïve café résumé – μg and the °C to 38.5 of 20 µg «quoted» 中文字符。" + PROSE,
    "surrogates": "\U0001f600 \U0001f600 the mood of the patient and " * 14,
    "other line ends": "\r\n".join(LINES[:10]) + "\u2028" + LINES[11],
    "blank lines": "\n\n\n".join(LINES[:12]),
    "indented": "\n".join("    " + line + "  " for line in LINES[:12]),
}
# Prefixes of what is repeated, so that limits are crossed one after the other.
for count in range(2, 12):
    TEXTS["%d lines and one of them again" % count] = "\n".join(LINES[:count] + [LINES[0]])
    TEXTS["prose and %d words of it again" % (5 * count)] = PROSE + " " + " ".join(PROSE.split()[: 5 * count])
    TEXTS["prose and %d words of it again, in the middle" % (4 + count)] = PROSE + " " + " ".join(w for line in LINES[:2] for w in line.split()) + " " + " ".join(PROSE.split()[20 : 24 + count])
    TEXTS["prose with %d bare numbers" % (4 * count)] = PROSE + " " + " ".join(str(17 * i) for i in range(4 * count))
    TEXTS["%d words" % (44 + count)] = " ".join(PROSE.replace(".", "").replace(",", "").split()[: 44 + count])


def verdict(filter_, text: str) -> str | None:
    result = filter_.filter(Document(text=text, id="x"))
    return None if result is True else result[1]


def main() -> None:
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "fixtures" / "data")
    quality, low, repetition = GopherQualityFilter(), GopherQualityFilter(min_doc_words=5), GopherRepetitionFilter()
    cases = [
        {"name": name, "text": text, "words": len(split_into_words(text)), "quality": verdict(quality, text), "qualityFrom5Words": verdict(low, text), "repetition": verdict(repetition, text)}
        for name, text in TEXTS.items()
    ]
    (folder / "filters.json").write_text(json.dumps({"datatrove": "0.10.1", "cases": cases}, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


main()
