//! The fuzzer for `advisory`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::advisory(data);
});
