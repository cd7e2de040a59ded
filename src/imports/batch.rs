//! One command over all that it names: files, archives, folders. Each feed stands for itself; the report sums them up.

use std::path::{Path, PathBuf};

use super::input::Input;
use super::report::Report;
use super::sources::{self, Found};
use super::stock_file::{Mode, StockTaker};
use super::{ImportError, ImportOptions, Progress, run as carry};
use crate::db::Db;
use crate::kernel::time::Clock;
use crate::settings::Overrides;

/// Something to import.
#[derive(Clone, Debug)]
pub struct Named {
    /// A file, an archive or a folder.
    pub path: PathBuf,
    /// What to call it, where its file's name says nothing: `stdin`.
    pub name: Option<String>,
}

impl Named {
    /// Something that is called as it is on the disk.
    pub fn path(path: impl Into<PathBuf>) -> Named {
        Named { path: path.into(), name: None }
    }
}

/// Takes one file, archive or folder in; see [`run_all`].
///
/// # Errors
///
/// As `run_all`.
pub fn run(
    db: &Db, file: &Path, options: &ImportOptions, overrides: &Overrides, clock: &Clock,
    progress: &mut dyn FnMut(Progress),
) -> (Report, Result<(), ImportError>) {
    run_all(db, &[Named::path(file)], options, overrides, clock, progress)
}

/// Takes in every feed of what is named, in the order named. The report counts what happened even when errors ended it.
///
/// A feed that is refused keeps none of the others from going in.
///
/// # Errors
///
/// What was wrong with the only feed; `Several` where there were more. A database that fails ends the run at once.
pub fn run_all(
    db: &Db, named: &[Named], options: &ImportOptions, overrides: &Overrides, clock: &Clock,
    progress: &mut dyn FnMut(Progress),
) -> (Report, Result<(), ImportError>) {
    run_each(&Catalogue, db, named, options, overrides, clock, progress)
}

/// As [`run_all`], for files of stock and prices. `again`: also those that were added to their end before.
///
/// # Errors
///
/// As `run_all`.
#[expect(clippy::too_many_arguments, reason = "what run_all needs and how stock is meant")]
pub fn run_stock(
    db: &Db, named: &[Named], mode: Mode, again: bool, options: &ImportOptions, overrides: &Overrides, clock: &Clock,
    progress: &mut dyn FnMut(Progress),
) -> (Report, Result<(), ImportError>) {
    run_each(&StockTaker { mode, again }, db, named, options, overrides, clock, progress)
}

/// Takes one feed in.
pub(super) trait Taker {
    /// The report counts what happened even when an error ended it.
    #[expect(clippy::too_many_arguments, reason = "what run_all needs, one feed and its report")]
    fn take_in(
        &self, db: &Db, input: &Input, options: &ImportOptions, overrides: &Overrides, clock: &Clock,
        progress: &mut dyn FnMut(Progress), report: &mut Report,
    ) -> Result<(), ImportError>;
}

/// Feeds of books.
struct Catalogue;

impl Taker for Catalogue {
    fn take_in(
        &self, db: &Db, input: &Input, options: &ImportOptions, overrides: &Overrides, clock: &Clock,
        progress: &mut dyn FnMut(Progress), report: &mut Report,
    ) -> Result<(), ImportError> {
        carry::take_in(db, input, options, overrides, clock, progress, report)
    }
}

fn run_each(
    taker: &dyn Taker, db: &Db, named: &[Named], options: &ImportOptions, overrides: &Overrides, clock: &Clock,
    progress: &mut dyn FnMut(Progress),
) -> (Report, Result<(), ImportError>) {
    let mut report = Report::default();
    let mut failures = Failures::default();
    let found = look(named, options, &mut report, &mut failures);
    let several = found.len() + failures.files > 1;
    let whole: u64 = found.iter().map(Input::size).sum();
    let (mut before, mut read) = (0, found.len());
    for input in &found {
        let mut own = Report::default();
        let records = report.read;
        let mut show = |step: Progress| {
            progress(Progress { bytes: before + step.bytes, size: whole, records: records + step.records });
        };
        let result = taker.take_in(db, input, options, overrides, clock, &mut show, &mut own);
        before += input.size();
        if let (Err(ImportError::NoFeed(_)), true) = (&result, input.found) {
            report.warn(format!("{} is not read: it holds no table of books", label(input)));
            read -= 1;
            continue;
        }
        report.absorb(own, &label(input), result.as_ref().err(), several);
        let Err(error) = result else { continue };
        let fatal = matches!(error, ImportError::Settings(_) | ImportError::Db(_));
        failures.add(&label(input), error);
        if fatal {
            break;
        }
    }
    let result = failures.into_result(read);
    if let (Err(error), false) = (&result, several) {
        report.warn(error.to_string());
    }
    (report, result)
}

fn look(named: &[Named], options: &ImportOptions, report: &mut Report, failures: &mut Failures) -> Vec<Input> {
    let mut all = Vec::new();
    for one in named {
        match sources::look(&one.path, options.encoding) {
            Ok(Found { mut inputs, refused, skipped }) => {
                for input in inputs.iter_mut().filter(|_| one.name.is_some()) {
                    input.spooled = true;
                }
                if let (Some(name), [only]) = (&one.name, inputs.as_mut_slice()) {
                    only.name.clone_from(name);
                }
                all.extend(inputs);
                skipped.into_iter().for_each(|text| report.warn(text));
                refused.into_iter().for_each(|(name, error)| failures.refuse(&name, error, report));
            }
            Err(error) => failures.refuse(&one.path.display().to_string(), error, report),
        }
    }
    // One thing that could not be opened is the command's own error, told once.
    if all.is_empty() && failures.files == 1 {
        report.files.clear();
        report.warnings.retain(|text| Some(text) != failures.told.as_ref());
    }
    all
}

/// What a feed is called in reports: a member of an archive by its whole name there.
fn label(input: &Input) -> String {
    input.member.as_ref().map_or_else(|| input.name(), |member| member.path.clone())
}

/// Feeds that were not taken in.
#[derive(Default)]
struct Failures {
    files: usize,
    unopened: usize,
    first: Option<(String, ImportError)>,
    told: Option<String>,
}

impl Failures {
    /// Notes something that cannot even be opened.
    fn refuse(&mut self, name: &str, error: ImportError, report: &mut Report) {
        report.absorb(Report::default(), name, Some(&error), true);
        self.told = Some(format!("{name}: {error}"));
        self.unopened += 1;
        self.add(name, error);
    }

    fn add(&mut self, name: &str, error: ImportError) {
        self.files += 1;
        self.first.get_or_insert_with(|| (name.to_owned(), error));
    }

    fn into_result(self, opened: usize) -> Result<(), ImportError> {
        let of = opened + self.unopened;
        match self.first {
            None => Ok(()),
            Some((_, error)) if of == 1 => Err(error),
            Some((first, error)) => Err(ImportError::Several { failed: self.files, of, first, error: Box::new(error) }),
        }
    }
}
