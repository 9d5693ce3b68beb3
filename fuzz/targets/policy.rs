//! The target `policy`: any text as a policy.

use floorwalker_finding::Severity;
use floorwalker_policy::{Date, Names, PolicyFile, finding_line, lint, prove, refute};

/// The day from which opening hours are looked at: 1 March 2026.
const TODAY: Date = Date(20_513);

/// Length of the longest text that is proven, in bytes: a proof takes long where a policy tells many requests apart.
const PROVEN: usize = 1_000;

/// Number of random requests that try to refute a proof.
const DRAWN: usize = 20;

/// Reads the text as a policy, JSON if it begins with a brace, else TOML; lints it, proves it, and writes it again.
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
    let findings = lint(&file, None, TODAY);
    for finding in &findings {
        assert!(!finding_line(finding).is_empty());
    }
    if text.len() > PROVEN || findings.iter().any(|finding| finding.severity == Severity::Serious) {
        return;
    }
    let proof = prove(&file.def, None, TODAY);
    assert!(proof.is_ok(), "the lint found no error, and it does not compile: {proof:?}");
    if let Ok(proof) = proof {
        let refuted = refute(&file.def, None, &proof, 7, DRAWN);
        assert!(matches!(refuted, Ok(None)), "{refuted:?} against {proof:?}");
    }
}
