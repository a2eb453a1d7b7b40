// No Windows is at hand in a test; the name of the system is what the bridge looks at.
Object.defineProperty(process, 'platform', { value: 'win32' });
