//! The seventeen colour sets of drawn covers.

use std::str::FromStr;

/// The colours of a kind of book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// Novels and stories.
    Fiction,
    /// Crime and thrillers.
    Crime,
    /// Science fiction and fantasy.
    SfFantasy,
    /// Love stories.
    Romance,
    /// Classics.
    Classics,
    /// Poetry and plays.
    Poetry,
    /// Lives.
    Biography,
    /// History.
    History,
    /// Society, law, economy.
    Society,
    /// Ideas and religion.
    Ideas,
    /// Science, computing, medicine.
    Science,
    /// Nature and travel.
    Nature,
    /// Arts.
    Arts,
    /// Food and home.
    Food,
    /// Children’s books.
    Children,
    /// Comics.
    Comics,
    /// Everything else.
    #[default]
    Other,
}

/// A palette name that is not one of the seventeen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such cover palette")]
pub struct UnknownPalette;

/// Ground, ink for words and detail for ornament.
pub(super) struct Colours {
    pub(super) ground: &'static str,
    pub(super) ink: &'static str,
    pub(super) detail: &'static str,
}

impl Palette {
    /// Every palette, in the order of the design paper.
    pub const ALL: [Self; 17] = [
        Self::Fiction,
        Self::Crime,
        Self::SfFantasy,
        Self::Romance,
        Self::Classics,
        Self::Poetry,
        Self::Biography,
        Self::History,
        Self::Society,
        Self::Ideas,
        Self::Science,
        Self::Nature,
        Self::Arts,
        Self::Food,
        Self::Children,
        Self::Comics,
        Self::Other,
    ];

    /// The name that settings and categories store: "sf-fantasy".
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Fiction => "fiction",
            Self::Crime => "crime",
            Self::SfFantasy => "sf-fantasy",
            Self::Romance => "romance",
            Self::Classics => "classics",
            Self::Poetry => "poetry",
            Self::Biography => "biography",
            Self::History => "history",
            Self::Society => "society",
            Self::Ideas => "ideas",
            Self::Science => "science",
            Self::Nature => "nature",
            Self::Arts => "arts",
            Self::Food => "food",
            Self::Children => "children",
            Self::Comics => "comics",
            Self::Other => "other",
        }
    }

    /// Ground, ink and detail; ink on ground is at least 6:1, detail at least 2.6:1.
    pub(super) fn colours(self) -> Colours {
        let (ground, ink, detail) = match self {
            Self::Fiction => ("#12414A", "#F4EBD6", "#E0A93B"),
            Self::Crime => ("#1E1C23", "#F3EEE6", "#D9483B"),
            Self::SfFantasy => ("#1F2457", "#F2F0FF", "#7FD1E3"),
            Self::Romance => ("#8C2F4B", "#FFF1EC", "#F4B5A8"),
            Self::Classics => ("#EFE6D0", "#3A2415", "#A6432D"),
            Self::Poetry => ("#E1E8DF", "#1F3B36", "#5E8C7E"),
            Self::Biography => ("#D9B98A", "#2A1B0E", "#7A3E1D"),
            Self::History => ("#5A2A1E", "#F6E7CF", "#D69A4C"),
            Self::Society => ("#23395B", "#F2EFE6", "#E3714F"),
            Self::Ideas => ("#463A63", "#F3ECFA", "#C9A9E6"),
            Self::Science => ("#0D3B2E", "#E9F6E6", "#8ED081"),
            Self::Nature => ("#CFE0D3", "#14352B", "#3F7D5A"),
            Self::Arts => ("#F2C14E", "#1F1A12", "#C8452E"),
            Self::Food => ("#F4D9C6", "#4A1F14", "#C65A34"),
            Self::Children => ("#BFE3F2", "#12324A", "#E4572E"),
            Self::Comics => ("#F0694A", "#1D0F12", "#FFE9C7"),
            Self::Other => ("#DCDED6", "#1F2724", "#6B7A73"),
        };
        Colours { ground, ink, detail }
    }
}

impl FromStr for Palette {
    type Err = UnknownPalette;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|palette| palette.key() == text).ok_or(UnknownPalette)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn palettes_are_found_by_their_names() {
        for palette in Palette::ALL {
            assert_eq!(palette.key().parse(), Ok(palette));
        }
        assert_eq!("beige".parse::<Palette>(), Err(UnknownPalette));
    }
}
