"""What happens: cohort, luck, appointment books, visits and the clock that drives them."""
