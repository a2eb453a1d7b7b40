// The rules of the protocol are pure: values in, values out. These three are the only names beyond ECMAScript that they
// may use: each maps a value to a value in every JavaScript runtime. Seen only by src/protocol/tsconfig.json.

declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array, options?: { stream: boolean }): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare function btoa(binary: string): string;
