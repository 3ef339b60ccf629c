// What is said of ratings.

export const english = {
  "csatTitle": "How was this conversation?",
  "csat1": "Very bad",
  "csat2": "Bad",
  "csat3": "Okay",
  "csat4": "Good",
  "csat5": "Very good",
  "csatComment": "Anything to add? (optional)",
  "csatSubmit": "Send rating",
  "csatDismiss": "Not now",
  "csatThanks": "Thanks for your rating.",
  "csatRated": "Your rating: {score}",
  "csatWaiting": "Saved. It will be sent when you're back online.",
  "csatFailed": "Couldn't send your rating. Please try again."
};
