// What the build makes of assembly/json.ts. [packaging/bundle/wasm.js]

declare module '*/assembly/json.ts?wasm' {
  export interface JsonReader {
    readonly memory: { readonly buffer: ArrayBuffer };
    windowAt(): number;
    membersAt(): number;
    memberCount(): number;
    hasLines(): number;
    begin(depthLimit: number): void;
    read(position: number, length: number, isLast: boolean): number;
  }
  /** Makes an instance, with memory of its own. */
  export default function instantiate(): JsonReader;
}
