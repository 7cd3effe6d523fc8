"""Finding: one box for everything this person may see, ranked, with the place where the words stand."""
