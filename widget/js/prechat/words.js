// What is said of the form.

export const english = {
  "prechat.title": "How can we reach you?",
  "prechat.subtitle": "We'll answer you there if you leave this page.",
  "prechat.email": "Email address",
  "prechat.phone": "Phone number",
  "prechat.by": "Answer by",
  "prechat.byEmail": "By email",
  "prechat.byPhone": "By phone",
  "prechat.country": "Country",
  "prechat.countrySearch": "Search country or code",
  "prechat.noCountry": "No country found",
  "prechat.emailMissing": "Enter your email address.",
  "prechat.emailInvalid": "This doesn't look like an email address. It should be like name@example.com.",
  "prechat.phoneMissing": "Enter your phone number.",
  "prechat.phoneInvalid": "This doesn't look like a phone number. Check the country and the digits.",
  "prechat.submit": "Save",
  "prechat.skip": "Skip",
  "prechat.required": "Please fill this in first. Your message will be sent right after.",
  "prechat.done": "Thanks. We can reach you at {contact}.",
  "prechat.waiting": "Saved. It will be sent when you're back online.",
  "prechat.failed": "Couldn't save this. Check what you entered and try again."
};
