// What is told about the browser and the page (PROTOCOL 3.3).

// Signs of an automated browser (PROTOCOL 4.7), each true when suspicious.
const botSignals = () => ({
  webdriver: !!navigator.webdriver,
  plugins: navigator.plugins?.length == 0,
  languages: navigator.languages?.length == 0,
  chrome: navigator.userAgent.includes('Chrome/') && !window.chrome,
  permissions: window.Notification?.permission == 'denied',
});

export const title = () => document.title;

// As JSON text. Device, browser and system are left to the server, which reads them from the user agent. What is an
// empty text is not told.
export const collect = () =>
  JSON.stringify({
    url: location.href,
    referrer: document.referrer || undefined,
    pageTitle: document.title || undefined,
    userAgent: navigator.userAgent || undefined,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    language: navigator.language,
    screenResolution: screen.width + 'x' + screen.height,
    botSignals: botSignals(),
  });
