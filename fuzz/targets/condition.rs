//! The target `condition`: any text as a condition.

use floorwalker_policy::Condition;

/// Parses the text; a condition that it writes must read back from its own display.
pub fn condition(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<Condition>() {
        Ok(condition) => {
            let shown = condition.to_string();
            assert_eq!(shown.parse().as_ref(), Ok(&condition), "{shown}");
        }
        Err(error) => assert!(!error.is_empty()),
    }
}
