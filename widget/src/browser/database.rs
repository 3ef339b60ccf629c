//! IndexedDB: the outbox and the history, in one transaction per write; and files, whose bytes only
//! [`super::files`] puts.

use super::listener::{Callback, callback};
use super::page::window;
use super::value;
use js_sys::{Array, Function, Object, Promise, Reflect};
use pocketping_core::Value;
use pocketping_core::engine::{PersistFailure, Restored, Store, StoreWrite};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbOpenDbRequest, IdbRequest, IdbTransaction};

const NAME: &str = "pocketping";
/// 2 has files.
const VERSION: u32 = 2;
/// A database that takes longer is as good as none: nothing is sent before it answers.
const PATIENCE_MS: i32 = 2000;

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase`, for the third argument of `transaction`, which web-sys counts as unstable.
    type StoreOwner;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &StoreOwner,
        stores: &Array,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;
}

/// The database, opened when first used. One write at a time.
#[derive(Default)]
pub struct Database {
    connection: Rc<RefCell<Option<Connection>>>,
    /// Set once opening has failed: the rest of the page's life goes without, and without waiting.
    given_up: Cell<bool>,
}

struct Connection {
    database: IdbDatabase,
    _lost: Callback,
}

impl Database {
    /// What is stored. A failure is part of the answer.
    pub async fn restore(&self) -> Restored {
        match self.read_all().await {
            Ok(restored) => restored,
            Err(failure) => Restored {
                failure: Some(failure),
                ..Default::default()
            },
        }
    }

    async fn read_all(&self) -> Result<Restored, PersistFailure> {
        let transaction = self.begin("readonly").await?;
        let all = |store: Store| -> Result<IdbRequest, JsValue> {
            transaction.object_store(store_name(store))?.get_all()
        };
        let keys = || transaction.object_store(store_name(Store::Files))?.get_all_keys();
        let requests = all(Store::Outbox).and_then(|outbox| Ok([outbox, all(Store::History)?, keys()?]));
        let [outbox, history, files] = requests.map_err(|error| failure(&error))?;
        committed(&transaction).await?;
        let values = |request: IdbRequest| -> Result<Vec<Value>, PersistFailure> {
            let list = request.result().map_err(|error| failure(&error))?;
            let list: Array = list.unchecked_into();
            Ok(list.iter().map(|item| value::read(&item)).collect())
        };
        let keys = values(files)?.into_iter().filter_map(|key| match key {
            Value::String(key) => Some(key),
            _ => None,
        });
        Ok(Restored {
            outbox: values(outbox)?,
            history: values(history)?,
            files: keys.collect(),
            failure: None,
        })
    }

    /// Writes all or nothing.
    ///
    /// # Errors
    /// When it is not known to be durable.
    pub async fn write(&self, writes: &[StoreWrite]) -> Result<(), PersistFailure> {
        let transaction = self.begin("readwrite").await?;
        for write in writes {
            if let Err(error) = put(&transaction, write) {
                // The transaction is undone as a whole; that it is already is no news.
                drop(transaction.abort());
                return Err(failure(&error));
            }
        }
        committed(&transaction).await
    }

    async fn begin(&self, mode: &str) -> Result<IdbTransaction, PersistFailure> {
        let stores = Array::of3(
            &JsValue::from_str(store_name(Store::Outbox)),
            &JsValue::from_str(store_name(Store::History)),
            &JsValue::from_str(store_name(Store::Files)),
        );
        let options = Object::new();
        // A plain object takes every member.
        drop(Reflect::set(&options, &"durability".into(), &"strict".into()));
        for _ in 0..2 {
            let database = self.open().await?;
            let owner: &StoreOwner = database.unchecked_ref();
            match owner.transaction(&stores, mode, &options) {
                Ok(transaction) => return Ok(transaction),
                // The browser has closed it behind our back: once more with a new one.
                Err(_) => *self.connection.borrow_mut() = None,
            }
        }
        Err(PersistFailure::Broken)
    }

    pub(super) async fn open(&self) -> Result<IdbDatabase, PersistFailure> {
        if let Some(connection) = &*self.connection.borrow() {
            return Ok(connection.database.clone());
        }
        if self.given_up.get() {
            return Err(PersistFailure::Unavailable);
        }
        let opened = open().await;
        let Ok(database) = opened else {
            self.given_up.set(true);
            return Err(PersistFailure::Unavailable);
        };
        let (held, closing) = (Rc::downgrade(&self.connection), database.clone());
        let lost = callback(move |_| {
            // Another tab wants to upgrade or delete it, or the browser has closed it.
            closing.close();
            if let Some(held) = held.upgrade() {
                *held.borrow_mut() = None;
            }
        });
        let on_lost: &Function = lost.as_ref().unchecked_ref();
        database.set_onversionchange(Some(on_lost));
        database.set_onclose(Some(on_lost));
        *self.connection.borrow_mut() = Some(Connection {
            database: database.clone(),
            _lost: lost,
        });
        Ok(database)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.set_onclose(None);
        self.database.close();
    }
}

async fn open() -> Result<IdbDatabase, PersistFailure> {
    // Where storage is forbidden, reading `indexedDB` throws; some browsers have none in private windows.
    let factory = window().indexed_db().ok().flatten();
    let factory = factory.ok_or(PersistFailure::Unavailable)?;
    let request = factory.open_with_u32(NAME, VERSION);
    let request = request.map_err(|_| PersistFailure::Unavailable)?;
    let upgrading = request.clone();
    let upgrade = callback(move |_| {
        let Ok(database) = upgrading.result() else { return };
        let database: IdbDatabase = database.unchecked_into();
        for store in [Store::Outbox, Store::History, Store::Files] {
            // It throws for those that an older version has made; should it fail, the transactions will.
            drop(database.create_object_store(store_name(store)));
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let request: &IdbOpenDbRequest = &request;
    settled(&mut |done, failed| {
        request.set_onsuccess(Some(done));
        request.set_onerror(Some(failed));
        request.set_onblocked(Some(failed));
    })
    .await
    .map_err(|_| PersistFailure::Unavailable)?;
    let database = request.result().map_err(|_| PersistFailure::Unavailable)?;
    Ok(database.unchecked_into())
}

fn put(transaction: &IdbTransaction, write: &StoreWrite) -> Result<IdbRequest, JsValue> {
    let store = |store: &Store| transaction.object_store(store_name(*store));
    match write {
        StoreWrite::Put {
            store: name,
            key,
            value,
        } => store(name)?.put_with_key(&value::write(value), &JsValue::from_str(key)),
        StoreWrite::Delete { store: name, key } => store(name)?.delete(&JsValue::from_str(key)),
        StoreWrite::Clear(name) => store(name)?.clear(),
    }
}

async fn committed(transaction: &IdbTransaction) -> Result<(), PersistFailure> {
    let end = settled(&mut |done, failed| {
        transaction.set_oncomplete(Some(done));
        transaction.set_onabort(Some(failed));
    });
    match end.await {
        Ok(()) => Ok(()),
        Err(TimedOut(true)) => Err(PersistFailure::Unavailable),
        Err(TimedOut(false)) => {
            let error = transaction.error();
            Err(error.map_or(PersistFailure::Broken, |error| failure(&error)))
        }
    }
}

/// Why something did not settle well: the time ran out, or it failed.
struct TimedOut(bool);

/// Waits for one of two functions to be called, and no longer than [`PATIENCE_MS`].
fn settled(
    arrange: &mut dyn FnMut(&Function, &Function),
) -> impl Future<Output = Result<(), TimedOut>> + use<> {
    let mut timer = None;
    let end = Promise::new(&mut |done, failed| {
        arrange(&done, &failed);
        let late = &JsValue::TRUE;
        let set = window().set_timeout_with_callback_and_timeout_and_arguments_1(&failed, PATIENCE_MS, late);
        timer = set.ok();
    });
    async move {
        let end = JsFuture::from(end).await;
        if let Some(timer) = timer {
            window().clear_timeout_with_handle(timer);
        }
        // Failing handlers are called with an event, the timer's with `true`.
        end.map(|_| ())
            .map_err(|reason| TimedOut(reason.as_bool() == Some(true)))
    }
}

pub(super) fn failure(error: &JsValue) -> PersistFailure {
    match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "QuotaExceededError" => PersistFailure::Full,
        _ => PersistFailure::Broken,
    }
}

fn store_name(store: Store) -> &'static str {
    match store {
        Store::Outbox => "outbox",
        Store::History => "history",
        Store::Files => "files",
    }
}
