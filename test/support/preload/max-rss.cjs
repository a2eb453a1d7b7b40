// Says at the end how much memory the process has held at most, which only the process itself can tell everywhere.
process.once('exit', () => {
  process.stderr.write(`max rss: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
});
