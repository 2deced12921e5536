//! The fuzzer for `policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::policy(data);
});
