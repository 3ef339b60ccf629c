//! What the server asked of the operating system, as strace has written it down.

use std::collections::HashMap;
use std::path::PathBuf;

/// The calls that the file system and the network see.
pub(crate) const CALLS: &str = "openat,close,pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync,ftruncate,unlink,\
     unlinkat,rename,renameat,renameat2";

/// One of them, in the order in which they took effect.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A file or folder was opened.
    Open { fd: i64, path: PathBuf, truncate: bool },
    /// A number of a file is free again.
    Close { fd: i64 },
    /// Bytes at a place of a file; without a place, where the last ones ended.
    Write {
        fd: i64,
        place: Option<usize>,
        bytes: Vec<u8>,
    },
    /// A file has this length now.
    Truncate { fd: i64, length: usize },
    /// What was written to a file or changed in a folder is on the disk.
    Sync { fd: i64 },
    /// A name is gone.
    Unlink { path: PathBuf },
    /// A file has another name.
    Rename { from: PathBuf, to: PathBuf },
}

/// Reads a trace. Calls take effect when they return, bytes for the network when they are handed over: nobody can have
/// them before.
pub(crate) fn read(text: &str) -> Vec<Step> {
    let mut begun: HashMap<&str, String> = HashMap::new();
    let mut steps = Vec::new();
    for line in text.lines() {
        let (thread, rest) = line.split_once(' ').unwrap();
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, start.to_owned());
            steps.extend(call(start).filter(|step| matches!(step, Step::Write { place: None, .. })));
        } else if let Some(end) = rest.strip_prefix("<... ") {
            let start = begun.remove(thread).expect("a call that ends has begun");
            let (_, end) = end.split_once(" resumed>").unwrap();
            let step = call(&(start + end));
            steps.extend(step.filter(|step| !matches!(step, Step::Write { place: None, .. })));
        } else {
            steps.extend(call(rest));
        }
    }
    steps
}

/// One call; `None` when it failed or is none of ours (signals, ends of threads).
fn call(text: &str) -> Option<Step> {
    let (name, rest) = text.split_once('(')?;
    let (arguments, result) = match rest.rsplit_once(" = ") {
        Some((arguments, result)) => (arguments.trim_end().trim_end_matches(')'), result),
        None => (rest, "0"),
    };
    let result: i64 = result.split(' ').next()?.parse().ok()?;
    if result < 0 {
        return None;
    }
    let list: Vec<&str> = arguments.split(", ").collect();
    let number = |at: usize| list[at].parse::<i64>().unwrap();
    let path = |at: usize| PathBuf::from(String::from_utf8(bytes(list[at])).unwrap());
    Some(match name {
        "openat" => Step::Open {
            fd: result,
            path: path(1),
            truncate: list[2].contains("O_TRUNC"),
        },
        "close" => Step::Close { fd: number(0) },
        "pwrite64" => Step::Write {
            fd: number(0),
            place: Some(number(3) as usize),
            bytes: bytes(list[1])[..result as usize].to_vec(),
        },
        "write" | "writev" | "sendto" | "sendmsg" => Step::Write {
            fd: number(0),
            place: None,
            bytes: bytes(arguments),
        },
        "ftruncate" => Step::Truncate {
            fd: number(0),
            length: number(1) as usize,
        },
        "fsync" | "fdatasync" => Step::Sync { fd: number(0) },
        "unlink" => Step::Unlink { path: path(0) },
        "unlinkat" => Step::Unlink { path: path(1) },
        "rename" => Step::Rename {
            from: path(0),
            to: path(1),
        },
        "renameat" | "renameat2" => Step::Rename {
            from: path(1),
            to: path(3),
        },
        _ => return None,
    })
}

/// The quoted bytes of an argument, or of several in a row. All are in hexadecimal (`-xx`).
fn bytes(text: &str) -> Vec<u8> {
    assert!(!text.contains("\"..."), "strace has cut bytes off");
    let quoted = text.split('"').skip(1).step_by(2);
    let digits = quoted.flat_map(|quoted| quoted.split("\\x").skip(1));
    digits
        .map(|digits| u8::from_str_radix(digits, 16).unwrap())
        .collect()
}

#[test]
fn calls_of_several_threads_are_put_together() {
    let text = r#"7 openat(AT_FDCWD, "\x2f\x61", O_RDWR|O_CREAT|O_TRUNC, 0644) = 12
7 pwrite64(12, "\x68\x69", 2, 4096 <unfinished ...>
8 sendto(15, "\x6f", 1, MSG_NOSIGNAL, NULL, 0 <unfinished ...>
7 <... pwrite64 resumed>)           = 2
8 <... sendto resumed>)             = 1
8 writev(15, [{iov_base="\x61", iov_len=1}, {iov_base="\x62\x63", iov_len=2}], 2) = 3
7 fdatasync(12)                     = 0
7 unlink("\x2f\x62")                = -1 ENOENT (No such file or directory)
9 --- SIGTERM {si_signo=SIGTERM} ---
9 +++ exited with 0 +++"#;
    let write = |fd, place, bytes: &[u8]| Step::Write {
        fd,
        place,
        bytes: bytes.to_vec(),
    };
    let opened = Step::Open {
        fd: 12,
        path: "/a".into(),
        truncate: true,
    };
    let wanted = [
        opened,
        write(15, None, b"o"),
        write(12, Some(4096), b"hi"),
        write(15, None, b"abc"),
        Step::Sync { fd: 12 },
    ];
    assert_eq!(read(text), wanted);
}
