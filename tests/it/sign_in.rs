//! `sign_in`: address and password, for one session.
