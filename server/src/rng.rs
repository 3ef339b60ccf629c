//! The port [`Rng`]: where the services draw random bytes.

/// A source of random bytes. Ids are bearer secrets, so outside tests it has to be cryptographically strong.
pub trait Rng: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    /// # Panics
    /// When the operating system has no random bytes to give: guessable ids would be worse.
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
