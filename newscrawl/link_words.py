"""Words that tell what a link leads to, in the languages of the news: service pages, listings, next pages, boxes.

A word is written lower-cased and without accents (`fold`). With ``*`` at its end it stands for every word that begins
so, with ``*`` before it for every word that ends so. Words of scripts without spaces are looked for anywhere in the
text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Return *text* lower-cased and without accents.

    >>> fold("Datenschutzerklärung"), fold("Çerez"), fold("İletişim")
    ('datenschutzerklarung', 'cerez', 'iletisim')
    """
    text = text.lower()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join([c for c in parts if not unicodedata.combining(c)]))


def words(text: str) -> list[str]:
    """Return the folded words of *text*.

    >>> words("Über uns / Kontakt-Formular")
    ['uber', 'uns', 'kontakt', 'formular']
    """
    return _WORD.findall(fold(text).replace("_", " "))


# What a page that is neither a story nor a list of stories is for.
SERVICE: dict[str, str] = {
    "account": """
        login logon signin signup signon logout signout log-in sign-in sign-up register registration
        registrieren registrierung account accounts myaccount profile-settings password passwort passwd settings
        preferences einstellungen anmelden anmeldung einloggen abmelden ausloggen konto meinkonto benutzerkonto
        merkliste merkzettel lesezeichen leseliste bookmark* saved connexion connecter inscription inscrire
        compte moncompte desinscription enregistres sesion iniciar registrarse registrate registro cuenta
        micuenta accedi accesso registrati registrazione profilo inloggen aanmelden registreren uitloggen logga
        inloggning minasidor innlogging logind kirjaudu rekisteroidy innskraning nyskraning minarsidur bokamerki
        giris uyelik uye-girisi kaydol zaloguj logowanie rejestracja mojekonto prihlas* registrace prihlasenie
        bejelentkezes regisztracio autentificare inregistrare prisijungti prisijungimas registruotis ienakt
        registreties sisene minukonto masuk daftar login-register dangnhap dangky entrar cadastro cadastre-se
        minhaconta oidc sso auth oauth idp users usuarios вход войти регистрация кабинет логин увійти реєстрація
        вхід είσοδος συνδεση εγγραφη ログイン 会員登録 会員 新規登録 マイページ 登录 登入 注册 註冊 로그인
        회원가입 تسجيل دخول الدخول ورود عضویت התחבר הרשמה लॉगिन साइन user-settings my-account notification* push
        my mein meine mijn meu minha moje moj mina minar minsida your meinkonto* foryou for-you
        profileinstellungen notifications
    """,
    "subscribe": """
        subscribe subscriber subscribers subscription subscriptions subscribing abo abos abonnieren abonnement
        abonnements abonnent* abonne abonnes abonner abonnez aboshop aboservice abo-service probeabo suscri*
        suscrib* assine assinante* assinatura* assinar abbonamento abbonamenti abbonati abboneren abonneren
        abonnee abonnementen prenumer* prenumerat* prenumeruok abonnera tilaa tilaus tilaajat predplat*
        elofizet* abonare abone abonelik подписка подписаться підписка передплата langganan berlangganan askrift
        askriftir membership memberships mitglied mitgliedschaft lidmaatschap member become-a-member donate
        donation donations donar donaciones spende spenden spendenshop doneren doneer faireundon dona dons doa
        apoie support-us supportus unterstutz* unterstuetz* soutenez soutenir hazte socio socios regala gift
        geschenkabo offrir offer offers oferta ofertas offres angebote plus-abo digital-abo premium-abo
        premiumabo payment checkout purchase paywall upgrade activate renew licens* licencja lizenz* reprint*
        syndication pricing plans 購読 購読申込 定期購読 申込 订阅 訂閱 구독 اشتراك اشترك اشتراک
        print-subscription premium-content members mitgliederbereich insider vorteilswelt *abo *abonnement
        digitalabo edicola quiosco
    """,
    "legal": """
        privacy* datenschutz* impressum imprint agb nutzungsbedingungen cookie* legal legals disclaimer* gdpr
        dsgvo dsa ccpa copyright* widerruf* haftung* jugendschutz netiquette nettiquette richtlinie* guideline*
        terms tos termsofuse termsofservice mentions mentionslegales confidentialite cgu cgv cgvu rgpd
        privacidad* avisolegal aviso-legal condiciones condizioni informativa* voorwaarden privacyverklaring
        gebruiksvoorwaarden colofon personvern* vilkar brukervilkar integritet* integritetspolicy
        anvandarvillkor villkor tietosuoja* kayttoehdot persondata* privatlivspolitik prywatnosc* regulamin*
        rodo zasady osobnich udaju podminky podmienky adatvedel* adatkezel* impresszum confidentialitate termeni
        gizlilik kvkk cerez* kunye aydinlatma* kullanim kosullari kosullar privatum* taisykles privatuma
        noteikumi privaatsus* kasutustingimused kebijakan ketentuan privasi pedoman privacidade termos
        персональных конфиденциальност* соглашение конфіденційн* правила απορρητου οροι προσωπικων 個人情報
        プライバシー 利用規約 規約 著作権 ご利用 隐私 隱私 版权 版權 条款 條款 개인정보 이용약관 약관 الخصوصية
        خصوصية الشروط סודיות פרטיות תקנון accessib* barrierefrei* accesib* accessibilite toegankelijkheid
        saavutettavuus tilgjengelighet ethic ethics ethical ethique ethikkodex conduct complaint* correction
        corrections clarification* redress standards transparency transparenz editorial-policy deontolog* charte
        leitlinien verhaltenskodex modern-slavery slavery utiq consent adchoices donotsell dnsmpi optout opt-out
        moderation gobernanza governance usage-policy policies principles dmca compliance personuupplysingar
        personuvernd juridisch juridico licenca dinhchinh chinhsach dieukhoan closed-captioning captioning
        *bedingungen *erklarung *erklaerung *regeln *regler *hinweise blattlinie offenlegung ophavsret
        presseskik opphavsrett upphovsratt upphovsrett rettelser rettelse rettningslinjer retningslinjer
        retningslinje riktlinjer teilnahmebedingungen pressekodex vaer-varsom bindinger avgjorelser
        cookiepolitik sprogpolitik debatpolitik personvernpolicy kommentarregler rechtliches securedrop
        whistleblow* transparency-report rectificaciones rettifiche errata fe-de-errores correctifs korrekturen
        commenting verbraucherinformationen impressumspflicht oikeudet kaytto evasteet evaste slapuku slapukai
        zasebnost tietoa kolofon kolophon vydavatel publisher-info licences privacy-policy cookie-policy
        cookies-policy ai-policy comment-policy comments-policy commenting-policy refund-policy
    """,
    "about": """
        about aboutus about-us uber-uns ueber-uns uberuns ueberuns quiensomos quienes-somos quienessomos
        qui-sommes-nous quisommesnous sobre sobrenosotros sobre-nosotros quem-somos quemsomos chi-siamo chisiamo
        over-ons overons om-oss omoss om-os o-nas onas o-nama hakkimizda hakkinda tentang tentang-kami rolunk
        despre-noi apie apie-mus par-mums meist contact contacts contactus contactos contato contacto contacta
        kontakt kontakte kontakta kontakty kontakti kontaktai kontaktieren kontaktformular kapcsolat contatti
        contattaci contacte yhteystiedot iletisim bize kontak hubungi hubungi-kami lienhe lien-he susisiekite
        rasykite контакты контакти редакция редакція επικοινωνια ταυτοτητα お問い合わせ 問い合わせ 会社概要
        運営会社 会社案内 关于我们 關於我們 联系我们 聯絡我們 문의 회사소개 اتصل من-نحن تماس درباره צרו אודות
        redaksi redaktion redaktionen redaccion redazione redactie redakcja redakce redakcia masthead
        ansprechpartner verlag verlagsgruppe konzern company corporate holding investors investor-relations
        pressoffice press-office career careers jobs job karriere stellen stellenangebote stellenmarkt jobborse
        ausbildung emploi emplois recrutement recrute empleo empleos trabaja trabalhe lavora vacatures vacature
        jobb ledigestillinger karir karier kariera praca kariyer vacancies internship* recruit recruitment 採用
        採用情報 help hilfe aide ayuda aiuto hulp hjelp hjalp hjaelp ohje pomoc napoveda yardim bantuan ajuda
        помощь довідка ヘルプ 帮助 support support-center faq faqs kundenservice kundenservicen kundeservice
        kundservice kundenbetreuung leserservice serviceclients klantenservice asiakaspalvelu atencion
        atencionalcliente customer-service customer service-client feedback news-tips tips newstips tippgeber
        hinweise advertise* advertiser* advertising werbung werben mediadaten mediakit media-kit mediasales
        mediaservice publicite regie publicidad* pubblicita anunciese anunciate anuncie inserieren inserate
        adverteren adverteer annonsere annonsera annonsering annoncering mainonta mainosta auglysendur
        auglysingar reklama reklamy reklam reklamverin inzerce inzercia hirdet* publicitate iklan beriklan
        reclama advertentie* реклама διαφημιση 広告 広告掲載 广告 廣告 광고 اعلان تبلیغات פרסם b2b vermarktung
        sales compro layanan-bisnis information informasi sponsoring whoweare who-we-are our-team ourteam team
        teams board informasjon informacion informations info infos-pratiques mitmachen aktiv-werden
        wie-wir-arbeiten so-arbeiten-wir presse-kontakt pressestelle presseportal press-room pressroom
        press-releases mediencorner werbepartner geschaeftsstelle geschaftsstelle standorte anfahrt brukerstotte
        kundtjanst kundsupport selvbetjening eksternproduksjon securedrop tippgeben wir-uber-uns wirueberuns
        unsere-redaktion das-team mentions-presse rejoignez-nous nous-rejoindre nous-contacter contactez-nous
        contactez contattateci scrivici kontaktujte kontaktirajte yhteys tietoa-meista anunciantes tarife tarifs
        werbetarife preise bizeulasin bize-ulasin kunye produktion hiring work-with-us workwithus lediga-jobb
        job-market stellenanzeige employment produkte products product service-center servicecenter service
        serviceportal advertorials partnersites netiquette mission values
    """,
    "commerce": """
        shop shops webshop onlineshop store boutique tienda tiendas negozio winkel butikk butik kauppa sklep
        obchod dukkan loja magaza toko cuahang kiosk kiosque epaper e-paper e-edition eedition eeditions
        e-zeitung ezeitung epaperarchiv e-gazete egazete edicion-impresa ewydanie e-wydanie eavis enyt
        digitalpaper digital-edition printedition print-edition todayspaper our-paper e-reader ereader
        leserreisen reisen-shop coupon* gutschein* voucher* discount* promo-codes promocodes codigo-descuento
        codigos-descuento codes-promo codepromo cupones descuentos rabattkoder kortingscode* rabatt vorteil*
        vorteilswelt clubvorteile ventajas avantages rewards cashback classified* kleinanzeigen anzeigen
        anzeigenmarkt stellenanzeigen traueranzeigen trauer todesanzeigen gedenken annonces petites-annonces
        anuncios clasificados classificados annunci necrologi* necrologie rubrikannonser smaaugl* ogloszenia
        inzeraty ilan ilanlar resmi-ilanlar obituar* esquelas minningar avis-de-deces auktion auction auctions
        immobilienmarkt immobiliensuche automarkt autoboerse partnersuche partnerborse singleborse dating
        datingcafe marktplatz marketplace partner partners affiliate ticket tickets ticketshop billetter
        reisemarkt annonces-legales marches-publics contest contests gewinnspiel* konkurs konkurranser prize
        prizes giveaway* competitions sweepstakes concursos sorteos winactie win events veranstaltungen eventos
        evenements evenementen webinar* academy seminare kurse konferenzen conferencias awards verlosung
        book-shop bookshop buchshop fasteignir fasteignasolur insurance-comparison comparison vergleich compare
        vergleichsrechner strom-vergleich comparateur comparador お店 チケット 通販 広告企画 プレゼント
        codici-sconto codice-sconto sconti codigos codigos-promocionales promotions promociones promozioni
        offerte kampanjer kampanj deals kredittkort bestellen preisvergleich preisvergleiche vergleichsportal
        produktvergleich produktvergleiche webkiosk trauerportal traueranzeige nekrolog dodsannonser
        fotowettbewerb wettbewerb *wettbewerb *shop *gutschein *gutscheine *anzeigen stellenmarkt wohnungsmarkt
        *vergleich immo inmobiliaria fotbuch weinshop agenda terminkalender termine rendezvous calendario
        gottesdienste notdienste kinoprogramm kino-programm cars-for-sale for-sale used-cars property-for-sale
        scalecommerce einzelhefte einzelheft betting odds wettanbieter wetten apuestas scommesse paris-sportifs
        trainingskurse courses training seminar karrierewelt club leserclub clube treueprogramm gewinnspiele
        teilnahme tombola book-tickets
    """,
    "tools": """
        weather wetter wettervorhersage meteo meteorologie tiempo eltiempo weer vaer vaeret vader vejr saa
        pogoda pocasi idojaras vreme hava havadurumu hava-durumu cuaca vedur orai погода 天気 天氣 天气 날씨
        الطقس game games spiel spiele onlinespiele jeux jeu juegos juego giochi spel spellen spelletjes spill
        gry hry jatekok oyun oyunlar permainan puzzle puzzles crossword* wordle sudoku* quiz quizze quizzes
        kreuzwort* schwedenratsel ratsel raetsel kakuro mahjong solitaire solitar solitaer bubble-shooter
        krzyzowki krizovky kryssord korsord krydsord crucigrama* passatempos pasatiempos mots-croises
        motscroises cruciverba kruiswoord* schach snake exchange-rates lottery lotto lottozahlen loto loterie
        loteria loterias keno quotes quote kurs kurse borsenkurse aktienkurse cotizacion* cotation* market-data
        marketdata marktdaten watchlist portfolio musterdepot depot rechner calculator* calculadora* calculateur
        brutto-netto-rechner hesaplama hesapla converter umrechner waehrungsrechner tv-programm tvprogramm
        fernsehprogramm tv-guide tvguide tv-listings programa programacion programacion-tv guide-tv programme-tv
        programmatv tv-gids tvgids tvrehberi tv-rehberi tv-tabla tv-oversikten programma jadwal-tv результаты
        fixtures results scores scoreboard livescore* livescores live-score tabelle tabellen tabellrechner
        ergebnisse spielplan spielplane resultados clasificacion classement classements calendrier resultats
        risultati classifica classifiche uitslagen standings puandurumu puan-durumu fikstur iddaa wyniki tabele
        verkehrslage verkehr-service stau staumelder stauschau blitzer nobetci-eczaneler nobetci namaz
        namaz-vakitleri doviz kuru dolar-kuru jadwal-sholat harga-emas jadwal imsakiyah notdienst apotheken
        apotheken-notdienst gasolineras branchenbuch telefonbuch horaires app mobile-app android ios appstore
        search suche suchen recherche rechercher buscar busca busqueda buscador ricerca cerca zoeken sok soek
        sog haku szukaj hledat hladat kereses cauta arama ara paieska meklet otsing cari leita поиск пошук
        αναζητηση 検索 搜索 搜尋 검색 بحث جستجو חיפוש timkiem tim-kiem lexikon dictionary worterbuch sozluk
        sozlugu wahl-o-mat maps map stadtplan *rechner managerspiel tippspiel sportspill rennkalender calendar kalender
        kalenders lich-van-nien calendriers namedays tools apps smartphone-apps downloads download dizionari
        dizionario diccionario diccionarios dictionnaire dictionnaires encyclopedia lexique wiki forum foren
        foro forums chat torjager torschutzenliste spieltag tabellenrechner tabell tabeller klasseman
        torjaegerliste dolar kurlar altin cotizaciones bolsa-en-directo livekurse kursliste netzwerktools
        simulateur simulateurs simulador wimmelbild rushtower verkehrsinformationen verkehrsmeldungen
        verkehrsmeldung radarfallen niederschlagsradar regenradar snow-forecast schneehohen wetterradar
        benachrichtigung benachrichtigungen uitzending pausenspiele gratisspiele gluckspiele gewinnspiel
        managerspiele
    """,
    "live": """
        live-tv livetv livestream livestreams live-stream streaming streams liveradio live-radio live-audio
        radioplayer radio-live webradio player watch-live watchlive watch-tv directo-tv endirecttv canliyayin
        canli-yayin canli-tv canlitv ao-vivo tv-direct en-direct-tv direto listen-live listenlive audioplayer
        tv-live ondemand tv-schedule schedule programguide
    """,
    "newsletter": """
        newsletter* newsletters infolettre* boletin boletines nyhetsbrev nyhedsbrev* nieuwsbrief* nieuwsbrieven
        uutiskirje* naujienlaiskis naujienlaiskiai bulten ebulten hirlevel infobrief briefing-signup
        email-alerts emailalerts mailings mailing rassilki рассылка рассылки розсилка メルマガ ニュースレター
        뉴스레터 电子报 電子報 facebook twitter instagram youtube whatsapp telegram linkedin tiktok pinterest
        xing mastodon bluesky threads followus follow-us social social-media suivez siguenos seguici folgen volg
        alexa smart-home smartspeaker email-protection podcast-app notifications
    """,
    "share": """
        share sharer sharing teilen teile compartir partager condividi delen del-artikel dela paylas udostepnij
        print drucken druckversion imprimer imprimir stampa printer articleshowprint send-article mailto
        weiterempfehlen recommend empfehlen reply kommentieren comments reacties yorum yorumlar leserbrief*
        leserbriefe letter-to-editor report-error fehler-melden melden replytocom leserkommentare
    """,
}

# What stands in the address or the words of a page that lists stories.
LISTING: dict[str, str] = {
    "tag": """
        tag tags tagged tagg taggar etiqueta etiquetas etiketler etiket label labels topic topics thema themen
        thematik theme themes tema temas temi temata temat tematy onderwerp onderwerpen emne emner amne amnen
        aihe asia keyword keywords stichwort schlagwort schlagworte sujet sujets dossier dossiers focus focos
        schwerpunkt spezial speciale speciali specials special especial especiales hashtag collection
        collections hub hubs serie serien series reeks event-topic article_tag personen lugar luoghi ort orte
        place places country region argomenti argomento rensai word titlelist etiketa stitky temy тема темы тег
        теги themenwelten monograficos
    """,
    "category": """
        category categories kategorie kategorien kategori kategoria kategorije categoria categorias categorie
        rubrik rubriken rubrique rubriques rubrica rubriche rubriek rubrika rubric rubricas section sections
        seccion secciones sezione sezioni secao ressort ressorts channel channels kanal sendung sendungen
        program programs programme programmes programa-tv show shows blog blogs abcblogs blogger bloggers
        magazine category-list рубрика рубрики series-list
    """,
    "archive": """
        archive archives archiv archivio archivo arkiv arsiv archiwum arkisto hemeroteca index indeks latest
        letzte neueste neuste son-dakika-haberleri actualites ultimas ultima-hora ultime ultimissime senaste
        senaste-nytt siste seneste alminuto en-continu breaking breaking-news newsticker ticker liveticker
        terpopuler trending popular populer meist most-read mostread meistgelesen top-stories topstories
        headlines schlagzeilen all alle alles tous toutes todas todos tutte tumu semua tumhaberler newslist
        uebersicht ubersicht overview ubersichtsseite landing portada startseite home homepage homepages forsida
        forside hjem etusivu strona-glowna ana-sayfa anasayfa beranda trangchu edition editions stories
        mediathek mediateka mas-noticias 一覧 まとめ 特集 連載
    """,
    "news": """
        nieuws nyheter nyheder uutiset wiadomosci haber haberler haberleri haberi berita zpravy spravy hirek
        vesti novosti stiri noticias noticia actualite actualites actu notizie nachrichten news naujienos zinas
        uudised frettir vijesti tin-tuc tin novini aktuelles aktuell новости новини ειδησεις ニュース 新闻 新聞
        뉴스 اخبار أخبار خبر חדשות समाचार खबर
    """,
    "edition": """
        english deutsch german francais french espanol spanish portugues portuguese italiano italian nederlands
        dutch svenska norsk dansk suomi polski polish cesky slovensky magyar hungarian romana romanian turkce
        turkish ellinika greek arabic arabi hindi urdu persian farsi russian russkiy ukrainian chinese zhongwen
        japanese nihongo korean vietnamese thai indonesia bahasa swahili kiswahili hausa yoruba igbo amharic
        somali oromo tamil telugu bengali bangla gujarati punjabi marathi nepali sinhala burmese khmer pashto
        dari uzbek kyrgyz azeri kurdish hebrew welsh cymraeg gaelic scots catala euskara galego sapmi kvensk
    """,
    "author": """
        author authors autor autoren autorin autores autore autori autorzy auteur auteurs auteure forfatter
        forfattare penulis yazar yazarlar yazarlari columnist columnists columnista columnistas opinionisten
        kolumnist kolumnisten kolumnen kolumne editorialist contributor contributors correspondent profile
        profiles profil profilo perfil journalist journalists journaliste journalistes journalisten bylines
        byline redaktor redakteur redakteure zur-person reporter reporters writers writer mitarbeiter
        team-member blogger staff-writers szerzo avtor автор авторы yazarlarimiz 記者 staff profils forfattere
        skribenter skribent redaktoren ecrivains journalistinnen
    """,
    "section": """
        sport sports sporten deporte deportes desporto esporte esportes idrott urheilu spor sportas sportul
        fussball football futbol futebol calcio voetbal fotball fotboll soccer nba nfl tennis cricket rugby golf
        formel1 formula1 f1 motorsport handball basketball hockey politics politik politica politique politiek
        polityka politika politikk siyaset politikka wirtschaft economy economia economie ekonomi ekonomia
        ekonomika gospodarka okonomi talous business bisnis biznes biznis empresas finance finanzen finanza
        finanzas finances finans money geld boerse borse bourse bolsa markets markte markt marches mercados
        unternehmensnachrichten culture kultur cultura cultuur kultura kulttuuri kultuur kulturkunst feuilleton
        world welt monde mundo mondo wereld verden varlden maailma swiat svet dunya dunia pasaulis international
        internacional internationales ausland auslandsnachrichten esteri extranjero utrikes utenriks udland
        ulkomaat internasional national nationales nacional nazionale inland inrikes innenriks indland kotimaa
        kraj domov gundem panorama vermischtes societe sociedad sociedade societa gesellschaft samhalle samfunn
        yhteiskunta spoleczenstwo local lokales lokal lokale regional region regionen regiones regions regioni
        regionales regiony opinion opinions meinung meinungen opinioni opiniao opinie opini debatte debatt debat
        kommentarer kommentti kolumner commentary editorial editorials leitartikel tech technology technologie
        technik tecnologia teknologi teknoloji technologies teknik teknologia digital digitales netzwelt science
        sciences wissen wissenschaft ciencia ciencias scienze wetenschap vitenskap vetenskap nauka tiede bilim
        sains health gesundheit sante salud saude salute gezondheid helse halsa zdrowie saglik kesehatan terveys
        travel reise reisen voyage voyages viajes viagens viaggi reizen resor turystyka seyahat lifestyle life
        leben leute stil style leven elamantapa unterhaltung entertainment entretenimiento espectaculos
        spettacoli showbiz celebrity celebrities promis magazin magazine gossip film films movies cinema kino tv
        television fernsehen music musik musique musica muziek muzik books bucher livres libros libri boeken
        arts art kunst arte theater theatre teatro stage education bildung educacion educazione educacao
        onderwijs egitim pendidikan auto autos motor motors mobilitat mobility cars otomotif otomobil moto
        motoryzacja automobile driving environment umwelt klima klimat climate clima climat medioambiente
        environnement ambiente energy energie energia food essen cuisine gastronomia gastronomie kulinarik
        cocina cucina matur comida family familie familia famille famiglia immobilien real-estate realestate
        property vastgoed krimi justiz justice recht diritto crime crimes prawo medien medias media europe
        europa africa afrika afrique asia asie asien america amerika ameriques usa china middle-east uk us
        canada australia india russia germany deutschland france frankreich italia espana schweiz osterreich
        berlin london paris madrid video videos videot foto fotos photos pictures galerie galerien galleries
        gallery podcast podcasts audio multimedia infografik infografis infographies investigations recherchen
        longreads features feature analysis analyse analysen analisis analisi analyses interviews interview
        reportage reportagen reportajes fact-check faktencheck factcheck war krieg ukraine israel elections
        wahlen wahl elecciones elezioni presidentielle crypto startups venture apps security
        artificial-intelligence ai fashion mode moda beauty garten wohnen haus hogar casa horoscope horoscopes
        horoskop horoscopo horoscopos oroscopo weekend history historia histoire geschichte storia religion
        glaube royals adel wellness fitness kids kinder gaming esports nusantara hukum megapolitan olahraga
        hiburan kuliner humaniora политика экономика спорт культура общество мир наука технологии происшествия
        бизнес 政治 経済 社会 国際 スポーツ 文化 科学 地域 教育 생활 정치 经济 體育 体育 国际 國際 财经 財經
        娱乐 娛樂 科技 경제 사회 سياسة اقتصاد رياضة ثقافة ورزش سیاسی unternehmen wydarzenia edukacja cyfrowa
        nieruchomosci pieniadze finanse kobieta dom styl publicystyka energetyka ksiazki muzyka filmy teatr
        domaci zahranici veda zdravi cestovani auta bydleni nazory belfold kulfold gazdasag tudomany egeszseg
        eletmod velemeny actual externe sanatate stiinta opinii turism kadin yasam binnenland buitenland wonen
        verkeer showbizz royalty koken noje ledare mat bostad familj relationer trav handboll dokumentarer
        meninger kjendis forbruker bolig ytring dokumentar distrikt rampelys norsk-debatt samfund rejser sundhed
        livsstil uddannelse erhverv politiikka viihde matkailu ruoka asuminen autot jaakiekko mielipide
        paakirjoitus brasil cotidiano poder mercado ilustrada tec turismo lazer carros cronaca cronache interni
        motori scuola design sucesos galicia catalunya barcelona andalucia sevilla toros gastro gente vivo cine
        recetas natural bienestar planete idees proche-orient asie-pacifique entreprises patrimoine immobilier
        conso people beaute infos-regions residences lokalsport nrw bayern hessen sachsen thueringen regio
        rhein-main stuttgart hamburg muenchen koeln frankfurt promi kochen rezepte haustiere beruf verbraucher
        ratgeber mobilitaet netzpolitik smartphone ernaehrung psychologie partnerschaft sexualitaet schule
        studium literatur festival netzkultur oekonomie verkehr nahost nasional gaya-hidup wisata sepak-bola
        peristiwa daerah the-gioi the-thao giai-tri kinh-doanh suc-khoe doi-song du-lich giao-duc phap-luat
        khoa-hoc cong-nghe thoi-su goc-nhin bat-dong-san tam-su lietuvoje pasaulyje verslas nuomones mokslas
        gyvenimas sveikata veidai latvija pasaule eesti maailm majandus arvamus nedvizhimost obschestvo
        proisshestviya mir недвижимость стиль финансы авто туризм здоровье регионы мнения в-мире society
        transport wealth homes-and-property transfers women men weddings celebs labor labour work retail
        commodities mortgages cryptocurrency earnings industrials cannabis mining oil gas oddities
        race-and-ethnicity immigration courts columnists fact-checks data graphics in-pictures visual explainers
        コラム 社説 解説 医療 健康 子育て 住まい 旅行 北海道 東京 大阪 地方 生活 環境 事件 野球 サッカー
        大リーグ 相撲
    """,
}

ARTICLE = """
    article articles artikel artikler artikkel artikkeli articulo articulos artigo articolo articoli articleshow
    beitrag beitrage story storyid liveblog live-blog livebericht bildstrecke fotostrecke photostory
    photo-gallery photogallery diaporama news-story live-updates slideshow webstory nota noticia-detalhe detail
    detay details doc item grein meldung review recap rueckblick
"""

FEED_ADDRESS = re.compile(
    r"(?:^|[/._?&-])(?:rss(?:feeds?|-feeds?)?|feeds?|atom|sitemap(?:_index|-index|-news)?|site-map|plan-du-site"
    r"|mapa-del-sitio|outboundfeeds|jsonfeed)(?:$|[/._?&=-])|\.(?:rss|rdf|atom)$",
    re.IGNORECASE,
)
FEED_WORDS = re.compile(
    r"^\W*(?:(?:all |our |nos |alle )?rss|flux rss|atom|(?:xml|html)?[ -]?site ?map|plan du site"
    r"|mapa (?:del? |do )?s[ií]t(?:io|e)|mappa del sito|inhaltsverzeichnis|карта сайта)\b",
    re.IGNORECASE,
)

_NEXT = r"""
    next ; older ; previous (?:posts|entries|articles) ; weiter ; n[äa]chste ; [äa]ltere ; suivant
    plus anciens? ; siguiente ; anteriores ; m[áa]s antigu[ao]s ; pr[óo]xim[ao] ; seguinte ; successiv[ao]
    avanti ; volgende ; oudere ; neste ; eldre ; n[äa]sta ; [äa]ldre ; n[æa]ste ; [æa]ldre ; seuraava
    vanhemmat ; nast[ęe]pn[ay] ; starsze ; dal[šs][íi] ; star[šs][íi] ; k[öo]vetkez[őo] ; sonraki ; selanjutnya
    berikutnya ; n[ūu]kamais ; далее ; далі ; следующ\w* ; наступн\w* ; επ[όο]μεν\w* ; trang sau ; tiếp
"""
_PREVIOUS = r"""
    prev(?:ious)? ; newer ; zur[üu]ck ; vorherige ; neuere ; pr[ée]c[ée]dente? ; anterior ; m[áa]s recientes
    vorige ; nyere ; f[öo]reg[åa]ende ; poprzedni\w* ; nowsze ; p[řr]edchoz[íi] ; [öo]nceki ; sebelumnya ; назад
    предыдущ\w* ; 前へ ; 上一页 ; 上一頁 ; 이전
"""
_NEXT_UNSPACED = "次へ|次の|次ページ|下一页|下一頁|下页|다음|التالي|بعدی|הבא"

_PAGE = "page|seite|pagina|sida|side|sivu|strona|strana|sayfa|halaman"
PAGE_ADDRESS = re.compile(
    rf"(?:/(?:p|{_PAGE})/|[/_.-](?:{_PAGE})[-_=]?|/\((?:page|offset)\)/"
    rf"|[?&](?:p|pg|paged|page_?no|pagenum(?:ber)?|start|offset|from|s|begin|{_PAGE})=)"
    r"(\d{1,6})(?=$|[/?&.#(])",
    re.IGNORECASE,
)
"""The number of a page, as content systems write it into addresses."""

# Headings of boxes: patterns of whole headings, with ``;`` or a line's end between them.
_BOX_HEADINGS: dict[str, str] = {
    "recent_posts": r"""
        (?:most )?recent(?:ly)? (?:posts?|articles?|stories|entries|published) ; recent news
        latest(?: (?:posts?|news|articles?|stories|headlines|from|in)\b.*)?
        neueste (?:beitr[äa]ge|artikel|meldungen|nachrichten) ; neueste
        aktuelle (?:beitr[äa]ge|meldungen|nachrichten|artikel) ; letzte (?:beitr[äa]ge|artikel) ; das neueste
        derniers? (?:articles|billets) ; derni[èe]res (?:actualit[ée]s|infos|nouvelles) ; articles r[ée]cents
        [úu]ltimas (?:noticias|entradas|publica[cç][ai]ones|not[íi]cias) ; lo [úu]ltimo ; entradas recientes
        ultim[ei] (?:notizie|articoli|post) ; articoli recenti ; ultime ; (?:laatste|recent) nieuws
        laatste (?:artikelen|berichten) ; siste nytt ; senaste nytt ; seneste(?: nyt)? ; uusimmat ; najnowsze
        ostatnie wpisy ; nejnov[ěe]j[šs][íi] ; son (?:haberler|dakika) ; berita terbaru ; terbaru ; terkini
        naujausi\w* ; n[ýy]jast\w* ; последние новости ; останні новини ; 新着(?:記事|ニュース)?
        最新(?:记事|新闻|ニュース|消息) ; 최신 ?(?:글|뉴스) ; أحدث الأخبار ; आज की ताजा खबर ; tin mới(?: nhất)?
    """,
    "most_read": r"""
        (?:most|top) (?:read|viewed|popular|shared|watched|commented|emailed)\b.*
        popular(?: (?:now|posts|stories|articles|in|on)\b.*)? ; trending(?: (?:now|stories|articles|on|in)\b.*)?
        top stories ; meist ?gelesen\w* ; am meisten gelesen ; meistgelesene\w*
        beliebt\w*(?: artikel| beitr[äa]ge)? ; top[ -]?themen ; les plus lus?
        (?:articles )?les plus (?:lus|populaires|consult[ée]s|partag[ée]s) ; le plus lu
        lo m[áa]s (?:le[íi]do|visto|comentado|popular)\b.* ; las m[áa]s le[íi]das ; [oa]s mais lid[ao]s
        mais lid[ao]s ; i pi[ùu] letti ; pi[ùu] lett[ie] ; le pi[ùu] lette ; meest gelezen\b.* ; populair
        mest (?:l[eæä]st[ea]?|popul[æä]rt?|delt|sett) ; mest lesi[dð] ; luetuimmat ; najpopularniejsze
        najcz[ęe][śs]ciej czytane ; nej[čc]ten[ěe]j[šs][íi] ; legolvasottabb ; cele mai citite
        (?:en )?[çc]ok okunan\w* ; terpopuler ; populer ; paling dibaca ; skaitomiausi\w* ; популярн\w+
        самое читаемое ; ランキング ; アクセスランキング ; よく読まれている記事 ; 人気記事 ; 热门\w* ; 熱門\w*
        많이 본 뉴스 ; الأكثر قراءة ; đọc nhiều
    """,
    "related": r"""
        (?:related|similar|more)(?: (?:stories|articles|news|posts|content|topics|coverage|reading|links?)\b.*)?
        more (?:on|from|in|for you|like this|to read|about)\b.* ; read (?:more|next|also) ; see also
        you (?:may|might) (?:also )?(?:like|be interested).* ; recommended\b.* ; what to read next ; up next
        don'?t miss ; editors?[’']?s?[’']? (?:picks?|choice) ; mehr (?:zum thema|zu|von|aus|artikel|nachrichten)\b.*
        mehr ; zum thema ; lesen sie auch ; auch interessant ; verwandte (?:artikel|themen|beitr[äa]ge)
        weitere (?:artikel|themen|meldungen|nachrichten|beitr[äa]ge|informationen)\b.* ; weiterlesen ; lesetipps?
        empfehlungen ; das k[öo]nnte (?:sie|dich|ihnen) auch .* ; passend dazu
        (?:sur le|dans le) m[êe]me (?:sujet|th[èe]me) ; [àa] lire (?:aussi|[ée]galement|ensuite) ; lire aussi
        articles? (?:li[ée]s|similaires|associ[ée]s) ; [àa] voir aussi ; relacionad[oa]s?
        art[íi]culos relacionados ; noticias relacionadas ; not[íi]cias relacionadas ; te puede interesar
        tambi[ée]n te puede .* ; m[áa]s (?:noticias|sobre|en)\b.* ; leia (?:tamb[ée]m|mais)
        veja (?:tamb[ée]m|mais) ; leggi anche ; articoli correlati ; potrebbe(?:ro)? interessarti.* ; correlati
        lees ook ; gerelateerd\w* ; meer (?:over|nieuws|van)\b.* ; les (?:ogs[åa]|mer|også) ; relaterte? \w+
        l[äa]s (?:mer|[äa]ven|ocks[åa]) ; relaterat ; l[æa]s (?:ogs[åa]|mere) ; lue my[öo]s ; lis[äa][äa] aiheesta
        czytaj (?:wi[ęe]cej|te[żz]|tak[żz]e) ; zobacz (?:te[żz]|tak[żz]e|r[óo]wnie[żz]) ; polecane ; powi[ąa]zane
        p[řr]e[čc]t[ěe]te si tak[ée] ; souvisej[íi]c[íi].* ; kapcsol[óo]d[óo].* ; cite[șs]te [șs]i
        ilgili (?:haberler|i[çc]erikler) ; benzer haberler ; baca juga ; berita terkait ; artikel terkait ; terkait
        taip pat skaitykite ; susij\w+ ; tengdar? fr[ée]ttir? ; meira ; читайте (?:также|також) ; по теме
        похожие .* ; 関連(?:記事|ニュース|リンク)? ; あわせて読みたい ; おすすめ\w* ; 相关\w* ; 相關\w* ; 推荐阅读
        延伸閱讀 ; 관련 ?(?:기사|뉴스) ; مواضيع ذات صلة ; اقرأ أيضا ; tin liên quan ; xem thêm
    """,
}


def _any_of(text: str, frame: str) -> re.Pattern[str]:
    """Return one pattern for the patterns in *text*, put into *frame*."""
    patterns = (p.strip() for p in re.split(r" ;|\n", text))
    return re.compile(frame.replace("PATTERNS", "|".join(p for p in patterns if p)), re.IGNORECASE)


NEXT_WORDS = _any_of(_NEXT, rf"^\W*(?:(?:PATTERNS)\b|{_NEXT_UNSPACED})[\w\s]{{0,24}}\W*$|^\W*(?:»|›|>|>>|→|⟩|❯)\W*$")
PREVIOUS_WORDS = _any_of(_PREVIOUS, r"^\W*(?:PATTERNS)\b|^\W*(?:«|‹|<|<<|←|⟨|❮)\W*$")
BOXES = {name: _any_of(text, r"^\W*(?:PATTERNS)\W*$") for name, text in _BOX_HEADINGS.items()}
"""Name of a box of links to what its heading reads like."""


def _lexicon() -> tuple[dict[str, str], dict[str, list[tuple[str, str]]], list[tuple[str, str]]]:
    exact: dict[str, str] = {}
    stems: dict[str, list[tuple[str, str]]] = {}
    parts: list[tuple[str, str]] = []
    groups = {**SERVICE, **LISTING, "story": ARTICLE}
    for category, text in groups.items():
        for word in text.split():
            if _NO_SPACES.search(word):
                parts.append((fold(word), category))
            elif word.endswith("*"):
                stems.setdefault(word[:3], []).append((word[:-1], category))
            elif word.startswith("*"):
                stems.setdefault(f"*{word[-3:]}", []).append((word[1:], category))
            else:
                exact.setdefault(fold(word), category)
    return exact, stems, parts


_EXACT, _STEMS, _PARTS = _lexicon()


@lru_cache(maxsize=16384)
def word_category(word: str) -> str | None:
    """Return what the folded *word* speaks of: a key of `SERVICE` or `LISTING`, ``story``, or None.

    >>> word_category("impressum"), word_category("newsletters"), word_category("kategorie"), word_category("tree")
    ('legal', 'newsletter', 'category', None)
    """
    category = _EXACT.get(word)
    if category is None:
        for stem, stem_category in _STEMS.get(word[:3], ()):
            if word.startswith(stem):
                return stem_category
        for stem, stem_category in _STEMS.get(f"*{word[-3:]}", ()):
            if word.endswith(stem):
                return stem_category
        if not word.isascii() and _NO_SPACES.search(word):
            return next((part_category for part, part_category in _PARTS if part in word), None)
    return category


@lru_cache(maxsize=4096)
def categories(text: str) -> frozenset[str]:
    """Return what the words of *text* speak of, neighbouring words also taken as one (``log in``, ``tv-guide``).

    >>> sorted(categories("Log in")), sorted(categories("Über uns")), sorted(categories("利用規約"))
    (['account'], ['about'], ['legal'])
    """
    found = set()
    previous = ""
    for word in words(_CAMEL.sub(" ", text)):
        if previous and ((category := _EXACT.get(f"{previous}-{word}")) or (category := _EXACT.get(previous + word))):
            found.add(category)
        if category := word_category(word):
            found.add(category)
        previous = word
    return frozenset(found)
