// What is said of the form.

export const english = {
  "prechatTitle": "How can we reach you?",
  "prechatSubtitle": "We'll answer you there if you leave this page.",
  "prechatEmail": "Email address",
  "prechatPhone": "Phone number",
  "prechatBy": "Answer by",
  "prechatByEmail": "By email",
  "prechatByPhone": "By phone",
  "prechatCountry": "Country",
  "prechatCountrySearch": "Search country or code",
  "prechatNoCountry": "No country found",
  "prechatEmailMissing": "Enter your email address.",
  "prechatEmailInvalid": "This doesn't look like an email address. It should be like name@example.com.",
  "prechatPhoneMissing": "Enter your phone number.",
  "prechatPhoneInvalid": "This doesn't look like a phone number. Check the country and the digits.",
  "prechatSubmit": "Save",
  "prechatSkip": "Skip",
  "prechatRequired": "Please fill this in first. Your message will be sent right after.",
  "prechatDone": "Thanks. We can reach you at {contact}.",
  "prechatWaiting": "Saved. It will be sent when you're back online.",
  "prechatFailed": "Couldn't save this. Check what you entered and try again."
};
