//! What the shop writes about an order: one function per mail, each from the same view.

use jiff::civil::Date;

use super::Rendered;
use super::letter::{Block, Button, Item, Letter, Sum, address, clipped};
use crate::kernel::money::Money;
use crate::settings::Shop;

/// Longest title in a subject line, in characters.
const TITLE_CHARS: usize = 50;

/// An order as its mails tell it. Whoever owns the order fills it.
#[derive(Clone, Debug)]
pub struct OrderMail {
    /// Who writes.
    pub shop: Shop,
    /// `ORD-2026-00412`.
    pub number: String,
    /// The whole address of the order's page, with this mail's own token.
    pub link: String,
    /// The reader's full name.
    pub name: String,
    /// What was bought.
    pub lines: Vec<OrderMailLine>,
    /// The lines together.
    pub subtotal: Money,
    /// `Royal Mail Tracked 48`, `Collect in the shop`.
    pub delivery_name: String,
    /// What delivery costs.
    pub delivery: Money,
    /// The tax, contained in the total or on top of it.
    pub tax: Money,
    /// Whether prices contain it.
    pub tax_included: bool,
    /// What is paid in all.
    pub total: Money,
    /// Where it goes, a line each, the name first. Empty when the reader collects.
    pub address: Vec<String>,
    /// How it is paid.
    pub payment: PaymentWords,
    /// When it arrives, or can be collected, as words after “arrives”: `Tue 24 – Wed 25 Nov`.
    pub promise: Option<String>,
}

/// A line of an order.
#[derive(Clone, Debug)]
pub struct OrderMailLine {
    /// The title.
    pub title: String,
    /// The author, as on the book.
    pub byline: String,
    /// `Paperback`.
    pub format: String,
    /// How many.
    pub quantity: u32,
    /// How many of them come from the supplier first.
    pub to_order: u32,
    /// All of them together.
    pub line: Money,
}

/// How an order is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentWords {
    /// By card.
    Card,
    /// By bank transfer.
    Transfer {
        /// What the reader writes on the transfer.
        reference: String,
        /// The last day on which the books are held.
        until: Date,
    },
    /// In the shop.
    OnCollection,
}

/// The order is placed.
pub fn confirmation(mail: &OrderMail) -> Rendered {
    let mut letter = mail.letter();
    letter.subject = format!("Your order {}: {}, {}", mail.number, mail.books(), mail.total.display());
    letter.heading = format!("Thank you, {}. We have your order.", mail.name);
    letter.preheader = format!("{}, {}. {}", mail.books(), mail.total.display(), mail.when().unwrap_or_default());
    letter.paragraphs.extend(mail.when());
    if mail.collects() {
        letter
            .paragraphs
            .push("We write again when everything is ready. Please wait for that mail before you come.".to_owned());
    }
    if mail.lines.iter().any(|line| line.to_order > 0) {
        letter.paragraphs.push("What is not on our shelves comes from our supplier first.".to_owned());
    }
    letter.blocks = vec![mail.place(), mail.payment()];
    letter.render()
}

/// The money is there.
pub fn receipt(mail: &OrderMail) -> Rendered {
    let mut letter = mail.letter();
    let total = mail.total.display();
    letter.subject = format!("Payment received: {total} for {}", mail.number);
    letter.heading = format!("We have received your payment of {total}. Thank you.");
    letter.preheader = format!("{total} {} for {}.", mail.paid_how(), mail.books());
    letter.paragraphs.extend(mail.when());
    letter.blocks = vec![
        Block { title: "Payment".to_owned(), lines: vec![format!("{total}, paid {}", mail.paid_how())] },
        mail.place(),
    ];
    letter.render()
}

/// The payment failed, or time ran out: the order is cancelled and the basket as before. `reason` is a sentence.
pub fn payment_failed(mail: &OrderMail, reason: &str) -> Rendered {
    let mut letter = mail.letter();
    letter.subject = format!("Not paid, so cancelled: {}", mail.number);
    letter.heading = "The payment did not go through, so we cancelled your order.".to_owned();
    letter.preheader = format!("{reason} Your books are back in your basket.");
    letter.paragraphs = vec![
        reason.to_owned(),
        "Your books are back in your basket. You can order them again and pay another way.".to_owned(),
        "Should your bank show a payment all the same, we send it back.".to_owned(),
    ];
    letter.render()
}

/// The order is cancelled, by the reader or by the shop.
pub fn cancelled(mail: &OrderMail) -> Rendered {
    let mut letter = mail.letter();
    letter.subject = format!("Cancelled: your order {}", mail.number);
    letter.heading = "Your order is cancelled.".to_owned();
    letter.preheader = format!("{}, {}. Nothing more is sent.", mail.books(), mail.total.display());
    letter.paragraphs = vec![
        "Nothing more is sent. If you have paid already, the money goes back the way it came.".to_owned(),
        "If you did not expect this, tell us.".to_owned(),
    ];
    letter.render()
}

/// The parcel is on its way.
pub fn sent(mail: &OrderMail) -> Rendered {
    let mut letter = mail.letter();
    let arrives = mail.promise.as_ref().map(|promise| format!(" (arrives {promise})")).unwrap_or_default();
    letter.subject = format!("Posted: {}{arrives}", mail.titles());
    letter.heading = "Your order is in the post.".to_owned();
    letter.preheader = format!("{} by {}. {}", mail.books(), mail.delivery_name, mail.when().unwrap_or_default());
    letter.paragraphs.extend(mail.when());
    letter.blocks = vec![mail.place()];
    letter.render()
}

/// Everything waits at the counter.
pub fn ready(mail: &OrderMail) -> Rendered {
    let mut letter = mail.letter();
    let short = mail.short_number();
    letter.subject = format!("Ready to collect: bring the number {short}");
    letter.heading = "Your order is ready to collect.".to_owned();
    letter.preheader = format!("Bring the number {short}. {}.", mail.books());
    letter.paragraphs.push(format!("Bring the number {short}, on paper or on your phone."));
    letter.blocks = vec![mail.place()];
    if mail.payment == PaymentWords::OnCollection {
        letter.blocks.push(mail.payment());
    }
    letter.render()
}

/// The reader took the books along.
pub fn handed_over(mail: &OrderMail) -> Rendered {
    let mut letter = mail.letter();
    letter.subject = format!("Collected: {}", mail.titles());
    letter.heading = "You have collected your order. Thank you for coming in.".to_owned();
    letter.preheader = format!("{}, {}.", mail.books(), mail.total.display());
    letter.paragraphs.push("Keep this mail: it lists what you bought and what you paid.".to_owned());
    letter.render()
}

impl OrderMail {
    /// What every mail about an order has.
    fn letter(&self) -> Letter {
        Letter {
            reference: format!("Order {}", self.number),
            items: self.lines.iter().map(OrderMailLine::item).collect(),
            sums: self.sums(),
            button: Some(Button { label: "See your order".to_owned(), link: self.link.clone() }),
            ..Letter::from_shop(&self.shop)
        }
    }

    fn collects(&self) -> bool {
        self.address.is_empty()
    }

    /// `2 books`.
    fn books(&self) -> String {
        let count: u64 = self.lines.iter().map(|line| u64::from(line.quantity)).sum();
        if count == 1 { "1 book".to_owned() } else { format!("{count} books") }
    }

    /// `Middlemarch and 1 more`.
    fn titles(&self) -> String {
        let first = self.lines.first().map(|line| clipped(&line.title, TITLE_CHARS)).unwrap_or_default();
        match self.lines.len() {
            0 | 1 => first,
            more => format!("{first} and {} more", more - 1),
        }
    }

    /// `412` of `ORD-2026-00412`: what one says at the counter.
    fn short_number(&self) -> &str {
        let last = self.number.rsplit('-').next().unwrap_or_default();
        let short = last.trim_start_matches('0');
        if short.is_empty() { &self.number } else { short }
    }

    fn when(&self) -> Option<String> {
        let promise = self.promise.as_ref()?;
        Some(if self.collects() { format!("Ready to collect {promise}.") } else { format!("Arrives {promise}.") })
    }

    fn sums(&self) -> Vec<Sum> {
        let sum = |label: &str, amount: Money| Sum { label: label.to_owned(), amount: amount.display(), strong: false };
        let mut delivery = sum(&self.delivery_name, self.delivery);
        if self.delivery.minor == 0 {
            delivery.amount = "free".to_owned();
        }
        let mut sums = vec![sum("Books", self.subtotal), delivery];
        let tax = (self.tax.minor != 0).then_some(self.tax);
        sums.extend(tax.filter(|_| !self.tax_included).map(|tax| sum("Tax", tax)));
        sums.push(Sum { strong: true, ..sum("Total", self.total) });
        sums.extend(tax.filter(|_| self.tax_included).map(|tax| sum("Tax included", tax)));
        sums
    }

    /// Where the books and the reader meet.
    fn place(&self) -> Block {
        if !self.collects() {
            return Block { title: "Delivery address".to_owned(), lines: self.address.clone() };
        }
        let mut lines = vec![self.shop.name.clone()];
        lines.extend(address(&self.shop));
        lines.extend(
            self.shop.hours.iter().map(|day| {
                format!("{} {}–{}", weekday(&day.day), day.from.strftime("%H:%M"), day.to.strftime("%H:%M"))
            }),
        );
        Block { title: "Collect from".to_owned(), lines }
    }

    /// What the reader has to do about the money.
    fn payment(&self) -> Block {
        let total = self.total.display();
        let lines = match &self.payment {
            PaymentWords::Card => vec!["By card. The receipt comes in a mail of its own.".to_owned()],
            PaymentWords::Transfer { reference, until } => {
                let ask = format!("Please transfer {total} by {}.", until.strftime("%a %-d %b %Y"));
                let mut lines = vec![ask, format!("Reference: {reference}")];
                lines.extend(self.shop.bank_details.lines().map(str::to_owned));
                lines
            }
            PaymentWords::OnCollection => vec![format!("You pay {total} when you collect.")],
        };
        Block { title: "Payment".to_owned(), lines }
    }

    fn paid_how(&self) -> &'static str {
        match self.payment {
            PaymentWords::Card => "by card",
            PaymentWords::Transfer { .. } => "by bank transfer",
            PaymentWords::OnCollection => "in the shop",
        }
    }
}

impl OrderMailLine {
    fn item(&self) -> Item {
        let copies = if self.quantity == 1 { "1 copy".to_owned() } else { format!("{} copies", self.quantity) };
        let mut facts = vec![self.byline.clone(), self.format.clone(), copies];
        match self.to_order {
            0 => {}
            all if all == self.quantity => facts.push("to order".to_owned()),
            some => facts.push(format!("{some} of {} to order", self.quantity)),
        }
        facts.retain(|fact| !fact.trim().is_empty());
        Item { title: self.title.clone(), detail: facts.join(" · "), amount: self.line.display() }
    }
}

/// `Tue` for `tue` or `tuesday`.
fn weekday(day: &str) -> String {
    let mut letters = day.chars().take(3);
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
