/// A whole HTML page, in one file that needs nothing else.
///
/// No script, no font, no image from elsewhere: the page can be mailed, and looks the same in ten years. Its
/// first line of defence is `Markup`; its second a content security policy that forbids every script, so that
/// a mistake in the first would still run nothing.
struct Page {
  let title: String
  let body: Markup

  var text: String {
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(title)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      \(body)
      </main>
      </body>
      </html>

      """
    return page.source
  }

  /// Five colours, each for a status, each readable on the page in light and in dark, and each with a sign
  /// beside it for those who see no colours or print in grey.
  private static let style: Markup = """
    :root {
      --paper: #fdfdfb; --ink: #1c1e21; --soft: #5b616a; --line: #d9dce1; --card: #ffffff; --code: #f3f4f1;
      --passed: #17663a; --partial: #8a5a00; --failed: #b3261e; --skipped: #5b616a; --error: #7a2e8e;
      --passed-ground: #dff2e6; --partial-ground: #fbecc8; --failed-ground: #fbe0dd;
      --skipped-ground: #eceef1; --error-ground: #f1e2f6;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #16181b; --ink: #e7e9ec; --soft: #a3aab4; --line: #363b42; --card: #1e2125; --code: #262a2f;
        --passed: #7fd6a2; --partial: #f0c36b; --failed: #ff9a90; --skipped: #a3aab4; --error: #dba6ea;
        --passed-ground: #173a27; --partial-ground: #43330d; --failed-ground: #4a1f1b;
        --skipped-ground: #2a2e34; --error-ground: #3a2142;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    main:has(.wide) { max-width: none; }
    h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
    th small { display: block; color: var(--soft); font-weight: normal; }
    h2 small, h1 small { color: var(--soft); font-weight: normal; }
    p { margin: .4rem 0; max-width: 44rem; }
    .soft { color: var(--soft); }
    .total { font-size: 1.35rem; margin: .8rem 0 .2rem; }
    .note { border-left: .3rem solid var(--partial); padding: .5rem .8rem; margin: .8rem 0;
      background: var(--partial-ground); max-width: none; }
    .note.failed { border-color: var(--failed); background: var(--failed-ground); }
    .note p { max-width: none; }
    .meter { height: .7rem; border: 1px solid var(--soft); border-radius: .35rem; overflow: hidden;
      background: var(--card); max-width: 44rem; }
    .meter > span { display: block; height: 100%; background: var(--passed); }
    details, .plain { border: 1px solid var(--line); border-radius: .4rem; background: var(--card);
      margin: .4rem 0; }
    summary, .plain { padding: .5rem .7rem; display: grid; grid-template-columns: 7.2rem 1fr auto;
      gap: .2rem .8rem; align-items: baseline; }
    summary { cursor: pointer; list-style: none; }
    summary::-webkit-details-marker { display: none; }
    summary:focus-visible { outline: .15rem solid var(--ink); outline-offset: .1rem; }
    .title { overflow-wrap: anywhere; }
    .title small { display: block; color: var(--soft); }
    .points::after { content: ""; display: inline-block; width: 1.3rem; text-align: right; color: var(--soft); }
    details .points::after { content: "▸"; }
    details[open] .points::after { content: "▾"; }
    .points { white-space: nowrap; font-variant-numeric: tabular-nums; }
    .status { white-space: nowrap; border-radius: .3rem; padding: 0 .45rem; font-weight: 600;
      justify-self: start; }
    .passed { color: var(--passed); background: var(--passed-ground); }
    .partial { color: var(--partial); background: var(--partial-ground); }
    .failed { color: var(--failed); background: var(--failed-ground); }
    .skipped { color: var(--skipped); background: var(--skipped-ground); }
    .error { color: var(--error); background: var(--error-ground); }
    .why { padding: .2rem .9rem .9rem; border-top: 1px solid var(--line); }
    .why h4 { margin: .8rem 0 .2rem; font-size: .9rem; color: var(--soft); }
    .why p { margin: .2rem 0; overflow-wrap: anywhere; }
    .why .said { white-space: pre-line; }
    .both { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
      gap: 0 1rem; }
    pre { margin: .2rem 0; padding: .6rem .7rem; background: var(--code); border-radius: .3rem;
      overflow-x: auto; max-height: 30rem; font: .88rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
    code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
    .scroll { overflow-x: auto; max-width: 100%; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--soft); padding: .2rem 0 .5rem; }
    th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left;
      vertical-align: baseline; }
    td.number, th.number { text-align: right; white-space: nowrap; }
    .heat td.cell { padding: 0; text-align: center; min-width: 1.9rem; font-weight: 600;
      border: 2px solid var(--paper); border-radius: .4rem; }
    .heat thead th { vertical-align: bottom; border-bottom: 0; }
    .heat thead th.check { padding: .2rem 0; font-weight: normal; }
    .heat thead th.check span { writing-mode: vertical-rl; transform: rotate(180deg);
      font-size: .85rem; white-space: nowrap; }
    .heat tbody th, .heat thead th.corner { position: sticky; left: 0; background: var(--paper);
      max-width: 17rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .heat td.cell.first { border-left: 4px solid var(--soft); }
    .contents { columns: 13rem; padding: 0; margin: .8rem 0; list-style: none; max-width: 44rem; }
    .legend { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
    pre > span, mark { color: inherit; display: inline-block; min-width: 100%;
      border-left: .25rem solid transparent; padding-left: .3rem; }
    mark { background: var(--partial-ground); border-color: var(--partial); }
    a { color: inherit; }
    @media (max-width: 34rem) {
      summary, .plain { grid-template-columns: auto 1fr; }
      .title { grid-column: 1 / -1; grid-row: 2; }
      .points { justify-self: end; }
      .heat tbody th, .heat thead th.corner { min-width: 8rem; max-width: 8rem; white-space: normal;
        overflow-wrap: anywhere; }
      th, td { padding: .25rem .35rem; }
    }
    @media print {
      details { break-inside: avoid; } pre { max-height: none; white-space: pre-wrap; }
    }
    """
}

extension CheckRecord.Status {
  /// The status as a coloured word with its sign.
  var badge: Markup { "<span class=\"status \(rawValue)\">\(sign) \(rawValue)</span>" }
}
