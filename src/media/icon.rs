//! The shop's tile for browser tabs: its first letter on its cloth.

/// Draws the tile as an SVG document; `cloth` is a colour such as `#0B5560`.
///
/// A name without a letter gives a plain tile, and so does a colour that is not one.
#[must_use]
pub fn svg(shop: &str, cloth: &str) -> String {
    let hex = cloth.strip_prefix('#').filter(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()));
    let ground = hex.map_or_else(|| "#0B5560".to_owned(), |hex| format!("#{hex}"));
    let letter: String =
        shop.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>\
         <rect width='32' height='32' rx='4' fill='{ground}'/>\
         <text x='16' y='24' font-family='Palatino,P052,Georgia,serif' font-size='24' \
         font-weight='600' text-anchor='middle' fill='#FFF'>{letter}</text></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_letter_and_a_colour_reach_the_picture() {
        assert!(svg("<i> & Sons", "#1E5A3A").contains("fill='#1E5A3A'"));
        assert!(svg("<i> & Sons", "#1E5A3A").ends_with(">I</text></svg>"));
        assert!(!svg("Halyard", "#'/><script>").contains("script"));
    }
}
