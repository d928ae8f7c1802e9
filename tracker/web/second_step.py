"""The second step of proving who one is: six figures of the telephone, or a recovery code in their place."""
from tracker.db import transaction
from tracker.services import recovery, two_factor


def take(person_id: int, typed: str) -> int | None:
    """Uses the code up; gives how many recovery codes are left where it was one of them, else None. Raises BadInput."""
    if not recovery.looks_like_one(typed):
        with transaction():
            two_factor.use_code(person_id, typed)
        return None
    found = recovery.match(person_id, typed)  # slow by intent, so before the transaction
    with transaction():
        recovery.use(person_id, found)
        return recovery.left(person_id)
