"""The words that `body_features` knows: those of class names, and the beginnings of lines that lead elsewhere.

None belongs to a publisher.
"""

from __future__ import annotations

FAMILIES: dict[str, str] = {
    "caption": """
        caption captions credit credits copyright legend bildunterschrift bildtext bildnachweis fotograf*
        photo* image images img picture* gallery* slideshow* carousel* media figure foto* imagen* bild* pie
        leyenda didascalia legende
    """,
    "promo": """
        related* recommend* teaser* promo* readmore more also popular trending latest recirc* outbrain taboola
        sponsor* ad ads adv advert* anzeige* banner* newsletter* subscri* signup signin register* registration
        login paywall* premium offer* piano regwall abo abos plus widget* cta shop* affiliate* deal* product*
        marketing campaign* linkbox* linklist* links link teasers mostread readalso lire leia lees donat*
        support* follow app apps whatsapp telegram push alert* notification*
    """,
    "meta": """
        byline* author* autor* date dates datetime time timestamp kicker* overline breadcrumb* tag tags topic*
        keyword* share* sharing social* toolbar* category* categories eyebrow* dachzeile* meta metadata
        published publish* reading readtime font rubrik* label labels badge* dateline* spitzmarke* rating*
        toolbox* action actions print bookmark* button* btn icon*
    """,
    "box": """
        box* infobox* fact* aside sidebar* side callout* pullquote* pull embed* toc player* audio* video*
        accordion* disclaimer* faq* survey* poll quiz* table* inset* infographic* chart* widget* toggle*
        tooltip* note notes highlight* keypoints timeline ticker* live tts speech listen*
    """,
    "body": """
        body articlebody storybody story content contents contenido entry richtext rich text texte testo texto
        paragraph* copy artikel* articulo* absatz prose wysiwyg bodytext fliesstext main
    """,
    "dek": """
        dek deck standfirst* summary lead* lede* intro* subtitle* subheadline* subhead* excerpt* abstract*
        chapo* sumario* vorspann* bajada* entradilla* sommario* occhiello* catenaccio* untertitel* ingress*
        subtitulo* sottotitolo* strapline* description preamble* perex* anlauf teasertext nutgraf
    """,
    "chrome": """
        nav* menu* footer* header* masthead* cookie* consent* gdpr* modal* popup* overlay* dialog* skip*
        search* banner* privacy legal toast* dropdown* sticky* drawer* offcanvas panel* tab tabs pagination
        pager
    """,
    "comment": """
        comment* disqus repl* kommentar* forum* discussion* reaction* reader* leser* opinions
    """,
    "bio": """
        bio* authorbox autorenbox aboutauthor about profile* contributor* writer* vcard person* redakteur*
        autoreninfo
    """,
    "quote": """
        quote* blockquote zitat* pullquote* cita citat*
    """,
    "hidden": """
        hidden invisible hide sr visually screenreader print noprint
    """,
}
"""Words of class, id, role and itemprop, by what they tell of an element; those with a star are beginnings."""

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "English": (
        r"read (?:more|also|next|on\b|the full|our)",
        r"(?:see|watch|listen|view) (?:also|more|next|our)",
        r"more (?:on|from|about|stories|like|news)",
        r"also read",
        r"related\b",
        r"recommended",
        r"most (?:read|popular)",
        r"trending",
        r"don.t miss",
        r"further reading",
        r"up next",
        r"sign up",
        r"subscribe",
        r"follow (?:us|@)",
        r"click here",
        r"advertisement",
        r"(?:article|story) continues",
        r"you may also",
        r"keep reading",
        r"continue reading",
        r"share this",
        r"join (?:our|us)",
        r"editor.s picks",
    ),
    "German": (
        r"(?:lesen|lies|sehen|hören) (?:sie |du )?(?:auch|dazu|hier|mehr|weiter)",
        r"mehr (?:zum thema|dazu|lesen|zu|aus|über|von)",
        r"auch interessant",
        r"weiter(?:lesen|e (?:artikel|themen|infos|nachrichten|informationen))",
        r"zum thema",
        r"anzeige\b",
        r"das könnte (?:sie|dich)",
        r"empfohlene",
        r"passend dazu",
        r"lesetipp",
    ),
    "French": (
        r"(?:à )?lire (?:aussi|également|plus|la suite)",
        r"voir aussi",
        r"sur le même",
        r"article réservé",
        r"abonnez",
        r"publicité",
        r"pour aller plus loin",
    ),
    "Spanish, Portuguese, Italian": (
        r"(?:lee|leer|lea|vea|ver|te puede) (?:también|además|más|interesar)",
        r"más (?:información|sobre|noticias)",
        r"noticias? relacionad",
        r"relacionad",
        r"publicidad",
        r"(?:leia|veja|saiba) (?:também|mais)",
        r"publicidade",
        r"leggi (?:anche|di più)",
        r"guarda anche",
        r"approfondi",
        r"potrebbe interessar",
        r"pubblicit",
    ),
    "Dutch, Scandinavian, Finnish": (
        r"lees (?:ook|meer|verder)",
        r"bekijk ook",
        r"meer over",
        r"advertentie",
        r"läs (?:också|även|mer)",
        r"les (?:også|mer|mere)",
        r"læs (?:også|mere)",
        r"annons\b",
        r"annonse\b",
        r"lue myös",
        r"lue lisää",
    ),
    "Polish, Czech, Russian, Ukrainian, Turkish, Lithuanian": (
        r"(?:czytaj|zobacz) (?:także|też|więcej|również|dalej)",
        r"reklama\b",
        r"čtěte",
        r"читайте",
        r"смотрите",
        r"подробнее",
        r"материалы по",
        r"реклама",
        r"ilgili haber",
        r"taip pat skait",
        r"skaitykite",
    ),
    "Indonesian, Malay, Vietnamese, Swahili": (
        r"baca (?:juga|selengkapnya)",
        r"xem thêm",
        r"đọc thêm",
        r"soma (?:zaidi|pia)",
    ),
    "Japanese, Chinese, Korean": (
        r"関連",
        r"続きを読む",
        r"あわせて読みたい",
        r"相关",
        r"更多",
        r"延伸閱讀",
        r"相關",
        r"관련",
        r"더 보기",
    ),
}
"""Regular expressions in small letters for what a line that leads elsewhere begins with."""

SERVICE: frozenset[str] = frozenset(
    """
    cooki newsl subsc abonn anmel e-mai email suscr inscr iscri login javas brows foto: photo bild: getty shutt imago
    inbox whats faceb twitt insta teleg podca passw click klick http: https www. adver anzei werbu (foto (phot (bild
    pic.t
    """.split()
)
"""First five letters of words of the interface and of the trade, not of a story."""
