"""The words of counting and of the calendar in nl, en, es, pap and ar, folded for comparison.

Out: tables only. Readable spellings stand here; `fold` makes the keys. Arabic words typed in
Latin letters (3am, snin, jouj) stand with the Arabic ones.
"""

from typing import Dict, Iterable, Set, Tuple

from bot.components.text import fold


def _set(text: str) -> Set[str]:
    return {fold(word) for word in text.split()}


def _numbers(text: str, first: int = 0) -> Dict[str, int]:
    """`a/b c` -> {a: first, b: first, c: first + 1}."""
    return {
        fold(word): value
        for value, words in enumerate(text.split(), first)
        for word in words.split("/")
    }


def _dutch() -> Dict[str, int]:
    ones = "nul een/één/eentje twee/tweeën drie/drieën vier/vieren vijf/vijven zes/zessen"
    table = _numbers(
        f"{ones} zeven/zevenen acht/achten negen/negenen tien/tienen elf twaalf/twaalven dertien"
        " veertien vijftien zestien zeventien achttien negentien"
    )
    tens = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()
    units = "een twee drie vier vijf zes zeven acht negen".split()
    for ten, word in enumerate(tens, 2):
        table[word] = ten * 10
        table.update({f"{unit}en{word}": ten * 10 + n for n, unit in enumerate(units, 1)})
    return {**table, "honderd": 100}


def _spanish() -> Dict[str, int]:
    table = _numbers(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
        " dieciséis diecisiete dieciocho diecinueve veinte veintiuno/veintiún veintidós veintitrés"
        " veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve treinta"
    )
    tens = "cuarenta cincuenta sesenta setenta ochenta noventa cien"
    return {**table, **{word: n * 10 for n, word in enumerate(tens.split(), 4)}}


def _papiamentu() -> Dict[str, int]:
    table = _numbers(
        "sero unu dos tres kuater/cuater/kuatro sinku/cinco/sinko seis/ses shete/siete/shet ocho"
        " nuebe/nueve dies/diez diesun/dies-un diesdos diestres dieskuater diessinku"
        " dieseis/diesseis dieshete/diesshete diesocho diesnuebe"
    )
    tens = "binti/vinti trinta/trenta kuarenta/cuarenta sinkuenta/cincuenta sesenta setenta"
    tens += " ochenta nobenta/noventa shen/cien"
    table.update({word: n * 10 for word, n in _numbers(tens, 2).items()})
    for n, unit in enumerate("un dos tres kuater sinku seis shete ocho nuebe".split(), 1):
        table.update({f"binti{unit}": 20 + n, f"trinti{unit}": 30 + n})
    return table


def _english() -> Dict[str, int]:
    table = _numbers(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
    )
    tens = "twenty thirty forty/fourty fifty sixty seventy eighty ninety hundred"
    return {**table, **{word: n * 10 for word, n in _numbers(tens, 2).items()}}


def _arabic() -> Dict[str, int]:
    table = _numbers(
        "صفر/sifr واحد/واحدة/wa7ed/wahed/wahda/we7de اثنان/اثنين/اتنين/تنين/ثنين/جوج/زوج/jouj/joj/juj/tnin/itnen"
        " ثلاثة/ثلاث/تلاتة/تلات/ثلاته/تلت/tlata/tlat/tlate أربعة/أربع/اربع/arb3a/rb3a/arba3a"
        " خمسة/خمس/khamsa/5amsa/khams ستة/ست/setta/sitta/stta سبعة/سبع/seb3a/sab3a"
        " ثمانية/ثمان/ثماني/تمانية/تمان/تمنية/tmanya/tmania تسعة/تسع/tes3a/tis3a"
        " عشرة/عشر/3achra/3ashra احدعشر/حداشر/hdach اثناعشر/اتناشر/tnach ثلاثعشر/تلتاشر"
        " اربعتاشر خمستاشر ستاشر سبعتاشر تمنتاشر تسعتاشر"
    )
    tens = "عشرين/عشرون/3ichrin/3echrin ثلاثين/ثلاثون/تلاتين/tlatin أربعين/أربعون/arb3in"
    tens += (
        " خمسين/خمسون/khamsin ستين/ستون سبعين/سبعون ثمانين/ثمانون/تمانين تسعين/تسعون مية/مئة/مائة"
    )
    return {**table, **{word: n * 10 for word, n in _numbers(tens, 2).items()}}


NUMBERS = {
    "nl": _dutch(), "en": _english(), "es": _spanish(), "pap": _papiamentu(), "ar": _arabic(),
}  # fmt: skip
# Number words that are an ordinary word in another language, and the language they count in.
ONLY_IN = {
    "once": "es",
    "ten": "en",
    "een": "nl",
    "en": "nl",
    "ses": "pap",
    "زوج": "ar",
    "ست": "ar",
}
ARTICLES = _set("een a an un una")
ONE = _set("één uno unu one")

UNITS: Dict[str, str] = {}
for _unit, _words in {
    "day": "dag dagen day days día días dia dianan يوم ايام أيام nhar iyam ayam youm",
    "week": "week weken wk wkn weeks wks semana semanas siman simannan siman أسبوع اسابيع أسابيع simana simanat osbo3",
    "month": "maand maanden mnd mnden month months mth mths mes meses luna lunanan شهر أشهر شهور اشهر chhar chhor chhour shahr shhour ashhor",
    "year": "jaar jaren jr year years yr yrs año años aña añanan anja anjanan سنة سنوات سنين عام أعوام اعوام 3am a3wam sana sanawat snin snine sneen snen",
}.items():
    UNITS.update({fold(word): _unit for word in _words.split()})
# One word for two of them.
DUAL_UNITS = {
    **{fold(w): "day" for w in "يومين yawmin youmayn".split()},
    **{fold(w): "week" for w in "أسبوعين اسبوعين جمعتين simantin".split()},
    **{fold(w): "month" for w in "شهرين شهران chahrin shahrin shahren".split()},
    **{fold(w): "year" for w in "سنتين سنتان عامين عامان 3amin 3amayn santen".split()},
}
DUAL_PEOPLE = _set(
    "ولدين ولدان بنتين بنتان ابنين ابنتين طفلين طفلان طفلتين شخصين شخصان waldin bentin weldin"
)
HALF_BEFORE = _set("anderhalf anderhalve")  # one and a half of the unit that follows
HALF = _set("half halve medio media mei نص نصف nos noss")
AND = _set("en and y i و w ou")

MONTHS: Dict[Tuple[str, ...], int] = {}
for _number, _words in enumerate(
    (
        "januari jan january enero yanüari januari يناير كانون_الثاني جانفي yanayir",
        "februari feb february febrero febrüari فبراير شباط فيفري fibrayir",
        "maart mrt march mar marzo mart مارس آذار mars",
        "april apr abril aprel أبريل ابريل نيسان أفريل abril",
        "mei may mayo mei مايو أيار ماي",
        "juni jun june junio yüni يونيو حزيران جوان",
        "juli jul july julio yüli يوليو تموز يوليوز جويلية",
        "augustus aug august agosto ougùstùs ogùstùs أغسطس اغسطس آب غشت أوت",
        "september sept sep septiembre setiembre sèptèmber سبتمبر أيلول شتنبر",
        "oktober okt october oct octubre òktober أكتوبر اكتوبر تشرين_الأول تشرين_الاول",
        "november nov noviembre novèmber نوفمبر تشرين_الثاني نونبر",
        "december dec diciembre dic desèmber ديسمبر كانون_الأول كانون_الاول دجنبر",
    ),
    1,
):
    MONTHS.update({tuple(map(fold, word.split("_"))): _number for word in _words.split()})

# Days counted from today; longer phrases first when they are looked up.
DAYS: Dict[Tuple[str, ...], int] = {
    tuple(map(fold, phrase.split("_"))): offset
    for offset, phrases in {
        -2: "eergisteren the_day_before_yesterday day_before_yesterday anteayer antier antayera"
        " أول_أمس اول_امبارح",
        -1: "gisteren gister gisteravond yesterday ayer anoche ayera أمس امس مبارح امبارح البارح"
        " البارحة lbare7 lbareh mbare7 embare7 ams",
        0: "vandaag today hoy awe awor_aki اليوم lyoum lyouma elyom ليوم",
        1: "morgen morgenochtend tomorrow tmrw mañana mañan غدا غداً بكرة بكرا ghedda ghadda bokra bukra",
        2: "overmorgen the_day_after_tomorrow day_after_tomorrow pasado_mañana otro_mañan بعد_غد"
        " بعد_بكرة",
    }.items()
    for phrase in phrases.split()
}
# `mañana` after these is a part of the day or a greeting.
NOT_TOMORROW_AFTER = _set("la esta buena buenas goede goeie goeden elke cada por")
DATE_LINKS = _set("de of di van del the den dia , في")
ORDINALS = _set("e de ste st nd rd th o a º ª")
YEAR_LEADS = _set(
    "in sinds since from van desde en de del hasta tot until na for di في منذ سنة عام f mn"
)

KIN = _set(
    "zoon zoontje zoons dochter dochtertje dochters kind kindje kinderen kids baby jongen meisje meid"
    " jongste oudste kleine peuter tweeling man vrouw moeder vader broer zus oma opa"
    " son sons daughter daughters child children kid boy girl toddler youngest oldest eldest twins"
    " husband wife mother mum mom father brother sister"
    " hijo hija hijos hijas niño niña niños niñas bebé bebe nene nena menor mayor chico chica esposo"
    " esposa marido madre mamá padre papá hermano hermana"
    " yu yiu yunan mucha muchanan bebi hòmber muhé muher mayó chikí chikitu kasá ruman mama tata"
    " ابن ابني ابنتي بنتي بنت ولد ولدي طفل طفلي طفلتي الطفل الطفلة البنت الولد ابنه ابنها اولادي أولادي بناتي"
    " weldi wldi wladi benti bnti weld bent"
)
PRONOUNS = _set("ik hij zij ze i he she im i'm she's he's hes shes yo el ella e mi")
PEOPLE = KIN | _set("hende personas people mensen أشخاص اشخاص")

AGE_AFTER: Iterable[Tuple[str, ...]] = [
    tuple(map(fold, phrase.split("_")))
    for phrase in "oud old of_age de_edad di_edat di_edad van_leeftijd من_العمر".split()
]
AGE_WORDS = _set(
    "leeftijd age aged edad edat عمره عمرها عمري عمرو عمر العمر عمرهم بعمر 3omro 3omri 3omrha 3mro 3mri 3mrha"
    " cumplió cumple turned turns"
)
# `is 5`, `van 7`, `tiene 4 años`: an age when it is about a person.
AGE_VERBS = _set(
    "is ben wordt werd van heeft zijn am be are of was de tiene tienen tin ta di im i'm she's he's hes"
    " shes عنده عندها عندو 3ndo 3ndha 3ando 3anda"
)
# `tengo 31 años`: an age unless a place or a way of living follows.
AGE_VERBS_OF_SPEAKER = _set("tengo tin عندي 3ndi 3andi")
PLACE_AFTER = _set(
    "in en na aquí aki here hier there daar fuera viviendo sin zonder without fi f هنا في هناك hna ta bibando"
)
HAVE = _set("heb heeft hebben have has got tengo tenemos tiene tin maar solo just only")
ALONE = _set("so solo sola enkel only so'so")
