//! `docs/DATA.md`: a test prints its tables from the manifest.

use std::{fmt::Write, fs, path::Path};

use signet::domain::deletion::{
    Strategy,
    erasure::{Class, Column, Export, FOREIGN, Fate, TABLES, Table},
};

use crate::printed;

/// The line above the printed part; the text before it is written by hand.
const BELOW: &str = "<!-- What follows is printed from src/domain/deletion/erasure. -->\n";
const RENEW: &str = "docs/DATA.md is not what the manifest says; renew it and look at what has changed:\n\
     SIGNET_WRITE_DOCS=1 cargo test --features ssr,failpoints,testing --test it the_page_of_what_is_kept";

#[test]
fn the_page_of_what_is_kept_and_what_comes_of_it_says_what_the_manifest_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/DATA.md");
    let page = fs::read_to_string(&path).unwrap();
    let (by_hand, printed) = page.split_once(BELOW).expect("the line above what is printed");
    let fresh = printed_page();
    if printed::is_to_be_written() {
        fs::write(&path, format!("{by_hand}{BELOW}{fresh}")).unwrap();
        return;
    }
    assert!(printed == fresh, "{RENEW}");
}

fn printed_page() -> String {
    let mut page = String::new();
    for table in &TABLES {
        print_table(&mut page, table);
    }
    page.push_str("\n## Tables of others\n\nTheir columns are their owners' business.\n\n");
    page.push_str("| database | table | |\n|---|---|---|\n");
    for (database, table, what) in FOREIGN {
        writeln!(page, "| {database:?} | `{table}` | {what} |").unwrap();
    }
    page
}

fn print_table(page: &mut String, table: &Table) {
    write!(page, "\n## `{}`\n\n{}\n\n", table.name, table.about).unwrap();
    page.push_str("| column | class | in the export | `anonymize` | `soft_delete` | `hard_delete` |\n");
    page.push_str("|---|---|---|---|---|---|\n");
    for column in table.columns {
        let cells = [
            format!("`{}`", column.name),
            class(column).to_owned(),
            export(column),
            fate(column, Strategy::Anonymize),
            fate(column, Strategy::SoftDelete),
            fate(column, Strategy::HardDelete),
        ];
        writeln!(page, "| {} |", cells.join(" | ")).unwrap();
    }
}

const fn class(column: &Column) -> &'static str {
    match column.class {
        Class::Identifies => "identifies",
        Class::Credential => "credential",
        Class::Refers => "refers",
        Class::Operational => "operational",
    }
}

fn export(column: &Column) -> String {
    match column.export {
        Export::Exported(place) => format!("`{place}`"),
        Export::InPart(place, reason) => format!("in part, `{place}`: {reason}"),
        Export::Omitted(reason) => format!("no: {reason}"),
    }
}

fn fate(column: &Column, strategy: Strategy) -> String {
    match column.fate(strategy) {
        Fate::Cleared => "cleared".to_owned(),
        Fate::RowRemoved => "row removed".to_owned(),
        Fate::Set(with) => format!("written: {with}"),
        Fate::Kept(reason) => format!("kept: {reason}"),
    }
}
