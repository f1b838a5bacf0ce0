"""Real picture files for finished jobs: what was asked for, made here, and saying so.

Importing this package is cheap: the drawing library is loaded by the first `render`.
"""

from mockgateway.pictures.gallery import Gallery
from mockgateway.pictures.picture import EXTENSIONS, MEDIA_TYPES, Picture, size_of
from mockgateway.pictures.studio import render

__all__ = ["EXTENSIONS", "MEDIA_TYPES", "Gallery", "Picture", "render", "size_of"]
