//! The OpenAPI document: every route with the shapes of its bodies, from the protocol's own types.
//!
//! docs/protocol.md says what they mean. Refused: writing the shapes down a second time (what is
//! derived cannot be forgotten), and schemars beside utoipa: utoipa has the routes already, and
//! puts the types they name into the document by itself.

use std::sync::Arc;

use axum::{Extension, Json};
use holdfast_protocol::Failure;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{self, Ref, RefOr};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Holdfast",
        description = "Between desk and server, and for customers' channels. \
            docs/protocol.md says what the bodies mean."
    ),
    components(schemas(Failure, holdfast_protocol::Row))
)]
struct Document;

/// What is known before the routes: the head, and schemas that no route names by itself.
pub fn begin() -> openapi::OpenApi {
    Document::openapi()
}

/// Every answer that is not 2xx is a failure.
pub fn with_failures(mut document: openapi::OpenApi) -> openapi::OpenApi {
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
        methods.into_iter().flatten().for_each(add_failures);
    }
    document
}

fn add_failures(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && !status.starts_with('2')
        {
            let schema = Ref::from_schema_name(Failure::name());
            let content = ContentBuilder::new().schema(Some(schema)).build();
            response.content.insert("application/json".to_owned(), RefOr::T(content));
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "health", responses(
    (status = 200, description = "OpenAPI 3.1", body = serde_json::Value),
))]
pub async fn document(
    Extension(document): Extension<Arc<openapi::OpenApi>>,
) -> Json<openapi::OpenApi> {
    Json(openapi::OpenApi::clone(&document))
}
