//! Macros: prepared words in the customer's language. Filling one saves and sends nothing.

use holdfast_cache::table;
use holdfast_protocol::row::{Bodies, MacroRow};

use crate::Desk;
use crate::holes;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{FillMacroRequest, FilledMacro, MacroView, TicketRequest};
use crate::open::Open;

/// The macros, titled in the reader's language, with the language their words would be in.
pub async fn list(desk: &Desk, request: TicketRequest) -> Result<Vec<MacroView>, Failure> {
    let open = desk.open().await?;
    let customer = customer_language(&open, request.ticket).await?;
    let reader = super::settings::get(desk, crate::ipc::view::Nothing {}).await?.language;
    let macros = table::macro_::all(&mut *open.read().await?).await?;
    let mut views: Vec<MacroView> = macros
        .iter()
        .filter_map(|row| {
            let (language, _) = pick(&row.bodies, &customer)?;
            let title = pick(&row.titles, &reader).map_or("", |(_, title)| title);
            Some(MacroView { id: row.id, title: title.to_owned(), language: language.to_owned() })
        })
        .collect();
    views.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(views)
}

/// A macro's words for a ticket, with what is known filled in.
pub async fn fill(desk: &Desk, request: FillMacroRequest) -> Result<FilledMacro, Failure> {
    let open = desk.open().await?;
    let customer = customer_language(&open, request.ticket).await?;
    let mut db = open.read().await?;
    let missing = || Failure::new(Code::NotFound, "no such macro or ticket here");
    let row: MacroRow = table::macro_::get(&mut db, request.id).await?.ok_or_else(missing)?;
    let seen = table::ticket::get(&mut db, request.ticket).await?.ok_or_else(missing)?;
    let contact = table::contact::get(&mut db, seen.row.requester).await?;
    let company = table::organization::get(&mut db, seen.row.organization).await?;
    let (_, body) = pick(&row.bodies, &customer).ok_or_else(missing)?;
    let number = seen.row.number.map(|number| number.to_string());
    let agent = open.people().agent_name(open.agent).to_owned();
    let text = holes::fill(body, |name| match name {
        "requester.name" => contact.as_ref().map(|contact| contact.name.clone()),
        "organization.name" => company.as_ref().map(|company| company.name.clone()),
        "ticket.number" => number.clone(),
        "agent.name" => Some(agent.clone()),
        _ => None,
    });
    Ok(FilledMacro { holes: holes::find(&text), text, add_tags: row.add_tags })
}

async fn customer_language(
    open: &Open,
    ticket: holdfast_domain::TicketId,
) -> Result<String, Failure> {
    let seen = table::ticket::get(&mut *open.read().await?, ticket).await?;
    Ok(seen.map(|seen| seen.row.language).unwrap_or_default())
}

/// The text in that language, in a wider one (`zh` for `zh-Hans`), in English, or in any.
fn pick<'a>(bodies: &'a Bodies, language: &str) -> Option<(&'a str, &'a str)> {
    let wide = language.split('-').next().unwrap_or_default();
    let found = bodies
        .get_key_value(language)
        .or_else(|| bodies.get_key_value(wide))
        .or_else(|| bodies.get_key_value("en"))
        .or_else(|| bodies.iter().next());
    found.map(|(language, text)| (language.as_str(), text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_macro_speaks_the_customers_language_and_else_english() {
        let bodies =
            Bodies::from([("en".into(), "Hello".into()), ("zh-Hans".into(), "您好".into())]);
        assert_eq!(pick(&bodies, "zh-Hans"), Some(("zh-Hans", "您好")));
        assert_eq!(pick(&bodies, "ko"), Some(("en", "Hello")));
        assert_eq!(pick(&Bodies::new(), "ko"), None);
    }
}
