//! The program; everything it does is in the library.

/// Large fleets are millions of small texts; the systems' own allocators spend more time on them than the decisions take.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> patchgate::document::exit::Exit {
    patchgate::cli::run()
}
