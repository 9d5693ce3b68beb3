//! The target `policy`: any text as a policy.

use floorwalker_policy::{Date, Names, PolicyFile, examine};

/// The day from which opening hours are looked at: 1 March 2026.
const TODAY: Date = Date(20_513);

/// Reads the text as a policy, JSON if it begins with a brace, else TOML; examines it, compiles it, and writes it again.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let file = match PolicyFile::parse(text.to_owned(), text.trim_start().starts_with('{')) {
        Ok(file) => file,
        Err(error) => {
            assert!(format!("{error:#}").contains("error["), "an error has its code: {error:#}");
            return;
        }
    };
    if let Ok(written) = file.rewritten(&file.def) {
        let again = PolicyFile::parse(written, file.is_json).ok();
        assert_eq!(again.map(|file| file.def).as_ref(), Some(&file.def));
    }
    // Names of no model: what a policy reads of its heads is an error then, and must be one with a place.
    if let Err(error) = file.def.compile(&Names::default()) {
        assert!(!error.to_string().is_empty());
    }
    let examined = examine(&file, None, TODAY);
    assert!(examined.is_ok(), "the lint found no error, and it does not compile: {examined:?}");
    for finding in examined.iter().flat_map(|examined| &examined.findings) {
        assert!(!finding.to_string().is_empty());
    }
}
