/** Light or dark: as the reader's system has it, until the reader says otherwise. */

type Theme = 'light' | 'dark';

/** @param onChange - called when colours have changed */
export function followTheme(button: HTMLElement, onChange: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen: Theme | undefined;
  const apply = () => {
    const theme: Theme = chosen ?? (system.matches ? 'dark' : 'light');
    document.documentElement.dataset['theme'] = theme;
    button.textContent = theme === 'dark' ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Switch to ${theme === 'dark' ? 'light' : 'dark'} colours`);
    onChange();
  };
  button.addEventListener('click', () => {
    chosen = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
    apply();
  });
  system.addEventListener('change', apply);
  apply();
}
