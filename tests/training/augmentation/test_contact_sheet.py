"""The contact sheet."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handwriting.errors import HandwritingError
from handwriting.training.augmentation import contact_sheet
from tests.helpers.sample_images import noise


def test_a_contact_sheet_shows_each_original_beside_its_versions(tmp_path: Path) -> None:
    originals, versions = noise(2, seed=1), noise(6, seed=2).reshape(2, 3, 28, 28)
    contact_sheet.save(tmp_path / "sheet.png", contact_sheet.draw(originals, versions))
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))[::2, ::2]
    assert sheet.shape == (2 * 32, 4 * 32)
    assert np.array_equal(sheet[32 + 2 : 64 - 2, 2:30], originals[1])
    assert np.array_equal(sheet[32 + 2 : 64 - 2, 96 + 2 : 128 - 2], versions[1, 2])


def test_a_sheet_that_can_not_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HandwritingError, match="can't write"):
        contact_sheet.save(tmp_path / "file" / "sheet.png", contact_sheet.draw(noise(1), noise(1)[None]))
