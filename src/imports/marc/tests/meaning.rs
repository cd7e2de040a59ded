//! What fields mean, one by one.

use super::*;
use crate::imports::record::Intent;

fn credits(fields: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["245 00$aInk"].into_iter().chain(fields.iter().copied()).collect();
    let book = read(&all);
    let shown = book.facts.credits.iter().map(|credit| {
        let body = if credit.body { " (body)" } else { "" };
        format!("{} {} | {}{body}", credit.role.code(), credit.name, credit.sort_name)
    });
    shown.collect()
}

#[test]
fn titles_lose_the_cataloguers_punctuation() {
    let check = |field: &str, title: &str, subtitle: Option<&str>, prefix: Option<&str>| {
        let facts = read(&[field]).facts;
        assert_eq!(
            (facts.title.as_str(), facts.subtitle.as_deref(), facts.title_prefix.as_deref()),
            (title, subtitle, prefix),
            "{field}"
        );
    };
    check("245 14$aThe ink :$ba cold crime /$cby Ann Bell.", "The ink", Some("a cold crime"), Some("The"));
    check("245 12$aL'encre /$cAnn Bell.", "L'encre", None, Some("L'"));
    check("245 13$aThe ink.", "The ink", None, None);
    check("245 00$aInk.$nPart 2,$pThe well /$cAnn Bell.", "Ink. Part 2, The well", None, None);
    check("245 00$aInk.$pThe well.", "Ink. The well", None, None);
    check("245 00$aInk =$bEncre /$cAnn Bell.", "Ink", None, None);
    check("245 00$aInk$h[electronic resource] :$ba crime.", "Ink", Some("a crime"), None);
    check("245 00$a[Letters from home]", "Letters from home", None, None);
}

#[test]
fn a_record_without_a_title_is_rejected() {
    assert_eq!(crate::imports::marc::book::read(&marc(&["001 7"])).unwrap_err(), "the record has no title");
    assert_eq!(crate::imports::marc::book::read(&marc(&["245 00$a /$cAnn"])).unwrap_err(), "the record has no title");
}

#[test]
fn numbers_are_read_without_their_qualifiers() {
    let check = |fields: &[&str], isbn: Option<&str>, format: &str, warned: bool| {
        let all: Vec<&str> = fields.iter().copied().chain(["245 00$aInk"]).collect();
        let book = read(&all);
        let found = book.facts.isbn.as_ref().map(|isbn| isbn.as_str());
        assert_eq!((found, book.facts.format.code()), (isbn, format), "{fields:?}");
        assert_eq!(!book.warnings.is_empty(), warned, "{:?}", book.warnings);
        assert!(book.prices.is_empty() && !book.speaks_of_price);
    };
    let good = Some("9780306406157");
    check(&["020 __$a0306406152 (pbk.) : GBP19.95"], good, "BC", false);
    check(&["020 __$a0-306-40615-2 (hc. : alk. paper)"], good, "BB", false);
    check(&["020 __$a0306406152 (alk. paper)"], good, "BA", false);
    check(&["020 __$a0306406152 (Pbk. with CD-ROM : alk. paper)"], good, "BC", false);
    check(&["020 __$a9780306406157$q(electronic bk.)"], good, "ED", false);
    check(&["020 __$a9780306406157 pbk"], good, "BA", false);
    check(&["020 __$a123456", "020 __$a0306406152"], good, "BA", false);
    check(&["020 __$a0306406153"], None, "BA", true);
    check(&["020 __$z0306406152"], None, "BA", false);
    check(&["024 3_$a9780306406157"], good, "BA", false);
    check(&[], None, "BA", false);
}

#[test]
fn more_numbers_are_other_formats_but_not_the_volumes_of_a_set() {
    let related = |fields: &[&str]| -> Vec<String> {
        let all: Vec<&str> = fields.iter().copied().chain(["245 00$aInk"]).collect();
        read(&all).facts.related.iter().map(|it| format!("{} {}", it.code, it.isbn)).collect()
    };
    let two = ["020 __$a0306406152 (pbk.)", "020 __$a9780306406157 (pbk.)", "020 __$a9780975229804 (hbk.)"];
    assert_eq!(related(&two), ["06 9780975229804"]);
    assert!(related(&["020 __$a0306406152 (v. 1)", "020 __$a9780975229804 (v. 2)"]).is_empty());
    assert_eq!(
        related(&["776 08$iOnline:$z9780975229804", "785 00$z9781250108562"]),
        ["06 9780975229804", "05 9781250108562"]
    );
    let barcode = read(&["024 3_$a4006381333931", "245 00$aInk"]);
    assert_eq!(barcode.facts.gtin.map(|gtin| gtin.to_string()).as_deref(), Some("4006381333931"));
}

#[test]
fn names_are_turned_and_have_roles() {
    assert_eq!(credits(&["100 1_$aBell, Ann,$d1964-"]), ["A01 Ann Bell | Bell, Ann"]);
    assert_eq!(credits(&["100 0_$aJohn Paul$bII,$cPope,$d1920-2005."]), ["A01 John Paul II | John Paul II"]);
    assert_eq!(
        credits(&["100 1_$aKing, Martin Luther,$cJr."]),
        ["A01 Martin Luther King Jr. | King, Martin Luther, Jr."]
    );
    assert_eq!(
        credits(&[
            "700 1_$aBell, Ann,$etranslator,$eeditor.",
            "700 1_$aDow, Cy.$4http://id.loc.gov/vocabulary/relators/ill"
        ]),
        ["B06 Ann Bell | Bell, Ann", "B01 Ann Bell | Bell, Ann", "A12 Cy Dow | Dow, Cy"]
    );
    assert_eq!(
        credits(&["110 1_$aUtopia.$bOffice of Maps."]),
        ["A01 Utopia. Office of Maps | Utopia. Office of Maps (body)"]
    );
    assert_eq!(
        credits(&["711 2_$aInk Days$eSteering Group$jeditor"]),
        ["B01 Ink Days. Steering Group | Ink Days. Steering Group (body)"]
    );
    // Another work in the book, and who only printed it.
    assert!(credits(&["700 12$aBell, Ann.$tOil.", "710 2_$aHarbour Press,$epublisher."]).is_empty());
}

#[test]
fn the_title_page_tells_what_the_field_does_not() {
    let title = "245 00$aInk /$cedited by Alex Bell and Cy Dow ; translated from the Welsh by Eve Fox.";
    let book = read(&[title, "700 1_$aBell, Alex.", "700 1_$aFox, Eve.", "700 1_$aOx, Ida."]);
    let roles: Vec<&str> = book.facts.credits.iter().map(|credit| credit.role.code()).collect();
    assert_eq!(roles, ["B01", "B06", "A01"]);
    let bare = read(&["245 00$aInk /$c[edited by] Alex Bell and Cy Dow ; with lots of help from everybody."]);
    let names: Vec<(&str, &str)> =
        bare.facts.credits.iter().map(|credit| (credit.role.code(), credit.name.as_str())).collect();
    assert_eq!(names, [("B01", "Alex Bell"), ("B01", "Cy Dow")]);
    let odd = read(&["245 00$aInk", "700 1_$aBell, Ann,$eswordfighter."]);
    assert_eq!(odd.facts.credits[0].role.code(), "Z99");
    assert!(odd.warnings[0].contains("swordfighter"));
}

#[test]
fn dates_publishers_and_editions_are_plain() {
    let check = |fields: &[&str], publisher: Option<&str>, date: Option<&str>| {
        let all: Vec<&str> = fields.iter().copied().chain(["245 00$aInk"]).collect();
        let facts = read(&all).facts;
        let shown = facts.published.map(|date| date.to_string());
        assert_eq!((facts.publisher.as_deref(), shown.as_deref()), (publisher, date), "{fields:?}");
    };
    check(&["260 __$aLeeds :$bHarbour,$cc1999."], Some("Harbour"), Some("1999"));
    check(&["260 __$aLeeds :$bHarbour,$cc1999.", "008 990629s2000    enk"], Some("Harbour"), Some("2000"));
    check(&["260 __$aLeeds$bHarbour$c2001.", "008 990629s2000    enk"], Some("Harbour"), Some("2001"));
    check(&["264 _4$c©1998", "264 _1$aLeeds :$bHarbour,$c[1999]", "264 _2$bCarrier"], Some("Harbour"), Some("1999"));
    check(&["264 _4$c©1998"], None, Some("1998"));
    check(&["260 __$a[S.l. :$bs.n.],$c19--?"], None, None);
    check(&["264 _1$b[publisher not identified],$c1999", "008 990629e19990305enk"], None, Some("1999-03-05"));
    let reprint = read(&["245 00$aInk", "250 __$a2nd ed. /$bby Ann Bell.", "008 990629r20001922enk"]);
    assert_eq!(reprint.facts.edition_statement.as_deref(), Some("2nd ed. / by Ann Bell"));
    assert_eq!(reprint.work.first_published, Some(1922));
}

#[test]
fn languages_originals_and_series_belong_to_the_work() {
    let book = read(&[
        "008 990629s2000    enk           000 1 eng  ",
        "041 1_$aengwel$hrus",
        "240 10$6880-01$aChernila.$lEnglish",
        "245 10$aInk",
        "490 1_$aCold water ;$vv. 3",
        "830 _0$aCold water mysteries ;$v3.",
        "880 10$6240-01/(N$aЧернила.$lEnglish",
    ]);
    assert_eq!((book.facts.language.as_deref(), book.facts.more_languages.join(" ")), (Some("eng"), "wel".into()));
    assert_eq!(book.work.original_language.as_deref(), Some("rus"));
    assert_eq!(book.work.original_title.as_deref(), Some("Чернила"));
    assert_eq!(book.work.series, Some(("Cold water".into(), Some("3".into()))));
    let own = read(&["245 10$6880-02$aChernila", "880 10$6245-02/(N$aЧернила /$cА. Белл.", "546 __$aText in Russian."]);
    assert_eq!((own.work.original_title.as_deref(), own.facts.language.as_deref()), (Some("Чернила"), Some("rus")));
    assert_eq!(read(&["240 10$aPoems.$lEnglish", "245 00$aInk"]).work.original_title, None);
}

#[test]
fn notes_become_texts() {
    let book = read(&[
        "245 00$aInk",
        "300 __$axii, 345 p. :$bill. ;$c23 x 30 cm.",
        "505 0_$aOne & two --$tThree /$rAnn Bell -- Four.",
        "520 __$aA body in a boat.$bCold.",
        "520 1_$a\"Splendid\"$c--Ink Weekly.",
        "521 1_$a008-012.",
        "856 42$3Cover image$uhttps://example.com/ink.jpg",
        "856 41$3Table of contents$uhttps://example.com/toc.html",
    ]);
    let facts = &book.facts;
    assert_eq!((facts.pages, facts.height_mm, facts.width_mm), (Some(345), Some(230), Some(300)));
    assert_eq!(facts.description.as_deref(), Some("A body in a boat. Cold."));
    assert_eq!(
        facts.contents.as_deref(),
        Some("<ul><li>One &amp; two</li><li>Three / Ann Bell</li><li>Four</li></ul>")
    );
    assert_eq!(
        (facts.quotes[0].text.as_str(), facts.quotes[0].source.as_deref()),
        ("\"Splendid\"", Some("Ink Weekly"))
    );
    assert_eq!((facts.age_from, facts.age_to), (Some(8), Some(12)));
    assert_eq!(book.images, ["https://example.com/ink.jpg"]);
}

#[test]
fn subjects_keep_their_scheme_and_shelves_come_first() {
    let book = read(&[
        "050 00$aQA76.73.P98$bL88 2001",
        "072 _7$aFIC$x022000$2bisacsh",
        "072 _7$aFFP$2thema",
        "082 00$a005.13/3$221",
        "082 00$a[Fic]$221",
        "245 00$aInk",
        "600 10$aBell, Ann,$d1964-2001$xInfluence.",
        "650 _0$aWeb sites$xDesign.",
        "650 _7$aInks.$2fast",
        "650 _4$aHome made",
    ]);
    let shown: Vec<String> = book.facts.subjects.iter().map(|it| format!("{} {}", it.scheme, it.code)).collect();
    assert_eq!(
        shown,
        [
            "10 FIC022000",
            "93 FFP",
            "01 005.133",
            "03 QA76.73.P98",
            "04 Bell, Ann, 1964-2001--Influence",
            "04 Web sites--Design",
            "B6 Inks"
        ]
    );
}

#[test]
fn the_carrier_decides_the_format() {
    let check = |leader: &str, fields: &[&str], code: &str, note: Option<&str>| {
        let all: Vec<&str> = fields.iter().copied().chain(["245 00$aInk"]).collect();
        let record = Marc { leader: format!("00000n{leader} a2200000 a 4500"), ..marc(&all) };
        let facts = crate::imports::marc::book::read(&record).unwrap().facts;
        assert_eq!((facts.format.code(), facts.format_note.as_deref()), (code, note), "{leader} {fields:?}");
    };
    check("am", &["007 cr |||", "300 __$a1 online resource (12 p.)"], "ED", None);
    check("am", &["007 co cga", "300 __$a12 p. +$e1 CD-ROM"], "BA", None);
    check("am", &["007 cr |||", "300 __$a12 p."], "BA", None);
    check("am", &["008 990629s2000    enk     o     000 1 eng  "], "ED", None);
    check("am", &["008 990629s2000    enk     d     000 1 eng  "], "BA", Some("large print"));
    check("im", &["007 sd fsngnnmmned"], "AC", None);
    check("jm", &["007 sdubumennmplu"], "AE", None);
    check("im", &["007 sr zunnnnnuned"], "AJ", None);
    check("cm", &[], "PI", None);
    check("em", &[], "CA", None);
}

#[test]
fn what_is_no_book_is_rejected_with_the_reason() {
    let check = |leader: &str, words: &str| {
        let record = Marc { leader: format!("00000n{leader} a2200000 a 4500"), ..small("Ink") };
        let reason = crate::imports::marc::book::read(&record).unwrap_err();
        assert!(reason.contains(words), "{reason}");
    };
    check("as", "serial");
    check("aa", "article");
    check("xm", "holdings");
    check("zm", "authority");
    check("pc", "archive");
}

#[test]
fn a_deleted_record_withdraws_the_book() {
    let record = Marc { leader: "00000dam a2200000 a 4500".into(), ..marc(&["001 7", "003 XYZ"]) };
    let deleted = crate::imports::marc::book::read(&record).unwrap();
    assert_eq!((deleted.intent, deleted.reference.as_deref()), (Intent::Withdraw, Some("(XYZ)7")));
}
