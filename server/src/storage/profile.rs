//! What seldom changes about a session, kept as one JSON object.

use super::{AskedScreenshot, person_id};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
use pocketping_core::Timestamp;
use pocketping_core::model::{Csat, Identity, PageView, SessionMetadata};
use pocketping_core::value::Fields;
use pocketping_core::{EventId, Object, OperatorId, PersonId, ReadError, Value, Wire};

/// What seldom changes about a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The browser and the page.
    pub metadata: Option<SessionMetadata>,
    /// The person, as the site says.
    pub identity: Option<Identity>,
    /// E-mail address from the pre-chat form.
    pub email: Option<String>,
    /// Phone number in E.164, from the pre-chat form.
    pub phone: Option<String>,
    /// Country of that number, ISO 3166 alpha-2.
    pub phone_country: Option<String>,
    /// The rating.
    pub csat: Option<Csat>,
    /// The idempotency key of the rating.
    pub csat_event: Option<EventId>,
    /// The `eventId` of the latest pre-chat form, so that its repeat with other content is noticed.
    pub prechat_event: Option<EventId>,
    /// Who takes care of it.
    pub assignee: Option<OperatorId>,
    /// Labels.
    pub tags: Vec<String>,
    /// Data of the host's own.
    pub data: Object,
    /// Whether the visitor's messages are refused.
    pub blocked: bool,
    /// Pictures of the page that were asked for, oldest first.
    pub screenshots: Vec<AskedScreenshot>,
    /// The latest pages, oldest first.
    pub pages: Vec<PageView>,
}

impl Profile {
    /// The site's id of the person.
    pub fn identity_id(&self) -> Option<&str> {
        self.identity.as_ref().map(|identity| identity.id.as_str())
    }

    /// The person whom the identity names.
    pub fn person_id(&self) -> Option<PersonId> {
        let identity = self.identity.as_ref()?;
        Some(person_id(&identity.id, identity.verified == Some(true)))
    }

    /// When the visitor has rated, and how.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(super) fn rating(&self) -> Option<(Timestamp, i64)> {
        let csat = self.csat.as_ref()?;
        csat.responded_at.zip(csat.score)
    }

    /// The JSON object; unset fields are left out.
    pub fn write(&self) -> Value {
        let mut object = Object::new();
        put(&mut object, "metadata", &self.metadata);
        put(&mut object, "identity", &self.identity);
        put(&mut object, "email", &self.email);
        put(&mut object, "phone", &self.phone);
        put(&mut object, "phoneCountry", &self.phone_country);
        put(&mut object, "csat", &self.csat);
        put(&mut object, "csatEvent", &self.csat_event);
        put(&mut object, "prechatEvent", &self.prechat_event);
        put(&mut object, "assignee", &self.assignee);
        put(
            &mut object,
            "tags",
            &Some(&self.tags).filter(|tags| !tags.is_empty()).cloned(),
        );
        put(
            &mut object,
            "data",
            &Some(&self.data).filter(|data| !data.is_empty()).cloned(),
        );
        put(&mut object, "blocked", &self.blocked.then_some(true));
        put(
            &mut object,
            "screenshots",
            &Some(&self.screenshots).filter(|open| !open.is_empty()).cloned(),
        );
        put(
            &mut object,
            "pages",
            &Some(&self.pages).filter(|pages| !pages.is_empty()).cloned(),
        );
        object.into()
    }

    /// Reads what [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// Names the field that has another form.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let fields = Fields::of(value)?;
        Ok(Profile {
            metadata: fields.get("metadata")?,
            identity: fields.get("identity")?,
            email: fields.get("email")?,
            phone: fields.get("phone")?,
            phone_country: fields.get("phoneCountry")?,
            csat: fields.get("csat")?,
            csat_event: fields.get("csatEvent")?,
            prechat_event: fields.get("prechatEvent")?,
            assignee: fields.get("assignee")?,
            tags: fields.get_or("tags", Vec::new())?,
            data: fields.get_or("data", Object::new())?,
            blocked: fields.get_or("blocked", false)?,
            screenshots: fields.get_or("screenshots", Vec::new())?,
            pages: fields.get_or("pages", Vec::new())?,
        })
    }
}

fn put<T: Wire>(object: &mut Object, key: &str, value: &Option<T>) {
    if let Some(value) = value {
        object.push(key, value.write());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::Timestamp;
    use pocketping_core::route::ScreenshotWish;

    #[test]
    fn a_profile_survives_a_round_trip() {
        let page = PageView {
            url: "https://shop.example/".into(),
            title: None,
            referrer: None,
            timestamp: Some(Timestamp::from_millis(5)),
        };
        let profile = Profile {
            metadata: Some(SessionMetadata {
                rest: Object::new().with("botSignals", true),
                ..Default::default()
            }),
            email: Some("ada@example.com".into()),
            tags: vec!["vip".into()],
            data: Object::new().with("a", 1),
            blocked: true,
            screenshots: vec![AskedScreenshot {
                wish: ScreenshotWish {
                    request_id: "w".into(),
                    requested_by: Some("Ada".into()),
                    requested_from: None,
                    silent: None,
                },
                at: Timestamp::from_millis(7),
            }],
            pages: vec![page],
            csat_event: Some("e".into()),
            prechat_event: Some("p".into()),
            ..Profile::default()
        };
        assert_eq!(Profile::read(&profile.write()), Ok(profile));
        assert_eq!(Profile::default().write(), Object::new().into());
    }
}
