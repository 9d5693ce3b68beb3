//! The guide's pages about chats are what the facts say. `UPDATE_GUIDES=1` writes them again.

use floorwalker_policy::handover::{page, vendors};
use std::path::{Path, PathBuf};

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/handover")
}

#[test]
fn every_chat_has_its_page_and_every_page_is_what_the_facts_say() {
    let writes = std::env::var_os("UPDATE_GUIDES").is_some();
    let index = std::fs::read_to_string(guide().join("README.md")).unwrap();
    for vendor in vendors() {
        let file = guide().join(format!("{}.md", vendor.name));
        if writes {
            std::fs::write(&file, page(vendor)).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            written == page(vendor),
            "{}: run UPDATE_GUIDES=1 cargo test -p floorwalker-tests",
            file.display()
        );
        assert!(
            index.contains(&format!("]({}.md)", vendor.name)),
            "docs/handover/README.md does not name {}",
            vendor.name
        );
    }
}
