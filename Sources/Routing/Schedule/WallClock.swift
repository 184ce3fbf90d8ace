package import FoundationEssentials
// Without it every time zone but GMT is unknown to FoundationEssentials.
internal import FoundationInternationalization

/// The clock on the wall of a place: which moment a reading stands for, on days that skip or repeat an hour too.
///
/// Readings and moments are whole seconds since 1970-01-01 00:00, readings by the wall clock, moments in UTC.
struct WallClock: Sendable, Hashable {
    let zone: TimeZone

    private func offset(at moment: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
    }

    /// The day that the wall clock shows, counted from 1970-01-01.
    func day(at date: Date) -> Int {
        let moment = Int(min(max(date.timeIntervalSince1970, -1e11), 1e11).rounded(.down))
        return Int((Double(moment + offset(at: moment)) / 86_400).rounded(.down))
    }

    /// What the clock reads, in whole seconds.
    func reading(at date: Date) -> Int {
        let moment = Int(min(max(date.timeIntervalSince1970, -1e11), 1e11).rounded(.down))
        return moment + offset(at: moment)
    }

    /// The first moment with this reading; a reading that is skipped stands for the moment the clock jumps.
    func start(of reading: Int) -> Int {
        switch moments(of: reading) {
        case .read(let first, _): first
        case .skipped(let jump): jump
        }
    }

    /// The moment at which everything that reads earlier is over.
    ///
    /// Of a time that comes twice that is the second, unless what lies before it comes only once.
    func end(of reading: Int) -> Int {
        switch moments(of: reading - 60) {
        case .read(_, let last): last + 60
        case .skipped(let jump): jump
        }
    }

    private enum Moments {
        case read(first: Int, last: Int)
        /// The moment at which the clock jumps over the reading.
        case skipped(Int)
    }

    private func moments(of reading: Int) -> Moments {
        // A reading is at most 14 hours away from its moment; no zone changes its offset twice within two days.
        let before = offset(at: reading - 86_400)
        let after = offset(at: reading + 86_400)
        guard before != after else { return .read(first: reading - before, last: reading - before) }
        let candidates = [reading - before, reading - after].filter { $0 + offset(at: $0) == reading }.sorted()
        if let first = candidates.first, let last = candidates.last { return .read(first: first, last: last) }
        var low = reading - max(before, after)
        var high = reading - min(before, after)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == before { low = middle } else { high = middle }
        }
        return .skipped(high)
    }
}

extension TimeZone {
    /// The zone of the IANA time zone database with this name, `UTC` and old names included.
    ///
    /// - Parameter name: Case counts.
    /// - Returns: `nil` for every other name, offsets such as `GMT+3` included.
    package static func named(_ name: String) -> TimeZone? {
        if name.hasPrefix("GMT"), name != "GMT" { return nil }
        return TimeZone(identifier: name)
    }

    /// The names that are offered in place of one that is unknown.
    static var names: [String] { TimeZone.knownTimeZoneIdentifiers + ["UTC"] }
}
