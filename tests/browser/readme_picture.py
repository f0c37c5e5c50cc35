"""Make the README's picture of a panel at work, data/results/panel.png: `python -m tests.browser.readme_picture`."""

import tempfile

import start

from . import jupyter

PICTURE = start.ROOT / "data" / "results" / "panel.png"
NOTEBOOK, SETTING = "06-what-it-wont-learn.ipynb", "Drop rate"


def run_to_the_end(panel):
    """Press Start, and wait until it has run to its end."""
    panel.press("Start")
    jupyter.wait(panel.page, lambda: panel.picture()[1], lambda told: "Epoch 60 of 60" in told, seconds=120)


def main():
    with tempfile.TemporaryDirectory() as folder, jupyter.server(folder) as address, jupyter.browser() as chrome:
        lesson = jupyter.Lesson(chrome, address, NOTEBOOK)
        lesson.run_all()
        panel = lesson.panels()[0]
        run_to_the_end(panel)
        slider = panel.found.get_by_role("slider", name=SETTING)
        slider.press("End")
        slider.press("ArrowLeft")
        run_to_the_end(panel)
        panel.found.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
