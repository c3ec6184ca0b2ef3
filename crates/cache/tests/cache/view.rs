//! Views: right rows, right order, and always an index.

use std::collections::BTreeSet;

use holdfast_cache::Cache;
use holdfast_cache::table::view::{self, Edge, Filter, Place, Sort, View};
use holdfast_cache::table::{draft, ticket};
use holdfast_domain::escalation::{Answer, Escalation, EscalationKind, Packet};
use holdfast_domain::{
    AgentId, Category, ContactId, EscalationId, Holder, OrganizationId, ResourceId, Severity,
    TeamId,
};
use holdfast_protocol::Row;

use crate::world::{self, Home, at, id};

const SORTS: [Sort; 3] = [Sort::Due, Sort::Updated, Sort::Severity];
/// More than there is.
const WHOLE: Place = Place { offset: 0, limit: 100, total: None };

/// Sixty tickets in two teams, three hands (one nobody's), all categories and severities.
async fn filled() -> (Home, Cache) {
    let home = Home::new();
    let cache = home.begin().await;
    let rows = (0..60_u128)
        .map(|n| {
            let mut row = world::ticket(n, 5);
            let at_most = |most: usize| usize::try_from(n).expect("small") % most;
            let team = if n % 2 == 0 { world::TEAM } else { world::OTHER_TEAM };
            let agent = [None, Some(world::ME), Some(world::OTHER)][at_most(3)];
            row.holder = Holder { team: TeamId(id(team)), agent: agent.map(|n| AgentId(id(n))) };
            row.category = Category::ALL[at_most(6)];
            row.severity = Severity::ALL[at_most(5)];
            row.language = ["en", "zh-Hans", "ja"][at_most(3)].to_owned();
            if n % 7 == 0 {
                row.escalations.push(escalation(n));
            }
            if n % 10 == 0 {
                row.tags.insert("vip".to_owned());
            }
            Row::Ticket(row)
        })
        .collect();
    world::apply(&cache, rows).await;
    let words = (0..60).filter(|n| n % 4 == 0).map(|n| {
        let place = i64::try_from(n).expect("small");
        Row::Message(world::message(n, 6, place, "unread"))
    });
    world::apply(&cache, words.collect()).await;
    (home, cache)
}

/// Asked of me, of somebody else, of a team; some answered.
fn escalation(n: u128) -> Escalation {
    let team = TeamId(id(world::TEAM));
    let agents = [Some(world::ME), Some(world::OTHER), None];
    let agent = agents[usize::try_from(n).expect("small") % 3].map(|n| AgentId(id(n)));
    let answered = n.is_multiple_of(4);
    Escalation {
        id: EscalationId(id(0xE5C0 + n)),
        kind: EscalationKind::Functional,
        from: AgentId(id(world::OTHER)),
        held_by: Holder { team, agent: None },
        to: Holder { team, agent },
        packet: Packet::default(),
        accept_within_s: 600,
        requested_at: at(1),
        answer: match answered {
            true => Answer::Accepted { by: AgentId(id(world::ME)) },
            false => Answer::Requested,
        },
    }
}

fn views() -> Vec<View> {
    let teams = || BTreeSet::from([TeamId(id(world::TEAM)), TeamId(id(world::OTHER_TEAM))]);
    vec![
        View::Mine(AgentId(id(world::ME))),
        View::Team(BTreeSet::from([TeamId(id(world::TEAM))])),
        View::Team(teams()),
        View::Unassigned(teams()),
        View::Inbox(AgentId(id(world::ME)), teams()),
        View::Asked(AgentId(id(world::ME)), teams()),
        View::AtRisk(at(1_000_700)),
        View::All,
        View::NeedsYou,
        View::Drafts,
        View::Filter(Box::default()),
    ]
}

/// The same by looking at every row.
fn belongs(view: &View, seen: &ticket::Seen, now: jiff::Timestamp) -> bool {
    let row = &seen.row;
    let active = row.category.is_active();
    match view {
        View::Mine(agent) => active && row.holder.agent == Some(*agent),
        View::Team(teams) => active && teams.contains(&row.holder.team),
        View::Unassigned(teams) => {
            active && row.holder.agent.is_none() && teams.contains(&row.holder.team)
        }
        View::Inbox(agent, teams) => {
            let holder = row.holder;
            let free = holder.agent.is_none() && teams.contains(&holder.team);
            active && (holder.agent == Some(*agent) || free)
        }
        View::Asked(agent, teams) => {
            let asked = |e: &Escalation| match e.to.agent {
                Some(asked) => asked == *agent,
                None => teams.contains(&e.to.team),
            };
            active && row.escalations.iter().any(|e| e.answer == Answer::Requested && asked(e))
        }
        View::AtRisk(_) => {
            use holdfast_domain::clock::ClockStage::{Breached, Risk};
            active && row.clocks.iter().any(|c| matches!(c.stage(now), Risk | Breached))
        }
        View::All => active,
        View::NeedsYou => seen.needs_you,
        View::Drafts => seen.draft,
        View::Filter(_) => true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_holds_exactly_what_belongs_to_it_in_the_order_asked_for() {
    let (_home, cache) = filled().await;
    let mut tx = world::agent(&cache).await;
    let words = crate::draft::draft(1, "begun");
    draft::save(&mut tx, &words, at(1)).await.expect("draft");
    let ids: Vec<_> = (0..60).map(world::ticket_id).collect();
    let all = ticket::get_many(&mut tx, &ids).await.expect("all");
    assert_eq!(all.len(), 60);
    for view in views() {
        let want: BTreeSet<i64> = all
            .iter()
            .filter(|seen| belongs(&view, seen, at(1_000_700)))
            .map(|seen| seen.key)
            .collect();
        for sort in SORTS {
            let page = view::page(&mut tx, &view, sort, WHOLE).await.expect("page");
            let got: BTreeSet<i64> = page.iter().map(|seen| seen.key).collect();
            assert_eq!(got, want, "{view:?}");
            assert_eq!(page.len(), want.len(), "{view:?}: nothing twice");
            let count = view::count(&mut tx, &view).await.expect("count");
            assert_eq!(count as usize, want.len(), "{view:?}");
            let unread = page.iter().filter(|seen| seen.unread).count();
            let counted = view::count_unread(&mut tx, &view).await.expect("unread");
            assert_eq!(counted as usize, unread, "{view:?}");
            assert_sorted(&view, sort, &page);
            let ids = view::ids(&mut tx, &view, sort, 1_000).await.expect("ids");
            let of_page: Vec<_> = page.iter().map(|seen| seen.row.id).collect();
            assert_eq!(ids, of_page, "{view:?}: all that match, in the same order");
            for offset in [0, 3, 7, 20, 40, 59, 100] {
                let want: Vec<_> = page.iter().skip(offset as usize).take(4).cloned().collect();
                for total in [None, Some(count)] {
                    let place = Place { offset, limit: 4, total };
                    let part = view::page(&mut tx, &view, sort, place).await.expect("part");
                    assert_eq!(part, want, "{view:?} by {sort:?} at {place:?}");
                }
            }
        }
    }
}

fn assert_sorted(view: &View, sort: Sort, page: &[ticket::Seen]) {
    if matches!(view, View::AtRisk(_)) {
        return;
    }
    let due = |seen: &ticket::Seen| seen.row.due().map_or(i64::MAX, |due| due.as_microsecond());
    let sorted = match sort {
        Sort::Due => page.is_sorted_by_key(|seen| (due(seen), seen.key)),
        Sort::Updated => page.is_sorted_by_key(|s| std::cmp::Reverse((s.row.updated_at, s.key))),
        Sort::Severity => page.is_sorted_by_key(|seen| (seen.row.severity, due(seen), seen.key)),
    };
    assert!(sorted, "{view:?} by {sort:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_view_scans_the_table_or_sorts_what_an_index_has_sorted() {
    let (_home, cache) = filled().await;
    let mut tx = world::read(&cache).await;
    for view in views() {
        for (sort, edge) in SORTS.into_iter().flat_map(|s| [(s, Edge::First), (s, Edge::Last)]) {
            let plan = view::explain(&mut tx, &view, sort, edge).await.expect("a plan");
            assert_walks_an_index(&view, sort, &plan.join("\n"));
        }
    }
}

fn assert_walks_an_index(view: &View, sort: Sort, plan: &str) {
    let small = matches!(view, View::NeedsYou | View::Drafts | View::Asked(..));
    let few =
        matches!(view, View::Mine(_) | View::Unassigned(_) | View::Inbox(..)) && sort != Sort::Due;
    assert!(!plan.contains("SCAN ticket"), "{view:?} by {sort:?} scans:\n{plan}");
    assert!(small || few || !plan.contains("TEMP B-TREE"), "{view:?} by {sort:?} sorts:\n{plan}");
    assert!(!few || plan.contains("COVERING INDEX"), "{view:?} sorts rows:\n{plan}");
}

fn filters() -> Vec<Filter> {
    let one = |n: u128| BTreeSet::from([world::ticket_id(n)]);
    vec![
        Filter { tags: ["vip".to_owned(), "network".to_owned()].into(), ..Filter::default() },
        Filter { languages: ["ja".to_owned()].into(), ..Filter::default() },
        Filter {
            categories: [Category::Open, Category::Solved].into(),
            severities: [Severity::P1, Severity::P2].into(),
            ..Filter::default()
        },
        Filter { categories: [Category::Closed].into(), ..Filter::default() },
        Filter { unassigned: true, teams: [TeamId(id(world::TEAM))].into(), ..Filter::default() },
        Filter { assignees: [AgentId(id(world::OTHER))].into(), ..Filter::default() },
        Filter { organizations: [OrganizationId(id(0x0F01))].into(), ..Filter::default() },
        Filter { requesters: [ContactId(id(0xC003))].into(), ..Filter::default() },
        Filter { resources: [ResourceId(id(0x5E01))].into(), ..Filter::default() },
        Filter { tickets: one(7), ..Filter::default() },
        Filter { unread: true, ..Filter::default() },
        Filter { not_tags: ["vip".to_owned()].into(), ..Filter::default() },
        Filter { tickets: one(7), languages: ["ja".to_owned()].into(), ..Filter::default() },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_hold_all_conditions_at_once() {
    let (_home, cache) = filled().await;
    let mut tx = world::read(&cache).await;
    let ids: Vec<_> = (0..60).map(world::ticket_id).collect();
    let all = ticket::get_many(&mut tx, &ids).await.expect("all");
    for filter in filters() {
        let want: BTreeSet<_> =
            all.iter().filter(|seen| fits(&filter, seen)).map(|seen| seen.row.id).collect();
        let view = View::Filter(Box::new(filter.clone()));
        for sort in SORTS {
            let page = view::page(&mut tx, &view, sort, WHOLE).await.expect("page");
            let got: BTreeSet<_> = page.iter().map(|seen| seen.row.id).collect();
            assert_eq!(got, want, "{filter:?}");
            let plan =
                view::explain(&mut tx, &view, sort, Edge::First).await.expect("a plan").join("\n");
            assert!(!plan.contains("SCAN ticket"), "{filter:?} by {sort:?} scans:\n{plan}");
        }
    }
}

fn fits(filter: &Filter, seen: &ticket::Seen) -> bool {
    let row = &seen.row;
    let any = |empty: bool, has: bool| empty || has;
    any(filter.categories.is_empty(), filter.categories.contains(&row.category))
        && any(filter.severities.is_empty(), filter.severities.contains(&row.severity))
        && any(filter.teams.is_empty(), filter.teams.contains(&row.holder.team))
        && any(
            filter.assignees.is_empty(),
            row.holder.agent.is_some_and(|agent| filter.assignees.contains(&agent)),
        )
        && any(!filter.unassigned, row.holder.agent.is_none())
        && any(!filter.unread, seen.unread)
        && filter.tags.is_subset(&row.tags)
        && filter.not_tags.is_disjoint(&row.tags)
        && any(filter.languages.is_empty(), filter.languages.contains(&row.language))
        && any(filter.organizations.is_empty(), filter.organizations.contains(&row.organization))
        && any(filter.requesters.is_empty(), filter.requesters.contains(&row.requester))
        && any(filter.resources.is_empty(), !filter.resources.is_disjoint(&row.resources))
        && any(filter.tickets.is_empty(), filter.tickets.contains(&row.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_found_by_its_number() {
    let (_home, cache) = filled().await;
    let mut tx = world::read(&cache).await;
    let found = ticket::by_number(&mut tx, 40_007).await.expect("found");
    assert_eq!(found, Some(world::ticket_id(7)));
    assert_eq!(ticket::by_number(&mut tx, 1).await.expect("none"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_a_company_asked_and_what_shares_a_tag_is_found_without_reading_it_all() {
    let (_home, cache) = filled().await;
    let mut db = world::read(&cache).await;
    let company = OrganizationId(id(0x0F00 + 3));
    let past = ticket::of_organization(&mut db, company, 5).await.expect("tickets");
    let newest: Vec<u128> = [58, 53, 48, 43, 38].map(|n| 0x1000_0000 + n).to_vec();
    let found: Vec<u128> = past.iter().map(|seen| seen.row.id.0.as_u128()).collect();
    assert_eq!(found, newest, "finished ones too");
    let vip = ticket::of_tag(&mut db, "vip", 2).await.expect("tickets");
    assert!(vip.iter().all(|seen| seen.row.tags.contains("vip")));
    assert_eq!(vip.len(), 2);
}
