//! The `pocketping` binary: the library, ready to run.

#![forbid(unsafe_code)]

mod cli;

/// Messages are many small pieces that one thread makes and another one drops: a fifth of the server's work with the
/// system's allocator (docs/benchmarks.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
