package import FoundationEssentials

package struct DigestSchedule: Sendable, Hashable {
    package func next(after date: Date) -> Date { date.addingTimeInterval(86_400) }
}
