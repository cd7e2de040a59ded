//! A full disk: a clear refusal, nothing half-written, and a shop that sells again when there is room.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::StatusCode;

use crate::support::shop::Shop;
use crate::support::{buyer, eventually};

/// A small disk of its own in memory. Making one takes root, which CI and the developers' machines are.
struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    fn mount(at: PathBuf) -> SmallDisk {
        std::fs::create_dir(&at).unwrap();
        let said = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(&at).output().unwrap();
        assert!(said.status.success(), "this test mounts a tmpfs and needs root: {said:?}");
        SmallDisk { at }
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }

    /// Takes every byte that is left.
    fn fill(&self) {
        let mut ballast = std::fs::File::create(self.ballast()).unwrap();
        let mut size = 1 << 20;
        while size > 0 {
            if ballast.write_all(&vec![1; size]).is_err() {
                size /= 2;
            }
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        unmount(&self.at);
    }
}

fn unmount(at: &Path) {
    // Lazily: a test that failed may still have files open there.
    Command::new("umount").arg("--lazy").arg(at).status().ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_clearly_and_the_shop_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let disk = SmallDisk::mount(folder.path().join("disk"));
    let shop = Shop::open_at(folder, &disk.at.join("data")).await;
    let book = shop.stock("9780441478125", "The Left Hand of Darkness", 1099, 20).await;
    shop.indexed().await;
    let visitor = shop.visitor();
    let form = buyer::choose(&visitor, &book).await;
    disk.fill();
    // The log may have room left from before; sooner or later there is none.
    let refused = eventually("a refusal", async || {
        let page = buyer::take(&shop.visitor(), &book, "1").await;
        disk.empty();
        disk.fill();
        (page.status == StatusCode::SERVICE_UNAVAILABLE).then_some(page)
    })
    .await;
    assert_eq!(visitor.send(&form).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 0);
    assert!(refused.body.contains("<h1"), "a page that helps: {}", refused.body);
    assert!(!refused.body.to_lowercase().contains("sqlite"), "nothing internal is shown: {}", refused.body);
    // Reading goes on.
    visitor.get(&book.path).await.ok();
    disk.empty();
    eventually("an order after the disk has room again", async || {
        let answer = visitor.send(&form).await;
        answer.status.is_redirection().then_some(())
    })
    .await;
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 1, "one form, one order, before or after");
    buyer::buy(&shop.visitor(), &book).await;
    shop.close().await;
}
