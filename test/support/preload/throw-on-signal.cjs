// Stands for a bug: an error that is thrown where nobody catches it, at the moment a test chooses.
process.on('SIGUSR2', () => {
  throw new Error('thrown by the test');
});
