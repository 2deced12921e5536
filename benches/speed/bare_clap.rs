//! The least that a command-line program does: what a hook's start-up is compared with.

fn main() {
    let _ = clap::Command::new("bare-clap").version("1.0.0").get_matches();
}
