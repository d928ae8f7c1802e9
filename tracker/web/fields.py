"""Values of forms that know which field they came from."""
from collections.abc import Mapping
from datetime import date

from tracker.domain.errors import BadInput
from tracker.web.dates import typed_date


def day_or_none(form: Mapping[str, str], field: str) -> date | None:
    """The day of a field, None for an empty one. Raises BadInput with the field."""
    try:
        return typed_date(form.get(field, ""))
    except BadInput as error:
        raise BadInput(error.code, **{**error.params, "field": field}) from error
