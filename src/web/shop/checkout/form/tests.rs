//! What the checkout takes and what it refuses.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::web::shop::checkout::tests::desk;

fn good() -> CheckoutForm {
    let text = str::to_owned;
    CheckoutForm {
        email: text(" Ada@Example.com "),
        name: text("  Ada   Byron "),
        street: text("1 High St \r\n\r\n  Flat 2"),
        town: text("Averley"),
        postcode: text("av1 1aa"),
        country: text("GB"),
        delivery: text("1"),
        payment: text("card"),
        card: text("test_ok"),
        expected: text("1:1499 2:999"),
        ..CheckoutForm::default()
    }
}

#[track_caller]
fn check(change: impl FnOnce(&mut CheckoutForm), wrong: &[&str]) {
    let mut form = good();
    change(&mut form);
    let mistakes = form.read(&desk(&form.country)).err().unwrap_or_default();
    assert_eq!(mistakes.into_iter().map(|mistake| mistake.field).collect::<Vec<_>>(), wrong);
}

#[test]
fn what_was_typed_is_tidied() {
    let entry = good().read(&desk("GB")).unwrap();
    assert_eq!((entry.email.as_str(), entry.name.as_str()), ("Ada@example.com", "Ada Byron"));
    let address = entry.address.unwrap();
    assert_eq!((address.street.as_str(), address.postcode.as_str()), ("1 High St\nFlat 2", "AV1 1AA"));
    assert_eq!((entry.expected_total.unwrap().minor, entry.phone), (1499, None));
}

#[test]
fn every_field_is_bounded_and_the_mistakes_come_together_in_order() {
    check(|_| {}, &[]);
    check(|form| form.email = "ada.example.com".into(), &["email"]);
    check(|form| form.email = String::new(), &["email"]);
    check(|form| form.name = "x".repeat(101), &["name"]);
    check(|form| form.name = "李".into(), &[]);
    check(|form| form.street = "x".repeat(301), &["street"]);
    check(|form| form.street = "x\n".repeat(5), &["street"]);
    check(|form| form.town = "\u{0}\t ".into(), &["town"]);
    check(|form| form.postcode = "1".repeat(1000), &["postcode"]);
    check(|form| form.phone = "1".repeat(31), &["phone"]);
    check(|form| form.phone = "call me".into(), &["phone"]);
    check(|form| form.delivery = "99".into(), &["delivery"]);
    check(|form| form.delivery = "1; DROP".into(), &["delivery"]);
    check(|form| form.payment = "gold".into(), &["payment"]);
    check(|form| form.card = "4242424242424242".into(), &["card"]);
    check(|form| *form = CheckoutForm::default(), &["email", "name", "delivery", "payment"]);
    check(|form| form.country = "Narnia".into(), &["country"]);
}

#[test]
fn paying_in_the_shop_goes_with_collecting_there() {
    check(|form| form.payment = "on_collection".into(), &["payment"]);
    check(|form| (form.payment, form.delivery) = ("on_collection".into(), "2".into()), &[]);
    let collected = CheckoutForm { delivery: "2".into(), street: String::new(), country: "US".into(), ..good() };
    let entry = collected.read(&desk("US")).unwrap();
    assert_eq!(
        (entry.address, entry.country.code(), entry.expected_total.map(|total| total.minor)),
        (None, "GB", Some(999))
    );
}

#[test]
fn a_region_is_asked_for_where_mail_needs_it() {
    let american = |region: &str| {
        let region = region.to_owned();
        move |form: &mut CheckoutForm| {
            (form.country, form.postcode, form.region) = ("US".into(), "10001".into(), region)
        }
    };
    check(american("NY"), &[]);
    check(american(""), &["region"]);
    check(american("Bavaria"), &["region"]);
    check(|form| (form.country, form.postcode) = ("IE".into(), String::new()), &[]);
    check(|form| (form.country, form.postcode) = ("JP".into(), "100-0001".into()), &["region"]);
}
