// No macOS is at hand in a test: what the bridge sees of it is the name, and that there is no /proc.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

Object.defineProperty(process, 'platform', { value: 'darwin' });
const { readFileSync } = fs;
fs.readFileSync = (file, ...rest) => {
  if (String(file).startsWith('/proc/')) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  return readFileSync(file, ...rest);
};
syncBuiltinESMExports();
