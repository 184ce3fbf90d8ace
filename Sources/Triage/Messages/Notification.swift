package import Findings
package import FoundationEssentials
import Routing

/// One message to one destination, queued on disk.
package struct Notification: Sendable, Hashable, Codable {
    /// Stable over every attempt: the idempotency key of webhooks and the local part of a mail's Message-ID.
    /// Sorts by creation; 32 lowercase hexadecimal digits.
    package var id: String
    package var destination: String
    /// The mail address, for e-mail destinations.
    package var recipient: String?
    package var state: State
    package var createdAt: Date
    /// The earliest moment of the next attempt.
    package var dueAt: Date
    /// When its current budget of attempts began: its creation, or the last redrive. It is given up at an age counted from
    /// here.
    package var retryingSince: Date
    /// Attempts begun so far.
    package var attempts: Int
    /// How many attempts ended without our knowing whether the receiver acted: crashes and lost replies.
    package var uncertain: Int
    /// True once a fuller rendering was refused as malformed: from then on only the safest plain text is sent.
    package var isMinimal: Bool
    /// The notification whose place this one took as a fallback.
    package var fallbackFor: String?
    /// Why it is dead, `nil` in every other state.
    package var deadReason: String?
    /// The first message of its conversation, where the destination has told where that stands.
    package var posted: Posted?
    /// True for a message by which somebody tries whether it arrives; such a message is never stored.
    package var isTest: Bool
    package var content: Content

    package init(
        id: String,
        destination: String,
        recipient: String?,
        state: State = .pending,
        createdAt: Date,
        dueAt: Date,
        retryingSince: Date? = nil,
        attempts: Int = 0,
        uncertain: Int = 0,
        isMinimal: Bool = false,
        fallbackFor: String? = nil,
        deadReason: String? = nil,
        posted: Posted? = nil,
        isTest: Bool = false,
        content: Content
    ) {
        self.id = id
        self.destination = destination
        self.recipient = recipient
        self.state = state
        self.createdAt = createdAt
        self.dueAt = dueAt
        self.retryingSince = retryingSince ?? createdAt
        self.attempts = attempts
        self.uncertain = uncertain
        self.isMinimal = isMinimal
        self.fallbackFor = fallbackFor
        self.deadReason = deadReason
        self.posted = posted
        self.isTest = isTest
        self.content = content
    }

    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Waits for its time and its lane.
        case pending
        /// Claimed: an attempt is under way, or was when the process ended.
        case sending
        case delivered
        /// Given up; kept for redrive.
        case dead
        /// Handed on to a fallback destination, which now owes the message.
        case diverted
        /// Told as part of another message instead: the summary of a storm.
        case folded
    }

    /// What there is to say; rendered anew at each attempt for the destination as it is then.
    @dynamicMemberLookup
    package struct Content: Sendable, Hashable, Codable {
        package var finding: Finding
        /// The record id of the finding, for URLs and commands; `nil` where it is not stored.
        package var findingID: String?
        package var facts: AnnouncedFacts
        /// The conversation this belongs to: one for each life of an alert, one for each group. At most 100 bytes of
        /// ASCII letters, digits and hyphens; the same in every message of the conversation and in no other.
        package var thread: String
        /// What else the message is about, when it speaks of more than `finding`, the most severe of them.
        package var bundle: Bundle?

        package init(
            finding: Finding,
            findingID: String? = nil,
            facts: AnnouncedFacts,
            thread: String,
            bundle: Bundle? = nil
        ) {
            self.finding = finding
            self.findingID = findingID
            self.facts = facts
            self.thread = thread
            self.bundle = bundle
        }

        package subscript<Value>(dynamicMember fact: WritableKeyPath<AnnouncedFacts, Value>) -> Value {
            get { facts[keyPath: fact] }
            set { facts[keyPath: fact] = newValue }
        }
    }
}
