//! The fuzzer for `product`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::product(data);
});
