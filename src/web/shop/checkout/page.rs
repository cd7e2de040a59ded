//! The checkout's page: contact, delivery, payment and what it comes to.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use maud::{Markup, html};

use super::Desk;
use super::address::{self, Part, Region};
use super::form::CheckoutForm;
use crate::delivery::Kind;
use crate::kernel::country::Country;
use crate::payments::Method;
use crate::web::session::{CustomerRef, Visitor};
use crate::web::shop::frame::{self, Frame};
use crate::web::shop::{pay, sums, words};
use crate::web::ui::{self, ButtonKind, Choice, Control, Field, FieldError, Need, RadioView, Shell, Width};
use crate::web::{AppState, PageError};

/// What a refusal about the books points at.
pub(super) const BASKET: &str = "basket";
/// What a refusal about the total points at.
pub(super) const TOTAL: &str = "total";

/// The page, with whatever was typed.
pub(super) fn answer(
    app: &AppState, parts: &Parts, visitor: &Visitor, status: StatusCode, desk: &Desk, form: &CheckoutForm,
    errors: &[FieldError],
) -> Result<Response<Body>, PageError> {
    let frame = Frame::new(app, &desk.shop, app.clock.now());
    let about = frame.view();
    let shell = Shell {
        kind: ui::Kind::Checkout,
        noindex: true,
        has_errors: !errors.is_empty(),
        ..Shell::new(&about, "Checkout")
    };
    let page = Page { desk, form, errors, customer: visitor.customer.as_ref() };
    frame::private(app, parts, visitor, status, &ui::page(&shell, &page.render()))
}

pub(super) struct Page<'a> {
    pub(super) desk: &'a Desk,
    pub(super) form: &'a CheckoutForm,
    pub(super) errors: &'a [FieldError],
    pub(super) customer: Option<&'a CustomerRef>,
}

impl Page<'_> {
    pub(super) fn render(&self) -> Markup {
        let desk = self.desk;
        let rows = sums::rows(&desk.basket, &desk.ways, &desk.shop);
        html! {
            (ui::error_summary(self.errors))
            h1 { "Checkout" }
            div.checkout {
                details.checkout-fold {
                    summary { "Your order: " (words::books(u64::from(desk.basket.copies()))) ", " (self.amount()) }
                    (sums::lines(&desk.basket, &desk.covers))
                    (ui::totals(&rows))
                }
                form.checkout-form method="post" action="/checkout" novalidate {
                    (ui::first_submit("Place the order"))
                    (ui::hidden(&[("key", &self.form.key), ("expected", &self.expected())]))
                    (self.contact())
                    (self.delivery())
                    (self.payment())
                    div.checkout-end.flow id=(TOTAL) { (ui::totals(&rows)) (self.end()) }
                }
                aside.sum.panel aria-labelledby="sum" {
                    h2 id="sum" { "Your order" }
                    div id=(BASKET) { (sums::lines(&desk.basket, &desk.covers)) }
                    (ui::totals(&rows))
                    p.small { a href="/cart" { "Change your basket" } }
                }
            }
        }
    }

    fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == name).map(|error| error.words.as_str())
    }

    /// The total of the chosen way; all are there, the stylesheet shows one.
    fn amount(&self) -> Markup {
        html! { @for way in &self.desk.ways { span data-when=(way.slot) { (way.quote.totals.total.display()) } } }
    }

    fn expected(&self) -> String {
        let pair = |way: &sums::Way| format!("{}:{}", way.method.id, way.quote.totals.total.minor);
        self.desk.ways.iter().map(pair).collect::<Vec<_>>().join(" ")
    }

    fn contact(&self) -> Markup {
        let field = |view: Field<'_>| ui::field(&Field { error: self.error(view.name), ..view });
        html! {
            section.step aria-labelledby="step-you" {
                h2 id="step-you" { "You" }
                @match self.customer {
                    Some(customer) => p.small { "Signed in as " (customer.name) ". Fields with a star must be filled in." },
                    None => p.small {
                        "No account needed. " a href="/account/sign-in?next=/checkout" { "Sign in" }
                        " if you have one. Fields with a star must be filled in."
                    },
                }
                div.fields {
                    (field(Field {
                        value: &self.form.email, control: Control::Email, autocomplete: Some("email"), maxlength: Some(254),
                        hint: Some("For the confirmation and news of this order, nothing else"), ..Field::new("email", "Email")
                    }))
                    (field(Field { value: &self.form.name, autocomplete: Some("shipping name"), maxlength: Some(100), ..Field::new("name", "Full name") }))
                }
            }
        }
    }

    fn delivery(&self) -> Markup {
        let desk = self.desk;
        let chosen = self.form.chosen(desk).or(desk.ways.first()).map(|way| way.method.id);
        let radios: Vec<RadioView> = desk
            .ways
            .iter()
            .map(|way| RadioView {
                value: way.method.id.to_string(),
                label: way.method.name.clone(),
                detail: Some(sums::promise_words(way)),
                price: Some(sums::price_or_free(way.method.price)),
                checked: chosen == Some(way.method.id),
                slot: Some(way.slot.clone()),
                when: None,
            })
            .collect();
        let (post, collect) = (sums::slots(&desk.ways, Kind::Post), sums::slots(&desk.ways, Kind::Collection));
        html! {
            section.step aria-labelledby="step-way" {
                h2 id="step-way" { "Getting it to you" }
                @if radios.is_empty() { p { "We do not deliver to " (desk.country.name()) " yet. Choose another country, or ask us." } }
                @else { (ui::radios("delivery", "Delivery", self.error("delivery"), &radios)) }
                @if post.is_some() || collect.is_none() {
                    div.fields data-when=[post.as_deref()] { (self.country()) (self.address()) }
                } @else {
                    div.fields { (self.country()) }
                }
                @if collect.is_some() { (self.shop_door(collect.as_deref())) }
            }
        }
    }

    fn country(&self) -> Markup {
        let choices: Vec<Choice<'_>> =
            self.desk.countries.iter().map(|country| Choice { value: country.code(), words: country.name() }).collect();
        ui::field(&Field {
            value: self.desk.country.code(),
            control: Control::Select(&choices),
            error: self.error("country"),
            autocomplete: Some("shipping country"),
            change: Some("Change country"),
            ..Field::new("country", "Country")
        })
    }

    fn address(&self) -> Markup {
        let country = self.desk.country;
        html! {
            @for part in address::parts(country) { (self.part(country, *part)) }
            @if self.desk.shop.country() != Some(country) {
                (ui::field(&Field {
                    value: &self.form.phone, control: Control::Tel, need: Need::Optional, autocomplete: Some("tel"), maxlength: Some(30),
                    hint: Some("Customs or the carrier may ask for it"), error: self.error("phone"), ..Field::new("phone", "Phone")
                }))
            }
        }
    }

    fn part(&self, country: Country, part: Part) -> Markup {
        let label = address::label(country, part);
        let field = |view: Field<'_>| ui::field(&Field { error: self.error(view.name), ..view });
        match part {
            Part::Street => field(Field {
                value: &self.form.street,
                control: Control::TextArea { rows: 2 },
                autocomplete: Some("shipping street-address"),
                maxlength: Some(300),
                ..Field::new("street", label)
            }),
            Part::Town => field(Field {
                value: &self.form.town,
                autocomplete: Some("shipping address-level2"),
                maxlength: Some(100),
                ..Field::new("town", label)
            }),
            Part::Region => self.region(country, label),
            Part::Postcode => field(Field {
                value: &self.form.postcode,
                control: if address::has_digits_only(country) { Control::Digits } else { Control::Postcode },
                need: if address::needs_postcode(country) { Need::Required } else { Need::Optional },
                width: Width::Short,
                autocomplete: Some("shipping postal-code"),
                maxlength: Some(20),
                ..Field::new("postcode", label)
            }),
        }
    }

    fn region(&self, country: Country, label: &str) -> Markup {
        let view = Field {
            value: &self.form.region,
            error: self.error("region"),
            autocomplete: Some("shipping address-level1"),
            maxlength: Some(100),
            ..Field::new("region", label)
        };
        match address::region(country) {
            Some(Region::Choice(all)) => {
                let none = Choice { value: "", words: "Choose" };
                let choices: Vec<Choice<'_>> =
                    std::iter::once(none).chain(all.iter().map(|code| Choice { value: code, words: code })).collect();
                ui::field(&Field { control: Control::Select(&choices), width: Width::Short, ..view })
            }
            Some(Region::Text { required: false }) | None => ui::field(&Field { need: Need::Optional, ..view }),
            Some(Region::Text { required: true }) => ui::field(&view),
        }
    }

    /// Where and when the door is open, for those who collect.
    fn shop_door(&self, when: Option<&str>) -> Markup {
        let shop = &self.desk.shop;
        let street: Vec<&str> = [&shop.street, &shop.town, &shop.postcode]
            .into_iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        html! {
            div.panel data-when=[when] {
                p { strong { (shop.name) } @if !street.is_empty() { ", " (street.join(", ")) } }
                p.small { "We write to you when everything is ready. Please wait for that mail before you come." }
            }
        }
    }

    fn payment(&self) -> Markup {
        let (desk, form) = (self.desk, self.form);
        let collect = sums::slots(&desk.ways, Kind::Collection);
        let chosen =
            Method::from_word(&form.payment).filter(|method| desk.pays.contains(method)).or(desk.pays.first().copied());
        let radios: Vec<RadioView> = desk
            .pays
            .iter()
            .map(|method| RadioView {
                value: method.word().to_owned(),
                label: method.label().to_owned(),
                detail: Some(pay::about(*method).to_owned()),
                price: None,
                checked: chosen == Some(*method),
                slot: Some(slot(*method).to_owned()),
                when: collect.clone().filter(|_| *method == Method::OnCollection),
            })
            .collect();
        html! {
            section.step aria-labelledby="step-pay" {
                h2 id="step-pay" { "Paying" }
                @if radios.is_empty() { p { "We take no orders here at the moment. Call us or come in, and we help you." } }
                @else { (ui::radios("payment", "Payment", self.error("payment"), &radios)) }
                @if desk.pays.contains(&Method::Card) {
                    div.fields data-when=(slot(Method::Card)) { (pay::card_field(&form.card, self.error("card"))) }
                }
            }
        }
    }

    /// Terms, the hold, and the button with what it does and what it costs.
    fn end(&self) -> Markup {
        let verb = |method: Method| match method {
            Method::Card => "Order and pay ",
            Method::Transfer => "Order and transfer ",
            Method::OnCollection => "Order, pay in the shop: ",
        };
        html! {
            p.small {
                "You may return books within 14 days: " a href="/returns" { "returns" } ", " a href="/delivery" { "delivery" } ", "
                a href="/privacy" { "privacy" } "."
                span data-when=(slot(Method::Card)) { " Your books are held for 15 minutes while you pay." }
                span data-when=(slot(Method::Transfer)) { " Your books are held for 7 days until your transfer is here." }
            }
            @if !self.desk.pays.is_empty() && !self.desk.ways.is_empty() {
                button.button type="submit" data-kind="primary" data-busy="Placing your order …" {
                    span {
                        @for method in &self.desk.pays { span data-when=(slot(*method)) { (verb(*method)) } }
                        (self.amount())
                    }
                }
            }
            @if self.error(BASKET).is_some() { (ui::button_link(ButtonKind::Second, "Change your basket", "/cart")) }
        }
    }
}

/// What the stylesheet calls a way to pay.
fn slot(method: Method) -> &'static str {
    match method {
        Method::Card => "p1",
        Method::Transfer => "p2",
        Method::OnCollection => "p3",
    }
}

#[cfg(test)]
mod tests;
