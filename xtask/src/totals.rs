//! How many tests passed and failed, read from what the test runners print.

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The closing lines of the runners in `output`, summed: cargo and wasm-pack, Node, Vitest, Playwright, our own.
pub(crate) fn read(output: &str) -> Totals {
    let mut sum = Totals::default();
    for line in output.lines() {
        let line = without_colour(line);
        let line = line.trim();
        for counts in
            [libtest(line), node(line), vitest(line), playwright(line), plain(line)].into_iter().flatten()
        {
            sum += counts;
        }
    }
    sum
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`
fn libtest(line: &str) -> Option<Totals> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    Some(counts.split(';').filter_map(|part| named(part.trim())).fold(Totals::default(), summed))
}

/// `# pass 12`, and with another reporter `ℹ pass 12`, each count on a line of its own
fn node(line: &str) -> Option<Totals> {
    let (name, number) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?.split_once(' ')?;
    let number = number.parse().ok()?;
    match name {
        "pass" => Some(Totals { passed: number, failed: 0 }),
        "fail" | "cancelled" => Some(Totals { passed: 0, failed: number }),
        _ => None,
    }
}

/// `Tests  1 failed | 12 passed (13)`; the line `Test Files  …` counts files
fn vitest(line: &str) -> Option<Totals> {
    let counts = line.strip_prefix("Tests ")?.split('(').next()?;
    Some(counts.split('|').filter_map(|part| named(part.trim())).fold(Totals::default(), summed))
}

/// `12 passed (3.4s)`, `1 failed`, `2 did not run`, each count on a line of its own
fn playwright(line: &str) -> Option<Totals> {
    let count =
        line.split_once(" (").map_or(line, |(count, time)| if time.ends_with(')') { count } else { line });
    named(count)
}

/// `12 passed, 0 failed`
fn plain(line: &str) -> Option<Totals> {
    let (passed, failed) = line.split_once(", ")?;
    let (passed, failed) = (passed.strip_suffix(" passed")?, failed.strip_suffix(" failed")?);
    Some(Totals { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
}

/// `12 passed`
fn named(text: &str) -> Option<Totals> {
    let (number, name) = text.split_once(' ')?;
    let number = number.parse().ok()?;
    match name {
        "passed" | "flaky" => Some(Totals { passed: number, failed: 0 }),
        "failed" | "did not run" | "interrupted" => Some(Totals { passed: 0, failed: number }),
        _ => None,
    }
}

fn summed(mut sum: Totals, more: Totals) -> Totals {
    sum += more;
    sum
}

/// `line` without the sequences that colour it.
fn without_colour(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, passed: usize, failed: usize) {
        assert_eq!(read(output), Totals { passed, failed }, "{output}");
    }

    #[test]
    fn cargo_closes_every_test_program_with_a_line() {
        check(
            "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: \u{1b}[31mFAILED\u{1b}[0m. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.10s\n",
            5,
            1,
        );
    }

    #[test]
    fn node_has_two_reporters() {
        check(
            "# tests 3\n# suites 0\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n# duration_ms 61.5\n",
            2,
            2,
        );
        check("ℹ tests 4\nℹ pass 4\nℹ fail 0\nℹ cancelled 0\n", 4, 0);
    }

    #[test]
    fn vitest_counts_tests_and_files() {
        check(
            " \u{1b}[2mTest Files\u{1b}[22m  1 failed | 3 passed (4)\n      Tests  1 failed | 12 passed | 1 skipped (14)\n   Start at  10:00:00\n",
            12,
            1,
        );
        check(" Test Files  1 passed (1)\n      Tests  7 passed (7)\n", 7, 0);
        check(" Test Files  1 failed (1)\n      Tests  no tests\n", 0, 0);
    }

    #[test]
    fn playwright_writes_a_line_per_outcome() {
        check(
            "  1 failed\n    a.spec.ts:3:1 › opens ───\n  1 flaky\n  2 skipped\n  3 did not run\n  12 passed (3.4s)\n",
            13,
            4,
        );
    }

    #[test]
    fn our_own_runners_write_one_line() {
        check("12 passed, 3 failed\ndns: 4 passed, 5 failed\n", 12, 3);
    }

    #[test]
    fn other_lines_count_nothing() {
        check(
            "test a_name_with_3_passed ... ok\n5 packets passed\nok 1 - 2 passed on\n# Subtest: pass\n12 passed through\n",
            0,
            0,
        );
    }
}
