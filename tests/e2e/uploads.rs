//! Files, handed in by a page's script.

use anyhow::Result;
use pocketping_tests::{Pair, Screen, Server, ServerOptions, Talk, Widget, eventually};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// The files of a session's messages: name, and the bytes that the server gives out.
async fn files(server: &Server, session: &str) -> Result<Vec<(String, String)>> {
    let page = server
        .operator(&format!("sessions/{session}/messages"), None)
        .await?;
    let mut files = Vec::new();
    for message in page["messages"].as_array().into_iter().flatten() {
        for file in message["attachments"].as_array().into_iter().flatten() {
            let path = file["url"].as_str().unwrap_or_default();
            let answer = reqwest::get(format!("{}{path}", server.address())).await?;
            let name = file["filename"].as_str().unwrap_or_default();
            files.push((name.to_owned(), answer.text().await?));
        }
    }
    Ok(files)
}

/// Waits until the browser's database holds so many outbox entries and files.
async fn holds(visitor: &Widget, expected: Json) -> Result<()> {
    let what = format!("{expected} in the database");
    eventually(&what, Duration::from_secs(10), async || {
        Ok((waiting(visitor).await? == expected).then_some(()))
    })
    .await
}

/// How much the browser's database holds: outbox entries and files.
async fn waiting(visitor: &Widget) -> Result<Json> {
    let script = "const done = arguments[0];
        const open = indexedDB.open('pocketping');
        open.onsuccess = () => {
            const database = open.result;
            const transaction = database.transaction(['outbox', 'files']);
            const counts = ['outbox', 'files'].map((store) => transaction.objectStore(store).count());
            transaction.oncomplete = () => {
                database.close();
                done(counts.map((count) => count.result));
            };
        };";
    visitor.browser.async_script(script).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_sent_offline_survives_a_reload_and_arrives_once_with_its_message() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin_saying(Screen::DESKTOP, "zero").await?;

    visitor.go_offline().await?;
    let send = "PocketPing.sendMessage('the list', [new File(['name,price\\nlamp,20\\n'], 'prices.csv', { type: 'text/csv' })]);";
    visitor.browser.script(send, vec![]).await?;
    let bubble = "the list\n📎 prices.csv";
    visitor.sees_status(bubble, "sending").await?;
    assert_eq!(
        waiting(&visitor).await?,
        json!([2, 1]),
        "it is kept before it is sent"
    );
    visitor.browser.reload().await?;

    visitor.browser.set_offline(false).await?;
    visitor.browser.goto(&server.address()).await?;
    visitor.open().await?;
    visitor.sees_status(bubble, "sent").await?;
    assert_eq!(server.texts(&session).await?, ["zero", "the list"]);
    let sent = ("prices.csv".to_owned(), "name,price\nlamp,20\n".to_owned());
    assert_eq!(files(&server, &session).await?, [sent]);
    // The bubble is told before the database is; nothing is left behind.
    holds(&visitor, json!([0, 0])).await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_tell_their_progress_and_give_attachments() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let script = "const done = arguments[0];
        const log = [];
        for (const event of ['uploadStart', 'uploadProgress', 'uploadComplete', 'uploadError']) {
            PocketPing.on(event, (data) => log.push([event, data.filename]));
        }
        const file = (name, type) => new File(['a,b'], name, { type });
        const told = [];
        PocketPing.uploadFile(file('one.csv', 'text/csv'), (percent) => told.push(percent))
            .then(async (one) => {
                const more = [];
                const rest = await PocketPing.uploadFiles([file('two.csv', 'text/csv'), file('three.csv', 'text/csv')], (percent) => more.push(percent));
                const refused = await PocketPing.uploadFile(file('run.exe', 'application/x-msdownload')).catch((error) => error.code);
                const wrong = await PocketPing.uploadFile('no file').catch((error) => error.code);
                const message = await PocketPing.sendMessage('', [one.id, ...rest.map((file) => file.id)]);
                const firsts = [...new Set(log.map((entry) => entry.join(' ')))];
                done({ told: [told[0], told.at(-1)], more: [more[0], more.at(-1)], refused, wrong, firsts,
                    names: message.attachments.map((file) => file.filename), status: one.status });
            })
            .catch((error) => done(String(error)));";
    let seen = visitor.browser.async_script(script).await?;
    assert_eq!(seen["told"], json!([10, 100]), "{seen}");
    assert_eq!(seen["more"], json!([5, 100]), "one after the other, as one whole");
    assert_eq!(
        (&seen["refused"], &seen["wrong"]),
        (&json!("refused"), &json!("invalid_argument"))
    );
    assert_eq!(seen["names"], json!(["one.csv", "two.csv", "three.csv"]));
    assert_eq!(seen["status"], "ready");
    let expected = [
        "uploadStart one.csv",
        "uploadProgress one.csv",
        "uploadComplete one.csv",
    ];
    let firsts = seen["firsts"].as_array().map(|firsts| firsts[..3].to_vec());
    assert_eq!(firsts, Some(expected.map(Json::from).to_vec()));
    visitor.open().await?;
    visitor.sees("📎 one.csv\n📎 two.csv\n📎 three.csv").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_before_uploads_keeps_its_messages_and_takes_files() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    // As version 1 left it: a message that was not sent.
    let script = "const done = arguments[0];
        localStorage.setItem('pocketping_visitor_id', 'visitor-of-before');
        const open = indexedDB.open('pocketping', 1);
        open.onupgradeneeded = () => ['outbox', 'history'].map((store) => open.result.createObjectStore(store));
        open.onsuccess = () => {
            const database = open.result;
            const transaction = database.transaction('outbox', 'readwrite');
            const entry = { v: 1, seq: 7, id: 'from-before', created: '2026-11-21T07:20:27.509Z', kind: 'message', data: { content: 'from before' } };
            transaction.objectStore('outbox').put(entry, '0000000000000007-from-before');
            transaction.oncomplete = () => {
                database.close();
                done(true);
            };
        };";
    visitor.browser.async_script(script).await?;
    visitor.browser.reload().await?;
    let upload = "const done = arguments[0];
        PocketPing.sendMessage('and a file', [new File(['a,b'], 'a.csv', { type: 'text/csv' })])
            .then((message) => done(message.attachments[0].filename), (error) => done(String(error)));";
    assert_eq!(visitor.browser.async_script(upload).await?, "a.csv");
    let session = server.latest_session().await?;
    assert_eq!(server.texts(&session).await?, ["from before", "and a file"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_behind_a_file_stays_behind_it() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let script = "const done = arguments[0];
        const file = (text) => new File([text], 'a.csv', { type: 'text/csv' });
        const sends = [['one', [file('x'.repeat(2000000))]], ['two'], ['three', [file('y'), file('z')]], ['four']];
        Promise.all(sends.map((send) => PocketPing.sendMessage(...send))).then(() => done('sent'), (error) => done(String(error)));";
    assert_eq!(visitor.browser.async_script(script).await?, "sent");
    let session = server.latest_session().await?;
    assert_eq!(server.texts(&session).await?, ["one", "two", "three", "four"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_tab_that_follows_is_sent_once_by_the_leader() -> Result<()> {
    let pair = Pair::begin().await?;
    let visitor = &pair.visitor;
    // The second tab is in front; the first one leads.
    let script = "const done = arguments[0];
        const file = (name, text) => new File([text], name, { type: 'text/csv' });
        const told = [], log = [];
        for (const event of ['uploadStart', 'uploadProgress', 'uploadComplete', 'uploadError']) {
            PocketPing.on(event, (data) => log.push([event, data.filename, data.progress].join(' ').trim()));
        }
        const first = PocketPing.uploadFile(file('one.csv', 'a,b'), (percent) => told.push(percent));
        const refused = PocketPing.uploadFile(new File(['MZ'], 'run.exe', { type: 'application/x-msdownload' }));
        Promise.allSettled([first, refused])
            .then(async ([one, none]) => {
                const message = await PocketPing.sendMessage('two files', [one.value.id, file('two.csv', 'c,d')]);
                done({ told, log: log.filter((entry) => entry.includes('one.csv')), refused: none.reason?.code,
                    names: message.attachments.map((file) => file.filename) });
            })
            .catch((error) => done(String(error)));";
    let seen = visitor.browser.async_script(script).await?;
    assert_eq!(
        seen["told"],
        json!([10, 100]),
        "who follows does not send: {seen}"
    );
    assert_eq!(seen["names"], json!(["one.csv", "two.csv"]));
    assert_eq!(seen["refused"], "refused");
    let expected = [
        "uploadStart one.csv",
        "uploadProgress one.csv 10",
        "uploadProgress one.csv 100",
        "uploadComplete one.csv",
    ];
    assert_eq!(seen["log"], json!(expected));
    let sent = [("one.csv", "a,b"), ("two.csv", "c,d")];
    let sent = sent.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(files(&pair.server, &pair.session).await?, sent);
    pair.stored(&["hello", "two files"]).await?;
    let bubble = "two files\n📎 one.csv\n📎 two.csv";
    visitor.sees(bubble).await?;
    visitor.browser.show(&pair.first).await?;
    visitor.sees(bubble).await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_tab_that_follows_outlives_the_leader() -> Result<()> {
    let pair = Pair::begin().await?;
    let visitor = &pair.visitor;
    // The network is each tab's own here.
    for tab in [&pair.first, &pair.second] {
        visitor.browser.show(tab).await?;
        visitor.go_offline().await?;
    }
    let send = "PocketPing.sendMessage('kept', [new File(['a,b'], 'a.csv', { type: 'text/csv' })]);";
    visitor.script(send).await?;
    let bubble = "kept\n📎 a.csv";
    visitor.sees_status(bubble, "sending").await?;
    // The leader has it.
    holds(visitor, json!([2, 1])).await?;
    visitor.browser.close(&pair.first).await?;
    visitor.browser.show(&pair.second).await?;
    visitor.browser.set_offline(false).await?;
    visitor.sees_status(bubble, "sent").await?;
    let sent = ("a.csv".to_owned(), "a,b".to_owned());
    assert_eq!(files(&pair.server, &pair.session).await?, [sent]);
    pair.stored(&["hello", "kept"]).await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_bytes_are_gone_fails_its_message_with_a_code() -> Result<()> {
    let Talk { server, visitor, .. } = Talk::begin_saying(Screen::DESKTOP, "zero").await?;
    visitor.go_offline().await?;
    let send = "window.told = [];
        PocketPing.on('uploadError', (data) => told.push(data.filename, typeof data.error));
        PocketPing.sendMessage('lost', [new File(['a,b'], 'a.csv', { type: 'text/csv' })]).catch((error) => told.push(error.code));";
    visitor.script(send).await?;
    visitor.sees_status("lost\n📎 a.csv", "sending").await?;
    let clear = "const done = arguments[0];
        const open = indexedDB.open('pocketping');
        open.onsuccess = () => {
            const transaction = open.result.transaction('files', 'readwrite');
            transaction.objectStore('files').clear();
            transaction.oncomplete = () => {
                open.result.close();
                done(true);
            };
        };";
    visitor.browser.async_script(clear).await?;
    visitor.browser.set_offline(false).await?;
    let told = visitor.until("return told.length === 3 && told").await?;
    let told = told.as_array().cloned().unwrap_or_default();
    for expected in ["a.csv", "string", "file_gone"] {
        assert!(told.contains(&json!(expected)), "{told:?}");
    }
    visitor.until("return !!q('.pp-message-failed')").await?;
    let session = server.latest_session().await?;
    assert_eq!(server.texts(&session).await?, ["zero"], "not without its file");
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_database_cannot_give_for_a_while_is_sent_later() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let script = "const done = arguments[0];
        const get = IDBObjectStore.prototype.get;
        IDBObjectStore.prototype.get = function (key) {
            if (this.name == 'files' && !window.failed) {
                window.failed = true;
                throw new DOMException('not now', 'UnknownError');
            }
            return get.call(this, key);
        };
        PocketPing.sendMessage('the list', [new File(['a,b'], 'a.csv', { type: 'text/csv' })])
            .then(() => done(window.failed), (error) => done(error.code));";
    assert_eq!(visitor.browser.async_script(script).await?, true);
    let session = server.latest_session().await?;
    let sent = ("a.csv".to_owned(), "a,b".to_owned());
    assert_eq!(files(&server, &session).await?, [sent]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_for_bytes_that_is_none_fails_the_file() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    for address in ["http://:0/", "ftp://files.example/a"] {
        let script = format!(
            "const done = arguments[0];
            const {{ fetch }} = window;
            window.fetch = async (url, ...more) => {{
                const answer = await fetch(url, ...more);
                if (!String(url).endsWith('/upload')) return answer;
                return Response.json({{ ...(await answer.json()), uploadUrl: '{address}' }});
            }};
            PocketPing.uploadFile(new File(['a,b'], 'a.csv', {{ type: 'text/csv' }}))
                .then(() => done('uploaded'), (error) => done([error.code, error.status]));"
        );
        assert_eq!(
            visitor.browser.async_script(&script).await?,
            json!(["refused", 422])
        );
    }
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_database_does_not_take_is_sent_from_memory() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let script = "const done = arguments[0];
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            if (value instanceof Blob) throw new DOMException('full', 'QuotaExceededError');
            return put.call(this, value, key);
        };
        PocketPing.sendMessage('from memory', [new Blob(['a,b'], { type: 'text/csv' })])
            .then((message) => done(message.attachments[0].filename), (error) => done(String(error)));";
    assert_eq!(visitor.browser.async_script(script).await?, "file");
    let session = server.latest_session().await?;
    let sent = ("file".to_owned(), "a,b".to_owned());
    assert_eq!(files(&server, &session).await?, [sent]);
    assert_eq!(server.texts(&session).await?, ["from memory"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_ends_uploads_and_leaves_nothing() -> Result<()> {
    let Talk { server, visitor, .. } = Talk::begin_saying(Screen::DESKTOP, "zero").await?;
    let script = "const done = arguments[0];
        const file = new File(['a,b'], 'a.csv', { type: 'text/csv' });
        const all = [PocketPing.uploadFile(file), PocketPing.sendMessage('one', [file]), PocketPing.sendMessage('two')];
        PocketPing.reset({ newSession: true });
        all.push(PocketPing.sendMessage('after', [file]));
        Promise.allSettled(all).then((ends) => done(ends.map((end) => end.reason?.code ?? end.value.content)));";
    let ends = visitor.browser.async_script(script).await?;
    assert_eq!(ends, json!(["reset", "reset", "reset", "after"]));
    let session = server.latest_session().await?;
    assert_eq!(server.texts(&session).await?, ["after"]);
    visitor.browser.quit().await
}
