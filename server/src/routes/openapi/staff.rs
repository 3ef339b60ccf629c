//! The routes about operators themselves, relative to `/operator/v1`.

use super::operation::{Operation, Query, route};
use pocketping_core::model::OperatorProfile;
use pocketping_core::route::{
    ChangedOperatorResponse, DeleteResponse, NewOperatorRequest, OkResponse, OperatorPatch,
    OperatorTokenResponse, OperatorsResponse, PresenceRequest,
};
use serde_json::json;
use utoipa::openapi::HttpMethod::{Delete, Get, Patch, Post, Put};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        route(Get, "/me", "me", "Who is signed in")
            .gives::<OperatorProfile>()
            .stores(),
        route(
            Get,
            "/operators",
            "listOperators",
            "Who may sign in, and whether visitors are told that somebody is there",
        )
        .query(
            "all",
            Query::Words(&["true", "false"]),
            "Those who were removed too.",
        )
        .gives::<OperatorsResponse>()
        .stores(),
        route(
            Post,
            "/operators",
            "addOperator",
            "Adds an operator, and tells their token this once",
        )
        .takes::<NewOperatorRequest>(json!({ "name": "Ada", "role": "agent" }))
        .gives::<OperatorTokenResponse>()
        .stores(),
        route(
            Patch,
            "/operators/{id}",
            "changeOperator",
            "Changes a name, a picture or a role; what is left out stays. A role that rises comes with a new token",
        )
        .takes::<OperatorPatch>(json!({ "name": "Ada", "avatar": "https://shop.example/ada.png" }))
        .gives::<ChangedOperatorResponse>()
        .refuses([404])
        .stores(),
        route(
            Delete,
            "/operators/{id}",
            "removeOperator",
            "Removes an operator: token, logins and streams are good no longer",
        )
        .gives::<DeleteResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/operators/{id}/token",
            "renewToken",
            "Gives an operator a new token, told this once; the old one is good no longer",
        )
        .gives::<OperatorTokenResponse>()
        .refuses([404])
        .stores(),
        route(
            Put,
            "/presence",
            "setPresence",
            "Says whether whoever is signed in is there",
        )
        .takes::<PresenceRequest>(json!({ "online": true }))
        .gives::<OkResponse>()
        .stores(),
    ]
}
