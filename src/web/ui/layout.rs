//! The document around every page: head, header, main and footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Tone;
use super::nav::NavItem;

/// Where the basket link goes in a kept page; replaced with [`basket_link`] for each reader.
pub const HOLE_BASKET: &str = "<!--hole:basket-->";
/// Where the account link goes in a kept page; replaced with [`account_link`].
pub const HOLE_ACCOUNT: &str = "<!--hole:account-->";
/// Where the one-shot notice goes; replaced with [`notice`] or with nothing.
pub const HOLE_NOTICE: &str = "<!--hole:notice-->";

/// Addresses of the embedded files, hash included.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assets<'a> {
    pub shop_css: &'a str,
    pub shop_js: &'a str,
    pub admin_css: &'a str,
    pub icon: &'a str,
}

/// What every page says about the shop; built once from the settings.
#[derive(Debug, Clone, Copy, Default)]
pub struct ShopView<'a> {
    pub name: &'a str,
    /// Under the name in the header: "Open until 18:00".
    pub tagline: Option<&'a str>,
    /// One of the eight cloths of the stylesheet; empty for petrol.
    pub cloth: &'a str,
    /// Language of the shop's own words, as in BCP 47.
    pub lang: &'a str,
    pub phone: Option<&'a str>,
    pub email: Option<&'a str>,
    /// Days and times: ("Tuesday to Friday", "10:00 to 18:00").
    pub hours: &'a [(String, String)],
    /// The postal address, line by line.
    pub address: &'a [String],
    pub footer: &'a [NavItem],
    /// Pages of books that are no category: new, bestsellers.
    pub shelves: &'a [NavItem],
    /// Says above the header that nothing here is really sold.
    pub demo: bool,
    pub assets: Assets<'a>,
}

/// Which of the three frames stands around the page.
#[derive(Debug, Clone, Copy, Default)]
pub enum Kind<'a> {
    /// Brand, search, account, basket.
    #[default]
    Shop,
    /// Brand, the way back and the phone number; nothing that leads away.
    Checkout,
    /// The counter: its own sections and the name of who is signed in.
    Admin { nav: &'a [NavItem], staff: Option<&'a str> },
}

/// Everything of a document but its `main`.
#[derive(Debug, Clone)]
pub struct Shell<'a> {
    pub shop: &'a ShopView<'a>,
    pub kind: Kind<'a>,
    /// The thing and its context; the shop's name follows unless it stands in front already.
    pub title: &'a str,
    /// 120 to 155 characters made of facts; empty leaves it out.
    pub description: &'a str,
    pub canonical: Option<&'a str>,
    pub noindex: bool,
    /// Puts "Error: " before the title, which screen readers speak first.
    pub has_errors: bool,
    /// The category strip under the header: home and category pages only.
    pub strip: Option<&'a [NavItem]>,
    /// Adds the second skip link; the page must hold [`super::filters`].
    pub has_filters: bool,
    /// Stays in the search box on the results page.
    pub query: &'a str,
    /// JSON-LD, `rel=prev`, `rel=next`, share image.
    pub extra_head: Option<Markup>,
}

impl<'a> Shell<'a> {
    /// A plain shop page with this title; the rest by struct update.
    #[must_use]
    pub fn new(shop: &'a ShopView<'a>, title: &'a str) -> Self {
        Self {
            shop,
            kind: Kind::Shop,
            title,
            description: "",
            canonical: None,
            noindex: false,
            has_errors: false,
            strip: None,
            has_filters: false,
            query: "",
            extra_head: None,
        }
    }
}

/// The whole document, with the three holes left as comments.
#[must_use]
pub fn page(shell: &Shell<'_>, main: &Markup) -> Markup {
    let shop = shell.shop;
    let kind = match shell.kind {
        Kind::Shop => "shop",
        Kind::Checkout => "checkout",
        Kind::Admin { .. } => "admin",
    };
    let cloth = Some(shop.cloth).filter(|c| !c.is_empty());
    let lang = if shop.lang.is_empty() { "en-GB" } else { shop.lang };
    html! {
        (DOCTYPE)
        html lang=(lang) data-cloth=[cloth] data-kind=(kind) {
            head { (head(shell)) }
            body {
                a.skip href="#main" { "Skip to content" }
                @if shell.has_filters { a.skip href="#filters" { "Skip to filters" } }
                @if shop.demo {
                    p.ribbon { "Demo shop: nothing is charged, nothing is sent." }
                }
                @match shell.kind {
                    Kind::Shop => {
                        (shop_header(shell))
                        @if let Some(strip) = shell.strip { (category_strip(strip)) }
                    }
                    Kind::Checkout => (checkout_header(shop)),
                    Kind::Admin { nav, staff } => (admin_header(shell, nav, staff)),
                }
                div.notice-slot role="status" { (PreEscaped(HOLE_NOTICE)) }
                main id="main" { (main) }
                (footer(shell))
            }
        }
    }
}

fn head(shell: &Shell<'_>) -> Markup {
    let shop = shell.shop;
    let title = full_title(shell);
    let assets = shop.assets;
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (title) }
        @if !shell.description.is_empty() {
            meta name="description" content=(shell.description);
            meta property="og:description" content=(shell.description);
        }
        meta property="og:title" content=(title);
        meta property="og:site_name" content=(shop.name);
        meta property="og:locale" content="en_GB";
        @if shell.noindex { meta name="robots" content="noindex,follow"; }
        @if let Some(address) = shell.canonical {
            link rel="canonical" href=(address);
            meta property="og:url" content=(address);
        }
        meta name="color-scheme" content="light dark";
        meta name="theme-color" content="#FFFFFF" media="(prefers-color-scheme: light)";
        meta name="theme-color" content="#1B2221" media="(prefers-color-scheme: dark)";
        @if !assets.icon.is_empty() { link rel="icon" href=(assets.icon) type="image/svg+xml"; }
        link rel="stylesheet" href=(assets.shop_css);
        @if let Kind::Admin { .. } = shell.kind { link rel="stylesheet" href=(assets.admin_css); }
        script type="module" src=(assets.shop_js) {}
        @if let Some(extra) = &shell.extra_head { (extra) }
    }
}

fn full_title(shell: &Shell<'_>) -> String {
    let error = if shell.has_errors { "Error: " } else { "" };
    let (title, shop) = (shell.title, shell.shop.name);
    if title.starts_with(shop) { format!("{error}{title}") } else { format!("{error}{title} · {shop}") }
}

fn brand(shop: &ShopView<'_>) -> Markup {
    html! {
        a.brand href="/" {
            span.brand-name { (shop.name) }
            @if let Some(words) = shop.tagline { " " span.brand-line { (words) } }
        }
    }
}

fn shop_header(shell: &Shell<'_>) -> Markup {
    html! {
        header.header {
            div.wrap.header-row {
                (brand(shell.shop))
                form.search role="search" action="/search" method="get" data-suggest="/search/suggest" {
                    label.u-hidden for="q" { "Search the shop" }
                    input id="q" name="q" type="search" value=(shell.query) maxlength="200"
                        placeholder="Title, author or ISBN" autocomplete="off" autocapitalize="off"
                        spellcheck="false" enterkeyhint="search";
                    button.button data-kind="second" type="submit" { "Search" }
                }
                nav.header-links aria-label="Account and basket" {
                    (PreEscaped(HOLE_ACCOUNT)) (PreEscaped(HOLE_BASKET))
                }
            }
        }
    }
}

fn category_strip(items: &[NavItem]) -> Markup {
    html! {
        nav.strip aria-label="Categories" {
            ul.wrap role="list" {
                li { a href="/books" { "All categories" } }
                @for item in items {
                    li { a href=(item.href) aria-current=[item.current.then_some("page")] { (item.label) } }
                }
            }
        }
    }
}

fn checkout_header(shop: &ShopView<'_>) -> Markup {
    html! {
        header.header {
            div.wrap.header-row {
                (brand(shop))
                a.header-link href="/cart" { "Back to basket" }
                @if let Some(phone) = shop.phone { (phone_link(phone)) }
            }
        }
    }
}

fn admin_header(shell: &Shell<'_>, nav: &[NavItem], staff: Option<&str>) -> Markup {
    html! {
        header.header {
            div.wrap.header-row {
                a.brand href="/admin" {
                    span.brand-name { "Shop office" } " "
                    span.brand-line { (shell.shop.name) }
                }
                @if staff.is_some() {
                    form.search role="search" action="/admin/find" method="get" {
                        label.u-hidden for="q" { "Find an order, a customer or a book" }
                        input id="q" name="q" type="search" value=(shell.query) maxlength="200"
                            placeholder="Order, name, ISBN or scan" autocomplete="off" spellcheck="false";
                        button.button data-kind="second" type="submit" { "Find" }
                    }
                }
                nav.header-links aria-label="Office" {
                    a.header-link href="/" { "See the shop" }
                    @if let Some(name) = staff { span.header-staff { (name) } }
                }
            }
        }
        @if !nav.is_empty() {
            nav.strip aria-label="Sections" {
                ul.wrap role="list" {
                    @for item in nav {
                        li {
                            a href=(item.href) aria-current=[item.current.then_some("page")] {
                                (item.label)
                                @if let Some(count) = item.count { " " span.count { (count) } }
                            }
                        }
                    }
                    @if staff.is_some() {
                        li {
                            form method="post" action="/admin/sign-out" {
                                button.button type="submit" data-kind="quiet" { "Sign out" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn phone_link(phone: &str) -> Markup {
    let dial: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    html! { a.header-link href={ "tel:" (dial) } { (phone) } }
}

fn footer(shell: &Shell<'_>) -> Markup {
    let shop = shell.shop;
    if let Kind::Admin { .. } = shell.kind {
        return html! { footer.footer { div.wrap { p { (shop.name) } } } };
    }
    html! {
        footer.footer {
            div.wrap.footer-columns {
                @if !shop.hours.is_empty() {
                    section {
                        h2 { "Open" }
                        dl.hours {
                            @for (day, time) in shop.hours { div { dt { (day) } dd { (time) } } }
                        }
                    }
                }
                section {
                    h2 { (shop.name) }
                    @if !shop.address.is_empty() {
                        address { @for line in shop.address { (line) br; } }
                    }
                    @if let Some(phone) = shop.phone { p { (phone_link(phone)) } }
                    @if let Some(email) = shop.email { p { a href={ "mailto:" (email) } { (email) } } }
                }
                @for (label, links) in [("Shelves", shop.shelves), ("About the shop", shop.footer)] {
                    @if !links.is_empty() {
                        nav aria-label=(label) {
                            ul role="list" { @for item in links { li { a href=(item.href) { (item.label) } } } }
                        }
                    }
                }
            }
        }
    }
}

/// The basket link of the header, with its count in words for those who listen.
#[must_use]
pub fn basket_link(count: u32) -> Markup {
    let noun = if count == 1 { "book" } else { "books" };
    html! {
        a.header-link.header-basket href="/cart" {
            "Basket" span.u-hidden { ", " }
            span.header-count data-count=(count) { (count) }
            span.u-hidden { " " (noun) }
        }
    }
}

/// The account link of the header: the reader's name, or the way in.
#[must_use]
pub fn account_link(name: Option<&str>) -> Markup {
    html! {
        a.header-link.header-account href="/account" {
            @match name {
                Some(name) => { span.u-hidden { "Your account, " } (name) }
                None => "Sign in",
            }
        }
    }
}

/// What just happened, with what can be done next; goes into the notice slot.
///
/// `undo` is a whole form, such as [`super::post_button`] makes.
#[must_use]
pub fn notice(tone: Tone, words: &Markup, links: &[NavItem], undo: Option<&Markup>) -> Markup {
    html! {
        div.notice data-tone=(tone.key()) {
            div.wrap.cluster {
                p { (words) }
                @for link in links { a href=(link.href) { (link.label) } }
                @if let Some(undo) = undo { (undo) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> ShopView<'static> {
        ShopView { name: "Halyard Books", ..ShopView::default() }
    }

    #[test]
    fn each_hole_stands_in_a_shop_page_once() {
        let shop = shop();
        let html = page(&Shell::new(&shop, "Basket"), &html! { h1 { "Basket" } }).into_string();
        for hole in [HOLE_BASKET, HOLE_ACCOUNT, HOLE_NOTICE] {
            assert_eq!(html.matches(hole).count(), 1, "{hole}");
        }
    }

    #[test]
    fn the_title_names_the_shop_once_and_says_when_there_are_errors() {
        let shop = shop();
        let title = |title, has_errors| full_title(&Shell { has_errors, ..Shell::new(&shop, title) });
        assert_eq!(title("Basket (2)", false), "Basket (2) · Halyard Books");
        assert_eq!(title("Checkout", true), "Error: Checkout · Halyard Books");
        assert_eq!(title("Halyard Books · in Marlow", false), "Halyard Books · in Marlow");
    }

    #[test]
    fn no_page_carries_inline_style_or_script() {
        let shop = shop();
        for kind in [Kind::Shop, Kind::Checkout, Kind::Admin { nav: &[], staff: Some("Marta") }] {
            let html = page(&Shell { kind, ..Shell::new(&shop, "Page") }, &html! {}).into_string();
            assert!(!html.contains("style=") && !html.contains("<style"));
            assert_eq!(html.matches("<script").count(), html.matches("<script type=\"module\" src=").count());
        }
    }

    #[test]
    fn the_basket_is_counted_in_words() {
        insta::assert_snapshot!(basket_link(1).into_string(), @r#"<a class="header-link header-basket" href="/cart">Basket<span class="u-hidden">, </span><span class="header-count" data-count="1">1</span><span class="u-hidden"> book</span></a>"#);
    }
}
