"""The style sheet of the report: light, dark as the reader's system is, and print."""

_LIGHT = (
    "--ground:#f3f5f8;--sheet:#fff;--line:#dfe5ec;--text:#16202c;--soft:#566476;--accent:#1b5e9b;--bad:#b23c12;"
    "--bad-soft:#fbece5;--warn:#855600;--warn-soft:#fdf2d8;--peer:#97a4b3;--band:#e3ecf5;--s1:#b23c12;--s2:#08745a;--s3:#7a4fa3"
)
_DARK = (
    "--ground:#0e131a;--sheet:#171e27;--line:#2a3441;--text:#e9eef4;--soft:#a3b1c1;--accent:#74b6f2;--bad:#ff9c6b;"
    "--bad-soft:#3a231a;--warn:#f0c05a;--warn-soft:#352a14;--peer:#68778a;--band:#26394d;--s1:#ff9c6b;--s2:#54d0a8;--s3:#c3a1ea"
)
STYLE = f"""
:root {{ color-scheme: light dark; {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--ground); color: var(--text); font: 15px/1.6 "Noto Sans CJK SC",
  "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }}
main {{ max-width: 980px; margin: 0 auto; padding: 28px 20px 64px; }}
h1 {{ font-size: 24px; line-height: 1.35; margin: 0 0 6px; }} h2 {{ font-size: 18px; margin: 36px 0 10px; }}
h3 {{ font-size: 16px; margin: 0; line-height: 1.5; }} p {{ margin: 6px 0; }}
ul {{ margin: 6px 0; padding-left: 20px; }}
.soft, dt, caption {{ color: var(--soft); font-size: 13px; }}
.caution {{ border-left: 4px solid var(--warn); background: var(--warn-soft); padding: 8px 14px; margin: 16px 0; }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 18px 0; }}
.tiles div, article {{ background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
  padding: 14px 16px; }}
.tiles b {{ display: block; font-size: 24px; line-height: 1.3; }}
article {{ margin: 14px 0; }} article header {{ display: flex; gap: 10px; flex-wrap: wrap; align-items: baseline; }}
.badge {{ font-size: 13px; padding: 0 9px; border-radius: 9px; border: 1px solid currentColor; white-space: nowrap; }}
.strong {{ color: var(--bad); }} .weak {{ color: var(--warn); }}
.clean, .not_applicable, .error {{ color: var(--soft); }}
dl {{ display: flex; flex-wrap: wrap; gap: 4px 26px; margin: 10px 0; }}
dl div {{ min-width: 90px; }} dd {{ margin: 0; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; background: var(--sheet); font-size: 14px; }}
caption {{ text-align: left; padding: 4px 0; }}
th, td {{ text-align: left; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }}
td.n, th.n {{ text-align: right; white-space: nowrap; }} th {{ color: var(--soft); font-weight: 500; font-size: 13px; }}
figure {{ margin: 10px 0 0; }} svg {{ display: block; width: 100%; height: auto; }}
svg .t {{ fill: var(--soft); font-size: 11px; }} svg .grid {{ stroke: var(--line); }} svg .lit {{ fill: var(--band); }}
svg .own {{ fill: none; stroke: var(--accent); stroke-width: 2.2; stroke-linecap: round; }}
svg .own.s1 {{ stroke: var(--s1); stroke-dasharray: 7 3; }} svg .own.s2 {{ stroke: var(--s2); stroke-dasharray: 2 3; }}
svg .own.s3 {{ stroke: var(--s3); stroke-dasharray: 9 3 2 3; }}
svg .peer {{ fill: none; stroke: var(--peer); stroke-width: .8; opacity: .7; }}
svg .bar {{ fill: var(--peer); }} svg .bar.lit {{ fill: var(--accent); }}
svg .peerline {{ fill: none; stroke: var(--bad); stroke-width: 1.8; }}
svg .dot {{ fill: var(--peer); opacity: .6; }} svg .dot.lit {{ fill: var(--bad); opacity: .9; }}
.legend {{ display: flex; flex-wrap: wrap; gap: 2px 18px; list-style: none; padding: 0; font-size: 13px; }}
.legend li::before {{ content: ""; display: inline-block; width: 22px; margin-right: 6px; vertical-align: middle;
  border-top: 3px solid var(--accent); }}
.legend .s1::before {{ border-top: 3px dashed var(--s1); }} .legend .s2::before {{ border-top: 3px dotted var(--s2); }}
.legend .s3::before {{ border-top: 3px dashed var(--s3); }}
@media print {{
  :root {{ color-scheme: light; {_LIGHT} }}
  body {{ background: #fff; font-size: 11pt; }} main {{ max-width: none; padding: 0; }}
  article, .tiles div, tr {{ break-inside: avoid; }} h2 {{ break-after: avoid; }} details > * {{ display: block; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
