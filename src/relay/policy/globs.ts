import picomatch from 'picomatch';
import type { Matcher } from './policy.ts';

/** Tool names are no paths: a star goes over slashes, and a dot at the beginning means nothing. */
const OPTIONS = { bash: true, dot: true };

export const matcher: Matcher = (patterns) => {
  if (patterns.length === 0) return () => false;
  const isMatch = picomatch([...patterns], OPTIONS);
  // A name with special characters is one that a person may write as it is.
  return (name) => patterns.includes(name) || isMatch(name);
};
