/// Finds the word somebody probably meant.
package enum NearestWord {
    /// The candidate that takes the fewest edits, or `nil` when none is near enough to be worth offering.
    ///
    /// Near means at most a third of the longer word's letters. Case does not count, so that `Severity` offers
    /// `severity`. Failing that, the first word with which this one begins, or that begins with this one, is offered.
    /// The first of equally near candidates wins, which keeps the answer stable.
    package static func of(_ word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().unicodeScalars.prefix(65))
        guard letters.isEmpty == false, letters.count <= 64 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars.prefix(65))
            let limit = min(max(letters.count, other.count) / 3, best.map { $0.distance - 1 } ?? .max)
            guard other.count <= 64, abs(other.count - letters.count) <= limit else { continue }
            let distance = distance(letters, other)
            if distance <= limit { best = (candidate, distance) }
        }
        return best?.word
            ?? candidates.first { candidate in
                // A word that goes on where the other ends: environment for env, dest for destinations.
                let other = Array(candidate.lowercased().unicodeScalars)
                return min(other.count, letters.count) >= 3
                    && (letters.starts(with: other) || other.starts(with: letters))
            }
    }

    /// The same for a name that people write in several ways: what differs in case, spaces, hyphens and underscores alone is
    /// the nearest, then what is near when those do not count, then a name that holds the word.
    static func ofName(_ word: String, among candidates: [String]) -> String? {
        let wanted = plain(word)
        guard wanted.isEmpty == false else { return nil }
        if let same = candidates.first(where: { plain($0) == wanted }) { return same }
        if let near = of(wanted, among: candidates.map(plain)) {
            return candidates.first { plain($0) == near }
        }
        return wanted.utf8.count < 4 ? nil : candidates.first { plain($0).contains(wanted) }
    }

    /// Whether a word is another one with a slip of the pen: one edit, or two in a long word.
    static func isSlip(_ word: String, for meant: String) -> Bool {
        let (letters, other) = (Array(word.lowercased().unicodeScalars), Array(meant.lowercased().unicodeScalars))
        guard letters.count >= 3, other.count >= 3, max(letters.count, other.count) <= 64 else { return false }
        return (1...(other.count < 8 ? 1 : 2)).contains(distance(letters, other))
    }

    private static func plain(_ text: String) -> String {
        text.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" && $0 != ":" && $0 != "*" }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other
    /// (optimal string alignment, Damerau 1964).
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in right.indices {
                let same = left[row] == right[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
