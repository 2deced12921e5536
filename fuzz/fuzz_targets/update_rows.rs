//! The fuzzer for `update_rows`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::update_rows(data);
});
