//! Many visitors who write at once and do not give up.

use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// How long a sender waits for a server that was killed to come back: then something else is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the server is; each start has the next number.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) address: String,
}

/// A message that the server has acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Ack {
    pub(crate) client_id: String,
    pub(crate) message_id: String,
}

/// Senders, each with a conversation of its own.
pub(crate) struct Burst {
    pub(crate) senders: usize,
    /// Of each sender, one after the other.
    pub(crate) messages: usize,
    place: watch::Receiver<Place>,
    acks: Arc<Mutex<Vec<Ack>>>,
    count: watch::Sender<usize>,
}

impl Burst {
    pub(crate) fn new(senders: usize, messages: usize, place: watch::Receiver<Place>) -> Self {
        Burst {
            senders,
            messages,
            place,
            acks: Arc::default(),
            count: watch::Sender::new(0),
        }
    }

    /// What has been acknowledged so far.
    pub(crate) fn acks(&self) -> Arc<Mutex<Vec<Ack>>> {
        Arc::clone(&self.acks)
    }

    /// How many messages have been acknowledged, as it grows.
    pub(crate) fn count(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    /// Sends until each message is acknowledged, under the same client id each time.
    pub(crate) async fn run(self) -> Vec<Ack> {
        let senders: Vec<_> = (0..self.senders)
            .map(|sender| {
                let (mut server, acks, count) = (
                    Server::new(self.place.clone()),
                    self.acks.clone(),
                    self.count.clone(),
                );
                tokio::spawn(async move {
                    let connected = server
                        .post("/connect", json!({ "visitorId": format!("v{sender}") }))
                        .await;
                    let session = connected["sessionId"].as_str().unwrap().to_owned();
                    for number in 0..self.messages {
                        let client_id = format!("c-{sender}-{number}");
                        let body = json!({
                            "sessionId": session, "sender": "visitor", "clientMessageId": client_id,
                            "content": format!("{number} {}", "x".repeat(number * 37 % 400)),
                        });
                        let answer = server.post("/message", body).await;
                        let message_id = answer["messageId"].as_str().unwrap().to_owned();
                        acks.lock().unwrap().push(Ack {
                            client_id,
                            message_id,
                        });
                        count.send_modify(|count| *count += 1);
                    }
                })
            })
            .collect();
        for sender in senders {
            sender.await.unwrap();
        }
        std::mem::take(&mut *self.acks.lock().unwrap())
    }
}

/// A server that may go and come back.
pub(crate) struct Server {
    http: reqwest::Client,
    place: watch::Receiver<Place>,
}

impl Server {
    pub(crate) fn new(place: watch::Receiver<Place>) -> Self {
        let http = reqwest::Client::new();
        Server { http, place }
    }

    /// Puts bytes at an address that the server has given out.
    #[cfg(target_os = "linux")]
    pub(crate) async fn put(&self, path: &str, bytes: String) {
        let url = format!("{}{path}", self.place.borrow().address);
        let answer = self.http.put(url).body(bytes).send().await.unwrap();
        assert_eq!(answer.status(), 204);
    }

    /// Posts until there is an answer.
    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Value {
        loop {
            let place = self.place.borrow().clone();
            let url = format!("{}/pocketping{path}", place.address);
            let problem = match self.http.post(url).json(&body).send().await {
                Ok(answer) if answer.status() == 200 => match answer.json().await {
                    Ok(answer) => return answer,
                    Err(cut_off) => cut_off.to_string(),
                },
                Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap()),
                Err(refused) => refused.to_string(),
            };
            let back = self.place.wait_for(|now| now.start > place.start);
            let back = tokio::time::timeout(PATIENCE, back).await;
            back.unwrap_or_else(|_| panic!("nobody killed the server, but: {problem}"))
                .unwrap();
        }
    }
}
