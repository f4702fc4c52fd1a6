"""The report on one model: how well it reads, where it fails, how it came to be."""

import numpy as np

from handwriting.evaluation.calibration import reliability
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.report import embedding, facts, gallery, structure, tables
from handwriting.report.curves import curves
from handwriting.report.markup import Node, e
from handwriting.report.reliability import diagram
from handwriting.report.shell import Section, page
from handwriting.report.words import network_in_words, percent


def report(evaluated: EvaluatedModel) -> bytes:
    """Return the report as an HTML file that needs no other."""
    sections = (
        _learning(evaluated), _confusion(evaluated), _classes(evaluated), _mistakes(evaluated), _reliability(evaluated),
        _weights(evaluated), _embedding(evaluated), _network(evaluated), _command(evaluated), _settings(evaluated),
    )  # fmt: skip
    title = f"How {evaluated.path.name} reads {evaluated.dataset}"
    lead = network_in_words(evaluated.model.network)
    return page(title, lead, facts.headline(evaluated), [section for section in sections if section.content])


def _learning(evaluated: EvaluatedModel) -> Section:
    words = "Epoch by epoch. The dot is the epoch whose weights were kept."
    found = curves(evaluated.model.training)
    return Section("learning", "Learning", words, [e("div", *found, class_="charts")] if found else [])


def _confusion(evaluated: EvaluatedModel) -> Section:
    judged = evaluated.evaluation.metrics
    words = "A row for what the pictures are, a column for what was read. The commonest errors:"
    return Section("confusion", "Confusion", words, [tables.most_confused(judged), tables.confusion(judged)])


def _classes(evaluated: EvaluatedModel) -> Section:
    words = (
        "Precision: of the pictures read as the class, the share that are it. Recall: of those that are it, the share "
        "read as it. F1 is their harmonic mean."
    )
    return Section("classes", "Class by class", words, [tables.by_class(evaluated.evaluation.metrics)])


def _mistakes(evaluated: EvaluatedModel) -> Section:
    found = evaluated.evaluation.worst()
    if not found:
        return Section("mistakes", "Mistakes", "", [e("p", "Every picture was read right.")])
    words = (
        f"{'The worst' if len(found) > gallery.MOST else 'All'} {min(len(found), gallery.MOST):,} of {len(found):,}: "
        "what was read and how surely, what it is, and how much the network believed in that."
    )
    return Section("mistakes", "The worst mistakes", words, [gallery.gallery(found, evaluated.examples.images)])


def _reliability(evaluated: EvaluatedModel) -> Section:
    evaluation = evaluated.evaluation
    words = (
        "Of readings that are 90 % sure 90 % should be right: bars should end at the dashed line. The short lines are "
        f"how sure the network was. On average the two are {percent(evaluation.metrics.calibration_error)} apart "
        "(expected calibration error)."
    )
    charts = diagram(reliability(evaluation.confidences, evaluation.labels))
    return Section("reliability", "Reliability", words, [e("div", *charts, class_="charts")])


def _weights(evaluated: EvaluatedModel) -> Section:
    found = structure.weights(evaluated.model.network)
    words = structure.weights_in_words(evaluated.model.network)
    return Section("weights", "First weights", words, [found] if found is not None else [])


def _embedding(evaluated: EvaluatedModel) -> Section:
    evaluation, network = evaluated.evaluation, evaluated.model.network
    chosen = slice(embedding.MOST)
    features = embedding.last_hidden(network, evaluated.examples.images[chosen])
    found = None if features is None else embedding.principal_components(features)
    content: list[Node] = []
    words = ""
    if found is not None and features is not None:
        labels, read = evaluation.labels[chosen], evaluation.confidences[chosen].argmax(axis=1)
        content = [embedding.scatter(found, labels, np.asarray(read), evaluation.metrics.class_names)]
        words = (
            f"The first {len(labels):,} test pictures, as the last hidden layer sees them: its {features.shape[1]:,} "
            f"answers along their two principal components, which keep {percent(sum(found.kept), 0)} of the variance. "
            "A circle marks what was read wrong."
        )
    return Section("embedding", "Embedding", words, content)


def _network(evaluated: EvaluatedModel) -> Section:
    return Section("network", "Network", "", [structure.layers(evaluated.model.network)])


def _command(evaluated: EvaluatedModel) -> Section:
    return Section("command", "Train it again", "", facts.reproduction(evaluated.model.training))


def _settings(evaluated: EvaluatedModel) -> Section:
    pieces = [
        e("div", e("h3", "Settings"), facts.settings(evaluated.model.training)),
        e("div", e("h3", "Model and versions"), facts.origin(evaluated)),
    ]
    return Section("settings", "Settings and versions", "", [e("div", *pieces, class_="columns")])
