"""Messages for names that do not exist."""

from handwriting.registry.suggestions import did_you_mean, unknown


def test_the_names_that_resemble_it_and_all_names_are_told() -> None:
    assert unknown("loss", "msa", ["mse", "cross-entropy"]) == (
        "there is no loss 'msa'; did you mean mse? there are: mse, cross-entropy"
    )
    assert unknown("layer", "x", ["dense"], "installed") == "there is no layer 'x'; installed: dense"
    assert unknown("layer", "x", []) == "there is no layer 'x'; there are: none"


def test_letters_are_compared_regardless_of_case() -> None:
    assert did_you_mean("RLEU", ["relu", "tanh"]) == "did you mean relu? "
