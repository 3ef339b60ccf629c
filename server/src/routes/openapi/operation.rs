//! [`Operation`]: one route as the document describes it.
//!
//! What every route of its kind may answer is added here, what is its own stands where it is described.

use super::statuses;
use pocketping_core::value::Schemas;
use pocketping_core::{ErrorBody, Wire};
use std::collections::BTreeSet;
use utoipa::openapi::path::{Operation as Documented, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{OneOfBuilder, SchemaType};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, HttpMethod, KnownFormat, ObjectBuilder, RefOr, Required, ResponseBuilder, Schema,
    SchemaFormat, Type,
};

/// The names of the ways to sign in.
pub(super) const TOKEN: &str = "operatorToken";
pub(super) const COOKIE: &str = "operatorCookie";

/// Who calls a route.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// Pages of visitors.
    Visitors,
    /// Operators, who have signed in.
    Operators,
    /// Whoever wants to be one, and programs that read the document.
    Anybody,
}

type Describe = fn(&mut Schemas) -> RefOr<Schema>;

/// One route.
pub(super) struct Operation {
    pub(super) path: &'static str,
    pub(super) method: HttpMethod,
    id: &'static str,
    summary: &'static str,
    parameters: Vec<(&'static str, &'static str, Query)>,
    pub(super) body: Option<Body>,
    answers: Vec<(u16, Answer)>,
    refusals: BTreeSet<u16>,
}

/// What a request carries.
pub(super) struct Body {
    describe: Describe,
    pub(super) example: serde_json::Value,
    kind: &'static str,
    required: Required,
    /// Whether the type of the route reads the example.
    #[cfg(test)]
    pub(super) is_read: fn(&serde_json::Value) -> bool,
}

/// What an answer that is no error carries.
enum Answer {
    Json(Describe),
    Bytes(&'static str),
    Nothing(&'static str),
}

/// A kind of parameter in the query.
#[derive(Clone, Copy)]
pub(super) enum Query {
    /// A text that has to be there.
    Required,
    /// A text.
    Text,
    /// A page size.
    Limit,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A date.
    Date,
}

/// A route; `id` is the operation's name for code that is generated from the document.
pub(super) fn route(
    method: HttpMethod,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    let mut operation = Operation {
        path,
        method,
        id,
        summary,
        parameters: Vec::new(),
        body: None,
        answers: Vec::new(),
        refusals: BTreeSet::new(),
    };
    if path.contains('{') {
        operation.refusals.insert(400);
    }
    operation
}

impl Operation {
    /// It reads a JSON body of this type, such as `example`.
    pub(super) fn takes<T: Wire>(mut self, example: serde_json::Value) -> Self {
        self.refusals.extend([400, 408, 413, 415, 422]);
        self.body::<T>(example, "application/json", Required::True)
    }

    /// The same under any content type.
    pub(super) fn takes_beacon<T: Wire>(mut self, example: serde_json::Value) -> Self {
        self.refusals.extend([400, 408, 413, 422]);
        self.body::<T>(example, "application/json", Required::True)
    }

    /// The same, and it may be left out.
    pub(super) fn may_take<T: Wire>(mut self, example: serde_json::Value) -> Self {
        self.refusals.extend([400, 408, 413, 422]);
        self.body::<T>(example, "application/json", Required::False)
    }

    /// It reads the bytes of a file.
    pub(super) fn takes_bytes(mut self) -> Self {
        self.body = Some(Body {
            describe: |_| Schema::Object(bytes()).into(),
            example: serde_json::Value::Null,
            kind: "application/octet-stream",
            required: Required::True,
            #[cfg(test)]
            is_read: |_| true,
        });
        self
    }

    fn body<T: Wire>(mut self, example: serde_json::Value, kind: &'static str, required: Required) -> Self {
        self.body = Some(Body {
            describe: T::schema,
            example,
            kind,
            required,
            #[cfg(test)]
            is_read: |example| {
                let value = serde_json::from_value(example.clone());
                value.is_ok_and(|value| T::read(&value).is_ok())
            },
        });
        self
    }

    /// It reads a parameter of the query.
    pub(super) fn query(mut self, name: &'static str, kind: Query, meaning: &'static str) -> Self {
        if !matches!(kind, Query::Text) {
            self.refusals.insert(422);
        }
        self.parameters.push((name, meaning, kind));
        self
    }

    /// It answers 200 with JSON of this type.
    pub(super) fn gives<T: Wire>(self) -> Self {
        self.answers_with(200, Answer::Json(T::schema))
    }

    /// It answers with bytes of this kind.
    pub(super) fn gives_bytes(self, status: u16, kind: &'static str) -> Self {
        self.answers_with(status, Answer::Bytes(kind))
    }

    /// It answers without a body.
    pub(super) fn gives_nothing(self, status: u16, meaning: &'static str) -> Self {
        self.answers_with(status, Answer::Nothing(meaning))
    }

    fn answers_with(mut self, status: u16, answer: Answer) -> Self {
        self.answers.push((status, answer));
        self
    }

    /// These errors are among its answers, beside those of its kind.
    pub(super) fn refuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.refusals.extend(statuses);
        self
    }

    /// It reads or writes what is stored.
    pub(super) fn stores(self) -> Self {
        self.refuses([503])
    }

    /// All statuses that it answers with.
    #[cfg(test)]
    pub(super) fn statuses(&self, whose: For) -> BTreeSet<u16> {
        let answers = self.answers.iter().map(|(status, _)| *status);
        answers.chain(self.refused(whose)).collect()
    }

    fn refused(&self, whose: For) -> BTreeSet<u16> {
        let of_kind: &[u16] = match whose {
            For::Visitors => &[403, 429, 431],
            // Who it is, is looked up in the storage.
            For::Operators => &[401, 403, 429, 431, 503],
            For::Anybody => &[403, 431],
        };
        self.refusals
            .iter()
            .copied()
            .chain(of_kind.iter().copied())
            .collect()
    }

    /// The operation of the document; `full_path` is where it is, `blocked` are the statuses with which filters refuse.
    pub(super) fn document(
        &self,
        schemas: &mut Schemas,
        whose: For,
        full_path: &str,
        blocked: &[u16],
    ) -> Documented {
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.id))
            .summary(Some(self.summary))
            .tag(match whose {
                For::Visitors => "visitors",
                For::Operators => "operators",
                For::Anybody => "everybody",
            });
        if whose == For::Operators {
            operation = operation
                .security(SecurityRequirement::new(TOKEN, [""; 0]))
                .security(SecurityRequirement::new(COOKIE, [""; 0]));
        }
        for name in names_in(full_path) {
            let parameter = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(text().min_length(Some(1))));
            operation = operation.parameter(parameter);
        }
        for (name, meaning, kind) in &self.parameters {
            let parameter = ParameterBuilder::new()
                .name(*name)
                .parameter_in(ParameterIn::Query)
                .required(match kind {
                    Query::Required => Required::True,
                    _ => Required::False,
                })
                .description(Some(*meaning))
                .schema(Some(kind.schema()));
            operation = operation.parameter(parameter);
        }
        operation = operation.request_body(self.body.as_ref().map(|body| body.document(schemas)));
        for (status, answer) in &self.answers {
            operation = operation.response(status.to_string(), answer.document(schemas, *status));
        }
        let error = ErrorBody::schema(schemas);
        for status in self.refused(whose).into_iter().chain(blocked.iter().copied()) {
            let content = ContentBuilder::new().schema(Some(error.clone())).build();
            let response = ResponseBuilder::new()
                .description(statuses::meaning(status))
                .content("application/json", content);
            operation = operation.response(status.to_string(), response.build());
        }
        operation.build()
    }
}

impl Query {
    fn schema(self) -> Schema {
        let or_empty = |schema: ObjectBuilder| {
            // An empty parameter counts as none.
            let choice = OneOfBuilder::new().item(schema);
            choice.item(text().max_length(Some(0))).build().into()
        };
        match self {
            Query::Required => text().min_length(Some(1)).build().into(),
            Query::Text => text().build().into(),
            Query::Limit => or_empty(ObjectBuilder::new().schema_type(Type::Integer)),
            Query::Words(words) => or_empty(text().enum_values(Some(words.iter().copied()))),
            Query::Date => or_empty(text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))),
        }
    }
}

impl Body {
    fn document(&self, schemas: &mut Schemas) -> RequestBody {
        let example = Some(&self.example).filter(|example| !example.is_null());
        let content = ContentBuilder::new()
            .schema(Some((self.describe)(schemas)))
            .example(example.cloned())
            .build();
        RequestBodyBuilder::new()
            .content(self.kind, content)
            .required(Some(self.required.clone()))
            .build()
    }
}

impl Answer {
    fn document(&self, schemas: &mut Schemas, status: u16) -> utoipa::openapi::Response {
        let response = ResponseBuilder::new();
        match self {
            Answer::Json(describe) => {
                let content = ContentBuilder::new().schema(Some(describe(schemas))).build();
                response
                    .description(statuses::meaning(status))
                    .content("application/json", content)
                    .build()
            }
            Answer::Bytes(kind) => {
                let content = ContentBuilder::new()
                    .schema(Some(Schema::Object(bytes())))
                    .build();
                response
                    .description(statuses::meaning(status))
                    .content(*kind, content)
                    .build()
            }
            Answer::Nothing(meaning) => response.description(*meaning).build(),
        }
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// Bytes have no JSON schema.
fn bytes() -> utoipa::openapi::Object {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).build()
}

/// The names in braces of a path.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}
