import type { Plugin } from 'vitest/config';

export function wasm(): Plugin;
