"""How a widget looks on a page where nothing can be moved: a book, a printout, a file browser's preview."""


class WithFallback:
    """Put before an ipywidgets class: gives its display an HTML version besides the live one."""

    def fallback(self):
        """The widget as it stands, as HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**bundle, "text/html": self.fallback()} if bundle else bundle
