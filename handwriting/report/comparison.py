"""The report on several models: side by side, two by two, and picture by picture where they differ."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from handwriting.evaluation.comparison import Comparison, Difference
from handwriting.evaluation.significance import Pair
from handwriting.interfaces import Images
from handwriting.report import facts, gallery, pictures, tables
from handwriting.report.markup import Node, e
from handwriting.report.shell import Section, page
from handwriting.report.words import called, letter, network_in_words, percent, probability, size, verdict


def report(comparison: Comparison) -> bytes:
    """Return the report as an HTML file that needs no other."""
    first = comparison.models[0]
    title = f"{len(comparison.models)} models read {first.dataset}"
    lead = f"{first.evaluation.metrics.count:,} test pictures, the same for all of them"
    sections = [_models(comparison), _pairs(comparison), _classes(comparison), _where(comparison)]
    return page(title, lead, _headline(comparison), sections)


def _headline(comparison: Comparison) -> Element:
    return facts.figure_row(
        (f"{letter(i)}: {s.path.name}", percent(s.evaluation.metrics.accuracy), network_in_words(s.model.network))
        for i, s in enumerate(comparison.models)
    )


def _models(comparison: Comparison) -> Section:
    headings = ("", "model", "accuracy", "95 % interval", "calibration error", "parameters", "file", "pictures/s",
                "one picture")  # fmt: skip
    rows: list[Sequence[Node]] = []
    for i, (evaluated, speed) in enumerate(zip(comparison.models, comparison.speeds, strict=True)):
        judged = evaluated.evaluation.metrics
        low, high = judged.interval
        rows.append([
            letter(i), evaluated.path.name, percent(judged.accuracy), f"{percent(low)} to {percent(high)}",
            percent(judged.calibration_error), f"{len(evaluated.model.network.trained):,}",
            size(evaluated.path.stat().st_size),
            f"{speed.pictures_per_second:,.0f}", f"{speed.milliseconds:.2f}\u00a0ms",
        ])  # fmt: skip
    words = "Times were taken on the machine that made this page: a thousand pictures at once, and one alone."
    return Section("models", "Side by side", words, [tables.table(headings, rows)])


def _pairs(comparison: Comparison) -> Section:
    words = (
        "All models read the same pictures, so what counts is where one is right and the other is wrong. McNemar's "
        "test, in its exact form, tells how likely so uneven a split would be if neither were better"
        + (" (with Holm's correction for several pairs)." if len(comparison.pairs) > 1 else ".")
    )
    headings = ("pair", "verdict", "p", "right only in the first", "right only in the second")
    rows = [
        [f"{letter(p.first)}, {letter(p.second)}", verdict(p.adjusted, _better(p)), probability(p.adjusted),
         f"{p.only_first:,}", f"{p.only_second:,}"]
        for p in comparison.pairs
    ]  # fmt: skip
    return Section("pairs", "Two by two", words, [tables.table(headings, rows)])


def _better(pair: Pair) -> str:
    return letter(pair.first if pair.only_first > pair.only_second else pair.second)


def _classes(comparison: Comparison) -> Section:
    judged = [evaluated.evaluation.metrics for evaluated in comparison.models]
    headings = ("class", *(letter(i) for i in range(len(judged))), "pictures")
    rows = [
        [called(name), *_recalls([of.classes[name].recall for of in judged]), f"{judged[0].classes[name].count:,}"]
        for name in judged[0].class_names
        if all(name in of.class_names for of in judged)
    ]
    words = "Recall: of the pictures of a class, the share that was read as it. The best is bold."
    return Section("classes", "Class by class", words, [tables.table(headings, rows)])


def _recalls(shares: Sequence[float]) -> Iterable[Node]:
    best = max(shares)
    return (e("b", f"{share:.4f}") if share == best else f"{share:.4f}" for share in shares)


def _where(comparison: Comparison) -> Section:
    found = comparison.differences
    if not found:
        return Section("differences", "Where they differ", "", [e("p", "They read every picture the same.")])
    shown = found[: gallery.MOST]
    words = (
        f"{len(found):,} pictures are not read the same by all. Here are {len(shown):,} of them, those first about "
        "which the models are surest and yet do not agree."
    )
    cards = (_card(difference, comparison.models[0].examples.images) for difference in shown)
    return Section("differences", "Where they differ", words, [e("div", *cards, class_="gallery")])


def _card(found: Difference, images: Images) -> Element:
    readings = (
        e("span", e("span", f"{letter(i)} ", e("b", called(name), **_colour(name == found.truth))), percent(sure, 1))
        for i, (name, sure) in enumerate(zip(found.readings, found.confidences, strict=True))
    )
    caption = e("figcaption", e("span", e("span", "is ", e("b", called(found.truth)))), *readings,
                e("small", f"no. {found.position:,}"))  # fmt: skip
    picture = pictures.digit(images[found.position], f"a {called(found.truth)}")
    return e("figure", picture, caption)


def _colour(right: bool) -> dict[str, str]:
    return {} if right else {"class_": "bad"}
