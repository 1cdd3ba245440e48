//! Whether strangers may found a team here, and people with an account another one.

/// True where they may.
#[derive(Clone, Copy, Debug)]
pub struct SignUpIsOpen(pub bool);
