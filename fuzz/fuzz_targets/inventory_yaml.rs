//! The fuzzer for `inventory_yaml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::inventory_yaml(data);
});
