//! The fuzzer for `settings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::settings(data);
});
