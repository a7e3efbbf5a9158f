"""Only what differs from Scrapy's defaults (given behind each value), and the project's own settings.

The environment is read here and nowhere else. The comments are read by people who look for a setting:
``python -m newscrawl.settings_reference`` makes ``docs/settings.md`` of them.
"""

import os

from scrapy.settings import default_settings

from newscrawl import __version__

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]
NEWSPIDER_MODULE = "newscrawl.spiders"
COMMANDS_MODULE = "newscrawl.commands"  # empty: Scrapy's own commands alone

# Polite: sites learn who asks and can say no.
USER_AGENT = os.environ.get(
    "NEWSCRAWL_USER_AGENT", f"newscrawl/{__version__} (+https://pypi.org/project/newscrawl)"
)  # Scrapy/… (+https://scrapy.org): says nothing of us
ROBOTSTXT_OBEY = True  # False: sites say there what they do not want to be fetched
AUTOTHROTTLE_ENABLED = True  # False: a slow site is asked more slowly
AUTOTHROTTLE_START_DELAY = 0.5  # 5.0: a run of a few listings would be mostly waiting
AUTOTHROTTLE_MAX_DELAY = 30.0  # 60.0: who needs longer to answer is left to DOWNLOAD_TIMEOUT
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0  # 1.0: two requests on their way to a site, as from one reader
SCHEDULER_PRIORITY_QUEUE = "newscrawl.queues.FairPriorityQueue"  # DownloaderAware…: a slow site stops all others
SCHEDULER_MEMORY_QUEUE = "newscrawl.queues.PackingQueue"  # LifoMemoryQueue: what waits grows with the site
COOKIES_ENABLED = False  # True: an article needs none, and sessions make pages differ

# Safe: a page cannot take the machine or the run with it.
DOWNLOAD_VERIFY_CERTIFICATES = True  # False: anybody on the way could put words into an article
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # 1 GB: no article is that large
DOWNLOAD_WARNSIZE = 0  # 32 MB: never reached
DOWNLOAD_TIMEOUT = 30  # 180: a dead server holds a slot for as long
TELNETCONSOLE_ENABLED = False  # True: a port open to every user of the machine
REMOTE_CONTROL_ENABLED = False  # True: runs code sent to a local port
REDIRECT_MAX_TIMES = 5  # 20: a loop is a loop
RETRY_TIMES = 1  # 2: what fails twice is asked for again by the next run
METAREFRESH_ENABLED = False  # True: news pages reload themselves every few minutes

# What is known is skipped before a Request is built (spiders/base.py), redirects to a known page must be seen to
# become its aliases, and a filter that survives a crash would hide what was requested and never written.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # RFPDupeFilter
CONCURRENT_ITEMS = 2  # 100: a task each, and a page gives one article

# Quiet enough to read: warnings, and the summary of the run. Scrapyd (it sets SCRAPY_PROJECT) keeps a log for each job,
# in which one looks for what the job has done.
LOG_LEVEL = os.environ.get("NEWSCRAWL_LOG_LEVEL") or ("INFO" if "SCRAPY_PROJECT" in os.environ else "WARNING")  # DEBUG
LOG_FORMATTER = "newscrawl.logformatter.LogFormatter"  # Scrapy's: prints whole items
STATS_DUMP = False  # True: the summary says it in words
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"  # WARNING: each drop is counted with its reason in the summary
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # ERROR: likewise
LOG_VERSIONS: list[str] = []  # all of them: a line more before each run's own

DOWNLOAD_HANDLERS = {  # Scrapy's, which do not bound an answer's head
    "http": "newscrawl.downloading.BoundedDownloadHandler",
    "https": "newscrawl.downloading.BoundedDownloadHandler",
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # 50: the next one is a kind of it
    "newscrawl.middlewares.offsite.ToldOffsiteMiddleware": 50,
    # Before that for robots.txt: what is not followed needs no rules of its host.
    "newscrawl.middlewares.redirect.KnownTargetMiddleware": 90,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # 100: the next one is a kind of it
    "newscrawl.middlewares.robots.OrderlyRobotsTxtMiddleware": 100,
    # After that for robots.txt, whose answer it shares.
    "newscrawl.middlewares.robots.SharedRobotsMiddleware": 110,
    # Nearer to the downloader than retries (550): who is put off has used none.
    "newscrawl.middlewares.politeness.PolitenessMiddleware": 555,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # 590: the next one is a kind of it
    "newscrawl.middlewares.compression.BoundedCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # 600: likewise
    "newscrawl.middlewares.redirect.LoopAwareRedirectMiddleware": 600,
    # After HttpProxy (750), which says whether names are ours to look up.
    "newscrawl.middlewares.addresses.AddressGuardMiddleware": 760,
}
ITEM_PIPELINES = {
    "newscrawl.pipelines.required.RequiredFieldsPipeline": 100,
    "newscrawl.pipelines.duplicates.DuplicatesPipeline": 200,
    # After all that drop: what is written must not be called a copy of what never was.
    "newscrawl.pipelines.neardups.NearDuplicatesPipeline": 800,
    "newscrawl.pipelines.jsonlines.JsonLinesPipeline": 900,
}
EXTENSIONS_BASE = {  # Scrapy's, which load remote control, and an HTTP server with it, also while that is off
    name: order for name, order in default_settings.EXTENSIONS_BASE.items() if not name.endswith(".RemoteControl")
}
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,  # 0: Progress tells more
    "newscrawl.extensions.politeness.Politeness": 100,  # after AutoThrottle (0), whose delay it raises
    "newscrawl.extensions.warc.WarcFiles": 400,  # before the report, which tells of its failure
    "newscrawl.extensions.progress.Progress": 450,
    "newscrawl.extensions.report.RunReport": 500,
}

# The folder of segments, store and reports (docs/first-crawl.md). Empty: "data" beside scrapy.cfg, or in the working
# directory of a program that has none; under Scrapyd set it (docs/deploying.md).
NEWSCRAWL_DATA = os.environ.get("NEWSCRAWL_DATA", "")
# Where is kept what is known. Empty: newscrawl.db in NEWSCRAWL_DATA, or the server of NEWSCRAWL_REDIS_URL.
NEWSCRAWL_STORE = ""
# Empty: write no segments of our own (for -O and feed exports alone).
NEWSCRAWL_OUTPUT = "jsonlines"
# The run's name, in "job" of each of its lines and in the names of its files: letters, digits, "-" and "_". Empty: made
# up; under Scrapyd the job's id.
NEWSCRAWL_JOB = ""
# A segment is finished and another begun when it has so many bytes or is so many seconds old, so that readers need not
# wait for the end of a long run; 0: never. "gzip" or "zstd" packs what is finished (.jsonl.gz, .jsonl.zst).
NEWSCRAWL_SEGMENT_BYTES = 0
NEWSCRAWL_SEGMENT_SECONDS = 0
NEWSCRAWL_SEGMENT_COMPRESSION = ""
# Lines go to the disk when so many wait, or one so many seconds: what a power cut can cost, and is fetched again.
NEWSCRAWL_FLUSH_ITEMS = 25
NEWSCRAWL_FLUSH_SECONDS = 1.0
# An article without one of these fields is rejected, with the reason.
NEWSCRAWL_REQUIRED_FIELDS = ["headline", "body", "canonical_url"]
# An article with fewer words of text is rejected.
NEWSCRAWL_MIN_WORDS = 1
# Write the text as sanitised HTML too (body_html): it makes lines nearly twice as long.
NEWSCRAWL_BODY_HTML = False
# Ages at which a known article is looked at again (m, h, d, w), besides when a feed or sitemap says that it changed:
# most corrections come within hours (docs/updates-and-duplicates.md). Empty: never, whatever they say.
NEWSCRAWL_RECHECK = "1h,6h,24h,3d"
# What becomes of an article whose text stands in an earlier one of whatever site, slightly changed or cut: "mark" (its
# line says so in duplicate_of and similarity: a wire story under twenty mastheads is twenty publications), "drop" (it
# is left out, unless it has more text), "off".
NEWSCRAWL_NEAR_DUPLICATES = "mark"
# The share of the shorter text (by runs of four words) that stands in the longer one, from which on two texts are
# nearly the same, 0 to 1; the shared part must also be a quarter of the longer one.
NEWSCRAWL_NEAR_DUPLICATE_THRESHOLD = 0.6
# Days after which an address that was rejected is asked for again.
NEWSCRAWL_RETRY_REJECTED = 7
# Runs in which an article that fails to download is asked for again.
NEWSCRAWL_MAX_ATTEMPTS = 5
# Listing pages of one listing in one run, at the most: no site has more, and no trap gets further.
NEWSCRAWL_MAX_LISTING_PAGES = 5000
# Pages of one article that are joined, at the most.
NEWSCRAWL_MAX_ARTICLE_PAGES = 40
# Seconds between two requests that a site's robots.txt can ask for; some ask for an hour, for other times' crawlers.
NEWSCRAWL_MAX_CRAWL_DELAY = 60
# Seconds that a run waits for a site that says Retry-After; beyond it, its requests are kept for the next run.
NEWSCRAWL_MAX_RETRY_AFTER = 300
# Bot walls, or answers that turn us away (403, 429), in a row: then the site is left alone for the rest of the run
# (docs/politeness-and-law.md).
NEWSCRAWL_WALL_LIMIT = 5
# Leave out pages that say noindex or noarchive. Both speak to search engines about their results, and newspapers set
# them on paginated and syndicated pages; turn it on where what is kept is shown or searched.
NEWSCRAWL_RESPECT_NOINDEX = False
# Private addresses (host or host:port) that may be crawled besides those that a spider's site names: a newspaper on an
# intranet with a public-looking name.
NEWSCRAWL_PRIVATE_HOSTS: list[str] = []
# "auto": a live display where the run is watched on a terminal, else a line in the log each minute (level INFO). "on",
# "off".
NEWSCRAWL_PROGRESS = os.environ.get("NEWSCRAWL_PROGRESS", "auto")
# Whether a run leaves <UTC start>-<job>.report.json, and .rejects.jsonl where pages gave no article, in
# NEWSCRAWL_DATA/reports (docs/reports.md): whoever reads articles/*/*.jsonl must find nothing but articles there.
NEWSCRAWL_REPORT = True
# Spidermon's actions that tell of a failed run (docs/reports.md), where newscrawl.monitors.Monitors is among the
# ADDONS.
NEWSCRAWL_MONITOR_ACTIONS: list[str] = []
# The time at which the run believes to begin, ISO 8601 with its offset; for trials of what happens over days. Empty:
# the clock's.
NEWSCRAWL_NOW = ""
# Write what a run fetches as WARC files too, in NEWSCRAWL_DATA/warc (docs/archives.md): a better reading of it can be
# made later. They take about as much room as the pages, packed.
NEWSCRAWL_WARC = False
# A WARC file is finished and another begun when it has so many bytes: a gigabyte, as archives keep to. 0: never.
NEWSCRAWL_WARC_BYTES = 1_000_000_000
# Processes in which the spider "archive" reads pages; 0: one a core.
NEWSCRAWL_ARCHIVE_PROCESSES = 0
# Where several workers meet to share one crawl, redis://host:6379/0 (docs/several-machines.md). Empty: this run is
# alone, its store a file.
NEWSCRAWL_REDIS_URL = os.environ.get("NEWSCRAWL_REDIS_URL", "")
# What the workers of a crawl call it. Empty: made from the spider and its arguments.
NEWSCRAWL_CRAWL = ""
# Seconds without a sign of life after which a worker's requests go to the others.
NEWSCRAWL_REDIS_LEASE = 30
# Seconds that a worker waits for a Redis server that is away.
NEWSCRAWL_REDIS_PATIENCE = 300
# What begins the name of every key there.
NEWSCRAWL_REDIS_PREFIX = "newscrawl"
