//! The customer's own page: their orders, newest first.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use maud::{Markup, html};

use super::frame::{self, Frame};
use super::order::words as state;
use super::{onward, words};
use crate::orders::{self, OrderRow};
use crate::settings::Shop;
use crate::web::session::Visitor;
use crate::web::ui::{self, ButtonKind, PostButton, Shell};
use crate::web::{AppState, PageError};

/// Most orders on the page.
const MOST: u32 = 100;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/account", get(show))
}

async fn show(State(app): State<AppState>, visitor: Visitor, parts: Parts) -> Result<Response<Body>, PageError> {
    let Some(customer) = &visitor.customer else { return Ok(onward::to("/account/sign-in?next=/account")) };
    let (shop, orders) = app
        .db
        .read(|conn| Ok::<_, PageError>((app.shop(conn)?, orders::list_of_customer(conn, customer.id, MOST)?)))?;
    let frame = Frame::new(&app, &shop, app.clock.now());
    let about = frame.view();
    let shell = Shell { noindex: true, ..Shell::new(&about, "Your account") };
    frame::private(
        &app,
        &parts,
        &visitor,
        StatusCode::OK,
        &ui::page(&shell, &render(&customer.name, customer.email.as_str(), &orders, &shop)),
    )
}

fn render(name: &str, email: &str, orders: &[OrderRow], shop: &Shop) -> Markup {
    html! {
        div.page-head {
            div { h1 { "Hello " (name) } p.small { (email) } }
            (ui::post_button(&PostButton { action: "/account/sign-out", fields: &[], label: "Sign out", hidden: "", kind: ButtonKind::Second, busy: None }))
        }
        @if let Some(latest) = orders.first() { (latest_order(latest, shop)) }
        @if orders.is_empty() {
            section.flow {
                h2 { "Your orders" }
                p.lead { "Orders that you place while signed in are listed here. The " a href="/" { "front table" } " is a good place to start." }
            }
        } @else { (table(orders, shop)) }
    }
}

fn latest_order(order: &OrderRow, shop: &Shop) -> Markup {
    let (tone, tag) = state::tag(order);
    html! {
        section.panel aria-labelledby="latest" {
            h2 id="latest" { "Your latest order" }
            p { (ui::tag(tone, tag)) " " (words::books(u64::from(order.copies))) ", " (order.total.display()) ", ordered " (state::moment(order.placed_at, shop)) }
            p { (ui::button_link(ButtonKind::Primary, "Open this order", &format!("/orders/{}", order.id))) }
        }
    }
}

fn table(orders: &[OrderRow], shop: &Shop) -> Markup {
    html! {
        section.flow {
            h2 id="orders" { "Your orders" }
            table aria-labelledby="orders" {
                thead { tr { th scope="col" { "Order" } th scope="col" { "State" } th.number scope="col" { "Total" } } }
                tbody {
                    @for order in orders {
                        @let (tone, tag) = state::tag(order);
                        tr {
                            th scope="row" {
                                a href={ "/orders/" (order.id) } { (order.number) }
                                p.small { (order.placed_at.to_zoned(shop.zone()).strftime("%a %-d %b %Y")) }
                            }
                            td { (ui::tag(tone, tag)) }
                            td.number { (order.total.display()) }
                        }
                    }
                }
            }
        }
    }
}
