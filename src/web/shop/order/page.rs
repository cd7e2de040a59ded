//! The order's page.

use jiff::Timestamp;
use maud::{Markup, html};

use super::words;
use crate::catalog::BookRow;
use crate::delivery::Kind;
use crate::kernel::text::slug;
use crate::orders::{Order, OrderLine, Status};
use crate::payments::{self, Method};
use crate::settings::Shop;
use crate::web::shop::pictures::Covers;
use crate::web::shop::{pay, sums};
use crate::web::ui::{self, ButtonKind, PostButton, SummaryLineView, TotalRow};

pub(super) struct View<'a> {
    pub(super) order: &'a Order,
    /// The books as they are today, for covers and links; some may be gone.
    pub(super) books: &'a [BookRow],
    pub(super) covers: &'a Covers,
    pub(super) shop: &'a Shop,
    /// The address of this page, as the visitor has it.
    pub(super) path: &'a str,
    pub(super) now: Timestamp,
    /// Whether it was placed a moment ago.
    pub(super) thanks: bool,
    pub(super) takes_cards: bool,
    /// Whether a card is being charged and the bank has not answered.
    pub(super) undecided: bool,
}

impl View<'_> {
    pub(super) fn render(&self) -> Markup {
        let (order, shop) = (self.order, self.shop);
        let open = order.can_be_retried(self.now) && !self.undecided;
        html! {
            header.state {
                p.small { "Order " (order.number) }
                h1 { (words::headline(order, shop, self.undecided, self.now)) }
                p { (words::meaning(order, shop, self.undecided, self.now)) }
                @if self.thanks && order.status != Status::Cancelled { (self.thank()) }
                @if self.undecided { p { (ui::button_link(ButtonKind::Primary, "Go on with the payment", &format!("{}?back=1", self.path))) } }
            }
            div.split {
                div.flow {
                    @if open && order.payment_method == Method::Transfer { (self.bank_details()) }
                    @if open { (self.ways_to_pay()) }
                    @if order.status == Status::Cancelled { p { (ui::button_link(ButtonKind::Second, "See your basket", "/cart")) } }
                    section {
                        h2.u-hidden { "How far it is" }
                        (ui::timeline(&words::steps(order, shop)))
                    }
                    (self.destination())
                    (self.help())
                }
                (self.bought())
            }
        }
    }

    fn thank(&self) -> Markup {
        let mailed = self.order.status != Status::Pending || self.order.payment_method != Method::Card;
        html! {
            p {
                "Thank you, " (self.order.name) ". "
                @if mailed { "We wrote to " strong { (self.order.email) } "; the link in that mail opens this page again." }
            }
        }
    }

    fn bank_details(&self) -> Markup {
        html! {
            section.panel {
                h2 { "The transfer" }
                dl.facts {
                    div { dt { "Amount" } dd { (self.order.total.display()) } }
                    div { dt { "Reference" } dd { strong { (self.order.number) } } }
                    @if let Some(day) = self.order.transfer_deadline(self.shop) { div { dt { "Here by" } dd { (day.strftime("%a %-d %b %Y")) } } }
                    div {
                        dt { "To" }
                        dd { @if self.shop.bank_details.is_empty() { "Ask us for the bank details." } @for line in self.shop.bank_details.lines() { (line) br; } }
                    }
                }
            }
        }
    }

    /// Every way to pay that is open for the order, and the way out.
    fn ways_to_pay(&self) -> Markup {
        let (order, shop) = (self.order, self.shop);
        let collects = order.delivery_kind == Kind::Collection;
        let transfers = order.payment_method == Method::Transfer;
        let action = format!("{}/pay", self.path);
        let button = |method: Method, words: String| {
            let fields = [("payment", method.word())];
            html! {
                section.panel {
                    h3 { (method.label()) }
                    p.small { (pay::about(method)) }
                    (ui::post_button(&PostButton { action: &action, fields: &fields, label: &words, hidden: "", kind: ButtonKind::Second, busy: Some("One moment …") }))
                }
            }
        };
        html! {
            section.flow {
                h2 { @if transfers { "Or pay another way" } @else { "Pay" } }
                div.panels {
                    @if self.takes_cards { (self.card(&action, if transfers { ButtonKind::Second } else { ButtonKind::Primary })) }
                    @if shop.pay_transfer && !transfers { (button(Method::Transfer, format!("Transfer {}", order.total.display()))) }
                    @if shop.pay_on_collection && collects { (button(Method::OnCollection, "Pay when I collect".to_owned())) }
                }
                (ui::post_button(&PostButton {
                    action: &format!("{}/give-up", self.path), fields: &[], label: "Give up this order", hidden: "and put the books back into the basket",
                    kind: ButtonKind::Quiet, busy: None,
                }))
            }
        }
    }

    fn card(&self, action: &str, kind: ButtonKind) -> Markup {
        html! {
            section.panel {
                h3 { (Method::Card.label()) }
                form.flow method="post" action=(action) {
                    (ui::hidden(&[("payment", Method::Card.word())]))
                    (pay::card_field("", None))
                    (ui::button(kind, &format!("Pay {}", self.order.total.display()), Some("Asking your bank …")))
                }
            }
        }
    }

    fn bought(&self) -> Markup {
        let order = self.order;
        html! {
            aside.sum.panel aria-labelledby="bought" {
                h2 id="bought" { "What you ordered" }
                ul.lines role="list" { @for line in &order.lines { (self.line(line)) } }
                (ui::totals(&total_rows(order)))
            }
        }
    }

    fn line(&self, line: &OrderLine) -> Markup {
        let book = self.books.iter().find(|book| book.id == line.edition_id);
        let cover = book.map(|book| self.covers.view(book));
        let id = line.isbn.clone().unwrap_or_else(|| line.edition_id.to_string());
        let href = book.filter(|book| book.listed).map(|_| format!("/books/{id}/{}", slug(&line.title)));
        let to_order = match line.to_order {
            0 => None,
            all if all == line.quantity => Some("Comes from our supplier first".to_owned()),
            some => Some(format!("{some} of {} from our supplier first", line.quantity)),
        };
        ui::summary_line(&SummaryLineView {
            href: href.as_deref(),
            title: &line.title,
            about: &format!("{} · {}", line.byline, line.format),
            cover: cover.as_ref(),
            quantity: line.quantity,
            total: line.total,
            promise: to_order.as_deref(),
        })
    }

    fn destination(&self) -> Markup {
        let order = self.order;
        html! {
            section.flow {
                @if let Some(address) = &order.address {
                    h2 { "It goes to" }
                    address {
                        (order.name) br;
                        @for line in address.street.lines() { (line) br; }
                        @for part in [&address.town, &address.region, &address.postcode] { @if !part.is_empty() { (part) br; } }
                        (order.country.name())
                    }
                } @else {
                    h2 { "Collect it from" }
                    address {
                        (self.shop.name) br;
                        @for part in [&self.shop.street, &self.shop.town, &self.shop.postcode] { @if !part.is_empty() { (part) br; } }
                    }
                }
            }
        }
    }

    fn help(&self) -> Markup {
        html! {
            p.small {
                "A question about this order? "
                @if !self.shop.phone.is_empty() { "Call " (self.shop.phone) ", or write" } @else { "Write" }
                " to " a href={ "mailto:" (self.shop.email) } { (self.shop.email) } " and name the number " (self.order.number) ". "
                a href="/returns" { "Returns" }
            }
        }
    }
}

/// The sums of an order, as they were agreed.
fn total_rows(order: &Order) -> Vec<TotalRow> {
    let row = |label: &str, amount: String| TotalRow { label: label.to_owned(), amount, ..TotalRow::default() };
    let mut rows =
        vec![row("Books", order.subtotal.display()), row(&order.delivery_name, sums::price_or_free(order.delivery))];
    if order.discount.minor != 0 {
        rows.push(row("Discount", format!("−{}", order.discount.display())));
    }
    if !order.tax_included {
        rows.push(row("Tax", order.tax.display()));
    }
    let paid = order.payment_status == payments::Status::Completed;
    rows.push(TotalRow { grand: true, ..row(if paid { "Paid" } else { "Total" }, order.total.display()) });
    if order.tax_included {
        rows.push(TotalRow { note: true, ..row("Tax included", order.tax.display()) });
    }
    rows
}
