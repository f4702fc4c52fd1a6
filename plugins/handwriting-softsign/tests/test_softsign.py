from handwriting_softsign import Softsign

from handwriting.testing import check_activation


def test_softsign_fulfils_the_contract() -> None:
    check_activation(Softsign())
