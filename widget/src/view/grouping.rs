//! Which messages stand together: same side, same day, less than five minutes apart.

use pocketping_core::Timestamp;
use pocketping_core::model::Sender;
use std::time::Duration;

/// Messages of one sender further apart than this do not stand together.
const GROUP_SPAN: Duration = Duration::from_secs(5 * 60);

/// Where an item stands among its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// First of its group.
    pub first: bool,
    /// Last of its group.
    pub last: bool,
}

/// Who an item belongs to when grouping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Stands with neighbours of this sender.
    Of(Sender),
    /// Stands with earlier ones of this sender, but ends the group (a message that was not sent).
    EndOf(Sender),
    /// Stands alone.
    Alone,
}

/// What grouping needs to know of an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) at: Timestamp,
    /// Number of the local day.
    pub(super) day: i64,
    pub(super) group: Group,
}

impl Spot {
    fn continues(self, before: Spot) -> bool {
        let same_side = match (before.group, self.group) {
            (Group::Of(before), Group::Of(sender) | Group::EndOf(sender)) => before == sender,
            _ => false,
        };
        same_side && before.day == self.day && self.at.since(before.at) < GROUP_SPAN
    }
}

pub(super) fn place(before: Option<Spot>, spot: Spot, after: Option<Spot>) -> Place {
    Place {
        first: !before.is_some_and(|before| spot.continues(before)),
        last: !after.is_some_and(|after| after.continues(spot)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(minute: i64, sender: Sender) -> Spot {
        Spot {
            at: Timestamp::from_millis(minute * 60_000),
            day: minute / 1440,
            group: Group::Of(sender),
        }
    }

    #[test]
    fn messages_of_one_sender_stand_together_for_five_minutes() {
        let (a, b, c) = (
            spot(0, Sender::Visitor),
            spot(4, Sender::Visitor),
            spot(9, Sender::Visitor),
        );
        assert_eq!(
            place(None, a, Some(b)),
            Place {
                first: true,
                last: false
            }
        );
        assert_eq!(
            place(Some(a), b, Some(c)),
            Place {
                first: false,
                last: true
            }
        );
    }

    #[test]
    fn another_sender_or_a_new_day_begins_a_group() {
        let late = spot(1439, Sender::Visitor);
        assert!(place(Some(late), spot(1440, Sender::Visitor), None).first);
        assert!(place(Some(spot(1, Sender::Visitor)), spot(1, Sender::Operator), None).first);
    }

    #[test]
    fn a_failed_message_ends_its_group() {
        let failed = Spot {
            group: Group::EndOf(Sender::Visitor),
            ..spot(1, Sender::Visitor)
        };
        let next = spot(2, Sender::Visitor);
        assert!(!place(Some(spot(0, Sender::Visitor)), failed, Some(next)).first);
        assert!(place(Some(spot(0, Sender::Visitor)), failed, Some(next)).last);
        assert!(place(Some(failed), next, None).first);
    }
}
