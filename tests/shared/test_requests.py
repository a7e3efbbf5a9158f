"""Requests travel as JSON and come out as they went in."""

from __future__ import annotations

import pytest
from scrapy import Request

from newscrawl.addresses import AddressSet
from newscrawl.items import Article, Discovery, Image
from newscrawl.shared.requests import ForeignRequestError, decode, encode, once
from newscrawl.shared.scheduler import crawl_name
from newscrawl.spiders.base import Walk
from newscrawl.spiders.demo import DemoSpider
from newscrawl.store import Look, Source

URL = "http://127.0.0.1:8971/World/2012/0308/A-story"


@pytest.fixture
def spider() -> DemoSpider:
    return DemoSpider()


def there_and_back(request: Request, spider: DemoSpider) -> Request:
    return decode(encode(request, spider), spider)


def test_an_article_of_several_pages(spider: DemoSpider) -> None:
    part = Article(url=URL, images=[Image("a.jpg", alt="A")], discovered=Discovery("feed"), sources={"body": "site"})
    kwargs = {
        "publication": spider.publications[0],
        "discovered": Discovery(via="feed", url="http://x/ü", text="A story"),
        "attempts": 2,
        "parts": (part, part),
        "again": Look(id="1", url=URL, looked=1.5, etag='"x"'),
        "told": True,
    }
    made = Request(
        f"{URL}/(page)/2", spider.parse_article, errback=spider.article_page_failed, priority=40, cb_kwargs=kwargs
    )
    made.headers["If-None-Match"] = '"é"'.encode("latin-1")
    made.meta.update(handle_httpstatus_list=[304], depth=3, download_slot="x", of_no_use=object())
    found = there_and_back(made, spider)
    assert found.cb_kwargs == kwargs
    assert found.cb_kwargs["publication"] is spider.publications[0]
    assert (found.url, found.priority, found.headers) == (made.url, 40, made.headers)
    assert (found.callback, found.errback) == (spider.parse_article, spider.article_page_failed)
    assert found.meta == {"handle_httpstatus_list": [304], "depth": 3, "download_slot": "x"}


def test_a_listing_and_how_far_it_was_walked(spider: DemoSpider) -> None:
    source = Source(key="k", etag="e", names=({"kind": "feed", "url": "f"},), kept=1.5)
    shown = AddressSet()
    shown.update(["a", "b"])
    walk = Walk(spider.publications[0], "root", 12.5, shown, 7, 3, 1, source, {"f": {"kind": "feed", "url": "f"}})
    made = Request(URL, spider.parse_listing, errback=spider.listing_failed, cb_kwargs={"walk": walk})
    found = there_and_back(made, spider).cb_kwargs["walk"]
    assert (found.publication, found.root, found.fresh_since, found.pages, found.depth) == (
        spider.publications[0], "root", 12.5, 3, 1,
    )  # fmt: skip
    assert (found.source, found.named) == (source, walk.named)
    assert (len(found.shown), found.listed) == (0, 9)


def test_what_is_the_same_is_known_as_such(spider: DemoSpider) -> None:
    publication = spider.publications[0]

    def listing(url: str, pages: int) -> Request:
        return Request(url, spider.parse_listing, cb_kwargs={"walk": Walk(publication, "root", 0.0, pages=pages)})

    def article(url: str, via: str, **more: object) -> Request:
        kwargs = {"publication": publication, "discovered": Discovery(via), "attempts": 0, **more}
        return Request(url, spider.parse_article, cb_kwargs=kwargs)

    assert once(article(URL, "feed")) == once(article(f"{URL}?icid=rss", "section"))
    assert once(article(URL, "feed")) != once(article(f"{URL}-2", "feed"))
    assert once(article(URL, "feed", parts=(Article(),))) != once(article(URL, "feed"))
    look = Look(id="1", url=URL, looked=0.0)
    assert once(article(URL, "feed", again=look)) == once(article(f"{URL}-moved", "recheck", again=look))
    assert once(listing("http://x/World", 0)) == once(listing("http://x/World/", 0))
    assert once(listing("http://x/World?p=2", 1)) != once(listing("http://x/World?p=3", 2))
    feeds = [
        Request(URL, call, cb_kwargs={"publication": publication}) for call in (spider.parse_feed, spider.parse_sitemap)
    ]
    assert once(feeds[0]) != once(feeds[1])


def test_what_another_worker_was_started_with_is_told(spider: DemoSpider) -> None:
    kwargs = {"publication": spider.publications[0]}
    text = encode(Request(URL, spider.parse_feed, errback=spider.start_failed, cb_kwargs=kwargs), spider)
    for changed in (text.replace(b'"demo"', b'"another"'), text.replace(b"parse_feed", b"parse_fish")):
        with pytest.raises(ForeignRequestError, match="A-story"):
            decode(changed, spider)


def test_a_crawl_is_named_by_its_spider_and_arguments() -> None:
    assert crawl_name("demo", {"a": 1, "b": "2"}) == crawl_name("demo", {"b": "2", "a": "1"})
    assert crawl_name("demo", {"a": 1}) != crawl_name("demo", {"a": 2}) != crawl_name("news", {"a": 2})
