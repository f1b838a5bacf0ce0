"""The gateway's contract as data: schemas, models, rules with the ground each stands on, and examples."""

from zimage_schemas._documents import DOCUMENTS, Document, document
from zimage_schemas._examples import Example, examples
from zimage_schemas._gateway import (
    FINAL_STATUSES,
    IMAGE_SIZES,
    KEY_HEADER,
    LIVE_ORIGIN,
    MEDIA_ORIGIN,
    MEDIA_PATH,
    OUTPUT_FORMATS,
    STATUS_PATH,
    STATUSES,
    WEBHOOK_HEADER,
)
from zimage_schemas._keys import SHORTEST_SECRET, redact, shorten
from zimage_schemas._models import MODELS, Model, model_by_slug
from zimage_schemas._problems import Problem
from zimage_schemas._rules import BASES, Basis, Rule, rule, rules

__all__ = [
    "BASES",
    "DOCUMENTS",
    "FINAL_STATUSES",
    "IMAGE_SIZES",
    "KEY_HEADER",
    "LIVE_ORIGIN",
    "MEDIA_ORIGIN",
    "MEDIA_PATH",
    "MODELS",
    "OUTPUT_FORMATS",
    "SHORTEST_SECRET",
    "STATUSES",
    "STATUS_PATH",
    "WEBHOOK_HEADER",
    "Basis",
    "Document",
    "Example",
    "Model",
    "Problem",
    "Rule",
    "document",
    "examples",
    "model_by_slug",
    "redact",
    "rule",
    "rules",
    "shorten",
]
