//! What is to be seen: how the server is set up, and what happens on the page.

use anyhow::{Context, Result};
use pocketping_tests::{Server, ServerOptions, Widget, office_hours};
use serde_json::{Value as Json, json};

/// The language of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// From left to right.
    English,
    /// From right to left.
    Arabic,
}

impl Language {
    /// As the widget's option says it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Arabic => "ar",
        }
    }

    /// A text of the conversation.
    fn say(self, [english, arabic]: [&'static str; 2]) -> &'static str {
        match self {
            Language::English => english,
            Language::Arabic => arabic,
        }
    }
}

/// One thing to be seen.
#[derive(Debug)]
pub(crate) struct Scene {
    /// As the files are called.
    pub(crate) name: &'static str,
    /// What the sheet says above it.
    pub(crate) title: &'static str,
    /// Settings of the server.
    environment: &'static [(&'static str, &'static str)],
}

const fn scene(
    name: &'static str,
    title: &'static str,
    environment: &'static [(&'static str, &'static str)],
) -> Scene {
    Scene {
        name,
        title,
        environment,
    }
}

/// All of them, in the order of the sheet.
pub(crate) const SCENES: &[Scene] = &[
    scene("empty", "Before the first message", &[]),
    scene("conversation", "A conversation", &[]),
    scene("attachments", "Attachments", &[]),
    scene(
        "pre-chat",
        "The form before the first message",
        &[
            ("POCKETPING_PRE_CHAT_FORM_ENABLED", "true"),
            ("POCKETPING_PRE_CHAT_FORM_FIELDS", "email-or-phone"),
        ],
    ),
    scene("csat", "The question how it was", &[]),
    scene("offline", "Nobody can be reached", &[]),
];

const WELCOME: [&str; 2] = [
    "Hello! Ask us anything about the Halo lamp. We usually reply in a few minutes.",
    "مرحبًا! اسألنا أي شيء عن مصباح هالو. نرد عادةً خلال دقائق.",
];
const NAME: [&str; 2] = ["Norrlund", "نورلند"];
const OPERATOR: [&str; 2] = ["Ada", "آدا"];
const QUESTION: [&str; 2] = [
    "Hi, does the Halo lamp fit an E27 bulb?",
    "مرحبًا، هل يناسب مصباح هالو لمبة E27؟",
];
const ANSWER: [&str; 2] = [
    "Yes, any E27 bulb up to 12 W. Is it for a bedroom?",
    "نعم، أي لمبة E27 حتى 12 واط. هل هو لغرفة النوم؟",
];
const REPLY: [&str; 2] = ["Right, next to the bed.", "صحيح، بجانب السرير."];
const OFFER: [&str; 2] = [
    "Then this one: it dims down to a glow.",
    "إذن هذا: يمكن خفض ضوئه حتى يصبح خافتًا.",
];
const CARD_TITLE: [&str; 2] = ["Halo bedside lamp", "مصباح هالو للسرير"];
const CARD_TEXT: [&str; 2] = [
    "Warm light, oak base. In stock.",
    "ضوء دافئ وقاعدة من البلوط. متوفر.",
];
const CHOICES: [[&str; 2]; 2] = [["Add to basket", "أضف إلى السلة"], ["Show another", "اعرض غيره"]];
const PHOTO: [&str; 2] = ["This is the corner.", "هذا هو الركن."];
const THANKS: [&str; 2] = ["Thank you, that helps.", "شكرًا، هذا مفيد."];

/// Makes a photograph of a kind, and a document.
const FILES: &str = "const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 420;
    const c = canvas.getContext('2d'); const fill = (colour, x, y, w, h) => { c.fillStyle = colour; c.fillRect(x, y, w, h) };
    fill('#d9cbb8', 0, 0, 640, 420); fill('#8a6a4f', 0, 330, 640, 90); fill('#5b6f7a', 330, 210, 310, 150); fill('#e9edf0', 330, 190, 310, 60);
    fill('#f7efe2', 360, 170, 120, 60); fill('#6d4c34', 120, 250, 130, 110); c.fillStyle = '#ffd98a';
    c.beginPath(); c.arc(185, 190, 58, 0, 7); c.fill(); fill('#40342a', 179, 240, 12, 12);
    const photo = new Promise((done) => canvas.toBlob((blob) => done(new File([blob], 'corner.jpg', { type: 'image/jpeg' })), 'image/jpeg', 0.8));
    const plan = new File(['%PDF-1.4\\n%' + ' '.repeat(48000)], 'floor-plan.pdf', { type: 'application/pdf' });
    photo.then((photo) => PocketPing.sendMessage(TEXT, [photo, plan])).then(() => { window.delivered = true }, (error) => { window.delivered = String(error) })";

/// A scene whose server is running.
#[derive(Debug)]
pub(crate) struct Stage {
    server: Server,
    name: &'static str,
    language: Language,
}

impl Stage {
    /// Starts the server.
    pub(crate) async fn set(scene: &Scene, language: Language) -> Result<Self> {
        let mut environment: Vec<(String, String)> = scene
            .environment
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        for (key, text) in [
            ("POCKETPING_WELCOME_MESSAGE", WELCOME),
            ("POCKETPING_APPEARANCE_OPERATOR_NAME", NAME),
        ] {
            environment.push((key.to_owned(), language.say(text).to_owned()));
        }
        if scene.name == "offline" {
            // Ten hours away, whatever the time.
            environment.extend(office_hours(600)?);
        }
        let server = Server::start(ServerOptions {
            environment,
            ..Default::default()
        })
        .await?;
        Ok(Stage {
            server,
            name: scene.name,
            language,
        })
    }

    /// Where the page is.
    pub(crate) fn address(&self) -> String {
        self.server.address()
    }

    /// Lets happen what the scene shows.
    pub(crate) async fn play(&self, visitor: &Widget) -> Result<()> {
        let begin = format!(
            "PocketPing.destroy(); PocketPing.init({{ endpoint: '/pocketping', locale: '{}' }}); PocketPing.open()",
            self.language.tag()
        );
        visitor.until("return !!q('.pp-toggle')").await?;
        visitor.script(&begin).await?;
        visitor.until("return !!q('.pp-window')").await?;
        match self.name {
            "conversation" => self.talk(visitor).await,
            "attachments" => self.attach(visitor).await,
            "csat" => {
                let session = self.ask(visitor).await?;
                self.answer(&session, ANSWER, Json::Null).await?;
                self.write(visitor, THANKS).await?;
                self.server
                    .operator(&format!("sessions/{session}/csat"), Some(json!({})))
                    .await?;
                visitor.until("return !!q('.pp-csat')").await.map(drop)
            }
            "pre-chat" => visitor.until("return !!q('.pp-prechat')").await.map(drop),
            "offline" => visitor.until("return !!q('.pp-notice-away')").await.map(drop),
            _ => visitor.until("return !!q('.pp-welcome')").await.map(drop),
        }
    }

    async fn talk(&self, visitor: &Widget) -> Result<()> {
        let session = self.ask(visitor).await?;
        self.answer(&session, ANSWER, Json::Null).await?;
        self.write(visitor, REPLY).await?;
        let say = |text| self.language.say(text);
        let replies: Vec<Json> = CHOICES
            .iter()
            .map(|text| json!({ "label": say(*text) }))
            .collect();
        let metadata = json!({
            "card": { "title": say(CARD_TITLE), "text": say(CARD_TEXT), "url": "https://norrlund.example/halo" },
            "quickReplies": replies,
        });
        self.read(&session).await?;
        self.answer(&session, OFFER, metadata).await?;
        visitor
            .until("return !!q('.pp-link-card') && all('.pp-reply').length === 2")
            .await?;
        Ok(())
    }

    async fn attach(&self, visitor: &Widget) -> Result<()> {
        let session = self.ask(visitor).await?;
        self.answer(&session, ANSWER, Json::Null).await?;
        let text = json!(self.language.say(PHOTO)).to_string();
        visitor.script(&FILES.replace("TEXT", &text)).await?;
        visitor
            .until_within(30, "return window.delivered === true")
            .await?;
        self.read(&session).await?;
        visitor
            .until("return !!q('.pp-own.pp-last .pp-check-read')")
            .await?;
        Ok(())
    }

    /// The visitor's first question; the session.
    async fn ask(&self, visitor: &Widget) -> Result<String> {
        let online = json!({ "online": true });
        self.server
            .operator_as(reqwest::Method::PUT, "presence", Some(online))
            .await?;
        self.write(visitor, QUESTION).await?;
        let session = self.server.latest_session().await?;
        self.read(&session).await?;
        Ok(session)
    }

    async fn write(&self, visitor: &Widget, text: [&'static str; 2]) -> Result<()> {
        let text = self.language.say(text);
        visitor.write(text).await?;
        visitor.sees_within(10, text).await?;
        visitor.until("return !q('.pp-status-sending')").await.map(drop)
    }

    async fn answer(&self, session: &str, text: [&'static str; 2], metadata: Json) -> Result<()> {
        let mut body = json!({ "content": self.language.say(text), "operator": { "name": self.language.say(OPERATOR) } });
        if !metadata.is_null() {
            body["metadata"] = metadata;
        }
        self.server
            .operator(&format!("sessions/{session}/messages"), Some(body))
            .await?;
        Ok(())
    }

    /// An operator sees all that the visitor has written.
    async fn read(&self, session: &str) -> Result<()> {
        let page = self
            .server
            .operator(&format!("sessions/{session}/messages?limit=100"), None)
            .await?;
        let messages = page["messages"].as_array().context("no messages")?;
        let theirs = messages.iter().filter(|message| message["sender"] == "visitor");
        let ids: Vec<&Json> = theirs.map(|message| &message["id"]).collect();
        self.server
            .operator(
                &format!("sessions/{session}/read"),
                Some(json!({ "messageIds": ids })),
            )
            .await?;
        Ok(())
    }
}
