//! What a process has used, as Linux tells it in `/proc`.

use std::fs;

use anyhow::{Context, Result};

/// Clock ticks a second in `/proc/PID/stat`: fixed in Linux' interface.
const TICKS: f64 = 100.0;

/// Processor time since a process began, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cpu {
    /// In its own code.
    pub(crate) user: f64,
    /// In the kernel for it.
    pub(crate) system: f64,
}

impl Cpu {
    /// Both.
    pub(crate) fn total(self) -> f64 {
        self.user + self.system
    }

    /// What was used since an earlier look.
    pub(crate) fn since(self, earlier: Cpu) -> Cpu {
        Cpu {
            user: self.user - earlier.user,
            system: self.system - earlier.system,
        }
    }
}

/// The processor time of a process.
pub(crate) fn cpu(pid: u32) -> Result<Cpu> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("the server's processor time")?;
    parse_stat(&stat).context("/proc/PID/stat is not as expected")
}

fn parse_stat(stat: &str) -> Option<Cpu> {
    // The program's name, in brackets, may hold spaces.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let mut seconds = || Some(fields.next()?.parse::<f64>().ok()? / TICKS);
    Some(Cpu {
        user: seconds()?,
        system: seconds()?,
    })
}

/// The resident memory of a process in bytes; what the kernel has moved to swap meanwhile counts as if it were resident.
pub(crate) fn resident(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("the server's memory")?;
    parse_status(&status).context("/proc/PID/status names no VmRSS or VmSwap")
}

fn parse_status(status: &str) -> Option<u64> {
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    };
    Some(bytes("VmRSS:")? + bytes("VmSwap:")?)
}

/// How busy the machine has been in the last minute.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_behind_a_name_of_any_form() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 3 0 9";
        let cpu = parse_stat(stat).unwrap();
        assert_eq!((cpu.user, cpu.system, cpu.total()), (1.5, 0.5, 2.0));
    }

    #[test]
    fn what_was_swapped_out_counts() {
        let status = "Name:\tx\nVmRSS:\t    1000 kB\nVmSwap:\t      24 kB\n";
        assert_eq!(parse_status(status), Some(1024 * 1024));
        assert_eq!(parse_status("Name:\tx\n"), None);
    }
}
