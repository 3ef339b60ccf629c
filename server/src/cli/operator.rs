//! `pocketping operator`: who may sign in. It works beside a server that runs on the database, which sees the change with
//! its next request.

use super::database::{Database, reason};
use super::failure::Failure;
use super::options::{Flags, OperatorCommand};
use super::print;
use super::settings::{Settings, apply};
use pocketping_core::OperatorId;
use pocketping_core::route::NewOperatorRequest;
use pocketping_server::storage::{
    OperatorDirectory, OperatorRecord, PostgresStorage, SqliteOperators, Storage,
};
use pocketping_server::{NewToken, ServiceError, Staff, SystemClock, SystemRng};

/// Does what was asked for, and says so.
///
/// # Errors
/// When the database cannot be used, has no such operator, or a name or picture is refused.
pub(super) fn operator(command: OperatorCommand) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because("cannot start", error))?;
    runtime.block_on(async {
        match command {
            OperatorCommand::Add(options) => {
                let opened = Opened::or_made(options.flags).await?;
                let new = NewOperatorRequest {
                    name: options.name,
                    avatar: options.avatar,
                    role: options.role,
                };
                let added = opened.staff().add(new).await.map_err(refused)?;
                tell(&added);
            }
            OperatorCommand::List(flags) => {
                let opened = Opened::of(flags).await?;
                let all = opened.staff().list().await.map_err(refused)?;
                print(&all.iter().map(line).collect::<String>());
            }
            OperatorCommand::Token(options) => {
                let opened = Opened::of(options.flags).await?;
                let id = OperatorId::from(options.id);
                let renewed = opened.staff().renew_token(&id).await.map_err(refused)?;
                tell(&renewed);
            }
            OperatorCommand::Remove(options) => {
                let opened = Opened::of(options.flags).await?;
                let id = OperatorId::from(options.id);
                let removed = opened.staff().remove(&id).await.map_err(refused)?;
                print(&format!("{} is removed\n", removed.name));
            }
        }
        Ok(())
    })
}

/// The operators of the database that the options name.
enum Opened {
    Sqlite(SqliteOperators),
    Postgres(Box<PostgresStorage>),
}

impl Opened {
    /// What is there. A file that is not is a mistyped name.
    async fn of(flags: Flags) -> Result<Self, Failure> {
        Self::open(flags, false).await
    }

    /// The same, but a file that is not there is made, for a server that starts later.
    async fn or_made(flags: Flags) -> Result<Self, Failure> {
        Self::open(flags, true).await
    }

    async fn open(flags: Flags, makes: bool) -> Result<Self, Failure> {
        let mut settings = Settings::read(flags.given());
        let (_, own) = apply(&mut settings);
        let Some(own) = own.filter(|_| settings.problems().is_empty()) else {
            return Err(Failure::from(settings.problems()));
        };
        match own.database {
            Database::Sqlite(path) if !makes && !path.exists() => Err(Failure::usage(format!(
                "--database: there is no file {}",
                path.display()
            ))),
            Database::Sqlite(path) => SqliteOperators::open(&path).map(Opened::Sqlite).map_err(|error| {
                let (path, reason) = (path.display(), reason(&error));
                Failure::usage(format!("--database: cannot open {path}: {reason}"))
            }),
            Database::Postgres(url) => match PostgresStorage::connect(&url).await {
                Ok(storage) => Ok(Opened::Postgres(Box::new(storage))),
                Err(error) => Err(Failure::because(
                    "--database: cannot use PostgreSQL",
                    reason(&error),
                )),
            },
            Database::Memory => Err(Failure::usage(
                "--database: what is in memory only its server can change: use the inbox or the API"
                    .to_owned(),
            )),
        }
    }

    fn staff(&self) -> Staff<'_> {
        let directory: &dyn OperatorDirectory = match self {
            Opened::Sqlite(operators) => operators,
            Opened::Postgres(storage) => storage.operators(),
        };
        Staff::new(directory, &SystemClock, &SystemRng)
    }
}

/// The token alone is on a line of its own, for programs.
fn tell(made: &NewToken) {
    let (id, name) = (&made.operator.id, &made.operator.name);
    print(&format!(
        "{name} ({id}) signs in with this token; it is shown this once:\n{}\n",
        made.token
    ));
}

fn line(operator: &OperatorRecord) -> String {
    let state = match operator.removed_at {
        Some(at) => format!("removed {at}"),
        None => match operator.last_seen {
            Some(at) => format!("last seen {at}"),
            None => "never seen".to_owned(),
        },
    };
    let role = operator.role.as_str();
    format!("{}\t{}\t{role}\t{state}\n", operator.id, operator.name)
}

fn refused(error: ServiceError) -> Failure {
    match error {
        ServiceError::Storage(error) => Failure::because("the database failed", reason(&error)),
        other => Failure::usage(other.to_string()),
    }
}
