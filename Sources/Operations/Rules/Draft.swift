package import Routing
package import Store

/// Rules under way, beside the version that they were begun on.
package struct Draft: Sendable {
    package var record: RouteDraft
    /// What is different from the version that it was begun on; `nil` when the text of that is not kept any more.
    package var comparison: RouteComparison?
    /// The version in force.
    package var active: Int

    /// `d12`.
    package var id: String { "d\(record.number)" }
    /// Another one with every change.
    package var tag: String { "\(id)-\(record.change)" }
    package var text: [UInt8] { record.content.text }
    /// Whether somebody has published since.
    package var isBehind: Bool { record.content.base != active }

    package init(record: RouteDraft, comparison: RouteComparison?, active: Int) {
        self.record = record
        self.comparison = comparison
        self.active = active
    }

    /// The number in an id; `nil` when it is not the id of a draft.
    static func number(_ id: String) -> Int64? {
        guard id.first == "d", let number = Int64(id.dropFirst()), id == "d\(number)", number > 0 else { return nil }
        return number
    }
}

/// What a draft begins with.
package enum DraftSource: Sendable, Hashable {
    /// The rules in force.
    case active
    case version(Int)
    /// A whole routes.json, begun on a version; `nil` for the one in force.
    case text([UInt8], base: Int?)
}

/// What somebody has seen and accepts before rules are put in force.
package struct Acknowledgement: Sendable, Hashable {
    /// That findings reach nobody which somebody was told of before.
    package var nobody: Bool
    /// That findings of HIGH or worse are suppressed which were not before.
    package var suppressed: Bool
    /// That nobody has measured what changes.
    package var unmeasured: Bool
    /// The names of expectations that do not hold.
    package var expectations: Set<String>
    /// That the rules file does not load, and is replaced.
    package var badFile: Bool

    package init(
        nobody: Bool = false,
        suppressed: Bool = false,
        unmeasured: Bool = false,
        expectations: Set<String> = [],
        badFile: Bool = false
    ) {
        self.nobody = nobody
        self.suppressed = suppressed
        self.unmeasured = unmeasured
        self.expectations = expectations
        self.badFile = badFile
    }
}

/// What a replay said of a text, as far as publishing asks.
package struct MeasuredEffect: Sendable, Hashable {
    /// Findings that reach nobody and were told to somebody before.
    package var nobody: Int
    /// Findings of HIGH or worse that are suppressed and were not before.
    package var suppressed: Int

    package init(nobody: Int, suppressed: Int) {
        self.nobody = nobody
        self.suppressed = suppressed
    }
}

/// Why a draft is not read, changed or put in force.
package enum DraftRefusal: Error {
    case unknown
    /// The person has one already.
    case exists(String)
    case tooMany
    /// It has changed since it was read.
    case changed
    /// The text does not load.
    case unusable([RouteDiagnostic])
    /// One of the edits, counted from 0, cannot be made.
    case edit(Int, RouteEditError)
    /// The text of a version is not kept any more.
    case noVersion(Int)
    /// Somebody has published since the draft was begun.
    case behind(draft: String, active: Int)
    /// The rules in force are not the ones that the caller saw.
    case otherActive(Int)
    case keptInFile(String)
    /// No file is read whose keepers could take the draft over.
    case keptInStore
    case fileChanged(String)
    case fileBad(String)
    case unwritable(String, String)
    /// A note is wanted, of 1 to so many characters.
    case noNote(most: Int)
    /// Something has to be accepted first.
    case unacknowledged(nobody: Int, suppressed: Int, isMeasured: Bool, expectations: [ExpectationReport.Result])
}
