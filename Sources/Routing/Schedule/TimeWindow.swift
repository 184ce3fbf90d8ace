package import FoundationEssentials

package struct TimeWindow: Sendable, Hashable {
    package var name: String
    package init(name: String) { self.name = name }
    package func contains(_ date: Date) -> Bool { false }
    package func end(from date: Date) -> Date? { nil }
    package func nextStart(after date: Date) -> Date? { nil }
}
