//! Block 2: what is said about it.

use super::Product;
use super::write::Xml;
use crate::catalog::texts;

/// List 153: 03 description, 04 contents, 12 about who wrote it, 06 what a review said.
pub(super) fn put(xml: &mut Xml, product: &Product<'_>) {
    let facts = &product.edition.facts;
    xml.within_if("CollateralDetail", |xml| {
        for (kind, html) in [("03", &facts.description), ("04", &facts.contents), ("12", &facts.author_note)] {
            let Some(html) = html else { continue };
            text_content(xml, kind, |xml| {
                xml.raw("<Text textformat=\"05\">");
                xml.raw(&texts::xhtml(html));
                xml.raw("</Text>");
            });
        }
        for quote in &facts.quotes {
            text_content(xml, "06", |xml| {
                xml.put_with("Text", " textformat=\"06\"", &quote.text);
                xml.put_known("SourceTitle", quote.source.as_ref());
            });
        }
        if let Some(link) = &product.cover {
            cover(xml, link);
        }
    });
}

fn text_content(xml: &mut Xml, kind: &str, text: impl FnOnce(&mut Xml)) {
    xml.within("TextContent", |xml| {
        xml.put("TextType", kind);
        // List 154: 00 is for anybody.
        xml.put("ContentAudience", "00");
        text(xml);
    });
}

/// List 158: 01 the front cover; List 159: 03 an image; List 161: 02 a file to be fetched.
fn cover(xml: &mut Xml, link: &str) {
    xml.within("SupportingResource", |xml| {
        xml.put("ResourceContentType", "01");
        xml.put("ContentAudience", "00");
        xml.put("ResourceMode", "03");
        xml.within("ResourceVersion", |xml| {
            xml.put("ResourceForm", "02");
            xml.put("ResourceLink", link);
        });
    });
}
