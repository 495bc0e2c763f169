// The languages of the site. A browser asks for one of them by `Accept-Language`, which Playwright makes from the locale.

export interface Language {
  /** The value of the document's `lang`. */
  id: string;
  name: string;
  locale: string;
}

export const languages: readonly Language[] = [
  { id: 'en', name: 'English', locale: 'en-GB' },
  { id: 'de', name: 'Deutsch', locale: 'de-DE' },
];
