"""What ``scrapy newsite`` and ``scrapy review`` do: look at a site, declare it, keep pages for its test.

``survey`` decides which pages to look at, ``declaration`` writes what they show, ``mask`` and ``cutting`` take the
publisher's words out of a page, ``cases`` holds the saved pages, ``marking`` finds a value's piece of the page.
"""
