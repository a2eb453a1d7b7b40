/** The page that the browser shows in the end. It repeats nothing of the query, and takes that out of its address. */
export function callbackPage(isGood: boolean, sentence: string): string {
  const title = isGood ? 'You are signed in' : 'Not signed in';
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:30rem;padding:0 1rem}
h1{font-size:1.5rem}</style><script>history.replaceState(null,'','/')</script></head>
<body><h1>${title}</h1><p>${sentence}</p><p>uc-mcp-bridge</p></body></html>`;
}
