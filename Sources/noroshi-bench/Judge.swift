/// Whether what was measured is what is promised.
struct Judge {
    private var missed: [String] = []

    /// - Parameters:
    ///   - name: What the figure is called in the line that was printed.
    ///   - ratio: Of two rates that were measured in one run.
    ///   - least: What is promised.
    mutating func expect(_ name: String, _ ratio: Double, atLeast least: Double) {
        if ratio < least { missed.append("\(name) is \(ratio), and \(least) is promised") }
    }

    /// - Throws: ``BenchFailure`` with everything that is missed.
    func finish() throws {
        guard missed.isEmpty else { throw BenchFailure(missed.joined(separator: "; ")) }
    }
}
