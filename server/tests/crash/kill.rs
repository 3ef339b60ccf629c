//! `kill -9` of the server during 10,000 writes, 20 times.

use crate::burst::{Burst, Place};
use crate::lots::Lots;
use crate::running::{Folder, Running, serve};
use rusqlite::Connection;
use std::collections::HashMap;
use std::process::Stdio;
use tokio::sync::watch;

const SENDERS: usize = 50;
const MESSAGES: usize = 200;
const KILLS: usize = 20;
const SEED: u64 = 0x6b69_6c6c;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_message_is_in_the_file_once_and_in_order() {
    let folder = Folder::new("kill");
    let database = folder.path("chat.db");
    let command = serve(&database);
    let mut server = Running::start(&command, Stdio::null());
    let place = |start: usize, server: &Running| Place {
        start,
        address: server.address.clone(),
    };
    let (told, heard) = watch::channel(place(0, &server));
    let burst = Burst::new(SENDERS, MESSAGES, heard);
    let mut count = burst.count();
    let acks = tokio::spawn(burst.run());

    let (mut lots, part) = (Lots(SEED), SENDERS * MESSAGES / KILLS);
    let mut killed_at = Vec::new();
    for kill in 0..KILLS {
        // Somewhere in each part but the very end, where nothing is under way any more.
        let moment = kill * part + lots.below(part - SENDERS);
        killed_at.push(
            *count
                .wait_for(|acknowledged| *acknowledged >= moment)
                .await
                .unwrap(),
        );
        server.kill();
        server = Running::start(&command, Stdio::null());
        told.send_replace(place(kill + 1, &server));
    }
    let acks = acks.await.unwrap();
    server.kill();
    assert_eq!(acks.len(), SENDERS * MESSAGES);

    let file = Connection::open(&database).unwrap();
    let rows = "SELECT client_id, id, session, content FROM messages ORDER BY seq";
    let mut rows = file.prepare(rows).unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    let rows: Vec<(String, String, i64, String)> = rows.unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), acks.len(), "killed after {killed_at:?}");
    let stored: HashMap<&str, &str> = rows.iter().map(|(client, id, ..)| (&**client, &**id)).collect();
    for ack in &acks {
        let id = stored.get(ack.client_id.as_str());
        assert_eq!(
            id,
            Some(&ack.message_id.as_str()),
            "{ack:?}, killed after {killed_at:?}"
        );
    }
    let mut of_session: HashMap<i64, usize> = HashMap::new();
    for (_, _, session, content) in &rows {
        let next = of_session.entry(*session).or_default();
        let number: usize = content.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(number, *next, "each sender's order");
        *next += 1;
    }
    let healthy: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(healthy, "ok");
    println!(
        "killed after {killed_at:?} of {} acknowledged messages",
        acks.len()
    );
}
