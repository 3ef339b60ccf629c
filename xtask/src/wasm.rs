//! From a crate to a module for browsers: rustc, wasm-bindgen, wasm-opt, bundler, minifier.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    bindgen_cli::{self, FunctionNames},
    compress::{Compressor, Effort},
    fingerprint,
    node::{Language, NodeTools, TERSER},
    order, shell, shim,
    short_names::{self, ShortNames},
    start_up, unused,
    workspace::Workspace,
};

const TARGET: &str = "wasm32-unknown-unknown";

/// Exactly what rustc's output uses. `--all-features` would let wasm-opt emit what browsers refuse.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// How modules are optimised.
const OPT_FLAGS: [&str; 7] = [
    // The second time finds what the first has made.
    "-Oz",
    "-Oz",
    // What is computed twice alike is alike to brotli, too; a local in between is not.
    "--skip-pass=local-cse",
    // They tell tools about the module, and browsers nothing.
    "--strip-target-features",
    // Large functions with one caller stay functions: brotli makes less of many small ones than of a few huge ones.
    "--one-caller-inline-max-function-size=50",
    "--always-inline-max-function-size=4",
    // rustc puts the stack first, so the first KB is used by nothing but a stack that is about to overflow.
    "--low-memory-unused",
];

/// What makes rustc's output smaller beyond the profile; unstable, so allowed by `RUSTC_BOOTSTRAP`. A panic in what is
/// shipped is a trap without a message; `--dev` builds say where and why.
const SMALL_RUSTFLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Clinker-flavor=wasm-ld";

/// The standard library is built along, as those flags must hold for it too.
const SMALL_STD: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

/// One module of several; what is fetched later stays outside.
pub(crate) const BUNDLE: [&str; 5] = [
    "--bundle",
    "--external:../chunks/*",
    "--format=esm",
    "--target=esnext",
    "--log-level=warning",
];

/// How a module is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build, large.
    Dev,
    /// What is shipped.
    Release,
}

impl Profile {
    /// The profile of `--dev`.
    pub(crate) fn from_dev_flag(dev: bool) -> Self {
        if dev { Self::Dev } else { Self::Release }
    }

    fn cargo_name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "wasm-release",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "wasm-release",
        }
    }
}

/// A crate that becomes a module.
pub(crate) struct App {
    package: &'static str,
    /// The target as cargo's arguments name it.
    selection: &'static [&'static str],
    /// The file that rustc writes.
    file: &'static str,
    /// The published name, before hash and ending.
    pub(crate) name: &'static str,
    /// The JavaScript module that is imported instead of the glue and wraps it, if there is one; it may import others.
    entry: Option<&'static str>,
}

impl App {
    /// The source of the entry, with the modules that it imports inside; empty when the glue is imported itself.
    ///
    /// # Errors
    /// When a module is missing or is no JavaScript.
    pub(crate) fn entry_source(&self, workspace: &Workspace, tools: &NodeTools) -> Result<String> {
        let Some(entry) = self.entry else {
            return Ok(String::new());
        };
        let mut esbuild = tools.command("esbuild");
        esbuild
            .arg(workspace.root.join(entry))
            .args(BUNDLE)
            .arg(format!("--external:*/{GLUE}"));
        shell::output(&mut esbuild)
    }
}

/// How an entry names the glue that it wraps.
pub(crate) const GLUE: &str = "__PP_GLUE__";

/// What visitors get.
pub(crate) const WIDGET: App = App {
    package: "pocketping-widget",
    selection: &["--bin", "widget-page"],
    file: "widget-page.wasm",
    name: "pocketping",
    entry: Some("widget/js/app.js"),
};

/// What visitors get of pages with a user-agent filter.
pub(crate) const FILTER: App = App {
    package: "pocketping-widget",
    selection: &[
        "--bin",
        "widget-filter",
        "--no-default-features",
        "--features",
        "filter",
    ],
    file: "widget-filter.wasm",
    name: "filter",
    entry: Some("widget/js/filter.js"),
};

/// What operators get.
pub(crate) const INBOX: App = App {
    package: "pocketping-inbox",
    selection: &["--lib"],
    file: "pocketping_inbox.wasm",
    name: "inbox",
    entry: None,
};

/// A module with its JavaScript.
pub(crate) struct Module {
    /// The glue: an ES module with everything that it imports inside.
    pub(crate) js: Vec<u8>,
    /// The code.
    pub(crate) wasm: Vec<u8>,
}

/// Builds a module; the steps after rustc are skipped when neither their input nor their tools changed.
///
/// # Errors
/// When a step fails.
pub(crate) fn module(
    workspace: &Workspace,
    tools: &NodeTools,
    app: &App,
    profile: Profile,
) -> Result<Module> {
    let compiled = compile(workspace, app, profile)?;
    let input = fs::read(&compiled).with_context(|| compiled.display().to_string())?;
    let entry = app.entry_source(workspace, tools)?;
    let key = fingerprint::of_parts(&[
        &input,
        entry.as_bytes(),
        bindgen_cli::VERSION.as_bytes(),
        tools.version.as_bytes(),
        FEATURES.join(" ").as_bytes(),
        OPT_FLAGS.join(" ").as_bytes(),
        order::OPT_FLAGS.join(" ").as_bytes(),
        // What changes the glue, and what orders functions, is part of this program.
        include_bytes!("unused.rs"),
        include_bytes!("start_up.rs"),
        include_bytes!("order.rs"),
        short_names::OPT_FLAG.as_bytes(),
        TERSER.join(" ").as_bytes(),
    ]);
    let folder = workspace
        .cache()
        .join("module")
        .join(format!("{}-{}", app.name, profile.folder()));
    let (js, wasm, stamp) = (folder.join("app.js"), folder.join("app.wasm"), folder.join("key"));
    if fs::read_to_string(&stamp).ok().as_deref() != Some(key.as_str()) {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        let compressor = Compressor::new(&workspace.cache())?;
        finish(tools, &compressor, app, profile, &compiled, &entry, &folder)?;
        fs::write(&stamp, &key).with_context(|| stamp.display().to_string())?;
    }
    Ok(Module {
        js: fs::read(&js).with_context(|| js.display().to_string())?,
        wasm: fs::read(&wasm).with_context(|| wasm.display().to_string())?,
    })
}

/// The module as it is shipped, but with the names of its functions: for looking into it.
///
/// # Errors
/// When a step fails.
pub(crate) fn named_module(workspace: &Workspace, tools: &NodeTools, app: &App) -> Result<Vec<u8>> {
    let compiled = compile(workspace, app, Profile::Release)?;
    let folder = workspace.cache().join("named");
    bindgen_cli::for_browsers(&compiled, app.name, &folder, FunctionNames::Kept)?;
    let wasm = folder.join(format!("{}.wasm", app.name));
    let bound = folder.join(format!("{}_bg.wasm", app.name));
    shell::run(
        tools
            .command("wasm-opt")
            .args(FEATURES)
            .args(OPT_FLAGS)
            .arg("--debuginfo")
            .arg(bound)
            .arg("-o")
            .arg(&wasm),
    )?;
    fs::read(&wasm).with_context(|| wasm.display().to_string())
}

/// Makes sure that rustc can build for browsers: the target, and the standard library's source.
///
/// # Errors
/// When the target is missing and rustup cannot add it.
pub(crate) fn ensure_target() -> Result<()> {
    let mut question = Command::new("rustc");
    question.args(["--print", "target-libdir", "--target", TARGET]);
    if !Path::new(&shell::output(&mut question)?).is_dir() {
        rustup(&["target", "add", TARGET])?;
    }
    let mut question = Command::new("rustc");
    question.args(["--print", "sysroot"]);
    let library = Path::new(&shell::output(&mut question)?).join("lib/rustlib/src/rust/library");
    if !library.is_dir() {
        rustup(&["component", "add", "rust-src"])?;
    }
    Ok(())
}

fn rustup(arguments: &[&str]) -> Result<()> {
    if shell::which("rustup").is_none() {
        let wanted = arguments.join(" ");
        bail!("rustup is not on PATH: install what `rustup {wanted}` adds as rustc was installed");
    }
    shell::run(Command::new("rustup").args(arguments))
}

fn compile(workspace: &Workspace, app: &App, profile: Profile) -> Result<PathBuf> {
    // One crate at a time: together cargo would unify their features, and the inbox would start a widget.
    let mut cargo = shell::cargo();
    cargo
        .args(["build", "--package", app.package])
        .args(app.selection)
        .args(["--target", TARGET, "--profile", profile.cargo_name()])
        .current_dir(&workspace.root);
    if profile == Profile::Release {
        cargo
            .args(SMALL_STD)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", SMALL_RUSTFLAGS)
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
                shim::write(workspace, "wasm-ld")?,
            );
    }
    shell::run(&mut cargo)?;
    Ok(workspace
        .target
        .join(TARGET)
        .join(profile.folder())
        .join(app.file))
}

/// Puts the functions of a module into the order that compresses best, by way of another file.
fn put_in_order(tools: &NodeTools, compressor: &Compressor, wasm: &Path, named: &Path) -> Result<()> {
    let module = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let mut best: Option<(usize, Vec<u8>)> = None;
    for fading in order::FADINGS {
        let with_names = order::with_names(&module, fading)?;
        fs::write(named, with_names).with_context(|| named.display().to_string())?;
        let mut wasm_opt = tools.command("wasm-opt");
        wasm_opt.args(FEATURES).args(order::OPT_FLAGS);
        shell::run(wasm_opt.arg(named).arg("-o").arg(wasm))?;
        let ordered = fs::read(wasm).with_context(|| wasm.display().to_string())?;
        let bytes = compressor.brotli(&ordered, Effort::Best)?.len();
        if best.as_ref().is_none_or(|(least, _)| bytes < *least) {
            best = Some((bytes, ordered));
        }
    }
    let (_, ordered) = best.context("no order was tried")?;
    fs::write(wasm, ordered).with_context(|| wasm.display().to_string())
}

/// Everything after rustc: leaves `app.js` and `app.wasm` in `folder`.
fn finish(
    tools: &NodeTools,
    compressor: &Compressor,
    app: &App,
    profile: Profile,
    compiled: &Path,
    entry: &str,
    folder: &Path,
) -> Result<()> {
    let bound = folder.join("bindgen");
    let names = match profile {
        Profile::Dev => FunctionNames::Kept,
        Profile::Release => FunctionNames::Removed,
    };
    eprintln!(
        "$ wasm-bindgen --target web --out-name {} {}",
        app.name,
        compiled.display()
    );
    bindgen_cli::for_browsers(compiled, app.name, &bound, names)?;

    let bound_wasm = bound.join(format!("{}_bg.wasm", app.name));
    let wasm = folder.join("app.wasm");
    match profile {
        Profile::Release => {
            let mut wasm_opt = tools.command("wasm-opt");
            wasm_opt.args(FEATURES).args(OPT_FLAGS).arg(short_names::OPT_FLAG);
            let renamed = shell::output(wasm_opt.arg(&bound_wasm).arg("-o").arg(&wasm))?;
            put_in_order(tools, compressor, &wasm, &bound.join("named.wasm"))?;
            let glue = bound.join(format!("{}.js", app.name));
            let text = fs::read_to_string(&glue).with_context(|| glue.display().to_string())?;
            let text = start_up::shortened(&unused::without_classes(&text)?)?;
            let text = ShortNames::parse(&renamed)?.apply(&text)?;
            fs::write(&glue, text).with_context(|| glue.display().to_string())?;
        }
        Profile::Dev => {
            fs::copy(&bound_wasm, &wasm).with_context(|| bound_wasm.display().to_string())?;
        }
    }

    // Bundling takes in the snippets that crates bring along, so that one file is all there is but for chunks.
    let js = folder.join("app.js");
    let glue = format!("{}.js", app.name);
    let outermost = if entry.is_empty() {
        bound.join(glue)
    } else {
        let path = bound.join("entry.js");
        fs::write(&path, entry.replace(GLUE, &glue)).with_context(|| path.display().to_string())?;
        path
    };
    let mut esbuild = tools.command("esbuild");
    esbuild
        .arg(outermost)
        .args(BUNDLE)
        .arg(format!("--outfile={}", js.display()));
    shell::run(&mut esbuild)?;
    if profile == Profile::Release {
        let bundled = fs::read_to_string(&js).with_context(|| js.display().to_string())?;
        fs::write(&js, tools.minify(Language::Module, &bundled)?)
            .with_context(|| js.display().to_string())?;
    }
    fs::remove_dir_all(&bound).with_context(|| bound.display().to_string())
}
