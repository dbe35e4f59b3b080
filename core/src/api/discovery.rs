//! What the server serves.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/discovery`.

use super::request::{Request, Response};
use crate::base::Status;
use crate::registry::Server;

pub(super) fn answer(
    _server: &Server,
    _request: &Request,
    _parts: &[&str],
) -> Option<Result<Response, Status>> {
    None
}
