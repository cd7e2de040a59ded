//! Products of release 2.1 in the shape of release 3, so that one reader serves both.
//!
//! The shape tells which release a product is of, not what the message says of itself: some name none, some a wrong
//! one. Only what the reader of release 3 reads is carried over. Source: `EDItEUR`, ONIX for Books 2.1, and the notes on
//! its conversion to 3.0.

mod describe;
mod publish;
mod supply;

use super::element::Element;

/// Blocks of release 3.
const BLOCKS: [&str; 8] = [
    "DescriptiveDetail",
    "CollateralDetail",
    "PromotionDetail",
    "ContentDetail",
    "PublishingDetail",
    "RelatedMaterial",
    "ProductionDetail",
    "ProductSupply",
];
/// What stands before the blocks in either release.
const COMMON: [&str; 8] = [
    "RecordReference",
    "NotificationType",
    "DeletionCode",
    "DeletionText",
    "RecordSourceType",
    "RecordSourceName",
    "ProductIdentifier",
    "Barcode",
];

/// Whether a product has the flat shape of release 2.
pub(super) fn is_flat(product: &Element) -> bool {
    !product.children.iter().any(|child| BLOCKS.contains(&child.name.as_ref()))
}

/// The product with its parts in blocks. A block of which the product says nothing is not there.
pub(super) fn translate(product: &Element) -> Element {
    let common = product.children.iter().filter(|child| COMMON.contains(&child.name.as_ref())).cloned();
    let mut children: Vec<Element> = common.chain(numbers(product)).collect();
    let blocks = [
        describe::descriptive(product),
        describe::collateral(product),
        publish::publishing(product),
        publish::related(product),
    ];
    children.extend(blocks.into_iter().filter(|block| !block.children.is_empty()));
    children.extend(supply::supplies(product));
    Element::of("Product", children)
}

/// Identifiers that have elements of their own: List 5 says which kind each is.
fn numbers(product: &Element) -> impl Iterator<Item = Element> {
    [("ISBN", "02"), ("EAN13", "03"), ("UPC", "04"), ("ISMN", "05")]
        .into_iter()
        .filter_map(|(name, kind)| Some(identifier(kind, product.value(name)?)))
}

fn identifier(kind: &str, value: &str) -> Element {
    Element::of("ProductIdentifier", [Element::leaf("ProductIDType", kind), Element::leaf("IDValue", value)])
}

/// A copy of an element in which children of some names have others.
fn renamed(element: &Element, names: &[(&str, &'static str)]) -> Element {
    let mut copy = element.clone();
    for child in &mut copy.children {
        if let Some((_, new)) = names.iter().find(|(old, _)| *old == child.name) {
            child.name = std::borrow::Cow::Borrowed(new);
        }
    }
    copy
}

/// Copies of all children of a name.
fn copies<'a>(element: &'a Element, name: &'a str) -> impl Iterator<Item = Element> + 'a {
    element.all(name).cloned()
}

/// A leaf of another name with the text of a child, where that has any.
fn carried(element: &Element, from: &str, to: &'static str) -> Option<Element> {
    element.value(from).map(|text| Element::leaf(to, text))
}
