// What the build makes of files that the page is put together from. [packaging/bundle/page.js]

/** A script for the browser, bundled and minified, as text. */
declare module '*?page' {
  const text: string;
  export default text;
}

/** A style sheet as text. */
declare module '*.css' {
  const text: string;
  export default text;
}
