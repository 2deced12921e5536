//! The fuzzer for `waivers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::waivers(data);
});
