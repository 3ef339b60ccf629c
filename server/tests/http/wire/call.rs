//! Direct calls of the Python SDK, where it has no route; played against ours, or against the route that we have.

use super::differences::RAISED;
use super::replay::Replay;
use pocketping_server::ServiceError;
use serde_json::{Value, json};

impl Replay {
    /// Direct calls of the Python SDK, where it has no route.
    pub(super) async fn call(&mut self, file: &str, name: &str, item: &Value) {
        let input: Value = serde_json::from_str(&self.translated(&item["input"].to_string())).unwrap();
        let text = |key: &str| input[key].as_str().unwrap_or_default().to_owned();
        let session = || text("sessionId").into();
        let pp = &self.server.pp;
        let done: Result<Value, ServiceError> = match item["call"].as_str().unwrap() {
            "edit" => pp
                .visitor_edit(session(), text("messageId").into(), text("content"))
                .await
                .map(json_of),
            "delete" => pp
                .visitor_delete(session(), text("messageId").into())
                .await
                .map(json_of),
            "operator_message" => pp.send_message(&session(), text("content")).await.map(json_of),
            "session" => pp.get_session(&session()).await.map(json_of),
            "csat" => pp.request_csat(&session()).await.map(|()| json!({ "ok": true })),
            "identify" => {
                // The empty id is refused when the body is read.
                let answer = self.server.post("/identify", input.clone()).await;
                match &item["output"]["_raised"] {
                    Value::Null => assert_eq!(answer.json(), item["output"]),
                    _ => self.check_error(file, name, &answer),
                }
                return;
            }
            "upload_request" => return self.upload(file, name, "/upload", item, input).await,
            "upload_complete" => return self.upload(file, name, "/upload/complete", item, input).await,
            "upload_failed" => return self.upload(file, name, "/upload-failed", item, input).await,
            "stats" => pp.stats(None, None).await.map(json_of),
            other => panic!("{file}/{name}: what is {other}?"),
        };
        match (done, item["output"]["_message"].as_str()) {
            (Ok(ours), None) => {
                self.learn(&item["output"], &ours);
                self.compare(&format!("{file}/{name}"), &item["output"], &ours);
            }
            (Err(error), Some(raised)) => {
                let wanted = RAISED.iter().find(|(text, _)| *text == raised).unwrap().1;
                if error.code() != wanted {
                    self.problems
                        .push(format!("{file}/{name}: {} instead of {wanted}", error.code()));
                }
            }
            (done, _) => self.problems.push(format!("{file}/{name}: {done:?}")),
        }
    }

    /// Calls of the SDK that are routes of ours.
    async fn upload(&mut self, file: &str, name: &str, path: &str, item: &Value, input: Value) {
        let answer = self.server.post(path, input).await;
        let ours = answer.json();
        let wanted = match item["output"]["_message"].as_str() {
            None => {
                self.learn(&item["output"], &ours);
                return self.compare(&format!("{file}/{name}"), &item["output"], &ours);
            }
            Some(raised) => RAISED.iter().find(|(text, _)| *text == raised).unwrap().1,
        };
        self.check_error(file, name, &answer);
        if ours["error"]["code"] != wanted {
            self.problems
                .push(format!("{file}/{name}: {ours} instead of {wanted}"));
        }
    }
}

fn json_of<T: pocketping_core::Wire>(value: T) -> Value {
    serde_json::to_value(value.write()).unwrap()
}
