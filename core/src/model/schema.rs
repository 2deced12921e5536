//! What a file says that it is: `schema: patchgate/<kind>/v1`.

/// The value of `schema` for a kind of file.
pub fn schema(kind: &str) -> String {
    format!("patchgate/{kind}/v1")
}
