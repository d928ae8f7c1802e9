"""What the review against OWASP ASVS 5.0.0 found, held by tests; asvs.csv is its table."""
