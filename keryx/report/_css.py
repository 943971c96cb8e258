"""The style sheet of the report's page."""

CSS = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --sheet: #f5f7fa; --ink: #1b2430; --muted: #5f6b7a;
  --grid: #dfe4eb; --blue: #2f6fde; --red: #d6492a;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171c24; --sheet: #0f1319; --ink: #e8ecf2; --muted: #9aa6b5;
    --grid: #2c3442; --blue: #6ea0ff; --red: #ff7d5e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--sheet); color: var(--ink);
  font: 16px/1.55 var(--sans);
}
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.2; margin: 0 0 .3rem;
  letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0 0 .35rem; letter-spacing: -.01em; }
p { margin: .35rem 0; max-width: 46rem; }
.note, figcaption, footer { color: var(--muted); font-size: .92rem; }
.cards { display: grid; gap: .8rem; margin: 1.4rem 0 0; padding: 0;
  grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
.cards div { background: var(--paper); border: 1px solid var(--grid);
  border-radius: .8rem; padding: .8rem 1rem; }
.cards dt { color: var(--muted); font-size: .88rem; }
.cards dd { margin: 0; font-size: 1.55rem; font-weight: 650; letter-spacing: -.02em;
  font-variant-numeric: tabular-nums; }
.cards .first dd { color: var(--blue); }
section { background: var(--paper); border: 1px solid var(--grid);
  border-radius: .8rem; padding: 1.2rem 1.25rem; margin: 1.1rem 0; }
.columns { display: grid; gap: 1.1rem; margin: 1.1rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.columns > section { margin: 0; }
.pair { display: grid; gap: 0 1.1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
figure { margin: .6rem 0 0; }
figure > svg { display: block; width: 100%; height: auto; max-width: 36rem; }
figure.broad > svg { max-width: 100%; }
figcaption { margin-top: .35rem; }
.pictures { display: grid; gap: 1rem .9rem; list-style: none; margin: .9rem 0 0;
  padding: 0; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); }
.pictures img { width: 100%; aspect-ratio: 1; object-fit: contain; display: block;
  border: 1px solid var(--grid); border-radius: .45rem; background: #808080; }
.pictures img.small { image-rendering: pixelated; }
.pictures figure { margin: 0; }
.pictures figcaption { line-height: 1.35; font-size: .88rem; }
.pictures b { color: var(--ink); font-weight: 600; }
.pictures .given { color: var(--red); font-weight: 600; }
.wide { overflow-x: auto; margin-top: .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
caption { text-align: left; color: var(--muted); font-size: .88rem;
  padding-bottom: .35rem; }
th, td { text-align: left; padding: .38rem .9rem .38rem 0; white-space: nowrap;
  border-bottom: 1px solid var(--grid); font-weight: 400; }
thead th { color: var(--muted); font-size: .85rem; font-weight: 500; }
tbody th { font-weight: 600; }
tfoot th, tfoot td { color: var(--muted); border-bottom: 0; }
tfoot tr:first-child > * { border-top: 2px solid var(--grid); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
:is(th, td):last-child { padding-right: 0; }
.wide:focus-visible { outline: 2px solid var(--blue); outline-offset: 3px; }
footer { padding-top: .4rem; padding-bottom: 2.5rem; }
@media print { body, section { background: none; } section { break-inside: avoid; } }
"""
