"""The plan of a family outside the talk: a page with a link, on paper, and in a calendar."""
