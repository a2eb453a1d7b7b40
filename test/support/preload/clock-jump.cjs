// Stands for a machine that slept: on SIGUSR2 the calendar's clock goes on by eight hours, and the other one does not.
const now = Date.now.bind(Date);
let slept = 0;
Date.now = () => now() + slept;
process.on('SIGUSR2', () => {
  slept += 8 * 3_600_000;
  process.stderr.write('slept\n');
});
