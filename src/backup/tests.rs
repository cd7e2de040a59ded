//! What a backup promises, each tried: complete, consistent, unchanged, and never in anybody's way.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use rusqlite::Connection;

use super::seal::{self, Digesting};
use super::*;
use crate::db::{Db, DbError};
use crate::doctor::tests::{NOW, SAMPLE};

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A data folder with the sample shop, two pictures and an ebook, keys and an index.
fn shop() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    db.write_blocking(|tx| Ok::<_, DbError>(tx.execute_batch(SAMPLE)?)).unwrap();
    let long = format!("media/or/{}.jpg", "a".repeat(120));
    for (file, text) in [
        ("media/ab/one.jpg", "one"),
        (long.as_str(), "two"),
        ("ebooks/a book.epub", "text"),
        ("keys/k", "secret"),
        ("search/meta.json", "{}"),
    ] {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    (folder, db)
}

fn take_into(data: &Path, dest: &Path) -> Result<BackupReport, BackupError> {
    take(&data.join("bookstall.db"), data, dest, now())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_shop_comes_back_as_it_was() {
    let (data, db) = shop();
    let folder = tempfile::tempdir().unwrap();
    let taken = take_into(data.path(), folder.path()).unwrap();
    assert_eq!(names(folder.path()), ["bookstall-20261122-120000.tar.zst"]);
    assert_eq!(taken.manifest.counts["orders"], 5);
    assert_eq!(taken.manifest.left_out, ["keys/", "search/", "mail/", "sizes/"]);
    assert_eq!(taken.manifest.files.len(), 4);
    assert_eq!(verify(&taken.file).unwrap(), taken.manifest);
    drop(db);

    let to = folder.path().join("new/data");
    let restored = restore(&taken.file, &to, now()).unwrap();
    assert_eq!(restored.doctor.findings, []);
    assert_eq!(names(&to), ["bookstall.db", "ebooks", "media", "serve.lock"]);
    assert_eq!(std::fs::read_to_string(to.join(format!("media/or/{}.jpg", "a".repeat(120)))).unwrap(), "two");
    assert_eq!(std::fs::read_to_string(to.join("ebooks/a book.epub")).unwrap(), "text");
    let again = take_into(&to, &folder.path().join("again.tar.zst")).unwrap();
    assert_eq!(again.manifest.counts, taken.manifest.counts);
    Db::open(&to.join("bookstall.db")).unwrap().close();
}

#[test]
fn what_the_doctor_finds_comes_back_too_and_is_told() {
    let (data, db) = shop();
    db.write_blocking(|tx| Ok::<_, DbError>(tx.execute_batch("UPDATE mail_outbox SET state = 'parked'")?)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let taken = take_into(data.path(), folder.path()).unwrap();
    let restored = restore(&taken.file, &folder.path().join("data"), now()).unwrap();
    assert_eq!(restored.doctor.findings.len(), 2);
}

#[test]
fn a_backup_never_overwrites_and_needs_a_shop() {
    let (data, _db) = shop();
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine.tar.zst");
    std::fs::write(&mine, "mine").unwrap();
    assert!(matches!(take_into(data.path(), &mine), Err(BackupError::Exists(_))));
    take_into(data.path(), folder.path()).unwrap();
    assert!(matches!(take_into(data.path(), folder.path()), Err(BackupError::Exists(_))));
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), "mine");
    assert!(matches!(take_into(folder.path(), &folder.path().join("x")), Err(BackupError::NoShop(_))));
    assert_eq!(names(folder.path()), ["bookstall-20261122-120000.tar.zst", "mine.tar.zst"]);
    // The last moment counts too: the name was free at the start.
    let late = staging::Unfinished::new(folder.path().join("late.partial"));
    std::fs::write(late.path(), "late").unwrap();
    assert!(matches!(staging::publish(&late, &mine), Err(BackupError::Exists(_))));
}

#[test]
fn a_damaged_shop_is_not_backed_up() {
    let (data, db) = shop();
    db.close();
    drop(db);
    let path = data.path().join("bookstall.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, '(status, id)', '(id, status)') WHERE name = 'orders_status'",
    )
    .unwrap();
    drop(conn);
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(take_into(data.path(), folder.path()), Err(BackupError::Unhealthy(_))));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn one_changed_byte_anywhere_is_refused() {
    let (data, _db) = shop();
    let file = data.path().join("b.tar.zst");
    take_into(data.path(), &file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let step = whole.len() / 50;
    let ends = (0..32).chain(whole.len() - 48..whole.len());
    for at in ends.chain((0..whole.len()).step_by(step)) {
        for mask in [0x01, 0x10, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            std::fs::write(&file, &bytes).unwrap();
            assert!(
                matches!(verify(&file), Err(BackupError::Damaged(_) | BackupError::Foreign(_))),
                "byte {at} ^ {mask}"
            );
        }
    }
    std::fs::write(&file, &whole).unwrap();
    verify(&file).unwrap();
}

#[test]
fn a_file_cut_short_or_longer_or_foreign_is_refused() {
    let (data, _db) = shop();
    let file = data.path().join("b.tar.zst");
    take_into(data.path(), &file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let refused = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        let target = data.path().join("target");
        assert!(matches!(restore(&file, &target, now()), Err(BackupError::Foreign(_))), "{} bytes", bytes.len());
        assert!(!target.exists());
    };
    for length in (0..whole.len()).step_by(whole.len() / 30) {
        refused(&whole[..length]);
    }
    refused(&whole[..whole.len() - 1]);
    refused(&[&whole[..], b"x"].concat());
    refused(b"a letter to a friend, much longer than a seal would be, and no backup at all");
    assert!(matches!(verify(data.path()), Err(BackupError::Foreign(_))));
    assert!(matches!(verify(&data.path().join("nothing")), Err(BackupError::Io { .. })));
}

#[test]
fn only_an_empty_and_idle_folder_is_restored_into() {
    let (data, _db) = shop();
    let folder = tempfile::tempdir().unwrap();
    let file = take_into(data.path(), folder.path()).unwrap().file;
    let to = folder.path().join("data");
    std::fs::create_dir(&to).unwrap();

    std::fs::write(to.join("letter.txt"), "mine").unwrap();
    let refused = restore(&file, &to, now()).unwrap_err();
    assert!(matches!(&refused, BackupError::NotEmpty { entry, .. } if entry == "letter.txt"), "{refused}");
    assert_eq!(names(&to), ["letter.txt"]);
    std::fs::remove_file(to.join("letter.txt")).unwrap();

    let lock = std::fs::File::create(to.join("serve.lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(restore(&file, &to, now()), Err(BackupError::InUse(_))));
    drop(lock);

    // What a killed restore left is no shop.
    std::fs::create_dir(to.join(".restoring")).unwrap();
    std::fs::write(to.join(".restoring/bookstall.db"), "half").unwrap();
    restore(&file, &to, now()).unwrap();
    assert_eq!(names(&to), ["bookstall.db", "ebooks", "media", "serve.lock"]);
    assert!(matches!(restore(&file, &to, now()), Err(BackupError::NotEmpty { .. })));
}

/// Packs entries with a right seal, as somebody might who knows how.
fn craft(file: &Path, entries: &[(&str, tar::EntryType, &[u8])]) {
    let out = Digesting::new(std::fs::File::create(file).unwrap());
    let mut tar = tar::Builder::new(zstd::Encoder::new(out, 1).unwrap());
    for (name, kind, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(u64::try_from(bytes.len()).unwrap());
        // `set_path` would refuse what is tried here.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        if *kind == tar::EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    seal::close(tar.into_inner().unwrap().finish().unwrap()).unwrap();
}

#[test]
fn an_archive_made_to_harm_is_refused() {
    use tar::EntryType::{Directory, Regular, Symlink};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("b.tar.zst");
    let facts = |bytes: &[u8]| {
        let mut digest = Digesting::new(bytes);
        std::io::copy(&mut digest, &mut std::io::sink()).unwrap();
        digest.facts()
    };
    let manifest = |format: u32, names: &[&str]| {
        let files = names.iter().map(|name| ((*name).to_owned(), facts(b"x"))).collect();
        let manifest = Manifest {
            format,
            program: "9.9.9".into(),
            schema: 1,
            taken_at: now(),
            counts: [].into(),
            files,
            left_out: vec![],
        };
        serde_json::to_vec(&manifest).unwrap()
    };
    let good = manifest(1, &["bookstall.db"]);
    let refused = |entries: &[(&str, tar::EntryType, &[u8])], words: &str| {
        craft(&file, entries);
        let error = verify(&file).unwrap_err().to_string();
        assert!(error.contains(words), "{error} / {words}");
    };
    craft(&file, &[("bookstall.db", Regular, b"x"), ("manifest.json", Regular, &good)]);
    verify(&file).unwrap();
    for name in [
        "../evil",
        "/etc/evil",
        "media/../../evil",
        "media//a",
        "media",
        "media/",
        "media/.",
        "media/a\\b",
        "media/c:evil",
        "keys/k",
        "evil",
        "media/a\nb",
    ] {
        refused(&[(name, Regular, b"x"), ("manifest.json", Regular, &good)], "does not belong");
    }
    refused(&[("media/a", Symlink, b""), ("manifest.json", Regular, &good)], "not a plain file");
    refused(&[("media/a", Directory, b"")], "not a plain file");
    refused(&[("bookstall.db", Regular, b"x"), ("bookstall.db", Regular, b"x")], "twice");
    refused(&[("bookstall.db", Regular, b"y"), ("manifest.json", Regular, &good)], "not what the manifest says");
    refused(
        &[("bookstall.db", Regular, b"x"), ("media/a", Regular, b"x"), ("manifest.json", Regular, &good)],
        "“media/a” is not in the manifest",
    );
    refused(
        &[("bookstall.db", Regular, b"x"), ("manifest.json", Regular, &manifest(1, &["bookstall.db", "media/a"]))],
        "“media/a” is missing",
    );
    refused(&[("manifest.json", Regular, &manifest(1, &[]))], "no database");
    refused(&[("bookstall.db", Regular, b"x")], "no manifest");
    refused(&[("manifest.json", Regular, &good), ("bookstall.db", Regular, b"x")], "after the manifest");
    refused(&[("bookstall.db", Regular, b"x"), ("manifest.json", Regular, b"{")], "manifest");
    refused(&[("bookstall.db", Regular, b"x"), ("manifest.json", Regular, &manifest(2, &[]))], "9.9.9, which is newer");
}

#[test]
fn a_backup_whose_database_is_none_is_not_put_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let (file, to) = (folder.path().join("b.tar.zst"), folder.path().join("data"));
    let (data, db) = shop();
    drop(db);
    let letter = data.path().join("letter.db");
    std::fs::write(&letter, "no database").unwrap();
    let manifest = Manifest {
        format: 1,
        program: String::new(),
        schema: 5,
        taken_at: now(),
        counts: [].into(),
        files: [].into(),
        left_out: vec![],
    };
    take::pack(&letter, data.path(), &file, manifest).unwrap();
    verify(&file).unwrap();
    assert!(matches!(restore(&file, &to, now()), Err(BackupError::Db(_))));
    assert!(!to.exists());
}

#[test]
fn a_backup_taken_while_selling_is_one_moment_and_sales_go_on() {
    let (data, db) = shop();
    let folder = tempfile::tempdir().unwrap();
    let done = AtomicBool::new(false);
    let sold = std::thread::scope(|scope| {
        let seller = scope.spawn(|| {
            let mut sold = 0_u64;
            while !done.load(Ordering::Relaxed) {
                // Each commit keeps the ledger right; half of one would not.
                db.write_blocking(move |tx| {
                    tx.execute("UPDATE stock SET on_hand = on_hand + 1 WHERE shelf = 'A1'", [])?;
                    tx.execute("INSERT INTO stock_movements VALUES (?1, CAST('edition-dune-pb-' AS BLOB), 'received', 1, NULL, NULL, 't', 't', 0)",
                        [crate::kernel::ids::Id::new(NOW.parse().unwrap_or_default())])?;
                    Ok::<_, DbError>(())
                }).unwrap();
                sold += 1;
            }
            sold
        });
        for round in 0..5 {
            take_into(data.path(), &folder.path().join(format!("{round}.tar.zst"))).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        seller.join().unwrap()
    });
    assert!(sold > 0);
    for round in 0..5 {
        let file = folder.path().join(format!("{round}.tar.zst"));
        let restored = restore(&file, &folder.path().join(format!("data{round}")), now()).unwrap();
        assert_eq!(restored.doctor.findings, []);
    }
}
