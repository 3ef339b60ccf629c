//! Where our answers differ on purpose from the recorded ones.

/// File, item, our status, reason.
pub(super) const DIFFERENCES: &[(&str, &str, u16, &str)] = &[
    (
        "connect",
        "err_bad_json",
        400,
        "malformed JSON is 400 (EXTENSIONS, Errors)",
    ),
    (
        "connect",
        "err_empty_body",
        400,
        "an empty body is malformed JSON",
    ),
    (
        "connect",
        "err_wrong_content_type",
        415,
        "EXTENSIONS, Errors: 415",
    ),
    (
        "connect",
        "trailing_slash",
        200,
        "answered at once instead of redirected",
    ),
    (
        "messages",
        "operator_message_over_http",
        403,
        "public routes take only visitors' messages (EXTENSIONS, Sessions)",
    ),
    ("messages", "ai_sender_over_http", 403, "the same"),
    (
        "messages",
        "empty_content_accepted",
        422,
        "blank text needs an attachment (EXTENSIONS, Content rules)",
    ),
    (
        "messages",
        "err_content_4001_chars",
        413,
        "EXTENSIONS, Content rules",
    ),
    (
        "messages",
        "unknown_attachment_id_ignored",
        422,
        "a file that is missing is said, not dropped in silence",
    ),
    (
        "attachments",
        "route_missing_in_python_upload",
        200,
        "we serve it (PROTOCOL §1.2)",
    ),
    (
        "attachments",
        "route_missing_in_python_upload-request",
        200,
        "the same",
    ),
    ("messages", "err_bad_json", 400, "malformed JSON is 400"),
    (
        "edit_delete",
        "route_missing_patch_message",
        200,
        "we serve it (PROTOCOL §1.2)",
    ),
    ("edit_delete", "route_missing_delete_message", 200, "the same"),
    ("edit_delete", "route_missing_post_edit", 200, "the same"),
    (
        "csat",
        "err_score_zero",
        422,
        "a bad field is 422, not 404 (PROTOCOL §8, 4)",
    ),
    ("csat", "err_score_six", 422, "the same"),
    (
        "sessions",
        "route_missing_in_python_identify",
        200,
        "we serve it (PROTOCOL §1.2)",
    ),
    ("sessions", "route_missing_in_python_disconnect", 200, "the same"),
    ("sessions", "route_missing_in_python_visibility", 200, "the same"),
    ("sessions", "route_missing_in_python_prechat", 200, "the same"),
    (
        "version",
        "garbage_version",
        200,
        "Python crashes; what is no version counts as none",
    ),
    (
        "cors",
        "preflight_allowed_origin",
        204,
        "as Node answers (PROTOCOL §1.5)",
    ),
    (
        "cors",
        "preflight_other_origin",
        403,
        "the error shape instead of 400 and text",
    ),
    (
        "cors",
        "preflight_patch_method",
        204,
        "PATCH is allowed: edits need it",
    ),
    (
        "sse",
        "get_stream_as_http_in_python",
        200,
        "we serve it (PROTOCOL §2.4)",
    ),
    (
        "ip_filter_http",
        "only_connect_checked",
        403,
        "the filter is on every route (PROTOCOL §8, 17)",
    ),
];

/// Ends of paths to recorded fields that ours do not have, with the reason.
pub(super) const ABSENT: &[(&str, &str)] = &[(
    "custom_event_broadcast_no_data.data.sessionId",
    "one text goes to all sessions",
)];

/// Ends of paths to fields that ours have with another value, with the reason.
pub(super) const OTHER: &[(&str, &str)] = &[
    (
        "stored_session_after_forwarded_ip.metadata.ip",
        "only a trusted proxy is believed (PROTOCOL §8, 17)",
    ),
    (
        "list_after_timestamp_as_the_widget_sends.messages",
        "a date is understood (PROTOCOL §8, 2)",
    ),
    ("list_after_timestamp_as_the_widget_sends.hasMore", "the same"),
    (
        "list_limit_negative.messages",
        "a negative limit is the default, as in Go",
    ),
    ("list_limit_negative.hasMore", "the same"),
    (
        "list_after_read_has_duplicates.messages",
        "a message is in a list once (PROTOCOL §8, 8)",
    ),
    (
        "ai_configured.aiEnabled",
        "answering by itself is no part of this server yet",
    ),
    (
        "stats.messages",
        "what we refuse is not there to be counted, and nothing is counted twice",
    ),
    (
        "typing_client_frame_with_data_envelope.data.isTyping",
        "the envelope is read, too (PROTOCOL §8, 7)",
    ),
];

/// Python's exceptions in words, and our codes.
pub(super) const RAISED: &[(&str, &str)] = &[
    ("Cannot edit this message", "not_allowed"),
    ("Cannot delete this message", "not_allowed"),
    ("Content is required", "content_blank"),
    ("Message not found", "message_not_found"),
    ("Message does not belong to this session", "message_not_found"),
    ("Message already deleted", "message_deleted"),
    ("Cannot edit deleted message", "message_deleted"),
    ("Session not found", "session_not_found"),
    ("File too large: 0 bytes (max 10485760)", "invalid_field"),
    ("File too large: 10485761 bytes (max 10485760)", "file_too_large"),
    ("Invalid MIME type: application/x-msdownload", "invalid_field"),
    ("Attachment not found", "attachment_not_found"),
    ("identity.id is required", "invalid_field"),
];
