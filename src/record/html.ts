/** The page as one text: markup, style, script and data, under a policy that forbids every network. */

import { createHash } from 'node:crypto';
import type { PageData } from './page/data.ts';
import script from './page/main.ts?page';
import style from './page/page.css';

/** By this a page is known again. */
export const PAGE_MARK = '<meta name="generator" content="uc-mcp-bridge report">';

export function page(data: PageData): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${PAGE_MARK}
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>uc-mcp-bridge record</title>
<style>${style}</style>
</head>
<body>
<header>
<div>
<p class="eyebrow"><b>uc-mcp-bridge</b> record</p>
<h1 id="destination"></h1>
<ul class="facts" id="facts"></ul>
</div>
<button class="tool-button" id="theme"></button>
</header>
<main>
<dl class="tiles" id="tiles" data-with-calls></dl>
<div class="notices" id="notices"></div>
<section class="card empty" id="empty" hidden>
<h2>No calls yet</h2>
<p>The bridge was started with this record, and no client has sent a request.</p>
</section>
<section class="card" data-with-calls aria-labelledby="timeline-title">
<div class="card-head">
<h2 id="timeline-title">Calls over time</h2>
<div class="actions">
<label class="check" id="run-field" hidden>Run <select id="run"></select></label>
<label class="check"><input type="checkbox" id="fold" checked> Fold idle time</label>
<button class="tool-button" id="farther" aria-label="Zoom out">−</button>
<button class="tool-button" id="closer" aria-label="Zoom in">+</button>
<button class="tool-button" id="whole">All</button>
</div>
</div>
<div class="timeline">
<div class="lanes" id="lanes"></div>
<canvas id="timeline" tabindex="0" role="img" aria-label="Calls over time, one lane for each tool. Plus and minus zoom, the arrow keys move, zero shows all. The table below has the same calls." ></canvas>
<div class="tip" id="tip" hidden></div>
</div>
<ul class="legend">
<li><i></i>answered</li>
<li class="failed"><i></i>failed ×</li>
<li class="grey"><i></i>cancelled or refused by your policy</li>
<li class="again"><i></i>failed attempt, then retried</li>
<li class="pause"><i></i>wait before a retry</li>
<li class="own"><i></i>request of the bridge, or a lost session</li>
<li class="mark"><i></i>session opened, lost or ended</li>
</ul>
</section>
<div class="columns" data-with-calls>
<section class="card" aria-labelledby="latency-title"><div class="card-head"><h2 id="latency-title">Response time <span class="count">number of calls</span></h2></div><div id="latency"></div></section>
<section class="card" aria-labelledby="sizes-title"><div class="card-head"><h2 id="sizes-title">Response size <span class="count">number of calls</span></h2></div><div id="sizes"></div></section>
<section class="card wide" aria-labelledby="tools-title"><div class="card-head"><h2 id="tools-title">By tool</h2></div><div class="tools" id="tools"></div></section>
</div>
<section class="card" data-with-calls aria-labelledby="calls-title">
<div class="card-head">
<h2 id="calls-title">Calls <span class="count" id="count" role="status"></span></h2>
<div class="filters">
<button class="tool-button" id="clear" hidden>Clear filters</button>
<input type="search" id="search" placeholder="Filter: tool, id, error …   ( / )" aria-label="Filter calls by words">
<select id="tool" aria-label="Tool or method"></select>
<div class="chips" role="group" aria-label="Which calls">
<button data-show="all" aria-pressed="true">All</button>
<button data-show="ok" aria-pressed="false">OK</button>
<button data-show="failed" aria-pressed="false">Failed</button>
<button data-show="refused" id="refused" aria-pressed="false" hidden>Refused</button>
<button data-show="repeated" aria-pressed="false">Retried</button>
<button data-show="slow" aria-pressed="false">Slow</button>
</div>
</div>
</div>
<div class="calls" id="calls" role="grid" tabindex="0" aria-label="Calls. The arrow keys move, Enter opens one."></div>
</section>
</main>
<footer><p id="colophon"></p></footer>
<dialog id="detail" aria-labelledby="detail-title">
<div class="sheet">
<div class="sheet-nav">
<button class="tool-button" id="previous" aria-label="Previous call">←</button>
<button class="tool-button" id="next" aria-label="Next call">→</button>
<button class="tool-button" id="close">Close</button>
</div>
<div id="detail-body"></div>
</div>
</dialog>
<script type="application/json" id="data">${embedded(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that no parser of markup can take for the end of its element, whatever a tool is called. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
