//! The fuzzer for `event_sources`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    patchgate_fuzz::event_sources(data);
});
