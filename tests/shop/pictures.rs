//! Covers, from the office's upload to the reader's browser, through a crash, a backup and a restore.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use reqwest::StatusCode;

use crate::office::staff;
use crate::support::cli::Desk;
use crate::support::eventually;
use crate::support::shop::{Book, Shop};
use crate::support::visitor::Visitor;

pub(crate) fn jpeg(width: u32, height: u32, seed: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([seed, u8::try_from((x + y) % 256).unwrap(), 90]));
    picture.write_with_encoder(JpegEncoder::new(&mut bytes)).unwrap();
    bytes
}

async fn one_book(shop: &Shop) -> Book {
    shop.stock("9780441478125", "The Left Hand of Darkness", 1099, 5).await
}

/// The addresses on a page that lead to pictures: `/media/<hash>…`.
fn addresses(page: &str) -> Vec<String> {
    let parts = page.split("/media/").skip(1).map(|rest| rest.split(['"', ' ', ',']).next().unwrap_or_default());
    let mut found: Vec<String> =
        parts.filter(|name| name.len() > 24 && !name.contains('/')).map(|name| format!("/media/{name}")).collect();
    found.dedup();
    found
}

/// Waits until a size is really made; until then the picture itself is answered.
async fn made(visitor: &Visitor, address: &str) {
    eventually("the sizes", async || {
        let page = visitor.get(address).await.ok();
        page.header("cache-control").contains("immutable").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_goes_from_the_office_to_the_shop() {
    let shop = Shop::open().await;
    let book = one_book(&shop).await;
    let (office, reader) = (staff(&shop).await, shop.visitor());
    let path = format!("/admin/books/{}", book.id);
    assert!(addresses(&reader.get(&book.path).await.ok().body).is_empty());
    let files = [("front.jpg", jpeg(600, 900, 1)), ("back.jpg", jpeg(500, 800, 2))];
    office.upload(&format!("{path}/pictures"), "pictures", &files).await.leads_to();

    let page = reader.get(&book.path).await.ok().body;
    assert!(
        page.contains(r#"alt="Cover of The Left Hand of Darkness" width="600" height="900" fetchpriority="high""#),
        "{page}"
    );
    assert!(page.contains(r#"<source type="image/webp""#) && page.contains("Picture 2 of The Left Hand"), "{page}");
    let webp = addresses(&page).into_iter().find(|address| address.ends_with("-480.webp")).unwrap();
    made(&reader, &webp).await;
    let answer = reader.get(&webp).await.ok();
    assert_eq!(answer.header("content-type"), "image/webp");
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(reader.get_if_changed(&webp, answer.header("etag")).await.status, StatusCode::NOT_MODIFIED);
    for address in addresses(&page) {
        reader.get(&address).await.ok();
    }
    // A list shows the same picture, with an empty alt, as the title stands beside it.
    shop.indexed().await;
    let front = reader.get("/books/in/fiction").await.ok().body;
    assert!(front.contains(r#"alt="" width="600" height="900""#), "{front}");

    let order = shop.read(|conn| bookstall::media::list(conn, book.id));
    let (first, second) = (order[0].picture.hash, order[1].picture.hash);
    office.post(&format!("{path}/pictures/{second}"), &[("op", "move"), ("place", "0")]).await.leads_to();
    office.post(&format!("{path}/pictures/{second}"), &[("op", "move"), ("place", "0")]).await.leads_to();
    assert_eq!(shop.read(|conn| bookstall::media::front(conn, book.id)).unwrap().hash, second);
    assert!(reader.get(&book.path).await.ok().body.contains(r#"width="500" height="800" fetchpriority"#));
    office.post(&format!("{path}/pictures/{second}"), &[("op", "remove")]).await.leads_to();
    assert_eq!(shop.read(|conn| bookstall::media::front(conn, book.id)).unwrap().hash, first);
    assert_eq!(shop.count("SELECT count(*) FROM audit_log WHERE action LIKE 'book.picture%'"), 3);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_in_plain_words_and_the_rest_is_kept() {
    let shop = Shop::open().await;
    let book = one_book(&shop).await;
    let (office, path) = (staff(&shop).await, format!("/admin/books/{}/pictures", book.id));
    let files = [
        ("good.jpg", jpeg(200, 300, 1)),
        ("a <b>.pdf", b"%PDF-1.7".to_vec()),
        ("half.jpg", jpeg(200, 300, 2)[..900].to_vec()),
    ];
    let answer = office.upload(&path, "pictures", &files).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("One picture was added"), "{}", answer.body);
    assert!(
        answer.body.contains("“a &lt;b&gt;.pdf” was not added: it is no JPEG, PNG, WebP or GIF picture"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("“half.jpg” was not added: the file is damaged"), "{}", answer.body);
    let nothing = office.upload(&path, "pictures", &[("", Vec::new())]).await;
    assert!(nothing.body.contains("Choose a picture first"), "{}", nothing.body);
    let large = office.upload(&path, "pictures", &[("large.jpg", vec![0xFF; 21 << 20])]).await;
    assert!(
        large.body.contains("“large.jpg” was not added: it has 21 MB; a picture may have 20 MB"),
        "{}",
        large.status
    );
    let again = office.upload(&path, "pictures", &files[..1]).await;
    assert_eq!(again.leads_to(), format!("/admin/books/{}#book-pictures", book.id));
    assert_eq!(shop.count("SELECT count(*) FROM edition_images"), 1);
    // Only the upload takes long bodies, and only staff may send one.
    let long = "x".repeat(400 << 10);
    let refused = office.post(&format!("/admin/books/{}", book.id), &[("title", &long)]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let stranger = shop.visitor().upload(&path, "pictures", &files[..1]).await;
    assert!(!stranger.status.is_success(), "{}", stranger.status);
    assert_eq!(shop.count("SELECT count(*) FROM images"), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_lead_to_pictures_and_nowhere_else() {
    let shop = Shop::open().await;
    let reader = shop.visitor();
    let (hash, short) = ("a".repeat(64), "a".repeat(20));
    for path in [
        format!("/media/{hash}.jpg"),
        format!("/media/{short}-240.webp"),
        "/media/..%2fbookstall.db".to_owned(),
        "/media/..%2f..%2fetc%2fpasswd".to_owned(),
        format!("/media/{short}-240.webp%2f..%2f..%2fbookstall.db"),
        format!("/media/{short}-240.webp%00.jpg"),
    ] {
        assert_eq!(reader.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_has_the_pictures_and_a_restored_shop_makes_their_sizes_again() {
    let shop = Shop::open().await;
    let book = one_book(&shop).await;
    let office = staff(&shop).await;
    let path = format!("/admin/books/{}/pictures", book.id);
    office.upload(&path, "pictures", &[("front.jpg", jpeg(300, 450, 1))]).await.leads_to();
    let picture = shop.read(|conn| bookstall::media::front(conn, book.id)).unwrap();
    made(&shop.visitor(), &format!("/media/{}-300.jpg", picture.hash.short())).await;

    let (folder, now) = (tempfile::tempdir().unwrap(), shop.clock.now());
    let taken = bookstall::backup::take(&shop.database(), shop.data(), folder.path(), now).unwrap();
    assert!(taken.manifest.files.keys().any(|name| name.contains(&picture.hash.to_string())));
    assert!(!taken.manifest.files.keys().any(|name| name.starts_with("sizes/")));
    shop.close().await;

    let data = folder.path().join("restored");
    bookstall::backup::restore(&taken.file, &data, now).unwrap();
    assert!(bookstall::media::original(&data, &picture).is_file() && !data.join("sizes").exists());
    let restored = Shop::open_at(folder, &data).await;
    made(&restored.visitor(), &format!("/media/{}-240.webp", picture.hash.short())).await;
    restored.visitor().get(&book.path).await.ok();
    restored.close().await;
}

#[test]
fn the_doctor_misses_a_picture() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.data()).unwrap();
    let db = bookstall::db::Db::open(&desk.data().join("bookstall.db")).unwrap();
    let taken = bookstall::media::take_in(&desk.data(), &jpeg(60, 90, 1)).unwrap();
    let picture = taken.picture;
    db.write_blocking(move |tx| {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let facts = bookstall::catalog::EditionFacts { title: "Emma".into(), ..Default::default() };
        let (id, _) = bookstall::catalog::create(tx, None, &Default::default(), &facts, now).unwrap();
        Ok::<_, bookstall::db::DbError>(bookstall::media::attach(
            tx,
            id,
            &taken,
            bookstall::media::Origin::Upload,
            now,
        )?)
    })
    .unwrap();
    db.close();
    assert_eq!(desk.run(&["doctor"]).code, 0);
    std::fs::remove_file(bookstall::media::original(&desk.data(), &picture)).unwrap();
    let doctor = desk.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(doctor.out.contains("is missing. Take it from a backup"), "{doctor:?}");
}
