/** Files of the package that hold one part and nothing else; the types come with the package's main entry. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  import type { Socket } from 'node:net';
  import type { buildConnector } from 'undici';

  /**
   * The package's types leave out that it gives the socket back, which is not connected yet, and that it hands on what a socket
   * of Node's may be made with.
   */
  export default function build(
    options?: buildConnector.BuildOptions & { readonly highWaterMark?: number },
  ): (...asked: Parameters<buildConnector.connector>) => Socket;
}
