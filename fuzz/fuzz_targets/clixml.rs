//! The fuzzer for `clixml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::clixml(data);
});
