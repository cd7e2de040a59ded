//! How a book looks in the office: the form, and beside it what it costs and where its copies are.

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};

use super::Sheet;
use super::choices;
use super::form::BookForm;
use super::save::Stored;
use super::shelf::{REASON_CHARS, Shelf, StockForm};
use super::{formats, marks, more};
use crate::catalog::BookRow;
use crate::catalog::prices::OWNER;
use crate::settings::Shop;
use crate::web::admin::words;
use crate::web::shop::language;
use crate::web::ui::{self, ButtonKind, Control, Field, FieldError, Need, Tone, Width};

pub(super) fn render(sheet: &Sheet, now: Timestamp) -> Markup {
    html! {
        (ui::error_summary(&sheet.errors))
        (head(sheet))
        @if !sheet.conflict.is_empty() { (conflict(sheet)) }
        @match &sheet.stored {
            None => (edit(sheet, "/admin/books/new", "Add the book")),
            Some((stored, row, shelf)) => div.split {
                @if sheet.may_edit { (edit(sheet, &format!("/admin/books/{}", stored.edition.id), "Save")) }
                @else { (facts(stored)) }
                aside.flow {
                    (stock(sheet, stored, shelf))
                    (formats::card(sheet, stored, &Fields::of(sheet)))
                    (ledger(sheet, shelf, now))
                    (prices(sheet, stored, row, now))
                    (sheet.pictures.render(row, &sheet.errors, sheet.may_edit))
                }
            },
        }
        // Outside the other forms: a form cannot stand in a form.
        @if let Some((stored, ..)) = sheet.stored.as_ref().filter(|_| sheet.may_edit) { (marks::form(stored)) }
    }
}

fn head(sheet: &Sheet) -> Markup {
    html! {
        div.record-head {
            div {
                h1 { (sheet.title()) }
                @if let Some((stored, row, _)) = &sheet.stored {
                    @if !stored.edition.listed { (ui::tag(Tone::Plain, "Not shown")) }
                    @else if row.price.is_none() { (ui::tag(Tone::Warn, "No price: not for sale")) }
                    @else { (ui::tag(Tone::Good, "On sale")) }
                }
            }
            @if let Some((stored, _, shelf)) = &sheet.stored {
                div.cluster {
                    a href="#stock" { (shelf.on_hand) " on the shelf" }
                    @if stored.edition.listed { a href=(stored.edition.path()) { "See it in the shop" } }
                }
            }
        }
    }
}

/// Both versions of what differs, for who was overtaken.
fn conflict(sheet: &Sheet) -> Markup {
    html! {
        section.card {
            h2 { "What differs" }
            p { "The form below still holds your words. Saving again puts them over the others’." }
            div.table-scroll role="region" aria-label="Both versions" tabindex="0" {
                table.list {
                    caption.u-hidden { "Fields that differ between your form and what is stored" }
                    thead { tr { th scope="col" { "Field" } th scope="col" { "Yours" } th scope="col" { "Stored now" } } }
                    tbody {
                        @for one in &sheet.conflict {
                            tr { th scope="row" { (one.label) } td.words { (one.left) } td.words { (one.right) } }
                        }
                    }
                }
            }
        }
    }
}

/// Makes fields that know their errors and who decided them.
pub(super) struct Fields<'a> {
    pub(super) form: &'a BookForm,
    errors: &'a [FieldError],
    stored: Option<&'a Stored>,
    shop: &'a Shop,
}

impl<'a> Fields<'a> {
    pub(super) fn of(sheet: &'a Sheet) -> Fields<'a> {
        Fields {
            form: &sheet.form,
            errors: &sheet.errors,
            stored: sheet.stored.as_ref().map(|(stored, ..)| stored),
            shop: &sheet.shop,
        }
    }

    pub(super) fn error(&self, name: &str) -> Option<&'a str> {
        self.errors.iter().find(|error| error.field == name).map(|error| error.words.as_str())
    }

    /// A line of text that may stay empty, as nearly all here may: said once, above them.
    pub(super) fn line(&self, name: &'a str, label: &'a str, value: &'a str) -> Field<'a> {
        Field { value, error: self.error(name), need: Need::Unsaid, ..Field::new(name, label) }
    }

    /// The mark of a field that a person decided, or nothing.
    pub(super) fn mark(&self, name: &str) -> Markup {
        self.stored.map_or_else(|| html! {}, |stored| marks::mark(stored, self.shop, name))
    }

    /// A field with its mark.
    pub(super) fn put(&self, field: &Field<'_>) -> Markup {
        let mark = self.mark(field.name);
        if mark.0.is_empty() {
            return ui::field(field);
        }
        html! { div data-width=[(field.width == Width::Half).then_some("half")] { (ui::field(field)) (mark) } }
    }
}

fn edit(sheet: &Sheet, action: &str, save: &str) -> Markup {
    let fields = Fields::of(sheet);
    html! {
        form.edit method="post" action=(action) novalidate {
            (ui::hidden(&[("version", &sheet.form.version.to_string()), ("of", &sheet.form.of)]))
            div.flow {
                (words_card(&fields))
                (edition_card(&fields))
                (selling_card(&fields, sheet))
                (place_card(&fields, sheet))
                (more::card(&fields))
            }
            div.save-bar {
                (ui::button(ButtonKind::Primary, save, Some("Saving…")))
                span.small { "The whole form is saved at once." }
            }
        }
    }
}

fn words_card(fields: &Fields<'_>) -> Markup {
    let form = fields.form;
    let title = Field { need: Need::Required, maxlength: Some(500), ..fields.line("title", "Title", &form.title) };
    let subtitle = Field { maxlength: Some(500), ..fields.line("subtitle", "Subtitle", &form.subtitle) };
    let people = Field {
        control: Control::TextArea { rows: 3 },
        hint: Some(
            "One a line, surname first or last. Others like “Translator: Gregory Rabassa”; an organisation in brackets: [University of Leiden].",
        ),
        ..fields.line("contributors", "People", &form.contributors)
    };
    let description = Field {
        control: Control::TextArea { rows: 10 },
        hint: Some("Plain text with blank lines between paragraphs, or simple HTML."),
        ..fields.line("description", "Description", &form.description)
    };
    html! {
        section.card {
            h2 { "The book" }
            p.small { "Only the title " span.need { "*" } " is needed; everything else may stay empty." }
            div.fields { (fields.put(&title)) (fields.put(&subtitle)) (fields.put(&people)) (fields.put(&description)) }
        }
    }
}

fn edition_card(fields: &Fields<'_>) -> Markup {
    let form = fields.form;
    let known = choices::languages();
    let (formats, languages) =
        (choices::options(&choices::FORMATS, &form.format), choices::options(&known, &form.language));
    let half = |field| Field { width: Width::Half, ..field };
    let digits = |field| Field { width: Width::Half, control: Control::Digits, maxlength: Some(6), ..field };
    let isbn = Field {
        hint: Some("13 or 10 digits, hyphens or not, or a scan"),
        maxlength: Some(40),
        ..half(fields.line("isbn", "ISBN", &form.isbn))
    };
    let format = Field { control: Control::Select(&formats), ..half(fields.line("format", "Format", &form.format)) };
    let language =
        Field { control: Control::Select(&languages), ..half(fields.line("language", "Language", &form.language)) };
    let published = Field {
        hint: Some("2027, 2027-03 or 2027-03-04"),
        maxlength: Some(10),
        ..half(fields.line("published", "Published", &form.published))
    };
    html! {
        section.card {
            h2 { "This edition" }
            div.fields {
                (fields.put(&isbn)) (fields.put(&published))
                (fields.put(&format)) (fields.put(&language))
                (fields.put(&Field { maxlength: Some(200), ..fields.line("publisher", "Publisher", &form.publisher) }))
                (fields.put(&digits(fields.line("pages", "Pages", &form.pages))))
                (fields.put(&digits(fields.line("weight", "Weight in grams", &form.weight))))
                div { (ui::checkbox("signed", "Signed by the author", form.signed, None)) (fields.mark("signed")) }
            }
        }
    }
}

fn selling_card(fields: &Fields<'_>, sheet: &Sheet) -> Markup {
    let form = fields.form;
    let supply = choices::options(&choices::AVAILABILITY, &form.availability);
    let label = format!("Our price in {}", sheet.shop.currency());
    let hint = price_hint(sheet);
    let price = Field {
        control: Control::Decimal,
        width: Width::Half,
        hint: Some(&hint),
        maxlength: Some(16),
        ..fields.line("price", &label, &form.price)
    };
    let availability =
        Field { control: Control::Select(&supply), ..fields.line("availability", "Supply", &form.availability) };
    let days = |name, label, value| Field {
        control: Control::Digits,
        width: Width::Half,
        maxlength: Some(3),
        ..fields.line(name, label, value)
    };
    let no_days = choices::ORDERABLE.contains(&form.availability.as_str())
        && form.lead_to.is_empty()
        && form.lead_from.is_empty();
    html! {
        section.card {
            h2 { "Selling" }
            div.fields {
                (fields.put(&price))
                (fields.put(&availability))
                (fields.put(&days("lead_from", "Working days from", &form.lead_from)))
                (fields.put(&days("lead_to", "to", &form.lead_to)))
                @if no_days { p.small { "Without days the shop promises nothing from the supplier and sells its own copies only." } }
                (ui::checkbox("listed", "Show it in the shop", form.listed, None))
            }
        }
    }
}

/// What the price field says: whose price holds now.
fn price_hint(sheet: &Sheet) -> String {
    let none = "Without a price the book is shown and not sold".to_owned();
    let Some((stored, row, _)) = &sheet.stored else { return none };
    match (stored.owner_price, row.price) {
        (Some(_), _) => "Ours wins over any feed’s; empty it to take theirs".to_owned(),
        (None, Some(feed)) => format!("Empty: the feed’s {} holds", feed.display()),
        (None, None) => none,
    }
}

fn place_card(fields: &Fields<'_>, sheet: &Sheet) -> Markup {
    let form = fields.form;
    let series = Field { width: Width::Half, maxlength: Some(200), ..fields.line("series", "Series", &form.series) };
    let number = Field {
        width: Width::Half,
        maxlength: Some(20),
        ..fields.line("series_number", "Number in the series", &form.series_number)
    };
    let new = Field {
        hint: Some("Like “Fiction > Welsh”: made if it is new"),
        maxlength: Some(200),
        ..fields.line("new_category", "Another category", &form.new_category)
    };
    let mut all: Vec<_> = sheet.categories.iter().collect();
    all.sort_by(|a, b| a.path.cmp(&b.path));
    let chosen: Vec<&str> =
        all.iter().filter(|one| form.categories.contains(&one.path)).map(|one| one.name.as_str()).collect();
    html! {
        section.card {
            h2 { "Where it stands" }
            p.small {
                "Series and categories count for every edition of this work. "
                @if !chosen.is_empty() { "It stands in: " strong { (chosen.join(", ")) } "." }
            }
            @if !all.is_empty() {
                fieldset.ticks {
                    legend { "Categories" }
                    div { ul role="list" {
                        @for category in all {
                            li { label data-depth=(category.path.matches('/').count().min(3)) {
                                input type="checkbox" name="category" value=(category.path) checked[form.categories.contains(&category.path)];
                                span { (category.name) }
                            } }
                        }
                    } }
                    (fields.mark("categories"))
                }
            }
            div.fields { (fields.put(&new)) (fields.put(&series)) (fields.put(&number)) }
        }
    }
}

/// The book for who may not edit it.
fn facts(stored: &Stored) -> Markup {
    let (form, facts) = (stored.form(), &stored.edition.facts);
    let categories = form.categories.join(", ");
    let language = language::name(&form.language);
    let rows = [
        ("People", form.contributors.as_str()),
        ("ISBN", &form.isbn),
        ("Format", facts.format.label()),
        ("Language", &language),
        ("Publisher", &form.publisher),
        ("Published", &form.published),
        ("Pages", &form.pages),
        ("Series", &form.series),
        ("Categories", &categories),
    ];
    html! {
        div.flow {
            section.card {
                h2 { "The book" }
                dl.facts { @for (label, value) in rows { @if !value.is_empty() { div { dt { (label) } dd.words { (value) } } } } }
                // Sanitised when it was stored.
                @if let Some(description) = &facts.description { div.prose { (PreEscaped(description)) } }
            }
        }
    }
}

fn stock(sheet: &Sheet, stored: &Stored, shelf: &Shelf) -> Markup {
    let action = format!("/admin/books/{}/stock", stored.edition.id);
    let held = shelf.on_hand.saturating_sub(shelf.available);
    html! {
        section.card id="stock" {
            h2 { "Copies" }
            p { strong { (shelf.on_hand) } " on the shelf"
                @if held > 0 { ", " (held) " of them held for orders" } }
            @if sheet.may_move {
                (stock_form(sheet, &action, shelf.on_hand, "received"))
                details open[sheet.stock.counted_was_typed()] {
                    summary { "Counted differently" }
                    (stock_form(sheet, &action, shelf.on_hand, "counted"))
                }
            }
        }
    }
}

fn stock_form(sheet: &Sheet, action: &str, seen: u32, op: &str) -> Markup {
    let typed: &StockForm = &sheet.stock;
    let fields = Fields::of(sheet);
    let (copies, why, button) = match op {
        "counted" => (
            fields.line("counted", "Copies counted", &typed.counted),
            fields.line("counted_reason", "Why it differs", &typed.counted_reason),
            "Correct the count",
        ),
        _ => (
            fields.line("received", "Copies received", &typed.received),
            fields.line("received_reason", "From", &typed.received_reason),
            "Book in",
        ),
    };
    let copies = Field { control: Control::Digits, width: Width::Short, maxlength: Some(6), ..copies };
    let why = Field {
        maxlength: u32::try_from(REASON_CHARS).ok(),
        hint: Some(if op == "counted" { "Damaged, stolen, stocktake …" } else { "Supplier, delivery note …" }),
        ..why
    };
    html! {
        form.flow method="post" action=(action) novalidate {
            (ui::hidden(&[("op", op), ("seen", &seen.to_string())]))
            (ui::field(&copies))
            (ui::field(&why))
            (ui::button(ButtonKind::Second, button, Some("Booking…")))
        }
    }
}

fn ledger(sheet: &Sheet, shelf: &Shelf, now: Timestamp) -> Markup {
    html! {
        section.card {
            h2 { "Ledger" }
            @if shelf.ledger.is_empty() { p { "No copy came or went yet." } }
            ol.moves role="list" {
                @for movement in &shelf.ledger {
                    li {
                        strong.number { @if movement.quantity > 0 { "+" (movement.quantity) } @else { "−" (movement.quantity.unsigned_abs()) } }
                        span { (movement.kind) ": " (movement.reason)
                            span.second { (words::moment(&sheet.shop, movement.at, now)) " · " (words::who(&movement.actor)) } }
                    }
                }
            }
        }
    }
}

fn prices(sheet: &Sheet, stored: &Stored, row: &BookRow, now: Timestamp) -> Markup {
    let day = |at: Timestamp| sheet.shop.today(at).strftime("%-d %b %Y").to_string();
    html! {
        section.card {
            h2 { "Prices" }
            p { @match row.price { Some(price) => { "Sold for " strong { (price.display()) } }, None => "No price: shown, not sold" } }
            @if !stored.prices.is_empty() {
                ul.moves role="list" {
                    @for price in stored.prices.iter().take(12) {
                        @let over = price.until.is_some_and(|until| until <= now);
                        li data-state=[over.then_some("done")] {
                            strong.number { (price.amount.display()) }
                            span { @if price.source == OWNER { "ours" } @else { (price.source) " (" (price.kind) ")" }
                                span.second { "from " (day(price.from)) @if let Some(until) = price.until { " to " (day(until)) } } }
                        }
                    }
                }
            }
        }
    }
}
