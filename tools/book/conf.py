"""How Sphinx makes the book. Nothing in it comes from elsewhere when it is read."""

from html import escape

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms import SphinxTransform

from tools.book.chapter import FOLDED

project = html_title = "Why not a smaller network?"
author = "the authors of this course"
language = "en"

extensions = ["myst_nb"]
nb_execution_mode = "off"  # the lessons were run
nb_output_stderr = "warn"  # which stops the book
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
nitpicky = True
exclude_patterns = ["extra"]

html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "show_toc_level": 2,
    "footer_content_items": [],
    "extra_footer": "Text and figures: CC BY 4.0. Code: MIT.",
}
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_favicon = "favicon.svg"
html_static_path = ["book.css", "where.css"]
html_css_files = ["book.css", "where.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_math_renderer = "mathml"


class FoldSections(SphinxTransform):
    """Folds each section that begins with the mark FOLDED, all below its heading."""

    default_priority = 500

    def apply(self):
        for mark in [node for node in self.document.findall(nodes.raw) if node.astext().strip() == FOLDED]:
            section = mark.parent
            begin = '<details class="folded"><summary>Unfold this part</summary>'
            section.replace(mark, nodes.raw("", begin, format="html"))
            section.append(nodes.raw("", "</details>", format="html"))


def formula(in_line):
    """What writes a formula as MathML, which browsers draw themselves."""

    def visit(translator, node):
        translator.body.append(tex2mathml(node.astext(), as_block=not in_line))
        raise nodes.SkipNode

    return visit, None


def begin_folded(translator, node):
    """Like myst-nb's own, but what is heard is what stands there, and not "Toggle hidden content"."""
    translator.body.append(f"<details><summary>{escape(node['prompt_show'])}</summary>\n")


def end_folded(translator, node):
    translator.body.append("</details>\n")


def setup(app):
    app.add_transform(FoldSections)
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(begin_folded, end_folded))
    app.add_html_math_renderer("mathml", formula(in_line=True), formula(in_line=False))
