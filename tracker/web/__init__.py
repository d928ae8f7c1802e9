"""HTTP only: form in, one service call, page out."""
