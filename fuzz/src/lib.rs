//! Changes to JSON that leave it JSON: changed byte by byte, most of it is refused before it reaches us.

#![forbid(unsafe_code)]

use serde_json::{Map, Value, json};

/// Changes `data[..size]` and gives its new size: three times of four as a tree, else byte by byte.
///
/// To be called by `libfuzzer_sys::fuzz_mutator!`.
pub fn mutate_json(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed));
    let tree = serde_json::from_slice::<Value>(&data[..size]);
    if let (Ok(mut tree), true) = (tree, dice.below(4) > 0) {
        for _ in 0..=dice.below(3) {
            change(&mut tree, &mut dice);
        }
        let text = tree.to_string();
        if text.len() <= max_size {
            data[..text.len()].copy_from_slice(text.as_bytes());
            return text.len();
        }
    }
    libfuzzer_sys::fuzzer_mutate(data, size, max_size)
}

/// Changes one node: another value, another name, or one of its children gone, doubled or moved.
fn change(tree: &mut Value, dice: &mut Dice) {
    let other = pick(tree, dice).clone();
    let name = dice.one_of(&NAMES).to_owned();
    let node = pick(tree, dice);
    match (node, dice.below(6)) {
        (node, 0) => *node = other,
        (node, 1) => *node = leaf(dice),
        (Value::Array(items), 2) if !items.is_empty() => drop(items.remove(dice.below(items.len()))),
        (Value::Array(items), 3) if !items.is_empty() => {
            let (a, b) = (dice.below(items.len()), dice.below(items.len()));
            items.swap(a, b);
        }
        (Value::Array(items), _) => items.insert(dice.below(items.len() + 1), other),
        (Value::Object(members), 2) if !members.is_empty() => {
            let at = dice.below(members.len());
            *members = std::mem::take(members)
                .into_iter()
                .enumerate()
                .filter_map(|(place, member)| (place != at).then_some(member))
                .collect::<Map<_, _>>();
        }
        (Value::Object(members), _) => drop(members.insert(name, other)),
        (Value::Number(number), _) => {
            let near = number
                .as_i64()
                .unwrap_or_default()
                .wrapping_add(dice.below(3) as i64 - 1);
            *number = near.into();
        }
        (node, _) => *node = leaf(dice),
    }
}

/// Any node of the tree.
fn pick<'a>(tree: &'a mut Value, dice: &mut Dice) -> &'a mut Value {
    let count = match tree {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if count == 0 || dice.below(5) == 0 {
        return tree;
    }
    let at = dice.below(count);
    let child = match tree {
        Value::Array(items) => items.get_mut(at),
        Value::Object(members) => members.values_mut().nth(at),
        _ => None,
    };
    pick(child.expect("there are `count` children"), dice)
}

fn leaf(dice: &mut Dice) -> Value {
    match dice.below(5) {
        0 => Value::Null,
        1 => Value::Bool(dice.below(2) == 0),
        2 => dice.number(),
        3 => Value::from(dice.one_of(&NAMES)),
        _ => Value::from(dice.one_of(&TEXTS)),
    }
}

/// Names of members that are read somewhere.
const NAMES: [&str; 44] = [
    "type",
    "data",
    "cursor",
    "id",
    "messageId",
    "messageIds",
    "sessionId",
    "session_id",
    "clientMessageId",
    "sender",
    "content",
    "timestamp",
    "editedAt",
    "deletedAt",
    "readAt",
    "deliveredAt",
    "status",
    "isTyping",
    "online",
    "replyTo",
    "attachments",
    "attachmentIds",
    "metadata",
    "private",
    "operator",
    "name",
    "journal",
    "outbox",
    "history",
    "items",
    "tried",
    "done",
    "base",
    "baseAt",
    "at",
    "v",
    "seq",
    "kind",
    "route",
    "key",
    "body",
    "refused",
    "created",
    "message",
];

/// Texts that mean something somewhere: ids, senders, kinds, steps, times.
const TEXTS: [&str; 51] = [
    "",
    "a",
    "b",
    "j",
    "h1",
    "m1",
    "s",
    "c1.1",
    "c1.2",
    "c1.99",
    "visitor",
    "operator",
    "ai",
    "sent",
    "delivered",
    "read",
    "message",
    "event",
    "identify",
    "receipt",
    "call",
    "/edit",
    "/delete",
    "/csat",
    "send",
    "say",
    "run",
    "kill",
    "start",
    "reload",
    "lose",
    "full",
    "broken",
    "hang",
    "open",
    "type",
    "hide",
    "show",
    "message_edited",
    "message_deleted",
    "typing",
    "presence",
    "resync",
    "config_update",
    "session",
    "version_warning",
    "2026-11-21T07:20:27.509Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "hello a",
    "\u{feff}é😀",
];

/// Numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut draw = self.0;
        draw = (draw ^ (draw >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        draw = (draw ^ (draw >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((draw ^ (draw >> 31)) % end as u64) as usize
    }

    fn number(&mut self) -> Value {
        let numbers = json!([0, 1, 2, -1, 413, i64::MAX, i64::MIN, u64::MAX, 0.5, 1e300]);
        numbers[self.below(10)].clone()
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }
}
