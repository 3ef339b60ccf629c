//! What statuses mean here (EXTENSIONS, Errors).

/// The meaning of a status, in one line.
pub(super) fn meaning(status: u16) -> &'static str {
    match status {
        101 => "A WebSocket",
        200 => "Done",
        206 => "A part of it",
        400 => "What was sent is no JSON, did not arrive whole, or its path is no text",
        401 => "Not signed in, or an identity that the site has not signed",
        403 => "Not allowed",
        404 => "There is no such thing",
        408 => "The body took too long to arrive",
        409 => "It is not in the state for that, or this id stands for something else",
        413 => "Too large",
        415 => "The body has to be application/json",
        416 => "There are no such bytes",
        422 => "A field breaks a rule",
        426 => "The widget is too old",
        429 => "Too many requests; Retry-After says when the next one is taken",
        431 => "The headers are too large",
        503 => "The storage is away; the same request may be sent again",
        _ => "An error",
    }
}
