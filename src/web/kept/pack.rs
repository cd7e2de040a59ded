//! The thread that packs what was rendered, so that no request waits for it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::page::Page;
use crate::web::{AppState, assets};

/// Pages that may wait to be packed; one that finds no room is sent plain until it is rendered again.
const WAITING: usize = 1024;

enum Message {
    Pack(Arc<Page>),
    Stop,
}

/// The pages that wait.
pub(super) struct Queue {
    sender: SyncSender<Message>,
    /// Taken by the thread when it starts.
    receiver: Mutex<Option<Receiver<Message>>>,
}

impl Queue {
    pub(super) fn new() -> Queue {
        let (sender, receiver) = sync_channel(WAITING);
        Queue { sender, receiver: Mutex::new(Some(receiver)) }
    }

    pub(super) fn push(&self, page: &Arc<Page>) {
        if self.sender.try_send(Message::Pack(Arc::clone(page))).is_err() {
            tracing::debug!("a page is sent plain: the compressor is busy or gone");
        }
    }
}

/// Starts the compressor: first the assets, then each page that was rendered.
///
/// What it returns asks the thread to end and waits until it has.
pub fn compressor(app: &AppState) -> impl FnOnce() + Send + 'static {
    let receiver = app.kept.queue.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
    let sender = app.kept.queue.sender.clone();
    let thread = std::thread::Builder::new().name("compressor".into()).spawn(move || {
        assets::pack();
        receiver
            .iter()
            .flatten()
            .map_while(|message| match message {
                Message::Pack(page) => Some(page),
                Message::Stop => None,
            })
            .for_each(|page| pack(&page));
    });
    if let Err(error) = &thread {
        tracing::warn!(%error, "pages are sent plain: the compressor did not start");
    }
    move || {
        // Both fail only when the thread has ended already, which is what is wanted.
        drop(sender.send(Message::Stop));
        drop(thread.map(std::thread::JoinHandle::join));
    }
}

fn pack(page: &Page) {
    const GZIP_LEVEL: u32 = 6;
    const BROTLI_QUALITY: u32 = 5;
    if let Err(error) = page.copies.pack(GZIP_LEVEL, BROTLI_QUALITY) {
        tracing::warn!(%error, "a page stays uncompressed");
    }
}
