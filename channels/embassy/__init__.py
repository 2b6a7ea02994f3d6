"""The way in by an embassy or consular post: pages, short codes, and the kit that a post prints."""
