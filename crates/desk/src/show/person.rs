//! People and customers.

use holdfast_domain::{AgentId, By, ContactId};
use holdfast_protocol::row::{ContactRow, OrganizationRow, ResourceRow};

use crate::ipc::view::{OrganizationView, PersonView, ResourceView};
use crate::people::People;

/// A colleague, or the reader.
pub fn agent(people: &People, agent: AgentId, reader: AgentId) -> PersonView {
    let name = people.agent_name(agent).to_owned();
    PersonView {
        id: agent.to_string(),
        initials: initials(&name),
        name,
        you: agent == reader,
        customer: false,
    }
}

/// A customer.
pub fn contact(row: &ContactRow) -> PersonView {
    named_contact(row.id, &row.name)
}

/// Whoever brought something about; a requester's name is given.
pub fn by(people: &People, by: By, reader: AgentId, requester: &str) -> PersonView {
    match by {
        By::Agent(id) => agent(people, id, reader),
        By::Customer(id) => named_contact(id, requester),
        By::System => PersonView {
            id: String::new(),
            name: String::new(),
            initials: String::new(),
            you: false,
            customer: false,
        },
    }
}

/// A customer's company.
pub fn organization(row: &OrganizationRow) -> OrganizationView {
    OrganizationView {
        id: row.id,
        name: row.name.clone(),
        region: row.region.clone(),
        industry: row.industry.clone(),
        residency: row.residency.clone(),
        plan: row.plan.clone(),
    }
}

/// A customer's cloud thing.
pub fn resource(row: &ResourceRow, linked: bool) -> ResourceView {
    ResourceView {
        id: row.id,
        kind: row.kind.clone(),
        native_id: row.native_id.clone(),
        name: row.name.clone(),
        health: row.health.clone(),
        linked,
    }
}

fn named_contact(id: ContactId, name: &str) -> PersonView {
    PersonView {
        id: id.to_string(),
        name: name.to_owned(),
        initials: initials(name),
        you: false,
        customer: true,
    }
}

/// First letters of the first and last word; one character for names without spaces in scripts
/// that write the family name first.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let Some(first) = words.next().and_then(|word| word.chars().next()) else {
        return String::new();
    };
    if is_east_asian(first) {
        return first.to_string();
    }
    let last = words.next_back().and_then(|word| word.chars().next());
    first.to_uppercase().chain(last.into_iter().flat_map(char::to_uppercase)).collect()
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_follow_the_script() {
        let table = [
            ("Elena Ruiz", "ER"),
            ("王伟", "王"),
            ("김서연", "김"),
            ("佐藤 美咲", "佐"),
            ("Анна Котова", "АК"),
            ("Nguyễn Minh Anh", "NA"),
            ("Cher", "C"),
            ("", ""),
        ];
        for (name, want) in table {
            assert_eq!(initials(name), want);
        }
    }
}
