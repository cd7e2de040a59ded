//! A mail before it is typeset: the parts in their order, each said once.
//!
//! `html` and `text` both print this and nothing else, so the two twins cannot disagree. Whoever has mail to
//! write (orders, accounts) fills a `Letter` with finished words; amounts come in already as `£23.93`.

use super::{Rendered, html, text};
use crate::kernel::country::Country;
use crate::kernel::text::tidy;
use crate::settings::Shop;

/// Longest preheader, in characters: what a list of mails shows beside the subject.
const PREHEADER_CHARS: usize = 80;

/// The parts of a mail, in the order in which they are read.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// The fact, for the list of mails: 80 characters count.
    pub preheader: String,
    /// What happened, in one sentence.
    pub heading: String,
    /// What comes next and when.
    pub paragraphs: Vec<String>,
    /// What the mail is about, like `Order ORD-2026-00412`; empty for mail about nothing numbered.
    pub reference: String,
    /// What was bought.
    pub items: Vec<Item>,
    /// The sums, in the order in which they add up.
    pub sums: Vec<Sum>,
    /// Addresses, payment, hours.
    pub blocks: Vec<Block>,
    /// The one thing to do.
    pub button: Option<Button>,
    /// Whom to ask.
    pub help: String,
    /// Who writes.
    pub foot: Vec<String>,
}

/// A bought thing.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Its title.
    pub title: String,
    /// Author, format, how many.
    pub detail: String,
    /// Its price, all copies together.
    pub amount: String,
}

/// A line of the sums.
#[derive(Clone, Debug)]
pub struct Sum {
    /// What it is.
    pub label: String,
    /// How much, or a word like `free`.
    pub amount: String,
    /// Whether it is the one that counts.
    pub strong: bool,
}

/// A small heading and lines under it.
#[derive(Clone, Debug)]
pub struct Block {
    /// The heading.
    pub title: String,
    /// The lines.
    pub lines: Vec<String>,
}

/// A link that looks like a button; its address is printed too.
#[derive(Clone, Debug)]
pub struct Button {
    /// What it does.
    pub label: String,
    /// The whole address.
    pub link: String,
}

impl Letter {
    /// An empty letter on the shop's paper: whom to ask and who writes are filled in.
    pub fn from_shop(shop: &Shop) -> Letter {
        let mut ways = vec!["answer this mail".to_owned()];
        ways.extend(Some(format!("write to {}", shop.email)).filter(|_| !shop.email.is_empty()));
        ways.extend(Some(format!("ring {}", shop.phone)).filter(|_| !shop.phone.is_empty()));
        let last = ways.pop().unwrap_or_default();
        let help = if ways.is_empty() { last } else { format!("{} or {last}", ways.join(", ")) };
        let mut foot = vec![shop.name.clone()];
        foot.extend(address(shop));
        Letter { help: format!("Questions? You can {help}."), foot, ..Letter::default() }
    }

    /// Typesets both twins.
    pub fn render(self) -> Rendered {
        let letter = self.tidied();
        Rendered {
            subject: letter.subject.clone(),
            text: text::render(&letter),
            html: html::render(&letter).into_string(),
        }
    }

    /// No part holds a line break or a control character: what a reader typed cannot pose as another part.
    fn tidied(mut self) -> Letter {
        let lines = |lines: &mut Vec<String>| {
            lines.iter_mut().for_each(clean);
            lines.retain(|line| !line.is_empty());
        };
        for part in [&mut self.subject, &mut self.preheader, &mut self.heading, &mut self.reference, &mut self.help] {
            clean(part);
        }
        self.preheader = clipped(&self.preheader, PREHEADER_CHARS);
        lines(&mut self.paragraphs);
        lines(&mut self.foot);
        for item in &mut self.items {
            [&mut item.title, &mut item.detail, &mut item.amount].into_iter().for_each(clean);
        }
        for sum in &mut self.sums {
            [&mut sum.label, &mut sum.amount].into_iter().for_each(clean);
        }
        for block in &mut self.blocks {
            clean(&mut block.title);
            lines(&mut block.lines);
        }
        self.blocks.retain(|block| !block.lines.is_empty());
        if let Some(button) = &mut self.button {
            [&mut button.label, &mut button.link].into_iter().for_each(clean);
        }
        self
    }
}

/// The shop's postal address, a line each; empty while nobody has entered it.
pub(super) fn address(shop: &Shop) -> Vec<String> {
    if shop.street.is_empty() && shop.town.is_empty() {
        return Vec::new();
    }
    let country = shop.country().map(Country::name).unwrap_or_default();
    vec![shop.street.clone(), format!("{} {}", shop.town, shop.postcode), country.to_owned()]
}

/// The text, or its beginning and `…`, at most `chars` characters.
pub(super) fn clipped(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn clean(part: &mut String) {
    *part = tidy(part);
}
