"""The page of `hwr draw` in a real browser: what is drawn by pointer events is read, and the console stays empty."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handwriting.models import model_file, user_models
from handwriting.nn.layers.dropout import Dropout
from handwriting.nn.layers.flatten import Flatten
from handwriting.web.uploads import LARGEST_POST
from tests.helpers import browser
from tests.helpers.draw_client import HOSTILE, drawn

pytest.importorskip("selenium", reason="needs selenium: pip install 'handwriting[test]'")
pytestmark = [
    pytest.mark.skipif(not (browser.CHROMIUM and browser.DRIVER), reason="needs chromium and chromium-driver"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # selenium's, of sockets to a browser that has ended
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser.browser() as driver:
        yield driver


@pytest.fixture
def page(chromium: Any, address: Any) -> Iterator[Any]:
    """The page, newly opened; at the end of the test the console must be empty."""
    yield opened(chromium, address)
    assert browser.logged(chromium) == []


def opened(driver: Any, address: Any) -> Any:
    driver.get(address)
    until(lambda: property_of(driver, "network", "textContent"))
    return driver


def until(holds: Any, seconds: int = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)
    return found


def property_of(driver: Any, name: Any, wanted: Any) -> Any:
    return driver.execute_script(f"return document.getElementById('{name}').{wanted}")


def press(driver: Any, name: Any) -> None:
    driver.execute_script(f"document.getElementById('{name}').click()")


def keys(driver: Any, *pressed: Any) -> None:
    from selenium.webdriver.common.by import By

    driver.find_element(By.ID, "pad").send_keys(*pressed)


@pytest.mark.parametrize(("digit", "kind"), [(2, "mouse"), (3, "touch"), (5, "pen"), (7, "mouse"), (8, "touch")])
def test_strokes_are_read(page: Any, digit: int, kind: str) -> None:
    browser.draw(page, digit, kind=kind)
    assert browser.wait_for(page, str(digit)) == str(digit)
    assert page.execute_script("return document.querySelector('#bars .best span').textContent") == str(digit)
    stages = model_file.load(user_models.BUNDLED).network.stages
    shown = [stage for stage in stages if not isinstance(stage.layer, Flatten | Dropout)]
    assert page.execute_script("return document.querySelectorAll('#layers figure').length") == len(shown)
    until(lambda: property_of(page, "spoken", "textContent").startswith(f"Read: {digit}."))


def test_undo_and_clear(page: Any) -> None:
    browser.draw(page, 1)
    assert browser.wait_for(page, "1") == "1"
    press(page, "undo")
    assert browser.wait_for(page, "?") == "?"
    assert property_of(page, "words", "textContent") == "Nothing drawn yet."
    assert property_of(page, "hint", "hidden") is False
    browser.draw(page, 4)
    assert browser.wait_for(page, "4") == "4"
    press(page, "clear")
    assert browser.wait_for(page, "?") == "?"
    assert property_of(page, "undo", "disabled")
    until(lambda: property_of(page, "spoken", "textContent") == "Nothing drawn yet.")


def test_the_keyboard_draws(page: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    keys(page, Keys.ARROW_RIGHT * 8, Keys.SPACE, Keys.ARROW_DOWN * 17, Keys.SPACE)
    assert browser.wait_for(page, "1") == "1"
    keys(page, Keys.CONTROL, "z")
    assert browser.wait_for(page, "?") == "?"


def test_undo_lifts_the_keyboards_pen(page: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    keys(page, Keys.SPACE, Keys.ARROW_DOWN * 9, Keys.CONTROL, "z", Keys.NULL, Keys.ARROW_LEFT * 9)
    assert property_of(page, "undo", "disabled")
    keys(page, Keys.ARROW_RIGHT * 9, Keys.SPACE, Keys.ARROW_DOWN * 9, Keys.ESCAPE, Keys.ARROW_UP * 9)
    assert property_of(page, "undo", "disabled")


@pytest.mark.parametrize("name", ["seven.png", f"{HOSTILE.strip()}.png".replace("/", "_"), "seven.tiff"])
def test_a_picture_is_read(page: Any, tmp_path: Path, name: Any) -> None:
    """TIFF is read, too, although Chromium can't show it."""
    from selenium.webdriver.common.by import By

    (tmp_path / "drawn").write_bytes(drawn(7))
    Image.open(tmp_path / "drawn").save(tmp_path / name)
    page.find_element(By.ID, "file").send_keys(str(tmp_path / name))
    assert browser.wait_for(page, "7") == "7"
    until(lambda: property_of(page, "spoken", "textContent").startswith("Read: 7."))
    asked = page.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert sum("/read?" in address for address in asked) == 1


def test_nothing_is_announced_before_a_model_is_selected(page: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By

    page.execute_script("for (const name of ['model', 'spoken']) document.getElementById(name).replaceChildren()")
    (tmp_path / "seven.png").write_bytes(drawn(7))
    page.find_element(By.ID, "file").send_keys(str(tmp_path / "seven.png"))
    until(lambda: not property_of(page, "undo", "disabled"))
    assert property_of(page, "spoken", "textContent") == ""


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(page: Any, event: str) -> None:
    page.execute_script(
        """
        const [event, content] = arguments, data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(content)], "six.png", { type: "image/png" }));
        document.dispatchEvent(event === "drop" ? new DragEvent("drop", { dataTransfer: data, cancelable: true })
          : new ClipboardEvent("paste", { clipboardData: data }));
        """,
        event,
        list(drawn(6)),
    )
    assert browser.wait_for(page, "6") == "6"


def test_a_file_that_is_no_picture_is_an_error(page: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By

    (tmp_path / "script.png").write_text("<script>alert(1)</script>")
    page.find_element(By.ID, "file").send_keys(str(tmp_path / "script.png"))
    until(lambda: property_of(page, "words", "textContent").startswith("The picture is not a picture"))


def test_a_picture_that_is_too_large_is_an_error(page: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By

    (tmp_path / "large.png").write_bytes(bytes(LARGEST_POST + 2_000_000))
    page.find_element(By.ID, "file").send_keys(str(tmp_path / "large.png"))
    until(lambda: "smaller picture" in property_of(page, "words", "textContent"))
    (entry,) = browser.logged(page)
    assert "413" in entry  # Chromium logs every error status


def test_the_camera_takes_a_picture(page: Any) -> None:
    """Chromium's fake camera shows a disc: any answer will do."""
    press(page, "camera")
    until(lambda: property_of(page, "video", "videoWidth"))
    press(page, "take")
    until(lambda: not property_of(page, "shot", "open"))
    until(lambda: property_of(page, "words", "textContent") != "Nothing drawn yet.")
    assert property_of(page, "video", "srcObject") is None


def test_the_weights_of_the_first_layer_are_shown(page: Any) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    browser.draw(page, 3)
    browser.wait_for(page, "3")
    first = page.find_element(By.CSS_SELECTOR, "#layers canvas[tabindex='0']")
    ActionChains(page).move_to_element(first).perform()
    until(lambda: not property_of(page, "card", "hidden"))
    ActionChains(page).move_to_element(page.find_element(By.TAG_NAME, "h1")).perform()
    assert property_of(page, "card", "hidden")
    page.execute_script("arguments[0].focus()", first)
    first.send_keys(Keys.ARROW_RIGHT)
    assert property_of(page, "unit", "textContent").startswith("Unit ")
    first.send_keys(Keys.ESCAPE)
    assert property_of(page, "card", "hidden")
    assert browser.wait_for(page, "3") == "3"  # Escape has not cleared the paper


def test_another_model_is_chosen_and_its_name_is_only_text(page: Any) -> None:
    names = page.execute_script("return [...document.getElementById('model').options].map((option) => option.value)")
    assert names[1] == HOSTILE
    assert page.execute_script("return document.querySelectorAll('img').length") == 1
    browser.draw(page, 2)
    page.execute_script("const model = document.getElementById('model'); model.selectedIndex = 1; "
                        "model.dispatchEvent(new Event('change'))")  # fmt: skip
    assert browser.wait_for(page, "2") == "2"


def test_dark_and_light(page: Any) -> None:
    theme = "return document.documentElement.dataset.theme"
    before = page.execute_script(theme)
    press(page, "theme")
    assert {before, page.execute_script(theme)} == {"dark", "light"}


def test_twenty_tabs_at_once(page: Any, address: Any) -> None:
    """All of them draw by keys at the same time, in turn a 7 and a 1, and each gets its own answer."""
    page.execute_script("tabs = [window]; while (tabs.length < 20) tabs.push(window.open(arguments[0]))", address)
    until(lambda: page.execute_script("return tabs.every((tab) => tab.document.getElementById('network')?.innerText)"))
    seven = [" ", *["ArrowRight"] * 9, *["ArrowDown", "ArrowDown", "ArrowLeft"] * 8, " "]
    one = [*["ArrowRight"] * 8, " ", *["ArrowDown"] * 17, " "]
    page.execute_script(
        """
        const draw = (tab, keys) => keys.forEach((key) =>
          tab.document.getElementById("pad").dispatchEvent(new KeyboardEvent("keydown", { key })));
        tabs.forEach((tab, position) => draw(tab, arguments[position % 2]));
        """,
        seven,
        one,
    )
    texts = "return tabs.map((tab) => tab.document.getElementById('text').textContent)"
    until(lambda: page.execute_script(texts) == ["7", "1"] * 10)
    page.execute_script("tabs.slice(1).forEach((tab) => tab.close())")


def test_a_whole_number_and_each_of_its_digits(page: Any) -> None:
    for place, digit in enumerate((4, 0, 7)):
        browser.draw(page, digit, left=0.1 + 0.28 * place, top=0.3, height=0.4)
    assert browser.wait_for(page, "407") == "407"
    buttons = "return [...document.querySelectorAll('#digits button')].map((b) => b.getAttribute('aria-pressed'))"
    assert page.execute_script(buttons) == ["false", "false", "true"]  # the last one drawn
    page.execute_script("document.querySelector('#digits button').click()")
    until(lambda: page.execute_script(buttons) == ["true", "false", "false"])
    assert page.execute_script("return document.querySelector('#bars .best span').textContent") == "4"


def test_the_page_says_when_the_server_has_ended(data: Any, chromium: Any) -> None:
    with browser.served(data.environment()) as (process, address):
        opened(chromium, address)
        process.terminate()
        process.wait(20)
        browser.draw(chromium, 1)
        until(lambda: "ended in the terminal" in property_of(chromium, "words", "textContent"))
    browser.logged(chromium)  # the failed request
