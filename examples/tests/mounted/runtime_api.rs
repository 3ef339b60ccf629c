//! The side of AWS that a function talks to: Lambda's runtime API, as its documentation has it, over HTTP on this machine.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post};
use serde_json::Value;
use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Longer than anything here takes; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// An event, and who waits for what the function answers.
type Invocation = (Value, oneshot::Sender<Result<Value, Value>>);

/// A function that was started, and its events.
pub(crate) struct Function {
    child: Child,
    events: mpsc::Sender<Invocation>,
}

struct Desk {
    events: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    waiting: Mutex<HashMap<String, oneshot::Sender<Result<Value, Value>>>>,
}

impl Function {
    /// Starts the program as Lambda does.
    pub(crate) async fn start(path: &str, variables: &[(&str, &str)]) -> Self {
        let (sender, events) = mpsc::channel(1);
        let desk = Arc::new(Desk {
            events: events.into(),
            waiting: Mutex::default(),
        });
        let app = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answered))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
            .with_state(desk);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let child = Command::new(path)
            .env_remove("DATABASE_URL")
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "chat")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Function {
            child,
            events: sender,
        }
    }

    /// What the function answers to an event.
    pub(crate) async fn invoke(&self, event: Value) -> Value {
        let (sender, answer) = oneshot::channel();
        self.events.send((event, sender)).await.unwrap();
        let answer = timeout(PATIENCE, answer).await.expect("no answer in time");
        answer.unwrap().expect("the function failed")
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn next(State(desk): State<Arc<Desk>>) -> impl IntoResponse {
    let Some((event, waiting)) = desk.events.lock().await.recv().await else {
        return Err(StatusCode::GONE);
    };
    let mut all = desk.waiting.lock().unwrap();
    let id = format!("request-{}", all.len());
    all.insert(id.clone(), waiting);
    let headers = AppendHeaders([
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:chat".to_owned(),
        ),
    ]);
    Ok((headers, event.to_string()))
}

async fn answered(State(desk): State<Arc<Desk>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    tell(&desk, &id, Ok(serde_json::from_slice(&body).unwrap()))
}

async fn failed(State(desk): State<Arc<Desk>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    tell(&desk, &id, Err(serde_json::from_slice(&body).unwrap()))
}

fn tell(desk: &Desk, id: &str, answer: Result<Value, Value>) -> StatusCode {
    let waiting = desk.waiting.lock().unwrap().remove(id);
    // A test that has given up does not wait any more.
    waiting.unwrap().send(answer).ok();
    StatusCode::ACCEPTED
}
