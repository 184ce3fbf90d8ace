package import Findings

/// Everything that a rule set allows and probably does not mean, found by asking the engine that decides.
///
/// Whatever is said of what findings a rule gets is shown by a finding that the engine was asked about, or is said to be
/// unknown. A search is bounded, so that no rule set makes it slow.
package struct RouteLint: Sendable {
    package private(set) var claims: [Claim] = []
    let document: RouteDocument
    let table: RoutingTable
    let root: JSON
    let file: String
    /// The index of each rule by its name.
    let ruleIndices: [String: Int]
    /// How many more searches are made; with thousands of rules not every pair is looked at.
    var budget: Int

    /// Beside two for each rule.
    static let mostSearches = 4_000
    /// How many claims of one kind are worth reading.
    static let mostOfAKind = 50

    /// Looks at a document that was read without an error.
    ///
    /// - Parameters:
    ///   - document: What ``RouteDocument/parse(_:file:)`` made of the text.
    ///   - text: The text, for places in it.
    ///   - file: What diagnostics call the file.
    package init(_ document: RouteDocument, text: JSON, file: String) {
        self.document = document
        self.file = file
        budget = RouteLint.mostSearches + 2 * document.rules.count
        root = text
        table = RoutingTable(document, version: 0)
        ruleIndices = Dictionary(zip(document.rules.map(\.name), document.rules.indices)) { first, _ in first }
        checkWords()
        checkPatterns()
        checkReach()
        checkSuppressions()
        checkOverlaps()
        checkFallback()
        if budget == 0 {
            add(.word("cut-short"), .note, at: root, "", "there are too many rules to compare every pair of them")
        }
        claims.sort { $0.position < $1.position }
    }

    /// Where the claim stands in the text, for claims in the order of the file.
    mutating func add(
        _ kind: Claim.Kind,
        _ severity: RouteDiagnostic.Severity,
        at json: JSON?,
        _ pointer: String,
        _ message: String,
        suggestion: String? = nil,
        proof: Claim.Proof = .text
    ) {
        guard claims.count(where: { $0.kind.code == kind.code }) < RouteLint.mostOfAKind else { return }
        claims.append(
            Claim(
                kind: kind,
                diagnostic: RouteDiagnostic(
                    severity: severity,
                    file: file,
                    position: json?.position ?? TextPosition(line: 1, column: 1),
                    pointer: pointer,
                    message: message,
                    suggestion: suggestion
                ),
                proof: proof
            )
        )
    }

    /// The rule as it stands in the text.
    func json(ofRule index: Int) -> JSON? {
        let rules = root["rules"]?.elements ?? []
        return rules.indices.contains(index) ? rules[index] : nil
    }

    /// A search, counted.
    ///
    /// - Parameters:
    ///   - demands: What the finding must meet.
    ///   - forced: Values of the event that are set whatever its patterns would rather have, by path.
    /// - Returns: ``WitnessSearch/Result/unknown`` when there were too many searches already.
    mutating func search(_ demands: Demands, forced: [String: String] = [:]) -> WitnessSearch.Result {
        guard budget > 0 else { return .unknown }
        budget -= 1
        return WitnessSearch(forced: forced).run(demands)
    }
}

extension Claim {
    /// What the reader of a text said.
    package init(_ diagnostic: RouteDiagnostic) {
        let isError = diagnostic.severity == .error
        self.init(kind: .word(isError ? "invalid" : "doubtful"), diagnostic: diagnostic, proof: .text)
    }

    /// Everything that there is to say of a document that was read without an error, in the order of its text.
    ///
    /// - Parameters:
    ///   - document: What ``RouteDocument/parse(_:file:)`` made of the text.
    ///   - warnings: What it found doubtful.
    ///   - text: The text, for places in it.
    ///   - file: What diagnostics call the file.
    ///   - others: What else is to be said.
    /// - Returns: The claims; those of ``RouteLint`` are bounded in their number.
    package static func all(
        of document: RouteDocument,
        warnings: [RouteDiagnostic],
        text: JSON,
        file: String,
        and others: [Claim] = []
    ) -> [Claim] {
        let lint = RouteLint(document, text: text, file: file)
        return (warnings.map { Claim($0) } + lint.claims + others).sorted { $0.position < $1.position }
    }

    fileprivate var position: (Int, Int) { (diagnostic.position.line, diagnostic.position.column) }
}
