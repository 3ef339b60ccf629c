// What the card says. The catalogues have these texts, too; a page's own ones go before.

export const english = {
  "consentTitle": "Before we chat",
  "consentText": "This chat keeps your conversation in this browser and on our server, so that you can come back to it. Nothing is stored or sent until you agree.",
  "consentAgree": "Agree and chat",
  "consentDecline": "Not now"
};
// Of the widget's own that are needed here.
export const shared = { open: 'Open chat' };
