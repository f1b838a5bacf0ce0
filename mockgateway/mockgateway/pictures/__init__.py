"""Real picture files for finished jobs: what was asked for, made here, and saying so.

Importing this package is cheap: the drawing library is loaded by the first `render`.
"""

from mockgateway.pictures.gallery import Gallery
from mockgateway.pictures.picture import Picture, size_of
from mockgateway.pictures.studio import render

__all__ = ["Gallery", "Picture", "render", "size_of"]
