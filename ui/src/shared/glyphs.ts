/** Our own signs on a 16 px grid, drawn for 1.5 px strokes. Trusted constants: never from outside. */
export const glyphs = {
  alert: '<path d="M8 2.25 14.25 13H1.75z"/><path d="M8 6.5v3M8 11.2v.01"/>',
  board: '<path d="M2.25 13.5h11.5"/><path d="M4 11V7.5M8 11V3M12 11V5.5"/>',
  book: '<path d="M8 4.25C6.6 3.1 4.6 2.75 2.25 3v9c2.35-.25 4.35.1 5.75 1.25 1.4-1.15 3.4-1.5 5.75-1.25V3C11.4 2.75 9.4 3.1 8 4.25z"/><path d="M8 4.25v9"/>',
  bookmark: '<path d="M4 2.25h8v11.5l-4-3-4 3z"/>',
  chat: '<path d="M2.5 3h11v8H7l-3 2.5V11H2.5z"/>',
  check: '<path d="m3.25 8.5 3.25 3.25 6.25-7"/>',
  chevron: '<path d="m6.25 4.5 3.5 3.5-3.5 3.5"/>',
  "chevron-down": '<path d="m4.5 6.25 3.5 3.5 3.5-3.5"/>',
  clip: '<path d="m12.75 7.25-4.9 4.9a3 3 0 0 1-4.25-4.25l5.2-5.2a2 2 0 0 1 2.85 2.85l-5.1 5.1a1 1 0 0 1-1.45-1.45L9.7 4.7"/>',
  clock: '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>',
  close: '<path d="m4 4 8 8M12 4l-8 8"/>',
  cloud: '<path d="M4.75 12.25a3.2 3.2 0 0 1-.45-6.35A4 4 0 0 1 11.9 6.1a3.1 3.1 0 0 1-.4 6.15z"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.25V3.5A1 1 0 0 0 9.5 2.5h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h1.75"/>',
  disk: '<ellipse cx="8" cy="4" rx="5.25" ry="1.9"/><path d="M2.75 4v8c0 1.05 2.35 1.9 5.25 1.9s5.25-.85 5.25-1.9V4M2.75 8c0 1.05 2.35 1.9 5.25 1.9S13.25 9.05 13.25 8"/>',
  doc: '<path d="M4 1.75h5.25L12.5 5v9.25H4z"/><path d="M9 2v3.25h3.25M6.25 8.5h4M6.25 11h4"/>',
  draft: '<path d="M3 13h10"/><path d="m4 10.25.5-2.5 5.75-5.5 2 2-5.75 5.5z"/>',
  escalate: '<path d="M2.5 13.25h3.25v-3.5h3.5v-3.5h3.5V3"/><path d="m10.25 5 2.5-2.5L15.25 5"/>',
  eye: '<path d="M1.75 8C3.2 5.2 5.3 3.75 8 3.75S12.8 5.2 14.25 8C12.8 10.8 10.7 12.25 8 12.25S3.2 10.8 1.75 8z"/><circle cx="8" cy="8" r="1.9"/>',
  filter: '<path d="M2.25 3.25h11.5L9.5 8.5v4.25l-3-1.5V8.5z"/>',
  flag: '<path d="M3.5 14V2.5M3.5 3h8.75l-2 3 2 3H3.5"/>',
  globe:
    '<circle cx="8" cy="8" r="5.75"/><path d="M2.25 8h11.5M8 2.25c-3.4 3.4-3.4 8.1 0 11.5 3.4-3.4 3.4-8.1 0-11.5z"/>',
  hand: '<path d="M4.75 8.5V4.25a1 1 0 0 1 2 0V7.5M6.75 7V3a1 1 0 0 1 2 0v4M8.75 7.25V4a1 1 0 0 1 2 0v4.5l1-1.25a1 1 0 0 1 1.6 1.2l-2.4 4c-.5.8-1.3 1.3-2.3 1.3H8.5c-2.2 0-3.75-1.6-3.75-3.75z"/>',
  image:
    '<rect x="2.25" y="2.75" width="11.5" height="10.5" rx="1.5"/><path d="m2.5 11.5 3.25-3.25 2.5 2.5 2-2 3.25 3.25"/><path d="M10.5 5.75v.01" stroke-width="2"/>',
  inbox:
    '<path d="M2.25 9 4 3.25h8L13.75 9v3.75H2.25z"/><path d="M2.25 9H5.5l1 1.75h3l1-1.75h3.25"/>',
  info: '<circle cx="8" cy="8" r="5.75"/><path d="M8 7.25v3.5M8 5v.01"/>',
  key: '<circle cx="5" cy="11" r="2.75"/><path d="m7 9 6-6M10.5 5.5l2 2"/>',
  lock: '<rect x="3.25" y="7" width="9.5" height="6.25" rx="1.25"/><path d="M5.25 7V5.25a2.75 2.75 0 0 1 5.5 0V7"/>',
  macro: '<rect x="2.25" y="2.25" width="11.5" height="11.5" rx="2.5"/><path d="m9.5 5-3 6"/>',
  mail: '<rect x="2" y="3.25" width="12" height="9.5" rx="1.5"/><path d="m2.5 4.5 5.5 4.25 5.5-4.25"/>',
  merge: '<path d="M4 2.5v3c0 2.5 4 3 4 5.5v2.5M12 2.5v3c0 2.5-4 3-4 5.5"/>',
  moon: '<path d="M13.25 9.75A5.75 5.75 0 0 1 6.25 2.75a5.75 5.75 0 1 0 7 7z"/>',
  more: '<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" stroke-width="2"/>',
  needs: '<path d="M8 2.25 13.75 8 8 13.75 2.25 8z"/><path d="M8 5.5v3"/><path d="M8 10.4v.1"/>',
  network:
    '<rect x="5.75" y="2" width="4.5" height="3.5" rx="1"/><rect x="1.75" y="10.5" width="4.5" height="3.5" rx="1"/><rect x="9.75" y="10.5" width="4.5" height="3.5" rx="1"/><path d="M8 5.5V8M4 10.5V8h8v2.5"/>',
  offline:
    '<path d="M4.6 11.75a3.1 3.1 0 0 1-.3-6.1A4 4 0 0 1 11.4 5a3.4 3.4 0 0 1 2.35 5.4"/><path d="m5.5 13.5 5-5"/>',
  pause: '<path d="M5.75 4v8M10.25 4v8" stroke-width="2"/>',
  people:
    '<circle cx="6" cy="5.75" r="2.25"/><path d="M1.75 12.75c.4-2.3 2-3.5 4.25-3.5s3.85 1.2 4.25 3.5"/><path d="M10.5 3.75a2.1 2.1 0 0 1 0 4.1M12 9.6c1.2.5 2 1.6 2.25 3.15"/>',
  person: '<circle cx="8" cy="5.5" r="2.5"/><path d="M3 13.25c.5-2.6 2.4-4 5-4s4.5 1.4 5 4"/>',
  phone:
    '<path d="M3 3.25 5.4 2.5l1.5 3.2-1.6 1.2c.7 1.6 2.1 3 3.8 3.8l1.2-1.6 3.2 1.5-.75 2.4c-.15.5-.6.8-1.1.75C6.9 13.2 2.9 9.2 2.3 4.35c-.05-.5.2-.95.7-1.1z"/>',
  play: '<path d="M5 3.25v9.5L12.75 8z"/>',
  plus: '<path d="M8 3.25v9.5M3.25 8h9.5"/>',
  reply: '<path d="M6.25 3.5 2.5 7.25 6.25 11"/><path d="M2.75 7.25h6c2.6 0 4.5 1.7 4.75 5"/>',
  saved:
    '<path d="M2.5 3.5a1 1 0 0 1 1-1h7l3 3v7a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1z"/><path d="M5.25 13.5V9.25h5.5v4.25M5.5 2.75V5.5h4"/>',
  search: '<circle cx="7" cy="7" r="4.25"/><path d="m10.2 10.2 3.3 3.3"/>',
  send: '<path d="m2.5 3 11.25 5L2.5 13l1.75-5z"/><path d="M4.25 8h4.5"/>',
  server:
    '<rect x="2.25" y="2.75" width="11.5" height="4.5" rx="1.25"/><rect x="2.25" y="8.75" width="11.5" height="4.5" rx="1.25"/><path d="M4.75 5v.01M4.75 11v.01" stroke-width="2"/>',
  settings:
    '<path d="M2.25 4.75h5.5M11.25 4.75h2.5M2.25 11.25h2.5M8.25 11.25h5.5"/><circle cx="9.5" cy="4.75" r="1.75"/><circle cx="6.5" cy="11.25" r="1.75"/>',
  sort: '<path d="M5 3v10M5 13l-2.5-2.5M5 13l2.5-2.5M11 13V3M11 3 8.5 5.5M11 3l2.5 2.5"/>',
  "status-closed":
    '<rect x="3" y="3" width="10" height="10" rx="2"/><path d="m5.5 8.2 1.8 1.8 3.2-3.7"/>',
  "status-new":
    '<circle cx="8" cy="8" r="5.25" stroke-dasharray="2.1 2.02"/><circle cx="8" cy="8" r="1.4" fill="currentColor" stroke="none"/>',
  "status-on-hold": '<circle cx="8" cy="8" r="5.25"/><path d="M6.5 6v4M9.5 6v4"/>',
  "status-open":
    '<circle cx="8" cy="8" r="5.25"/><path d="M8 4.9a3.1 3.1 0 0 1 0 6.2z" fill="currentColor" stroke="none"/>',
  "status-pending":
    '<path d="M4.25 2.5h7.5M4.25 13.5h7.5M5 2.75c0 3 3 3.75 3 5.25s-3 2.25-3 5.25M11 2.75c0 3-3 3.75-3 5.25s3 2.25 3 5.25"/>',
  "status-solved": '<circle cx="8" cy="8" r="5.25"/><path d="m5.5 8.2 1.8 1.8 3.2-3.7"/>',
  sun: '<circle cx="8" cy="8" r="2.75"/><path d="M8 1.75v1M8 13.25v1M1.75 8h1M13.25 8h1M3.6 3.6l.7.7M11.7 11.7l.7.7M3.6 12.4l.7-.7M11.7 4.3l.7-.7"/>',
  swap: '<path d="M2.5 5.25h10M10 2.75l2.5 2.5L10 7.75M13.5 10.75h-10M6 8.25l-2.5 2.5L6 13.25"/>',
  sync: '<path d="M13.25 7A5.4 5.4 0 0 0 3.6 4.9L2.5 6.25M2.5 3v3.25h3.25M2.75 9a5.4 5.4 0 0 0 9.65 2.1l1.1-1.35M13.5 13V9.75h-3.25"/>',
  tag: '<path d="M2.5 2.5h5.25l6 6-5.25 5.25-6-6z"/><path d="M5.25 5.25v.01" stroke-width="2"/>',
  timer: '<circle cx="8" cy="8.5" r="5.25"/><path d="M8 5.75V8.5l1.75 1.25M6.5 1.75h3"/>',
  translate:
    '<path d="M2 4h7M5.5 2.25V4M7.75 4C7 7 5 9 2.5 10.25M3.75 6.25c.9 1.7 2.3 2.9 4 3.75"/><path d="m8 13.75 3-7 3 7M9 11.5h4"/>',
  trash: '<path d="M2.75 4.25h10.5M6 4V2.5h4V4M4.25 4.5l.6 9h6.3l.6-9M6.75 7v4M9.25 7v4"/>',
  undo: '<path d="M5.5 3 2.5 6l3 3"/><path d="M2.75 6h6.5a3.6 3.6 0 0 1 0 7.25H6"/>',
  up: '<path d="M8 13V3.25M3.75 7.25 8 3l4.25 4.25"/>',
  view: '<path d="M2.5 4h11M4.5 8h7M6.5 12h3"/>',
} as const;

export type GlyphName = keyof typeof glyphs;

/** Signs that point along the line of reading and so turn round in right-to-left windows. */
export const turning: ReadonlySet<GlyphName> = new Set<GlyphName>([
  "send",
  "clip",
  "chevron",
  "reply",
  "draft",
  "doc",
  "escalate",
]);
