// What the visitor is asked before a picture of the page is sent; the catalogues have the same keys.
export const english = {
  "screenshotTitle": "Send a picture of this page?",
  "screenshotWho": "{name} would like to see the page as you see it now.",
  "screenshotWhat": "Passwords and this chat are left out. You'll see the picture here once it is sent.",
  "screenshotAllow": "Send picture",
  "screenshotDecline": "No thanks",
  "screenshotTaking": "Taking the picture…",
  "screenshotFailed": "The picture couldn't be sent.",
  "screenshotRetry": "Try again"
};
