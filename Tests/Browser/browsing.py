"""Chromium, and what it complains of: each context has one owner and records everything that must not happen."""
import contextlib
import shutil

from playwright.sync_api import Error, sync_playwright

THEMES = ("light", "dark")
WIDTHS = {1280: 900, 390: 844}


@contextlib.contextmanager
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("browser: no chromium on the PATH: .ci/setup browser installs it")
    with sync_playwright() as playwright:
        # A container has no sandbox of its own to give, and only our own pages are opened.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A browser window of its own, signed in or not."""

    def __init__(self, browser, service, **options):
        self.service = service
        self.complaints = []
        # An answer of 4xx is told to the console by the browser itself, and some checks ask for one.
        self.expects_refusals = False
        self.context = browser.new_context(base_url=service.address, **options)
        self.context.set_default_timeout(45_000)
        self.context.on("request", self._request)
        self.context.on("dialog", lambda dialog: (self._complain(f"a dialog opened: {dialog.message}"), dialog.dismiss()))
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._complain(f"a script failed: {error}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def _complain(self, words):
        self.complaints.append(f"{self.page.url.removeprefix(self.service.address)}: {words}")

    def _request(self, request):
        if not request.url.startswith((self.service.address + "/", "data:")):
            self._complain(f"asked another host: {request.url}")

    def _console(self, message):
        if message.type not in ("error", "warning"):
            return
        if self.expects_refusals and message.text.startswith("Failed to load resource"):
            return
        self._complain(f"the console of the browser says: {message.text}")

    def sign_in(self, role):
        self.page.goto("/sign-in")
        self.page.get_by_label("Token").fill(self.service.tokens[role])
        self.page.get_by_role("button", name="Sign in").click()
        return self

    def open(self, path):
        """The answer's status; the page is there afterwards."""
        try:
            return self.page.goto(path).status
        except Error as error:
            raise RuntimeError(f"{path} cannot be opened: {error}") from error

    def sideways(self):
        """How many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
