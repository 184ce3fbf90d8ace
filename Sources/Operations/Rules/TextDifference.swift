/// The lines in which two texts differ.
package struct TextDifference: Sendable {
    package enum Line: Sendable, Hashable {
        case same(String)
        case removed(String)
        case added(String)
    }

    /// Every line of both texts, in order.
    package let lines: [Line]
    private let lastLines: (before: Bool, after: Bool)

    /// With more lines than this on a side that are not the same at the beginning and the end, they are told as replaced as a
    /// whole: the time to compare them grows with the square of the differences.
    private static let mostCompared = 4_000

    /// - Parameters:
    ///   - before: UTF-8.
    ///   - after: UTF-8.
    package init(from before: [UInt8], to after: [UInt8]) {
        let newline = UInt8(ascii: "\n")
        // Compared as bytes: texts that are written in different ways and mean the same are the same to a string, and not
        // to whoever applies the difference.
        func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
            var lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            return lines
        }
        let (old, new) = (split(before), split(after))
        lastLines = (before.last == newline || before.isEmpty, after.last == newline || after.isEmpty)
        let prefix = zip(old, new).prefix { $0 == $1 }.count
        let suffix = zip(old.dropFirst(prefix).reversed(), new.dropFirst(prefix).reversed()).prefix { $0 == $1 }.count
        let (middleOld, middleNew) = (
            Array(old[prefix..<(old.count - suffix)]), Array(new[prefix..<(new.count - suffix)])
        )
        lines =
            old.prefix(prefix).map(Line.same) + TextDifference.compare(middleOld, middleNew)
            + old.suffix(suffix).map(Line.same)
    }

    private static func compare(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Line] {
        guard old.count <= mostCompared, new.count <= mostCompared else {
            return old.map(Line.removed) + new.map(Line.added)
        }
        var (removed, added): (Set<Int>, Set<Int>) = ([], [])
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (at, next) = (0, 0)
        while at < old.count || next < new.count {
            if at < old.count, removed.contains(at) {
                lines.append(.removed(old[at]))
                at += 1
            } else if next < new.count, added.contains(next) {
                lines.append(.added(new[next]))
                next += 1
            } else {
                lines.append(.same(old[at]))
                at += 1
                next += 1
            }
        }
        return lines
    }

    /// The unified form with three lines of context, as `patch` and `git apply` take it.
    ///
    /// - Parameters:
    ///   - before: The name of the older file.
    ///   - after: The name of the newer file.
    /// - Returns: Nothing when the texts are the same.
    package func unified(before: String, after: String) -> String {
        let context = 3
        let changed = lines.indices.filter { if case .same = lines[$0] { false } else { true } }
        let hasNewEnd = lastLines.before != lastLines.after
        // The last line is another one when only one side ends it, wherever else something is different.
        let told = changed + (hasNewEnd && changed.last != lines.count - 1 ? [lines.count - 1] : [])
        guard told.isEmpty == false else { return "" }
        var hunks: [Range<Int>] = []
        for index in told {
            let range = max(0, index - context)..<min(lines.count, index + context + 1)
            if let last = hunks.last, range.lowerBound <= last.upperBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        // What comes before each line, counted once.
        var (old, new) = (0, 0)
        var starts: [(old: Int, new: Int)] = []
        for line in lines {
            starts.append((old, new))
            switch line {
            case .same: (old, new) = (old + 1, new + 1)
            case .removed: old += 1
            case .added: new += 1
            }
        }
        var text = "--- \(before)\n+++ \(after)\n"
        for hunk in hunks { text += written(hunk, starts, (old, new)) }
        return text
    }

    private func written(_ hunk: Range<Int>, _ starts: [(old: Int, new: Int)], _ totals: (old: Int, new: Int)) -> String
    {
        var (old, new) = (0, 0)
        var body = ""
        for index in hunk {
            let start = starts[index]
            let isLastOld = start.old == totals.old - 1 && lastLines.before == false
            let isLastNew = start.new == totals.new - 1 && lastLines.after == false
            let end = "\n\\ No newline at end of file\n"
            switch lines[index] {
            case .same(let line) where isLastOld != isLastNew:
                body += "-\(line)\(isLastOld ? end : "\n")+\(line)\(isLastNew ? end : "\n")"
                (old, new) = (old + 1, new + 1)
            case .same(let line):
                body += " \(line)\(isLastOld ? end : "\n")"
                (old, new) = (old + 1, new + 1)
            case .removed(let line):
                body += "-\(line)\(isLastOld ? end : "\n")"
                old += 1
            case .added(let line):
                body += "+\(line)\(isLastNew ? end : "\n")"
                new += 1
            }
        }
        let start = starts[hunk.lowerBound]
        let (oldStart, newStart) = (old == 0 ? start.old : start.old + 1, new == 0 ? start.new : start.new + 1)
        return "@@ -\(oldStart),\(old) +\(newStart),\(new) @@\n\(body)"
    }
}

extension TextDifference.Line {
    fileprivate static func same(_ bytes: ArraySlice<UInt8>) -> Self { .same(String(decoding: bytes, as: UTF8.self)) }
    fileprivate static func removed(_ bytes: ArraySlice<UInt8>) -> Self {
        .removed(String(decoding: bytes, as: UTF8.self))
    }
    fileprivate static func added(_ bytes: ArraySlice<UInt8>) -> Self { .added(String(decoding: bytes, as: UTF8.self)) }
}
