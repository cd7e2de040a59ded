//! The words, the twins, and what readers may type into them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use jiff::civil::{Time, date};

use super::*;
use crate::kernel::money::Currency;
use crate::settings::OpenDay;

fn pounds(minor: i64) -> Money {
    Money::new(minor, Currency::GBP)
}

fn line(title: &str, byline: &str, quantity: u32, to_order: u32, minor: i64) -> OrderMailLine {
    OrderMailLine {
        title: title.into(),
        byline: byline.into(),
        format: "Paperback".into(),
        quantity,
        to_order,
        line: pounds(minor),
    }
}

fn shop() -> Shop {
    let day =
        |day: &str| OpenDay { day: day.into(), from: Time::constant(9, 30, 0, 0), to: Time::constant(18, 0, 0, 0) };
    Shop {
        name: "Ink & Co".into(),
        street: "3 Quay Street".into(),
        town: "Bristol".into(),
        postcode: "BS1 4AB".into(),
        phone: "0117 496 0123".into(),
        email: "books@example.com".into(),
        bank_details: "Ink & Co, sort code 00-00-00\nAccount 12345678".into(),
        hours: vec![day("tue"), day("saturday")],
        ..Shop::default()
    }
}

/// Two books by post, paid by card.
fn posted() -> OrderMail {
    OrderMail {
        shop: shop(),
        number: "ORD-2026-00412".into(),
        link: "https://shop.example/orders/0123456789abcdef0123456789abcdef".into(),
        name: "Zoë O’Brien".into(),
        lines: vec![
            line("The Left Hand of Darkness", "Ursula K. Le Guin", 1, 0, 999),
            line("The Life and Opinions of Tristram Shandy, Gentleman, in Nine Volumes", "Laurence Sterne", 1, 1, 999),
        ],
        subtotal: pounds(1998),
        delivery_name: "Royal Mail Tracked 48".into(),
        delivery: pounds(395),
        tax: pounds(66),
        tax_included: true,
        total: pounds(2393),
        address: vec!["Zoë O’Brien".into(), "12 Hill Road".into(), "York YO1 7HH".into(), "United Kingdom".into()],
        payment: PaymentWords::Card,
        promise: Some("Tue 24 – Wed 25 Nov".into()),
    }
}

/// One title, three copies, paid at the counter; tax comes on top.
fn collected() -> OrderMail {
    OrderMail {
        lines: vec![line("Middlemarch", "George Eliot", 3, 2, 130_500)],
        subtotal: pounds(130_500),
        delivery_name: "Collect in the shop".into(),
        delivery: pounds(0),
        tax: pounds(26_100),
        tax_included: false,
        total: pounds(156_600),
        address: Vec::new(),
        payment: PaymentWords::OnCollection,
        promise: None,
        ..posted()
    }
}

fn by_transfer() -> OrderMail {
    let payment = PaymentWords::Transfer { reference: "ORD-2026-00412".into(), until: date(2026, 12, 1) };
    OrderMail { payment, ..posted() }
}

fn all(mail: &OrderMail) -> Vec<Rendered> {
    let failed = payment_failed(mail, "Your bank declined the card.");
    vec![confirmation(mail), receipt(mail), failed, cancelled(mail), sent(mail), ready(mail), handed_over(mail)]
}

#[test]
fn the_confirmation_says_what_when_and_how_much() {
    insta::assert_snapshot!(confirmation(&posted()).text, @r"
    Thank you, Zoë O’Brien. We have your order.

    Arrives Tue 24 – Wed 25 Nov.

    What is not on our shelves comes from our supplier first.

    Order ORD-2026-00412
    ------------------------------------------------------------------------

    The Left Hand of Darkness                                          £9.99
    Ursula K. Le Guin · Paperback · 1 copy

    The Life and Opinions of Tristram Shandy, Gentleman, in Nine       £9.99
    Volumes
    Laurence Sterne · Paperback · 1 copy · to order

    ------------------------------------------------------------------------
    Books                                                             £19.98
    Royal Mail Tracked 48                                              £3.95
    Total                                                             £23.93
    Tax included                                                       £0.66

    Delivery address:
    Zoë O’Brien
    12 Hill Road
    York YO1 7HH
    United Kingdom

    Payment:
    By card. The receipt comes in a mail of its own.

    See your order:
    https://shop.example/orders/0123456789abcdef0123456789abcdef

    Questions? You can answer this mail, write to books@example.com or ring
    0117 496 0123.

    ------------------------------------------------------------------------
    Ink & Co
    3 Quay Street
    Bristol BS1 4AB
    United Kingdom
    ");
    insta::assert_snapshot!(confirmation(&collected()).text, @r"
    Thank you, Zoë O’Brien. We have your order.

    We write again when everything is ready. Please wait for that mail
    before you come.

    What is not on our shelves comes from our supplier first.

    Order ORD-2026-00412
    ------------------------------------------------------------------------

    Middlemarch                                                    £1,305.00
    George Eliot · Paperback · 3 copies · 2 of 3 to order

    ------------------------------------------------------------------------
    Books                                                          £1,305.00
    Collect in the shop                                                 free
    Tax                                                              £261.00
    Total                                                          £1,566.00

    Collect from:
    Ink & Co
    3 Quay Street
    Bristol BS1 4AB
    United Kingdom
    Tue 09:30–18:00
    Sat 09:30–18:00

    Payment:
    You pay £1,566.00 when you collect.

    See your order:
    https://shop.example/orders/0123456789abcdef0123456789abcdef

    Questions? You can answer this mail, write to books@example.com or ring
    0117 496 0123.

    ------------------------------------------------------------------------
    Ink & Co
    3 Quay Street
    Bristol BS1 4AB
    United Kingdom
    ");
}

#[test]
fn the_receipt_says_what_was_paid() {
    insta::assert_snapshot!(receipt(&by_transfer()).text, @r"
    We have received your payment of £23.93. Thank you.

    Arrives Tue 24 – Wed 25 Nov.

    Order ORD-2026-00412
    ------------------------------------------------------------------------

    The Left Hand of Darkness                                          £9.99
    Ursula K. Le Guin · Paperback · 1 copy

    The Life and Opinions of Tristram Shandy, Gentleman, in Nine       £9.99
    Volumes
    Laurence Sterne · Paperback · 1 copy · to order

    ------------------------------------------------------------------------
    Books                                                             £19.98
    Royal Mail Tracked 48                                              £3.95
    Total                                                             £23.93
    Tax included                                                       £0.66

    Payment:
    £23.93, paid by bank transfer

    Delivery address:
    Zoë O’Brien
    12 Hill Road
    York YO1 7HH
    United Kingdom

    See your order:
    https://shop.example/orders/0123456789abcdef0123456789abcdef

    Questions? You can answer this mail, write to books@example.com or ring
    0117 496 0123.

    ------------------------------------------------------------------------
    Ink & Co
    3 Quay Street
    Bristol BS1 4AB
    United Kingdom
    ");
}

#[test]
fn subjects_carry_the_fact() {
    let subjects = |mail: &OrderMail| all(mail).into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
    assert_eq!(
        subjects(&posted()),
        [
            "Your order ORD-2026-00412: 2 books, £23.93",
            "Payment received: £23.93 for ORD-2026-00412",
            "Not paid, so cancelled: ORD-2026-00412",
            "Cancelled: your order ORD-2026-00412",
            "Posted: The Left Hand of Darkness and 1 more (arrives Tue 24 – Wed 25 Nov)",
            "Ready to collect: bring the number 412",
            "Collected: The Left Hand of Darkness and 1 more",
        ]
    );
    assert_eq!(confirmation(&collected()).subject, "Your order ORD-2026-00412: 3 books, £1,566.00");
    assert_eq!(sent(&collected()).subject, "Posted: Middlemarch");
}

/// What a person sees of the HTML, without head and preheader, which the plain twin has no place for.
fn seen(html: &str) -> String {
    let body = html.split_once("<table").unwrap().1;
    let words: String =
        body.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, words)| format!(" {words}")).collect();
    words.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
}

/// Everything with a digit in it, sorted: an amount stands before the author in one twin, after in the other.
fn figures(text: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let mut figures: Vec<_> =
        text.split_whitespace().filter(|word| word.contains(|c: char| c.is_ascii_digit())).map(bare).collect();
    figures.sort();
    figures
}

#[test]
fn both_twins_have_the_same_figures_and_words() {
    for view in [posted(), collected(), by_transfer()] {
        for mail in all(&view) {
            let seen = seen(&mail.html);
            assert_eq!(figures(&mail.text), figures(&seen), "{}", mail.subject);
            for word in mail
                .text
                .split_whitespace()
                .map(|word| word.trim_end_matches(':'))
                .filter(|word| !word.starts_with("---"))
            {
                assert!(seen.contains(word), "{word} of {}", mail.subject);
            }
        }
    }
}

#[test]
fn each_amount_of_the_order_is_there() {
    for view in [posted(), collected(), by_transfer()] {
        let text = confirmation(&view).text;
        let mut amounts = vec![view.subtotal, view.tax, view.total];
        amounts.extend(view.lines.iter().map(|line| line.line));
        amounts.extend(Some(view.delivery).filter(|delivery| delivery.minor > 0));
        for amount in amounts {
            assert!(text.contains(&amount.display()), "{}", amount.display());
        }
    }
}

#[test]
fn mails_keep_to_their_format() {
    for view in [posted(), collected(), by_transfer()] {
        for mail in all(&view) {
            for line in mail.text.lines().filter(|line| !line.starts_with("https://")) {
                assert!(line.chars().count() <= 72 && line.trim_end() == line, "{line}");
            }
            for needed in [
                "lang=\"en-GB\"",
                "<title>",
                "name=\"color-scheme\"",
                "supported-color-schemes",
                "prefers-color-scheme",
            ] {
                assert!(mail.html.contains(needed), "{needed}");
            }
            assert_eq!(mail.html.matches("<table").count(), 1);
            assert!(!mail.html.contains("<img") && !mail.html.contains("url("));
            assert_eq!(mail.html.matches(&view.link).count(), 2, "on the button and printed");
        }
    }
    let many = OrderMail { lines: vec![posted().lines[1].clone(); 40], ..posted() };
    assert!(confirmation(&many).html.len() < 30_000);
}

#[test]
fn what_readers_type_stays_words() {
    let name = "Ada</td><script>alert(1)</script>\r\nBcc: all@example.org\r\n\r\nTotal £0.00";
    let view = OrderMail {
        name: name.into(),
        address: vec![name.into(), "x\u{0}\u{1b}[31m".into()],
        lines: vec![line("A\r\nSubject: B", name, 1, 0, 100)],
        ..posted()
    };
    for mail in all(&view) {
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        assert!(!mail.subject.contains(char::is_control), "{}", mail.subject);
        assert!(!mail.text.contains("\nBcc:") && !mail.text.contains("\nTotal £0.00"), "{}", mail.text);
        assert!(!mail.text.contains(|c: char| c.is_control() && c != '\n'));
    }
}
