/** The file of the package that holds the pool and nothing else; the types come with the package's main entry. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
