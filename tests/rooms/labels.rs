//! Active learning: proposals are written to a file, labels are read back from it, and nothing that an analyst wrote is lost.

use floorwalker_data::progress::Progress;
use floorwalker_learn::label::{LabelPlan, Labelled, propose};
use floorwalker_learn::store::Store;
use floorwalker_learn::train::train;
use std::fs;
use std::path::Path;

/// Three intents, and the beginnings of their messages.
const ASKED: [(&str, [&str; 4]); 3] = [
    ("refund", ["i want a refund for", "give me my money back for", "refund please for", "money back on"]),
    (
        "delivery",
        ["where is my parcel with", "when will you deliver", "track the parcel of", "delivery date of"],
    ),
    (
        "size",
        ["does it run small, the", "which size should i take of", "size chart of", "is it true to size, the"],
    ),
];
const THINGS: [&str; 10] =
    ["shoes", "jacket", "lamp", "phone", "kettle", "chair", "watch", "tent", "drill", "rug"];

fn chats() -> Vec<(&'static str, String)> {
    let all = THINGS.iter().flat_map(|thing| {
        ASKED
            .iter()
            .flat_map(move |(name, ways)| ways.iter().map(move |way| (*name, format!("{way} {thing}"))))
    });
    all.collect()
}

fn plan(folder: &Path, chats: &str, n: usize) -> LabelPlan {
    fs::write(folder.join("chats.csv"), chats).unwrap();
    LabelPlan {
        chats: folder.join("chats.csv"),
        message: None,
        labels: folder.join("chats.labels.csv"),
        label: "intent".to_owned(),
        vectors: None,
        n,
    }
}

fn all(folder: &Path, n: usize) -> LabelPlan {
    let rows: Vec<String> =
        chats().iter().enumerate().map(|(at, (_, text))| format!("{at},\"{text}\"")).collect();
    plan(folder, &format!("id,text\n{}\n{}\n", rows.join("\n"), rows[7]), n)
}

fn run(plan: &LabelPlan) -> Labelled {
    propose(plan, Progress::silent()).unwrap()
}

fn read(plan: &LabelPlan) -> String {
    fs::read_to_string(&plan.labels).unwrap()
}

/// Fills in the label of each row that has none.
fn label(plan: &LabelPlan) {
    let truth = chats();
    let of = |line: &str| {
        let text = line.trim_start_matches('\u{feff}').trim_end_matches(',').trim_matches('"');
        let found = truth.iter().find(|(_, message)| message == text);
        found.filter(|_| line.ends_with(',')).map_or(line.to_owned(), |(name, _)| format!("{line}{name}"))
    };
    let lines: Vec<String> = read(plan).lines().map(of).collect();
    fs::write(&plan.labels, lines.join("\n") + "\n").unwrap();
}

#[test]
fn proposals_are_of_every_kind_and_their_labels_are_read_back_and_learnt_from() {
    let folder = tempfile::tempdir().unwrap();
    let plan = all(folder.path(), 6);
    let first = run(&plan);
    assert_eq!((first.n_rows, first.n_different, first.message.as_str()), (121, 120, "text"));
    assert_eq!((first.proposals.len(), first.clear), (6, None));
    let truth = chats();
    let about = |text: &String| truth.iter().find(|(_, message)| message == text).unwrap().0;
    let mut kinds: Vec<&str> = first.proposals.iter().map(about).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["delivery", "refund", "size"]);

    label(&plan);
    let second = run(&plan);
    assert_eq!(second.labels.values().sum::<usize>(), 6);
    assert!(second.clear.is_some_and(|share| share > 0.0));
    assert!(second.proposals.iter().all(|text| !first.proposals.contains(text)));
    let lines: Vec<String> = read(&plan).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 1 + 6 + 6);
    assert!(
        lines[1..7].iter().all(|line| !line.ends_with(','))
            && lines[7..].iter().all(|line| line.ends_with(','))
    );

    label(&plan);
    run(&plan);
    let trained =
        train(&Store::for_table(plan.labels, "intent").check().unwrap(), Progress::silent()).unwrap();
    assert_eq!(trained.examples.n_rows(), 18, "rows without a label are still there");
    let (model, _) = floorwalker_bundle::load(&trained.bytes).unwrap();
    assert_eq!(model.heads()[0].outputs(), ["delivery", "refund", "size"]);
}

#[test]
fn what_the_analyst_wrote_stays_and_the_same_labels_bring_the_same_proposals() {
    let folder = tempfile::tempdir().unwrap();
    let plan = all(folder.path(), 4);
    let written = "note;intent;text\n\"sure; asked Ana\";refund;i want a refund for shoes\n;Refund;money back on tent\n\
     ;delivery;nobody wrote this\nask Ana;;size chart of tent\n;;track the parcel of rug\n";
    fs::write(&plan.labels, written).unwrap();
    let found = run(&plan);
    let after = read(&plan);
    let kept = "\u{feff}note;intent;text\n\"sure; asked Ana\";refund;i want a refund for shoes\n;Refund;money back on tent\n;delivery;nobody wrote this\nask Ana;;size chart of tent\n";
    assert!(after.starts_with(kept), "{after}");
    assert_eq!(after.lines().count(), 5 + 4);
    assert!(!found.proposals.iter().any(|text| text == "size chart of tent"));
    assert!(found.notes.iter().any(|note| note.starts_with("1 rows of") && note.contains("are not among")));
    assert!(found.notes.iter().any(|note| note.starts_with("1 earlier proposals without a label")));
    assert!(
        found.notes.iter().any(|note| note.contains("`Refund` (1) and `refund` (1)")),
        "{:?}",
        found.notes
    );
    run(&plan);
    assert_eq!(read(&plan), after);
}

#[test]
fn bad_input_is_refused_and_the_labels_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |plan: &LabelPlan| format!("{:#}", propose(plan, Progress::silent()).unwrap_err());
    let good = all(folder.path(), 4);
    fs::write(&good.labels, "text,intention\nmoney back on tent,refund\n").unwrap();
    assert!(refused(&good).contains("did you mean `intention`?"), "{}", refused(&good));
    assert_eq!(read(&good), "text,intention\nmoney back on tent,refund\n");
    fs::remove_file(&good.labels).unwrap();
    let message = Some("intent".to_owned());
    assert!(refused(&LabelPlan { message, ..good.clone() }).contains("in the column `intent`"));
    let message = Some("txet".to_owned());
    assert!(refused(&LabelPlan { message, ..good.clone() }).contains("did you mean `text`?"));
    assert!(refused(&plan(folder.path(), "id,n\n1,2\n3,4\n", 4)).contains("--message"));
    assert!(
        refused(&plan(folder.path(), "text,more\na b c d,e f g h\nh i j k,l m n o\n", 4))
            .contains("--message")
    );
    let alone = LabelPlan { message: Some("text".to_owned()), ..plan(folder.path(), "text\nhi\nhi\n", 4) };
    assert!(refused(&alone).contains("1 different messages"));
    assert!(!good.labels.exists());
}

#[test]
fn a_message_is_never_a_formula_and_is_found_again_after_a_spreadsheet() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = plan(
        folder.path(),
        "text\n=1+1 where is it\n\"-20 % on  shoes?\"\nhow long does delivery take\nwhich size\n",
        4,
    );
    plan.message = Some("text".to_owned());
    run(&plan);
    let sheet = read(&plan);
    assert!(sheet.contains("'=1+1 where is it") && sheet.contains("'-20 % on  shoes?"), "{sheet}");
    let labelled = "text,intent\n'=1+1 where is it,delivery\n-20 % on shoes?,price\n";
    fs::write(&plan.labels, labelled).unwrap();
    let found = run(&plan);
    assert_eq!(found.proposals.len(), 2, "{:?}", found.proposals);
    assert!(found.notes.is_empty(), "{:?}", found.notes);
    assert!(read(&plan).trim_start_matches('\u{feff}').starts_with(labelled));
}

#[test]
fn one_label_leaves_all_else_open() {
    let folder = tempfile::tempdir().unwrap();
    let plan = all(folder.path(), 3);
    fs::write(&plan.labels, "text,intent\nmoney back on tent,refund\nrefund please for rug,NA\n").unwrap();
    let found = run(&plan);
    assert!(
        found.clear.is_some()
            && found.notes.iter().any(|note| note.contains("`NA` is read as a missing value"))
    );
    fs::write(&plan.labels, "text,intent\nmoney back on tent,refund\n").unwrap();
    assert_eq!(run(&plan).clear, None);
}
