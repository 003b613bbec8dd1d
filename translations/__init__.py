"""Two languages, one page: withdrawals, stand-ins and facts reach the page in the other tree."""
