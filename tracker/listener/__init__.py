"""What listens for mail: the LMTP or SMTP entry for an office with a mail server of its own, and the wait for new mail in mailboxes (IMAP IDLE)."""
