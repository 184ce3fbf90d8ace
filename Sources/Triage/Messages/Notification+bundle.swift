package import Findings
package import FoundationEssentials
package import Routing

extension Notification {
    /// Several alerts in one message, as they were when it was put together.
    package struct Bundle: Sendable, Hashable, Codable {
        package var occasion: Occasion
        /// Most severe first, then the oldest; at most ``mostItems``.
        package var items: [Item]
        /// How many alerts it speaks of, those that `items` leaves out included; 1 or more.
        package var total: Int
        package var counts: Counts
        /// What the alerts of a group have in common: the names and values of its `by`.
        package var group: [Pair]
        /// The time it covers: of a storm, a silence, a mute window or a digest.
        package var since: Date?
        package var until: Date?
        /// In words: the silence's reason and owner, the mute window's reason.
        package var reason: String?
        /// Of a digest: what has been open longest, announced before or not.
        package var oldestOpen: Item?

        package init(
            occasion: Occasion,
            items: [Item],
            total: Int,
            counts: Counts,
            group: [Pair] = [],
            since: Date? = nil,
            until: Date? = nil,
            reason: String? = nil,
            oldestOpen: Item? = nil
        ) {
            self.occasion = occasion
            self.items = items
            self.total = total
            self.counts = counts
            self.group = group
            self.since = since
            self.until = until
            self.reason = reason
            self.oldestOpen = oldestOpen
        }

        /// How many alerts one message lists; the others are counted.
        package static let mostItems = 20

        /// Why the alerts share a message.
        package enum Occasion: String, Sendable, Hashable, Codable, CaseIterable {
            /// They belong to one group of their rule.
            case group
            /// They are still active, and the group's `repeat` has passed.
            case reminder
            /// They were held back by a mute window that has ended.
            case held
            /// A scheduled summary.
            case digest
            /// A silence that hid them has ended, and they are still active.
            case silenceEnded = "silence_ended"
            /// More came than the destination can take one by one.
            case storm
            /// The last summary of a storm.
            case stormEnded = "storm_ended"
        }

        package struct Pair: Sendable, Hashable, Codable {
            package var name: String
            package var value: String

            package init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        /// How many of the alerts are what; names most frequent first, at most ten of each.
        package struct Counts: Sendable, Hashable, Codable {
            /// Label → number, only labels that occur.
            package var severities: [Tally]
            package var transitions: [Tally]
            package var accounts: [Tally]
            package var products: [Tally]
            package var controls: [Tally]

            package init(
                severities: [Tally] = [],
                transitions: [Tally] = [],
                accounts: [Tally] = [],
                products: [Tally] = [],
                controls: [Tally] = []
            ) {
                self.severities = severities
                self.transitions = transitions
                self.accounts = accounts
                self.products = products
                self.controls = controls
            }
        }

        package struct Tally: Sendable, Hashable, Codable {
            package var name: String
            package var count: Int

            package init(name: String, count: Int) {
                self.name = name
                self.count = count
            }
        }

        /// One alert of the bundle.
        package struct Item: Sendable, Hashable, Codable {
            /// The record id of the finding, for the API and commands.
            package var findingID: String
            package var title: String
            package var severity: Severity
            package var transition: Transition
            package var account: String?
            package var accountName: String?
            package var region: String?
            /// The first resource's id.
            package var resource: String?
            package var openedAt: Date
            package var count: Int
            package var url: String?

            package init(
                findingID: String,
                title: String,
                severity: Severity,
                transition: Transition,
                account: String?,
                accountName: String?,
                region: String?,
                resource: String?,
                openedAt: Date,
                count: Int,
                url: String?
            ) {
                self.findingID = findingID
                self.title = title
                self.severity = severity
                self.transition = transition
                self.account = account
                self.accountName = accountName
                self.region = region
                self.resource = resource
                self.openedAt = openedAt
                self.count = count
                self.url = url
            }
        }
    }

    /// Where a message of a conversation stands at a destination that can change it afterwards (Slack's Web API:
    /// `channel` and `ts` of `chat.postMessage`).
    package struct Posted: Sendable, Hashable, Codable {
        package var channel: String
        package var timestamp: String

        package init(channel: String, timestamp: String) {
            self.channel = channel
            self.timestamp = timestamp
        }
    }
}
