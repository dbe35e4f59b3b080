//! The story of the chapter (tests/story/chapter.yml), told to the engine as it is. The same file is played in Node, in
//! Chrome and in the playground.

mod commands;
mod expect;
mod player;

use player::{Scenario, play};

fn scenarios() -> Vec<Scenario> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/story/chapter.yml");
    Scenario::read(&std::fs::read_to_string(path).expect("the story can be read"))
}

/// All scenarios, so that one that fails does not hide the others.
#[test]
fn the_chapter_happens_as_it_is_told() {
    let failed: Vec<String> = scenarios().iter().filter_map(|s| play(s, 0).err()).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn the_same_seed_gives_the_same_results_and_another_one_others() {
    let reproducible: Vec<Scenario> = scenarios().into_iter().filter(|s| s.reproduces).collect();
    assert!(!reproducible.is_empty());
    for scenario in reproducible {
        let results = |more: u64| play(&scenario, more).unwrap_or_else(|failed| panic!("{failed}"));
        assert_eq!(results(0), results(0), "{}", scenario.name);
        assert_ne!(results(0), results(1), "{}", scenario.name);
    }
}
