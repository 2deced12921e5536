//! The fuzzer for `inventory_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::inventory_json(data);
});
