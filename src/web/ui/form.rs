//! Form parts: fields with hint and error, choices, the error summary, stepper, buttons.

use maud::{Markup, html};

/// What the reader operates.
#[derive(Debug, Clone, Copy, Default)]
pub enum Control<'a> {
    #[default]
    Text,
    Email,
    Tel,
    Password,
    /// Digits only, on a number keyboard: quantity, code, ZIP.
    Digits,
    /// Money.
    Decimal,
    Postcode,
    Date,
    TextArea {
        rows: u32,
    },
    Select(&'a [Choice<'a>]),
}

/// One option of a select.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub words: &'a str,
}

/// Whether a field must be filled in, and how that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Need {
    /// A star, explained once in the form.
    #[default]
    Required,
    /// "(optional)".
    Optional,
    /// Nothing is said: forms of one field, filters, sign-in.
    Unsaid,
}

/// How wide a control is: as wide as what is expected in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    #[default]
    Full,
    Half,
    Short,
}

/// A field; make it with [`Field::new`] and struct update.
#[derive(Debug, Clone, Copy, Default)]
pub struct Field<'a> {
    /// Also the `id`, so a name may stand on a page only once.
    pub name: &'a str,
    pub label: &'a str,
    /// What was typed, shown back as it was; never set for passwords.
    pub value: &'a str,
    pub control: Control<'a>,
    pub need: Need,
    pub width: Width,
    pub hint: Option<&'a str>,
    /// One sentence that says how to put it right.
    pub error: Option<&'a str>,
    /// Token of the HTML autofill list: "shipping postal-code".
    pub autocomplete: Option<&'a str>,
    pub maxlength: Option<u32>,
    /// Words of a button that sends the form as soon as this is chosen ("Change country");
    /// it posts `change` with the field's name. The form then needs [`first_submit`].
    pub change: Option<&'a str>,
}

impl<'a> Field<'a> {
    /// A required line of text.
    #[must_use]
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, ..Self::default() }
    }
}

/// Something to fix: the field and the same words that stand at it.
#[derive(Debug, Clone, Default)]
pub struct FieldError {
    /// Name of the field, or of the group for radio lists.
    pub field: String,
    pub words: String,
}

/// One choice of a radio list.
#[derive(Debug, Clone, Default)]
pub struct RadioView {
    pub value: String,
    pub label: String,
    /// Second line: the date, the address, who handles the card.
    pub detail: Option<String>,
    /// At the right edge: an amount, or "free".
    pub price: Option<String>,
    pub checked: bool,
    /// "d1" to "d4" for ways of delivery, "p1" to "p4" for ways of paying: whatever
    /// names the slot in `data-when` shows only while this is chosen, without script.
    pub slot: Option<String>,
    /// This choice itself stands only while one of these slots is chosen: "d2".
    pub when: Option<String>,
}

/// How loud a button is; one primary per page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonKind {
    Primary,
    Second,
    Quiet,
    Danger,
}

/// A form that is nothing but a button: Remove, Undo, Mark posted.
#[derive(Debug, Clone)]
pub struct PostButton<'a> {
    pub action: &'a str,
    pub fields: &'a [(&'a str, &'a str)],
    pub label: &'a str,
    /// Added for those who listen: "Remove" + " Middlemarch".
    pub hidden: &'a str,
    pub kind: ButtonKind,
    pub busy: Option<&'a str>,
}

/// The quantity of a line.
#[derive(Debug, Clone)]
pub struct StepperView<'a> {
    pub action: &'a str,
    /// Names the line: ("line", "…").
    pub fields: &'a [(&'a str, &'a str)],
    /// The number, or what was typed in its place.
    pub quantity: &'a str,
    /// The book, named in the labels.
    pub title: &'a str,
    /// What is wrong with it, and the id of the number it is said at.
    pub error: Option<(&'a str, &'a str)>,
}

impl ButtonKind {
    fn key(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Second => "second",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// Label, hint, error and control, tied together for those who listen.
#[must_use]
pub fn field(view: &Field<'_>) -> Markup {
    let id = view.name;
    let width = match view.width {
        Width::Full => None,
        Width::Half => Some("half"),
        Width::Short => Some("short"),
    };
    html! {
        div.field data-width=[width] data-state=[view.error.map(|_| "error")] {
            label for=(id) { (view.label) (need_mark(view.need)) }
            @if let Some(hint) = view.hint { p.hint id={ (id) "-hint" } { (hint) } }
            @if let Some(error) = view.error { (error_line(id, error)) }
            (control(view))
            @if let Some(words) = view.change {
                button.button type="submit" data-kind="quiet" name="change" value=(id) { (words) }
            }
        }
    }
}

fn need_mark(need: Need) -> Markup {
    html! {
        @match need {
            Need::Required => span.need aria-hidden="true" { " *" },
            Need::Optional => span.optional { " (optional)" },
            Need::Unsaid => {}
        }
    }
}

fn error_line(id: &str, words: &str) -> Markup {
    html! {
        p.error id={ (id) "-error" } { span.u-hidden { "Error: " } (words) }
    }
}

fn described_by(id: &str, hint: Option<&str>, error: Option<&str>) -> Option<String> {
    match (hint, error) {
        (None, None) => None,
        (Some(_), None) => Some(format!("{id}-hint")),
        (None, Some(_)) => Some(format!("{id}-error")),
        (Some(_), Some(_)) => Some(format!("{id}-hint {id}-error")),
    }
}

fn control(view: &Field<'_>) -> Markup {
    let id = view.name;
    let by = described_by(id, view.hint, view.error);
    let required = (view.need == Need::Required).then_some("true");
    let bad = view.error.map(|_| "true");
    // A phone "corrects" names, streets and codes; prose may be helped.
    let plain = view.autocomplete.is_some()
        || !matches!(view.control, Control::Text | Control::Date | Control::TextArea { .. });
    match view.control {
        Control::TextArea { rows } => html! {
            textarea id=(id) name=(id) rows=(rows) autocomplete=[view.autocomplete]
                spellcheck=[plain.then_some("false")] autocorrect=[plain.then_some("off")]
                maxlength=[view.maxlength] aria-required=[required] aria-invalid=[bad]
                aria-describedby=[by] { (view.value) }
        },
        Control::Select(choices) => html! {
            select id=(id) name=(id) autocomplete=[view.autocomplete] aria-required=[required]
                aria-invalid=[bad] aria-describedby=[by] data-auto[view.change.is_some()] {
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == view.value] { (choice.words) }
                }
            }
        },
        Control::Text
        | Control::Email
        | Control::Tel
        | Control::Password
        | Control::Digits
        | Control::Decimal
        | Control::Postcode
        | Control::Date => {
            let keys = Keys::of(view.control);
            let value = (!view.value.is_empty()).then_some(view.value);
            html! {
                input id=(id) name=(id) type=(keys.kind) value=[value] inputmode=[keys.inputmode]
                    autocapitalize=[keys.capitals] spellcheck=[plain.then_some("false")]
                    autocorrect=[plain.then_some("off")] autocomplete=[view.autocomplete]
                    maxlength=[view.maxlength] aria-required=[required] aria-invalid=[bad]
                    aria-describedby=[by];
            }
        }
    }
}

/// Which keyboard a phone brings up.
struct Keys {
    kind: &'static str,
    inputmode: Option<&'static str>,
    capitals: Option<&'static str>,
}

impl Keys {
    fn of(control: Control<'_>) -> Self {
        let (kind, inputmode, capitals) = match control {
            Control::Email => ("email", None, Some("none")),
            Control::Tel => ("tel", None, None),
            Control::Password => ("password", None, Some("none")),
            Control::Digits => ("text", Some("numeric"), None),
            Control::Decimal => ("text", Some("decimal"), None),
            Control::Postcode => ("text", None, Some("characters")),
            Control::Date => ("date", None, None),
            Control::Text | Control::TextArea { .. } | Control::Select(_) => ("text", None, None),
        };
        Self { kind, inputmode, capitals }
    }
}

/// A tick box with its sentence beside it; unticked unless the reader ticked it.
#[must_use]
pub fn checkbox(name: &str, words: &str, checked: bool, error: Option<&str>) -> Markup {
    let by = described_by(name, None, error);
    html! {
        div.field.check data-state=[error.map(|_| "error")] {
            @if let Some(error) = error { (error_line(name, error)) }
            label for=(name) {
                input id=(name) name=(name) type="checkbox" value="yes" checked[checked]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[by];
                span { (words) }
            }
        }
    }
}

/// A list of which one is chosen, each with date and price.
#[must_use]
pub fn radios(name: &str, legend: &str, error: Option<&str>, all: &[RadioView]) -> Markup {
    let by = described_by(name, None, error);
    html! {
        fieldset.radios id=(name) aria-describedby=[by] data-state=[error.map(|_| "error")] {
            legend { (legend) }
            @if let Some(error) = error { (error_line(name, error)) }
            @for view in all {
                label.radio data-when=[view.when.as_deref()] {
                    input type="radio" name=(name) value=(view.value) checked[view.checked]
                        data-choice=[view.slot.as_deref()];
                    span.radio-words {
                        span.radio-label { (view.label) }
                        @if let Some(detail) = &view.detail { span.radio-detail { (detail) } }
                    }
                    @if let Some(price) = &view.price { span.radio-price { (price) } }
                }
            }
        }
    }
}

/// Everything there is to fix, above the heading; takes the focus without script.
#[must_use]
pub fn error_summary(errors: &[FieldError]) -> Markup {
    if errors.is_empty() {
        return html! {};
    }
    html! {
        div.errors tabindex="-1" autofocus role="group" aria-labelledby="errors-heading" {
            h2 id="errors-heading" {
                @if errors.len() == 1 { "There is 1 thing to fix" }
                @else { "There are " (errors.len()) " things to fix" }
            }
            ul role="list" {
                @for error in errors { li { a href={ "#" (error.field) } { (error.words) } } }
            }
        }
    }
}

/// Hidden inputs of a form.
#[must_use]
pub fn hidden(fields: &[(&str, &str)]) -> Markup {
    html! { @for (name, value) in fields { input type="hidden" name=(name) value=(value); } }
}

/// A submit button; `busy` are its words while the form is under way.
#[must_use]
pub fn button(kind: ButtonKind, label: &str, busy: Option<&str>) -> Markup {
    html! { button.button type="submit" data-kind=(kind.key()) data-busy=[busy] { (label) } }
}

/// What Enter presses in a form whose first visible button does something else.
///
/// Goes first in the form; browsers take the first submit button for Enter.
#[must_use]
pub fn first_submit(label: &str) -> Markup {
    html! { button.u-hidden type="submit" tabindex="-1" { (label) } }
}

/// A submit button that says which of several was pressed.
#[must_use]
pub fn button_value(kind: ButtonKind, label: &str, name: &str, value: &str) -> Markup {
    html! { button.button type="submit" data-kind=(kind.key()) name=(name) value=(value) { (label) } }
}

/// A link that looks like a button, for going on rather than doing.
#[must_use]
pub fn button_link(kind: ButtonKind, label: &str, href: &str) -> Markup {
    html! { a.button data-kind=(kind.key()) href=(href) { (label) } }
}

/// A form that is nothing but its button.
#[must_use]
pub fn post_button(view: &PostButton<'_>) -> Markup {
    html! {
        form.post method="post" action=(view.action) {
            (hidden(view.fields))
            button.button type="submit" data-kind=(view.kind.key()) data-busy=[view.busy] {
                (view.label)
                @if !view.hidden.is_empty() { span.u-hidden { " " (view.hidden) } }
            }
        }
    }
}

/// The quantity of a line with − and +; Enter in the field updates it.
#[must_use]
pub fn stepper(view: &StepperView<'_>) -> Markup {
    let (id, error) = view.error.unzip();
    html! {
        @if let Some((id, words)) = view.error { (error_line(id, words)) }
        form.stepper method="post" action=(view.action) {
            (hidden(view.fields))
            // Before the minus, so that Enter in the field does not take one away.
            button.u-hidden type="submit" name="op" value="set" tabindex="-1" { "Update" }
            button.stepper-step type="submit" name="op" value="less"
                aria-label={ "One less of " (view.title) } { "−" }
            input id=[id] name="quantity" value=(view.quantity) inputmode="numeric" maxlength="10"
                autocomplete="off" aria-label={ "Quantity of " (view.title) }
                aria-invalid=[error.map(|_| "true")]
                aria-describedby=[id.map(|id| format!("{id}-error"))];
            button.stepper-step type="submit" name="op" value="more"
                aria-label={ "One more of " (view.title) } { "+" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_field_says_how_to_put_it_right_and_keeps_what_was_typed() {
        let view = Field {
            value: "ada.example.com\" onfocus=\"",
            control: Control::Email,
            hint: Some("For the receipt."),
            error: Some("Enter an email address with an @, like name@example.com"),
            autocomplete: Some("email"),
            ..Field::new("email", "Email")
        };
        insta::assert_snapshot!(field(&view).into_string(), @r#"<div class="field" data-state="error"><label for="email">Email<span class="need" aria-hidden="true"> *</span></label><p class="hint" id="email-hint">For the receipt.</p><p class="error" id="email-error"><span class="u-hidden">Error: </span>Enter an email address with an @, like name@example.com</p><input id="email" name="email" type="email" value="ada.example.com&quot; onfocus=&quot;" autocapitalize="none" spellcheck="false" autocorrect="off" autocomplete="email" aria-required="true" aria-invalid="true" aria-describedby="email-hint email-error"></div>"#);
    }

    #[test]
    fn a_postcode_keeps_its_capitals_and_is_not_corrected() {
        let view = Field {
            control: Control::Postcode,
            need: Need::Optional,
            width: Width::Short,
            ..Field::new("postcode", "Postcode")
        };
        insta::assert_snapshot!(field(&view).into_string(), @r#"<div class="field" data-width="short"><label for="postcode">Postcode<span class="optional"> (optional)</span></label><input id="postcode" name="postcode" type="text" autocapitalize="characters" spellcheck="false" autocorrect="off"></div>"#);
    }

    #[test]
    fn enter_in_the_quantity_presses_update_and_not_the_minus() {
        let view = StepperView { action: "/cart", fields: &[("line", "7")], quantity: "2", title: "Emma", error: None };
        let html = stepper(&view).into_string();
        assert!(html.find(r#"value="set""#) < html.find(r#"value="less""#));
    }

    #[test]
    fn the_summary_links_each_error_to_its_field() {
        let one = [FieldError { field: "email".into(), words: "Enter your email".into() }];
        let html = error_summary(&one).into_string();
        assert!(html.contains("There is 1 thing to fix"));
        assert!(html.contains(r##"<a href="#email">Enter your email</a>"##));
        assert_eq!(error_summary(&[]).into_string(), "");
    }
}
