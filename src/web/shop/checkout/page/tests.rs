//! The page as its reader sees it.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::web::shop::checkout::tests::desk;

fn page(form: &CheckoutForm, errors: &[FieldError]) -> String {
    Page { desk: &desk(&form.country), form, errors, customer: None }.render().into_string()
}

#[test]
fn the_button_says_what_it_does_and_what_it_costs_for_every_choice() {
    let form = CheckoutForm::default();
    let desk = desk("GB");
    let end = Page { desk: &desk, form: &form, errors: &[], customer: None }.end().into_string();
    let button = end.split_once("<button").unwrap().1;
    insta::assert_snapshot!(button, @r#" class="button" type="submit" data-kind="primary" data-busy="Placing your order …"><span><span data-when="p1">Order and pay </span><span data-when="p2">Order and transfer </span><span data-when="p3">Order, pay in the shop: </span><span data-when="d1">£14.99</span><span data-when="d2">£9.99</span></span></button>"#);
}

#[test]
fn the_total_that_was_seen_goes_with_the_form() {
    let html = page(&CheckoutForm { key: "k".into(), ..CheckoutForm::default() }, &[]);
    assert!(html.contains(
        r#"<input type="hidden" name="key" value="k"><input type="hidden" name="expected" value="1:1499 2:999">"#
    ));
}

#[test]
fn what_was_typed_is_shown_back_and_each_mistake_at_its_field() {
    let form = CheckoutForm { email: "ada\"><script>".into(), ..CheckoutForm::default() };
    let mistake = FieldError { field: "email".into(), words: "Enter an email address".into() };
    let html = page(&form, &[mistake]);
    assert!(html.contains(r#"value="ada&quot;&gt;&lt;script&gt;""#) && !html.contains("<script"));
    assert_eq!(html.matches("Enter an email address").count(), 2);
}

#[test]
fn fields_follow_the_order_of_the_country() {
    let order = |code: &str| {
        let html = page(&CheckoutForm { country: code.into(), ..CheckoutForm::default() }, &[]);
        let at = |name: &str| html.find(&format!("id=\"{name}\"")).unwrap_or(usize::MAX);
        let mut fields = ["street", "town", "region", "postcode", "phone"];
        fields.sort_by_key(|name| at(name));
        fields.into_iter().filter(|name| at(name) < usize::MAX).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(order("GB"), "street town postcode");
    assert_eq!(order("DE"), "street postcode town phone");
    assert_eq!(order("US"), "street town region postcode phone");
    assert_eq!(order("JP"), "postcode region town street phone");
}
