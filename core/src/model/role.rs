//! What operators may do.

use super::choice::wire_choice;

wire_choice! {
    /// What an operator may do. All of them work in conversations: read, answer, assign, label, block.
    pub enum OperatorRole ("owner, admin or agent") {
        /// Everything.
        Owner = "owner",
        /// Everything but appointing, changing and removing owners.
        Admin = "admin",
        /// Conversations, and nothing that a [`Permission`] stands for.
        Agent = "agent",
    }
}

/// What not every role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Permission {
    /// Exporting a person, and erasing one.
    People,
    /// Adding, changing and removing operators, and giving them new tokens.
    Operators,
    /// The same for those who are owners.
    Owners,
    /// The webhook's queue, whose dead letters hold what visitors wrote.
    Webhooks,
    /// Events to the pages of all visitors.
    Broadcasts,
}

impl OperatorRole {
    /// Whether this role may do that.
    pub fn may(self, permission: Permission) -> bool {
        match self {
            OperatorRole::Owner => true,
            OperatorRole::Admin => permission != Permission::Owners,
            OperatorRole::Agent => false,
        }
    }

    /// Whether this role may do more than the other.
    pub fn is_above(self, other: OperatorRole) -> bool {
        let rank = |role| match role {
            OperatorRole::Owner => 2,
            OperatorRole::Admin => 1,
            OperatorRole::Agent => 0,
        };
        rank(self) > rank(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_work_in_conversations_and_only_owners_appoint_owners() {
        use Permission::{Broadcasts, Operators, Owners, People, Webhooks};
        let all = [People, Operators, Owners, Webhooks, Broadcasts];
        let of = |role: OperatorRole| all.into_iter().filter(move |what| role.may(*what)).count();
        assert_eq!(
            [OperatorRole::Owner, OperatorRole::Admin, OperatorRole::Agent].map(of),
            [5, 4, 0]
        );
        assert!(!OperatorRole::Admin.may(Owners));
        assert!(OperatorRole::Owner.is_above(OperatorRole::Admin));
        assert!(OperatorRole::Admin.is_above(OperatorRole::Agent));
        assert!(!OperatorRole::Agent.is_above(OperatorRole::Agent));
    }
}
