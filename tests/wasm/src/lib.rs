//! The conformance runner behind a few functions of numbers: `play.mjs` hands texts in and gets lines out.
//!
//! Texts go through the module's memory: [`case_room`] makes room for one, and what is answered is [`case_said`].

use std::cell::RefCell;
use svcscope_tests::conformance::recording;
use svcscope_tests::conformance::run::Alone;

thread_local! {
    /// The text that comes in.
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// What was answered last.
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
    static CASES: RefCell<Option<Alone>> = const { RefCell::new(None) };
}

/// Where a text of so many bytes is to be written.
#[unsafe(no_mangle)]
pub extern "C" fn case_room(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        *input = vec![0; length];
        input.as_mut_ptr()
    })
}

/// Reads the recording in the room: the first so many bytes are the name of its family. How many cases it has; -1 if it
/// cannot be read, and then it is said why.
#[unsafe(no_mangle)]
pub extern "C" fn case_open(name: usize, seed: u32) -> i32 {
    let text = INPUT.with_borrow_mut(std::mem::take);
    let text = String::from_utf8_lossy(&text);
    let (family, text) = text.split_at(name);
    match recording::parse(family, text) {
        Ok(recording) => {
            let cases = Alone::new(recording, seed.into());
            let count = cases.count() as i32;
            CASES.set(Some(cases));
            count
        }
        Err(error) => {
            SAID.set(error);
            -1
        }
    }
}

/// Plays a case; its line is said.
#[unsafe(no_mangle)]
pub extern "C" fn case_play(case: usize) {
    let line = CASES.with_borrow(|cases| cases.as_ref().map(|cases| cases.play(case).line()));
    SAID.set(line.unwrap_or_default());
}

/// Where what was said stands.
#[unsafe(no_mangle)]
pub extern "C" fn case_said() -> *const u8 {
    SAID.with_borrow(|said| said.as_ptr())
}

/// How long it is.
#[unsafe(no_mangle)]
pub extern "C" fn case_said_length() -> usize {
    SAID.with_borrow(String::len)
}
