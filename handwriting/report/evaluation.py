"""The report on one model: how well it reads, where it fails, how it came to be."""

import numpy as np

from handwriting.evaluation.calibration import reliability
from handwriting.evaluation.subject import Subject
from handwriting.report import embedding, facts, gallery, structure, tables
from handwriting.report.curves import curves
from handwriting.report.markup import Node, e
from handwriting.report.reliability import diagram
from handwriting.report.shell import Section, page
from handwriting.report.words import network_in_words, percent


def report(subject: Subject) -> bytes:
    """Return the report as an HTML file that needs no other."""
    sections = (
        _learning(subject), _confusion(subject), _classes(subject), _mistakes(subject), _reliability(subject),
        _weights(subject), _embedding(subject), _network(subject), _command(subject), _settings(subject),
    )  # fmt: skip
    title = f"How {subject.path.name} reads {subject.dataset}"
    lead = network_in_words(subject.model.network)
    return page(title, lead, facts.headline(subject), [section for section in sections if section.content])


def _learning(subject: Subject) -> Section:
    words = "Epoch by epoch. The dot is the epoch whose weights were kept."
    found = curves(subject.model.training)
    return Section("learning", "Learning", words, [e("div", *found, class_="charts")] if found else [])


def _confusion(subject: Subject) -> Section:
    judged = subject.judgement.evaluation
    words = "A row for what the pictures are, a column for what was read. The commonest errors:"
    return Section("confusion", "Confusion", words, [tables.most_confused(judged), tables.confusion(judged)])


def _classes(subject: Subject) -> Section:
    words = (
        "Precision: of the pictures read as the class, the share that are it. Recall: of those that are it, the share "
        "read as it. F1 is their harmonic mean."
    )
    return Section("classes", "Class by class", words, [tables.by_class(subject.judgement.evaluation)])


def _mistakes(subject: Subject) -> Section:
    found = subject.judgement.worst()
    if not found:
        return Section("mistakes", "Mistakes", "", [e("p", "Every picture was read right.")])
    words = (
        f"{'The worst' if len(found) > gallery.MOST else 'All'} {min(len(found), gallery.MOST):,} of {len(found):,}: "
        "what was read and how surely, what it is, and how much the network believed in that."
    )
    return Section("mistakes", "The worst mistakes", words, [gallery.gallery(found, subject.examples.images)])


def _reliability(subject: Subject) -> Section:
    judgement = subject.judgement
    words = (
        "Of readings that are 90 % sure 90 % should be right: bars should end at the dashed line. The short lines are "
        f"how sure the network was. On average the two are {percent(judgement.evaluation.calibration_error)} apart "
        "(expected calibration error)."
    )
    charts = diagram(reliability(judgement.confidences, judgement.labels))
    return Section("reliability", "Reliability", words, [e("div", *charts, class_="charts")])


def _weights(subject: Subject) -> Section:
    found = structure.weights(subject.model.network)
    words = structure.weights_in_words(subject.model.network)
    return Section("weights", "First weights", words, [found] if found is not None else [])


def _embedding(subject: Subject) -> Section:
    judgement, network = subject.judgement, subject.model.network
    chosen = slice(embedding.MOST)
    features = embedding.last_hidden(network, subject.examples.images[chosen])
    found = None if features is None else embedding.principal_components(features)
    content: list[Node] = []
    words = ""
    if found is not None and features is not None:
        labels, read = judgement.labels[chosen], judgement.confidences[chosen].argmax(axis=1)
        content = [embedding.scatter(found, labels, np.asarray(read), judgement.evaluation.class_names)]
        words = (
            f"The first {len(labels):,} test pictures, as the last hidden layer sees them: its {features.shape[1]:,} "
            f"answers along their two principal components, which keep {percent(sum(found.kept), 0)} of the variance. "
            "A circle marks what was read wrong."
        )
    return Section("embedding", "Embedding", words, content)


def _network(subject: Subject) -> Section:
    return Section("network", "Network", "", [structure.layers(subject.model.network)])


def _command(subject: Subject) -> Section:
    return Section("command", "Train it again", "", facts.reproduction(subject.model.training))


def _settings(subject: Subject) -> Section:
    pieces = [
        e("div", e("h3", "Settings"), facts.settings(subject.model.training)),
        e("div", e("h3", "Model and versions"), facts.origin(subject)),
    ]
    return Section("settings", "Settings and versions", "", [e("div", *pieces, class_="columns")])
