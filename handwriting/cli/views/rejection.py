"""What a model rejects, in words, as several views write it."""

from handwriting.models.model_file import Model
from handwriting.report.formatting import percent


def rejection(model: Model) -> str | None:
    """Return what the model rejects; None if it has no class of non-digits."""
    if model.non_digit is None:
        return None
    words = f"images with a confidence of {percent(model.rejection_threshold, 1)} or more in non-digit"
    match model.training.get("refusal"):
        case {"of_nothing": float(right), "of_others": float(wrong)}:
            words += f": {percent(right)} of the non-digits and {percent(wrong)} of the digits in the validation set"
    return words
