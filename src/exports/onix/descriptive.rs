//! Block 1: what the product is.

use super::Product;
use super::write::Xml;
use crate::catalog::{EditionFacts, WorkFacts};

pub(super) fn put(xml: &mut Xml, product: &Product<'_>) {
    let (facts, work) = (&product.edition.facts, &product.work);
    xml.within("DescriptiveDetail", |xml| {
        // List 2: 10 is a set of several items, which is what the forms S… of List 150 are.
        xml.put("ProductComposition", if facts.format.code().starts_with('S') { "10" } else { "00" });
        xml.put("ProductForm", facts.format.code());
        for code in &facts.accessibility {
            xml.within("ProductFormFeature", |xml| {
                // List 79: accessibility of an e-publication, in codes of List 196.
                xml.put("ProductFormFeatureType", "09");
                xml.put("ProductFormFeatureValue", code);
            });
        }
        xml.put_known("ProductFormDescription", facts.format_note.as_ref());
        measures(xml, facts);
        xml.put_known("EpubTechnicalProtection", facts.protection.as_ref());
        series(xml, work);
        titles(xml, facts, work);
        contributors(xml, facts);
        xml.put_known("EditionStatement", facts.edition_statement.as_ref());
        languages(xml, facts, work);
        extents(xml, facts);
        subjects(xml, facts);
        ages(xml, facts);
    });
}

/// List 48: 01 height, 02 width, 03 thickness, 08 weight.
fn measures(xml: &mut Xml, facts: &EditionFacts) {
    let found = [
        ("01", facts.height_mm, "mm"),
        ("02", facts.width_mm, "mm"),
        ("03", facts.thickness_mm, "mm"),
        ("08", facts.weight_g, "gr"),
    ];
    for (kind, measurement, unit) in found {
        let Some(measurement) = measurement else { continue };
        xml.within("Measure", |xml| {
            xml.put("MeasureType", kind);
            xml.put("Measurement", &measurement.to_string());
            xml.put("MeasureUnitCode", unit);
        });
    }
}

fn series(xml: &mut Xml, work: &WorkFacts) {
    let Some((name, number)) = &work.series else { return };
    xml.within("Collection", |xml| {
        // List 148: 10 is the publisher's own series.
        xml.put("CollectionType", "10");
        title(xml, "01", "02", |xml| {
            xml.put_known("PartNumber", number.as_ref());
            xml.put("TitleText", name);
        });
    });
}

/// List 15: 01 the product's own title, 03 that of the original.
fn titles(xml: &mut Xml, facts: &EditionFacts, work: &WorkFacts) {
    title(xml, "01", "01", |xml| {
        match facts.title_prefix.as_ref().and_then(|prefix| Some((prefix, without(&facts.title, prefix)?))) {
            Some((prefix, rest)) => {
                xml.put("TitlePrefix", prefix);
                xml.put("TitleWithoutPrefix", rest);
            }
            None => xml.put("TitleText", &facts.title),
        }
        xml.put_known("Subtitle", facts.subtitle.as_ref());
    });
    if let Some(original) = &work.original_title {
        title(xml, "03", "01", |xml| xml.put("TitleText", original));
    }
}

fn title(xml: &mut Xml, kind: &str, level: &str, words: impl FnOnce(&mut Xml)) {
    xml.within("TitleDetail", |xml| {
        xml.put("TitleType", kind);
        xml.within("TitleElement", |xml| {
            xml.put("TitleElementLevel", level);
            words(xml);
        });
    });
}

/// `The Trial` without `The`.
fn without<'a>(title: &'a str, prefix: &str) -> Option<&'a str> {
    title.strip_prefix(prefix).and_then(|rest| rest.strip_prefix(' ')).filter(|rest| !rest.is_empty())
}

fn contributors(xml: &mut Xml, facts: &EditionFacts) {
    for (credit, place) in facts.credits.iter().zip(1_u32..) {
        xml.within("Contributor", |xml| {
            xml.put("SequenceNumber", &place.to_string());
            xml.put("ContributorRole", credit.role.code());
            if credit.body {
                xml.put("CorporateName", &credit.name);
            } else {
                xml.put("PersonName", &credit.name);
                xml.put("PersonNameInverted", &credit.sort_name);
            }
        });
    }
}

/// List 22: 01 the text's language, 02 the language it was translated from.
fn languages(xml: &mut Xml, facts: &EditionFacts, work: &WorkFacts) {
    let own = facts.language.iter().chain(&facts.more_languages).map(|code| ("01", code));
    for (role, code) in own.chain(work.original_language.iter().map(|code| ("02", code))) {
        xml.within("Language", |xml| {
            xml.put("LanguageRole", role);
            xml.put("LanguageCode", code);
        });
    }
}

/// List 23: 00 the main content in pages, 09 the running time in minutes; List 24 has the units.
fn extents(xml: &mut Xml, facts: &EditionFacts) {
    for (kind, value, unit) in [("00", facts.pages, "03"), ("09", facts.minutes, "05")] {
        let Some(value) = value else { continue };
        xml.within("Extent", |xml| {
            xml.put("ExtentType", kind);
            xml.put("ExtentValue", &value.to_string());
            xml.put("ExtentUnit", unit);
        });
    }
}

fn subjects(xml: &mut Xml, facts: &EditionFacts) {
    for (place, subject) in facts.subjects.iter().enumerate() {
        xml.within("Subject", |xml| {
            // Keywords (List 27: 20) are words without a code, and never the main subject.
            let is_keyword = subject.scheme == "20";
            if place == 0 && !is_keyword {
                xml.raw("<MainSubject/>");
            }
            xml.put("SubjectSchemeIdentifier", &subject.scheme);
            xml.put(if is_keyword { "SubjectHeadingText" } else { "SubjectCode" }, &subject.code);
        });
    }
}

/// List 30: 17 is the reader's age in years; List 31: 03 from, 04 to.
fn ages(xml: &mut Xml, facts: &EditionFacts) {
    if facts.age_from.is_none() && facts.age_to.is_none() {
        return;
    }
    xml.within("AudienceRange", |xml| {
        xml.put("AudienceRangeQualifier", "17");
        for (precision, years) in [("03", facts.age_from), ("04", facts.age_to)] {
            let Some(years) = years else { continue };
            xml.put("AudienceRangePrecision", precision);
            xml.put("AudienceRangeValue", &years.to_string());
        }
    });
}
