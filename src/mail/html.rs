//! The HTML twin: one table, 600 px, no images, nothing from elsewhere.
//!
//! Mail programs read little CSS: what must hold stands in `style`, what may improve it (dark mode) in the head.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::letter::{Block, Button, Item, Letter, Sum};

const SERIF: &str = "font-family:Georgia,'Times New Roman',serif";
const DARK: &str = "@media (prefers-color-scheme:dark){\
    body,table{background:#121716!important}\
    td{color:#E8ECE6!important;border-color:#313A38!important}\
    a{color:#83CCD3!important;border-color:#83CCD3!important}}";

pub(super) fn render(letter: &Letter) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (letter.subject) }
                style { (PreEscaped(DARK)) }
            }
            body style="margin:0;padding:0;background:#ffffff" {
                // Shown in the list of mails only.
                div style="display:none;max-height:0;overflow:hidden" { (letter.preheader) }
                table role="presentation" width="100%" cellpadding="0" cellspacing="0"
                    style="max-width:600px;margin:0 auto;border-collapse:collapse;background:#ffffff;color:#18211F;font:16px/1.5 Arial,sans-serif" {
                    (words(letter))
                    @for item in &letter.items { (bought(item)) }
                    @for (index, sum) in letter.sums.iter().enumerate() { (added(sum, index == 0)) }
                    @for block in &letter.blocks { (block_row(block)) }
                    @if let Some(button) = &letter.button { (button_row(button)) }
                    (wide("", html! { (letter.help) }))
                    (wide(";border-top:1px solid #D5D8CF;font-size:14px", lines(&letter.foot)))
                }
            }
        }
    }
}

fn words(letter: &Letter) -> Markup {
    html! {
        (wide("", html! {
            h1 style={ "margin:0;font-size:24px;line-height:1.25;font-weight:normal;" (SERIF) } { (letter.heading) }
        }))
        @for paragraph in &letter.paragraphs { (wide(";padding-top:0", html! { (paragraph) })) }
        @if !letter.reference.is_empty() {
            (wide(";padding-top:0;font-weight:bold", html! { (letter.reference) }))
        }
    }
}

fn bought(item: &Item) -> Markup {
    html! {
        tr {
            td style="padding:12px 0 12px 24px;border-top:1px solid #D5D8CF" {
                span style={ "font-size:18px;" (SERIF) } { (item.title) }
                br;
                (item.detail)
            }
            td align="right" valign="top" style="padding:12px 24px 12px 16px;border-top:1px solid #D5D8CF;white-space:nowrap" {
                (item.amount)
            }
        }
    }
}

fn added(sum: &Sum, first: bool) -> Markup {
    let rule = if first { "12px 24px 4px;border-top:1px solid #D5D8CF" } else { "4px 24px" };
    let weight = if sum.strong { ";font-weight:bold" } else { "" };
    html! {
        tr {
            td style={ "padding:" (rule) (weight) } { (sum.label) }
            td align="right" valign="top" style={ "padding:" (rule) ";white-space:nowrap" (weight) } { (sum.amount) }
        }
    }
}

fn block_row(block: &Block) -> Markup {
    wide(";padding-bottom:0", html! { b { (block.title) } br; (lines(&block.lines)) })
}

fn button_row(button: &Button) -> Markup {
    wide(
        "",
        html! {
            a href=(button.link) style="display:inline-block;padding:12px 20px;border:2px solid #0B5560;color:#0B5560;font-weight:bold" {
                (button.label)
            }
            br;
            span style="font-size:14px;word-break:break-all" { (button.link) }
        },
    )
}

fn wide(style: &str, content: Markup) -> Markup {
    html! { tr { td colspan="2" style={ "padding:24px" (style) } { (content) } } }
}

fn lines(lines: &[String]) -> Markup {
    html! {
        @for (index, line) in lines.iter().enumerate() {
            @if index > 0 { br; }
            (line)
        }
    }
}
