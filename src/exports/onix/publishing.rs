//! Blocks 4 and 5: who publishes it, when, and what it has to do with.

use super::Product;
use super::write::Xml;
use crate::kernel::date::PartialDate;

pub(super) fn put(xml: &mut Xml, product: &Product<'_>) {
    let (facts, work) = (&product.edition.facts, &product.work);
    xml.within("PublishingDetail", |xml| {
        if let Some(imprint) = &facts.imprint {
            xml.within("Imprint", |xml| xml.put("ImprintName", imprint));
        }
        if let Some(publisher) = &facts.publisher {
            xml.within("Publisher", |xml| {
                xml.put("PublishingRole", "01");
                xml.put("PublisherName", publisher);
            });
        }
        if let Some(contact) = &facts.safety_contact {
            xml.within("ProductContact", |xml| {
                // List 198: 10 answers for the product's safety.
                xml.put("ProductContactRole", "10");
                xml.put("ProductContactName", contact);
            });
        }
        xml.put("PublishingStatus", &facts.publishing_status);
        date(xml, "01", facts.published);
        date(xml, "02", facts.embargo.map(PartialDate::Day));
        // The date of first publication is the work's; years before our era have no way to be written.
        date(xml, "11", work.first_published.filter(|year| *year > 0).map(PartialDate::Year));
    });
    related(xml, product);
}

/// List 163 has the roles, List 55 the formats: 00 a day, 01 a month, 05 a year.
fn date(xml: &mut Xml, role: &str, date: Option<PartialDate>) {
    let Some(date) = date else { return };
    let format = match date {
        PartialDate::Day(_) => "00",
        PartialDate::Month(..) => "01",
        PartialDate::Year(_) => "05",
    };
    xml.within("PublishingDate", |xml| {
        xml.put("PublishingDateRole", role);
        xml.put_with("Date", &format!(" dateformat=\"{format}\""), &date.to_string().replace('-', ""));
    });
}

/// List 164: 01 is the work that this is a manifestation of; other editions of it name the same.
fn related(xml: &mut Xml, product: &Product<'_>) {
    xml.within("RelatedMaterial", |xml| {
        xml.within("RelatedWork", |xml| {
            xml.put("WorkRelationCode", "01");
            xml.within("WorkIdentifier", |xml| {
                xml.put("WorkIDType", "01");
                xml.put("IDTypeName", "Bookstall work");
                xml.put("IDValue", &product.edition.work_id.to_string());
            });
        });
        for other in &product.edition.facts.related {
            xml.within("RelatedProduct", |xml| {
                xml.put("ProductRelationCode", &other.code);
                super::put_identifier(xml, "15", other.isbn.as_str());
            });
        }
    });
}
