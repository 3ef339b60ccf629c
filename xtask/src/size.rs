//! `cargo xtask size`: what a page downloads, against the limits and the record.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    build,
    compress::{Compressor, Effort},
    node::NodeTools,
    size_crates,
    size_record::{Record, problems},
    tree,
    wasm::{self, Profile},
    workspace::Workspace,
};

/// Options of `cargo xtask size`.
#[derive(Args)]
pub(crate) struct Options {
    /// Write the figures to docs/size.json instead of comparing them with it
    #[arg(long)]
    record: bool,
    /// Also print what the widget's bytes go to: crates, largest functions
    #[arg(long)]
    crates: bool,
}

/// Bytes of one download: as is, brotli 11, gzip 9. Sums of files compressed one by one, as a server sends them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Not compressed.
    pub(crate) raw: u64,
    /// Brotli 11.
    pub(crate) brotli: u64,
    /// Gzip 9.
    pub(crate) gzip: u64,
}

impl std::ops::AddAssign for Sizes {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.brotli += other.brotli;
        self.gzip += other.gzip;
    }
}

/// Builds, measures, prints, compares.
///
/// # Errors
/// When the build fails or a figure is above its limit or its record.
pub(crate) fn size(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    build::fill_dist(&workspace, Profile::Release)?;
    if options.crates {
        let tools = NodeTools::ready(&workspace)?;
        size_crates::print(&wasm::named_module(&workspace, &tools, &wasm::WIDGET)?)?;
    }
    if options.record {
        let rows = measure(&workspace)?;
        print_table(&rows);
        return Record::of(&rows).write(&workspace);
    }
    check(&workspace)
}

/// Measures the release `dist/` that is there, prints and compares.
///
/// # Errors
/// When a figure is above its limit or its record.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let rows = measure(workspace)?;
    print_table(&rows);
    let now = Record::of(&rows);
    let problems = problems(&now, Record::read(workspace)?.as_ref());
    for problem in &problems {
        eprintln!("{problem}");
    }
    if !problems.is_empty() {
        bail!("{} size(s) too large", problems.len());
    }
    Ok(())
}

/// Rows of the table: the downloads that have a name in the record, and the files of a first open.
pub(crate) struct Rows {
    /// The script that the page includes.
    pub(crate) loader: Sizes,
    /// All that is fetched when the chat is first opened.
    pub(crate) first_open: Sizes,
    /// The operator's page.
    pub(crate) inbox: Sizes,
    files: Vec<(String, Sizes)>,
}

fn measure(workspace: &Workspace) -> Result<Rows> {
    let compressor = Compressor::new(&workspace.cache())?;
    let dist = workspace.dist();
    let measure_file = |path: &Path| -> Result<Sizes> {
        let content = fs::read(path).with_context(|| path.display().to_string())?;
        Ok(Sizes {
            raw: content.len() as u64,
            brotli: compressor.brotli(&content, Effort::Best)?.len() as u64,
            gzip: compressor.gzip(&content, Effort::Best)?.len() as u64,
        })
    };
    let mut files = Vec::new();
    let mut measure_folder = |name: &str| -> Result<Sizes> {
        let mut sum = Sizes::default();
        let folder = dist.join(name);
        for file in tree::files(&folder)? {
            if file
                .extension()
                .is_some_and(|ending| ending == "br" || ending == "gz")
            {
                continue;
            }
            let sizes = measure_file(&folder.join(&file))?;
            files.push((format!("{name}/{}", file.display()), sizes));
            sum += sizes;
        }
        Ok(sum)
    };
    let (first_open, inbox) = (measure_folder("widget")?, measure_folder("inbox")?);
    Ok(Rows {
        loader: measure_file(&dist.join("pocketping.js"))?,
        first_open,
        inbox,
        files,
    })
}

fn print_table(rows: &Rows) {
    println!(
        "{:<40} {:>10} {:>10} {:>10}",
        "bytes", "raw", "brotli 11", "gzip 9"
    );
    let print = |name: &str, sizes: &Sizes| {
        println!(
            "{name:<40} {:>10} {:>10} {:>10}",
            sizes.raw, sizes.brotli, sizes.gzip
        );
    };
    print("loader", &rows.loader);
    print("first open (glue + WASM + CSS)", &rows.first_open);
    print("inbox", &rows.inbox);
    for (name, sizes) in &rows.files {
        print(&format!("  {name}"), sizes);
    }
}
