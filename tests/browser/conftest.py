"""A real headless Chromium, and the servers it looks at."""

import json
import shutil
from collections.abc import Callable

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.served import CONFIG, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMEDRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--lang=zh-CN", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
PATIENCE_S = 20


class Page:
    """One tab: what a person does there and sees there."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    def open(self, *, width: int = 1440, height: int = 900, dark: bool = False) -> None:
        """Load the page in a window of this size, with a system that prefers light or dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get("about:blank")  # what the page before still had to say is not ours
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(self.url)
        self.wait_for("#wj-transcript[role=log] .wj-welcome")

    def ask(self, question: str) -> None:
        """Type a question, press Enter, and wait until it is answered."""
        before = len(self.all(".wj-exchange"))
        box = self.find("#wj-question textarea")
        box.click()
        self.driver.execute_cdp_cmd("Input.insertText", {"text": question})
        box.send_keys(Keys.ENTER)
        self.wait_until(lambda: len(self.all(".wj-exchange")) > before)
        self.wait_until(
            lambda: not self.all(".wj-running") and self.all("#wj-question .submit-button")
        )

    def find(self, selector: str):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """Return all characters inside the elements, in view or not, one behind the other."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
        return "".join(self.driver.execute_script(script, selector))

    def evaluate(self, script: str, *arguments):
        return self.driver.execute_script(f"return {script}", *arguments)

    def wait_for(self, selector: str) -> None:
        self.wait_until(lambda: self.all(selector))

    def wait_until(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.driver, PATIENCE_S, poll_frequency=0.05).until(lambda _: condition())

    def is_in_view(self, selector: str) -> bool:
        """Tell whether the middle of the first such element can be seen where it stands."""
        return self.evaluate(
            """(() => {
                const element = document.querySelector(arguments[0]);
                if (!element) return false;
                const box = element.getClientRects()[0];
                if (!box) return false;
                const x = box.x + box.width / 2, y = box.y + box.height / 2;
                return element.contains(document.elementFromPoint(x, y));
            })()""".replace("arguments[0]", json.dumps(selector))
        )

    def requested(self) -> list[str]:
        """Return every address the page asked for since it was opened."""
        messages = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Return what the browser complained about: errors, refused loads, violated policy."""
        return [e["message"] for e in self.driver.get_log("browser") if e["level"] == "SEVERE"]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    if CHROMIUM is None or CHROMEDRIVER is None:
        pytest.skip("needs chromium and chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(CHROMEDRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def sample_url(tmp_path_factory):
    """The address of the page over the sample collection."""
    import rag

    index = str(tmp_path_factory.mktemp("sample") / "index")
    rag.build(rag.load_settings(CONFIG, overrides={"index.dir": index}))
    command = ("-m", "ui.cli", "serve", "--port", "0", "--config", str(CONFIG), "--index", index)
    with served(*command) as url:
        yield url


@pytest.fixture(scope="session")
def fake_url():
    """The address of the page over hand-made articles."""
    with served("-m", "tests.served") as url:
        yield url


@pytest.fixture
def sample(chromium, sample_url):
    return Page(chromium, sample_url)


@pytest.fixture
def fake(chromium, fake_url):
    return Page(chromium, fake_url)
