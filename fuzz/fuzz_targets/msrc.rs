//! The fuzzer for `msrc`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::msrc(data);
});
