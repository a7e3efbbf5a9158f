"""What watches a crawl without taking part in it."""
