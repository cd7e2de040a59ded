//! ONIX records that come after others: early and sure ones, blocks, deletions, books that come back.

use super::message::{TITLE, message, supply};
use super::*;

const ISBN: &str = "9780306406157";

fn import(shop: &Shop, notification: &str, blocks: &str) -> Report {
    shop.import_text("a.xml", message("1", notification, blocks), &ImportOptions::default())
}

fn publishing(inner: &str) -> String {
    format!("{TITLE}<PublishingDetail><Imprint><ImprintName>Harbour</ImprintName></Imprint>{inner}</PublishingDetail>")
}

#[test]
fn a_deleted_record_leaves_the_shelves_and_says_why() {
    let shop = Shop::new();
    import(&shop, "03", TITLE);
    let report = import(&shop, "05", "<DeletionText>Sent in error</DeletionText>");
    assert_eq!(counts(&report), (1, 0, 1, 0, 0));
    assert!(report.warnings.iter().any(|text| text.contains("Sent in error")), "{:?}", report.warnings);
    assert!(report.changes[0].withdrawn);
    assert!(!shop.by_isbn(ISBN).listed);
    let told: String = shop.read(|conn| {
        conn.query_row("SELECT detail FROM audit_log WHERE action = 'import.withdraw'", [], |row| row.get(0))
    });
    assert!(told.contains("Sent in error"));
    // A block that says nothing of sale does not bring it back; a new confirmation does.
    let text = "<CollateralDetail><TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience><Text>New.</Text></TextContent></CollateralDetail>";
    assert_eq!(import(&shop, "04", text).updated, 1);
    assert!(!shop.by_isbn(ISBN).listed);
    assert_eq!(import(&shop, "03", TITLE).updated, 1);
    assert!(shop.by_isbn(ISBN).listed);
}

#[test]
fn a_deletion_needs_no_more_than_the_reference() {
    let shop = Shop::new();
    import(&shop, "03", TITLE);
    let bare = "<ONIXMessage release='3.0'><Product><RecordReference>1</RecordReference><NotificationType>05</NotificationType></Product></ONIXMessage>";
    assert_eq!(counts(&shop.import_text("a.xml", bare, &ImportOptions::default())), (1, 0, 1, 0, 0));
    assert!(!shop.by_isbn(ISBN).listed);
}

#[track_caller]
fn check_off_sale(blocks: &str, back: &str) {
    let shop = Shop::new();
    import(&shop, "03", TITLE);
    let report = import(&shop, "03", blocks);
    assert_eq!(counts(&report), (1, 0, 1, 0, 0), "{blocks}");
    let row = shop.row(shop.by_isbn(ISBN).id);
    assert!(!row.listed, "{blocks}");
    assert_eq!(catalog::Offer::of(&row, 9, "2026-11-22".parse().unwrap()).orderable(), 0, "{blocks}");
    assert_eq!(import(&shop, "03", back).updated, 1);
    assert!(shop.by_isbn(ISBN).listed, "{blocks}");
}

#[test]
fn withdrawn_and_recalled_books_go_off_sale_and_come_back() {
    let status = |code: &str| publishing(&format!("<PublishingStatus>{code}</PublishingStatus>"));
    for code in ["01", "11", "12", "15", "16", "17"] {
        check_off_sale(&status(code), &status("04"));
    }
    let available = |code: &str| supply(&format!("<ProductAvailability>{code}</ProductAvailability>"));
    for code in ["46", "49"] {
        check_off_sale(&available(code), &available("21"));
    }
}

#[test]
fn a_book_that_staff_took_off_the_shelves_stays_off() {
    let shop = Shop::new();
    import(&shop, "03", TITLE);
    let id = shop.by_isbn(ISBN).id;
    shop.db.write_blocking(move |tx| catalog::set_listed(tx, id, false, now())).unwrap();
    let status = publishing("<PublishingStatus>04</PublishingStatus>");
    import(&shop, "03", &status);
    assert!(!shop.by_isbn(ISBN).listed);
}

#[test]
fn an_early_record_after_the_confirmed_one_fills_gaps_only() {
    let shop = Shop::new();
    let early = TITLE.replace("Ink", "Working Title");
    assert_eq!(import(&shop, "01", &early).created, 1);
    assert_eq!(import(&shop, "02", &TITLE.replace("Ink", "Almost")).updated, 1);
    assert_eq!(shop.by_isbn(ISBN).facts.title, "Almost");
    assert_eq!(import(&shop, "03", TITLE).updated, 1);
    let late = publishing("<PublishingStatus>02</PublishingStatus>").replace("Ink", "Working Title");
    let report = import(&shop, "02", &late);
    assert_eq!(counts(&report), (1, 0, 1, 0, 0));
    assert!(report.warnings.iter().any(|text| text.contains("confirmed already")), "{:?}", report.warnings);
    let facts = shop.by_isbn(ISBN).facts;
    assert_eq!((facts.title.as_str(), facts.imprint.as_deref()), ("Ink", Some("Harbour")));
    assert_eq!(facts.publishing_status, "04");
    assert_eq!(counts(&import(&shop, "02", &late)), (1, 0, 0, 1, 0));
}

#[test]
fn a_block_update_changes_its_blocks_and_no_others() {
    let shop = Shop::new();
    let whole = format!(
        "{}<CollateralDetail><TextContent><TextType>03</TextType><Text>About ink.</Text></TextContent>\
         <TextContent><TextType>06</TextType><Text>Good.</Text><SourceTitle>Daily</SourceTitle></TextContent></CollateralDetail>\
         <PublishingDetail><Imprint><ImprintName>Harbour</ImprintName></Imprint><Publisher><PublisherName>Salt</PublisherName></Publisher>\
         <PublishingDate><PublishingDateRole>02</PublishingDateRole><Date>20270301</Date></PublishingDate></PublishingDetail>",
        TITLE.replace("</TitleText>", "</TitleText><Subtitle>A story</Subtitle>"),
    );
    import(&shop, "03", &whole);
    assert_eq!(shop.by_isbn(ISBN).facts.embargo, "2027-03-01".parse().ok());
    // Block 2 is said anew: the review is gone. Block 4 is said anew: the embargo is over, the publisher another.
    let block = "<CollateralDetail><TextContent><TextType>03</TextType><Text>About paper.</Text></TextContent></CollateralDetail>\
        <PublishingDetail><Publisher><PublisherName>Pepper</PublisherName></Publisher></PublishingDetail>";
    assert_eq!(counts(&import(&shop, "04", block)), (1, 0, 1, 0, 0));
    let facts = shop.by_isbn(ISBN).facts;
    assert_eq!((facts.title.as_str(), facts.subtitle.as_deref()), ("Ink", Some("A story")));
    assert_eq!((facts.description.as_deref(), facts.quotes.len()), (Some("<p>About paper.</p>"), 0));
    assert_eq!((facts.publisher.as_deref(), facts.imprint, facts.embargo), (Some("Pepper"), None, None));
    // An excerpt is not a block: what it leaves out stays.
    import(&shop, "04", "<PublishingDetail><PublishingStatus>07</PublishingStatus></PublishingDetail>");
    let facts = shop.by_isbn(ISBN).facts;
    assert_eq!((facts.publisher.as_deref(), facts.publishing_status.as_str()), (Some("Pepper"), "07"));
}

#[test]
fn an_embargo_that_a_full_record_no_longer_names_is_over() {
    let shop = Shop::new();
    import(
        &shop,
        "03",
        &publishing(
            "<PublishingDate><PublishingDateRole>02</PublishingDateRole><Date>20270301</Date></PublishingDate>",
        ),
    );
    assert!(shop.by_isbn(ISBN).facts.embargo.is_some());
    import(&shop, "03", &publishing(""));
    assert_eq!(shop.by_isbn(ISBN).facts.embargo, None);
    assert_eq!(shop.by_isbn(ISBN).facts.imprint.as_deref(), Some("Harbour"));
}

#[track_caller]
fn check_rejected(notification: &str, blocks: &str, words: &str) {
    let shop = Shop::new();
    let report = import(&shop, notification, blocks);
    assert_eq!(counts(&report), (1, 0, 0, 0, 1), "{notification}");
    assert!(report.rows[0].reason.contains(words), "{}", report.rows[0].reason);
}

#[test]
fn tests_and_updates_of_nothing_are_rejected() {
    check_rejected("88", TITLE, "test record");
    check_rejected("89", TITLE, "test record");
    check_rejected("04", TITLE, "a block update of a book that is not here");
    check_rejected("12", &supply(""), "a block update of a book that is not here");
    check_rejected("05", "", "a deletion of a book that is not here");
    check_rejected("03", "", "no title");
    check_rejected("03", &supply("<UnpricedItemType>03</UnpricedItemType>"), "not sold separately");
    check_rejected("03", &publishing("<PublishingStatus>13</PublishingStatus>"), "not sold separately");
}

#[test]
fn records_of_one_sender_are_one_feed_whatever_the_file_is_called() {
    let shop = Shop::new();
    let from = |blocks: &str| {
        message("77", "03", blocks)
            .replace("<Product>", "<Header><Sender><SenderName>Salt</SenderName></Sender></Header><Product>")
    };
    shop.import_text("monday.xml", from(TITLE), &ImportOptions::default());
    assert_eq!(counts(&shop.import_text("tuesday.xml", from(TITLE), &ImportOptions::default())), (1, 0, 0, 1, 0));
    let by_reference = "<ONIXMessage release='3.0'><Header><Sender><SenderName>Salt</SenderName></Sender></Header><Product>\
        <RecordReference>77</RecordReference><NotificationType>04</NotificationType>\
        <PublishingDetail><PublishingStatus>07</PublishingStatus></PublishingDetail></Product></ONIXMessage>";
    assert_eq!(counts(&shop.import_text("wednesday.xml", by_reference, &ImportOptions::default())), (1, 0, 1, 0, 0));
    assert_eq!(shop.by_isbn(ISBN).facts.publishing_status, "07");
}
