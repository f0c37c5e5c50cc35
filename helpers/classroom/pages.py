"""What a lesson's page in the book needs besides nbconvert."""

from pathlib import Path

from nbconvert.preprocessors import Preprocessor

LOOK = Path(__file__).parent / "custom" / "custom.css"
WIDGET = "application/vnd.jupyter.widget-view+json"


class CoursePage(Preprocessor):
    """Gives each page the look that JupyterLab has, and leaves out folded code and bare widgets.

    Bare widgets are progress bars: what a learner can move has an HTML version besides (see `fallback`).
    """

    def preprocess(self, notebook, resources):
        notebook, resources = super().preprocess(notebook, resources)
        first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")  # where HTML stays as it is
        first.source += f"\n\n<style>\n{LOOK.read_text(encoding='utf-8')}</style>"
        return notebook, resources

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "code":
            folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
            cell.metadata["transient"] = {"remove_source": folded}
            cell.outputs = [output for output in cell.outputs if not _is_bare_widget(output)]
        return cell, resources


def _is_bare_widget(output):
    data = output.get("data", {})
    return WIDGET in data and "text/html" not in data
