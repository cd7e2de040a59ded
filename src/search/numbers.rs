//! Numbers written as words, as Roman numerals and as digits, seen as one.

/// A run of words that is a number: where it begins, how many words it has, and its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) digits: String,
}

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [(&str, &str); 13] = [
    ("first", "1st"),
    ("second", "2nd"),
    ("third", "3rd"),
    ("fourth", "4th"),
    ("fifth", "5th"),
    ("sixth", "6th"),
    ("seventh", "7th"),
    ("eighth", "8th"),
    ("ninth", "9th"),
    ("tenth", "10th"),
    ("eleventh", "11th"),
    ("twelfth", "12th"),
    ("thirteenth", "13th"),
];
/// One letter is more often a name's initial than a number; beyond twenty nobody counts volumes so.
const ROMAN: [(&str, u32); 17] = [
    ("ii", 2),
    ("iii", 3),
    ("iv", 4),
    ("vi", 6),
    ("vii", 7),
    ("viii", 8),
    ("ix", 9),
    ("xi", 11),
    ("xii", 12),
    ("xiii", 13),
    ("xiv", 14),
    ("xv", 15),
    ("xvi", 16),
    ("xvii", 17),
    ("xviii", 18),
    ("xix", 19),
    ("xx", 20),
];

/// The numbers among folded words, each run as long as it can be.
pub(super) fn find(words: &[&str]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(rest) = words.get(start..).filter(|rest| !rest.is_empty()) {
        match read(rest) {
            Some((length, digits)) => {
                found.push(Number { start, length, digits });
                start += length;
            }
            None => start += 1,
        }
    }
    found
}

/// The words with their numbers in digits.
pub(super) fn in_digits(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').collect();
    let numbers = find(&words);
    let mut out: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match numbers.iter().find(|number| number.start == at) {
            Some(number) => {
                out.push(&number.digits);
                at += number.length;
            }
            None => {
                out.push(word);
                at += 1;
            }
        }
    }
    out.join(" ")
}

/// The value of one word that is digits, a number word, an ordinal or a Roman numeral: a volume's number.
pub(super) fn volume(word: &str) -> Option<u32> {
    let digits = word.trim_start_matches('#');
    let plain = digits.parse().ok();
    let named = || UNITS.iter().position(|unit| *unit == word).and_then(|at| u32::try_from(at).ok());
    let ordinal = || {
        let (_, short) = ORDINALS.iter().find(|(long, short)| *long == word || *short == word)?;
        short.get(..short.len().saturating_sub(2))?.parse().ok()
    };
    let roman = || ROMAN.iter().find(|(letters, _)| *letters == word).map(|(_, value)| *value);
    plain.or_else(named).or_else(ordinal).or_else(roman)
}

fn read(words: &[&str]) -> Option<(usize, String)> {
    let first = *words.first()?;
    if let Some((_, short)) = ORDINALS.iter().find(|(long, _)| *long == first) {
        return Some((1, (*short).to_owned()));
    }
    if let Some((_, value)) = ROMAN.iter().find(|(letters, _)| *letters == first) {
        return Some((1, value.to_string()));
    }
    year(words).or_else(|| cardinal(words))
}

/// `nineteen eighty four` is 1984: two numbers below a hundred, the first of them from ten on.
fn year(words: &[&str]) -> Option<(usize, String)> {
    let (used, century) = below_hundred(words)?;
    let (more, rest) = below_hundred(words.get(used..)?)?;
    let says_year = (10..=20).contains(&century) && rest >= 10;
    says_year.then(|| (used + more, (century * 100 + rest).to_string()))
}

/// `two hundred and one`, `a thousand`, `twenty two`.
fn cardinal(words: &[&str]) -> Option<(usize, String)> {
    let (mut used, mut value) = match words {
        ["a", scale, ..] if is_scale(scale) => (1, 1),
        [scale, ..] if is_scale(scale) => (0, 1),
        _ => below_hundred(words)?,
    };
    let mut sum = 0;
    while let Some(scale) = words.get(used).and_then(|word| scale(word)) {
        sum += value * scale;
        used += 1;
        value = 0;
        let skipped = usize::from(words.get(used) == Some(&"and"));
        let Some((more, next)) = words.get(used + skipped..).and_then(below_hundred) else { break };
        used += skipped + more;
        value = next;
    }
    Some((used, (sum + value).to_string()))
}

fn is_scale(word: &str) -> bool {
    scale(word).is_some()
}

fn scale(word: &str) -> Option<u32> {
    match word {
        "hundred" => Some(100),
        "thousand" => Some(1000),
        "million" => Some(1_000_000),
        _ => None,
    }
}

fn below_hundred(words: &[&str]) -> Option<(usize, u32)> {
    let place = |names: &[&str], word: &str| {
        names.iter().position(|name| *name == word && !word.is_empty()).and_then(|at| u32::try_from(at).ok())
    };
    let first = *words.first()?;
    if let Some(value) = place(&UNITS, first) {
        return Some((1, value));
    }
    let tens = place(&TENS, first)? * 10;
    match words.get(1).and_then(|word| place(&UNITS, word)).filter(|unit| (1..10).contains(unit)) {
        Some(unit) => Some((2, tens + unit)),
        None => Some((1, tens)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(in_digits(text), expected);
    }

    #[test]
    fn numbers_are_the_same_in_words_and_in_digits() {
        check("nineteen eighty four", "1984");
        check("catch twenty two", "catch 22");
        check("one hundred years of solitude", "100 years of solitude");
        check("a hundred years", "100 years");
        check("a thousand splendid suns", "1000 splendid suns");
        check("slaughterhouse five", "slaughterhouse 5");
        check("twenty thousand leagues", "20000 leagues");
        check("two hundred and one nights", "201 nights");
        check("the thirty nine steps", "the 39 steps");
        check("first to die", "1st to die");
        check("henry iv part ii", "henry 4 part 2");
        check("a room of ones own", "a room of ones own");
        check("i robot", "i robot");
        check("one", "1");
    }

    #[test]
    fn volumes_are_numbers_in_any_writing() {
        let all = ["2", "#2", "two", "second", "2nd", "ii"].map(volume);
        assert_eq!(all, [Some(2); 6]);
        assert_eq!(volume("towers"), None);
    }
}
