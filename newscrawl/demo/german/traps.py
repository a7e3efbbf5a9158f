"""What the German paper makes to mislead a crawler: each trap with its path and what should come of it."""

from __future__ import annotations

from newscrawl.demo.traps import Trap

TRAPS: tuple[Trap, ...] = (
    Trap("not found", "/artikel/c0vv3n1ch7dao", "failed", "404", "Das Lagerhaus, das niemand wiederfindet"),
    Trap("gone", "/a/1099017", "failed", "410", "Der Steg, den man zurückgebaut hat"),
    Trap("error", "/artikel/c0k4pu77druco", "failed", "always 500", "Die Rotation, die nicht anlaufen will"),
    Trap(
        "redirect loop", "/artikel/c0r1ng5umr1ngo", "failed", "redirects to itself by way of another address",
        "Einmal um den Kornplatz herum",
    ),
    Trap(
        "soft 404", "/artikel/c0f0rtfl0gen1o", "rejected", "200, but the page says that it was not found",
        "Das Gänseorakel, von dem alle reden",
    ),
    Trap(
        "bot wall", "/artikel/c0mauerw3rk22o", "rejected", "200, but the page checks the browser",
        "Hinter den Türen der Stadtkämmerei",
    ),
    Trap(
        "consent", "/a/1100482", "rejected", "a consent page at an article's address",
        "Ein Sommer zwischen Schleuse und Schilf",
    ),
    Trap(
        "login", "/artikel/c0nurm1tp4sso", "rejected", "a login page in an article's form",
        "Die privaten Notizen des Deichgrafen",
    ),
    Trap(
        "dossier", "/artikel/c0d0ss1er001o", "rejected", "a list of stories in an article's form",
        "Alles über die Altstadt: unser Dossier",
    ),
    Trap("empty", "/a/1100913", "rejected", "200 with no byte in it", "Ein weißes Blatt im Kartenkabinett"),
    Trap("calendar", "/veranstaltungen/2031/05", "bounded", "every month links to the next one", "Veranstaltungen"),
    Trap(
        "facets", "/suche?q=ammel", "bounded", "every page of results links to itself with a longer query",
        "Suche: Ammel",
    ),
    Trap(
        "repeated path", "/lokales/altstadt/altstadt", "bounded",
        "a relative link that grows by one element on every page", "Mehr aus der Altstadt",
    ),
    Trap(
        "forbidden", "/intern/artikel/c0entwurf001o", "never fetched", "Disallow: /intern/",
        "Entwurf: Die neue Fährordnung",
    ),
    Trap("e-paper", "/epaper/ausgabe/2026-11-20", "ignored", "a reader's software", "E-Paper von heute"),
    Trap("classified", "/kleinanzeigen/haushalt/kohleofen-zu-verschenken-48213", "ignored", "an advertisement",
         "Kohleofen zu verschenken"),
    Trap("horoscope", "/horoskop", "ignored", "text without news", "Ihr Tageshoroskop"),
    Trap("weather", "/wetter/muehlenfurt", "ignored", "text without news", "Das Wetter in Mühlenfurt"),
)  # fmt: skip
LOOP_BACK = "/artikel/c0r1ng5umr1ngx"
