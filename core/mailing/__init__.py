"""Mails: from templates to a message, one message at once, many in a campaign."""
