//! The fuzzer for `inventory_ndjson`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::inventory_ndjson(data);
});
