//! The steps of the recorded socket.

use crate::support::Server;
use crate::support::socket::Socket;
use serde_json::{Value, json};

/// What the recorder did for each step.
pub(super) struct Stage {
    id: pocketping_core::SessionId,
    visitors: String,
    operators: String,
}

impl Stage {
    pub(super) fn new(session: &str) -> Self {
        Stage {
            id: session.into(),
            visitors: String::new(),
            operators: String::new(),
        }
    }

    /// Whether the step is one that we play; each that we do not says why.
    pub(super) async fn play(
        &mut self,
        server: &Server,
        socket: &mut Socket,
        name: &str,
        frame: &Value,
    ) -> bool {
        let pp = &server.pp;
        match name {
            "on_open_nothing_is_sent" => {}
            "visitor_message_over_http_echo" => self.visitors = server.say(self.id.as_str(), "hello").await,
            "operator_message" => {
                self.operators = pp
                    .send_message(&self.id, "hi there")
                    .await
                    .unwrap()
                    .id
                    .to_string();
            }
            "typing_operator_http" => pp.operator_typing(&self.id, true).await.unwrap(),
            // It comes back to whoever types, as there: the visitor's other pages hear of it.
            "typing_client_frame_flat" | "typing_client_frame_with_data_envelope" => {
                socket.say(frame.to_string()).await;
            }
            // Handled by us (a test of its own), ignored there: no frame comes back either way.
            "event_client_frame_ignored_by_python" => socket.say(frame.to_string()).await,
            // Unknown there; here it is the heartbeat (EXTENSIONS).
            "unknown_type_ignored" => {
                socket.say(frame.to_string()).await;
                socket.next_of("pong").await;
            }
            "read_delivered" | "read_read" => {
                let status = name.strip_prefix("read_").unwrap();
                let body = json!({ "sessionId": self.id.as_str(), "messageIds": [self.operators], "status": status });
                assert_eq!(server.post("/read", body).await.json()["updated"], 1);
            }
            "read_zero_updated_no_frame" => {
                let body = json!({ "sessionId": self.id.as_str(), "messageIds": ["nope"] });
                assert_eq!(server.post("/read", body).await.json()["updated"], 0);
            }
            "presence_online" => pp.set_operator_online(true).await.unwrap(),
            "presence_offline" => pp.set_operator_online(false).await.unwrap(),
            "custom_event_emit" => {
                let offer = pocketping_core::Object::new().with("discount", 20);
                pp.emit_event(&self.id, "show_offer", offer.into()).await.unwrap();
            }
            "custom_event_broadcast_no_data" => {
                pp.broadcast_event("maintenance", pocketping_core::Value::Null)
                    .await
                    .unwrap();
            }
            "message_edited" => {
                let id = self.visitors.as_str().into();
                pp.visitor_edit(self.id.clone(), id, "hello edited".into())
                    .await
                    .unwrap();
            }
            "message_deleted" => {
                pp.visitor_delete(self.id.clone(), self.visitors.as_str().into())
                    .await
                    .unwrap();
            }
            "csat_request" => pp.request_csat(&self.id).await.unwrap(),
            // The version is known when a session is opened, and said there in headers.
            "version_warning" => return false,
            // Python drops the connection; here it stays, and says what was wrong.
            "bad_json_frame" => {
                socket.say("not json").await;
                assert_eq!(socket.next_of("error").await["data"]["code"], "malformed_json");
            }
            // Refused before the upgrade, there with 403 and not at all.
            "missing_session_id" => assert_eq!(refusal(server, "/stream").await, 422),
            "unknown_session_id_is_accepted" => {
                assert_eq!(refusal(server, "/stream?sessionId=nope").await, 404);
            }
            // Refused before the upgrade, as there; see `routes/tests.rs`.
            "ip_blocked" => return false,
            other => panic!("a step that is not played: {other}"),
        }
        true
    }
}

async fn refusal(server: &Server, path: &str) -> u16 {
    Socket::try_open(server, path, &[]).await.err().unwrap().0
}
