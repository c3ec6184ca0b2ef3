//! The contract between UI and desk: one list of `name(Request) -> Response`.
//!
//! The list expands into the router ([`call`]) and into `ui/src/ipc/generated.ts`
//! ([`typescript`]). To add a command: add a line here, write the function it names, run the
//! test, commit what it wrote.

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use ts_rs::{Config, TS, TypeVisitor};

use super::error::{Code, Failure};
use super::view::*;
use crate::Desk;
use crate::commands;

macro_rules! commands {
    ($($name:literal => $room:ident::$function:ident($request:ty) -> $response:ty;)+) => {
        /// Runs the command of that name. Unknown names and malformed requests are the caller's
        /// mistakes and say so.
        pub async fn call(
            desk: &Desk,
            name: &str,
            request: Value,
        ) -> Result<Box<RawValue>, Failure> {
            match name {
                $($name => {
                    let request: $request = parse(name, request)?;
                    let response: $response = commands::$room::$function(desk, request).await?;
                    print(name, &response)
                })+
                _ => Err(Failure::new(Code::BadRequest, format!("no command is called {name}"))),
            }
        }

        /// Every name, in the order of the list.
        pub const NAMES: &[&str] = &[$($name),+];

        fn visit(visitor: &mut impl TypeVisitor) {
            $(visitor.visit::<$request>(); visitor.visit::<$response>();)+
        }

        fn map(config: &Config) -> String {
            let mut map = String::from("export interface Commands {\n");
            $(map.push_str(&format!(
                "  \"{}\": [{}, {}];\n",
                $name,
                <$request as TS>::name(config),
                <$response as TS>::name(config),
            ));)+
            map.push_str("}\n");
            map
        }
    };
}

commands! {
    // Signing in, unlocking, profiles of this machine.
    "session.get" => session::get(Nothing) -> SessionView;
    "session.sign_in" => session::sign_in(SignInRequest) -> SignedIn;
    "session.unlock" => session::unlock(UnlockRequest) -> SessionView;
    "session.lock" => session::lock(Nothing) -> SessionView;
    "session.sign_out" => session::sign_out(SignOutRequest) -> SessionView;

    // How things stand: connection, age, what waits.
    "status.get" => status::get(Nothing) -> StatusView;
    "status.retry_now" => status::retry_now(Nothing) -> Nothing;

    // Lists.
    "view.counts" => view::counts(Nothing) -> Vec<ViewCount>;
    "view.page" => view::page(PageRequest) -> PageView;
    "view.save" => view::save(SaveViewRequest) -> SavedView;
    "view.delete" => view::delete(SavedViewId) -> Nothing;

    // One ticket.
    "ticket.open" => ticket::open(TicketRequest) -> TicketView;
    "ticket.read" => ticket::read(TicketRequest) -> Nothing;
    "ticket.act" => ticket::act(ActRequest) -> Acted;
    "ticket.create" => ticket::create(CreateRequest) -> Acted;
    "ticket.candidates" => ticket::candidates(CandidatesRequest) -> Vec<CandidateView>;
    "ticket.packet" => ticket::packet(TicketRequest) -> Packet;

    // Many tickets.
    "bulk.dry_run" => bulk::dry_run(BulkRequest) -> BulkPlan;
    "bulk.apply" => bulk::apply(BulkRequest) -> BulkDone;
    "bulk.undo" => bulk::undo(BulkId) -> BulkDone;

    // Words on their way.
    "draft.get" => draft::get(DraftRequest) -> Option<DraftView>;
    "draft.list" => draft::list(Nothing) -> Vec<DraftView>;
    "draft.save" => draft::save(SaveDraftRequest) -> DraftView;
    "draft.resume" => draft::resume(DraftIdRequest) -> DraftView;
    "draft.discard" => draft::discard(DraftIdRequest) -> Nothing;
    "draft.send" => draft::send(SendDraftRequest) -> Acted;
    "draft.preview" => draft::preview(PreviewRequest) -> PreviewView;
    "attachment.begin" => attachment::begin(BeginAttachment) -> AttachmentUpload;
    "attachment.append" => attachment::append(AppendAttachment) -> AttachmentUpload;
    "attachment.finish" => attachment::finish(FinishAttachment) -> DraftView;
    "attachment.remove" => attachment::remove(RemoveAttachment) -> DraftView;
    "attachment.read" => attachment::read(ReadAttachment) -> AttachmentPart;
    "macro.list" => macros::list(TicketRequest) -> Vec<MacroView>;
    "macro.fill" => macros::fill(FillMacroRequest) -> FilledMacro;

    // What waits and what needs its author.
    "outbox.list" => outbox::list(Nothing) -> OutboxView;
    "outbox.undo" => outbox::undo(OperationRequest) -> Undone;
    "outbox.answer" => outbox::answer(AnswerRequest) -> Nothing;

    // Her unsent words on tickets that left her sight.
    "tray.list" => tray::list(Nothing) -> TrayView;
    "tray.open" => tray::open(TrayRequest) -> TrayWords;
    "tray.discard" => tray::discard(TrayRequest) -> Nothing;

    // Finding.
    "search.run" => search::run(SearchRequest) -> SearchView;
    "contact.find" => contact::find(FindContactRequest) -> Vec<ContactView>;
    "directory.get" => directory::get(Nothing) -> DirectoryView;

    // Preferences of this person on this machine.
    "settings.get" => settings::get(Nothing) -> SettingsView;
    "settings.set" => settings::set(SettingsView) -> SettingsView;
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, request: Value) -> Result<T, Failure> {
    serde_json::from_value(request)
        .map_err(|error| Failure::new(Code::BadRequest, format!("{name}: {error}")))
}

/// The answer is made once, as the text that travels; a tree of values would cost more than most
/// commands do.
fn print<T: serde::Serialize>(name: &str, response: &T) -> Result<Box<RawValue>, Failure> {
    to_raw_value(response).map_err(|error| Failure::new(Code::Internal, format!("{name}: {error}")))
}

/// The whole of `ui/src/ipc/generated.ts`.
pub fn typescript() -> String {
    let mut types = Types { config: Config::new().with_large_int("number"), ..Types::default() };
    visit(&mut types);
    types.visit::<Failure>();
    types.visit::<crate::notice::NoticeView>();
    let mut out = String::from("// Generated from crates/desk/src/ipc/schema.rs. Do not edit.\n\n");
    for declaration in types.found.values() {
        out.push_str("export ");
        out.push_str(declaration);
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&map(&types.config));
    out.push_str(&fields());
    out
}

/// The filters of the query language, in the order in which they are offered.
fn fields() -> String {
    let names = holdfast_search::Field::ALL.map(|field| format!("  \"{}\",\n", field.as_str()));
    format!("\nexport const FIELDS = [\n{}] as const;\n", names.concat())
}

#[derive(Default)]
struct Types {
    config: Config,
    found: std::collections::BTreeMap<String, String>,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let declared = T::output_path().is_some();
        if declared {
            let (name, declaration) = (T::ident(&self.config), T::decl(&self.config));
            if self.found.insert(name, declaration).is_some() {
                return;
            }
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}
