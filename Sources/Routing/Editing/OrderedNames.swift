/// Names in an order, compared with another order of them.
enum OrderedNames {
    /// Those that have changed their place among the names that both lists hold, as few as possible.
    ///
    /// - Parameters:
    ///   - before: Each name once.
    ///   - after: Each name once.
    /// - Returns: Names of both lists.
    static func moved(from before: [String], to after: [String]) -> Set<String> {
        let places = Dictionary(zip(before, before.indices)) { first, _ in first }
        let common = after.filter { places[$0] != nil }
        let stayed = longestRise(common.map { places[$0] ?? 0 })
        return Set(common.indices.filter { stayed.contains($0) == false }.map { common[$0] })
    }

    /// The indices of one of the longest rising subsequences (patience sorting).
    private static func longestRise(_ numbers: [Int]) -> Set<Int> {
        var tails: [Int] = []
        var previous = [Int?](repeating: nil, count: numbers.count)
        for index in numbers.indices {
            var (low, high) = (0, tails.count)
            while low < high {
                let middle = (low + high) / 2
                if numbers[tails[middle]] < numbers[index] { low = middle + 1 } else { high = middle }
            }
            previous[index] = low > 0 ? tails[low - 1] : nil
            if low == tails.count { tails.append(index) } else { tails[low] = index }
        }
        var rise: Set<Int> = []
        var at = tails.last
        while let index = at {
            rise.insert(index)
            at = previous[index]
        }
        return rise
    }

    /// The order in which two sides together want the names.
    ///
    /// - Parameters:
    ///   - names: Those that are left.
    ///   - base: What both began with.
    ///   - mine: One side.
    ///   - theirs: The other.
    /// - Returns: `nil` when both have moved the same names, each in another way.
    static func merged(_ names: Set<String>, base: [String], mine: [String], theirs: [String]) -> [String]? {
        let shared = Set(base).intersection(mine).intersection(theirs)
        let orders = [base, mine, theirs].map { $0.filter(shared.contains) }
        if orders[2] == orders[0] { return weave(mine, theirs, names) }
        if orders[1] == orders[0] || orders[1] == orders[2] { return weave(theirs, mine, names) }
        return nil
    }

    /// The first order, with what only the second has behind what stands before it there.
    static func weave(_ first: [String], _ second: [String], _ names: Set<String>) -> [String] {
        var woven = first.filter(names.contains)
        let present = Set(woven)
        var last: String?
        for name in second where names.contains(name) {
            if present.contains(name) == false {
                let place = last.flatMap { woven.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                woven.insert(name, at: place)
            }
            last = name
        }
        return woven
    }
}
