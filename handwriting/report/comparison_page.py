"""The report on several models: side by side, in pairs, and image by image where they differ."""

from handwriting.evaluation.comparison import Comparison
from handwriting.report.formatting import compared_figures, counted, differing, letter, p_value, percent, verdict
from handwriting.report.gallery import MOST_IMAGES, card
from handwriting.report.markup import e
from handwriting.report.page import Section, page
from handwriting.report.structure import summary
from handwriting.report.tables import table


def comparison_page(comparison: Comparison) -> bytes:
    """Return the report as an HTML file."""
    first = comparison.models[0]
    title = f"{len(comparison.models)} models on {first.dataset}"
    figures = (
        (f"{letter(i)}: {m.path.name}", percent(m.evaluation.metrics.accuracy), summary(m.model.network))
        for i, m in enumerate(comparison.models)
    )
    sections = (_models(comparison), _pairs(comparison), _classes(comparison), _differences(comparison))
    return page(
        title, f"{counted(first.evaluation.metrics.count, 'test image')}, the same for all models", figures, sections
    )


def _models(comparison: Comparison) -> Section:
    note = (
        "Speeds were measured on the machine that wrote this page: images per second when a thousand are read at once, "
        "and the time for a single one."
    )
    models = list(zip(comparison.models, comparison.speeds, strict=True))
    figures = [compared_figures(*model) for model in models]
    rows = [[letter(i), models[i][0].path.name, *values.values()] for i, values in enumerate(figures)]
    return Section("models", "Models", note, [table(["", "model", *figures[0]], rows)])


def _pairs(comparison: Comparison) -> Section:
    note = (
        "All models read the same images, so those count that only one model of a pair reads right. p is the "
        "probability of a difference at least as large if neither were better (McNemar's exact test"
        + (", with Holm's correction for several pairs)." if len(comparison.pairs) > 1 else ").")
    )
    headings = ("pair", "verdict", "p", "only the first is right", "only the second is right")
    rows = []
    for pair in comparison.pairs:
        first, second = letter(pair.first), letter(pair.second)
        rows.append([
            f"{first}, {second}", verdict(pair), p_value(pair.adjusted),
            f"{pair.only_first:,}", f"{pair.only_second:,}",
        ])  # fmt: skip
    return Section("pairs", "Pairs", note, [table(headings, rows)])


def _classes(comparison: Comparison) -> Section:
    note = "Recall: the fraction of the images of a class that are read as it. The best is bold."
    scores = [evaluated.evaluation.metrics.classes for evaluated in comparison.models]
    rows = []
    for name in (name for name in scores[0] if all(name in classes for classes in scores)):
        recalls = [classes[name].recall for classes in scores]
        cells = [e("b", f"{r:.4f}") if r == max(recalls) else f"{r:.4f}" for r in recalls]
        rows.append([name, *cells, f"{scores[0][name].count:,}"])
    headings = ("class", *map(letter, range(len(scores))), "images")
    return Section("classes", "Recall by class", note, [table(headings, rows)])


def _differences(comparison: Comparison) -> Section:
    differences, images = comparison.differences, comparison.models[0].examples.images
    if not differences:
        return Section("differences", "Differences", "", [e("p", "All models read every image the same.")])
    note = (
        f"{differing(len(differences))} models. At most {MOST_IMAGES} are shown, first "
        "those about which the models are most confident and yet disagree."
    )
    cards = []
    for d in differences[:MOST_IMAGES]:
        readings = zip(map(letter, range(len(d.readings))), d.readings, d.confidences, strict=True)
        cards.append(card(images[d.position], d.position, d.truth, [("true", d.truth, None), *readings]))
    return Section("differences", "Differences", note, [e("div", *cards, class_="gallery")])
