// What is said of ratings.

export const english = {
  "csat.title": "How was this conversation?",
  "csat.1": "Very bad",
  "csat.2": "Bad",
  "csat.3": "Okay",
  "csat.4": "Good",
  "csat.5": "Very good",
  "csat.comment": "Anything to add? (optional)",
  "csat.submit": "Send rating",
  "csat.dismiss": "Not now",
  "csat.thanks": "Thanks for your rating.",
  "csat.rated": "Your rating: {score}",
  "csat.waiting": "Saved. It will be sent when you're back online.",
  "csat.failed": "Couldn't send your rating. Please try again."
};
