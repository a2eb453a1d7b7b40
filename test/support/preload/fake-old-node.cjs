// No old Node is at hand in a test; its number is what the bridge looks at.
Object.defineProperty(process.versions, 'node', { value: '14.21.3' });
